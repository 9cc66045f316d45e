"""Section of an export about applications for electricity."""

import json
from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source, subjects_of
from domain.exports.ports import Row


async def _applications(of: Of) -> AsyncIterator[Row]:
    """Begun by the person, or for whom they stand by their own right."""
    own = [row["_id"] for row in await subjects_of(of) if row["role"] == "legal_representative"]
    chosen = {
        "$or": [
            {"person_id": of.person_id},
            {"principal_id": {"$in": [of.person_id, *own]}, "state": {"$ne": "draft"}},
        ]
    }
    async for row in of.database["electricity_applications"].find(chosen).sort("created_at", -1):
        said = json.loads(row["content"])
        wanted = said["wanted"]
        yield {
            "id": row["_id"],
            "number": row.get("number"),
            "applicant": said["applicant"],
            "business": wanted["business"],
            "premises": wanted["premises"],
            "address": wanted["address"],
            "account": wanted["account"],
            "capacity": wanted["capacity"],
            "use": wanted["use"],
            "contact": wanted["contact"],
            "phone": wanted["phone"],
            "state": row["state"],
            "report_id": row["report_id"],
            "promise_code": row["promise_code"],
            "created_at": row["created_at"],
            "changed_at": row["changed_at"],
            "steps": [step["text"] for step in said["steps"]],
            "files": [one["name"] for one in said["materials"]],
        }


SECTIONS = (
    Source(
        name="electricity",
        title="我的用电申请",
        collections=("electricity_applications", "electricity_files"),
        columns={
            "number": "申请编号",
            "applicant": "申请人",
            "premises": "产权情况",
            "address": "用电地址",
            "account": "户号",
            "capacity": "容量（瓦）",
            "use": "用途",
            "contact": "联系人",
            "phone": "联系电话",
            "state": "状态",
            "created_at": "开始时间",
            "steps": "办理经过",
            "files": "已交材料",
        },
        rows=_applications,
        words={"state": words.ELECTRICITY, "premises": words.PREMISES},
    ),
)
