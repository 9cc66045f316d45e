"""Tickets in whatever state, written straight through the store, with all that happened before."""

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from domain.butlers.items import Priority
from domain.butlers.weeks import Week
from domain.hours import Interval, standard_week
from domain.staff.roles import Role
from domain.tickets import moves
from domain.tickets.clocks import Terms
from domain.tickets.events import By
from domain.tickets.keeping import Keeping
from domain.tickets.ports import TicketStore
from domain.tickets.tickets import Asker, Origin, Reason, Source, Ticket
from domain.time import SHANGHAI
from domain.transactions import Act, Unit
from domain.workdays import Calendar
from server.wiring import Installation
from tests.staffing import act
from tests.ticketing import ALWAYS, ITEM, employ, new_place

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# They are so old at most, and it is known for so long when somebody works.
OLDEST, KNOWN = 6 * DAY, 40 * DAY
MOST_MOVES = 5
OFFICE: Week = standard_week(
    Interval(begins=time(9), ends=time(12)), Interval(begins=time(14), ends=time(18))
)

chance = random.Random()  # noqa: S311 - which life, guards nothing


@dataclass(frozen=True)
class Minutes:
    """The minutes from ``begin`` on in which somebody works at a place."""

    begin: datetime
    open: tuple[bool, ...]
    worked: tuple[int, ...]

    @classmethod
    def of(cls, week: Week, calendar: Calendar, begin: datetime) -> "Minutes":
        """One by one, by the clock on the wall."""
        count = (OLDEST + KNOWN) // MINUTE
        flags = tuple(_works(begin + n * MINUTE, week, calendar) for n in range(count))
        return cls(begin, flags, tuple(n for n, flag in enumerate(flags) if flag))

    def number(self, at: datetime) -> int:
        """Which minute it is."""
        return (at - self.begin) // MINUTE

    def instant(self, number: int) -> datetime:
        """When a minute begins."""
        return self.begin + number * MINUTE


def _works(at: datetime, week: Week, calendar: Calendar) -> bool:
    local = at.astimezone(SHANGHAI)
    day, weekday = local.date(), local.weekday()
    if day in calendar.holidays:
        return False
    if day in calendar.workdays and not week.get(weekday):
        weekday = 0
    of_day = f"{local:%H:%M:%S}"
    return any(f"{one.begins}" <= of_day < f"{one.ends}" for one in week.get(weekday, ()))


@dataclass(frozen=True)
class Desk:
    """Two places with different hours, who works there, who asks."""

    parts: Installation
    begin: datetime
    places: Mapping[str, Minutes]
    butlers: tuple[str, ...]
    # The supervisor and the clerk of the office.
    others: Mapping[Role, str]
    people: Sequence[str]

    def now(self) -> datetime:
        """By the true clock."""
        return self.parts.house.clock()

    def terms(self, ticket: Ticket) -> Terms:
        """How long its clocks run."""
        return self._keeping.clocks.terms(ticket)

    async def ticket(self, ticket_id: str) -> Ticket:
        """As it is."""
        found = await self._store.get(ticket_id)
        assert found
        return found

    async def add(self) -> Ticket:
        """One more."""
        one = await self._keeping.clocks.timed(self._grown(), now=self.now())

        async def work(unit: Unit) -> Ticket:
            return await self._keeping.add(unit, self._act(one.changed_at, "test"), one)

        return await self.parts.house.transactions.plain()(work)

    async def hand_on(self, ticket_id: str) -> None:
        """To another butler, which changes nothing of its clocks."""
        given = self._act(self.now(), "test")

        async def work(unit: Unit) -> None:
            was = await self._store.get(ticket_id, unit=unit)
            assert was
            to = next(one for one in self.butlers if one != was.butler_id)
            after = moves.transferred(given, was, to=to, reason="换人")
            after = await self._keeping.clocks.timed(after, now=given.at)
            await self._keeping.put(unit, given, was=was, after=after)

        await given.commit(work)

    @property
    def _keeping(self) -> Keeping:
        return self.parts.house.tickets.desk._ground.keeping

    @property
    def _store(self) -> TicketStore:
        return self.parts.house.tickets.desk._ground.store

    def _act(self, at: datetime, actor: str) -> Act:
        return replace(act(self.parts.house, actor), at=at)

    def _grown(self) -> Ticket:
        """All that happened before, on whole minutes, so that minutes can be counted."""
        ago = sorted(chance.sample(range(1, OLDEST // MINUTE), MOST_MOVES), reverse=True)
        times = [self.begin + OLDEST - n * MINUTE for n in ago]
        person, butler = chance.choice(self.people), chance.choice(self.butlers)
        ticket = self._opened(self._act(times[0], person))
        if chance.random() < 0.2:
            urgent = self._act(times[0], butler)
            ticket = moves.prioritised(urgent, ticket, priority=Priority.URGENT)
        if chance.random() < 0.8:
            given = self._act(times[0], "system")
            ticket = moves.assigned(given, ticket, butler_id=butler, why=("在岗",))
        for at in times[1 : chance.randint(1, MOST_MOVES)]:
            ticket = _moved(ticket, self._act(at, person), self._act(at, butler))
        return ticket

    def _opened(self, asked: Act) -> Ticket:
        return moves.opened(
            asked,
            ticket_id=asked.draw.id(),
            number=f"GJ{uuid.uuid4().hex[:12].upper()}",
            asker=Asker(person_id=asked.actor, subject_id=asked.actor, about=asked.actor),
            origin=Origin(source=Source.MINI_PROGRAM),
            item=ITEM,
            place_id=chance.choice(list(self.places)),
            by=By.CITIZEN,
            said="怎样修复信用？",
        )


def _moved(was: Ticket, citizen: Act, staff: Act) -> Ticket:
    """Something that may happen."""
    if not was.active:
        return moves.reopened(citizen, was, said="还是不行")
    what = chance.choice(("ask", "answer", "wait", "wait", "end"))
    if what == "ask":
        return moves.asked(citizen, was, said="补充一点")
    if what == "end" and was.answered_at:
        return moves.ended(staff, was, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)
    return moves.answered(staff, was, waits=what == "wait")


async def desk(parts: Installation, people: Sequence[str]) -> Desk:
    """An office of one supervisor and one clerk, three butlers, two places."""
    house, calendar = parts.house, parts.calendar
    begin = house.clock().replace(second=0, microsecond=0) - OLDEST
    weeks = {await new_place(house, week): week for week in (ALWAYS, OFFICE)}
    butlers = await employ(parts, *[Role.BUTLER] * 3)
    supervisor, clerk = await employ(parts, Role.SUPERVISOR, Role.OFFICE)
    return Desk(
        parts=parts,
        begin=begin,
        places={one: Minutes.of(week, calendar, begin) for one, week in weeks.items()},
        butlers=butlers,
        others={Role.SUPERVISOR: supervisor, Role.OFFICE: clerk},
        people=people,
    )
