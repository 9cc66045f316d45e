"""Laws 1 and 2: the change, its audit event, its messages and its reply commit together."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import InsertOne, MongoClient, UpdateOne
from pymongo.errors import BulkWriteError

from adapters.mongo.database import Database
from adapters.mongo.transactions import Collision, MongoTransactions, session_of, unit_of
from domain.transactions import Act, Conflict, InFlight, KeyReused, RequestKey, Unit
from server.draw import SystemDraw

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TRACES = ("audit_events", "outbox", "idempotent_replies", "rates")


class Disaster(Exception):
    """Something breaks in the middle."""


class Change:
    """One act that changes a document (a rate, the simplest there is), audits and sends."""

    def __init__(self, database: Database, transactions: MongoTransactions) -> None:
        self.id = uuid.uuid4().hex
        self.runs = 0
        self.act = Act(
            at=AT,
            actor="alice",
            trace_id=self.id,
            draw=SystemDraw(),
            commit=transactions.plain(),
        )
        self._database = database

    async def __call__(self, unit: Unit) -> str:
        self.runs += 1
        row = {"_id": self.id, "v": 1, "count": 1, "over_at": AT}
        await self._database["rates"].insert_one(row, session=session_of(unit))
        await unit.audit(self.act.event("thing.made", self.id, colour="red"))
        await unit.send(self.act.message("thing.made", self.id))
        return self.id

    async def breaking(self, unit: Unit) -> str:
        await self(unit)
        raise Disaster


@pytest.fixture
def change(database: Database, transactions: MongoTransactions) -> Change:
    return Change(database, transactions)


def key(content: bytes = b"body", *, caller: str = "alice", name: str = "") -> RequestKey:
    return RequestKey(caller=caller, key=name or uuid.uuid4().hex, content=content, at=AT)


def render(result: object) -> bytes:
    return f"made {result}".encode()


async def counts(database: Database) -> dict[str, int]:
    return {name: await database[name].count_documents({}) for name in TRACES}


async def test_change_event_and_message_commit_together(
    database: Database, transactions: MongoTransactions, change: Change
) -> None:
    assert await transactions.plain()(change) == change.id
    event = await database["audit_events"].find_one({"object_id": change.id})
    message = await database["outbox"].find_one({"object_id": change.id})
    assert event
    assert message
    assert (event["actor"], event["at"], event["facts"]) == ("alice", AT, {"colour": "red"})
    assert event["trace_id"] == message["trace_id"] == change.id
    assert await database["rates"].count_documents({"_id": change.id}) == 1


async def test_a_failure_in_the_middle_leaves_nothing(
    database: Database, transactions: MongoTransactions, change: Change
) -> None:
    before = await counts(database)
    for commit in (transactions.plain(), transactions.once(key(), render)):
        with pytest.raises(Disaster):
            await commit(change.breaking)
    assert await counts(database) == before
    assert not transactions.wake.is_set()


async def test_a_commit_that_left_a_message_wakes_the_workers(
    transactions: MongoTransactions, change: Change
) -> None:
    await transactions.plain()(change)
    assert transactions.wake.is_set()


async def test_a_reply_is_kept_with_its_change_and_given_again(
    database: Database, transactions: MongoTransactions, change: Change
) -> None:
    asked = key()
    assert await transactions.replied(asked) is None
    await transactions.once(asked, render)(change)
    assert await transactions.replied(asked) == f"made {change.id}".encode()
    assert await database["rates"].count_documents({"_id": change.id}) == 1


async def test_a_reply_that_cannot_be_made_undoes_the_change(
    database: Database, transactions: MongoTransactions, change: Change
) -> None:
    def broken(_: object) -> bytes:
        raise Disaster

    before = await counts(database)
    with pytest.raises(Disaster):
        await transactions.once(key(), broken)(change)
    assert await counts(database) == before


async def test_a_key_reserved_in_an_aborted_transaction_is_free_again(
    transactions: MongoTransactions, change: Change
) -> None:
    asked = key()
    with pytest.raises(Disaster):
        await transactions.once(asked, render)(change.breaking)
    assert await transactions.replied(asked) is None
    assert await transactions.once(asked, render)(change) == change.id


async def test_a_key_with_another_body_is_refused(
    transactions: MongoTransactions, change: Change
) -> None:
    await transactions.once(key(name="same-name"), render)(change)
    with pytest.raises(KeyReused):
        await transactions.replied(key(b"other body", name="same-name"))


async def test_a_key_belongs_to_its_caller(transactions: MongoTransactions, change: Change) -> None:
    asked = key()
    await transactions.once(asked, render)(change)
    assert await transactions.replied(key(caller="bob", name=asked.key)) is None


async def test_while_one_holds_the_key_another_is_told_to_wait(
    database: Database, transactions: MongoTransactions, change: Change
) -> None:
    asked = key()
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def slow(unit: Unit) -> str:
        inside.set()
        await go_on.wait()
        return await change(unit)

    first = asyncio.ensure_future(transactions.once(asked, render)(slow))
    await inside.wait()
    with pytest.raises(InFlight):
        await transactions.once(asked, render)(Change(database, transactions))
    assert await transactions.replied(asked) is None
    go_on.set()
    assert await first == change.id
    with pytest.raises(InFlight):
        await transactions.once(asked, render)(Change(database, transactions))
    assert await transactions.replied(asked) == f"made {change.id}".encode()


async def test_neither_key_nor_body_nor_reply_is_kept_in_the_clear(
    mongo_uri: str, database: Database, transactions: MongoTransactions, change: Change
) -> None:
    asked = key(b"the body", name="the-name-of-the-key")
    await transactions.once(asked, render)(change)
    with MongoClient[dict[str, Any]](mongo_uri) as keyless:
        rows = [*keyless[database.database.name]["idempotent_replies"].find()]
    assert rows
    assert {row["reply"].subtype for row in rows} == {6}  # ciphertext
    told = repr(rows)
    assert [secret for secret in ("alice", asked.key, "the body", "made") if secret in told] == []


async def test_a_collision_starts_the_transaction_over(
    database: Database, transactions: MongoTransactions, change: Change
) -> None:
    async def once_too_early(unit: Unit) -> str:
        result = await change(unit)
        if change.runs == 1:
            raise Collision
        return result

    assert await transactions.plain()(once_too_early) == change.id
    assert change.runs == 2
    assert await database["audit_events"].count_documents({"object_id": change.id}) == 1


async def test_collisions_without_end_are_given_up(
    transactions: MongoTransactions, change: Change
) -> None:
    async def always_too_early(unit: Unit) -> str:
        await change(unit)
        raise Collision

    with pytest.raises(InFlight):
        await transactions.plain()(always_too_early)
    assert change.runs == 5


async def test_transactions_that_write_the_same_row_all_come_through(
    database: Database, transactions: MongoTransactions, change: Change
) -> None:
    await transactions.plain()(change)

    async def count_up(unit: Unit) -> None:
        await database["rates"].update_one(
            {"_id": change.id}, {"$inc": {"count": 1}}, session=session_of(unit)
        )

    await asyncio.gather(*(transactions.plain()(count_up) for _ in range(8)))
    row = await database["rates"].find_one({"_id": change.id})
    assert row
    assert row["count"] == 9


async def test_a_store_writes_in_no_foreign_transaction() -> None:
    class Impostor:
        async def audit(self, event: object) -> None: ...

        async def send(self, message: object) -> None: ...

    with pytest.raises(TypeError):
        session_of(Impostor())


async def test_a_key_stays_held_for_as_long_as_the_outside_is_asked(
    transactions: MongoTransactions, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than one lease of the key, which a killed holder's would be over after."""
    monkeypatch.setattr("adapters.mongo.held_keys.HOLD", timedelta(seconds=0.03))
    key = RequestKey(caller="alice", key="slow-outside", content=b"", at=AT)
    held = database["held_keys"]
    async with transactions.held(key):
        [first] = await held.find().to_list(None)
        async with asyncio.timeout(10):
            while await held.find_one({"until": first["until"]}):
                pass
        with pytest.raises(InFlight):
            async with transactions.held(key):
                pass
    async with asyncio.timeout(10):
        while await held.count_documents({}):
            pass


async def test_what_is_left_for_the_end_is_written_in_order_or_not_at_all(
    database: Database, transactions: MongoTransactions
) -> None:
    wanted = {"_id": uuid.uuid4().hex}
    rates = database["rates"]

    async def work(unit: Unit) -> Any:
        whole = unit_of(unit)
        whole.last("rates", InsertOne({**wanted, "v": 1, "count": 1, "over_at": AT}))
        whole.last("rates", UpdateOne(wanted, {"$inc": {"count": 1}}))
        return await rates.find_one(wanted, session=session_of(unit))

    async def breaking(unit: Unit) -> None:
        await work(unit)
        raise Disaster

    with pytest.raises(Disaster):
        await transactions.plain()(breaking)
    assert await rates.find_one(wanted) is None
    assert await transactions.plain()(work) is None
    assert (await rates.find_one(wanted) or {})["count"] == 2


async def test_a_failure_at_the_end_leaves_nothing(
    database: Database, transactions: MongoTransactions, change: Change
) -> None:
    async def work(unit: Unit) -> None:
        await change(unit)
        unit_of(unit).last("rates", InsertOne({"_id": change.id}))

    with pytest.raises(BulkWriteError):
        await transactions.plain()(work)
    for name in ("rates", "audit_events", "outbox"):
        assert await database[name].count_documents({"trace_id": change.id}) == 0
    assert await database["rates"].find_one({"_id": change.id}) is None


ROW = {"_id": "taken", "v": 1, "count": 1, "over_at": AT}
TAKEN = InsertOne(ROW)
MISSING = UpdateOne({"_id": "missing"}, {"$inc": {"count": 1}})


@pytest.mark.parametrize("write", [TAKEN, MISSING])
async def test_what_is_required_at_the_end_undoes_the_rest(
    database: Database, transactions: MongoTransactions, change: Change, write: Any
) -> None:
    await database["rates"].replace_one({"_id": "taken"}, ROW, upsert=True)

    async def work(unit: Unit) -> None:
        unit_of(unit).require("rates", write, otherwise=Conflict("已经用过。"))
        await change(unit)

    with pytest.raises(Conflict, match="已经用过"):
        await transactions.plain()(work)
    assert await database["audit_events"].count_documents({"trace_id": change.id}) == 0
    assert await database["rates"].find_one({"_id": change.id}) is None


async def test_who_shares_a_turn_is_done_with_the_others_and_fails_alone(
    database: Database, transactions: MongoTransactions
) -> None:
    changes = [Change(database, transactions) for _ in range(4)]
    keys = [key() for _ in changes]

    async def impossible(unit: Unit) -> str:
        missing = UpdateOne({"_id": "nowhere"}, {"$inc": {"count": 1}})
        unit_of(unit).require("rates", missing, otherwise=Conflict("nowhere"))
        return await changes[2](unit)

    works = [*changes[:2], impossible, changes[3]]
    did = await asyncio.gather(
        *(
            transactions.once(asked, render)(work, turn="today")
            for asked, work in zip(keys, works, strict=True)
        ),
        return_exceptions=True,
    )
    refused = did.pop(2)
    assert isinstance(refused, Conflict)
    assert did == [changes[place].id for place in (0, 1, 3)]
    # Once with the others, and once alone, since the transaction of all was undone.
    assert [change.runs for change in changes] == [2, 2, 2, 2]
    for asked, change in zip(keys, changes, strict=True):
        told = await transactions.replied(asked)
        rows = await database["audit_events"].count_documents({"object_id": change.id})
        done = change is not changes[2]
        assert (told, rows) == ((f"made {change.id}".encode(), 1) if done else (None, 0))
