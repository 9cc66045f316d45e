"""Checks of content, and the results that come for images by WeChat's id.

Result and check meet in one document per id, which both who asks and who hears write: so whichever
comes second sees the first, however close they are.
"""

from datetime import datetime

from pymongo import DESCENDING, InsertOne, ReturnDocument
from pymongo.errors import DuplicateKeyError

from adapters.mongo.coalescing import lists
from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of, unit_of
from domain.content_checks import KEPT, Check, Judged, Scene, Verdict
from domain.transactions import Unit

CHECKS = "content_checks"


class MongoContentChecks:
    """What was written is encrypted."""

    def __init__(self, database: Database) -> None:
        self._checks = database[CHECKS]
        self._results = database["content_check_results"]
        self._cipher = database.cipher
        newest = [("_id", DESCENDING)]
        self._last = lists(self._checks, _check, by="object_id", chosen={}, order=newest, most=20)

    async def add(self, unit: Unit, check: Check) -> None:
        """A new one."""
        unit_of(unit).last(CHECKS, InsertOne(await self._document(check)))

    async def get(self, check_id: str) -> Check | None:
        """By id."""
        row = await self._checks.find_one({"_id": check_id})
        return _check(row) if row else None

    async def of(self, object_id: str) -> Check | None:
        """The last one of a thing."""
        last = await self._last.answer(object_id)
        return last[0] if last else None

    async def replace(self, unit: Unit, check: Check, *, was: Check) -> None:
        """Save against what was read; the transaction starts over when it moved on."""
        result = await self._checks.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(check),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def join(
        self, unit: Unit, trace_id: str, *, check_id: str, now: datetime
    ) -> Judged | None:
        """Say whose result this will be; the result, where it came before."""
        row = await self._met(unit, trace_id, {"check_id": check_id}, now)
        if "suggestion" not in row:
            return None
        return Judged(verdict=Verdict(row["suggestion"]), reason=row.get("reason", ""))

    async def came(self, unit: Unit, trace_id: str, *, judged: Judged, now: datetime) -> str | None:
        """Keep a result that came, the first; the check it is for, where that is known."""
        first = {
            name: {"$ifNull": [f"${name}", value]}
            for name, value in (
                ("suggestion", judged.verdict.value),
                ("reason", judged.reason),
            )
        }
        row = await self._met(unit, trace_id, first, now)
        return row.get("check_id")

    async def _met(self, unit: Unit, trace_id: str, changed: Document, now: datetime) -> Document:
        try:
            row: Document = await self._results.find_one_and_update(
                {"_id": trace_id},
                [{"$set": {"v": 1, "at": {"$ifNull": ["$at", now]}, **changed}}],
                upsert=True,
                return_document=ReturnDocument.AFTER,
                session=session_of(unit),
            )
        except DuplicateKeyError as error:
            raise Collision from error
        return row

    async def _document(self, check: Check) -> Document:
        document: Document = {
            "_id": check.id,
            "v": 1,
            "kind": check.kind,
            "object_id": check.object_id,
            "person_id": check.person_id,
            "scene": check.scene.value,
            "verdict": check.verdict.value,
            "reason": check.reason,
            "begun_at": check.begun_at,
            "expires_at": check.begun_at + KEPT,
            "revision": check.revision,
        }
        if check.content is not None:
            document["content"] = await self._cipher.random("person", check.content)
        optional = {
            "trace_id": check.trace_id,
            "asked_at": check.asked_at,
            "decided_at": check.decided_at,
        }
        return document | {name: value for name, value in optional.items() if value is not None}


def _check(row: Document) -> Check:
    return Check(
        id=row["_id"],
        kind=row["kind"],
        object_id=row["object_id"],
        person_id=row["person_id"],
        scene=Scene(row["scene"]),
        content=row.get("content"),
        begun_at=row["begun_at"],
        verdict=Verdict(row["verdict"]),
        reason=row["reason"],
        trace_id=row.get("trace_id"),
        asked_at=row.get("asked_at"),
        decided_at=row.get("decided_at"),
        revision=row["revision"],
    )
