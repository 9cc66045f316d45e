"""Live events in the database: left with the transaction, or not at all."""

import pytest

from adapters.mongo.database import Database
from adapters.mongo.live import MongoLiveOutbox
from adapters.mongo.transactions import MongoTransactions
from domain.live.events import LiveEvent
from domain.transactions import Unit

EVENT = LiveEvent(id="e1", streams=("ticket:t1", "desk"), kind="$asked", about="$t1", revision=2)


async def test_an_event_commits_with_its_transaction_and_says_what_it_was_given(
    database: Database, transactions: MongoTransactions
) -> None:
    async def work(unit: Unit) -> None:
        await MongoLiveOutbox().leave(unit, EVENT)

    await transactions.plain()(work)
    row = await database["live_events"].find_one({"_id": "e1"})
    assert row
    assert row.pop("at")
    assert row == {
        "_id": "e1",
        "v": 1,
        "streams": ["ticket:t1", "desk"],
        "kind": "$asked",
        "about": "$t1",
        "revision": 2,
    }


async def test_what_does_not_commit_tells_nobody(
    database: Database, transactions: MongoTransactions
) -> None:
    async def work(unit: Unit) -> None:
        await MongoLiveOutbox().leave(unit, EVENT)
        raise ZeroDivisionError

    await database["live_events"].delete_many({})
    with pytest.raises(ZeroDivisionError):
        await transactions.plain()(work)
    assert await database["live_events"].count_documents({}) == 0
