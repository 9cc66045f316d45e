"""What a rule keeps after an erasure, encrypted, found by what its holder has, gone on its day."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of
from domain.erasure.rules import Held
from domain.timestamps import TimeStamp
from domain.transactions import Unit
from domain.verification import IssuedPaper, PaperCount, PaperFact, Standing


class MongoLegalHold:
    """One document a thing kept, under the id it had; a TTL index removes it at its end."""

    def __init__(self, database: Database) -> None:
        self._held = database["legal_hold"]
        self._cipher = database.cipher

    async def keep(self, unit: Unit, held: Held) -> None:
        """Insert or replace: the same thing kept again is one row."""
        document: Document = {
            "_id": held.id,
            "v": 1,
            "kind": held.kind.value,
            "rule": held.rule,
            "source": held.source,
            "kept_at": held.kept_at,
            "ends_at": held.ends_at,
            "holder": held.holder,
            "content": await self._cipher.random("hold", _text(held.content)),
        }
        for name in ("code_hash", "check_hash", "file_sha256", "raised_sha256"):
            value = getattr(held, name)
            if value is not None:
                document[name] = value
        await self._held.replace_one(
            {"_id": held.id}, document, upsert=True, session=session_of(unit)
        )

    async def content(self, held_id: str, *, now: datetime) -> Mapping[str, Any] | None:
        """All that is known of one thing, under the id it had; None when nothing is kept."""
        row = await self._held.find_one({"_id": held_id, "ends_at": {"$gt": now}})
        return json.loads(row["content"]) if row else None

    async def paper(self, field: str, value: str, *, now: datetime) -> IssuedPaper | None:
        """The issued paper with this hash. Of whom it was, it names nobody."""
        row = await self._held.find_one({field: value, "ends_at": {"$gt": now}})
        return _paper(json.loads(row["content"]), now) if row else None

    async def paper_of_file(self, sha256: str, *, now: datetime) -> IssuedPaper | None:
        """The issued paper with this file: as issued, or as stamped later."""
        raised = await self.paper("raised_sha256", sha256, now=now)
        if raised is not None:
            return raised
        row = await self._held.find_one({"file_sha256": sha256, "ends_at": {"$gt": now}})
        if row is None:
            return None
        paper = _paper(json.loads(row["content"]), now)
        return replace(paper, without_stamp="raised_sha256" in row)


def holder_of(hmac_key: bytes, value: str) -> str:
    """The keyed hash of whose something was: who shows their document is found by it."""
    return hmac.new(hmac_key, value.encode(), hashlib.sha256).hexdigest()


def paper_content(row: Document, paper: IssuedPaper) -> Mapping[str, object]:
    """What checking a paper needs; ``paper`` is as its holder would be shown it."""
    return {
        "report_id": paper.report_id,
        "person_id": paper.person_id,
        "subject_id": paper.subject_id,
        "about": paper.about,
        "number": paper.number,
        "purpose": paper.purpose,
        "issued_on": paper.issued_on.isoformat(),
        "expires_at": _expiry(paper),
        "subject": paper.subject_name,
        "of_person": paper.of_person,
        "edition": paper.edition,
        "pages": paper.pages,
        "counts": [
            {"code": one.code, "label": one.label, "count": one.count} for one in paper.counts
        ],
        "sample": paper.sample,
        "time_stamp": _still(paper.time_stamp).value,
        "standing": paper.standing.value,
        "canonical_sha256": row["issue"]["canonical_sha256"],
    }


def letter_content(row: Document, paper: IssuedPaper, *, subject: str) -> Mapping[str, object]:
    """What checking the letter of a promise needs."""
    return {
        "report_id": paper.report_id,
        "person_id": paper.person_id,
        "subject_id": paper.subject_id,
        "about": paper.about,
        "number": paper.number,
        "purpose": paper.purpose,
        "issued_on": paper.issued_on.isoformat(),
        "expires_at": _expiry(paper),
        "subject": subject,
        "of_person": paper.of_person,
        "edition": paper.edition,
        "pages": paper.pages,
        "counts": [],
        "facts": [{"label": one.label, "value": one.value} for one in paper.facts],
        "sample": paper.sample,
        "time_stamp": _still(paper.time_stamp).value,
        "standing": paper.standing.value,
        "canonical_sha256": row["signature"]["canonical_sha256"],
    }


def _expiry(paper: IssuedPaper) -> str:
    """Of a report or a letter; what does not expire is not held."""
    if paper.expires_at is None:
        raise ValueError("a paper that does not expire is not held")
    return paper.expires_at.isoformat()


def _still(stamp: TimeStamp) -> TimeStamp:
    """What is pending stays without: there is no file left to be stamped."""
    return TimeStamp.NONE if stamp is TimeStamp.PENDING else stamp


def _paper(kept: Mapping[str, Any], now: datetime) -> IssuedPaper:
    standing, expires_at = Standing(kept["standing"]), datetime.fromisoformat(kept["expires_at"])
    if standing is Standing.VALID and now >= expires_at:
        standing = Standing.EXPIRED
    return IssuedPaper(
        report_id=kept["report_id"],
        person_id=kept["person_id"],
        subject_id=kept["subject_id"],
        about=kept["about"],
        number=kept["number"],
        purpose=kept["purpose"],
        issued_on=date.fromisoformat(kept["issued_on"]),
        expires_at=expires_at,
        subject_name=kept["subject"],
        of_person=kept["of_person"],
        edition=kept["edition"],
        pages=kept["pages"],
        counts=[PaperCount(**count) for count in kept["counts"]],
        sample=kept["sample"],
        time_stamp=TimeStamp(kept["time_stamp"]),
        standing=standing,
        facts=[PaperFact(**fact) for fact in kept.get("facts", ())],
    )


def _text(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
