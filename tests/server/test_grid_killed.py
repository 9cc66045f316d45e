"""What goes to the power company over processes: killed between sending and recording, or two."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from domain.grid.reconciling import COMPARE
from domain.time import SHANGHAI
from server import development
from tests.applying import promised
from tests.cast import Cast
from tests.killed import Ground, ground
from tests.server.test_killed import cast_at, leave_no_lease
from tests.waiting import until

GRID = "/sandbox/faults/grid"
NIGHT = timedelta(hours=4)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Ground]:
    with ground(tmp_path) as house:
        yield house


@pytest.fixture
def rows(house: Ground) -> Iterator[Any]:
    """The database as it is, whoever is dead; without keys, so without people."""
    with MongoClient[dict[str, Any]](house.mongo_uri, tz_aware=True) as client:
        yield client["credit_yuexiu"]


async def test_a_server_killed_between_sending_and_recording_sends_the_same_delivery_again(
    house: Ground, rows: Any
) -> None:
    given = development.grid(house.sandbox)
    server = house.server(**given)
    async with cast_at(server, house) as cast:
        alice = await cast.owner()
        slow = {"kind": "slow", "seconds": 8, "times": 1, "path": "/v1/deliveries"}
        (await cast.sandbox.put(GRID, json=slow)).raise_for_status()
        shown, _ = await promised(alice, papers=())

        await struck(cast)
        # The request is there, and its answer is not.
        server.kill()
        [sent] = await there(cast, shown["number"])
        [row] = rows["grid_deliveries"].find()
        assert (row["state"], row["tries"], row["_id"]) == ("pending", 0, sent["delivery_id"])
        house.server(**given)
        leave_no_lease(rows)
        await until(lambda: rows["grid_deliveries"].count_documents({"state": "sent"}) == 1)
        assert await there(cast, shown["number"]) == [sent]
    [row] = rows["grid_deliveries"].find()
    assert (row["tries"], row["_id"]) == (1, sent["delivery_id"])
    done = {"action": "grid.delivered", "object_id": row["_id"]}
    assert rows["audit_events"].count_documents(done) == 1


async def struck(cast: Cast) -> None:
    """The request that is to be answered late has come."""
    async with asyncio.timeout(60):
        while True:
            if "slow" not in (await cast.sandbox.get("/sandbox/faults")).text:
                return
            await asyncio.sleep(0.02)


async def there(cast: Cast, number: str) -> list[dict[str, Any]]:
    """All that the company took of an application, once it has taken any."""
    async with asyncio.timeout(60):
        while True:
            answer = await cast.sandbox.get(f"/sandbox/grid/{number}")
            if answer.is_success and answer.json()["deliveries"]:
                found: list[dict[str, Any]] = answer.json()["deliveries"]
                return found
            await asyncio.sleep(0.05)


async def test_two_processes_compare_once_a_day(house: Ground, rows: Any) -> None:
    now = datetime.now(SHANGHAI)
    night = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), SHANGHAI) + NIGHT
    given = {**development.grid(house.sandbox), "workers": 2}
    minutes = (night - now).total_seconds() / 60
    for _ in range(2):
        await house.server(clock_minutes=minutes, **given).listening()

    def asleep(fence: int) -> bool:
        """Whether it was worked more often than so, and sleeps until the next night."""
        row = rows["outbox"].find_one({"_id": COMPARE})
        late = datetime.now(SHANGHAI) + timedelta(hours=1)
        return bool(row["fence"] > fence and row["next_at"] > late)

    for fence in range(3):
        await until(lambda fence=fence: asleep(fence))
        assert rows["grid_comparisons"].count_documents({}) == 1
        assert rows["audit_events"].count_documents({"action": "grid.compared"}) == 1
        leave_no_lease(rows)
