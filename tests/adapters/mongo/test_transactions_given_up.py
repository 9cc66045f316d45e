"""What nobody waits for any more commits as a whole or not at all, whatever a thread still does."""

import asyncio
import threading
from typing import Any

import pytest
from pymongo.synchronous.client_session import ClientSession
from pymongo.synchronous.collection import Collection

from adapters.mongo import transactions as module
from adapters.mongo.database import Database, connect
from adapters.mongo.transactions import MongoTransactions, session_of
from domain.errors import Unavailable
from domain.transactions import Unit
from tests.adapters.mongo.conftest import MASTER_KEY
from tests.adapters.mongo.test_transactions import Change

PARTS = {"rates": "_id", "audit_events": "object_id", "outbox": "object_id"}
SECONDS = 10


@pytest.fixture
def change(database: Database, transactions: MongoTransactions) -> Change:
    return Change(database, transactions)


class Between:
    """The thread stands between two writes, until the transaction is aborted or a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.goes_on, self.done = (threading.Event() for _ in range(3))
        write, unpin = Collection.bulk_write, ClientSession._unpin

        def bulk_write(collection: Any, *given: Any, **more: Any) -> Any:
            if self.reached.is_set():
                try:
                    return write(collection, *given, **more)
                finally:
                    self.done.set()
            result = write(collection, *given, **more)
            self.reached.set()
            self.goes_on.wait(SECONDS)
            return result

        def aborted(session: Any) -> None:
            """The driver does this last, before it lets the session go."""
            unpin(session)
            self.goes_on.set()
            if self.reached.is_set():
                self.done.wait(SECONDS)

        monkeypatch.setattr(Collection, "bulk_write", bulk_write)
        monkeypatch.setattr(ClientSession, "_unpin", aborted)


async def over(database: Database) -> None:
    async with asyncio.timeout(SECONDS):
        while database.under_way:
            await asyncio.wait(database.under_way)


async def there(database: Database, change: Change) -> dict[str, int]:
    return {
        name: await database[name].count_documents({field: change.id})
        for name, field in PARTS.items()
    }


async def test_who_stops_waiting_between_two_writes_leaves_none_of_them(
    database: Database,
    transactions: MongoTransactions,
    change: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    between = Between(monkeypatch)
    asked = asyncio.create_task(transactions.plain()(change))
    await asyncio.to_thread(between.reached.wait, SECONDS)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    between.goes_on.set()
    await over(database)
    assert between.done.is_set()
    assert await there(database, change) == dict.fromkeys(PARTS, 0)


async def test_what_takes_too_long_leaves_nothing_and_is_told_at_once(
    database: Database,
    transactions: MongoTransactions,
    change: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    between = Between(monkeypatch)
    monkeypatch.setattr(module, "SECONDS", 0.5)
    with pytest.raises(Unavailable):
        await transactions.plain()(change)
    assert not between.done.is_set(), "the thread is where it was"
    between.goes_on.set()
    await over(database)
    assert await there(database, change) == dict.fromkeys(PARTS, 0)


async def test_work_that_never_ends_is_ended(
    database: Database,
    transactions: MongoTransactions,
    change: Change,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work(unit: Unit) -> None:
        await change(unit)
        await asyncio.Event().wait()

    monkeypatch.setattr(module, "SECONDS", 0.5)
    with pytest.raises(Unavailable):
        await transactions.plain()(work)
    await over(database)
    assert await there(database, change) == dict.fromkeys(PARTS, 0)


async def test_a_connection_is_closed_after_what_is_under_way(
    mongo_uri: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = connect(mongo_uri, name=database.database.name, master_key=MASTER_KEY)
    change = Change(own, MongoTransactions(own, hmac_key=b"k" * 32))
    between, close, was_done = Between(monkeypatch), own.cipher.close, []

    async def closing() -> None:
        was_done.append(between.done.is_set())
        await close()

    monkeypatch.setattr(own.cipher, "close", closing)
    asked = asyncio.create_task(change.act.commit(change))
    await asyncio.to_thread(between.reached.wait, SECONDS)
    asked.cancel()
    ending = asyncio.create_task(own.close())
    await asyncio.wait([asked])
    between.goes_on.set()
    await ending
    assert was_done == [True]
    assert await there(database, change) == dict.fromkeys(PARTS, 0)


async def test_nothing_more_is_asked_of_the_database_for_who_has_gone(
    database: Database, transactions: MongoTransactions, change: Change
) -> None:
    begun, gone = asyncio.Event(), asyncio.Event()
    reached = []

    async def work(unit: Unit) -> None:
        await change(unit)
        begun.set()
        await gone.wait()
        reached.append(session_of(unit))

    asked = asyncio.create_task(transactions.plain()(work))
    await begun.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    gone.set()
    await over(database)
    assert reached == []
    assert await there(database, change) == dict.fromkeys(PARTS, 0)
