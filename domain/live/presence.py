"""Who is there: who looks at a ticket and who is typing, for as long as they say so again.

Staff see the names of colleagues and that the citizen is typing. A citizen sees that a butler is
typing, neither who it is nor that anybody looks. Nobody sees themself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from domain.live import frames
from domain.live.following import Follower, Side
from domain.live.hub import Hub, Seat
from domain.live.streams import of_ticket

LOOKS_SECONDS = 15.0
TYPES_SECONDS = 6.0
MOST_ABOUTS = 5
NAMES_KEPT_SECONDS = 300.0
BUTLER, CITIZEN = "信用管家", "市民"
LOOKS, TYPES = "正在查看", "正在输入"


class Doing(Enum):
    """What somebody says they do."""

    LOOKING = "looking"
    TYPING = "typing"


@dataclass(frozen=True, kw_only=True)
class Present:
    """Somebody at a ticket, by one of their sockets (``seat``)."""

    seat: str
    about: str
    side: Side
    who: str
    doing: Doing


class PresenceStore(Protocol):
    """How one process tells the others; kept for seconds, and nobody waits for it."""

    async def note(self, present: Present) -> None:
        """There, until this is not said again."""

    async def left(self, seat: str, abouts: Collection[str]) -> None:
        """There no more."""

    async def all(self) -> Sequence[Present]:
        """Whoever is there now."""


class StaffNames(Protocol):
    """Staff, narrowly."""

    async def __call__(self, staff_ids: Sequence[str]) -> Mapping[str, str]:
        """Names by id."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Who is at a ticket: each as (side, id)."""

    looking: frozenset[tuple[Side, str]] = frozenset()
    typing: frozenset[tuple[Side, str]] = frozenset()

    def by(self, follower: Follower) -> "Shown":
        """As much of it as the follower is shown."""
        if follower.side is Side.PERSON:
            typing = any(side is Side.STAFF for side, _ in self.typing)
            return Shown(typing=frozenset({BUTLER} if typing else ()))
        types = {who for side, who in self.typing if side is Side.STAFF} - {follower.id}
        looks = {who for side, who in self.looking if side is Side.STAFF} - {follower.id} - types
        citizen = any(side is Side.PERSON for side, _ in self.typing)
        return Shown(
            looking=frozenset(looks), typing=frozenset(types | ({CITIZEN} if citizen else set()))
        )


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What one is shown of it: ids of colleagues, and the other side without any."""

    looking: frozenset[str] = frozenset()
    typing: frozenset[str] = frozenset()


class Board:
    """What this process knows of who is there. Times are seconds of a clock that only goes on."""

    def __init__(self) -> None:
        self._until: dict[str, dict[str, tuple[Present, float, float]]] = {}

    def note(self, present: Present, now: float) -> None:
        """There from now on, for a while."""
        typing = TYPES_SECONDS if present.doing is Doing.TYPING else 0.0
        at = self._until.setdefault(present.about, {})
        at[present.seat] = (present, now + LOOKS_SECONDS, now + typing)

    def left(self, seat: str, about: str) -> None:
        """There no more."""
        self._until.get(about, {}).pop(seat, None)
        self._tidy(about)

    def clear(self) -> Collection[str]:
        """Nobody is known; where somebody was."""
        abouts = tuple(self._until)
        self._until = {}
        return abouts

    def abouts(self) -> Collection[str]:
        """Where somebody is."""
        return tuple(self._until)

    def seen(self, about: str, now: float) -> Seen:
        """Who is there; whoever has not said so again is forgotten."""
        at = self._until.get(about, {})
        for seat in [seat for seat, (_, looks, _) in at.items() if looks <= now]:
            del at[seat]
        self._tidy(about)
        return Seen(
            looking=frozenset((one.side, one.who) for one, _, _ in at.values()),
            typing=frozenset((one.side, one.who) for one, _, types in at.values() if types > now),
        )

    def _tidy(self, about: str) -> None:
        if not self._until.get(about, True):
            del self._until[about]


class Presence:
    """Hears who is there from every process, and tells who may follow the ticket."""

    def __init__(self, *, hub: Hub, store: PresenceStore, names: StaffNames) -> None:
        self._hub = hub
        self._store = store
        self._names_of = names
        self._board = Board()
        self._told: dict[str, Seen] = {}
        self._names: dict[str, str] = {}
        self._names_until = 0.0

    async def say(self, seat: Seat, doing: Doing, about: str) -> None:
        """One says what one does; only at a ticket that one follows is it heard."""
        if of_ticket(about) not in seat.streams:
            seat.hear(frames.refused([of_ticket(about)]))
            return
        if about not in seat.abouts and len(seat.abouts) >= MOST_ABOUTS:
            return
        seat.abouts |= {about}
        who = seat.follower
        await self._store.note(
            Present(seat=seat.id, about=about, side=who.side, who=who.id, doing=doing)
        )

    async def leave(self, seat: Seat, abouts: Collection[str] | None = None) -> None:
        """One is there no more; without ``abouts`` nowhere."""
        gone = seat.abouts if abouts is None else seat.abouts & frozenset(abouts)
        if gone:
            seat.abouts -= gone
            await self._store.left(seat.id, gone)

    async def heard(self, present: Present, now: float) -> None:
        """Another process, or this one, was told."""
        self._board.note(present, now)
        await self._tell(present.about, now)

    async def heard_left(self, seat: str, about: str, now: float) -> None:
        """The same, of who left."""
        self._board.left(seat, about)
        await self._tell(about, now)

    async def anew(self, now: float) -> None:
        """Read who is there, where what happened meanwhile was not heard."""
        before = self._board.clear()
        for present in await self._store.all():
            self._board.note(present, now)
        for about in {*before, *self._board.abouts()}:
            await self._tell(about, now)

    async def sweep(self, now: float) -> None:
        """Whoever has not said so again is gone."""
        for about in self._board.abouts():
            await self._tell(about, now)

    async def greet(self, seat: Seat, now: float) -> None:
        """Tell one who just came who is at the tickets they follow."""
        for about in self._board.abouts():
            if of_ticket(about) in seat.streams:
                await self._learn_names(about, now)
                seen = self._board.seen(about, now)
                if seen.by(seat.follower) != Shown():
                    self._show(seat, about, seen)

    async def _tell(self, about: str, now: float) -> None:
        """Only whoever sees another picture than before: else the frame itself would tell."""
        await self._learn_names(about, now)
        # From here on at one go: no older picture is sent after a newer one.
        before, seen = self._told.get(about, Seen()), self._board.seen(about, now)
        if seen == before:
            return
        self._told[about] = seen
        if seen == Seen():
            del self._told[about]
        for seat in self._hub.followers(of_ticket(about)):
            if seen.by(seat.follower) != before.by(seat.follower):
                self._show(seat, about, seen)

    def _show(self, seat: Seat, about: str, seen: Seen) -> None:
        shown = seen.by(seat.follower)
        looking, typing = self._in_words(shown.looking), self._in_words(shown.typing)
        words = [f"{'、'.join(looking)}{LOOKS}"] if looking else []
        words += [f"{'、'.join(typing)}{TYPES}"] if typing else []
        seat.hear(frames.presence(about, looking=looking, typing=typing, words=words))

    async def _learn_names(self, about: str, now: float) -> None:
        seats = self._hub.followers(of_ticket(about))
        if not any(seat.follower.side is Side.STAFF for seat in seats):
            return
        if now >= self._names_until:
            self._names, self._names_until = {}, now + NAMES_KEPT_SECONDS
        there = self._board.seen(about, now).looking
        wanted = {who for side, who in there if side is Side.STAFF} - self._names.keys()
        if wanted:
            self._names.update(await self._names_of(sorted(wanted)))

    def _in_words(self, them: Collection[str]) -> Sequence[str]:
        """Colleagues by name, then the other side."""
        known = sorted(self._names[one] for one in them if one in self._names)
        return [*known, *(one for one in (BUTLER, CITIZEN) if one in them)]
