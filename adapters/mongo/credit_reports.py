"""Credit reports, their immutable snapshots and papers, and the addresses of files."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.keys import hash_of_secret
from adapters.mongo.coalescing import reads
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.credit_reports.ports import FileAddress
from domain.credit_reports.reports import (
    UNFINISHED,
    Count,
    CreditReport,
    Issue,
    Period,
    State,
    changed_by,
)
from domain.errors import Stale
from domain.pages import Ask, Page
from domain.timestamps import TimeStamp
from domain.transactions import Unit

CACHE_BYTES = 64 * 1024 * 1024


class MongoCreditReports:
    """``open_key`` is there only while a report is being made, and is unique."""

    def __init__(self, database: Database) -> None:
        self._reports = database["credit_reports"]
        self._snapshots = database["credit_report_snapshots"]
        self._papers = database["credit_report_papers"]
        self._cipher = database.cipher
        self._reads = reads(self._reports, read_report)
        self._cache = ByteCache(CACHE_BYTES)

    async def add(self, unit: Unit, report: CreditReport) -> None:
        """A new one; the transaction starts over when an unfinished identical one exists."""
        try:
            await self._reports.insert_one(await self._document(report), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def get(self, report_id: str) -> CreditReport | None:
        """By id; reads of one moment share one command."""
        return await self._reads.ask(report_id)

    async def latest(self, like: CreditReport) -> CreditReport | None:
        """The newest that asks for the same."""
        row = await self._reports.find_one(
            _asking_for_the_same(like),
            sort=[("requested_at", DESCENDING), ("_id", DESCENDING)],
        )
        return read_report(row) if row else None

    async def of_principal(self, principal_id: str, *, ask: Ask) -> Page[CreditReport]:
        """All that belong to a principal, newest first."""
        return await self._page({"principal_id": principal_id}, ask)

    async def requested(
        self, *, person_id: str, subject_ids: Sequence[str], ask: Ask
    ) -> Page[CreditReport]:
        """Those a person requested under these subjects, newest first."""
        return await self._page({"person_id": person_id, "subject_id": {"$in": subject_ids}}, ask)

    async def of_person(self, person_id: str, *, ask: Ask) -> Page[CreditReport]:
        """All that a person requested, for whomever, newest first."""
        return await self._page({"person_id": person_id}, ask)

    async def replace(self, unit: Unit, report: CreditReport, *, was: CreditReport) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._reports.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(report),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            now = await self.get(was.id)
            by = changed_by(now or was, report.changed_by)
            raise Stale(f"这份报告刚刚被{by}更新，请刷新后再操作。")

    async def ready_before(self, report: CreditReport) -> Sequence[CreditReport]:
        """Earlier ready reports that ask for the same, at most 100."""
        rows = self._reports.find(
            {
                **_asking_for_the_same(report),
                "state": State.READY.value,
                "_id": {"$ne": report.id},
            }
        ).limit(100)
        return [read_report(row) async for row in rows]

    async def unfinished(
        self, unit: Unit, *, person_id: str, principal_ids: Sequence[str]
    ) -> Sequence[CreditReport]:
        """Those requested by the person or under one of the principals, as this unit sees them."""
        rows = self._reports.find(
            {
                "state": {"$in": [state.value for state in UNFINISHED]},
                "$or": [{"person_id": person_id}, {"principal_id": {"$in": list(principal_ids)}}],
            },
            session=session_of(unit),
        )
        return [read_report(row) async for row in rows]

    async def keep(self, unit: Unit, *, report_id: str, snapshot: bytes, pdf: bytes) -> None:
        """The immutable snapshot and the signed paper."""
        session = session_of(unit)
        for collection, content in ((self._snapshots, snapshot), (self._papers, pdf)):
            encrypted = await self._cipher.random("report", content)
            await collection.insert_one(
                {"_id": report_id, "v": 1, "content": encrypted}, session=session
            )

    async def keep_raised(self, unit: Unit, *, report_id: str, pdf: bytes) -> None:
        """What was appended to the paper; the paper itself stays as it was issued."""
        kept = await _content(self._papers, report_id, session=session_of(unit))
        if kept is None or not pdf.startswith(kept):
            raise ValueError("a raised paper begins with the paper as issued")
        appended = await self._cipher.random("report", pdf[len(kept) :])
        await self._papers.update_one(
            {"_id": report_id}, {"$set": {"appended": appended}}, session=session_of(unit)
        )

    async def snapshot(self, report_id: str) -> bytes | None:
        """The snapshot as JSON bytes; kept in memory, since it never changes."""
        cached = self._cache.get(report_id)
        if cached is not None:
            return cached
        content = await _content(self._snapshots, report_id)
        if content is not None:
            self._cache.put(report_id, content)
        return content

    async def pdf(self, report_id: str) -> bytes | None:
        """The signed paper, with the time-stamp appended to it if there is one."""
        row = await self._papers.find_one({"_id": report_id})
        return bytes(row["content"]) + bytes(row.get("appended", b"")) if row else None

    async def _page(self, chosen: Mapping[str, Any], ask: Ask) -> Page[CreditReport]:
        return await newest_first(self._reports, chosen, ask, by="requested_at", read=read_report)

    async def _document(self, report: CreditReport) -> Document:
        document: Document = {
            "_id": report.id,
            "v": 1,
            "number": report.number,
            "person_id": report.person_id,
            "subject_id": report.subject_id,
            "principal_id": report.principal_id,
            "subject_name": await self._cipher.random("report", report.subject_name),
            "uscc": report.uscc,
            "edition": report.edition,
            "fields": list(report.fields),
            "purpose": report.purpose,
            "consent_id": report.consent_id,
            "requested_at": report.requested_at,
            "state": report.state.value,
            "reason": await self._cipher.random("report", report.reason),
            "superseded_by": report.superseded_by,
            "revoked_at": report.revoked_at,
            "changed_by": report.changed_by,
            "revision": report.revision,
        }
        if report.period is not None:
            document["period"] = _period_document(report.period)
        if report.state in UNFINISHED:
            document["open_key"] = _open_key(report)
        if report.issue is not None:
            document["issue"] = _issue_document(report.issue)
            counts = _counts_text(report.issue.counts)
            document["counts"] = await self._cipher.random("report", counts)
        return document


class MongoFileAddresses:
    """Kept by the hash of their secret; gone by themselves when over."""

    def __init__(self, database: Database) -> None:
        self._addresses = database["file_addresses"]

    async def add(self, unit: Unit, address: FileAddress) -> None:
        """A new one."""
        await self._addresses.insert_one(
            {
                "_id": hash_of_secret(address.secret),
                "v": 1,
                "report_id": address.report_id,
                "person_id": address.person_id,
                "session_id": address.session_id,
                "made_at": address.made_at,
                "expires_at": address.expires_at,
            },
            session=session_of(unit),
        )

    async def find(self, secret: str) -> FileAddress | None:
        """By its secret; None when unknown."""
        row = await self._addresses.find_one({"_id": hash_of_secret(secret)})
        if row is None:
            return None
        return FileAddress(
            secret=secret,
            report_id=row["report_id"],
            person_id=row["person_id"],
            session_id=row["session_id"],
            made_at=row["made_at"],
            expires_at=row["expires_at"],
        )


class ByteCache:
    """The most recently used byte strings, up to a total size."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._items: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        """What is kept under the key."""
        if key in self._items:
            self._items.move_to_end(key)
        return self._items.get(key)

    def put(self, key: str, content: bytes) -> None:
        """Keep it, and let the least recently used go."""
        self._held += len(content) - len(self._items.get(key, b""))
        self._items[key] = content
        while self._held > self._most:
            _, gone = self._items.popitem(last=False)
            self._held -= len(gone)


def read_report(row: Document) -> CreditReport:
    """A report as the domain knows it."""
    return CreditReport(
        id=row["_id"],
        number=row["number"],
        person_id=row["person_id"],
        subject_id=row["subject_id"],
        principal_id=str(row.get("principal_id", row["subject_id"])),
        subject_name=row["subject_name"],
        uscc=row["uscc"],
        edition=row.get("edition", "organisation-full"),
        period=_period(row["period"]) if "period" in row else None,
        fields=tuple(row.get("fields", ())),
        purpose=row["purpose"],
        consent_id=row["consent_id"],
        requested_at=row["requested_at"],
        state=State(row["state"]),
        reason=row["reason"],
        issue=_issue(row) if "issue" in row else None,
        superseded_by=row["superseded_by"],
        revoked_at=row["revoked_at"],
        changed_by=row["changed_by"],
        revision=row["revision"],
    )


def _asking_for_the_same(report: CreditReport) -> Document:
    return {
        "person_id": report.person_id,
        "subject_id": report.subject_id,
        "principal_id": report.principal_id,
        "purpose": report.purpose,
        "edition": report.edition,
        "fields": list(report.fields),
        "period": _period_document(report.period) if report.period else {"$exists": False},
    }


def _open_key(report: CreditReport) -> str:
    """The same for reports that ask for the same."""
    period = (
        [report.period.first.isoformat(), report.period.last.isoformat()] if report.period else []
    )
    return ":".join(
        (
            report.person_id,
            report.subject_id,
            report.principal_id,
            report.purpose,
            report.edition,
            *period,
            *report.fields,
        )
    )


def _period_document(period: Period) -> Document:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _period(row: Document) -> Period:
    return Period(first=date.fromisoformat(row["first"]), last=date.fromisoformat(row["last"]))


def _issue_document(issue: Issue) -> Document:
    return {
        "at": issue.at,
        "expires_at": issue.expires_at,
        "pages": issue.pages,
        "boxed": issue.boxed,
        "file_sha256": issue.file_sha256,
        "canonical_sha256": issue.canonical_sha256,
        "code_hash": issue.code_hash,
        "check_hash": issue.check_hash,
        "sample": issue.sample,
        "time_stamp": issue.time_stamp.value,
        # Absent rather than null: the index is unique among those that have it.
        **({"raised_sha256": issue.raised_sha256} if issue.raised_sha256 else {}),
    }


def _issue(row: Document) -> Issue:
    """Of before the counts were encrypted: they stand in the issue; of before stamps: none."""
    issue = row["issue"]
    time_stamp = TimeStamp(issue.get("time_stamp", TimeStamp.NONE.value))
    counts = json.loads(row["counts"]) if "counts" in row else issue["counts"]
    return Issue(
        **{
            "sample": False,
            **issue,
            "counts": tuple(Count(**count) for count in counts),
            "time_stamp": time_stamp,
        }
    )


def _counts_text(counts: Sequence[Count]) -> str:
    return json.dumps(
        [{"code": one.code, "label": one.label, "count": one.count} for one in counts]
    )


async def _content(collection: Any, report_id: str, *, session: Any = None) -> bytes | None:
    row = await collection.find_one({"_id": report_id}, session=session)
    return bytes(row["content"]) if row else None
