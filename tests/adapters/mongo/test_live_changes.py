"""The one change stream: what is live comes whole, of anything else only the id."""

import asyncio
from datetime import timedelta
from typing import Any

from adapters.mongo.database import Database
from adapters.mongo.identity import MongoSessions
from adapters.mongo.live_changes import Change, Left, MongoLiveChanges, Waiting, Withdrawn
from adapters.mongo.live_presence import MongoPresence
from adapters.mongo.live_sequence import MongoSequence
from adapters.mongo.staff import MongoStaff
from adapters.mongo.transactions import MongoTransactions
from domain.identity import Session
from domain.live.following import Side
from domain.live.presence import Doing, Present
from domain.live.sequence import Numbered, Sequencer
from domain.staff.accounts import StaffAccount, StaffSession, StaffState
from domain.staff.roles import Role
from domain.transactions import Unit
from server.draw import now
from tests.live import Room

BEFORE = Present(seat="-", about="-", side=Side.STAFF, who="-", doing=Doing.LOOKING)


async def heard(database: Database, happen: Any, count: int, *kinds: Any) -> list[Change]:
    """The first changes of these kinds; a stream may begin with what was the last before."""
    await MongoPresence(database, clock=now).note(BEFORE)
    found: list[Change] = []
    async with MongoLiveChanges(database).watch() as changes, asyncio.timeout(20):
        await happen()
        while len(found) < count:
            change = await anext(changes)
            found += [change] if isinstance(change, kinds) and change != BEFORE else []
    return found


async def test_an_event_is_heard_when_it_waits_and_when_it_has_its_number(
    database: Database, transactions: MongoTransactions
) -> None:
    sequencer = Sequencer(store=MongoSequence(database), commit=transactions.plain(), holder="one")

    async def happen() -> None:
        await sequencer.begin()
        await sequencer.hold("era")
        await Room(transactions).publish("desk", "ticket:1", kind="ticket.asked", about="1")
        await sequencer.step()

    waiting, numbered = await heard(database, happen, 2, Waiting, Numbered)
    assert waiting == Waiting()
    assert numbered == Numbered(
        number=1,
        era="one",
        streams=("desk", "ticket:1"),
        kind="ticket.asked",
        about="1",
        revision=0,
    )


async def test_who_is_there_is_heard_by_other_processes(database: Database) -> None:
    store = MongoPresence(database, clock=now)
    looking = Present(seat="s", about="t", side=Side.STAFF, who="wang", doing=Doing.LOOKING)
    typing = Present(seat="s", about="t", side=Side.STAFF, who="wang", doing=Doing.TYPING)

    async def happen() -> None:
        await store.note(looking)
        await store.note(typing)
        await store.left("s", ["t"])

    assert await heard(database, happen, 3, Present, Left) == [looking, typing, Left("s", "t")]


async def test_a_session_that_ends_is_heard_of_and_one_that_goes_on_is_not(
    database: Database, transactions: MongoTransactions
) -> None:
    store = MongoSessions(database)
    first = Session(
        id="s1",
        person_id="alice",
        account_id="a",
        started_at=now(),
        generation=0,
        rotated_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    second = Session(**{**first.__dict__, "id": "s2"})
    rotated = first.rotated(now(), timedelta(days=1))
    ended = rotated.ended(now(), "signed_out")

    async def happen() -> None:
        async def work(unit: Unit) -> None:
            await store.add(unit, first)
            await store.add(unit, second)
            await store.replace(unit, rotated, was=first)
            await store.replace(unit, ended, was=rotated)
            await store.end_all(unit, person_id="alice", now=now(), because="erased")

        await transactions.plain()(work)

    assert await heard(database, happen, 2, Withdrawn) == [Withdrawn("s1"), Withdrawn("s2")]


async def test_a_colleague_who_signs_out_or_is_suspended_is_heard_of(
    database: Database, transactions: MongoTransactions
) -> None:
    store = MongoStaff(database)
    account = StaffAccount(
        id="wang",
        login="wang",
        name="王敏",
        roles=(Role.BUTLER,),
        state=StaffState.ACTIVE,
        proposed_by="x",
        proposed_at=now(),
    )
    session = StaffSession(
        id="session",
        staff_id="wang",
        secret_hash="h",
        xsrf="x",
        started_at=now(),
        seen_at=now(),
        ends_at=now() + timedelta(hours=1),
    )

    async def happen() -> None:
        async def work(unit: Unit) -> None:
            await store.add(unit, account)
            await store.add_session(unit, session)
            await store.seen(session, now=now())
            await store.end_session(unit, "session")
            await store.replace(unit, account.suspended(), was=account)

        await transactions.plain()(work)

    found = await heard(database, happen, 2, Withdrawn)
    assert found == [Withdrawn("session"), Withdrawn("wang")]


async def test_nothing_but_what_is_live_leaves_the_database_with_its_fields(
    database: Database, transactions: MongoTransactions
) -> None:
    """No name, not even as ciphertext, and no hash of a secret."""
    stream = MongoLiveChanges(database)
    account = StaffAccount(
        id="li",
        login="li",
        name="李强",
        roles=(Role.OFFICE,),
        state=StaffState.ACTIVE,
        proposed_by="x",
        proposed_at=now(),
    )
    store = MongoStaff(database)

    async def work(unit: Unit) -> None:
        await store.add(unit, account)
        await store.replace(unit, account.suspended(), was=account)

    async with stream.raw() as rows, asyncio.timeout(20):
        await transactions.plain()(work)
        row = await anext(rows)
        while row["ns"]["coll"] != "staff" or row["documentKey"]["_id"] != "li":
            row = await anext(rows)
    assert set(row) <= {"_id", "operationType", "ns", "documentKey", "clusterTime", "wallTime"}
    assert row["documentKey"] == {"_id": "li"}
