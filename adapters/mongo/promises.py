"""Promises: what they say is one ciphertext; what was signed and its letter stand beside."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from pymongo import InsertOne, ReplaceOne, ReturnDocument
from pymongo.errors import DuplicateKeyError

from adapters.mongo.coalescing import lists, reads
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first, oldest_first
from adapters.mongo.promise_supervision import read_supervision
from adapters.mongo.transactions import Collision, session_of, unit_of
from domain.errors import Stale
from domain.pages import Ask, Page
from domain.promises.eligibility import Reason
from domain.promises.ports import SigningCheck
from domain.promises.promises import (
    AGAINST,
    SPENT,
    Basis,
    IdentityProof,
    Paper,
    Promise,
    Publication,
    Signature,
    State,
)
from domain.promises.standing import decision_of, due_of
from domain.promises.templates import Answer, PromiseKind, Publicity
from domain.time import day_ends
from domain.timestamps import TimeStamp
from domain.transactions import Conflict, Unit
from domain.workdays import Deadline

MOVED_ON = "这份承诺书刚刚有了变动，请刷新后再操作。"


class MongoPromises:
    """``code`` is there once it is signed, and unique."""

    def __init__(self, database: Database, *, drafts_last: timedelta) -> None:
        self._promises = database["promises"]
        self._counters = database["promise_counters"]
        self._checks = database["promise_checks"]
        self._snapshots = database["promise_snapshots"]
        self._letters = database["promise_letters"]
        self._texts = database["promise_texts"]
        self._receipts = database["identity_receipts"]
        self._cipher = database.cipher
        self._drafts_last = drafts_last
        self._reads = reads(self._promises, read_promise)
        against = {"state": {"$in": [state.value for state in AGAINST]}}
        self._broken = lists(self._promises, read_promise, by="about", chosen=against, most=100)
        self._check_reads = reads(self._checks, _check)

    async def add(self, unit: Unit, promise: Promise) -> None:
        """A new draft."""
        await self._promises.insert_one(await self._document(promise), session=session_of(unit))

    async def get(self, promise_id: str) -> Promise | None:
        """By id."""
        return await self._reads.ask(promise_id)

    async def of_subject(self, subject_id: str, *, ask: Ask) -> Page[Promise]:
        """Those drafted under one right to act, newest first."""
        return await self._page({"subject_id": subject_id}, ask)

    async def of_about(self, about: str, *, ask: Ask) -> Page[Promise]:
        """All of a promisor, newest first."""
        return await self._page({"about": about}, ask)

    async def broken(self, about: str) -> list[Promise]:
        """Those of a promisor that are found broken, at most 100."""
        return await self._broken.answer(about)

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[Promise]:
        """All in one of these states, what changed last first."""
        chosen = {"state": {"$in": [state.value for state in states]}}
        return await newest_first(self._promises, chosen, ask, by="changed_at", read=read_promise)

    async def to_decide(self, *, ask: Ask) -> Page[Promise]:
        """Those in which the office has something to decide, the earliest deadline first."""
        chosen = {"decide_by": {"$exists": True}}
        return await oldest_first(self._promises, chosen, ask, by="decide_by", read=read_promise)

    async def by_code(self, code: str) -> Promise | None:
        """By promise code."""
        row = await self._promises.find_one({"code": code})
        return read_promise(row) if row else None

    async def drafts(self, subject_id: str) -> int:
        """How many drafts there are under one right to act."""
        chosen = {"subject_id": subject_id, "state": State.DRAFT.value}
        return int(await self._promises.count_documents(chosen))

    async def replace(self, unit: Unit, promise: Promise, *, was: Promise) -> None:
        """Save against the revision that was read; Stale as the unit ends, when it moved on."""
        known = {"_id": was.id, "revision": was.revision}
        saved = ReplaceOne(known, await self._document(promise))
        unit_of(unit).require(self._promises.name, saved, otherwise=Stale(MOVED_ON))

    async def remove(self, unit: Unit, promise: Promise) -> None:
        """A draft goes; Stale when it moved on."""
        chosen = {"_id": promise.id, "revision": promise.revision, "state": State.DRAFT.value}
        result = await self._promises.delete_one(chosen, session=session_of(unit))
        if result.deleted_count == 0:
            raise Stale(MOVED_ON)

    async def next_number(self, unit: Unit, counter: str) -> int:
        """The next of a counter; the transaction starts over when it is just being begun."""
        try:
            row = await self._counters.find_one_and_update(
                {"_id": counter},
                {"$inc": {"number": 1}, "$setOnInsert": {"v": 1}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
                session=session_of(unit),
            )
        except DuplicateKeyError as error:
            raise Collision from error
        return int(row["number"])

    async def keep(self, unit: Unit, *, promise_id: str, snapshot: bytes) -> None:
        """What was signed: the canonical snapshot."""
        content = await self._cipher.random("report", snapshot)
        kept = InsertOne({"_id": promise_id, "v": 1, "content": content})
        unit_of(unit).last("promise_snapshots", kept)

    async def text(self, text_hash: str) -> str | None:
        """A text that was signed."""
        row = await self._texts.find_one({"_id": text_hash})
        return row["text"] if row else None

    async def snapshot(self, promise_id: str) -> bytes | None:
        """The canonical snapshot."""
        row = await self._snapshots.find_one({"_id": promise_id})
        return bytes(row["content"]) if row else None

    async def keep_pdf(self, unit: Unit, *, promise_id: str, pdf: bytes) -> None:
        """The letter, or the letter with its time-stamp."""
        content = await self._cipher.random("report", pdf)
        await self._letters.replace_one(
            {"_id": promise_id},
            {"_id": promise_id, "v": 1, "content": content},
            upsert=True,
            session=session_of(unit),
        )

    async def pdf(self, promise_id: str) -> bytes | None:
        """The letter."""
        row = await self._letters.find_one({"_id": promise_id})
        return bytes(row["content"]) if row else None

    async def add_check(self, unit: Unit, check: SigningCheck) -> None:
        """An identity check begun."""
        await self._checks.insert_one(
            {
                "_id": check.id,
                "v": 1,
                "promise_id": check.promise_id,
                "person_id": check.person_id,
                "ticket": await self._cipher.random("person", check.ticket),
                "begun_at": check.begun_at,
                "expires_at": check.expires_at,
                "method": check.method,
            },
            session=session_of(unit),
        )

    async def check(self, check_id: str) -> SigningCheck | None:
        """By id."""
        return await self._check_reads.ask(check_id)

    async def spend(self, unit: Unit, check: SigningCheck, *, receipt: str) -> None:
        """Use a receipt up; raises Conflict as the unit ends, when it was used before."""
        spent = {
            "_id": hashlib.sha256(receipt.encode()).hexdigest(),
            "v": 1,
            "check_id": check.id,
            "expires_at": check.expires_at,
        }
        receipts = self._receipts.name
        unit_of(unit).require(receipts, InsertOne(spent), otherwise=Conflict(SPENT))

    async def _page(self, chosen: Document, ask: Ask) -> Page[Promise]:
        return await newest_first(self._promises, chosen, ask, by="created_at", read=read_promise)

    async def _document(self, promise: Promise) -> Document:
        document: Document = {
            "_id": promise.id,
            "v": 1,
            **{name: getattr(promise, name) for name in PLAIN},
            "kind": promise.kind.value,
            "publicity": promise.publicity.value,
            "report_id": promise.basis.report_id,
            "state": promise.state.value,
            "content": await self._cipher.random("report", _content(promise)),
            "reminded": list(promise.reminded),
        }
        if promise.matter_id:
            document["matter_id"] = promise.matter_id
        if promise.signature is not None:
            document["code"] = promise.signature.code
            document["signature"] = _signature_document(promise.signature)
        if promise.paper is not None:
            paper = asdict(promise.paper) | {"time_stamp": promise.paper.time_stamp.value}
            document["paper"] = {k: v for k, v in paper.items() if v is not None}
        if (decision := decision_of(promise)) is not None:
            document["decide_by"] = day_ends(decision[1].day)
        if (due := due_of(promise)) is not None:
            document["due_on"] = due.day.isoformat()
        if promise.state is State.DRAFT:
            document["gone_at"] = promise.changed_at + self._drafts_last
        return document


PLAIN = (
    *("template", "version", "text_hash", "title", "department", "person_id", "subject_id"),
    *("principal_id", "principal_person", "about", "uscc", "category", "created_at", "changed_at"),
    *("withdrawn_at", "revision"),
)


def _check(row: Document) -> SigningCheck:
    return SigningCheck(id=row["_id"], **{k: row[k] for k in row if k not in ("_id", "v")})


def read_promise(row: Document) -> Promise:
    """A promise as the domain knows it."""
    said = json.loads(row["content"])
    paper = row.get("paper")
    return Promise(
        id=row["_id"],
        **{name: row[name] for name in PLAIN},
        kind=PromiseKind(row["kind"]),
        publicity=Publicity(row["publicity"]),
        state=State(row["state"]),
        promisor=said["promisor"],
        identifier=said["identifier"],
        answers=tuple(Answer(**answer) for answer in said["answers"]),
        basis=_basis(said["basis"]),
        reason=said["reason"],
        reminded=tuple(row.get("reminded", ())),
        matter_id=row.get("matter_id", ""),
        supervision=read_supervision(said.get("supervision")),
        signature=_signature(row["signature"], row["code"], said) if "signature" in row else None,
        paper=Paper(**{**paper, "time_stamp": TimeStamp(paper["time_stamp"])}) if paper else None,
    )


def _content(promise: Promise) -> str:
    signature = promise.signature
    said: dict[str, object] = {
        "promisor": promise.promisor,
        "identifier": promise.identifier,
        "answers": [asdict(answer) for answer in promise.answers],
        "basis": asdict(promise.basis) | {"issued_at": promise.basis.issued_at.isoformat()},
        "reason": promise.reason,
        "signer": signature.signer if signature else "",
        "publication": signature.publication.text if signature else "",
        "supervision": asdict(promise.supervision) if promise.supervision else None,
    }
    return json.dumps(said, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    """A date, an instant or a code as text."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not kept as text: {value!r}")


def _basis(kept: dict[str, Any]) -> Basis:
    return Basis(
        **{
            **kept,
            "issued_at": datetime.fromisoformat(kept["issued_at"]),
            "reasons": tuple(Reason(**reason) for reason in kept["reasons"]),
        }
    )


def _signature_document(signature: Signature) -> Document:
    publication, due = signature.publication, signature.due
    return {
        "at": signature.at,
        "role": signature.role,
        "proof": asdict(signature.proof),
        "publication": {
            "text_hash": publication.text_hash,
            "agreed_at": publication.agreed_at,
            "publicity": publication.publicity.value,
            "until": _text(publication.until),
        },
        "due": {"day": due.day.isoformat(), "provisional": due.provisional} if due else None,
        "duty": signature.duty,
        "valid_until": _text(signature.valid_until),
        "canonical_sha256": signature.canonical_sha256,
    }


def _signature(kept: Document, code: str, said: dict[str, Any]) -> Signature:
    publication, due = kept["publication"], kept["due"]
    return Signature(
        code=code,
        at=kept["at"],
        signer=said["signer"],
        role=kept["role"],
        proof=IdentityProof(**kept["proof"]),
        publication=Publication(
            publicity=Publicity(publication["publicity"]),
            text=said["publication"],
            text_hash=publication["text_hash"],
            agreed_at=publication["agreed_at"],
            until=_day(publication["until"]),
        ),
        due=Deadline(day=date.fromisoformat(due["day"]), provisional=due["provisional"])
        if due
        else None,
        duty=kept.get("duty", ""),
        valid_until=_day(kept["valid_until"]),
        canonical_sha256=kept["canonical_sha256"],
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
