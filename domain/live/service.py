"""Live: who comes with a pass follows what they may, for as long as their session holds."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from domain.live import frames
from domain.live.following import Follower, Following, Side
from domain.live.hub import AT_A_STRETCH, Ending, Hub, Listener, Seat
from domain.live.passes import LivePass, PassRefused
from domain.live.presence import Doing, Presence
from domain.live.sequence import Numbered, Place
from domain.live.streams import TICKET, id_of, kind_of, of_staff

Session = tuple[Side, str]


class Standing(Protocol):
    """Sessions, narrowly. To look at one does not count as using it."""

    async def __call__(
        self, sessions: Collection[Session], *, now: datetime
    ) -> Mapping[Session, Follower]:
        """Those that hold now, and whose they are, with their rights of now."""


class Live:
    """What the sockets of one process ask for."""

    def __init__(
        self, *, hub: Hub, following: Following, presence: Presence, standing: Standing
    ) -> None:
        self._hub = hub
        self._following = following
        self._presence = presence
        self._standing = standing

    @property
    def hub(self) -> Hub:
        """Everybody who listens here."""
        return self._hub

    async def enter(
        self, listener: Listener, live_pass: LivePass, *, seat_id: str, now: datetime
    ) -> Seat:
        """Let somebody in who has a pass.

        Raises:
            PassRefused: the session does not hold, or is another's by now.
            Full: it has too many sockets.
        """
        session = (live_pass.side, live_pass.session_id)
        follower = (await self._standing([session], now=now)).get(session)
        if follower is None or follower.id != live_pass.who:
            raise PassRefused
        seat = Seat(seat_id, follower, listener)
        self._hub.sit(seat)
        return seat

    async def begin(
        self,
        seat: Seat,
        names: Collection[str],
        *,
        since: Place | None,
        now: datetime,
        ticks: float,
    ) -> None:
        """Follow these streams and one's own, after what came ``since``."""
        wanted = {*names, seat.follower.own}
        allowed = await self._following.allowed(seat.follower, wanted, now=now)
        await self._hub.join(seat, allowed, since=since, refused=wanted - allowed)
        await self._presence.greet(seat, ticks)

    async def follow(
        self, seat: Seat, names: Collection[str], *, now: datetime, ticks: float
    ) -> None:
        """These as well, from now on."""
        allowed = await self._following.allowed(seat.follower, names, now=now)
        self._hub.follow(seat, allowed, refused=set(names) - allowed)
        await self._presence.greet(seat, ticks)

    async def unfollow(self, seat: Seat, names: Collection[str]) -> None:
        """These no more; one's own stays."""
        await self._drop(seat, set(names) - {seat.follower.own})

    async def say(self, seat: Seat, doing: Doing, about: str) -> None:
        """What one does at a ticket."""
        await self._presence.say(seat, doing, about)

    async def leave(self, seat: Seat, about: str) -> None:
        """One looks at a ticket no more."""
        await self._presence.leave(seat, [about])

    async def exit(self, seat: Seat) -> None:
        """The socket is closed; again is harmless."""
        self._hub.rise(seat)
        await self._presence.leave(seat)

    async def check(self, seats: Collection[Seat], *, now: datetime, judge: bool = True) -> None:
        """Send away whoever's session has ended, and with ``judge`` take back withdrawn streams."""
        sessions = {(seat.follower.side, seat.follower.session_id) for seat in seats}
        standing = await self._standing(sessions, now=now) if sessions else {}
        for count, seat in enumerate(seats, 1):
            if count % AT_A_STRETCH == 0:
                await self._hub.breathe()
            follower = standing.get((seat.follower.side, seat.follower.session_id))
            if follower is None or follower.id != seat.follower.id:
                seat.listener.end(Ending.SESSION_OVER)
                continue
            changed, seat.follower = follower != seat.follower, follower
            if judge or changed:
                await self._judge(seat, seat.streams, now)

    async def check_those_of(self, session_or_staff_id: str, *, now: datetime) -> None:
        """The same, of the sockets of one session, or of one account of the staff."""
        hub = self._hub
        seats = {
            *hub.of_session(session_or_staff_id),
            *hub.followers(of_staff(session_or_staff_id)),
        }
        await self.check(seats, now=now)

    def moved(self, one: Numbered) -> frozenset[str]:
        """The streams which others may follow after this event than before: to be judged anew."""
        return self._following.moved_by(one.kind, one.streams)

    async def judge_anew(self, names: Collection[str], *, now: datetime) -> None:
        """Take these streams back from whoever may not follow them any more."""
        for seat in {seat for name in names for seat in self._hub.followers(name)}:
            await self._judge(seat, seat.streams & frozenset(names), now)

    async def _judge(self, seat: Seat, names: frozenset[str], now: datetime) -> None:
        lost = names - await self._following.allowed(seat.follower, names, now=now)
        lost &= seat.streams
        if lost:
            await self._drop(seat, lost)
            seat.hear(frames.refused(lost))

    async def _drop(self, seat: Seat, names: Collection[str]) -> None:
        """Who follows a ticket no more is not there any more."""
        self._hub.unfollow(seat, names)
        await self._presence.leave(seat, [id_of(name) for name in names if kind_of(name) == TICKET])
