"""Questions to speakers: what was written is one ciphertext; who asked is an id alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.judging.kept import read, written
from adapters.mongo.paging import newest_first, oldest_first
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.lectures.asking import MOVED
from domain.lectures.questions import MOST_OPEN, Question, QuestionState
from domain.pages import Ask, Page
from domain.transactions import Unit

PLAIN = ("lecture_id", "slot", "asked_at", "changed_at", "handled_by", "revision")
UNDER_REVIEW = {QuestionState.WAITING.value, QuestionState.RETURNED.value}
WRITTEN = ("text", "answer", "reason", "sent_back")


class MongoLectureQuestions:
    """``open_of`` is there while a question is open, and unique: it bounds how many are."""

    def __init__(self, database: Database) -> None:
        self._questions = database["lecture_questions"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, question: Question) -> None:
        """A new one; the transaction starts over when its slot is taken."""
        try:
            document = await self._document(question)
            await self._questions.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def get(self, question_id: str) -> Question | None:
        """By id."""
        row = await self._questions.find_one({"_id": question_id})
        return read_question(row) if row else None

    async def replace(self, unit: Unit, question: Question, *, was: Question) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._questions.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(question),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale(MOVED)

    async def slots(self, unit: Unit, *, lecture_id: str, person_id: str) -> Sequence[int]:
        """Those taken by open questions of a person to a lecture."""
        names = [_open_of(lecture_id, person_id, slot) for slot in range(1, MOST_OPEN + 1)]
        found = self._questions.find(
            {"open_of": {"$in": names}}, {"slot": 1}, session=session_of(unit)
        )
        return [row["slot"] async for row in found]

    async def answered(self, *, lecture_id: str, ask: Ask) -> Page[Question]:
        """Those of a lecture that everybody may read, the last answered first."""
        chosen = {"lecture_id": lecture_id, "state": QuestionState.ANSWERED.value}
        return await newest_first(self._questions, chosen, ask, by="changed_at", read=read_question)

    async def mine(self, *, lecture_id: str, person_id: str, ask: Ask) -> Page[Question]:
        """A person's, newest first."""
        chosen = {"lecture_id": lecture_id, "person_id": person_id}
        return await newest_first(self._questions, chosen, ask, by="asked_at", read=read_question)

    async def in_state(self, state: QuestionState, *, lecture_id: str, ask: Ask) -> Page[Question]:
        """Of one lecture, or of all: open ones by who has waited longest, others newest first."""
        chosen: Mapping[str, Any] = {"state": state.value}
        if lecture_id:
            chosen = {"lecture_id": lecture_id, **chosen}
        ordered = oldest_first if state is QuestionState.OPEN else newest_first
        return await ordered(self._questions, chosen, ask, by="asked_at", read=read_question)

    async def _document(self, question: Question) -> Document:
        content = written({name: getattr(question, name) for name in WRITTEN})
        document = {
            "_id": question.id,
            "v": 1,
            **{name: getattr(question, name) for name in PLAIN},
            "person_id": question.person_id or None,
            "state": question.state.value,
            "content": await self._cipher.random("person", content),
        }
        if question.is_open and question.person_id:
            document["open_of"] = _open_of(question.lecture_id, question.person_id, question.slot)
        return document


def _open_of(lecture_id: str, person_id: str, slot: int) -> str:
    return f"{lecture_id}:{person_id}:{slot}"


def read_question(row: Document) -> Question:
    """As the domain knows it."""
    said = read(row["content"])
    # An earlier program said it by the reason alone.
    before = bool(said["reason"]) and row["state"] in UNDER_REVIEW
    said = {"sent_back": before, **said}
    return Question(
        id=row["_id"],
        **{name: row[name] for name in PLAIN},
        **{name: said[name] for name in WRITTEN},
        person_id=row["person_id"] or "",
        state=QuestionState(row["state"]),
    )
