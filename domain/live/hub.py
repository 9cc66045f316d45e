"""The sockets of one process: each hears what its streams bring, in order, and each event once.

The hub's place moves forward by one. Who comes back is first told what came between their number
and that place, which the database knows, then whatever came while it was read.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from domain.live import frames
from domain.live.following import Follower
from domain.live.sequence import History, Numbered, Place

PAGE = 500
# Who missed more is quicker to load anew.
MOST_PAST = 500
# So many sockets are written to before others get their turn.
AT_A_STRETCH = 250
PAST_AT_A_STRETCH = 50
MOST_HELD = 500
# Instead of the number of an event: a frame that is none, and one after which numbers begin anew.
UNNUMBERED, ANEW = 0, -1


class Ending(Enum):
    """Why a listener is sent away."""

    SESSION_OVER = "session_over"
    CROWDED = "crowded"
    SLOW = "slow"
    STOPPING = "stopping"


class Listener(Protocol):
    """The other end of a socket."""

    def send(self, frame: bytes) -> None:
        """Never waits: who reads too slowly is sent away, and who is gone is ignored."""

    async def flushed(self) -> None:
        """Wait until what was sent is on its way, as far as it pays to wait."""

    def end(self, ending: Ending) -> None:
        """Send away."""


@dataclass(eq=False, slots=True)
class Seat:
    """A listener's place: what is followed, and the number heard last.

    ``held`` is what came while the past is still being read.
    """

    id: str
    follower: Follower
    listener: Listener
    streams: frozenset[str] = frozenset()
    heard: int = 0
    held: list[tuple[int, bytes]] | None = None
    # The tickets one was said to look at.
    abouts: frozenset[str] = frozenset()

    def hear(self, frame: bytes, number: int = UNNUMBERED) -> None:
        """Take a frame; an event only once."""
        if self.held is not None:
            self.held.append((number, frame))
            if len(self.held) > MOST_HELD:
                self.listener.end(Ending.SLOW)
            return
        if number == ANEW:
            self.heard = 0
        elif number != UNNUMBERED:
            if number <= self.heard:
                return
            self.heard = number
        self.listener.send(frame)

    def catch_up(self) -> None:
        """Hear what was held back."""
        held, self.held = self.held or [], None
        for number, frame in held:
            self.hear(frame, number)


class Full(Exception):
    """There are as many sockets as there may be, of one session or of all."""


class Hub:
    """Everybody who listens here. ``breathe`` lets others run."""

    def __init__(
        self,
        *,
        history: History,
        breathe: Callable[[], Awaitable[None]],
        most: int,
        most_of_session: int,
    ) -> None:
        self._history = history
        self.breathe = breathe
        self._most = most
        self._most_of_session = most_of_session
        self._place: Place | None = None
        self._open = 0
        self._seats: set[Seat] = set()
        self._of_stream: dict[str, set[Seat]] = {}
        self._of_session: dict[str, set[Seat]] = {}

    @property
    def place(self) -> Place | None:
        """How far everybody here has heard; None before the start."""
        return self._place

    def arrive(self) -> None:
        """A socket opens, of whom nobody knows yet.

        Raises:
            Full: there are as many as there may be.
        """
        if self._open >= self._most:
            raise Full
        self._open += 1

    def depart(self) -> None:
        """One that had opened is closed."""
        self._open -= 1

    @property
    def seats(self) -> Collection[Seat]:
        """All of them."""
        return self._seats

    def followers(self, stream: str) -> Collection[Seat]:
        """Who follows a stream."""
        return tuple(self._of_stream.get(stream, ()))

    def of_session(self, session_id: str) -> Collection[Seat]:
        """The sockets of a session."""
        return tuple(self._of_session.get(session_id, ()))

    def sit(self, seat: Seat) -> None:
        """Let in.

        Raises:
            Full: the session has as many sockets as it may have.
        """
        others = self._of_session.setdefault(seat.follower.session_id, set())
        if len(others) >= self._most_of_session:
            raise Full
        others.add(seat)
        self._seats.add(seat)

    def rise(self, seat: Seat) -> None:
        """Gone; again is harmless."""
        if seat not in self._seats:
            return
        self._seats.discard(seat)
        self.unfollow(seat, seat.streams)
        others = self._of_session[seat.follower.session_id]
        others.discard(seat)
        if not others:
            del self._of_session[seat.follower.session_id]

    async def join(
        self, seat: Seat, names: Collection[str], *, since: Place | None, refused: Collection[str]
    ) -> None:
        """Follow these streams, after what came ``since``; the hub has started."""
        seat.held = []
        self._follow(seat, names)
        place = self._place
        if place is None:
            raise RuntimeError("the hub has not started")
        past = None if since is None else await self._past(names, since, place)
        send = seat.listener.send
        if refused:
            send(frames.refused(refused))
        if since is not None and past is None:
            send(frames.reset(place))
        for count, one in enumerate(past or (), 1):
            send(frames.event(one, _shared(one, seat)))
            if count % PAST_AT_A_STRETCH == 0:
                await seat.listener.flushed()
        if since is not None and past is not None and since.last > place.last:
            place = since
        seat.heard = place.last
        send(frames.ready(place, seat.streams))
        seat.catch_up()

    def follow(self, seat: Seat, names: Collection[str], *, refused: Collection[str]) -> None:
        """These as well, from now on."""
        self._follow(seat, names)
        if refused:
            seat.hear(frames.refused(refused))
        if self._place is not None:
            seat.hear(frames.ready(self._place, seat.streams))

    def unfollow(self, seat: Seat, names: Iterable[str]) -> None:
        """These no more."""
        gone = frozenset(names) & seat.streams
        seat.streams -= gone
        for name in gone:
            seats = self._of_stream[name]
            seats.discard(seat)
            if not seats:
                del self._of_stream[name]

    async def take(self, one: Numbered) -> None:
        """The next event, as the database tells of it; what is known already is passed over."""
        place = self._place
        if place is None or one.era != place.era or one.number > place.last + 1:
            await self.catch_up()
        elif one.number == place.last + 1:
            await self._deliver(one)

    async def catch_up(self) -> None:
        """From where everybody is to where the sequence is now, by reading."""
        now = await self._history.place()
        if self._place is None:
            self._place = now
        if self._place.era != now.era or self._place.last > now.last:
            self._begin(now)
        while self._place.last < now.last:
            # There may be more by now than there were.
            rows = await self._history.after(self._place.last, PAGE)
            if not rows or not await self._deliver_all(rows):
                self._begin(await self._history.place())

    def mark(self) -> None:
        """Tell everybody how far they have heard, so that who hears little can come back late."""
        if self._place is not None:
            frame = frames.ready(self._place)
            for seat in tuple(self._seats):
                seat.hear(frame)

    def end(self) -> None:
        """Send everybody away; elsewhere they go on from where they are."""
        for seat in tuple(self._seats):
            # Where they were seen runs out by itself: the database may be gone before they are.
            seat.abouts = frozenset()
            seat.listener.end(Ending.STOPPING)

    async def _deliver_all(self, rows: Iterable[Numbered]) -> bool:
        """Whether there was no gap."""
        for row in rows:
            if self._place is None or row.number != self._place.last + 1:
                return False
            await self._deliver(row)
        return True

    async def _deliver(self, one: Numbered) -> None:
        self._place = Place(era=one.era, last=one.number)
        seats = {seat for name in one.streams for seat in self._of_stream.get(name, ())}
        written: dict[tuple[str, ...], bytes] = {}
        for count, seat in enumerate(seats, 1):
            shared = _shared(one, seat)
            if not shared:
                continue
            if shared not in written:
                written[shared] = frames.event(one, shared)
            seat.hear(written[shared], one.number)
            if count % AT_A_STRETCH == 0:
                await self.breathe()

    async def _past(
        self, names: Collection[str], since: Place, place: Place
    ) -> Collection[Numbered] | None:
        """What came in between; None when that is not known any more."""
        if since.era != place.era:
            return None
        if since.last > place.last:
            # Told by another process, which is a moment ahead of this one.
            known = await self._history.place()
            return () if known.era == since.era and since.last <= known.last else None
        if since.last == place.last:
            return ()
        past = await self._history.of(names, after=since.last, upto=place.last, most=MOST_PAST + 1)
        # Asked for afterwards: what goes after its day meanwhile is not missed unnoticed.
        first = await self._history.first()
        if first is None or first > since.last + 1 or len(past) > MOST_PAST:
            return None
        return past

    def _begin(self, place: Place) -> None:
        self._place = place
        frame = frames.reset(place)
        for seat in tuple(self._seats):
            seat.hear(frame, ANEW)

    def _follow(self, seat: Seat, names: Collection[str]) -> None:
        seat.streams |= frozenset(names)
        for name in names:
            self._of_stream.setdefault(name, set()).add(seat)


def _shared(one: Numbered, seat: Seat) -> tuple[str, ...]:
    return tuple(name for name in one.streams if name in seat.streams)
