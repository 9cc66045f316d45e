"""Tickets asked at one moment of two processes that are killed: each once, and fairly given out."""

import asyncio
import os
import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from domain.tickets.handing_out import ASSIGN
from tests.cast import Cast, Person
from tests.killed import Ground, Succession, asked, ground, inside
from tests.proof import Proof
from tests.server.test_killed import leave_no_lease
from tests.ticketing import question, team
from tests.waiting import until

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
WAVES, EACH = (10, 20) if FULL else (2, 20)
PEOPLE, BUTLERS = 5, 4
# Each process gives out several at a time.
WORKERS = 4

chance = random.Random()  # noqa: S311 - which moment, guards nothing


@dataclass
class Asked:
    """One question under one key, as both processes get it, and every answer that came."""

    first: Person
    second: Person
    body: dict[str, Any]
    key: str
    answers: list[bytes]

    async def ask(self, person: Person) -> None:
        """Until it is taken."""
        answer = await asked(person, "/v1/tickets", self.body, key=self.key, status=201)
        self.answers.append(answer.content)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Ground]:
    with ground(tmp_path) as house:
        yield house


@pytest.fixture
def rows(house: Ground) -> Iterator[Any]:
    """The database as it is, whoever is dead; without keys, so without people."""
    with MongoClient[dict[str, Any]](house.mongo_uri, tz_aware=True) as client:
        yield client[house.database]


async def questions(first: Cast, second: Cast, place_id: str) -> list[Asked]:
    """Each person's phone speaks to either process."""
    people = [await first.newcomer() for _ in range(PEOPLE)]
    asks = []
    for number in range(WAVES * EACH):
        person = people[number % PEOPLE]
        other = Person(second, person.persona)
        other.tokens = person.tokens
        body = await question(person, place_id=place_id, text=f"第 {number} 个问题")
        asks.append(Asked(person, other, body, str(uuid.uuid4()), []))
    return asks


async def wave(
    asks: Sequence[Asked], line: Succession, cast: Cast, *, told: bool
) -> list["asyncio.Task[None]"]:
    """Each twice at once; meanwhile the first process dies, after a commit or whenever it is.

    Whoever waits for a key that the dead held is still waiting when the next ones come.
    """
    if told:
        line.now.flag.touch()
    tasks = [asyncio.create_task(one.ask(one.first)) for one in asks]
    if told:
        # The second process hears of them once the first is dead, which then surely committed.
        await line.now.dead()
    tasks += [asyncio.create_task(one.ask(one.second)) for one in asks]
    if not told:
        await asyncio.sleep(chance.uniform(0, 0.5))
        line.now.kill()
    await line.succeed(cast)
    return tasks


async def test_tickets_asked_at_once_of_processes_that_die_are_each_there_once_and_shared_fairly(
    house: Ground, rows: Any, proof: Proof
) -> None:
    async with inside(house) as parts:
        place_id, butlers = await team(parts, BUTLERS)
    line = Succession(house, kills=WAVES, workers=WORKERS)
    steady = house.server(workers=WORKERS)
    await steady.listening()
    first, second = (
        Cast(api=server.api, sandbox=house.sandbox, workers=None) for server in (line.now, steady)
    )
    try:
        await line.begin(first)
        asks = await questions(first, second, place_id)
        tasks = []
        for number in range(WAVES):
            group = asks[number * EACH : (number + 1) * EACH]
            tasks += await wave(group, line, first, told=number % 2 == 0)
        await asyncio.gather(*tasks)
        leave_no_lease(rows)
        await until(lambda: rows["outbox"].find_one({"topic": ASSIGN}) is None)
        await asyncio.gather(*(one.ask(one.second) for one in asks))
    finally:
        await first.close()
        await second.close()
    assert all(len(one.answers) == 3 and len(set(one.answers)) == 1 for one in asks)
    assert len({one.answers[0] for one in asks}) == len(asks)
    counts = each_once(rows, len(asks), butlers)
    proof(
        "tickets asked twice at once of two processes, one killed with -9 in each wave",
        len(asks),
        f"each once, none lost; {WAVES} kills; {BUTLERS} butlers have {counts}",
    )


def each_once(rows: Any, count: int, butlers: Sequence[str]) -> list[int]:
    """How many each butler has; everything of every ticket is there once."""
    tickets = list(rows["tickets"].find())
    assert len(tickets) == count
    for ticket in tickets:
        assert [one["what"] for one in ticket["log"]] == ["opened", "assigned"]
        assert rows["ticket_messages"].count_documents({"ticket_id": ticket["_id"], "n": 1}) == 1
        for action in ("ticket.opened", "ticket.assigned"):
            chosen = {"action": action, "object_id": ticket["_id"]}
            assert rows["audit_events"].count_documents(chosen) == 1
        told = {"key": {"$regex": f"^ticket.assigned:{ticket['_id']}:"}}
        assert rows["alerts"].count_documents(told) == 1
        link = {"link": f"/tickets/{ticket['number']}"}
        assert rows["notices"].count_documents(link) == 1
    assert rows["ticket_messages"].count_documents({}) == count
    given = Counter(ticket["butler_id"] for ticket in tickets)
    assert given.keys() == set(butlers)
    assert max(given.values()) - min(given.values()) <= 1
    return sorted(given.values())
