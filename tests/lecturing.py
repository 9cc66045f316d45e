"""Lectures as editors and reviewers make them: drafted, filled in, reviewed, shown."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.mongo.media import MongoAssets
from domain.lectures.lectures import named
from domain.lectures.programme import PLACES_OF, LiveKind, Programme
from domain.lectures.series import Series
from domain.lectures.versions import Version
from domain.media.assets import Asset, AssetState, Found, Kind
from handlers.house import House
from tests.cast import Cast
from tests.staffing import act

EDITOR, REVIEWER = "a-lecture-editor", "a-lecture-reviewer"
MINUTE = 60_000
FILLED = Programme(
    title="信用修复怎么办",
    topic="信用修复",
    speaker="王敏",
    speaker_post="样例单位",
    audience="有公示信息的企业",
    live_kind=LiveKind.CHANNELS,
    live_address="sphSample01",
    outline="<p>第一讲：信用修复的条件和步骤。</p>",
)


def house_of(cast: Cast) -> House:
    assert cast.house
    return cast.house


async def series(house: House) -> Series:
    """One that is this test's own."""
    title = f"云讲堂 {house.draw.id()[-12:]}"
    return await house.lectures.desk.add_series(act(house, EDITOR), title=title, summary="")


async def file(cast: Cast, lecture_id: str, kind: Kind, **more: Any) -> Asset:
    """A file of a lecture that is worked on already, as the room of media keeps it."""
    assert cast.database
    house, store = house_of(cast), MongoAssets(cast.database)
    given: dict[str, Any] = {
        "name": f"{kind.value}.bin",
        "size": 1000,
        "state": AssetState.READY,
        "found": Found(duration_ms=5 * MINUTE, pages=12),
        "added_at": house.clock(),
    }
    made = Asset(
        id=house.draw.id(),
        of=named(lecture_id),
        kind=kind,
        added_by=EDITOR,
        changed_at=house.clock(),
        **{**given, **more},
    )
    await house.transactions.plain()(lambda unit: store.add(unit, made))
    return made


async def filled(cast: Cast, *, files: Iterable[Kind] = (), **said: Any) -> Version:
    """A draft of a new lecture that says all it must; ``files`` are made for it, one each."""
    house = house_of(cast)
    desk, now = house.lectures.desk, house.clock()
    version = await desk.create(act(house, EDITOR), title="起草中的讲座")
    given = {
        "series": (await series(house)).id,
        "begins_at": now + timedelta(days=1),
        "ends_at": now + timedelta(days=1, hours=1),
        **{
            name: (await file(cast, version.lecture_id, kind)).id
            for name, kind in PLACES_OF.items()
            if kind in files
        },
        **said,
    }
    programme = replace(FILLED, **given)
    return await desk.write(
        act(house, EDITOR), version_id=version.id, tag=version.tag, programme=programme
    )


async def submitted(cast: Cast, **said: Any) -> Version:
    """One that waits for review."""
    house, version = house_of(cast), await filled(cast, **said)
    return await house.lectures.desk.submit(
        act(house, EDITOR), version_id=version.id, tag=version.tag
    )


async def published(cast: Cast, *, publish_at: datetime | None = None, **said: Any) -> Version:
    """One that is shown, or will be."""
    house, version = house_of(cast), await submitted(cast, **said)
    return await house.lectures.desk.publish(
        act(house, REVIEWER), version_id=version.id, tag=version.tag, publish_at=publish_at
    )


async def anew(cast: Cast, version_id: str, **said: Any) -> Version:
    """Another version of the same lecture is shown, which says this beside."""
    house = house_of(cast)
    desk = house.lectures.desk
    made = await desk.begin(act(house, EDITOR), made_from=version_id)
    wanted = replace(made.programme, **said)
    by = act(house, EDITOR)
    made = await desk.write(by, version_id=made.id, tag=made.tag, programme=wanted)
    made = await desk.set_timeline(
        by, version_id=made.id, tag=made.tag, chapters=wanted.chapters, cues=wanted.cues
    )
    made = await desk.submit(act(house, EDITOR), version_id=made.id, tag=made.tag)
    return await desk.publish(
        act(house, REVIEWER), version_id=made.id, tag=made.tag, publish_at=None
    )


async def withdrawn(cast: Cast, lecture_id: str) -> None:
    """Shown no more."""
    house = house_of(cast)
    row = await house.lectures.desk.lecture(lecture_id)
    await house.lectures.desk.withdraw(
        act(house, REVIEWER), lecture_id=lecture_id, tag=row.lecture.tag, reason="内容有误"
    )


async def shown(house: House, version: Version, programme: Programme) -> None:
    """A draft says this instead, is reviewed, and shown."""
    desk, doing = house.lectures.desk, act(house, EDITOR)
    version = await desk.write(doing, version_id=version.id, tag=version.tag, programme=programme)
    timeline = {"chapters": programme.chapters, "cues": programme.cues}
    version = await desk.set_timeline(doing, version_id=version.id, tag=version.tag, **timeline)
    version = await desk.submit(doing, version_id=version.id, tag=version.tag)
    await desk.publish(
        act(house, REVIEWER), version_id=version.id, tag=version.tag, publish_at=None
    )
