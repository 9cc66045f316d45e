"""Who may follow which stream: denied, unless the room it belongs to says otherwise."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from domain.live import streams


class Side(Enum):
    """From which side somebody listens."""

    PERSON = "person"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Follower:
    """Who listens, in which session; ``rights`` are those of a staff account, by their values."""

    side: Side
    id: str
    session_id: str
    rights: frozenset[str] = frozenset()

    @property
    def own(self) -> str:
        """The stream that is theirs alone."""
        of = streams.of_person if self.side is Side.PERSON else streams.of_staff
        return of(self.id)


class MayFollow(Protocol):
    """The room that streams of one kind belong to."""

    async def __call__(
        self, *, follower: Follower, ids: Sequence[str], now: datetime
    ) -> Collection[str]:
        """Those of these things that the follower may hear of now.

        What is not there and what is foreign are left out alike.
        """


class Following:
    """Asks the rooms; ``supervise`` is the right of who hears the desk."""

    def __init__(self, *, supervise: str) -> None:
        self._supervise = supervise
        self._judges: dict[str, MayFollow] = {}
        self._movers: dict[str, set[str]] = {}

    def judged_by(self, kind: str, judge: MayFollow, *, moved_by: Iterable[str] = ()) -> None:
        """Let a room judge its kind of streams.

        ``moved_by`` are kinds of events after which who may follow is asked anew, at once.
        What is inside a ticket is judged as the ticket, unless it has a judge of its own.
        """
        self._judges[kind] = judge
        for mover in moved_by:
            self._movers.setdefault(mover, set()).add(kind)

    def moved_by(self, event: str, names: Iterable[str]) -> frozenset[str]:
        """Those of the streams which others may follow after such an event than before."""
        kinds = self._movers.get(event, set())
        return frozenset(
            name
            for name in names
            if (kind := streams.kind_of(name)) in kinds
            or (kind == streams.INNER and streams.TICKET in kinds)
        )

    async def allowed(
        self, follower: Follower, names: Collection[str], *, now: datetime
    ) -> frozenset[str]:
        """Those of the streams that the follower may hear now."""
        by_kind: dict[str, list[str]] = {}
        for name in names:
            kind = streams.kind_of(name)
            if follower.side is Side.STAFF or kind in streams.FOR_PEOPLE:
                by_kind.setdefault(kind, []).append(name)
        found: set[str] = set()
        for kind, asked in by_kind.items():
            found.update(await self._of_kind(kind, follower, asked, now))
        return frozenset(found)

    async def _of_kind(
        self, kind: str, follower: Follower, names: Sequence[str], now: datetime
    ) -> Sequence[str]:
        if kind == streams.DESK:
            return names if self._supervise in follower.rights else ()
        if kind in {streams.PERSON, streams.STAFF}:
            return [name for name in names if name == follower.own]
        judge = self._judges.get(kind)
        if judge is None and kind == streams.INNER:
            judge = self._judges.get(streams.TICKET)
        if judge is None:
            return ()
        ids = [streams.id_of(name) for name in names]
        let = await judge(follower=follower, ids=ids, now=now)
        return [name for name, one in zip(names, ids, strict=True) if one in let]
