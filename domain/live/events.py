"""What just happened: ids and kinds only, so that no frame tells more than whoever reads it knows.

An event is left in the transaction of what it tells of. It gets its number after the commit:
what was stamped earlier may commit later, and whoever reads forward would miss it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.live.streams import checked
from domain.transactions import Act, Unit


@dataclass(frozen=True, kw_only=True)
class LiveEvent:
    """One event. ``about`` is the id of the thing, ``revision`` the state it has reached."""

    id: str
    streams: tuple[str, ...]
    kind: str
    about: str
    revision: int = 0


class LiveOutbox(Protocol):
    """Events that are not numbered yet."""

    async def leave(self, unit: Unit, event: LiveEvent) -> None:
        """Commits with the transaction."""


class Publish(Protocol):
    """How a room that changes something tells whoever looks at it now."""

    async def __call__(
        self,
        unit: Unit,
        act: Act,
        *,
        streams: Sequence[str],
        kind: str,
        about: str,
        revision: int = 0,
    ) -> None:
        """Leave an event that commits with the transaction.

        Raises:
            Invalid: no stream is named, or one that is none.
        """


class Publishing:
    """Leaves events where the sequencer finds them; nobody waits for it."""

    def __init__(self, *, outbox: LiveOutbox) -> None:
        self._outbox = outbox

    async def __call__(
        self,
        unit: Unit,
        act: Act,
        *,
        streams: Sequence[str],
        kind: str,
        about: str,
        revision: int = 0,
    ) -> None:
        """Leave an event that commits with the transaction."""
        event = LiveEvent(
            id=act.draw.id(),
            streams=checked(tuple(streams)),
            kind=kind,
            about=about,
            revision=revision,
        )
        await self._outbox.leave(unit, event)
