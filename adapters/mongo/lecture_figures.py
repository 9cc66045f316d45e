"""What was counted of lectures: viewers, minutes, pages, places and certificates."""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Database, Document
from adapters.mongo.watching import COUNTS
from domain.lectures.figures import Counted


class MongoLectureFigures:
    """Read only: whoever counts writes."""

    def __init__(self, database: Database) -> None:
        self._counts = database[COUNTS]
        self._rooms = database["lecture_rooms"]
        self._certificates = database["lecture_certificates"]

    async def of(self, recordings: Mapping[str, str]) -> Mapping[str, Counted]:
        """By lecture; each is given with the recording whose minutes count, or with none."""
        names = [*recordings, *(f"{one}/{which}" for one, which in recordings.items())]
        counted = await _by_id(self._counts, names)
        rooms = await _by_id(self._rooms, list(recordings))
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
