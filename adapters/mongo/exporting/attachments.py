"""Section of an export about images that the person attached, and the images themselves."""

from collections.abc import AsyncIterator

from adapters.mongo.database import Database
from adapters.mongo.exporting import words
from adapters.mongo.exporting.source import Of, Source
from domain.content_checks import Verdict
from domain.exports.ports import IncludedImage, Row

RISKY = Verdict.RISKY.value


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
            "file": None if row["state"] == RISKY else f"images/{row['_id']}.jpg",
            "gone_at": row.get("gone_at"),
        }


class MongoOwnImages:
    """One at a time, so that no more than one is in memory."""

    def __init__(self, database: Database) -> None:
        self._attachments = database["attachments"]
        self._contents = database["attachment_contents"]

    async def of(self, *, person_id: str) -> AsyncIterator[IncludedImage]:
        """None that was found risky: it is not handed out, whoever attached it."""
        wanted = {"owner": person_id, "state": {"$ne": RISKY}}
        async for row in self._attachments.find(wanted, {"_id": 1}).sort("_id", 1):
            kept = await self._contents.find_one({"_id": row["_id"]})
            if kept is not None:
                yield IncludedImage(id=row["_id"], content=bytes(kept["content"]))


SECTIONS = (
    Source(
        name="images",
        title="我附上的图片",
        collections=("attachments", "attachment_contents"),
        columns={
            "added_at": "添加时间",
            "bound_to": "附于",
            "file": "文件",
            "state": "内容安全检测",
            "gone_at": "到期删除",
        },
        rows=_images,
        words={"state": words.VERDICTS},
    ),
)
