"""What becomes of places in lectures, of following them and of questions to speakers.

Places and following go; the place is free for who waits once the erasure begins. A question that
was answered stays for everybody who reads it, and is nobody's; any other goes.
"""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import Ways, in_turn, redacted_throughout
from adapters.mongo.judging.kept import read, written
from domain.erasure.erasures import Leaver, Sweep
from domain.lectures.questions import QuestionState

ANSWERED = QuestionState.ANSWERED.value


class LectureSweeps:
    """By the collections around lectures that name a person."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        ways = self._ways
        return {
            "lecture_registrations": ways.deleting("lecture_registrations", _theirs),
            "lecture_followers": ways.deleting(
                "lecture_followers", lambda leaver: {"_id": leaver.person_id}
            ),
            "lecture_questions": in_turn(
                ways.deleting(
                    "lecture_questions",
                    lambda leaver: {**_theirs(leaver), "state": {"$ne": ANSWERED}},
                ),
                ways.changing("lecture_questions", _theirs, self._nobody),
            ),
        }

    async def _nobody(self, leaver: Leaver, row: Document) -> Document:
        said = written(redacted_throughout(read(row["content"]), leaver))
        return {
            "person_id": None,
            "content": await self._ways.database.cipher.random("person", said),
            "revision": row["revision"] + 1,
        }


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}
