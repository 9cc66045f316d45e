"""Sections of an export about usage records: what the power company reported, and what became."""

import json
from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source, subjects_of
from domain.exports.ports import Row


async def _usage_records(of: Of) -> AsyncIterator[Row]:
    """About the person by their ID number, and about whom they stand for by their own right."""
    person = await of.database["people"].find_one({"_id": of.person_id}, {"id_number": 1})
    own = [row["uscc"] for row in await subjects_of(of) if row["role"] == "legal_representative"]
    mine = [person["id_number"]] if person and "id_number" in person else []
    numbers = [*own, *mine]
    keys = [await of.database.cipher.equal("person", number) for number in numbers]
    before = {"holder": {"$in": [of.holder_of(number) for number in mine]}}
    chosen = {"$or": [{"number": {"$in": keys}}, before, {"person_id": of.person_id}]}
    async for row in of.database["usage_records"].find(chosen).sort("reported_at", -1):
        said = json.loads(row["content"])
        report, objection = said["report"], said["objection"] or {}
        yield {
            "id": row["_id"],
            "reference": row["reference"],
            "kind": row["kind"],
            "state": row["state"],
            "whose": report["whose"]["name"],
            "account": report["account"],
            "amount_fen": report["amount"],
            "paper": f"{report['paper']['issuer']} {report['paper']['number']}",
            "paper_on": report["paper"]["on"],
            "found": report["found"],
            "paid_on": said["paid_on"],
            "entered_on": said["entered_on"],
            "reported_at": row["reported_at"],
            "objection": objection.get("reason"),
            "answer": objection.get("answer"),
            "steps": [step["text"] for step in said["steps"]],
        }


SECTIONS = (
    Source(
        name="usage_records",
        title="用电信用记录",
        collections=("usage_records",),
        columns={
            "reference": "供电企业编号",
            "kind": "事项",
            "state": "状态",
            "whose": "用电人",
            "account": "户号",
            "amount_fen": "金额（分）",
            "paper": "文书",
            "paper_on": "文书日期",
            "found": "查明情况",
            "paid_on": "缴清日期",
            "entered_on": "进入记录日期",
            "objection": "我的异议",
            "answer": "异议答复",
            "steps": "办理过程",
        },
        rows=_usage_records,
        words={"kind": words.USAGE_KINDS, "state": words.USAGE_STATES},
    ),
)
