"""Sections of an export about lectures: places, following, questions to speakers."""

from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source
from adapters.mongo.lecture_questions import read_question
from adapters.mongo.lectures import title_of
from domain.exports.ports import Row


async def _registrations(of: Of) -> AsyncIterator[Row]:
    found = of.database["lecture_registrations"].find({"person_id": of.person_id})
    async for row in found.sort("registered_at", -1):
        yield {
            "id": row["_id"],
            "lecture": await title_of(of.database, row["lecture_id"]),
            "state": row["state"],
            "registered_at": row["registered_at"],
            "changed_at": row["changed_at"],
        }


async def _following(of: Of) -> AsyncIterator[Row]:
    row = await of.database["lecture_followers"].find_one({"_id": of.person_id})
    if row:
        yield {"id": row["_id"], "since": row["since"]}


async def _questions(of: Of) -> AsyncIterator[Row]:
    found = of.database["lecture_questions"].find({"person_id": of.person_id})
    async for row in found.sort("asked_at", -1):
        question = read_question(row).as_asked
        yield {
            "id": question.id,
            "lecture": await title_of(of.database, question.lecture_id),
            "text": question.text,
            "state": question.state.value,
            "answer": question.answer,
            "reason": question.reason,
            "asked_at": question.asked_at,
        }


SECTIONS = (
    Source(
        name="lecture-registrations",
        title="我报名的讲座",
        collections=("lecture_registrations",),
        columns={
            "lecture": "讲座",
            "state": "状态",
            "registered_at": "报名时间",
            "changed_at": "变动时间",
        },
        rows=_registrations,
        words={"state": words.LECTURE_REGISTRATIONS},
    ),
    Source(
        name="lecture-following",
        title="关注云讲堂",
        collections=("lecture_followers",),
        columns={"since": "关注时间"},
        rows=_following,
    ),
    Source(
        name="lecture-questions",
        title="我的讲座提问",
        collections=("lecture_questions",),
        columns={
            "lecture": "讲座",
            "text": "问题",
            "state": "状态",
            "answer": "答复",
            "reason": "理由",
            "asked_at": "提问时间",
        },
        rows=_questions,
        words={"state": words.LECTURE_QUESTIONS},
    ),
)
