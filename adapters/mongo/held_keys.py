"""Keys of requests that are being done, so that nobody does the same beside them.

A server's are renewed together for as long as it lives; a killed server's are soon free.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from datetime import timedelta
from typing import Any

from pymongo import UpdateOne, WriteConcern
from pymongo.errors import BulkWriteError, PyMongoError

from adapters.mongo.coalescing import Coalescer
from adapters.mongo.database import Database, Document
from adapters.mongo.errors import DUPLICATE
from domain.transactions import InFlight

# By the database's clock: servers whose clocks differ agree on how long. Who comes again ten
# seconds after a server was killed is served.
HOLD = timedelta(seconds=8)


class HeldKeys:
    """Those of this process, under their names; what many ask for at one moment goes together."""

    def __init__(self, database: Database) -> None:
        self._keys = database["held_keys"]
        # Lost with a crash, it is free a little later.
        self._left = self._keys.with_options(write_concern=WriteConcern(w=1))
        self._me = uuid.uuid4().hex
        self._mine: set[str] = set()
        self._keeping: asyncio.Task[None] | None = None
        self._takes: Coalescer[str, bool] = Coalescer(self._take)
        self._leaves: Coalescer[str, bool] = Coalescer(self._leave)

    def __contains__(self, name: str) -> bool:
        """Whether this process holds it."""
        return name in self._mine

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[None]:
        """Keep it from others; raises InFlight while another holds it."""
        if name in self._mine:
            raise InFlight
        self._mine.add(name)
        try:
            await self._taken(name)
            if self._keeping is None:
                # In nobody's context: the first one's time limit is not the others'.
                self._keeping = asyncio.create_task(self._keep(), context=Context())
            try:
                yield
            finally:
                await self._leaves.ask(name)
        finally:
            self._mine.remove(name)
            if not self._mine and self._keeping is not None:
                self._keeping.cancel()
                self._keeping = None

    async def _taken(self, name: str) -> None:
        if await self._takes.ask(name):
            return
        await self._keys.delete_one({"_id": name, "$expr": {"$lte": ["$until", "$$NOW"]}})
        if not await self._takes.ask(name):
            raise InFlight

    async def _take(self, names: Sequence[str]) -> Mapping[int, bool | Exception]:
        """Which were nobody's."""
        theirs = [{"$set": {"v": 1, "by": self._me}}, *_until()]
        wanted = [
            UpdateOne({"_id": name, "until": {"$exists": False}}, theirs, upsert=True)
            for name in names
        ]
        try:
            done: Mapping[str, Any] = (
                await self._keys.bulk_write(wanted, ordered=False)
            ).bulk_api_result
        except BulkWriteError as error:
            if any(each["code"] != DUPLICATE for each in error.details["writeErrors"]):
                raise
            done = error.details
        return {one["index"]: True for one in done["upserted"]}

    async def _leave(self, names: Sequence[str]) -> Mapping[int, bool | Exception]:
        await self._left.delete_many({"_id": {"$in": list(names)}, "by": self._me})
        return {}

    async def _keep(self) -> None:
        """Renew all of them while there are any."""
        while True:
            await asyncio.sleep(HOLD.total_seconds() / 3)
            with suppress(PyMongoError):
                mine = {"_id": {"$in": list(self._mine)}, "by": self._me}
                await self._keys.update_many(mine, _until())


def _until() -> list[Document]:
    hold = int(HOLD.total_seconds() * 1000)
    return [{"$set": {"until": {"$add": ["$$NOW", hold]}}}]
