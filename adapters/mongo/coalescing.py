"""Many small requests of one moment become one command to the database.

One command is under way at a time; whoever asks meanwhile shares the next one. So an answer
is never older than its question, and under load the cost of a round trip is divided.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from typing import Generic, TypeVar

from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorCursor
from pymongo import ASCENDING

from adapters.mongo.database import Document

K = TypeVar("K")
V = TypeVar("V")

MOST = 500


class Coalescer(Generic[K, V]):
    """Runs ``work`` on what has gathered; each asker gets its own answer or error.

    ``work`` maps the positions of its input to results; a position that is missing gets
    None, an exception as a result is raised to its asker alone.
    """

    def __init__(
        self, work: Callable[[Sequence[K]], Awaitable[Mapping[int, V | Exception]]]
    ) -> None:
        self._work = work
        self._waiting: list[tuple[K, asyncio.Future[V | None]]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, item: K) -> V | None:
        """The answer to one item, by a command that starts after this call."""
        future: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None or self._running.done():
            # In nobody's context: the first asker's time limit must not end the others' reads.
            self._running = asyncio.create_task(self._drain(), context=Context())
        return await future

    async def answer(self, item: K) -> V:
        """The same where each item has one; raises LookupError if ``work`` left it out."""
        found = await self.ask(item)
        if found is None:
            raise LookupError
        return found

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                results = await self._work([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - each asker is told; nothing is swallowed
                results = dict.fromkeys(range(len(batch)), error)
            for position, (_, future) in enumerate(batch):
                if not future.done():
                    _settle(future, results.get(position))


def reads(
    collection: "AsyncIOMotorCollection[Document]",
    read: Callable[[Document], V | None],
    *,
    by: str = "_id",
) -> Coalescer[str, V]:
    """The documents of a collection by the value of a unique field, read together."""

    async def find(wanted: Sequence[str]) -> Mapping[int, V | Exception]:
        rows = collection.find({by: {"$in": list(set(wanted))}})
        found = {row[by]: read(row) async for row in rows}
        places = ((place, found.get(value)) for place, value in enumerate(wanted))
        return {place: one for place, one in places if one is not None}

    return Coalescer(find)


def lists(
    collection: "AsyncIOMotorCollection[Document]",
    read: Callable[[Document], V],
    *,
    by: str,
    chosen: Document,
    order: Sequence[tuple[str, int]] = (("_id", ASCENDING),),
    most: int,
) -> Coalescer[str, list[V]]:
    """Those of the ``chosen`` documents that share a value, at most so many of each, in order."""

    def rows(wanted: Sequence[str]) -> "AsyncIOMotorCursor[Document]":
        found = collection.find({**chosen, by: {"$in": list(wanted)}})
        return found.sort(list(order)).limit(most * len(wanted))

    async def find(askers: Sequence[str]) -> Mapping[int, list[V] | Exception]:
        wanted = list(set(askers))
        found = [row async for row in rows(wanted)]
        if len(found) == most * len(wanted):
            # Some have more than they may, maybe instead of others.
            found = [row for value in wanted async for row in rows([value])]
        of: dict[str, list[V]] = {value: [] for value in wanted}
        for row in found:
            of[row[by]].append(read(row))
        return {place: of[value][:most] for place, value in enumerate(askers)}

    return Coalescer(find)


def _settle(future: "asyncio.Future[V | None]", result: V | Exception | None) -> None:
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
