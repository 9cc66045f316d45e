"""One after the other for each key: in this process by a lock, among processes by a loan.

Who shares a counter waits here rather than in a transaction, where waiting is colliding. The loan
is a courtesy: whoever cannot get it in time goes on without, and the transaction keeps the order.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from pymongo import ReturnDocument, WriteConcern
from pymongo.errors import ConnectionFailure, DuplicateKeyError

from adapters.mongo.database import Database, Document
from domain.errors import Unavailable

MANY = 2
# Whoever signs at one moment comes in waves, to several processes.
CALM_SECONDS = 1.0
LONGEST_SECONDS = 30
# More at a time would all be ready late, and the turn stand idle until then.
PLACES = 12
# A process keeps a key for so long while it has work for it, and then asks who else wants it.
SPAN_SECONDS = 0.5
# A killed process' loan is over by itself.
LOAN_SECONDS = 3
POLL_SECONDS = 0.02
MOST_POLLS = 200


@dataclass(eq=False)
class _Turn:
    """A key in this process; ``ours_until`` is by this process' monotonic clock, 0 without loan."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    ours_until: float = 0.0


class Turns:
    """What nobody waits for is forgotten."""

    def __init__(self, database: Database) -> None:
        # Lost with a crash, it is given anew: nothing rests on it.
        self._loans = database["turns"].with_options(write_concern=WriteConcern(w=1))
        self._me = uuid.uuid4().hex
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
        self._waiting = 0
        self._crowded_at = -CALM_SECONDS
        self._places = asyncio.Semaphore(PLACES)

    def crowded(self) -> bool:
        """Whether many wait, here or elsewhere, or just did: what is not urgent gives way."""
        return time.monotonic() - self._crowded_at < CALM_SECONDS

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """For what is done before a turn: who came first is through with it first.

        Raises:
            Unavailable: no place came free for half a minute, since the outside is slow.
        """
        await _in_time(self._places.acquire())
        try:
            yield
        finally:
            self._places.release()

    @asynccontextmanager
    async def __call__(self, key: str) -> AsyncIterator[None]:
        """Enter when it is one's turn; raises Unavailable after half a minute."""
        turn = self._turns.setdefault(key, _Turn())
        turn.waiting += 1
        self._waiting += 1
        if self._waiting > MANY:
            self._crowded_at = time.monotonic()
        try:
            await _in_time(turn.lock.acquire())
        finally:
            turn.waiting -= 1
            self._waiting -= 1
        try:
            await self._borrow(key, turn)
            yield
        finally:
            if not turn.waiting and turn.ours_until:
                await self._give_back(key, turn)
            turn.lock.release()

    async def _borrow(self, key: str, turn: _Turn) -> None:
        """Have the loan, or have waited long enough for it."""
        now = time.monotonic()
        if now < turn.ours_until:
            return
        if turn.ours_until:
            await self._give_back(key, turn)
            # Whoever else wants it looks again within this time.
            await asyncio.sleep(2 * POLL_SECONDS)
        for _ in range(MOST_POLLS):
            if await self._lent(key, turn):
                return
            await asyncio.sleep(POLL_SECONDS)

    async def _lent(self, key: str, turn: _Turn) -> bool:
        try:
            loan = await self._loans.find_one_and_update(
                {"_id": key},
                _loan_to(self._me),
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:  # Another process was the first ever to want it.
            return False
        if loan["holder"] != self._me:
            self._crowded_at = time.monotonic()
            return False
        turn.ours_until = time.monotonic() + SPAN_SECONDS
        return True

    async def _give_back(self, key: str, turn: _Turn) -> None:
        turn.ours_until = 0.0
        with suppress(ConnectionFailure):  # It ends by itself.
            await self._loans.delete_one({"_id": key, "holder": self._me})


async def _in_time(entering: Awaitable[object]) -> None:
    """Whoever waits for longer is told to come again rather than left waiting."""
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await entering
    except TimeoutError as error:
        detail = "正在办理的人很多，请稍后再试。"
        raise Unavailable(detail, system="turns", retry_after=10) from error


def _loan_to(holder: str) -> list[Document]:
    """Theirs if it is nobody's any more, by the database's clock; else it stays as it is."""
    free = {"$not": [{"$gt": ["$until", "$$NOW"]}]}
    theirs = {"$or": [{"$eq": ["$holder", holder]}, free]}
    until = {"$add": ["$$NOW", LOAN_SECONDS * 1000]}
    return [
        {
            "$set": {
                "v": 1,
                "holder": {"$cond": [theirs, holder, "$holder"]},
                "until": {"$cond": [theirs, until, "$until"]},
            }
        }
    ]
