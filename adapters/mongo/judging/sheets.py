"""Monthly sheets: counts only, written once."""

from dataclasses import asdict

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.judging.sheets import MOST_VERSIONS, Row, Sheet
from domain.transactions import Unit


class MongoSheets:
    """One document of each version; nothing is ever changed."""

    def __init__(self, database: Database) -> None:
        self._sheets = database["monthly_sheets"]

    async def add(self, unit: Unit, sheet: Sheet) -> None:
        """A new one; the transaction starts over when that version is there."""
        document = {"_id": sheet.id, "v": 1, **asdict(sheet)}
        document |= {name: list(document[name]) for name in ("places", "butlers")}
        try:
            await self._sheets.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def get(self, of: str, version: int) -> Sheet | None:
        """One version of a month."""
        row = await self._sheets.find_one({"month": of, "version": version})
        return _sheet(row) if row else None

    async def last(self, of: str) -> Sheet | None:
        """The latest version of a month."""
        row = await self._sheets.find_one({"month": of}, sort=[("version", DESCENDING)])
        return _sheet(row) if row else None

    async def months(self, *, limit: int) -> list[Sheet]:
        """Every version, the latest month and version first, without their rows."""
        found = self._sheets.find({}, {"places": 0, "butlers": 0})
        latest = found.sort([("month", DESCENDING), ("version", DESCENDING)]).limit(limit)
        return [_sheet(row) async for row in latest]

    async def of_butler(self, staff_id: str, *, limit: int) -> list[Sheet]:
        """The last version of each of the latest months, with this butler's row alone."""
        theirs = {"$filter": {"input": "$butlers", "cond": {"$eq": ["$$this.key", staff_id]}}}
        found = self._sheets.aggregate(
            [
                {"$sort": {"month": DESCENDING, "version": DESCENDING}},
                {"$limit": limit * MOST_VERSIONS},
                {"$project": {"places": 0}},
                {"$set": {"butlers": theirs}},
                {"$group": {"_id": "$month", "last": {"$first": "$$ROOT"}}},
                {"$sort": {"_id": DESCENDING}},
                {"$limit": limit},
            ]
        )
        return [_sheet(row["last"]) async for row in found]


def _sheet(row: Document) -> Sheet:
    return Sheet(
        month=row["month"],
        version=row["version"],
        drawn_at=row["drawn_at"],
        drawn_by=row["drawn_by"],
        reason=row["reason"],
        total=Row(**row["total"]),
        places=tuple(Row(**one) for one in row.get("places", ())),
        butlers=tuple(Row(**one) for one in row.get("butlers", ())),
    )
