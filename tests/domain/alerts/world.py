"""One member of the staff, channels that behave as told, workers that die, and a clock that runs.

The stores keep revisions as the real ones do; the real ones are tried over a database in
tests/adapters/mongo/test_alert_pushes.py and tests/server/test_alerts_killed.py.
"""

import heapq
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

from content.calendar import load_calendar
from content.catalogue import FOLDER
from domain.alerts.alerts import Alert, Because, Channel, State, Urgency, id_of
from domain.alerts.carrying import Carrying, Desk
from domain.alerts.contacts import Bound, Choice, Contacts
from domain.alerts.ports import Moved, Outcome, Verdict
from domain.alerts.pushes import Pace, Push, PushState
from domain.alerts.telling import CARRY
from domain.alerts.terms import Terms
from domain.hours import BusinessHours, Interval, standard_week
from domain.staff.accounts import StaffAccount, StaffState
from domain.staff.roles import Role
from domain.time import SHANGHAI
from domain.transactions import Act, Again, AuditEvent, Message

T = TypeVar("T")

WEEK = standard_week(
    Interval(begins=time(9), ends=time(12)), Interval(begins=time(14), ends=time(18))
)
HOURS = BusinessHours(calendar=load_calendar(FOLDER), week=WEEK)
TERMS = Terms(
    most=6,
    doubt=timedelta(minutes=5),
    receipt=timedelta(minutes=30),
    grace=timedelta(hours=24),
    away=timedelta(days=10),
    always=frozenset({"fire"}),
    digest_at=time(9),
    ways={Urgency.NOW: (Channel.WECHAT, Channel.SMS), Urgency.DIGEST: (Channel.WECHAT,)},
    week=WEEK,
)
WHO = StaffAccount(
    id="s",
    login="somebody",
    name="周敏",
    roles=(Role.BUTLER,),
    state=StaffState.ACTIVE,
    proposed_by="x",
    proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
)
BOUND = Bound(id="b", openid="o", person_id="p", at=datetime(2026, 1, 1, tzinfo=UTC))
EVERYWHERE = Contacts(staff_id="s", bound=BOUND, phone="+8613800000001")


class Killed(Exception):
    """The worker dies here."""


def at(hour: int, minute: int = 0, *, day: int = 23) -> datetime:
    """In November 2026, in Shanghai; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


MORNING = at(10)


def told(key: str, when: datetime, urgency: Urgency = Urgency.NOW, **more: Any) -> Alert:
    return Alert(
        id=id_of(staff_id="s", key=key),
        staff_id="s",
        key=key,
        at=when,
        title="有一件工单即将到期",
        text="",
        link="/console",
        urgency=urgency,
        **more,
    )


def run(work: Coroutine[Any, Any, T]) -> T:
    """Nothing here waits for anything."""
    try:
        work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    raise AssertionError("it waited")


@dataclass
class Arrived:
    """One message as it came, or may have come."""

    channel: Channel
    when: datetime
    push: Push


@dataclass
class Way:
    """A channel: the verdicts it gives in turn, then ``usual``; ``said`` is what asking tells."""

    world: "World"
    channel: Channel
    verdicts: list[Verdict] = field(default_factory=list)
    usual: Verdict = Verdict.SENT
    said: Verdict = Verdict.UNKNOWN
    hindered: Because | None = None
    deadly: int = 0
    # Whether what nobody answered for came all the same.
    came: bool = True

    async def hindrance(self, contacts: Contacts, /) -> Because | None:
        there = contacts.bound if self.channel is Channel.WECHAT else contacts.phone
        return self.hindered or (None if there else Because.NOT_BOUND)

    async def spend(self, *_: object) -> int:
        return 0

    async def send(self, push: Push, _: Contacts, /) -> Outcome:
        verdict = self.verdicts.pop(0) if self.verdicts else self.usual
        unclear = verdict in {Verdict.UNKNOWN, Verdict.ACCEPTED} and self.came
        if verdict is Verdict.SENT or unclear:
            self.world.arrived.append(Arrived(self.channel, self.world.now, push))
        if self.deadly:
            self.deadly -= 1
            raise Killed
        return Outcome(verdict=verdict)

    async def settle(self, *_: object, **__: object) -> None:
        return

    async def ask(self, _: Push, /) -> Outcome:
        return Outcome(verdict=self.said)


class World:
    """It is the store of everything, the outbox and the clock."""

    def __init__(
        self,
        *,
        now: datetime,
        contacts: Contacts = EVERYWHERE,
        choice: Choice | None = None,
        terms: Terms = TERMS,
        working: Callable[[datetime], bool] = HOURS.open_at,
    ) -> None:
        self.now = now
        self.who = WHO
        self.own = replace(contacts, choice=choice)
        self.alerts: dict[str, Alert] = {}
        self.pushes: dict[str, Push] = {}
        self.kept = Pace(staff_id="s")
        self.arrived: list[Arrived] = []
        self.audited: list[AuditEvent] = []
        self.counted: list[tuple[str, str]] = []
        self._working = working
        self._ids = itertools.count()
        self._due: list[tuple[datetime, int, str]] = []
        self.wechat = Way(self, Channel.WECHAT)
        self.sms = Way(self, Channel.SMS, usual=Verdict.ACCEPTED, said=Verdict.SENT)
        self.carrying = Carrying(
            desk=Desk(
                alerts=self, pushes=_Pushes(self), contacts=_Own(self), account=self._account
            ),
            carriers={Channel.WECHAT: self.wechat, Channel.SMS: self.sms},
            working=self.working,
            terms=terms,
            count=self._count,
        )

    # -- the outside ---------------------------------------------------------------

    async def working(self, _: str, when: datetime, /) -> bool:
        return self._working(when)

    async def _account(self, _: str, /) -> StaffAccount | None:
        return self.who

    def _count(self, *, channel: str, outcome: str) -> None:
        self.counted.append((channel, outcome))

    # -- the unit and the commit ----------------------------------------------------

    async def audit(self, event: AuditEvent) -> None:
        self.audited.append(event)

    async def send(self, message: Message) -> None:
        assert message.topic == CARRY
        self._leave(self.now, message.object_id)

    async def commit(self, work: Callable[[Any], Awaitable[T]], /, *, turn: str = "") -> T:
        """All or nothing."""
        del turn
        before = (dict(self.alerts), dict(self.pushes), self.kept, list(self._due))
        try:
            return await work(self)
        except BaseException:
            self.alerts, self.pushes, self.kept, self._due = before
            raise

    def id(self) -> str:
        return f"{next(self._ids):06d}"

    @property
    def act(self) -> Act:
        draw: Any = self
        return Act(at=self.now, actor="system", trace_id="t", draw=draw, commit=self.commit)

    # -- alerts ---------------------------------------------------------------------

    def tell(self, *alerts: Alert) -> None:
        for alert in alerts:
            self.alerts[alert.id] = alert
            self._leave(self.now, alert.id)

    def read(self, alert: Alert) -> None:
        """They open it in the console."""
        self.alerts[alert.id] = self.alerts[alert.id].read(self.now)

    def of(self, key: str) -> Alert:
        return self.alerts[id_of(staff_id="s", key=key)]

    async def get(self, alert_id: str) -> Alert | None:
        return self.alerts.get(alert_id)

    async def some(self, alert_ids: Sequence[str]) -> Sequence[Alert]:
        return [self.alerts[one] for one in alert_ids if one in self.alerts]

    async def waiting(self, *, staff_id: str) -> Sequence[Alert]:
        assert staff_id == "s"
        found = [one for one in self.alerts.values() if one.state is State.WAITING]
        return sorted(found, key=lambda one: (one.at, one.id))[:100]

    async def replace(self, unit: object, alert: Alert, *, was: Alert) -> None:
        assert unit is self
        if self.alerts[was.id].revision != was.revision:
            raise Moved
        self.alerts[alert.id] = alert

    # -- the outbox -----------------------------------------------------------------

    def _leave(self, due: datetime, alert_id: str) -> None:
        heapq.heappush(self._due, (due, next(self._ids), alert_id))

    def step(self) -> bool:
        """The work due next, at its time; whether there was any."""
        if not self._due:
            return False
        due, _, alert_id = heapq.heappop(self._due)
        self.now = max(self.now, due)
        try:
            again = run(self.carrying.carry(self.act, alert_id=alert_id))
        except Killed:
            # Somebody takes it over when the lease is over.
            again = Again(after=timedelta(minutes=1))
        if again is not None:
            self._leave(self.now + again.after, alert_id)
        return True

    def until(self, when: datetime) -> None:
        """Let it run."""
        while self._due and self._due[0][0] <= when:
            self.step()
        self.now = max(self.now, when)

    def to_the_end(self, most: int = 100_000) -> None:
        for _ in range(most):
            if not self.step():
                return
        raise AssertionError("it never ends")

    def came(self) -> Mapping[str, list[Arrived]]:
        """By alert, what carried it to them."""
        found: dict[str, list[Arrived]] = {}
        for one in self.arrived:
            for alert_id in one.push.alerts:
                found.setdefault(alert_id, []).append(one)
        return found


class _Pushes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def get(self, push_id: str) -> Push | None:
        return self._world.pushes.get(push_id)

    async def add(self, _: object, push: Push) -> None:
        if any(one.state is PushState.SENDING for one in self._world.pushes.values()):
            raise Moved
        self._world.pushes[push.id] = push

    async def replace(self, _: object, push: Push, *, was: Push) -> None:
        if self._world.pushes[was.id].revision != was.revision:
            raise Moved
        self._world.pushes[push.id] = push

    async def pace(self, _: str) -> Pace:
        return self._world.kept

    async def keep_pace(self, _: object, pace: Pace) -> None:
        if self._world.kept.revision != pace.revision - 1:
            raise Moved
        self._world.kept = pace


class _Own:
    def __init__(self, world: World) -> None:
        self._world = world

    async def get(self, _: str) -> Contacts:
        return self._world.own
