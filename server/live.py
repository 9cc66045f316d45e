"""The parts of what is told live, joined, and what runs beside the workers of every process."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache

import structlog
from prometheus_client import Gauge

from adapters.mongo.live import MongoLiveOutbox
from adapters.mongo.live_changes import Change, Left, MongoLiveChanges, Waiting, Withdrawn
from adapters.mongo.live_presence import MongoPresence
from adapters.mongo.live_sequence import MongoSequence
from adapters.mongo.staff import MongoStaff
from domain.identity import Identity, SignInAgain
from domain.live.events import Publishing
from domain.live.following import Follower, Following, Side
from domain.live.hub import Hub
from domain.live.presence import Presence, Present
from domain.live.sequence import Sequencer
from domain.live.service import Live, Session
from domain.staff.roles import Right, Role, rights_of
from domain.staff.service import Staff
from server.draw import SystemDraw
from server.ground import Ground

log = structlog.get_logger()

# The lease is three seconds: so often it is renewed, and so soon another takes it over.
HOLD = timedelta(seconds=1)
SWEEP = timedelta(seconds=1)
CHECK = timedelta(seconds=10)
JUDGE = timedelta(seconds=30)
MARK = timedelta(minutes=5)
AFTER_A_BREAK = timedelta(milliseconds=100)
LONGEST_WAIT = timedelta(seconds=3)
NUMBERED_WITHIN = timedelta(minutes=1)
LAST_WORD = timedelta(seconds=2)
CHECKED_AT_ONCE = 500


class LiveParts:
    """``publish`` is what other rooms are given; with ``following`` they judge their streams."""

    def __init__(self) -> None:
        self.publish = Publishing(outbox=MongoLiveOutbox())
        self.following = Following(supervise=Right.SUPERVISE_TICKETS.value)


class StandingSessions:
    """Sessions of both sides; what is asked for together is read together."""

    def __init__(self, *, identity: Identity, staff: Staff) -> None:
        self._identity = identity
        self._staff = staff

    async def __call__(
        self, sessions: Collection[Session], *, now: datetime
    ) -> Mapping[Session, Follower]:
        """Those that hold now, and whose they are."""
        asked = list(sessions)
        found: dict[Session, Follower] = {}
        for first in range(0, len(asked), CHECKED_AT_ONCE):
            some = asked[first : first + CHECKED_AT_ONCE]
            people = [one for side, one in some if side is Side.PERSON]
            staff = [one for side, one in some if side is Side.STAFF]
            holders = await asyncio.gather(*(self._person(one, now) for one in people))
            followers = [*(who for who in holders if who), *await self._colleagues(staff, now)]
            found.update({(who.side, who.session_id): who for who in followers})
        return found

    async def _person(self, session_id: str, now: datetime) -> Follower | None:
        try:
            session = await self._identity.session(session_id=session_id, now=now)
        except SignInAgain:
            return None
        return Follower(side=Side.PERSON, id=session.person_id, session_id=session_id)

    async def _colleagues(self, session_ids: Sequence[str], now: datetime) -> Sequence[Follower]:
        if not session_ids:
            return ()
        holders = await self._staff.holding(session_ids=session_ids, now=now)
        return [
            Follower(
                side=Side.STAFF,
                id=account.id,
                session_id=session_id,
                rights=_rights(account.roles),
            )
            for session_id, account in holders.items()
        ]


@lru_cache(maxsize=256)
def _rights(roles: tuple[Role, ...]) -> frozenset[str]:
    """Of thousands of sockets there are few: each kept once."""
    return frozenset(right.value for right in rights_of(roles))


class ListeningParts:
    """The sockets of this process, and the sequencer that any process may be."""

    def __init__(
        self, ground: Ground, live: LiveParts, *, identity: Identity, staff: Staff
    ) -> None:
        self._sequence = MongoSequence(ground.database)
        hub = self._hub(ground)
        presence = Presence(
            hub=hub,
            store=MongoPresence(ground.database, clock=ground.clock),
            names=MongoStaff(ground.database).names,
        )
        self.live = Live(
            hub=hub,
            following=live.following,
            presence=presence,
            standing=StandingSessions(identity=identity, staff=staff),
        )
        self.runner = LiveRunner(
            self.live,
            presence=presence,
            sequencer=self._sequencer(ground),
            changes=MongoLiveChanges(ground.database),
            clock=ground.clock,
        )

    def _hub(self, ground: Ground) -> Hub:
        hub = Hub(
            history=self._sequence,
            breathe=lambda: asyncio.sleep(0),
            most=ground.settings.live_sockets,
            most_of_session=ground.settings.live_sockets_per_session,
        )
        sockets = Gauge(
            "credit_live_sockets", "Live sockets of this process", registry=ground.metrics.registry
        )
        sockets.set_function(lambda: len(hub.seats))
        return hub

    def _sequencer(self, ground: Ground) -> Sequencer:
        commit, holder = ground.transactions.plain(), SystemDraw().id()
        return Sequencer(store=self._sequence, commit=commit, holder=holder)

    async def warnings(self) -> Sequence[str]:
        """What readiness says of it."""
        waits = await self._sequence.waits()
        if waits is None or waits < NUMBERED_WITHIN:
            return ()
        return [f"live events wait for their numbers, the oldest for {waits.seconds // 60} minutes"]


class LiveRunner:
    """Watches, numbers and checks until it is stopped; every process runs one."""

    def __init__(
        self,
        live: Live,
        *,
        presence: Presence,
        sequencer: Sequencer,
        changes: MongoLiveChanges,
        clock: Callable[[], datetime],
    ) -> None:
        self.live = live
        self._presence = presence
        self._sequencer = sequencer
        self._changes = changes
        self._clock = clock
        self._wake = asyncio.Event()
        self._moved: set[str] = set()
        self._judge = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; returns at once."""
        self._tasks = [
            asyncio.create_task(self._forever("number", self._number)),
            asyncio.create_task(self._forever("watch", self._watch)),
            asyncio.create_task(self._forever("judge", self._judge_moved)),
            asyncio.create_task(self._forever("sweep", self._sweep)),
            asyncio.create_task(self._forever("check", self._check)),
        ]

    async def stop(self) -> None:
        """Send everybody away, end, and let the lease go; of who is killed it runs out."""
        self.live.hub.end()
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if ended:
            with suppress(Exception):
                async with asyncio.timeout(LAST_WORD.total_seconds()):
                    await self._sequencer.end()

    async def _forever(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        wait = AFTER_A_BREAK
        while True:
            begun = time.monotonic()
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - it outlives an outage of the database
                log.warning("live_waits", what=what, error=type(error).__name__)
                lasted = timedelta(seconds=time.monotonic() - begun)
                wait = AFTER_A_BREAK if lasted > LONGEST_WAIT else min(2 * wait, LONGEST_WAIT)
                await asyncio.sleep(wait.total_seconds())
            await asyncio.sleep(0)

    async def _watch(self) -> None:
        """Everything is read that was missed, then told as it comes."""
        await self._sequencer.begin()
        async with self._changes.watch() as changes:
            await self.live.hub.catch_up()
            await self._presence.anew(time.monotonic())
            async for change in changes:
                await self._heard(change)

    async def _heard(self, change: Change) -> None:
        match change:
            case Waiting():
                self._wake.set()
            case Present():
                await self._presence.heard(change, time.monotonic())
            case Left(seat, about):
                await self._presence.heard_left(seat, about, time.monotonic())
            case Withdrawn(of):
                await self.live.check_those_of(of, now=self._clock())
            case _:
                await self.live.hub.take(change)
                self._moved |= self.live.moved(change)
                if self._moved:
                    self._judge.set()

    async def _judge_moved(self) -> None:
        """At once, but beside: nobody else's events wait for it, and what comes together is one."""
        await self._judge.wait()
        self._judge.clear()
        names, self._moved = self._moved, set()
        await self.live.judge_anew(names, now=self._clock())

    async def _number(self) -> None:
        """Number what waits, as soon as it is heard of, and once a second whatever is heard."""
        await self._sequencer.begin()
        hold_at = 0.0
        while True:
            if time.monotonic() >= hold_at or not self._sequencer.holds:
                await self._sequencer.hold(SystemDraw().id())
                hold_at = time.monotonic() + HOLD.total_seconds()
            self._wake.clear()
            if await self._sequencer.step():
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, hold_at - time.monotonic())):
                    await self._until_woken()

    async def _until_woken(self) -> None:
        """Whoever has not the lease sleeps on."""
        while True:
            await self._wake.wait()
            if self._sequencer.holds:
                return
            self._wake.clear()

    async def _sweep(self) -> None:
        await self._presence.sweep(time.monotonic())
        await asyncio.sleep(SWEEP.total_seconds())

    async def _check(self) -> None:
        """What is not told by a change: sessions that ran out, rights that were taken back."""
        judge_at = time.monotonic()
        mark_at = judge_at + MARK.total_seconds()
        while True:
            await asyncio.sleep(CHECK.total_seconds())
            now = time.monotonic()
            judge = now >= judge_at
            await self.live.check(tuple(self.live.hub.seats), now=self._clock(), judge=judge)
            if judge:
                judge_at = now + JUDGE.total_seconds()
            if now >= mark_at:
                self.live.hub.mark()
                mark_at = now + MARK.total_seconds()
