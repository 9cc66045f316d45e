"""The one change stream that each process watches for all that is told live.

Nothing of the stream is ever kept: who watches again reads what it missed by its own number.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.mongo.database import Database, Document
from adapters.mongo.live import EVENTS
from adapters.mongo.live_presence import PRESENCE, place_of, read_present
from adapters.mongo.live_sequence import NUMBERED, read_numbered
from domain.live.presence import Present
from domain.live.sequence import Numbered

AWAIT_MILLIS = 1000
WHOLE = [NUMBERED, PRESENCE]


@dataclass(frozen=True)
class Waiting:
    """An event has committed and waits for its number."""


@dataclass(frozen=True)
class Left:
    """Somebody is not at a ticket any more."""

    seat: str
    about: str


@dataclass(frozen=True)
class Withdrawn:
    """A session may have ended, or an account of the staff may have changed."""

    of: str


Change = Numbered | Waiting | Present | Left | Withdrawn


class MongoLiveChanges:
    """Changes as they commit."""

    def __init__(self, database: Database) -> None:
        self._database = database.database

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[AsyncIterator[Change]]:
        """All changes from the moment this is entered; ends with an error when it breaks."""
        async with self.raw() as rows:
            yield (_change(row) async for row in rows)

    @asynccontextmanager
    async def raw(self) -> AsyncIterator[AsyncIterator[Document]]:
        """The same, as the database tells of them."""
        now = (await self._database.command("ping"))["operationTime"]
        # No look-ups and no secrets: of what is not live only the id comes along.
        stream = self._database.watch(
            _WANTED, start_at_operation_time=now, max_await_time_ms=AWAIT_MILLIS
        )
        async with stream:
            yield stream


def _change(row: Document) -> Change:
    collection, name = row["ns"]["coll"], row["documentKey"]["_id"]
    if collection == NUMBERED:
        return read_numbered(row["fullDocument"])
    if collection == EVENTS:
        return Waiting()
    if collection == PRESENCE:
        if row["operationType"] == "delete":
            return Left(*place_of(name))
        return read_present(row["fullDocument"])
    return Withdrawn(name)


_WANTED: list[Document] = [
    {
        "$match": {
            "$or": [
                {"ns.coll": {"$in": [NUMBERED, EVENTS]}, "operationType": "insert"},
                {"ns.coll": PRESENCE, "operationType": {"$in": ["insert", "replace", "delete"]}},
                {"ns.coll": "staff_sessions", "operationType": "delete"},
                {"ns.coll": "staff", "operationType": "replace"},
                {
                    "ns.coll": "sessions",
                    "operationType": "replace",
                    "fullDocument.ended_at": {"$ne": None},
                },
                {
                    "ns.coll": "sessions",
                    "operationType": "update",
                    "updateDescription.updatedFields.ended_at": {"$ne": None},
                },
            ]
        }
    },
    {
        "$project": {
            "operationType": 1,
            "ns": 1,
            "documentKey": 1,
            "fullDocument": {"$cond": [{"$in": ["$ns.coll", WHOLE]}, "$fullDocument", "$$REMOVE"]},
        }
    },
]
