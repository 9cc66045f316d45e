"""Usage records: what was reported is one ciphertext; whose it is, is found by equality only."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.legal_hold import holder_of
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.pages import Ask, Page
from domain.time import SHANGHAI, civil_date, months_after
from domain.transactions import Unit
from domain.usage_records.ports import number_of
from domain.usage_records.records import (
    OPEN,
    STANDING,
    Ending,
    Notice,
    Objection,
    State,
    Step,
    UsageRecord,
)
from domain.usage_records.reports import Kind, Paper, Report, Whose
from domain.workdays import Deadline

MOST = 100
YEAR = 12


class MongoUsageRecords:
    """``due_on`` is the last day of the clock that runs now, if one does.

    ``hmac_key`` is that of legal hold: a record whose person has left is found by the keyed hash
    of the ID number alone.
    """

    def __init__(self, database: Database, *, kept_years: int, hmac_key: bytes) -> None:
        self._records = database["usage_records"]
        self._cipher = database.cipher
        self._kept_years = kept_years
        self._hmac_key = hmac_key

    async def add(self, unit: Unit, record: UsageRecord) -> None:
        """A new one; the transaction starts over when there is one of this reference."""
        document = await self._document(record)
        try:
            await self._records.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def get(self, record_id: str) -> UsageRecord | None:
        """By id."""
        row = await self._records.find_one({"_id": record_id})
        return _record(row) if row else None

    async def by_reference(self, reference: str) -> UsageRecord | None:
        """By the reference of the supplier."""
        row = await self._records.find_one({"reference": reference})
        return _record(row) if row else None

    async def replace(self, unit: Unit, record: UsageRecord, *, was: UsageRecord) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._records.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(record),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale("这条记录刚刚有了变动，请刷新后再操作。")

    async def of_whose(self, number: str, *, ask: Ask) -> Page[UsageRecord]:
        """All about a uscc or an ID number, newest first."""
        chosen = await self._about(number)
        return await newest_first(self._records, chosen, ask, by="reported_at", read=_record)

    async def standing(self, number: str) -> list[UsageRecord]:
        """Those about a uscc or an ID number that have entered the record, at most 100."""
        states = {"state": {"$in": [state.value for state in STANDING]}}
        chosen = {**await self._about(number), **states}
        return [_record(row) async for row in self._records.find(chosen).limit(MOST)]

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[UsageRecord]:
        """All in one of these states, what changed last first."""
        chosen = {"state": {"$in": [state.value for state in states]}}
        return await newest_first(self._records, chosen, ask, by="changed_at", read=_record)

    def holder_of(self, number: str) -> str:
        """The keyed hash of an ID number."""
        return holder_of(self._hmac_key, number)

    async def _about(self, number: str) -> Document:
        """By the number, or by its hash where the number has left the record."""
        known = await self._cipher.equal("person", number)
        return {"$or": [{"number": known}, {"holder": self.holder_of(number)}]}

    async def _document(self, record: UsageRecord) -> Document:
        report = record.report
        due = _due(record)
        document: Document = {
            "_id": record.id,
            "v": 1,
            "reference": report.reference,
            "kind": report.kind.value,
            "state": record.state.value,
            **await self._found_by(record),
            "person_id": record.objector or None,
            "reported_by": record.reported_by,
            "reported_at": record.reported_at,
            "changed_at": record.changed_at,
            "due_on": due.day.isoformat() if due else None,
            "content": await self._cipher.random("report", _content(record)),
            "revision": record.revision,
        }
        gone_at = self._gone_at(record)
        if gone_at is not None:
            document["gone_at"] = gone_at
        return document

    async def _found_by(self, record: UsageRecord) -> Document:
        if record.holder:
            return {"number": None, "holder": record.holder}
        return {"number": await self._cipher.equal("person", number_of(record.report.whose))}

    def _gone_at(self, record: UsageRecord) -> datetime | None:
        """So many years after the event, and after it was entered or ended; never while owed."""
        paper = record.report.paper
        owed = record.report.kind is Kind.ARREARS and record.paid_on is None
        if record.state in OPEN or (record.state in STANDING and owed):
            return None
        days = [civil_date(record.changed_at), record.paid_on, record.entered_on, paper.on]
        last = max(day for day in days if day is not None)
        return datetime.combine(months_after(last, YEAR * self._kept_years), time(), SHANGHAI)


def _due(record: UsageRecord) -> Deadline | None:
    if record.state is State.NOTICED and record.notice:
        return record.notice.until
    if record.state is State.OBJECTED and record.objection:
        return record.objection.decide_by
    return None


def _content(record: UsageRecord) -> str:
    said = {
        "report": asdict(record.report),
        "excuse": record.excuse,
        "paid_on": record.paid_on,
        "ending": record.ending,
        "notice": asdict(record.notice) if record.notice else None,
        "objection": asdict(record.objection) if record.objection else None,
        "over_told": record.over_told,
        "proposed_by": record.proposed_by,
        "entered_on": record.entered_on,
        "steps": [asdict(step) for step in record.steps],
    }
    return json.dumps(said, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    """A date, an instant or a code as text."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not kept as text: {value!r}")


def _record(row: Document) -> UsageRecord:
    said = json.loads(row["content"])
    notice, objection = said["notice"], said["objection"]
    return UsageRecord(
        id=row["_id"],
        report=read_report(said["report"]),
        state=State(row["state"]),
        reported_by=row["reported_by"],
        reported_at=row["reported_at"],
        changed_at=row["changed_at"],
        excuse=said["excuse"],
        paid_on=_day(said["paid_on"]),
        ending=Ending(said["ending"]) if said["ending"] else None,
        notice=_notice(notice) if notice else None,
        objection=_objection(objection) if objection else None,
        objector=row["person_id"] or "",
        over_told=said["over_told"],
        proposed_by=said["proposed_by"],
        entered_on=_day(said["entered_on"]),
        steps=tuple(
            Step(at=datetime.fromisoformat(step["at"]), text=step["text"]) for step in said["steps"]
        ),
        revision=row["revision"],
        holder=row.get("holder", ""),
    )


def read_report(kept: Mapping[str, Any]) -> Report:
    """What was reported, as the domain knows it."""
    paper = kept["paper"]
    return Report(
        **{
            **kept,
            "kind": Kind(kept["kind"]),
            "whose": Whose(**kept["whose"]),
            "paper": Paper(**{**paper, "on": _day(paper["on"])}),
            "bill_due_on": _day(kept["bill_due_on"]),
            "paid_on": _day(kept["paid_on"]),
        }
    )


def _notice(kept: Mapping[str, Any]) -> Notice:
    return Notice(
        on=date.fromisoformat(kept["on"]), until=_deadline(kept["until"]), proof=kept["proof"]
    )


def _objection(kept: Mapping[str, Any]) -> Objection:
    return Objection(
        **{
            **kept,
            "at": datetime.fromisoformat(kept["at"]),
            "decide_by": _deadline(kept["decide_by"]),
        }
    )


def _deadline(kept: Mapping[str, Any]) -> Deadline:
    return Deadline(day=date.fromisoformat(kept["day"]), provisional=kept["provisional"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
