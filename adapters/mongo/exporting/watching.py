"""Section of an export about the lectures that the person watched."""

from collections.abc import AsyncIterator

from adapters.mongo.exporting.source import Of, Source
from adapters.mongo.watching import read_progress
from domain.exports.ports import Row


async def _watched(of: Of) -> AsyncIterator[Row]:
    lectures = of.database["lectures"]
    found = of.database["lecture_progress"].find({"person_id": of.person_id})
    async for row in found.sort("changed_at", -1):
        progress = read_progress(row)
        lecture = await lectures.find_one({"_id": progress.lecture_id}, {"programme.title": 1})
        yield {
            "id": progress.lecture_id,
            "title": lecture["programme"]["title"] if lecture else "",
            "recording": progress.recording,
            "changed_at": progress.changed_at,
            "position_ms": progress.position_ms,
            "watched_ms": progress.seen_ms,
            "watched_percent": progress.percent,
            "seen": [f"{start}-{end}" for start, end in progress.seen],
            "pages": list(progress.pages),
        }


SECTIONS = (
    Source(
        name="lectures_watched",
        title="我观看的讲座",
        collections=("lecture_progress", "lecture_viewers"),
        columns={
            "title": "讲座",
            "changed_at": "最近观看",
            "position_ms": "播放位置（毫秒）",
            "watched_ms": "已观看（毫秒）",
            "watched_percent": "已观看（%）",
            "pages": "看过的课件页",
        },
        rows=_watched,
    ),
)
