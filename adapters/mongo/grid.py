"""The partner interface: cases, what comparisons found, and nonces that were used."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.grid.cases import Case
from domain.grid.comparing import Comparison, Difference, DifferenceKind
from domain.transactions import Unit


class MongoGridCases:
    """One document for each application that was handed over, under its id."""

    def __init__(self, database: Database) -> None:
        self._cases = database["grid_cases"]

    async def get(self, application_id: str) -> Case | None:
        """By the application's id."""
        return _case(await self._cases.find_one({"_id": application_id}))

    async def by_number(self, number: str) -> Case | None:
        """By its number."""
        return _case(await self._cases.find_one({"number": number}))

    async def add(self, unit: Unit, case: Case) -> None:
        """A new one; the transaction starts over when it was handed over meanwhile."""
        try:
            await self._cases.insert_one(_row(case), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def replace(self, unit: Unit, case: Case, *, was: Case) -> None:
        """Save against the revision that was read; the transaction starts over when it moved on."""
        result = await self._cases.replace_one(
            {"_id": was.id, "revision": was.revision}, _row(case), session=session_of(unit)
        )
        if result.matched_count == 0:
            raise Collision

    async def all(self, *, after: str, limit: int) -> Sequence[Case]:
        """By number, those after this one."""
        rows = self._cases.find({"number": {"$gt": after}}).sort("number", ASCENDING).limit(limit)
        return [Case(id=row.pop("_id"), **_fields(row)) async for row in rows]


class MongoGridComparisons:
    """One document for each day."""

    def __init__(self, database: Database) -> None:
        self._comparisons = database["grid_comparisons"]

    async def of_day(self, day: date) -> Comparison | None:
        """Of a day."""
        row = await self._comparisons.find_one({"_id": day.isoformat()})
        return _comparison(row) if row else None

    async def keep(self, unit: Unit, comparison: Comparison) -> None:
        """One a day; the transaction starts over when there is one."""
        document = {
            "_id": comparison.day.isoformat(),
            "v": 1,
            "at": comparison.at,
            "compared": comparison.compared,
            "found": comparison.found,
            "differences": [
                {
                    "number": one.number,
                    "kind": one.kind.value,
                    "ours": one.ours,
                    "theirs": one.theirs,
                }
                for one in comparison.differences
            ],
        }
        await self._comparisons.replace_one(
            {"_id": document["_id"]}, document, upsert=True, session=session_of(unit)
        )

    async def newest(self, *, most: int) -> Sequence[Comparison]:
        """The last ones, newest first."""
        rows = self._comparisons.find().sort("at", DESCENDING).limit(most)
        return [_comparison(row) async for row in rows]


class MongoNonces:
    """By their hash, as long as they could be used again."""

    def __init__(self, database: Database) -> None:
        self._nonces = database["grid_nonces"]

    async def use(self, nonce: str, *, until: datetime) -> bool:
        """False when it was used; remembered until then."""
        name = hashlib.sha256(nonce.encode()).hexdigest()
        try:
            await self._nonces.insert_one({"_id": name, "v": 1, "until": until})
        except DuplicateKeyError:
            return False
        return True


def _row(case: Case) -> Document:
    return {
        "_id": case.id,
        "v": 1,
        "number": case.number,
        "person_id": case.person_id,
        "uscc": case.uscc,
        "handed_at": case.handed_at,
        "changed_at": case.changed_at,
        "place": case.place,
        "applied": case.applied,
        "quiet": case.quiet,
        "open": case.open,
        "revision": case.revision,
    }


def _case(row: Document | None) -> Case | None:
    return Case(id=row["_id"], **_fields(row)) if row else None


def _fields(row: Document) -> Document:
    return {name: value for name, value in row.items() if name not in ("_id", "v")}


def _comparison(row: Document) -> Comparison:
    return Comparison(
        day=date.fromisoformat(row["_id"]),
        at=row["at"],
        compared=row["compared"],
        found=row["found"],
        differences=tuple(
            Difference(**{**one, "kind": DifferenceKind(one["kind"])}) for one in row["differences"]
        ),
    )
