"""The outbox: one worker holds a message, who comes late commits nothing, nothing is lost."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.mongo.database import Database
from adapters.mongo.outbox import LEASE, Claimed, Outbox
from adapters.mongo.transactions import MongoTransactions, session_of
from domain.errors import Stale
from domain.transactions import LostLease, Message, Unit

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)

Send = Callable[[], Awaitable[Message]]


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


@pytest.fixture
def topic() -> str:
    """A topic of each test's own, so that no test claims another's messages."""
    return uuid.uuid4().hex


@pytest.fixture
def send(transactions: MongoTransactions, topic: str) -> Send:
    async def send() -> Message:
        message = Message(id=uuid.uuid4().hex, topic=topic, object_id="thing", trace_id="trace")

        async def work(unit: Unit) -> None:
            await unit.send(message)

        await transactions.plain()(work)
        return message

    return send


async def let_the_lease_end(database: Database, claimed: Claimed) -> None:
    """The database's clock rules leases; the test moves the lease instead of the clock."""
    await database["outbox"].update_one(
        {"_id": claimed.id}, {"$set": {"next_at": datetime(2020, 1, 1, tzinfo=UTC)}}
    )


async def claim(outbox: Outbox, topic: str) -> Claimed:
    claimed = await outbox.claim((topic,))
    assert claimed
    return claimed


async def test_a_message_is_due_at_once_and_says_what_it_is(
    outbox: Outbox, topic: str, send: Send
) -> None:
    message = await send()
    assert await outbox.claim((topic,)) == Claimed(
        id=message.id, topic=topic, object_id="thing", trace_id="trace", attempt=0, fence=1
    )


async def test_a_worker_claims_only_the_topics_it_knows(outbox: Outbox, send: Send) -> None:
    await send()
    assert await outbox.claim(("another topic",)) is None


async def test_two_workers_never_hold_one_message(outbox: Outbox, topic: str, send: Send) -> None:
    sent = {(await send()).id for _ in range(6)}
    claims = await asyncio.gather(*(outbox.claim((topic,)) for _ in range(20)))
    held = [claimed.id for claimed in claims if claimed]
    assert sorted(held) == sorted(sent)


async def test_a_lease_lasts_by_the_clock_of_the_database(
    database: Database, outbox: Outbox, topic: str, send: Send
) -> None:
    await send()
    claimed = await claim(outbox, topic)
    pipeline: list[dict[str, Any]] = [
        {"$match": {"_id": claimed.id}},
        {"$project": {"left": {"$subtract": ["$next_at", "$$NOW"]}}},
    ]
    [row] = await database["outbox"].aggregate(pipeline).to_list(None)
    assert 0 <= LEASE.total_seconds() - row["left"] / 1000 < 10


async def test_what_a_worker_left_behind_is_taken_over(
    database: Database, outbox: Outbox, topic: str, send: Send
) -> None:
    await send()
    first = await claim(outbox, topic)
    assert await outbox.claim((topic,)) is None
    await let_the_lease_end(database, first)
    second = await claim(outbox, topic)
    assert (second.id, second.attempt, second.fence) == (first.id, 1, 2)


async def test_a_late_worker_commits_nothing(
    database: Database, transactions: MongoTransactions, outbox: Outbox, topic: str, send: Send
) -> None:
    await send()
    late = await claim(outbox, topic)
    await let_the_lease_end(database, late)
    holder = await claim(outbox, topic)

    async def work(unit: Unit) -> str:
        row = {"_id": uuid.uuid4().hex, "v": 1, "count": 1, "over_at": AT}
        await database["rates"].insert_one(row, session=session_of(unit))
        return "done"

    before = await database["rates"].count_documents({})
    with pytest.raises(LostLease):
        await transactions.fenced(late.id, late.fence)(work)
    assert await database["rates"].count_documents({}) == before
    assert await transactions.fenced(holder.id, holder.fence)(work) == "done"
    assert await database["rates"].count_documents({}) == before + 1


async def test_a_late_worker_learns_that_it_is_late_before_anything_else(
    database: Database, transactions: MongoTransactions, outbox: Outbox, topic: str, send: Send
) -> None:
    """What it finds changed by its successor is no fault to be logged and tried again."""
    await send()
    late = await claim(outbox, topic)
    await let_the_lease_end(database, late)
    await claim(outbox, topic)

    async def finds_it_changed(_: Unit) -> None:
        raise Stale("moved on")

    with pytest.raises(LostLease):
        await transactions.fenced(late.id, late.fence)(finds_it_changed)


async def test_a_late_worker_settles_nothing(
    database: Database, outbox: Outbox, topic: str, send: Send
) -> None:
    await send()
    late = await claim(outbox, topic)
    await let_the_lease_end(database, late)
    holder = await claim(outbox, topic)
    before = await database["outbox"].find_one({"_id": holder.id})
    await outbox.done(late)
    await outbox.again(late, after=timedelta())
    assert await database["outbox"].find_one({"_id": holder.id}) == before


async def test_a_message_whose_work_is_done_is_gone(
    database: Database, outbox: Outbox, topic: str, send: Send
) -> None:
    message = await send()
    await outbox.done(await claim(outbox, topic))
    assert await database["outbox"].find_one({"_id": message.id}) is None


async def test_nothing_commits_for_a_message_that_is_gone(
    transactions: MongoTransactions, outbox: Outbox, topic: str, send: Send
) -> None:
    await send()
    claimed = await claim(outbox, topic)
    await outbox.done(claimed)

    async def work(_: Unit) -> None:
        raise AssertionError("never reached")

    with pytest.raises(LostLease):
        await transactions.fenced(claimed.id, claimed.fence)(work)


async def test_a_message_put_off_is_due_again_after_a_while(
    outbox: Outbox, topic: str, send: Send
) -> None:
    await send()
    await outbox.again(await claim(outbox, topic), after=timedelta(hours=1))
    assert await outbox.claim((topic,)) is None
    await send()
    await outbox.again(await claim(outbox, topic), after=timedelta())
    assert (await claim(outbox, topic)).attempt == 1


async def test_who_waits_longest_is_served_first(
    database: Database, outbox: Outbox, topic: str, send: Send
) -> None:
    first, second = await send(), await send()
    for message, year in ((first, 2022), (second, 2021)):
        due = {"$set": {"next_at": datetime(year, 1, 1, tzinfo=UTC)}}
        await database["outbox"].update_one({"_id": message.id}, due)
    assert [(await claim(outbox, topic)).id for _ in range(2)] == [second.id, first.id]


async def test_the_backlog_is_counted(outbox: Outbox, send: Send) -> None:
    before = await outbox.backlog()
    await send()
    assert await outbox.backlog() == before + 1


async def test_finding_what_is_due_reads_no_more_than_what_is_due(
    database: Database, send: Send
) -> None:
    """By the index on ``next_at``: a long queue of later work costs nothing."""
    await send()
    plan = await database["outbox"].find({"$expr": {"$lte": ["$next_at", "$$NOW"]}}).explain()
    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])
