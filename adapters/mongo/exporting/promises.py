"""Sections of an export about promises: what was promised, and what was signed."""

import json
from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source, subjects_of
from domain.exports.ports import Row


async def _promises(of: Of) -> AsyncIterator[Row]:
    """Drafted or signed by the person, or for whom they stand by their own right."""
    own = [row["_id"] for row in await subjects_of(of) if row["role"] == "legal_representative"]
    chosen = {
        "$or": [
            {"person_id": of.person_id},
            {"principal_id": {"$in": [of.person_id, *own]}, "state": {"$ne": "draft"}},
        ]
    }
    async for row in of.database["promises"].find(chosen).sort("created_at", -1):
        said, signature = json.loads(row["content"]), row.get("signature") or {}
        yield {
            "id": row["_id"],
            "code": row.get("code"),
            "title": row["title"],
            "version": row["version"],
            "text_hash": row["text_hash"],
            "promisor": said["promisor"],
            "state": row["state"],
            "publicity": row["publicity"],
            "answers": [f"{one['label']}：{one['value']}" for one in said["answers"]],
            "agreed_to_show": said["publication"],
            "created_at": row["created_at"],
            "signed_at": signature.get("at"),
            "valid_until": signature.get("valid_until"),
            "withdrawn_at": row["withdrawn_at"],
            "reason": said["reason"],
            "steps": [step["text"] for step in (said.get("supervision") or {}).get("steps", ())],
            "canonical_sha256": signature.get("canonical_sha256"),
        }


SECTIONS = (
    Source(
        name="promises",
        title="我的信用承诺",
        collections=("promises",),
        columns={
            "code": "承诺编码",
            "title": "承诺书",
            "version": "文本版本",
            "promisor": "承诺人",
            "state": "状态",
            "publicity": "公开方式",
            "answers": "填写内容",
            "signed_at": "签署时间",
            "valid_until": "有效期至",
            "withdrawn_at": "撤回时间",
            "steps": "履行情况",
        },
        rows=_promises,
        words={"state": words.PROMISES, "publicity": words.PUBLICITIES},
    ),
)
