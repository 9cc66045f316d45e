"""What was counted of lectures: viewers, minutes, pages, places and certificates."""

from collections.abc import Collection, Mapping
from typing import Any

from adapters.mongo.database import Database, Document
from adapters.mongo.watching import COUNTS
from domain.lectures.figures import Counted
from domain.lectures.registrations import STANDING

STOOD = sorted(state.value for state in STANDING)
BY = ("lecture_id", "round", "state")


class MongoLectureFigures:
    """Read only: whoever counts writes."""

    def __init__(self, database: Database) -> None:
        self._counts = database[COUNTS]
        self._rooms = database["lecture_rooms"]
        self._registrations = database["lecture_registrations"]
        self._certificates = database["lecture_certificates"]

    async def of(
        self, recordings: Mapping[str, str], *, withdrawn: Collection[str]
    ) -> Mapping[str, Counted]:
        """By lecture; each is given with the recording whose minutes count, or with none.

        Of those that are withdrawn, registrations are those that the withdrawal ended.
        """
        names = [*recordings, *(f"{one}/{which}" for one, which in recordings.items())]
        counted = await _by_id(self._counts, names)
        rooms = await self._ended(await _by_id(self._rooms, list(recordings)), withdrawn)
        certified = await self._certified(list(recordings))
        return {
            one: Counted(
                viewers=counted.get(one, {}).get("views", 0),
                minutes=_numbered(counted.get(f"{one}/{which}", {}).get("minutes", {})),
                pages=_numbered(counted.get(f"{one}/{which}", {}).get("pages", {})),
                registered=rooms.get(one, {}).get("confirmed", 0),
                waiting=rooms.get(one, {}).get("waiting", 0),
                certified=certified.get(one, 0),
            )
            for one, which in recordings.items()
        }

    async def _ended(
        self, rooms: Mapping[str, Document], withdrawn: Collection[str]
    ) -> Mapping[str, Document]:
        """The rooms; those of withdrawn lectures, which are empty, as their last round was."""
        rows = self._registrations.aggregate(
            [
                {"$match": {"lecture_id": {"$in": list(withdrawn)}, "state": {"$in": STOOD}}},
                {"$group": {"_id": {name: f"${name}" for name in BY}, "count": {"$sum": 1}}},
            ]
        )
        after: dict[str, Document] = {**rooms, **{one: {} for one in withdrawn}}
        async for row in rows:
            of = row["_id"]
            if of["round"] + 1 == rooms[of["lecture_id"]]["round"]:
                after[of["lecture_id"]][of["state"]] = row["count"]
        return after

    async def _certified(self, lecture_ids: list[str]) -> Mapping[str, int]:
        rows = self._certificates.aggregate(
            [
                {"$match": {"lecture_id": {"$in": lecture_ids}}},
                {"$group": {"_id": "$lecture_id", "count": {"$sum": 1}}},
            ]
        )
        return {row["_id"]: row["count"] async for row in rows}


async def _by_id(collection: Any, ids: list[str]) -> Mapping[str, Document]:
    return {row["_id"]: row async for row in collection.find({"_id": {"$in": ids}})}


def _numbered(kept: Mapping[str, int]) -> Mapping[int, int]:
    return {int(name): count for name, count in kept.items()}
