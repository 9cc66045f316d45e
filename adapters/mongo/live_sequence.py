"""The sequence of live events in MongoDB: the lease, the numbers, and what is kept of them."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import pymongo
from pymongo import ASCENDING, DESCENDING, DeleteOne, InsertOne, ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from adapters.mongo.database import Database, Document
from adapters.mongo.live import EVENTS
from adapters.mongo.transactions import session_of, unit_of
from domain.live.events import LiveEvent
from domain.live.sequence import Lease, Numbered, Place
from domain.transactions import LostLease, Unit

NAME = "sequencer"
NUMBERED = "live_numbered"
LEASE = timedelta(seconds=3)
HEALTH_SECONDS = 2
# A backup that is put back has been without a sequencer for longer: what it says of numbers is
# not what was told to people since, so they begin anew.
FORGOTTEN = timedelta(minutes=10)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class MongoSequence:
    """Numbers are given in the order of the sequencer's transactions, each checked by its fence."""

    def __init__(self, database: Database) -> None:
        self._events = database[EVENTS]
        self._numbered = database[NUMBERED]
        self._sequencer = database["live_sequencer"]

    async def prepare(self, holder: str) -> None:
        """Let there be a sequence."""
        if await self._sequencer.find_one({"_id": NAME}, {"_id": 1}) is not None:
            return
        newest = await self._numbered.find_one({}, {"_id": 1}, sort=[("_id", DESCENDING)])
        first = {
            "_id": NAME,
            "v": 1,
            "holder": "",
            "until": BEGINNING,
            "fence": 0,
            "era": holder,
            "last": newest["_id"] if newest else 0,
            "at": BEGINNING,
        }
        try:
            await self._sequencer.insert_one(first)
        except DuplicateKeyError:
            return

    async def claim(self, holder: str, era: str) -> Lease | None:
        """Hold the lease for three seconds more; None while another holds it."""
        mine = {"$eq": ["$holder", holder]}
        forgotten = {"$lt": ["$until", {"$subtract": ["$$NOW", _millis(FORGOTTEN)]}]}
        new = {"$and": [forgotten, {"$ne": ["$until", BEGINNING]}]}
        held = await self._sequencer.find_one_and_update(
            {"_id": NAME, "$or": [{"holder": holder}, {"$expr": {"$lte": ["$until", "$$NOW"]}}]},
            [
                {
                    "$set": {
                        "fence": {"$add": ["$fence", {"$cond": [mine, 0, 1]}]},
                        "era": {"$cond": [new, era, "$era"]},
                        "holder": holder,
                        "until": {"$add": ["$$NOW", _millis(LEASE)]},
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        return Lease(fence=held["fence"], era=held["era"], last=held["last"]) if held else None

    async def release(self, holder: str) -> None:
        """Let the lease go, if it is held."""
        await self._sequencer.update_one(
            {"_id": NAME, "holder": holder},
            [{"$set": {"holder": "", "until": {"$min": ["$until", "$$NOW"]}}}],
        )

    async def waiting(self, most: int) -> Sequence[LiveEvent]:
        """Committed events without a number, the oldest first."""
        rows = await self._events.find().sort("_id", ASCENDING).limit(most).to_list(most)
        return [
            LiveEvent(
                id=row["_id"],
                streams=tuple(row["streams"]),
                kind=row["kind"],
                about=row["about"],
                revision=row["revision"],
            )
            for row in rows
        ]

    async def waits(self) -> timedelta | None:
        """How long the oldest has waited, by the database's clock; None when none is known to."""
        since = {"$project": {"ms": {"$subtract": ["$$NOW", "$at"]}}}
        oldest: list[Document] = [{"$sort": {"_id": ASCENDING}}, {"$limit": 1}, since]
        try:
            with pymongo.timeout(HEALTH_SECONDS):
                found = await self._events.aggregate(oldest).to_list(1)
        except PyMongoError:
            return None
        return timedelta(milliseconds=found[0]["ms"]) if found else None

    async def number(self, unit: Unit, lease: Lease, events: Sequence[LiveEvent]) -> None:
        """Give them the next numbers; raises LostLease when another has since."""
        session = session_of(unit)
        held = await self._sequencer.find_one_and_update(
            {"_id": NAME, "fence": lease.fence, "last": lease.last},
            [
                {
                    "$set": {
                        "last": {"$add": ["$last", len(events)]},
                        "until": {"$add": ["$$NOW", _millis(LEASE)]},
                        # Never before that of a lesser number, whatever the clock does: so what
                        # goes after its day goes in the order of the numbers.
                        "at": {"$max": ["$at", "$$NOW"]},
                    }
                }
            ],
            session=session,
            return_document=ReturnDocument.AFTER,
        )
        if held is None:
            raise LostLease
        for number, event in enumerate(events, lease.last + 1):
            row = _row(number, lease.era, held["at"], event)
            unit_of(unit).last(NUMBERED, InsertOne(row))
            unit_of(unit).last(EVENTS, DeleteOne({"_id": event.id}))

    async def place(self) -> Place:
        """How far the sequence is."""
        row = await self._sequencer.find_one({"_id": NAME})
        return Place(era=row["era"], last=row["last"]) if row else Place(era="", last=0)

    async def first(self) -> int | None:
        """The least number that is still kept."""
        row = await self._numbered.find_one({}, {"_id": 1}, sort=[("_id", ASCENDING)])
        return int(row["_id"]) if row else None

    async def after(self, number: int, most: int) -> Sequence[Numbered]:
        """What comes after a number, in order."""
        return await self._found({"_id": {"$gt": number}}, most)

    async def of(
        self, names: Collection[str], *, after: int, upto: int, most: int
    ) -> Sequence[Numbered]:
        """What came in these streams after one number and up to another, in order."""
        chosen = {"streams": {"$in": sorted(names)}, "_id": {"$gt": after, "$lte": upto}}
        return await self._found(chosen, most)

    async def _found(self, chosen: Document, most: int) -> Sequence[Numbered]:
        rows = self._numbered.find(chosen).sort("_id", ASCENDING).limit(most)
        return [read_numbered(row) for row in await rows.to_list(most)]


def read_numbered(row: Document) -> Numbered:
    """A numbered event as the domain knows it."""
    return Numbered(
        number=row["_id"],
        era=row["era"],
        streams=tuple(row["streams"]),
        kind=row["kind"],
        about=row["about"],
        revision=row["revision"],
    )


def _row(number: int, era: str, at: datetime, event: LiveEvent) -> Document:
    return {
        "_id": number,
        "v": 1,
        "era": era,
        "at": at,
        "streams": list(event.streams),
        "kind": event.kind,
        "about": event.about,
        "revision": event.revision,
    }


def _millis(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
