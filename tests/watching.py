"""Lectures with a replay, and who watches them, as the tests need them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from adapters.mongo.media import MongoAssets, MongoFiles
from domain.lectures.programme import Chapter, Cue, LiveKind
from domain.lectures.versions import Version
from domain.media.assets import Asset, Kind, Rendition
from domain.media.ports import File
from tests.cast import Cast, Person
from tests.lecturing import MINUTE, anew, file, house_of, published

DURATION_MS = 5 * MINUTE
ALL = (Kind.RECORDING, Kind.SLIDES, Kind.SUBTITLES, Kind.COVER)
PLAYLIST = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\n720p.m3u8\n"
SEGMENTS = b"#EXTM3U\n#EXTINF:6.0,\n720p-00001.ts\n#EXT-X-ENDLIST\n"
VIDEO = bytes(range(256)) * 800
MADE: Mapping[Kind, Mapping[str, Mapping[str, bytes]]] = {
    Kind.RECORDING: {
        "video": {"video.mp4": VIDEO},
        "hls": {"index.m3u8": PLAYLIST, "720p.m3u8": SEGMENTS, "720p-00001.ts": VIDEO[:9000]},
        "audio": {"audio.m4a": VIDEO[:5000]},
        "poster": {"poster.jpg": b"poster"},
    },
    Kind.SLIDES: {
        "document": {"slides.pdf": b"%PDF-1.7"},
        "pages": {f"{page:04}.jpg": f"page {page}".encode() for page in range(1, 13)},
        "previews": {f"{page:04}.jpg": f"preview {page}".encode() for page in range(1, 13)},
    },
    Kind.SUBTITLES: {"subtitles": {"subtitles.vtt": b"WEBVTT\n"}},
    Kind.COVER: {"cover": {"cover.jpg": b"cover"}},
    Kind.DOCUMENT: {"document": {"document.pdf": b"%PDF-1.4"}},
}
TYPES = {
    "mp4": "video/mp4",
    "m3u8": "application/vnd.apple.mpegurl",
    "ts": "video/mp2t",
    "m4a": "audio/mp4",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "vtt": "text/vtt",
}


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def worked(cast: Cast, asset_id: str) -> Asset:
    """The file as it is when all that is made of it was made, and lies in the store."""
    assert cast.database
    house, assets = house_of(cast), MongoAssets(cast.database)
    was = await assets.get(asset_id)
    assert was
    files, renditions = [], []
    for name, contents in MADE[was.kind].items():
        first = next(iter(contents))
        for called, content in contents.items():
            kept = File(
                asset_id=was.id,
                rendition=name,
                name=called,
                media_type=TYPES[called.rpartition(".")[2]],
                size=len(content),
                sha256=sha256(content).hexdigest(),
                stored_at=house.clock(),
            )
            files.append(kept)
            await house.watching.store.write(kept.key, _pieces(content))
        size = sum(len(one) for one in contents.values())
        media_type = TYPES[first.rpartition(".")[2]]
        renditions.append(Rendition(name=name, first=first, media_type=media_type, size=size))
    now = was.moved(house.clock(), renditions=tuple(renditions))

    async def work(unit: Any) -> None:
        await assets.replace(unit, now, was=was)
        await MongoFiles(cast.database).keep(unit, files)  # type: ignore[arg-type]  # is there

    await house.transactions.plain()(work)
    return now


@dataclass
class Hall:
    """A lecture with a replay."""

    cast: Cast
    version: Version

    @property
    def lecture_id(self) -> str:
        return self.version.lecture_id

    @property
    def path(self) -> str:
        return f"/v1/lectures/{self.lecture_id}"

    @property
    def recording(self) -> str:
        return self.version.programme.recording

    async def address(self, person: Person) -> dict[str, Any]:
        """All that this person's player needs."""
        answer = await person.post(f"{self.path}/address")
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def sit(self, person: Person) -> "Seat":
        """A sitting that was opened."""
        answer = await person.post(f"{self.path}/sittings")
        return Seat(self, person, answer.raise_for_status().json())


@dataclass
class Seat:
    """One sitting: its player tells what it played."""

    hall: Hall
    person: Person
    opened: dict[str, Any]
    number: int = -1

    async def tell(self, *played: tuple[int, int], **said: Any) -> dict[str, Any]:
        """Stretches of the recording, in milliseconds."""
        answer = await self.send(*played, **said)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def send(self, *played: tuple[int, int], **said: Any) -> Any:
        self.number += 1
        body = {
            "number": self.number,
            "position_ms": played[-1][1] if played else 0,
            "playing": True,
            "segments": [{"from_ms": a, "to_ms": b} for a, b in played],
            **said,
        }
        path = f"{self.hall.path}/sittings/{self.opened['sitting_id']}/beats"
        return await self.person.post(path, body)


async def hall(cast: Cast, *, files: tuple[Kind, ...] = ALL, **said: Any) -> Hall:
    """One that is shown, whose files are all there."""
    timeline = {
        "chapters": (Chapter(at_ms=0, title="开场"), Chapter(at_ms=2 * MINUTE, title="问答")),
        "cues": (Cue(at_ms=0, page=1), Cue(at_ms=MINUTE, page=2)),
    }
    now = house_of(cast).clock()
    held = {"live_kind": LiveKind.NONE, "live_address": ""}
    held |= {"begins_at": now - timedelta(hours=1), "ends_at": now + timedelta(days=1)}
    version = await published(cast, files=files, **{**held, **said})
    attached = await file(cast, version.lecture_id, Kind.DOCUMENT, name="申请表 (样例).pdf")
    version = await anew(cast, version.id, attachments=(attached.id,), **timeline)
    for asset_id in version.programme.files:
        await worked(cast, asset_id)
    return Hall(cast, version)


async def passed(person: Person, *, percent: int = 60, seconds: int = 240, **said: Any) -> Hall:
    """A lecture of which the person has watched enough for a certificate."""
    database = person.cast.database
    assert database
    made = await hall(person.cast, certificate_percent=percent, **said)
    seat = await made.sit(person)
    # As if it had been opened so long ago, and nothing else been watched since.
    ago = house_of(person.cast).clock() - timedelta(seconds=seconds)
    sitting = {"sittings.id": seat.opened["sitting_id"]}
    row = await database["lecture_progress"].find_one_and_update(
        sitting, {"$set": {"sittings.$.heard_at": ago}}
    )
    await database["lecture_hours"].delete_one({"_id": row["person_id"]})
    await seat.tell((0, seconds * 1000))
    return made


async def certified(person: Person, **said: Any) -> dict[str, Any]:
    """A certificate whose paper is made."""
    made = await passed(person, **said)
    answer = await person.post(f"{made.path}/certificate")
    found: dict[str, Any] = answer.raise_for_status().json()
    for _ in range(600):
        items = (await person.get("/v1/certificates")).json()["items"]
        [one] = [each for each in items if each["id"] == found["id"]]
        if one["ready"]:
            return found
        if person.cast.workers is None:
            await asyncio.sleep(0.05)
        else:
            await person.cast.workers.work_once()
    raise AssertionError(f"not ready: {found}")
