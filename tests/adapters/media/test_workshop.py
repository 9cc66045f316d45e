"""Work on files that lie in a bucket: brought here once for all steps, and cleared away."""

import hashlib
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.media.store import ObjectMedia, bucket_media
from adapters.media.workshop import STALE, LocalWorkshop
from domain.files import Fit, UnfitFile
from domain.media.assets import Asset, AssetState, Kind
from domain.media.ports import Part, all_at_once
from domain.media.processing import done, next_step, planned
from domain.media.uploads import PART_SIZE, original_key, part_key
from tests.buckets import Shelf
from tests.recordings import make_pdf

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def nobody(_: int) -> None:
    """Whom progress does not interest."""


async def as_it_is(content: bytes) -> Fit:
    return Fit(media_type="application/pdf", content=content)


class Listed:
    """Parts that came, as a test says."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts

    async def of(self, asset_id: str) -> Sequence[Part]:
        assert asset_id
        return self.parts


def part_of(number: int, content: bytes) -> Part:
    return Part(number=number, size=len(content), sha256=hashlib.sha256(content).hexdigest())


@pytest.fixture
def store(shelf: Shelf) -> ObjectMedia:
    return bucket_media(shelf.bucket)


def workshop(store: ObjectMedia, folder: Path, parts: Sequence[Part] = ()) -> LocalWorkshop:
    return LocalWorkshop(
        store=store,
        parts=Listed(parts),  # type: ignore[arg-type]  # of which no more is asked
        folder=folder,
        inspect_cover=as_it_is,
        inspect_document=as_it_is,
    )


def asset(kind: Kind, size: int) -> Asset:
    one = Asset(
        id="a",
        of="lecture:1",
        kind=kind,
        name="a",
        size=size,
        state=AssetState.UPLOADING,
        added_by="editor",
        added_at=NOW,
        changed_at=NOW,
    )
    return planned(one, NOW)


async def test_slides_in_a_bucket_are_brought_once_and_leave_nothing_here(
    store: ObjectMedia, shelf: Shelf, tmp_path: Path
) -> None:
    content = make_pdf(tmp_path / "a.pdf").read_bytes()
    part, folder = part_of(1, content), tmp_path / "work"
    await store.write(part_key("a", part), all_at_once(content))
    bench, one = workshop(store, folder, [part]), asset(Kind.SLIDES, len(content))
    while step := next_step(one):
        one = done(one, step, await bench(one, step, at=NOW, tell=nobody), NOW)
        if step == "pdf":
            # Whatever changes there: it is here already.
            assert shelf.objects[original_key("a")] == content
            shelf.objects[original_key("a")] = bytes(len(content))
    assert (one.ready, one.found.pages) == (True, 3)
    assert one.sha256 == hashlib.sha256(content).hexdigest()
    assert {key.rpartition("/")[0] for key in shelf.objects if key.startswith("media/")} == {
        "media/a/document",
        "media/a/pages",
        "media/a/previews",
    }
    assert os.listdir(folder) == []  # noqa: PTH208 - what is there


async def test_a_part_that_is_lost_or_changed_in_the_store_is_told_and_nothing_is_joined(
    store: ObjectMedia, shelf: Shelf, tmp_path: Path
) -> None:
    pieces = [bytes(PART_SIZE), b"end"]
    parts = [part_of(number, piece) for number, piece in enumerate(pieces, 1)]
    one = asset(Kind.RECORDING, PART_SIZE + 3)
    await store.write(part_key("a", parts[0]), all_at_once(pieces[0]))
    for there in (None, b"END"):
        if there:
            shelf.objects[part_key("a", parts[1])] = there
        with pytest.raises(UnfitFile, match="丢失或损坏"):
            await workshop(store, tmp_path, parts)(one, "join", at=NOW, tell=nobody)
        assert original_key("a") not in shelf.objects
    with pytest.raises(UnfitFile, match="丢失或损坏"):
        await workshop(store, tmp_path, parts[:1])(one, "join", at=NOW, tell=nobody)


async def test_a_file_that_is_not_there_as_it_was_is_told(
    store: ObjectMedia, shelf: Shelf, tmp_path: Path
) -> None:
    one = asset(Kind.COVER, 10)
    for there in (None, b"short"):
        if there:
            shelf.objects[original_key("a")] = there
        with pytest.raises(UnfitFile, match="丢失或损坏"):
            await workshop(store, tmp_path)(one, "picture", at=NOW, tell=nobody)


async def test_a_step_that_fails_leaves_no_room_behind(
    store: ObjectMedia, shelf: Shelf, tmp_path: Path
) -> None:
    content = b"%PDF-1.7 and no more"
    shelf.objects[original_key("a")] = content
    folder, one = tmp_path / "work", asset(Kind.SLIDES, len(content))
    with pytest.raises(UnfitFile, match="PDF 无法打开"):
        await workshop(store, folder)(one, "pdf", at=NOW, tell=nobody)
    assert [one for one in folder.iterdir() if one.name.startswith("step-")] == []


def test_what_killed_workers_left_is_cleared_away_after_two_days(
    store: ObjectMedia, tmp_path: Path
) -> None:
    for name, age in (("step-old", STALE.total_seconds() + 60), ("step-new", 60.0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "video.mp4").write_bytes(b"x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    workshop(store, tmp_path).clean()
    assert [one.name for one in tmp_path.iterdir()] == ["step-new"]


async def test_the_files_of_a_step_that_is_worked_again_take_the_place_of_the_others(
    store: ObjectMedia, shelf: Shelf, tmp_path: Path
) -> None:
    content = make_pdf(tmp_path / "a.pdf").read_bytes()
    shelf.objects[original_key("a")] = content
    shelf.objects["media/a/document/left.jpg"] = b"of another time"
    one = asset(Kind.DOCUMENT, len(content))
    for _ in range(2):
        made = await workshop(store, tmp_path / "work")(one, "document", at=NOW, tell=nobody)
        assert [file.name for file in made.files] == ["document.pdf"]
    there = [key for key in shelf.objects if key.startswith("media/")]
    assert there == ["media/a/document/document.pdf"]
