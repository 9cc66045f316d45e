"""Objections; while one stands, ``standing`` is there and unique: subject, section and record."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.objections.objections import Objection, State, Step
from domain.pages import Ask, Page
from domain.transactions import Unit


class MongoObjections:
    """Which record it is, what a person wrote, and all that was told and decided are encrypted."""

    def __init__(self, database: Database) -> None:
        self._objections = database["objections"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, objection: Objection) -> None:
        """A new one; the transaction starts over when one stands on this record already."""
        document = await self._document(objection)
        try:
            await self._objections.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def get(self, objection_id: str) -> Objection | None:
        """By id."""
        row = await self._objections.find_one({"_id": objection_id})
        return _objection(row) if row else None

    async def by_number(self, number: str) -> Objection | None:
        """By the number that the platform gave."""
        row = await self._objections.find_one({"number": number}) if number else None
        return _objection(row) if row else None

    async def replace(self, unit: Unit, objection: Objection, *, was: Objection) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._objections.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(objection),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale("这件异议刚刚有了新的进展，请刷新后再查看。")

    async def standing_about(self, about: str) -> Sequence[Objection]:
        """Those about a subject that wait for a decision, in the order they were raised."""
        rows = self._objections.find({"about": about, "standing": {"$exists": True}})
        return [_objection(row) async for row in rows.sort("raised_at", ASCENDING)]

    async def counts_about(self, abouts: Sequence[str]) -> Mapping[str, int]:
        """How many stand about each of these subjects."""
        chosen = {"about": {"$in": list(set(abouts))}, "standing": {"$exists": True}}
        counted = self._objections.aggregate(
            [{"$match": chosen}, {"$group": {"_id": "$about", "count": {"$sum": 1}}}]
        )
        return {row["_id"]: row["count"] async for row in counted}

    async def changed_since(self, about: str, at: datetime) -> bool:
        """Whether one about this subject was raised or seen to end at that time or later."""
        chosen = {"about": about, "annotated_at": {"$gte": at}}
        return await self._objections.find_one(chosen, {"_id": 1}) is not None

    async def of_subject(self, subject_id: str, ask: Ask) -> Page[Objection]:
        """Those raised under one right to act, newest first."""
        return await self._page({"subject_id": subject_id}, ask)

    async def of_about(self, about: str, ask: Ask) -> Page[Objection]:
        """All about a subject of credit, newest first."""
        return await self._page({"about": about}, ask)

    async def _page(self, chosen: Document, ask: Ask) -> Page[Objection]:
        return await newest_first(self._objections, chosen, ask, by="raised_at", read=_objection)

    async def _document(self, objection: Objection) -> Document:
        secret = self._cipher.random
        document: Document = {
            "_id": objection.id,
            "v": 1,
            "report_id": objection.report_id,
            "report_number": objection.report_number,
            "about": objection.about,
            "uscc": objection.uscc,
            "person_id": objection.person_id,
            "subject_id": objection.subject_id,
            "principal_person": objection.principal_person,
            "section": await secret("report", objection.section),
            "section_title": await secret("report", objection.section_title),
            "record_id": await secret("report", objection.record_id),
            "record_title": await secret("report", objection.record_title),
            "reason": await secret("report", objection.reason),
            "raised_at": objection.raised_at,
            "state": objection.state.value,
            "steps": await secret("report", _steps_text(objection.steps)),
            "number": objection.number,
            "accepted_at": objection.accepted_at,
            "days": objection.days,
            "opinion": await secret("report", objection.opinion),
            "ended_at": objection.ended_at,
            "revision": objection.revision,
            "annotated_at": objection.annotated_at,
        }
        if objection.stands:
            key = f"{objection.about}:{objection.section}:{objection.record_id}"
            document["standing"] = await self._cipher.equal("report", key)
        return document


def _objection(row: Document) -> Objection:
    left_out = ("_id", "v", "standing", "annotated_at")
    values = {name: value for name, value in row.items() if name not in left_out}
    values["state"] = State(row["state"])
    values["steps"] = _steps(row["steps"])
    return Objection(id=row["_id"], **values)


def _steps_text(steps: Sequence[Step]) -> str:
    return json.dumps([{"at": step.at.isoformat(), "text": step.text} for step in steps])


def _steps(kept: str | list[Document]) -> tuple[Step, ...]:
    """Of before they were encrypted: a list, with dates of the database."""
    if isinstance(kept, str):
        return tuple(
            Step(at=datetime.fromisoformat(step["at"]), text=step["text"])
            for step in json.loads(kept)
        )
    return tuple(Step(at=step["at"], text=step["text"]) for step in kept)
