"""The sealer: each event exactly one leaf, whoever writes, seals, dies or commits late."""

import asyncio
import os
import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.audit import NAME, MongoAudit
from adapters.mongo.database import VAULT, Database
from adapters.mongo.schema import COLLECTIONS
from adapters.mongo.transactions import MongoTransactions
from domain.audit.roots import FIRST_PREVIOUS
from domain.audit.sealing import Sealing
from domain.audit.tree import Frontier
from domain.errors import Unavailable
from domain.timestamps import Stamps, TimeStamp
from domain.transactions import AuditEvent, LostLease, Unit
from server.draw import SystemDraw
from tests.proof import Proof

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
UNTOUCHED = {"schema", VAULT}  # what a start leaves there
WRITERS = 8
EACH = 250 if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else 25


class Key:
    """Signs with nothing."""

    fingerprint = "f" * 64
    certificate_pem = "a certificate"

    def sign(self, content: bytes) -> bytes:
        return b"signed " + content[:8]


class Authority:
    """A time-stamp authority that may be down."""

    def __init__(self) -> None:
        self.down = False
        self.asked: list[bytes] = []

    async def stamp(self, digest: bytes) -> bytes:
        self.asked.append(digest)
        if self.down:
            raise Unavailable(system="stamps")
        return b"token over " + digest


@pytest.fixture
def fresh(io_loop: IOLoop, database: Database) -> Database:
    """As if nobody had used it: to make the schema anew would take a second of each test."""

    async def emptied() -> None:
        names = await database.database.list_collection_names()
        assert {one.name for one in COLLECTIONS} <= set(names)
        for name in set(names) - UNTOUCHED:
            await database[name].delete_many({})

    io_loop.run_sync(emptied)
    return database


@pytest.fixture
def log(fresh: Database) -> "Log":
    return Log(fresh)


class Log:
    """The audit log of a database of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.transactions = MongoTransactions(database, hmac_key=b"k" * 32)
        self.store = MongoAudit(database)

    def sealing(
        self, name: str = "one", *, stamps: Stamps | None = None, batch: int = 7
    ) -> Sealing:
        return Sealing(
            store=self.store,
            commit=self.transactions.plain(),
            signer=Key,
            holder=name,
            stamps=stamps,
            batch=batch,
        )

    async def write(
        self, count: int = 1, *, held: tuple[asyncio.Event, asyncio.Event] | None = None
    ) -> list[str]:
        """So many events in one transaction, which may be held open: written, then go on."""
        events = [
            AuditEvent(
                id=SystemDraw().id(),
                at=AT,
                actor="alice",
                action="thing.made",
                object_id=uuid.uuid4().hex,
                trace_id="t",
                facts={"colour": "red"},
            )
            for _ in range(count)
        ]

        async def work(unit: Unit) -> None:
            for event in events:
                await unit.audit(event)
            if held is not None:
                held[0].set()
                await held[1].wait()

        await self.transactions.plain()(work)
        return [event.id for event in events]

    async def leaves(self) -> list[tuple[int, str, str]]:
        return [leaf async for leaf in self.store.leaves(0, 1_000_000)]

    async def check(self) -> list[str]:
        """Gapless, each event one leaf of its own hash, the frontier that of the leaves."""
        leaves = await self.leaves()
        assert [number for number, _, _ in leaves] == list(range(len(leaves)))
        ids = [event_id for _, event_id, _ in leaves]
        events = await self.store.events(ids)
        assert [events[event_id].hash().hex() for event_id in ids] == [leaf[2] for leaf in leaves]
        state = await self.store.state()
        assert state
        assert state.frontier == Frontier().grown(bytes.fromhex(leaf[2]) for leaf in leaves)
        return ids

    async def lease_ends(self) -> None:
        await self.database["audit_sealer"].update_one({"_id": NAME}, {"$set": {"until": LONG_AGO}})


async def seal_all(sealing: Sealing) -> None:
    while await sealing.step():
        pass


async def test_writers_and_two_sealers_at_once_give_each_event_exactly_one_leaf(
    log: Log, proof: Proof
) -> None:
    over = asyncio.Event()
    chance = random.Random(1)  # noqa: S311 - the same writers each time

    async def writer() -> list[str]:
        written = []
        for _ in range(EACH):
            written += await log.write(chance.randint(1, 3))
        return written

    async def sealer(name: str) -> None:
        sealing = log.sealing(name)
        while not over.is_set():
            await sealing.step()
            await log.lease_ends()  # so that they take turns in the middle of all

    sealers = [asyncio.ensure_future(sealer(name)) for name in ("one", "two")]
    written = await asyncio.gather(*(writer() for _ in range(WRITERS)))
    over.set()
    await asyncio.gather(*sealers)
    await seal_all(log.sealing("one"))
    every = [event_id for ids in written for event_id in ids]
    assert sorted(await log.check()) == sorted(every)
    assert not await log.store.waiting()
    proof("audit events written beside two sealers", len(every), "each has exactly one leaf")


async def test_a_commit_held_open_across_a_sealing_is_not_missed(log: Log) -> None:
    """Stamped first, committed last: its id is less than what is sealed already."""
    written, go_on = asyncio.Event(), asyncio.Event()
    late = asyncio.ensure_future(log.write(3, held=(written, go_on)))
    await written.wait()
    early = await log.write(5)
    await seal_all(log.sealing())
    assert await log.check() == early
    go_on.set()
    held = await late
    assert max(held) < min(early)
    await seal_all(log.sealing())
    assert await log.check() == [*early, *held]


async def test_events_of_before_there_was_a_sealer_get_their_leaves(log: Log) -> None:
    old = {"v": 1, "at": AT, "actor": "a", "action": "b", "object_id": "c", "trace_id": "d"}
    rows = [{"_id": SystemDraw().id(), **old, "facts": {}} for _ in range(20)]
    await log.database["audit_events"].insert_many(rows)
    await seal_all(log.sealing())
    assert await log.check() == [row["_id"] for row in rows]


async def test_an_event_whose_mark_was_lost_gets_no_second_leaf(log: Log) -> None:
    ids = await log.write(9)
    await seal_all(log.sealing())
    await log.database["audit_events"].update_many({}, {"$unset": {"sealed": ""}})
    more = await log.write(2)
    await seal_all(log.sealing())
    assert await log.check() == [*ids, *more]


async def test_while_one_holds_the_lease_another_does_nothing(log: Log) -> None:
    await log.write(20)
    assert await log.sealing("one").step()
    assert not await log.sealing("two").step()
    assert len(await log.leaves()) == 7


async def test_the_work_of_a_sealer_killed_in_the_middle_is_taken_over(log: Log) -> None:
    ids = await log.write(20)
    killed = log.sealing("killed")
    inside, gone = asyncio.Event(), asyncio.Event()

    class Dying(MongoAudit):
        async def seal(self, *given: object) -> None:
            await super().seal(*given)  # type: ignore[arg-type]
            inside.set()
            await gone.wait()

    dying = Sealing(**{**vars(killed), "store": Dying(log.database)})
    task = asyncio.ensure_future(dying.step())
    await inside.wait()
    assert await log.leaves() == []
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    gone.set()
    assert not await log.sealing("two").step()
    await log.lease_ends()
    await seal_all(log.sealing("two"))
    assert await log.check() == ids


async def test_a_sealer_that_wakes_up_late_cannot_commit(log: Log) -> None:
    await log.write(20)
    stale = await log.store.claim("stale")
    assert stale
    batch = await log.store.batch(5)
    await log.lease_ends()
    taken = await log.store.claim("two")
    assert taken
    assert taken.fence > stale.fence

    async def late(unit: Unit) -> None:
        await log.store.seal(
            unit, stale, batch, stale.frontier.grown(one.hash() for one in batch.fresh)
        )

    with pytest.raises(LostLease):
        await log.transactions.plain()(late)
    assert await log.leaves() == []
    await seal_all(log.sealing("two"))
    await log.check()


async def test_roots_are_signed_in_a_chain_hour_by_hour(log: Log) -> None:
    await log.write(3)
    await seal_all(log.sealing())
    (first,) = [root async for root in log.store.roots()]
    assert (first.root.number, first.root.size, first.root.previous) == (0, 3, FIRST_PREVIOUS)
    assert first.stamping is TimeStamp.NONE
    await log.write(4)
    await seal_all(log.sealing())
    assert len([root async for root in log.store.roots()]) == 1
    hour_ago = first.root.at - timedelta(hours=1)
    await log.database["audit_sealer"].update_one({}, {"$set": {"rooted_at": hour_ago}})
    await seal_all(log.sealing())
    _, second = [root async for root in log.store.roots()]
    assert (second.root.size, second.root.previous) == (7, first.digest.hex())
    assert second.root.installation == first.root.installation
    leaves = [bytes.fromhex(leaf[2]) for leaf in await log.leaves()]
    assert second.root.head == Frontier().grown(leaves).head
    assert await log.store.last_root() == second


async def test_a_root_is_pending_while_the_authority_is_down_and_stamped_later(log: Log) -> None:
    authority = Authority()
    sealing = log.sealing(stamps=authority)
    await sealing.begin()
    authority.down = True
    await log.write()
    await seal_all(sealing)
    with pytest.raises(Unavailable):
        await sealing.stamp()
    root = await log.store.last_root()
    assert root
    assert (root.stamping, root.token) == (TimeStamp.PENDING, b"")
    assert (await log.store.health()).pending_stamps == 1
    authority.down = False
    assert not await sealing.stamp()  # not at once again
    await log.database["audit_sealer"].update_one({}, {"$set": {"stamp_after": LONG_AGO}})
    assert await sealing.stamp()
    stamped = await log.store.last_root()
    assert stamped
    assert (stamped.stamping, stamped.token) == (TimeStamp.STAMPED, b"token over " + root.digest)
    assert stamped.root == root.root
    assert authority.asked == [root.digest] * 2
    assert (await log.store.health()).pending_stamps == 0
    assert not await sealing.stamp()


async def test_health_tells_what_waits(log: Log) -> None:
    assert (await log.store.health()).oldest_unsealed is None
    await log.write(3)
    health = await log.store.health()
    assert (health.unsealed, health.oldest_unsealed, health.last_root) == (3, AT, None)
    await seal_all(log.sealing())
    health = await log.store.health()
    assert (health.unsealed, health.oldest_unsealed) == (0, None)
    assert health.last_root
