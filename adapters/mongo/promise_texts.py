"""Versions of the texts of promises; whatever was in force is kept for good, by its hash too.

Publishing a text and signing it write to the same turn, so that one of two at the same moment
starts over and sees what the other did.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from pymongo import DESCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from adapters.mongo import versions
from adapters.mongo.coalescing import Coalescer
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.pages import Ask, Page
from domain.promises.templates import Department, PromiseKind, Publicity, Template, Term
from domain.promises.texts import Version, Wording
from domain.transactions import Unit
from domain.versions import VersionState

TAKEN = "这份承诺书已有一个在办的新版本，请先办结它，或在它上面修改。"
PLAIN = ("template", "in_force_at", "number")


class MongoPromiseTexts:
    """Every version of every text, and whose turn it is to change what is in force."""

    def __init__(self, database: Database) -> None:
        self._versions = database["promise_text_versions"]
        self._turns = database["promise_text_turns"]
        self._texts = database["promise_texts"]
        self._cipher = database.cipher
        self._numbers: Coalescer[str, Mapping[str, int]] = Coalescer(self._read_numbers)

    async def add(self, unit: Unit, version: Version) -> None:
        """A new one; raises Conflict while another of its text is in work."""
        document = await self._document(version)
        await versions.add(self._versions, unit, document, taken=TAKEN)

    async def get(self, version_id: str) -> Version | None:
        """By id."""
        row = await self._versions.find_one({"_id": version_id})
        return _version(row) if row else None

    async def replace(self, unit: Unit, version: Version, *, was: Version) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        document = await self._document(version)
        await versions.replace(self._versions, unit, document, was=was)

    async def of(self, template: str, *, ask: Ask) -> Page[Version]:
        """All of a text, newest first."""
        return await newest_first(
            self._versions, {"template": template}, ask, by="created_at", read=_version
        )

    async def in_work(self) -> Sequence[Version]:
        """All that are not decided: at most one of each text."""
        return [_version(row) async for row in self._versions.find({"in_work": {"$exists": True}})]

    async def names(self, template: str, *, beside: str) -> set[str]:
        """The version names of a text that are in use, beside that of one version."""
        chosen = {
            "template": template,
            "state": {"$ne": VersionState.WITHDRAWN.value},
            "_id": {"$ne": beside},
        }
        return set(await self._versions.distinct("wording.version", chosen))

    async def published(self) -> Sequence[Version]:
        """All that are published, of whatever day."""
        chosen = {"state": VersionState.PUBLISHED.value}
        return [_version(row) async for row in self._versions.find(chosen)]

    async def standing(self, unit: Unit, template: str, *, now: datetime) -> Version | None:
        """The version in force as this unit sees it."""
        row = await self._versions.find_one(
            {
                "template": template,
                "state": VersionState.PUBLISHED.value,
                "$or": [{"from_day": None}, {"in_force_at": {"$lte": now}}],
            },
            sort=[("in_force_at", DESCENDING), ("number", DESCENDING)],
            session=session_of(unit),
        )
        return _version(row) if row else None

    async def numbers(self) -> Mapping[str, int]:
        """How often the publications of each text have changed."""
        return await self._numbers.answer("all")

    async def next_number(self, unit: Unit, template: str) -> int:
        """The next number of its publications; one unit after the other."""
        return int((await self._turn(unit, template, "number"))["number"])

    async def hold(self, unit: Unit, template: str) -> int:
        """No publication of this text commits beside this unit; how many changes there were."""
        return int((await self._turn(unit, template, "held"))["number"])

    async def came(self, template: str, fingerprint: str) -> bool:
        """Whether the content ever brought this wording."""
        chosen = {"brought": _brought(template, fingerprint)}
        return await self._versions.find_one(chosen, {"_id": 1}) is not None

    async def bring(self, unit: Unit, version: Version, *, fingerprint: str) -> None:
        """One from the content; the unit starts over when another process just did the same."""
        document = await self._document(version)
        document["brought"] = _brought(version.template, fingerprint)
        await versions.bring(self._versions, unit, document)

    async def keep_text(self, unit: Unit, template: Template) -> None:
        """Keep what is read before signing, by its hash."""
        await self._texts.update_one(
            {"_id": template.text_hash},
            {"$setOnInsert": {"v": 1, "text": template.text}},
            upsert=True,
            session=session_of(unit),
        )

    async def _read_numbers(
        self, askers: Sequence[str]
    ) -> Mapping[int, Mapping[str, int] | Exception]:
        numbers = {row["_id"]: row["number"] async for row in self._turns.find()}
        return dict.fromkeys(range(len(askers)), numbers)

    async def _turn(self, unit: Unit, template: str, what: str) -> Document:
        other = "held" if what == "number" else "number"
        try:
            turn: Document = await self._turns.find_one_and_update(
                {"_id": template},
                {"$inc": {what: 1}, "$setOnInsert": {"v": 1, other: 0}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
                session=session_of(unit),
            )
        except DuplicateKeyError as error:
            raise Collision from error
        return turn

    async def _document(self, version: Version) -> Document:
        said = json.dumps({"why": version.why, "reason": version.reason}, ensure_ascii=False)
        return {
            **versions.document_of(version, of=version.template),
            **{name: getattr(version, name) for name in PLAIN},
            "made_from": version.made_from or None,
            "reviewed_by": version.reviewed_by or None,
            "from_day": version.from_day.isoformat() if version.from_day else None,
            "wording": _wording_document(version.wording),
            "said": await self._cipher.random("person", said),
        }


def _brought(template: str, fingerprint: str) -> str:
    return f"{template}:{fingerprint}"


def _version(row: Document) -> Version:
    return Version(
        **versions.fields_of(row),
        **{name: row[name] for name in PLAIN},
        **json.loads(row["said"]),
        made_from=row["made_from"] or "",
        reviewed_by=row["reviewed_by"] or "",
        from_day=date.fromisoformat(row["from_day"]) if row["from_day"] else None,
        wording=_wording(row["wording"]),
    )


def _wording_document(wording: Wording) -> Document:
    return {
        **asdict(wording),
        "kind": wording.kind.value,
        "publicities": [one.value for one in wording.publicities],
    }


def _wording(kept: Document) -> Wording:
    return Wording(
        **{
            **kept,
            "kind": PromiseKind(kept["kind"]),
            "publicities": tuple(Publicity(one) for one in kept["publicities"]),
            "department": Department(**kept["department"]),
            "term": Term(**kept["term"]) if kept["term"] else None,
        }
    )
