"""What many are told of a lecture and how far it has come, and who follows the lectures."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.lectures.tellings import Telling, What
from domain.transactions import Unit

PLAIN = (
    *("lecture_id", "title", "speaker", "begins_at", "begun_at"),
    *("round", "after", "told", "over", "revision"),
)


class MongoTellings:
    """One document of each thing that is told; its id says which, so that it is there once."""

    def __init__(self, database: Database) -> None:
        self._tellings = database["lecture_tellings"]
        self._registrations = database["lecture_registrations"]
        self._followers = database["lecture_followers"]

    async def read(self, unit: Unit, telling_id: str) -> Telling | None:
        """By id, as this transaction sees it."""
        row = await self._tellings.find_one({"_id": telling_id}, session=session_of(unit))
        return _telling(row) if row else None

    async def add(self, unit: Unit, telling: Telling) -> None:
        """A new one; the transaction starts over when it is there."""
        try:
            await self._tellings.insert_one(_document(telling), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def replace(self, unit: Unit, telling: Telling, *, was: Telling) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""
        result = await self._tellings.replace_one(
            {"_id": was.id, "revision": was.revision},
            _document(telling),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def under_way(self, unit: Unit, lecture_id: str) -> Sequence[Telling]:
        """Those of a lecture that are not over."""
        found = self._tellings.find(
            {"lecture_id": lecture_id, "over": False}, session=session_of(unit)
        )
        return [_telling(row) async for row in found]

    async def listeners(
        self, unit: Unit, telling: Telling, *, limit: int
    ) -> Sequence[tuple[str, str]]:
        """The next whom it is for: where each stands in the order, and who it is.

        New lectures are for who followed before, the rest for who registered.
        """
        if telling.what is What.NEW:
            return await self._following(unit, telling, limit)
        states = [one.value for one in telling.listeners]
        found = self._registrations.find(
            {
                "lecture_id": telling.lecture_id,
                "round": telling.round,
                "number": {"$gt": int(telling.after or 0)},
                "state": {"$in": states},
            },
            {"number": 1, "person_id": 1},
            session=session_of(unit),
        )
        rows = await found.sort("number", ASCENDING).limit(limit).to_list(limit)
        return [(str(row["number"]), row["person_id"]) for row in rows]

    async def _following(
        self, unit: Unit, telling: Telling, limit: int
    ) -> Sequence[tuple[str, str]]:
        found = self._followers.find(
            {"_id": {"$gt": telling.after}, "since": {"$lt": telling.begun_at}},
            {"_id": 1},
            session=session_of(unit),
        )
        rows = await found.sort("_id", ASCENDING).limit(limit).to_list(limit)
        return [(row["_id"], row["_id"]) for row in rows]


class MongoFollowers:
    """One document of each person who follows, by their id."""

    def __init__(self, database: Database) -> None:
        self._followers = database["lecture_followers"]

    async def since(self, person_id: str) -> datetime | None:
        """Since when somebody does; None for who does not."""
        row = await self._followers.find_one({"_id": person_id})
        return row["since"] if row else None

    async def add(self, unit: Unit, *, person_id: str, since: datetime) -> None:
        """From now on; who does already goes on as before."""
        await self._followers.update_one(
            {"_id": person_id},
            {"$setOnInsert": {"v": 1, "since": since}},
            upsert=True,
            session=session_of(unit),
        )

    async def remove(self, unit: Unit, *, person_id: str) -> None:
        """Not any more."""
        await self._followers.delete_one({"_id": person_id}, session=session_of(unit))


def _document(telling: Telling) -> Document:
    return {
        "_id": telling.id,
        "v": 1,
        **{name: getattr(telling, name) for name in PLAIN},
        "what": telling.what.value,
        "reason": telling.reason,
    }


def _telling(row: Document) -> Telling:
    return Telling(
        id=row["_id"],
        **{name: row[name] for name in PLAIN},
        what=What(row["what"]),
        reason=row.get("reason", ""),
    )
