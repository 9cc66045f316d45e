"""Bindings of persons to enterprises, and what was delegated under them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.errors import DuplicateKeyError

from adapters.mongo.coalescing import lists, reads
from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of, unit_of
from domain.errors import DomainError
from domain.subjects.subjects import Footing, Subject
from domain.transactions import Unit

MOST = 200
MOST_REPRESENTATIVES = 20
IN_ORDER = [("since", ASCENDING), ("_id", ASCENDING)]
# All that a footing is made of: none of it is secret, so nothing has to be decrypted.
FOOTING = (
    *("person_id", "role", "principal_id", "principal_person"),
    *("scope", "ends_at", "suspended_at", "ended_at"),
)


class MongoSubjects:
    """``standing`` is there only while the right lasts, and is unique."""

    def __init__(self, database: Database) -> None:
        self._subjects = database["subjects"]
        self._cipher = database.cipher
        self._reads = reads(self._subjects, _subject)
        self._held = lists(
            self._subjects,
            _subject,
            by="person_id",
            chosen={"ended_at": None},
            order=IN_ORDER,
            most=MOST,
        )

    async def get(self, subject_id: str) -> Subject | None:
        """By id, ended ones too."""
        return await self._reads.ask(subject_id)

    async def standing(self, *, person_id: str, now: datetime) -> tuple[Subject, ...]:
        """All that have neither ended nor expired, in the order they began."""
        found = await self._held.answer(person_id)
        return tuple(one for one in found if one.ends_at is None or one.ends_at > now)

    async def representing(self, uscc: str) -> tuple[Subject, ...]:
        """The standing legal representatives of an enterprise."""
        return await self._find(
            {"uscc": uscc, "role": "legal_representative"}, MOST_REPRESENTATIVES
        )

    async def under(self, unit: Unit, principal_id: str, *, now: datetime) -> tuple[Subject, ...]:
        """The agents and helpers of a principal, neither ended nor expired."""
        chosen = {"principal_id": principal_id, "_id": {"$ne": principal_id}}
        return await self._find({**chosen, **_lasting(now)}, MOST, unit)

    async def held_by(self, unit: Unit, *, person_id: str) -> tuple[Subject, ...]:
        """The first 200 that a person has not ended, expired and suspended ones too."""
        return await self._find({"person_id": person_id}, MOST, unit)

    async def held_under(self, unit: Unit, *, principal_id: str) -> tuple[Subject, ...]:
        """The first 200 that others hold under a principal and that have not ended."""
        chosen = {"principal_id": principal_id, "_id": {"$ne": principal_id}}
        return await self._find(chosen, MOST, unit)

    async def end_expired(self, unit: Unit, *, person_id: str, now: datetime) -> None:
        """What a person held that has expired makes room."""
        await self._subjects.update_many(
            {"person_id": person_id, "ended_at": None, "ends_at": {"$lte": now}},
            [{"$set": {"ended_at": "$ends_at"}}, {"$unset": "standing"}],
            session=session_of(unit),
        )

    async def add(self, unit: Unit, subject: Subject) -> None:
        """A new one; the transaction starts over when the same right stands already."""
        try:
            await self._subjects.insert_one(await self._document(subject), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def replace(self, unit: Unit, subject: Subject) -> None:
        """Save its end, suspension, principal or scope."""
        result = await self._subjects.replace_one(
            {"_id": subject.id, "ended_at": None},
            await self._document(subject),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def hold(self, unit: Unit, subject_id: str, *, otherwise: DomainError) -> None:
        """It stands until this commits: a write, so that an end at the same moment collides.

        Else ``otherwise`` is raised as the unit ends.
        """
        held = UpdateOne({"_id": subject_id, "ended_at": None}, {"$inc": {"held": 1}})
        unit_of(unit).require("subjects", held, otherwise=otherwise)

    async def _find(
        self, chosen: Mapping[str, Any], most: int, unit: Unit | None = None
    ) -> tuple[Subject, ...]:
        session = session_of(unit) if unit else None
        rows = (
            self._subjects.find({**chosen, "ended_at": None}, session=session)
            .sort(IN_ORDER)
            .limit(most)
        )
        return tuple([_subject(row) async for row in rows])

    async def _document(self, subject: Subject) -> Document:
        document: Document = {
            "_id": subject.id,
            "v": 1,
            "person_id": subject.person_id,
            "kind": subject.kind,
            "name": await self._cipher.random("person", subject.name),
            "uscc": subject.uscc,
            "role": subject.role,
            "since": subject.since,
            "principal_id": subject.principal_id,
            "principal_person": subject.principal_person,
            "scope": list(subject.scope),
            "ends_at": subject.ends_at,
            "suspended_at": subject.suspended_at,
            "ended_at": subject.ended_at,
        }
        if subject.ended_at is None:
            whom = subject.uscc or subject.principal_id
            document["standing"] = f"{subject.person_id}:{whom}:{subject.role}"
        return document


def _lasting(now: datetime) -> Document:
    return {"$or": [{"ends_at": None}, {"ends_at": {"$gt": now}}]}


def read_footing(row: Document) -> Footing:
    """By what right somebody acts; a row of before delegations is its own principal."""
    return Footing(id=row["_id"], **_footing(row))


def _footing(row: Document) -> dict[str, Any]:
    return {
        "person_id": row["person_id"],
        "role": row["role"],
        "principal_id": row.get("principal_id", row["_id"]),
        "principal_person": row.get("principal_person", row["person_id"]),
        "scope": tuple(row.get("scope", ())),
        "ends_at": row.get("ends_at"),
        "suspended_at": row.get("suspended_at"),
        "ended_at": row["ended_at"],
    }


def _subject(row: Document) -> Subject:
    return Subject(
        id=row["_id"],
        **_footing(row),
        kind=row["kind"],
        name=row["name"],
        uscc=row["uscc"],
        since=row["since"],
    )
