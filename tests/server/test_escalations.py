"""Two schedulers, one killed again and again, both with clocks that jump: each step once.

What must have happened is computed beside the product: minute by minute, by the lives of
tests/domain/tickets/minutes.py, for tickets in which nothing happens any more but what clocks do.
"""

import asyncio
import os
import random
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from domain.errors import DomainError
from domain.staff.roles import Role
from domain.tickets.scheduling import STEP
from domain.tickets.tickets import Reason, State, Ticket
from tests.cast import Cast
from tests.domain.tickets.minutes import Life
from tests.growing import Desk, Minutes, desk
from tests.killed import Ground, Succession, ground, inside
from tests.proof import Proof
from tests.server.test_killed import leave_no_lease
from tests.waiting import until

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
KILLS, TICKETS = (100, 300) if FULL else (2, 40)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Clocks go so far ahead at most, and come back to so far behind.
FARTHEST, BEHIND = 4 * DAY, 12 * HOUR
# A process looks for work once a second at least.
LONGEST = 1.6 if FULL else 0.8
REMIND, CLOSE = 2 * DAY, 7 * DAY
TOLD = {50: (), 75: (Role.SUPERVISOR,), 100: (Role.SUPERVISOR, Role.OFFICE)}

chance = random.Random()  # noqa: S311 - which moment, guards nothing
Row = dict[str, Any]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Ground]:
    with ground(tmp_path) as house:
        yield house


@pytest.fixture
def rows(house: Ground) -> Iterator[Any]:
    """The database as it is, whoever is dead; without keys, so without people."""
    with MongoClient[Row](house.mongo_uri, tz_aware=True) as client:
        yield client[house.database]


# -- what must happen ----------------------------------------------------------


def steps_of(ticket: Ticket, terms: Mapping[str, timedelta], at: Minutes) -> dict[str, datetime]:
    """Every step that its clocks ask for if nobody does anything, and when."""
    if not ticket.active:
        return {}
    life, number = lived(ticket, at)
    steps = {}
    for name, run in life.runs.items():
        if run.stopped is None and not run.paused:
            for level in TOLD:
                needed = terms[name.partition(":")[0]] * level // (100 * MINUTE)
                steps[f"{name}:{level}"] = at.instant(
                    last_minute(name, run.ticks, needed, number, at) + 1
                )
    if ticket.state is State.WAITING:
        place = max(n for n, one in enumerate(ticket.log) if one.waits)
        steps[f"waiting:{place}:remind"] = ticket.log[place].at + REMIND
        steps[f"waiting:{place}:close"] = ticket.log[place].at + CLOSE
    return steps


def lived(ticket: Ticket, at: Minutes) -> tuple[Life, int]:
    """Until the minute of the last thing that happened."""
    left, life = list(ticket.log), Life()
    number = at.number(left[0].at)
    while True:
        while left and at.number(left[0].at) <= number:
            life.happens(left.pop(0), number)
        if not left:
            return life, number
        life.tick(number, open_now=at.open[number])
        number += 1


def last_minute(name: str, ticks: list[int], needed: int, begin: int, at: Minutes) -> int:
    """The one with which so many have ticked; from ``begin`` on nothing happens any more."""
    if needed <= len(ticks):
        return ticks[needed - 1]
    more = needed - len(ticks)
    if name.startswith("promise"):
        return begin + more - 1
    return at.worked[bisect_left(at.worked, begin) + more - 1]


# -- what happens --------------------------------------------------------------


def jump(clock: Path, farthest: timedelta) -> None:
    """The clock of the processes that read this file is anywhere from now on."""
    clock.write_text(str(chance.uniform(-BEHIND / MINUTE, farthest / MINUTE)))


@asynccontextmanager
async def unrest(desk: Desk, rows: Any, tickets: Sequence[Ticket]) -> AsyncIterator[None]:
    """Tickets are handed on all the time, and the schedulers never rest."""

    async def hand_on() -> None:
        while True:
            with suppress(DomainError):
                await desk.hand_on(chance.choice(tickets).id)
            await asyncio.sleep(0.01)

    async def push() -> None:
        while True:
            # Now and then it is due although somebody holds it: then two are at it.
            free = {} if chance.random() < 0.05 else {"held_at": {"$exists": False}}
            rows["outbox"].update_one({"_id": STEP, **free}, [{"$set": {"next_at": "$$NOW"}}])
            await asyncio.sleep(0.1)

    tasks = [asyncio.create_task(hand_on()), asyncio.create_task(push())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_each_escalation_and_reminder_comes_once_whoever_dies_and_whatever_clocks_say(
    house: Ground, rows: Any, proof: Proof
) -> None:
    clocks = [house.folder / "first-clock", house.folder / "second-clock"]
    for clock in clocks:
        clock.write_text("0")
    line = Succession(house, kills=KILLS, clock=clocks[0])
    steady = house.server(clock=clocks[1])
    cast = Cast(api=steady.api, sandbox=house.sandbox, workers=None)
    await steady.listening()
    people = [await (await cast.newcomer()).own_subject() for _ in range(3)]
    try:
        async with inside(house) as parts:
            place = await desk(parts, people)
            tickets = [await place.add() for _ in range(TICKETS)]
            await line.begin(cast)
            async with unrest(place, rows, tickets):
                for kill in range(KILLS):
                    for clock in clocks:
                        jump(clock, FARTHEST * (kill + 1) / KILLS)
                    await asyncio.sleep(chance.uniform(0, LONGEST))
                    line.now.kill()
                    leave_no_lease(rows)
                    await line.succeed(cast)
                begun = place.now() + FARTHEST
                for clock in clocks:
                    clock.write_text(str(FARTHEST / MINUTE))
                await until(lambda: nothing_due(rows, place.now() + FARTHEST))
            house.end()
            known = Known(begun, place.now() + FARTHEST, rows, place)
            steps = sum([await known.check(ticket) for ticket in tickets])
            known.check_told()
    finally:
        await cast.close()
    result = f"each of {steps} steps once, none missing, none early by the farther clock"
    proof("kill -9 of one of two schedulers whose clocks jump by days", KILLS, result)


def nothing_due(rows: Any, now: datetime) -> bool:
    return rows["tickets"].find_one({"next_step_at": {"$lte": now}}) is None


# -- what has happened ---------------------------------------------------------


@dataclass
class Known:
    """What is there in the end; steps due from ``begun`` to ``ended`` may be there or not."""

    begun: datetime
    ended: datetime
    rows: Any
    desk: Desk

    async def check(self, was: Ticket) -> int:
        """All that this ticket's clocks did; how many steps."""
        ticket = await self.desk.ticket(was.id)
        terms = vars(self.desk.terms(was))
        steps = steps_of(was, terms, self.desk.places[was.place_id])
        taken = ticket.stepped
        assert len(set(taken)) == len(taken)
        assert {name for name, at in steps.items() if at <= self.begun} <= set(taken)
        assert set(taken) <= {name for name, at in steps.items() if at <= self.ended}
        closed = any(name.endswith(":close") for name in taken)
        if closed:
            assert (ticket.state, ticket.reason) == (State.CLOSED, Reason.UNANSWERED)
            assert [one.what.value for one in ticket.log].count("closed") == 1 + [
                one.what.value for one in was.log
            ].count("closed")
        left = [at for name, at in steps.items() if name not in taken]
        assert ticket.next_step_at == (None if closed else min(left, default=None))
        self._check_rows(ticket)
        return len(taken)

    def _check_rows(self, ticket: Ticket) -> None:
        escalated = [name for name in ticket.stepped if not name.startswith("waiting")]
        found = [
            row["step"] for row in self.rows["ticket_escalations"].find({"ticket_id": ticket.id})
        ]
        assert sorted(found) == sorted(escalated)
        events = [
            (row["action"], row["facts"].get("step", ""))
            for row in self.rows["audit_events"].find({"object_id": ticket.id})
        ]
        assert sorted(step for what, step in events if what == "ticket.escalated") == sorted(
            escalated
        )
        closed = any(name.endswith(":close") for name in ticket.stepped)
        reminded = any(name.endswith(":remind") for name in ticket.stepped)
        titles = Counter(
            row["title"] for row in self.rows["notices"].find({"link": f"/tickets/{ticket.number}"})
        )
        assert titles["工单已关闭"] == events.count(("ticket.ended", "")) == closed
        # Whoever comes when it is to be closed already does not remind before.
        assert titles["信用管家在等您补充"] == events.count(("ticket.reminded", "")) <= reminded
        assert closed or titles["信用管家在等您补充"] == reminded

    def check_told(self) -> None:
        """Of steps of one clock taken together the furthest is told, and each to each once."""
        runs = defaultdict(list)
        told = Counter()
        for row in self.rows["ticket_escalations"].find():
            runs[row["ticket_id"], row["step"].rpartition(":")[0]].append(row)
            told.update((one, f"ticket.step:{row['_id']}") for one in row["told"])
        for taken in runs.values():
            for row in taken:
                with_it = [other["level"] for other in taken if other["at"] == row["at"]]
                others = set(row["told"]) - set(self.desk.butlers)
                if row["level"] < max(with_it):
                    assert not row["told"]
                else:
                    assert others == {self.desk.others[role] for role in TOLD[row["level"]]}
        alerts = Counter(
            (row["staff_id"], row["key"])
            for row in self.rows["alerts"].find({"key": {"$regex": "^ticket.step:"}})
        )
        assert set(alerts.values()) == {1}
        assert alerts == told
