"""Sections of an export about tickets: what the person asked, and what was answered."""

import json
from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source
from domain.exports.ports import Row


async def _tickets(of: Of) -> AsyncIterator[Row]:
    async for row in of.database["tickets"].find({"person_id": of.person_id}).sort("opened_at", -1):
        yield {
            "id": row["_id"],
            "number": row["number"],
            "item": row["item"],
            "source": row["source"],
            "state": row["state"],
            "reason": row["reason"],
            "said": json.loads(row["words"])["said"],
            "opened_at": row["opened_at"],
            "ended_at": row["ended_at"],
        }


async def _messages(of: Of) -> AsyncIterator[Row]:
    """Of one's own tickets, both sides; internal notes are the office's own."""
    async for ticket in of.database["tickets"].find({"person_id": of.person_id}, {"number": 1}):
        found = of.database["ticket_messages"].find({"ticket_id": ticket["_id"]})
        async for row in found.sort("n", 1):
            yield {
                "id": row["_id"],
                "ticket": ticket["number"],
                "by": row["by"],
                "at": row["at"],
                "text": row["text"],
                "images": row["images"],
            }


async def _drafts(of: Of) -> AsyncIterator[Row]:
    async for row in of.database["ticket_drafts"].find({"person_id": of.person_id}):
        yield {"id": row["_id"], "at": row["at"], "text": row["text"]}


SECTIONS = (
    Source(
        name="tickets",
        title="信用管家工单",
        collections=("tickets",),
        columns={
            "number": "工单编号",
            "item": "服务事项",
            "source": "来源",
            "state": "状态",
            "reason": "结束原因",
            "said": "我最后写的话",
            "opened_at": "提交时间",
            "ended_at": "结束时间",
        },
        rows=_tickets,
        words={
            "source": words.TICKET_SOURCES,
            "state": words.TICKET_STATES,
            "reason": words.TICKET_REASONS,
        },
    ),
    Source(
        name="ticket-messages",
        title="工单往来消息",
        collections=("ticket_messages",),
        columns={"ticket": "工单编号", "by": "谁写的", "at": "时间", "text": "内容"},
        rows=_messages,
        words={"by": words.TICKET_WRITERS},
    ),
    Source(
        name="ticket-drafts",
        title="工单草稿",
        collections=("ticket_drafts",),
        columns={"at": "时间", "text": "内容"},
        rows=_drafts,
    ),
)
