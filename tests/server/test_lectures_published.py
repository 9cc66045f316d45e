"""Many lectures at one minute, over two processes: each is shown once, and told of once."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.killed import Ground, ground
from tests.lecturing import EDITOR, REVIEWER, house_of, submitted
from tests.proof import Proof
from tests.server.test_killed import cast_at
from tests.server.test_lectures_at_once import desk
from tests.staffing import act
from tests.waiting import until

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
LECTURES = 100 if FULL else 5
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Ground]:
    with ground(tmp_path) as house:
        yield house


@pytest.fixture
def rows(house: Ground) -> Iterator[Any]:
    """The database as it is; without keys, so without people."""
    with MongoClient[dict[str, Any]](house.mongo_uri, tz_aware=True) as client:
        yield client[house.database]


async def test_each_of_many_lectures_at_one_minute_is_shown_once_and_told_of_once(
    house: Ground, rows: Any, proof: Proof
) -> None:
    """Every message of the outbox is there twice, so that both processes come to each lecture."""
    first, second = house.server(workers=2), house.server(workers=2)
    await asyncio.gather(first.listening(), second.listening())
    async with cast_at(first, house) as cast, desk(house, cast):
        ours = house_of(cast)
        follower = ours.draw.id()
        rows["lecture_followers"].insert_one({"_id": follower, "v": 1, "since": LONG_AGO})
        waiting = [await submitted(cast) for _ in range(LECTURES)]
        at = ours.clock() + timedelta(seconds=LECTURES // 10 + 3)
        for one in waiting:
            await ours.lectures.desk.publish(
                act(ours, REVIEWER), version_id=one.id, tag=one.tag, publish_at=at
            )
        for planned in rows["outbox"].find({"topic": "lecture.publish"}):
            rows["outbox"].insert_one({**planned, "_id": ours.draw.id()})
        ids = [one.lecture_id for one in waiting]
        assert rows["lectures"].count_documents({"standing": "shown"}) == 0
        await until(lambda: rows["lectures"].count_documents({"standing": "shown"}) == LECTURES)
        await until(lambda: rows["notices"].count_documents({"person_id": follower}) >= LECTURES)
        await until(lambda: rows["outbox"].count_documents({"topic": "lecture.publish"}) == 0)
        await until(lambda: rows["outbox"].count_documents({"topic": "lecture.tell"}) == 0)
        found = list(rows["lectures"].find({"_id": {"$in": ids}}))
    # Never before its minute; each revision counts one showing.
    assert all(one["shown_at"] >= at for one in found)
    assert {one["revision"] for one in found} == {1}
    shown = Counter(e["object_id"] for e in rows["audit_events"].find({"action": "lecture.shown"}))
    assert shown == Counter(ids)
    links = Counter(one["link"] for one in rows["notices"].find({"person_id": follower}))
    assert len(links) == LECTURES
    assert set(links.values()) == {1}
    told = rows["alerts"].count_documents({"staff_id": EDITOR, "key": {"$regex": "讲座已发布$"}})
    assert told == LECTURES
    late = max(one["shown_at"] for one in found) - at
    proof(
        "lectures scheduled for one minute, two processes, every message twice",
        LECTURES,
        f"each shown once and told of once, the last {late.total_seconds():.1f} s after it",
    )
