"""Where media are kept: a folder and a bucket do the same, whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters import disk
from adapters.disk import LEAST_FOR_MEDIA
from adapters.media.store import ObjectMedia, bucket_media, local_media
from domain.errors import Unavailable
from tests.buckets import Shelf

MIB = 2**20


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path, shelf: Shelf) -> ObjectMedia:
    if request.param == "folder":
        return local_media(tmp_path / "media")
    return bucket_media(shelf.bucket)


async def pieces(count: int, size: int = MIB) -> AsyncIterator[bytes]:
    for number in range(count):
        yield bytes([number]) * size


async def breaking(count: int) -> AsyncIterator[bytes]:
    async for piece in pieces(count):
        yield piece
    raise ValueError("the sender broke off")


async def all_of(store: ObjectMedia, key: str, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in store.read(key, start=start, end=end)])


@pytest.mark.parametrize("count", [0, 1, 20])
async def test_what_is_written_is_there_with_its_size(store: ObjectMedia, count: int) -> None:
    """Twenty are more than one request of an object store takes."""
    assert await store.write("media/a/video/video.mp4", pieces(count)) == count * MIB
    found = await store.head("media/a/video/video.mp4")
    assert found
    assert found.size == count * MIB
    assert found.stored_at.tzinfo
    whole = b"".join([piece async for piece in pieces(count)])
    assert await all_of(store, "media/a/video/video.mp4", 0, count * MIB) == whole


async def test_a_range_is_read_to_the_byte(store: ObjectMedia) -> None:
    await store.write("k", pieces(3))
    assert await all_of(store, "k", MIB - 1, 2 * MIB + 1) == b"\0" + b"\1" * MIB + b"\2"
    assert await all_of(store, "k", 5, 5) == b""


async def test_what_breaks_off_leaves_what_was_there(store: ObjectMedia) -> None:
    await store.write("k", pieces(1))
    with pytest.raises(ValueError, match="broke off"):
        await store.write("k", breaking(20))
    with pytest.raises(ValueError, match="broke off"):
        await store.write("new", breaking(20))
    found = await store.head("k")
    assert found
    assert found.size == MIB
    assert await store.head("new") is None


async def test_who_is_cancelled_leaves_nothing(store: ObjectMedia) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def waiting() -> AsyncIterator[bytes]:
        yield b"x" * MIB
        begun.set()
        await never.wait()

    writing = asyncio.create_task(store.write("k", waiting()))
    await begun.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await store.head("k") is None
    # Whoever gives pieces is let go too, so that it ends with the test.
    never.set()


async def test_a_folder_is_removed_and_its_neighbours_stay(store: ObjectMedia) -> None:
    for key in ("media/a/hls/1.ts", "media/a/hls/2.ts", "media/ab/hls/1.ts"):
        await store.write(key, pieces(1, 10))
    await store.remove("media/a/")
    await store.remove("media/nothing/")
    assert await store.head("media/a/hls/1.ts") is None
    assert await store.head("media/a/hls/2.ts") is None
    assert await store.head("media/ab/hls/1.ts")


async def test_what_is_not_there_is_told(store: ObjectMedia) -> None:
    assert await store.head("k") is None
    with pytest.raises(FileNotFoundError):
        await all_of(store, "k", 0, 1)


async def test_a_folder_says_where_a_file_lies_and_a_bucket_cannot(
    tmp_path: Path, shelf: Shelf
) -> None:
    local, far = local_media(tmp_path), bucket_media(shelf.bucket)
    for store in (local, far):
        await store.write("media/a/x", pieces(1, 3))
        assert await store.head("media/a/x")
    assert local.path("media/a/x") == str(tmp_path / "media/a/x")
    assert far.path("media/a/x") == ""


async def test_an_outage_of_the_bucket_is_an_outage_and_a_moment_of_it_nobody_notices(
    shelf: Shelf,
) -> None:
    store = bucket_media(shelf.bucket)
    shelf.refused = 1
    assert await store.write("k", pieces(1, 3)) == 3
    shelf.url = "http://127.0.0.1:9"
    shelf.objects.clear()
    away = bucket_media(shelf.bucket)
    with pytest.raises(Unavailable):
        await away.head("k")


async def test_one_file_goes_and_those_beside_it_stay(store: ObjectMedia) -> None:
    for key in ("uploads/a/1-f", "uploads/a/1-ff", "uploads/a/2-f"):
        await store.write(key, pieces(1, 9))
    await store.remove_one("uploads/a/1-f")
    await store.remove_one("uploads/a/1-f")
    assert await store.head("uploads/a/1-f") is None
    assert await store.head("uploads/a/1-ff")
    assert await store.head("uploads/a/2-f")


async def test_a_folder_takes_nothing_more_while_its_disk_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = local_media(tmp_path / "media")
    await store.write("k", pieces(1))
    left = iter([LEAST_FOR_MEDIA, LEAST_FOR_MEDIA - 1])
    monkeypatch.setattr(disk, "free", lambda _: next(left))
    with pytest.raises(Unavailable, match="存储空间不足"):
        await store.write("k", pieces(20))
    monkeypatch.undo()
    assert await all_of(store, "k", 0, MIB) == bytes(MIB)


async def test_what_a_killed_write_left_goes_with_its_folder(tmp_path: Path) -> None:
    store = local_media(tmp_path)
    await store.write("originals/a/file", pieces(1, 3))
    (tmp_path / "originals/a/file#1").write_bytes(b"half")
    await store.remove("originals/a/")
    assert not (tmp_path / "originals/a").exists()
