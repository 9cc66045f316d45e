"""What is known of media, in the database itself: parts, files of renditions, news."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from structlog.testing import LogCapture

from adapters.mongo import media
from adapters.mongo.media import LastingFiles, MongoAssets, MongoFiles, MongoParts
from domain.media.assets import AssetState, Found, Kind
from domain.media.ports import File, Part
from domain.media.uploads import NotUploading
from domain.transactions import Unit
from handlers.house import House
from server.wiring import Installation
from tests.recordings import a_lecture, begun, sent, vtt
from tests.staffing import act
from tests.stand_ins import capturing

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CUE = ("00:01.000", "00:02.500", "信用修复")


@pytest.fixture
def house(installation: Installation) -> House:
    return installation.house


def file(asset_id: str, rendition: str, name: str) -> File:
    return File(
        asset_id=asset_id,
        rendition=rendition,
        name=name,
        media_type="video/mp2t",
        size=1,
        sha256="f" * 64,
        stored_at=NOW,
    )


async def test_the_files_of_a_rendition_take_the_place_of_what_was_kept_of_it(
    house: House, installation: Installation
) -> None:
    files, asset_id = MongoFiles(installation.database), house.draw.id()
    commit = house.transactions.plain()
    both = [file(asset_id, "hls", "1.ts"), file(asset_id, "hls", "2.ts")]
    await commit(lambda unit: files.keep(unit, [*both, file(asset_id, "video", "video.mp4")]))
    await commit(lambda unit: files.keep(unit, [file(asset_id, "hls", "1.ts")]))

    async def there(rendition: str, name: str) -> File | None:
        return await files.file(asset_id=asset_id, rendition=rendition, name=name)

    assert await there("hls", "1.ts") == file(asset_id, "hls", "1.ts")
    assert await there("hls", "2.ts") is None
    assert await there("video", "video.mp4")
    await commit(lambda unit: files.remove_of(unit, asset_id))
    assert await there("video", "video.mp4") is None


async def test_a_part_that_comes_when_all_came_is_refused(
    house: House, installation: Installation
) -> None:
    parts, content = MongoParts(installation.database), vtt(CUE).encode()
    asset = await sent(house, Kind.SUBTITLES, "a.vtt", content, of=await a_lecture(house))
    late = Part(number=2, size=len(content), sha256="0" * 64)
    with pytest.raises(NotUploading):
        await house.transactions.plain()(lambda unit: parts.add(unit, asset.id, late, at=NOW))
    [kept] = await parts.of(asset.id)
    assert kept.sha256 != late.sha256
    await house.media.processing.remove(act(house), asset_id=asset.id)


async def test_a_part_that_is_in_stays_and_the_same_again_changes_nothing(
    house: House, installation: Installation
) -> None:
    assets, parts = MongoAssets(installation.database), MongoParts(installation.database)
    upload = await begun(house, Kind.SUBTITLES, "a.vtt", 3, of=await a_lecture(house))
    plain, asset_id = house.transactions.plain(), upload.asset.id
    one, other = (Part(number=1, size=3, sha256=sign * 64) for sign in "12")
    assert await parts.one(asset_id, 1) is None
    assert await plain(lambda unit: parts.add(unit, asset_id, one, at=NOW))
    after = await assets.get(asset_id)
    later = NOW + timedelta(hours=1)
    assert await plain(lambda unit: parts.add(unit, asset_id, one, at=later))
    assert not await plain(lambda unit: parts.add(unit, asset_id, other, at=later))
    assert await parts.one(asset_id, 1) == one
    assert await assets.get(asset_id) == after
    await house.media.processing.remove(act(house), asset_id=asset_id)


async def test_who_ends_an_upload_while_a_part_comes_counts_the_parts_anew(
    house: House, installation: Installation
) -> None:
    """What was read of the parts holds only while the file stands as it was."""
    assets, parts = MongoAssets(installation.database), MongoParts(installation.database)
    upload = await begun(house, Kind.SUBTITLES, "a.vtt", 3, of=await a_lecture(house))
    tries = []

    async def end(unit: Unit) -> None:
        was = await assets.get(upload.asset.id)
        assert was
        tries.append([part.sha256 for part in await parts.of(was.id)])
        if len(tries) == 1:
            came = Part(number=1, size=3, sha256="1" * 64)
            plain = house.transactions.plain()
            await plain(lambda other: parts.add(other, was.id, came, at=NOW))
        await assets.replace(unit, was.moved(NOW, state=AssetState.PROCESSING), was=was)

    await house.transactions.plain()(end)
    assert tries == [[], ["1" * 64]]
    await house.media.processing.remove(act(house), asset_id=upload.asset.id)


async def test_some_and_those_of_a_lecture_are_found(house: House) -> None:
    of = await a_lecture(house)
    made = [(await begun(house, Kind.COVER, name, 3, of=of)).asset for name in ("a", "b")]
    assert [one.name for one in await house.media.assets.of(of)] == ["b", "a"]
    found = await house.media.assets.some([made[0].id, "nobody"])
    assert found == {made[0].id: made[0]}


async def test_lists_are_read_without_the_words_of_files_and_who_needs_them_asks(
    house: House, installation: Installation
) -> None:
    """A list of lectures with hours of subtitles would be megabytes."""
    of, assets = await a_lecture(house), MongoAssets(installation.database)
    was = (await begun(house, Kind.SUBTITLES, "a.vtt", 3, of=of)).asset
    found = Found(duration_ms=2500, pages=1, texts=("信用修复",), changes=(1000,))
    now = was.moved(NOW, found=found)
    await house.transactions.plain()(lambda unit: assets.replace(unit, now, was=was))
    light = replace(now, found=replace(found, texts=(), changes=()))
    assert await assets.some([now.id]) == {now.id: light}
    assert await assets.of(of) == [light]
    assert await assets.whole([now.id]) == {now.id: now}
    assert await assets.get(now.id) == now
    await house.media.processing.remove(act(house), asset_id=now.id)


async def test_while_the_database_is_away_news_is_not_told_and_no_work_is_given_up(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = LogCapture()
    monkeypatch.setattr("adapters.mongo.media.log", capturing(capture))
    assets = MongoAssets(installation.database)
    away = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(away)
    assets._assets = client["x"]["media_assets"]
    assert await assets.working("a", step="hls", percent=5)
    client.close()
    assert [line["event"] for line in capture.entries] == ["progress_not_told"]


async def test_a_lasting_file_is_asked_for_once_and_the_oldest_give_way(
    house: House, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MOST_KNOWN", 2)
    files, asset_id = MongoFiles(installation.database), house.draw.id()
    lasting, commit = LastingFiles(files), house.transactions.plain()

    async def there(name: str) -> bool:
        found = await lasting.file(asset_id=asset_id, rendition="hls", name=name)
        return found == file(asset_id, "hls", name)

    assert not await there("1.ts")
    kept = [file(asset_id, "hls", name) for name in ("1.ts", "2.ts", "3.ts")]
    await commit(lambda unit: files.keep(unit, kept))
    assert await there("1.ts")
    assert await there("2.ts")
    assert await there("1.ts")
    await commit(lambda unit: files.remove_of(unit, asset_id))
    assert await there("1.ts")
    await commit(lambda unit: files.keep(unit, kept))
    assert await there("3.ts")
    await commit(lambda unit: files.remove_of(unit, asset_id))
    assert not await there("2.ts")
    assert await there("1.ts")
