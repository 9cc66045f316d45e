"""The copy of the access token that all processes share: what keeps it, as the edge needs it."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class SharedToken:
    """A token and how many seconds it goes on, which no clock of ours has a part in."""

    value: str = field(repr=False)
    renew_in: float
    ends_in: float


class Kept(Protocol):
    """The same as whoever keeps it gives it back."""

    @property
    def value(self) -> str:
        """The token."""
        ...

    @property
    def renew_in(self) -> float:
        """Seconds until the next one is had; zero or less where it is due."""
        ...

    @property
    def ends_in(self) -> float:
        """Seconds until it ends."""
        ...


class Found(Protocol):
    """What stands there."""

    @property
    def token(self) -> Kept | None:
        """The token, unless it ended or was refused."""
        ...

    @property
    def mine(self) -> bool:
        """Whether it is on the asker to fetch one."""
        ...


class Shelf(Protocol):
    """Where the copy stands. It saves fetches; whoever cannot reach it fetches by itself."""

    async def look(self, *, bad: str | None) -> Found:
        """The copy; a token that WeChat refused, ``bad``, counts as none.

        Where it is due for renewal, or none is there, one asker at a time is told to fetch it, and
        the next one a couple of seconds later. Raises Unavailable.
        """
        ...

    async def keep(self, token: SharedToken) -> None:
        """Put a new one there, and let the others see it. Raises Unavailable."""
        ...

    async def give_up(self) -> None:
        """It could not be fetched: the next asker may try. Raises Unavailable."""
        ...
