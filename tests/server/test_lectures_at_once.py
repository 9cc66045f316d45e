"""Many people and one lecture, over two processes: places, and what they are told, each once."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.killed import Ground, Succession, ground, inside
from tests.lecturing import house_of, published
from tests.proof import Proof
from tests.server.test_killed import cast_at, leave_no_lease
from tests.staffing import act
from tests.waiting import until

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
PEOPLE, PLACES = (200, 50) if FULL else (40, 10)
KILLS, FOLLOWERS, REGISTERED = (40, 3000, 1000) if FULL else (3, 230, 120)
AT_A_TIME = 20
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

chance = random.Random()  # noqa: S311 - which moment, guards nothing


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Ground]:
    with ground(tmp_path) as house:
        yield house


@pytest.fixture
def rows(house: Ground) -> Iterator[Any]:
    """The database as it is, whoever is dead; without keys, so without people."""
    with MongoClient[dict[str, Any]](house.mongo_uri, tz_aware=True) as client:
        yield client[house.database]


@asynccontextmanager
async def desk(house: Ground, cast: Cast) -> AsyncIterator[Installation]:
    """The parts in this process, where lectures are shown; nothing of it runs."""
    async with inside(house) as parts:
        cast.house, cast.database = parts.house, parts.database
        yield parts


async def newcomers(cast: Cast, count: int) -> list[Person]:
    found: list[Person] = []
    while len(found) < count:
        some = min(AT_A_TIME, count - len(found))
        found += await asyncio.gather(*(cast.newcomer() for _ in range(some)))
    return found


async def test_no_more_have_a_place_than_there_are_though_all_come_at_once_to_two_processes(
    house: Ground, rows: Any, proof: Proof
) -> None:
    first, second = house.server(workers=0), house.server(workers=0)
    await asyncio.gather(first.listening(), second.listening())
    async with cast_at(first, house) as cast, desk(house, cast):
        version = await published(cast, places=PLACES)
        people = await newcomers(cast, PEOPLE)
        path = f"/v1/lectures/{version.lecture_id}/registration"
        # Everybody presses twice; one of the two goes to each process.
        async with httpx.AsyncClient(base_url=second.api, trust_env=False, timeout=60) as other:
            cast.client.timeout = httpx.Timeout(60)
            answers = await asyncio.gather(
                *(one.post(path) for one in people),
                *(
                    other.post(path, headers={**one.headers, "Idempotency-Key": f"{number:08d}"})
                    for number, one in enumerate(people)
                ),
            )
        assert Counter(one.status_code for one in answers) == {201: 2 * PEOPLE}
        registered = list(rows["lecture_registrations"].find({"lecture_id": version.lecture_id}))
        assert len({row["person_id"] for row in registered}) == len(registered) == PEOPLE
        states = Counter(row["state"] for row in registered)
        assert states == {"confirmed": PLACES, "waiting": PEOPLE - PLACES}
        # First come, first served: by the numbers they got, and each told the place it is.
        in_order = sorted(registered, key=lambda row: row["number"])
        assert [row["number"] for row in in_order] == list(range(1, PEOPLE + 1))
        assert {row["state"] for row in in_order[:PLACES]} == {"confirmed"}
        last = in_order[-1]["person_id"]
        shown = await house_of(cast).around.registering.get(
            lecture_id=version.lecture_id, person_id=last
        )
        assert shown.place == PEOPLE - PLACES
        room = rows["lecture_rooms"].find_one({"_id": version.lecture_id})
        assert (room["confirmed"], room["waiting"]) == (PLACES, PEOPLE - PLACES)
    proof(
        "registrations at once over two processes",
        2 * PEOPLE,
        f"{PLACES} places given to the first {PLACES} of {PEOPLE} people, never one more",
    )


async def test_everybody_is_told_once_though_workers_are_killed_and_clocks_are_apart(
    house: Ground, rows: Any, proof: Proof
) -> None:
    """Of a new lecture and ten minutes before it: two processes, one killed again and again."""
    line = Succession(house, kills=KILLS, workers=2, clock_minutes=1)
    steady = house.server(workers=2, clock_minutes=-1)
    async with cast_at(line.now, house) as cast, desk(house, cast):
        ours, draw = house_of(cast), house_of(cast).draw
        followers = [draw.id() for _ in range(FOLLOWERS)]
        rows["lecture_followers"].insert_many(
            [{"_id": one, "v": 1, "since": LONG_AGO} for one in followers]
        )
        begins_at = ours.clock() + timedelta(days=2)
        ends_at = begins_at + timedelta(hours=1)
        version = await published(cast, places=REGISTERED, begins_at=begins_at, ends_at=ends_at)
        people = [draw.id() for _ in range(REGISTERED)]
        for one in people:
            await ours.around.registering.register(act(ours, one), lecture_id=version.lecture_id)
        # Now it begins in five minutes, by the clock of either.
        soon = ours.clock() + 5 * MINUTE
        rows["lectures"].update_one(
            {"_id": version.lecture_id},
            {"$set": {"programme.begins_at": soon, "begins_at": soon}},
        )
        for planned in rows["outbox"].find({"topic": "lecture.remind"}):
            name = f"{version.lecture_id}@{soon:%Y%m%dT%H%M%S}"
            again = {"$set": {"object_id": name, "next_at": LONG_AGO}}
            rows["outbox"].update_one({"_id": planned["_id"]}, again)
            twice = {**planned, "_id": draw.id(), "object_id": name, "next_at": LONG_AGO}
            rows["outbox"].insert_one(twice)
        await steady.listening()
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.05, 0.5))
            line.now.kill()
            leave_no_lease(rows)
            await line.succeed(cast)
        leave_no_lease(rows)
        await until(lambda: all_told(rows, version.lecture_id))
        told = Counter(row["person_id"] for row in rows["notices"].find({"kind": "lecture"}))
        assert told == Counter([*followers, *people])
    proof(
        "lecture notices, workers killed, clocks two minutes apart",
        KILLS,
        f"{FOLLOWERS} followers and {REGISTERED} registered told, each once",
    )


def all_told(rows: Any, lecture_id: str) -> bool:
    """Both tellings began, and are over."""
    found = list(rows["lecture_tellings"].find({"lecture_id": lecture_id}))
    return {row["what"] for row in found} == {"new", "soon"} and all(row["over"] for row in found)
