"""Bindings of persons to enterprises."""

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.subjects import Subject
from domain.transactions import Unit

MOST = 100


class MongoSubjects:
    """``standing`` is there only while the binding holds, and is unique."""

    def __init__(self, database: Database) -> None:
        self._subjects = database["subjects"]
        self._cipher = database.cipher

    async def get(self, subject_id: str) -> Subject | None:
        """By id, ended ones too."""
        row = await self._subjects.find_one({"_id": subject_id})
        return _subject(row) if row else None

    async def standing(self, *, person_id: str) -> tuple[Subject, ...]:
        """The enterprises a person acts for now, at most 100, in the order they were bound."""
        rows = (
            self._subjects.find({"person_id": person_id, "ended_at": None})
            .sort([("since", ASCENDING), ("_id", ASCENDING)])
            .limit(MOST)
        )
        return tuple([_subject(row) async for row in rows])

    async def add(self, unit: Unit, subject: Subject) -> None:
        """A new binding."""
        document: Document = {
            "_id": subject.id,
            "v": 1,
            "person_id": subject.person_id,
            "kind": subject.kind,
            "name": await self._cipher.random("person", subject.name),
            "uscc": subject.uscc,
            "role": subject.role,
            "since": subject.since,
            "ended_at": None,
            "standing": f"{subject.person_id}:{subject.uscc}",
        }
        try:
            await self._subjects.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def end(self, unit: Unit, subject: Subject) -> None:
        """It stands no more."""
        await self._subjects.update_one(
            {"_id": subject.id, "ended_at": None},
            {"$set": {"ended_at": subject.ended_at}, "$unset": {"standing": ""}},
            session=session_of(unit),
        )


def _subject(row: Document) -> Subject:
    return Subject(
        id=row["_id"],
        person_id=row["person_id"],
        kind=row["kind"],
        name=row["name"],
        uscc=row["uscc"],
        role=row["role"],
        since=row["since"],
        ended_at=row["ended_at"],
    )
