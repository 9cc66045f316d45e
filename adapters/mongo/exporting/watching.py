"""Section of an export about the lectures that the person watched."""

from collections.abc import AsyncIterator

from adapters.mongo.certificates import read_certificate
from adapters.mongo.exporting.source import Of, Source
from adapters.mongo.lectures import title_of
from adapters.mongo.watching import read_progress
from domain.exports.ports import Row


async def _watched(of: Of) -> AsyncIterator[Row]:
    found = of.database["lecture_progress"].find({"person_id": of.person_id})
    async for row in found.sort("changed_at", -1):
        progress = read_progress(row)
        yield {
            "id": progress.lecture_id,
            "title": await title_of(of.database, progress.lecture_id),
            "recording": progress.recording,
            "changed_at": progress.changed_at,
            "position_ms": progress.position_ms,
            "watched_ms": progress.seen_ms,
            "watched_percent": progress.percent,
            "seen": [f"{start}-{end}" for start, end in progress.seen],
            "pages": list(progress.pages),
        }


async def _certificates(of: Of) -> AsyncIterator[Row]:
    found = of.database["lecture_certificates"].find({"person_id": of.person_id})
    async for row in found.sort("issued_at", -1):
        one = read_certificate(row)
        yield {
            "id": one.id,
            "number": one.number,
            "title": one.title,
            "speaker": one.speaker,
            "held_on": one.held_on.isoformat() if one.held_on else None,
            "name": one.holder.name,
            "id_number": one.holder.id_number,
            "watched_minutes": one.watched_minutes,
            "watched_percent": one.watched_percent,
            "issued_at": one.issued_at,
        }


SECTIONS = (
    Source(
        name="lecture_certificates",
        title="我的学习证书",
        collections=("lecture_certificates",),
        columns={
            "number": "证书编号",
            "title": "讲座",
            "speaker": "主讲人",
            "held_on": "讲座日期",
            "name": "姓名",
            "id_number": "证件号码",
            "watched_minutes": "观看时长（分钟）",
            "watched_percent": "已观看（%）",
            "issued_at": "签发时间",
        },
        rows=_certificates,
    ),
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
