"""Sections of an export about what the person thinks of the butlers' work."""

from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source
from adapters.mongo.judging.complaints import read_complaint
from adapters.mongo.judging.ratings import read_rating
from domain.exports.ports import Row


async def _ratings(of: Of) -> AsyncIterator[Row]:
    found = of.database["ratings"].find({"person_id": of.person_id}).sort("resolved_at", -1)
    async for row in found:
        rating = read_rating(row)
        yield {
            "id": rating.id,
            "ticket": rating.number,
            "cycle": rating.cycle,
            "stars": rating.now.stars,
            "text": rating.now.text,
            "rated_at": rating.now.at,
            "earlier": [f"{one.stars} 星：{one.text}" for one in rating.versions[:-1]],
        }


async def _complaints(of: Of) -> AsyncIterator[Row]:
    found = of.database["complaints"].find({"person_id": of.person_id}).sort("opened_at", -1)
    async for row in found:
        complaint = read_complaint(row)
        yield {
            "id": complaint.id,
            "number": complaint.number,
            "ticket": complaint.ticket_number,
            "state": complaint.state.value,
            "words": complaint.words,
            "opened_at": complaint.opened_at,
            "due_at": complaint.due_at,
            "ended_at": complaint.ended_at,
            "answers": [one.text for one in complaint.answers],
            "reason": complaint.reason,
            "steps": [step.text for step in complaint.steps],
        }


SECTIONS = (
    Source(
        name="ratings",
        title="我的评价",
        collections=("ratings",),
        columns={
            "ticket": "工单",
            "cycle": "第几次办结",
            "stars": "星级",
            "text": "评价内容",
            "rated_at": "评价时间",
            "earlier": "修改前",
        },
        rows=_ratings,
    ),
    Source(
        name="complaints",
        title="我的投诉",
        collections=("complaints",),
        columns={
            "number": "投诉编号",
            "ticket": "工单",
            "state": "状态",
            "words": "投诉内容",
            "opened_at": "收到时间",
            "due_at": "办结时限",
            "ended_at": "办结时间",
            "answers": "答复",
            "reason": "处理理由",
            "steps": "办理过程",
        },
        rows=_complaints,
        words={"state": words.COMPLAINTS},
    ),
)
