"""Section of an export about images that the person attached."""

from collections.abc import AsyncIterator

from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source
from domain.exports.ports import Row


async def _images(of: Of) -> AsyncIterator[Row]:
    """Those that wait to be attached too."""
    found = of.database["attachments"].find({"owner": of.person_id})
    async for row in found.sort("_id", -1):
        yield {
            "id": row["_id"],
            "added_at": row["added_at"],
            "bound_to": row.get("bound_to"),
            "width": row["width"],
            "height": row["height"],
            "size": row["size"],
            "state": row["state"],
            "gone_at": row.get("gone_at"),
        }


SECTIONS = (
    Source(
        name="images",
        title="我附上的图片",
        collections=("attachments", "attachment_contents"),
        columns={
            "added_at": "添加时间",
            "bound_to": "附于",
            "size": "大小（字节）",
            "state": "内容安全检测",
            "gone_at": "到期删除",
        },
        rows=_images,
        words={"state": words.VERDICTS},
    ),
)
