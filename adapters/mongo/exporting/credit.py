"""Sections of an export about credit: reports, who looked, shares, objections."""

import json
from collections.abc import AsyncIterator, Sequence

from adapters.mongo.database import Document
from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source, abouts_of, batches, subjects_of
from adapters.mongo.look_authorities import MongoAuthorityDesk
from adapters.mongo.looks import read_look
from adapters.mongo.people import MongoPeople
from domain.exports.ports import Row
from domain.identifiers import mask_name
from domain.looks import WHO, Look, action_in_words, authority, who_looked


async def _reports(of: Of) -> AsyncIterator[Row]:
    """What was requested; the content is in files of its own."""
    chosen = {"person_id": of.person_id}
    async for row in of.database["credit_reports"].find(chosen).sort("requested_at", -1):
        own = row["uscc"] is not None or row.get("principal_id") == of.person_id
        issue = row.get("issue") or {}
        yield {
            "id": row["_id"],
            "number": row["number"],
            "subject_name": row["subject_name"] if own else mask_name(row["subject_name"]),
            "uscc": row["uscc"],
            "edition": row.get("edition"),
            "purpose": of.purposes.get(row["purpose"], row["purpose"]),
            "requested_at": row["requested_at"],
            "state": row["state"],
            "reason": row["reason"],
            "issued_at": issue.get("at"),
            "expires_at": issue.get("expires_at"),
            "pages": issue.get("pages"),
            "file_sha256": issue.get("file_sha256"),
            "revoked_at": row["revoked_at"],
        }


async def _looks(of: Of) -> AsyncIterator[Row]:
    """At one's own credit, at reports one requested, and what one looked at oneself."""
    abouts = [one for one in await abouts_of(of) if one != of.person_id]
    chosen: Document = {
        "$or": [
            {"about": of.person_id},
            {"person_id": of.person_id},
            {"about": {"$in": abouts}, "viewer": of.person_id},
        ]
    }
    rows = of.database["looks"].find(chosen).sort("at", -1)
    async for lot in batches(rows):
        for row in await _told(of, [read_look(row) for row in lot]):
            yield row


async def _told(of: Of, looks: Sequence[Look]) -> list[Row]:
    behind = await MongoAuthorityDesk(of.database).behind(looks, now=of.now)
    others = {look.viewer for look in looks if look.role in WHO} - {of.person_id}
    known = await MongoPeople(of.database).names(sorted(others)) if others else {}
    names = {person_id: mask_name(name) for person_id, name in known.items()}
    told: list[Row] = []
    for look in looks:
        by = authority(look, behind[look.id], reader=of.person_id)
        told.append(
            {
                "id": look.id,
                "at": look.at,
                "who": who_looked(look, reader=of.person_id, names=names),
                "action": action_in_words(look),
                "report_number": look.report_number,
                "purpose": look.viewer_purpose or of.purposes.get(look.purpose, look.purpose),
                "authority": by.text,
                "authority_state": by.state,
            }
        )
    return told


async def _shares(of: Of) -> AsyncIterator[Row]:
    """Shared by the person, of reports they requested or that are their principals'."""
    principals = [of.person_id, *(row["_id"] for row in await subjects_of(of))]
    chosen = {"$or": [{"person_id": of.person_id}, {"principal_id": {"$in": principals}}]}
    rows = of.database["credit_reports"].find(chosen, {"number": 1})
    async for lot in batches(rows):
        numbers = {row["_id"]: row["number"] for row in lot}
        mine = {"report_id": {"$in": list(numbers)}, "person_id": of.person_id}
        async for row in of.database["shares"].find(mine).sort("created_at", -1):
            yield {
                "id": row["_id"],
                "report_number": numbers[row["report_id"]],
                "recipient": row["recipient"],
                "purpose": row["purpose"],
                "once": row["once"],
                "created_at": row["created_at"],
                "ends_at": row["ends_at"],
                "openings": row["openings"],
                "opened_at": row["opened_at"],
                "revoked_at": row["revoked_at"],
            }


async def _objections(of: Of) -> AsyncIterator[Row]:
    """Raised by the person, or about their own credit."""
    chosen: Document = {
        "about": {"$in": await abouts_of(of)},
        "$or": [{"person_id": of.person_id}, {"about": of.person_id}],
    }
    async for row in of.database["objections"].find(chosen).sort("raised_at", -1):
        steps = row["steps"]
        yield {
            "id": row["_id"],
            "report_number": row["report_number"],
            "section": row["section_title"],
            "record": row["record_title"],
            "reason": row["reason"],
            "raised_at": row["raised_at"],
            "state": row["state"],
            "steps": json.loads(steps) if isinstance(steps, str) else steps,
            "opinion": row["opinion"],
            "ended_at": row["ended_at"],
        }


SECTIONS = (
    Source(
        name="credit_reports",
        title="我申请的信用报告",
        collections=("credit_reports",),
        columns={
            "number": "报告编号",
            "subject_name": "主体",
            "purpose": "用途",
            "requested_at": "申请时间",
            "state": "状态",
            "expires_at": "有效期至",
            "pages": "页数",
            "revoked_at": "作废时间",
        },
        rows=_reports,
        words={"state": words.REPORTS},
    ),
    Source(
        name="looks",
        title="谁看过",
        collections=("looks",),
        columns={
            "at": "时间",
            "who": "谁",
            "action": "做了什么",
            "report_number": "报告编号",
            "purpose": "用途",
            "authority": "依据",
            "authority_state": "依据现状",
        },
        rows=_looks,
    ),
    Source(
        name="shares",
        title="我的分享",
        collections=("shares",),
        columns={
            "report_number": "报告编号",
            "recipient": "分享给谁",
            "purpose": "做什么用",
            "created_at": "分享时间",
            "ends_at": "到期时间",
            "openings": "打开次数",
            "revoked_at": "收回时间",
        },
        rows=_shares,
    ),
    Source(
        name="objections",
        title="我的异议",
        collections=("objections",),
        columns={
            "record": "哪一条信息",
            "reason": "异议内容",
            "raised_at": "提出时间",
            "state": "状态",
            "opinion": "处理意见",
            "ended_at": "办结时间",
        },
        rows=_objections,
        words={"state": words.OBJECTIONS},
    ),
)
