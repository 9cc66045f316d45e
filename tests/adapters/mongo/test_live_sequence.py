"""Each committed event gets one number, without a gap, whoever numbers, dies or commits late."""

import asyncio
import os
import random
from datetime import timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.database import Database
from adapters.mongo.live_sequence import BEGINNING, FORGOTTEN, NAME, MongoSequence
from adapters.mongo.transactions import MongoTransactions
from domain.live.sequence import Place, Sequencer
from domain.transactions import LostLease, Unit
from tests.live import Room
from tests.proof import Proof

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
EVENTS = 10_000 if FULL else 500
WRITERS = 16


class World:
    """A sequence of its own, and whoever numbers it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.transactions = MongoTransactions(database, hmac_key=b"k" * 32)
        self.store = MongoSequence(database)
        self.room = Room(self.transactions)

    async def sequencer(self, name: str, *, batch: int = 7) -> Sequencer:
        made = Sequencer(
            store=self.store, commit=self.transactions.plain(), holder=name, batch=batch
        )
        await made.begin()
        return made

    async def row(self) -> dict[str, Any]:
        found = await self.database["live_sequencer"].find_one({"_id": NAME})
        assert found
        return found

    async def age(self, by: timedelta) -> None:
        """Let the lease have run out so long ago."""
        until = {"$subtract": ["$$NOW", int(by.total_seconds() * 1000)]}
        await self.database["live_sequencer"].update_one(
            {"_id": NAME}, [{"$set": {"until": until}}]
        )

    async def numbered(self) -> list[tuple[int, str, int]]:
        rows = await self.store.after(0, 100_000)
        return [(row.number, row.about, row.revision) for row in rows]


@pytest.fixture
def world(io_loop: IOLoop, database: Database) -> World:
    async def clear() -> None:
        for name in ("live_events", "live_numbered", "live_sequencer"):
            await database[name].delete_many({})

    io_loop.run_sync(clear)
    return World(database)


async def test_what_commits_late_gets_a_later_number_and_is_not_missed(world: World) -> None:
    """It was stamped first: whoever reads forward by its stamp would never see it."""
    sequencer = await world.sequencer("one")
    assert await sequencer.hold("era")
    late = asyncio.create_task(world.room.publish("desk", about="late", wait=0.3))
    await asyncio.sleep(0.05)
    await world.room.publish("desk", about="early")
    assert await sequencer.step()
    await late
    assert await sequencer.step()
    assert not await sequencer.step()
    assert await world.numbered() == [(1, "early", 0), (2, "late", 0)]


async def test_every_event_once_and_no_gap_while_sequencers_die_and_others_take_over(
    world: World, proof: Proof
) -> None:
    chance = random.Random(7)  # noqa: S311 - the same each time
    left = EVENTS
    published: set[tuple[str, int]] = set()

    async def write() -> None:
        nonlocal left
        while left > 0:
            count = chance.randint(1, 4)
            left -= count
            wait = chance.choice((0, 0, 0, 0.02, 0.1))
            about = await world.room.publish("desk", wait=wait, count=count)
            published.update((about, revision) for revision in range(count))

    async def number(name: str) -> None:
        sequencer = await world.sequencer(name, batch=chance.randint(1, 40))
        while True:
            await sequencer.hold("never")
            await sequencer.step()
            await asyncio.sleep(chance.choice((0, 0.005)))

    killed = 0

    async def kill() -> None:
        """Two at a time, wherever they are; what they held is free at once."""
        nonlocal killed
        while left > 0:
            tasks = [asyncio.create_task(number(f"{killed}-{one}")) for one in range(2)]
            await asyncio.sleep(chance.uniform(0.02, 0.1))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            killed += 1
            await world.age(timedelta(milliseconds=1))

    await asyncio.gather(kill(), *(write() for _ in range(WRITERS)))
    await world.age(timedelta(milliseconds=1))
    last = await world.sequencer("last", batch=1000)
    while await world.store.waiting(1):
        # What the killed had on its way may commit still, and cost the lease once more.
        await last.hold("never")
        await last.step()
    rows = await world.numbered()
    assert [number for number, _, _ in rows] == list(range(1, len(published) + 1))
    assert sorted((about, revision) for _, about, revision in rows) == sorted(published)
    assert await world.database["live_events"].count_documents({}) == 0
    assert killed > 1
    proof(f"live events numbered, {killed} sequencers killed", len(rows), "each once, no gap")


async def test_who_has_lost_the_lease_numbers_nothing(world: World) -> None:
    one, two = await world.sequencer("one"), await world.sequencer("two")
    assert await one.hold("era")
    assert not await two.hold("era")
    await world.room.publish("desk", about="a")
    await world.age(timedelta(seconds=1))
    assert await two.hold("era")
    assert not await one.step()
    assert not one.holds
    assert await two.step()
    assert await world.numbered() == [(1, "a", 0)]


async def test_a_fence_is_checked_in_the_transaction_that_numbers(world: World) -> None:
    one = await world.sequencer("one")
    lease = await world.store.claim("one", "era")
    assert lease
    await world.room.publish("desk", about="a")
    events = await world.store.waiting(10)
    await world.age(timedelta(seconds=1))
    assert await world.store.claim("two", "era")

    async def work(unit: Unit) -> None:
        await world.store.number(unit, lease, events)

    with pytest.raises(LostLease):
        await world.transactions.plain()(work)
    assert await world.numbered() == []
    assert not one.holds


async def test_who_ends_leaves_the_lease_to_the_next(world: World) -> None:
    one, two = await world.sequencer("one"), await world.sequencer("two")
    assert await one.hold("era")
    await one.end()
    assert await two.hold("era")


async def test_a_new_era_begins_only_where_nobody_has_numbered_for_long(world: World) -> None:
    """As where a backup was put back: numbers told since would be given again."""
    one = await world.sequencer("one")
    assert await one.hold("not before the first")
    assert (await world.row())["era"] == "one"
    await world.age(FORGOTTEN - timedelta(seconds=30))
    two = await world.sequencer("two")
    assert await two.hold("too early")
    assert await world.store.place() == Place(era="one", last=0)
    await world.age(FORGOTTEN + timedelta(seconds=1))
    assert await one.hold("new")
    await world.room.publish("desk", about="a")
    assert await one.step()
    assert await world.store.place() == Place(era="new", last=1)
    assert (await world.store.after(0, 1))[0].era == "new"


async def test_a_sequence_that_lost_its_row_goes_on_behind_the_numbers_it_gave(
    world: World,
) -> None:
    one = await world.sequencer("one")
    await one.hold("era")
    await world.room.publish("desk", about="a")
    await one.step()
    await world.database["live_sequencer"].delete_one({"_id": NAME})
    two = await world.sequencer("two")
    assert await two.hold("era")
    await world.room.publish("desk", about="b")
    await two.step()
    assert await world.numbered() == [(1, "a", 0), (2, "b", 0)]
    assert await world.store.place() == Place(era="two", last=2)


async def test_what_goes_after_its_day_goes_in_the_order_of_the_numbers(world: World) -> None:
    """Whatever the database's clock does in between."""
    one = await world.sequencer("one")
    await one.hold("era")
    await world.room.publish("desk")
    await one.step()
    ahead = {"$add": ["$$NOW", 3_600_000]}
    await world.database["live_sequencer"].update_one({"_id": NAME}, [{"$set": {"at": ahead}}])
    await world.room.publish("desk", count=2)
    await one.step()
    rows = await world.database["live_numbered"].find().sort("_id", 1).to_list(None)
    ats = [row["at"] for row in rows]
    assert ats == sorted(ats)
    assert ats[1] == ats[2] == (await world.row())["at"]


async def test_the_past_of_some_streams_is_read_between_two_numbers(world: World) -> None:
    one = await world.sequencer("one")
    await one.hold("era")
    assert await world.store.first() is None
    for stream in ("ticket:1", "ticket:2", "desk", "ticket:1", "ticket:1"):
        await world.room.publish(stream, "place:1")
    await one.step()
    found = await world.store.of(["ticket:1", "desk"], after=1, upto=4, most=10)
    assert [row.number for row in found] == [3, 4]
    assert [row.number for row in await world.store.of(["place:1"], after=0, upto=5, most=2)] == [
        1,
        2,
    ]
    assert await world.store.first() == 1


async def test_until_somebody_prepares_it_there_is_no_era(world: World) -> None:
    assert await world.store.place() == Place(era="", last=0)
    assert await world.store.claim("one", "era") is None
    await world.sequencer("one")
    assert (await world.row())["until"] == BEGINNING
