"""What becomes of promises: drafts go, a natural person's move to legal hold, those of others stay.

A promise binds its promisor: an enterprise's goes on, what was signed and its letter unaltered,
and names nobody for its signer; who it was is kept by rule, where a dispute can find it.
"""

import json
from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import (
    AGAIN,
    ERASED_NAME,
    Ways,
    in_turn,
    instead,
    redacted,
    redacted_throughout,
    without,
)
from adapters.mongo.legal_hold import letter_content
from adapters.mongo.verification import issued_letter
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.erasure.rules import Kind
from domain.identifiers import mask_name
from domain.transactions import Unit

FOUND_BY = ("code_hash", "check_hash", "file_sha256", "raised_sha256")
FEW = 20


class PromiseSweeps:
    """By the collections of promises."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        ways = self._ways
        return {
            "promise_register": in_turn(
                ways.deleting("promise_register", lambda one: {**_theirs(one), "uscc": None}),
                ways.changing("promise_register", _theirs, self._entry_of_another),
            ),
            "promise_checks": self._checks,
            "promises": in_turn(
                ways.deleting("promises", _drafts),
                self._own,
                self._signed_for_another,
                ways.changing("promises", _named, self._of_another),
            ),
        }

    async def _checks(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """With the receipts that were brought back for them."""
        ways = self._ways
        rows = await ways.rows(unit, "promise_checks", _theirs(leaver))
        ids = {"$in": [row["_id"] for row in rows]}
        if rows:
            await ways.delete(unit, "identity_receipts", {"check_id": ids})
            await ways.delete(unit, "promise_checks", {"_id": ids})
        return Swept(gone=len(rows), after=AGAIN if rows else "")

    async def _own(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """Of the person for themself."""
        ways = self._ways
        rows = await ways.rows(unit, "promises", {"about": leaver.person_id}, most=FEW)
        total = Swept()
        for row in rows:
            total += await self._keep(unit, leaver, row)
        if rows:
            ids = {"_id": {"$in": [row["_id"] for row in rows]}}
            for name in ("promise_snapshots", "promise_letters", "promises"):
                await ways.delete(unit, name, ids)
        return total + Swept(after=AGAIN if rows else "")

    async def _keep(self, unit: Unit, leaver: Leaver, row: Document) -> Swept:
        """What checking the letter needs, with all that was signed; the signer is found by hold."""
        found = {}
        content: dict[str, object] = {"promise": without(row, ("content",)) | _said(row)}
        if "paper" in row:
            shown = issued_letter({**row, **_nobodys(row, leaver)}, leaver.at)
            content |= letter_content(row, shown, subject=mask_name(shown.subject_name))
            found = {name: row["paper"][name] for name in FOUND_BY if name in row["paper"]}
        since = row["signature"]["at"] if "signature" in row else row["changed_at"]
        return await self._ways.keep(
            unit, leaver, Kind.PROMISE, row, since=since, content=content, found_by=found
        )

    async def _signed_for_another(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """Who signed is kept by rule; the promise names nobody for it any more."""
        ways = self._ways
        wanted = {**_theirs(leaver), "signature": {"$exists": True}}
        rows = await ways.rows(unit, "promises", wanted, most=FEW)
        total = Swept()
        for row in rows:
            kept = {"code": row["code"], "signer": json.loads(row["content"])["signer"]}
            since = row["signature"]["at"]
            total += await ways.keep(
                unit, leaver, Kind.PROMISE, row, since=since, content={**kept, "signed_at": since}
            )
            await ways.set(unit, "promises", row, await self._of_another(leaver, row))
        return total + Swept(after=AGAIN if rows else "")

    async def _of_another(self, leaver: Leaver, row: Document) -> Document:
        """Signed for an enterprise."""
        said = json.loads(row["content"])
        if row["person_id"] == leaver.person_id and said["signer"]:
            said["signer"] = ERASED_NAME
        said["reason"] = redacted(said["reason"], leaver)
        for answer in said["answers"]:
            answer["value"] = redacted(answer["value"], leaver)
        said["supervision"] = redacted_throughout(said.get("supervision"), leaver)
        text = json.dumps(said, ensure_ascii=False)
        return {
            "person_id": instead(row["person_id"], leaver),
            "principal_person": instead(row["principal_person"], leaver),
            "content": await self._ways.database.cipher.random("report", text),
        }

    async def _entry_of_another(self, leaver: Leaver, _: Document) -> Document:
        return {"person_id": leaver.stand_in}


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}


def _drafts(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id, "state": "draft"}


def _named(leaver: Leaver) -> Mapping[str, Any]:
    named = [{"person_id": leaver.person_id}, {"principal_person": leaver.person_id}]
    return {"$or": named}


def _said(row: Document) -> dict[str, object]:
    return {"said": json.loads(row["content"])}


def _nobodys(row: Document, leaver: Leaver) -> Document:
    """So that checking the letter later names nobody."""
    return {
        "person_id": leaver.stand_in,
        "subject_id": instead(row["subject_id"], leaver),
        "about": instead(row["about"], leaver),
    }
