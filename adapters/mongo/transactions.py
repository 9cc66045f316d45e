"""Law 1 and 2: change, audit event, messages and the kept reply in one transaction.

Of two transactions that write to one document the later one starts over. A write that leaves a
document as it was is none to the database: who writes only so that others collide counts ``held``
up, since a time of the same millisecond may be there already.
"""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

import pymongo
from pymongo import DeleteOne, InsertOne, ReadPreference, ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure
from pymongo.read_concern import ReadConcern

from adapters.mongo.coalescing import Coalescer, reads
from adapters.mongo.database import DURABLE, Database, Document, MongoSession
from adapters.mongo.errors import DUPLICATE, reached
from adapters.mongo.held_keys import HeldKeys
from adapters.mongo.turns import Turns
from domain.transactions import (
    AuditEvent,
    Commit,
    InFlight,
    KeyReused,
    LostLease,
    Message,
    RequestKey,
    Unit,
)

T = TypeVar("T")
Write = InsertOne[Document] | UpdateOne | ReplaceOne[Document] | DeleteOne

WRITE_CONFLICT = 112
SECONDS = 15
COLLISIONS = 5
BREATH_SECONDS = 0.01
MOST_IDLE = 32
_ENDS = ThreadPoolExecutor(8, "mongo-ends")


class Collision(Exception):
    """What was read outside is out of date; the transaction starts over."""


class Abandoned(Exception):
    """Nobody waits for the transaction any more: it is aborted."""


@dataclass
class _Asked:
    """Whether somebody waits for what comes of a transaction."""

    still: bool = True

    def check(self) -> None:
        """Raise Abandoned when nobody does."""
        if not self.still:
            raise Abandoned


class MongoUnit:
    """One open transaction; what nobody waits for the outcome of is written at its end."""

    def __init__(self, database: Database, session: MongoSession, asked: _Asked) -> None:
        self._database = database.database
        self._session = session
        self._asked = asked
        self._required: dict[str, list[tuple[Write, Exception]]] = {}
        self._last: dict[str, list[Write]] = {}

    @property
    def session(self) -> MongoSession:
        """For one more command; raises Abandoned."""
        self._asked.check()
        return self._session

    @property
    def sends(self) -> bool:
        """Whether it leaves messages."""
        return "outbox" in self._last

    async def audit(self, event: AuditEvent) -> None:
        """Append to the audit log."""
        document = {
            "_id": event.id,
            "v": 1,
            "at": event.at,
            "actor": event.actor,
            "action": event.action,
            "object_id": event.object_id,
            "trace_id": event.trace_id,
            "facts": dict(event.facts),
        }
        self.last("audit_events", InsertOne(document))

    async def send(self, message: Message) -> None:
        """Leave a message in the outbox, due at once."""
        sent = {
            "v": 1,
            "topic": message.topic,
            "object_id": message.object_id,
            "trace_id": message.trace_id,
            "attempts": 0,
            "fence": 0,
            "commits": 0,
        }
        fields = {name: {"$literal": value} for name, value in sent.items()}
        # Due by the database's clock, so that who comes later waits behind who waits already.
        due = {"sent_at": "$$NOW", "next_at": "$$NOW"}
        self.last("outbox", UpdateOne({"_id": message.id}, [{"$set": {**fields, **due}}], True))

    def last(self, collection: str, write: Write) -> None:
        """Write this at the end, after what was left for the same collection before.

        Until then not even this transaction sees it.
        """
        self._last.setdefault(collection, []).append(write)

    def require(self, collection: str, write: Write, *, otherwise: Exception) -> None:
        """Write this at the end, before the rest; ``otherwise`` is raised when it cannot be.

        It cannot when it meets no document, or its unique value is taken. Of several that meet
        none in one collection the first one's is raised. With a Collision the transaction starts
        over.
        """
        self._required.setdefault(collection, []).append((write, otherwise))

    async def end(self) -> None:
        """Write what was left: one hand-over to the driver instead of one for each write."""
        if self._required or self._last:
            write = copy_context().run
            await asyncio.get_running_loop().run_in_executor(_ENDS, write, self._write)
        self._asked.check()

    def _write(self) -> None:
        session, database = self.session.delegate, self._database.delegate
        for name, required in self._required.items():
            try:
                done = database[name].bulk_write([one for one, _ in required], session=session)
            except BulkWriteError as error:
                [failed] = error.details["writeErrors"]
                if failed["code"] != DUPLICATE:
                    raise
                raise required[failed["index"]][1] from error
            if done.inserted_count + done.matched_count + done.deleted_count < len(required):
                raise required[0][1]
        for name, writes in self._last.items():
            database[name].bulk_write(writes, session=session)


def unit_of(unit: Unit) -> MongoUnit:
    """What a store leaves its writes with."""
    if not isinstance(unit, MongoUnit):
        raise TypeError(f"not a unit of this database: {unit!r}")
    return unit


def session_of(unit: Unit) -> MongoSession:
    """The session a store writes in."""
    return unit_of(unit).session


def _taken(attempt: "asyncio.Task[Any]") -> None:
    """Who still waits is told what went wrong; else nobody is, and that is no news."""
    if not attempt.cancelled():
        attempt.exception()


class MongoTransactions:
    """Ways to commit. ``wake`` is set when a commit left messages."""

    def __init__(self, database: Database, *, hmac_key: bytes) -> None:
        self._database = database
        self._hmac_key = hmac_key
        self.wake = asyncio.Event()
        self._idle: list[MongoSession] = []
        self._replies = database["idempotent_replies"]
        self._reads: Coalescer[str, Document] = reads(self._replies, lambda row: row)
        self._held = HeldKeys(database)
        self.turns = Turns(database)

    def plain(self) -> Commit:
        """Just one transaction."""
        return self._run

    def once(self, key: RequestKey, render: Callable[[object], bytes]) -> Commit:
        """One transaction whose last write is the reply, and whose first, unless held, the key."""
        replies, name = self._replies.name, self._name(key)

        async def commit(work: Callable[[Unit], Awaitable[T]], /, *, turn: str = "") -> T:
            held = name in self._held

            async def whole(unit: Unit) -> T:
                if not held:
                    await self._reserve(key, session_of(unit))
                result = await work(unit)
                reply = {"reply": await self._database.cipher.random("reply", render(result))}
                if held:
                    kept = InsertOne(self._reserved(key) | reply)
                    unit_of(unit).require(replies, kept, otherwise=InFlight())
                else:
                    unit_of(unit).last(replies, UpdateOne({"_id": name}, {"$set": reply}))
                return result

            return await self._run(whole, turn=turn)

        return commit

    def fenced(self, message_id: str, fence: int) -> Commit:
        """Commits only while this worker still holds the message; LostLease otherwise."""

        async def commit(work: Callable[[Unit], Awaitable[T]], /, *, turn: str = "") -> T:
            async def whole(unit: Unit) -> T:
                # First, so that who came late is told so, whatever else it finds changed.
                held = await self._database["outbox"].update_one(
                    {"_id": message_id, "fence": fence},
                    {"$inc": {"commits": 1}},
                    session=session_of(unit),
                )
                if held.matched_count == 0:
                    raise LostLease
                return await work(unit)

            return await self._run(whole, turn=turn)

        return commit

    @asynccontextmanager
    async def held(self, key: RequestKey) -> AsyncIterator[None]:
        """Keep the key from others; raises InFlight while another holds it."""
        async with self._held.hold(self._name(key)):
            yield

    async def replied(self, key: RequestKey) -> bytes | None:
        """The reply kept under the key."""
        kept = await self._reads.ask(self._name(key))
        if kept is None:
            return None
        if not hmac.compare_digest(kept["content"], self._mac(key.content)):
            raise KeyReused
        return bytes(kept["reply"])

    def name_of(self, caller: str) -> str:
        """By what all kept replies of a caller are found; it tells nobody who it is."""
        return self._mac(f"caller\n{caller}".encode())

    async def _run(self, work: Callable[[Unit], Awaitable[T]], /, *, turn: str = "") -> T:
        if turn:
            result: T = await self.turns.go(turn, work, self._run)
            return result
        for collisions in range(COLLISIONS):
            try:
                return await self._attempt(work)
            except Collision:
                # What a transaction collides with, a read sees once a majority holds it.
                await asyncio.sleep(BREATH_SECONDS * 2**collisions)
        raise InFlight

    async def _attempt(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        """One transaction, in a task that nobody cancels.

        A thread of the driver goes on with what it was asked for when who asked is cancelled. After
        an abort it would write outside any transaction. So who is cancelled or waits too long goes,
        and the transaction is aborted where it stands, once no thread is at work in it.
        """
        asked, under_way = _Asked(), self._database.under_way
        attempt = asyncio.create_task(self._transact(work, asked))
        under_way.add(attempt)
        attempt.add_done_callback(under_way.discard)
        attempt.add_done_callback(_taken)
        try:
            with reached():
                await asyncio.wait([attempt], timeout=SECONDS)
                if not attempt.done():
                    raise TimeoutError
            return attempt.result()
        finally:
            asked.still = False
            if not attempt.done():
                # By then no thread is at work in it: what it asked of the database is out of time.
                asyncio.get_running_loop().call_later(SECONDS, attempt.cancel)

    async def _transact(self, work: Callable[[Unit], Awaitable[T]], asked: _Asked) -> T:
        sent = False

        async def callback(session: MongoSession) -> T:
            nonlocal sent
            unit = MongoUnit(self._database, session, asked)
            with reached():
                result = await work(unit)
                await unit.end()
            sent = unit.sends
            return result

        with pymongo.timeout(SECONDS), reached():
            async with self._session() as session:
                result: T = await session.with_transaction(
                    callback,
                    read_concern=ReadConcern("snapshot"),
                    write_concern=DURABLE,
                    read_preference=ReadPreference.PRIMARY,
                )
        if sent:
            self.wake.set()
        return result

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[MongoSession]:
        """One that served well before, if any: to begin and to end one takes the driver's time."""
        idle = self._idle
        session = idle.pop() if idle else await self._database.client.start_session()
        well = False
        try:
            yield session
            well = True
        finally:
            if well and len(idle) < MOST_IDLE:
                idle.append(session)
            else:
                await session.end_session()

    async def _reserve(self, key: RequestKey, session: MongoSession) -> None:
        try:
            await self._replies.insert_one(self._reserved(key), session=session)
        except DuplicateKeyError as error:
            raise InFlight from error
        except OperationFailure as error:
            if error.code == WRITE_CONFLICT:
                raise InFlight from error
            raise

    def _reserved(self, key: RequestKey) -> Document:
        return {
            "_id": self._name(key),
            "v": 1,
            "content": self._mac(key.content),
            "at": key.at,
            "caller": self.name_of(key.caller),
        }

    def _name(self, key: RequestKey) -> str:
        return self._mac(f"{key.caller}\n{key.key}".encode())

    def _mac(self, content: bytes) -> str:
        return hmac.new(self._hmac_key, content, hashlib.sha256).hexdigest()
