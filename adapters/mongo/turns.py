"""Turns for what shares a key: in this process by a queue, among processes by a loan.

Who shares a counter waits here rather than in a transaction, where waiting is colliding. All who
wait at one moment go in one transaction, which costs little more than that of one; if it fails,
each goes alone. The loan is a courtesy: whoever cannot get it in time goes on without, and the
transaction keeps the order.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from pymongo import ReturnDocument, WriteConcern
from pymongo.errors import ConnectionFailure, DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.errors import translate
from domain.errors import Unavailable
from domain.transactions import TOGETHER as SHARED
from domain.transactions import Unit

Work = Callable[[Unit], Awaitable[Any]]
Run = Callable[[Work], Awaitable[Any]]

MANY = 2
# Whoever signs at one moment comes in waves, to several processes.
CALM_SECONDS = 1.0
LONGEST_SECONDS = 30
# More at a time would all be ready late, and the turn stand idle until then.
PLACES = 12
# Of so many the transaction is still short.
TOGETHER = 10
# Who shares nothing but the cost waits for nobody in vain.
MANY_TOGETHER = 50
# A process keeps a key for so long while it has work for it, and then asks who else wants it.
SPAN_SECONDS = 0.5
# A killed process' loan is over by itself.
LOAN_SECONDS = 3
POLL_SECONDS = 0.02
MOST_POLLS = 200


@dataclass(eq=False)
class _Waiting:
    """Somebody's work: whether its turn has come, and what came of it."""

    work: Work
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    done: "asyncio.Future[Any]" = field(default_factory=asyncio.Future)

    def tell(self, result: object) -> None:
        """What came of it; an error is raised."""
        self.begun.set()
        if self.done.done():  # Nobody waits any more.
            return
        if isinstance(result, BaseException):
            self.done.set_exception(result)
        else:
            self.done.set_result(result)


@dataclass(eq=False)
class _Turn:
    """A key in this process; ``ours_until`` is by this process' monotonic clock, 0 without loan."""

    waiting: list[_Waiting] = field(default_factory=list)
    leading: "asyncio.Task[None] | None" = None
    ours_until: float = 0.0


class Turns:
    """What nobody waits for is forgotten."""

    def __init__(self, database: Database) -> None:
        # Lost with a crash, it is given anew: nothing rests on it.
        self._loans = database["turns"].with_options(write_concern=WriteConcern(w=1))
        self._me = uuid.uuid4().hex
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
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

    async def go(self, key: str, work: Work, run: Run) -> Any:
        """What ``work`` gave, once it was run in its turn: alone, or with others in one unit.

        Raises:
            Unavailable: its turn did not come within half a minute.
        """
        turn = self._turns.setdefault(key, _Turn())
        mine = _Waiting(work)
        turn.waiting.append(mine)
        if len(turn.waiting) > MANY and key != SHARED:
            self._crowded_at = time.monotonic()
        if turn.leading is None:
            # In nobody's context: the first one's time limit is not the others'.
            turn.leading = asyncio.create_task(self._lead(key, turn, run), context=Context())
        try:
            await _in_time(mine.begun.wait())
        finally:
            if not mine.begun.is_set():
                turn.waiting.remove(mine)
        return await mine.done

    async def _lead(self, key: str, turn: _Turn, run: Run) -> None:
        """Run what waits, for as long as something does."""
        try:
            while turn.waiting:
                await self._run_next(key, turn, run)
                if not turn.waiting and turn.ours_until:
                    await self._give_back(key, turn)
        finally:
            turn.leading = None

    async def _run_next(self, key: str, turn: _Turn, run: Run) -> None:
        try:
            await self._borrow(key, turn)
        except Exception as error:  # noqa: BLE001 - each is told; nothing is swallowed
            for one in turn.waiting:
                one.tell(error)
            turn.waiting.clear()
            return
        most = MANY_TOGETHER if key == SHARED else TOGETHER
        group, turn.waiting = turn.waiting[:most], turn.waiting[most:]
        for one in group:
            one.begun.set()
        await _run_together(group, run)

    async def _borrow(self, key: str, turn: _Turn) -> None:
        """Have the loan, or have waited long enough for it."""
        if key == SHARED:
            return
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


async def _run_together(group: Sequence[_Waiting], run: Run) -> None:
    """All in one unit; each in its own when that fails by what one of them did."""

    async def all_of_them(unit: Unit) -> list[object]:
        return [await one.work(unit) for one in group]

    outage: Exception | None = None
    if len(group) > 1:
        together = await _result(all_of_them, run)
        if isinstance(together, list):
            for one, result in zip(group, together, strict=True):
                one.tell(result)
            return
        outage = _outage(together)
    for one in group:
        result = outage or await _result(one.work, run)
        outage = _outage(result)
        one.tell(result)


async def _result(work: Work, run: Run) -> object:
    """What it gave, or the error it raised."""
    try:
        return await run(work)
    except Exception as error:  # noqa: BLE001 - raised to who asked
        return error


def _outage(result: object) -> Exception | None:
    """The error of a database that does not serve, which each would only wait for again."""
    if isinstance(result, Exception) and (
        isinstance(result, Unavailable) or translate(result) is not None
    ):
        return result
    return None


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
