"""The steps of the work on a file: what each changes, what is left, what is run again."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.files import UnfitFile
from domain.media import processing
from domain.media.assets import Asset, AssetState, Found, Kind, Rendition, StepState
from domain.media.ports import Made, Part
from domain.media.processing import (
    STEP_WORDS,
    STEPS,
    NotFailed,
    UnfitForGood,
    again,
    done,
    failed,
    next_step,
    planned,
)
from domain.media.uploads import (
    GIB,
    KIB,
    MIB,
    PART_SIZE,
    length_of,
    part_key,
    parts_of,
    size_in_words,
    whole_digest,
)

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def asset(kind: Kind = Kind.RECORDING) -> Asset:
    return Asset(
        id="a",
        of="lecture:1",
        kind=kind,
        name="讲座.mp4",
        size=10,
        state=AssetState.UPLOADING,
        added_by="editor",
        added_at=NOW,
        changed_at=NOW,
    )


def video(size: int) -> Rendition:
    return Rendition(name="video", first="video.mp4", media_type="video/mp4", size=size)


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_goes_through_its_steps_and_is_ready_after_the_last(kind: Kind) -> None:
    one, gone = planned(asset(kind), NOW), []
    while step := next_step(one):
        assert not one.ready
        gone.append(step)
        one = done(one, step, Made(), LATER)
    assert tuple(gone) == STEPS[kind]
    assert one.ready
    assert {step.percent for step in one.steps} == {100}
    assert one.changed_at == LATER
    assert set(gone) <= set(STEP_WORDS)


def test_what_has_no_picture_skips_the_steps_of_pictures() -> None:
    one = done(planned(asset(), NOW), processing.JOIN, Made(sha256="f" * 64), NOW)
    one = done(one, processing.PROBE, Made(needless=processing.OF_PICTURE), NOW)
    assert [step.name for step in one.steps] == ["join", "probe", "audio"]
    assert one.sha256 == "f" * 64
    assert done(one, processing.AUDIO, Made(), NOW).ready


def test_a_step_that_is_worked_twice_leaves_each_rendition_once() -> None:
    one = planned(asset(), NOW)
    for size in (1, 2):
        one = done(one, processing.VIDEO, Made(renditions=[video(size)]), NOW)
    assert one.renditions == (video(2),)
    found = Found(duration_ms=5)
    one = done(one, processing.PROBE, Made(found=found), NOW)
    assert done(one, processing.POSTER, Made(), NOW).found == found


@pytest.mark.parametrize("because", ["no_office", "not_apart", "no_room", "lost"])
def test_what_failed_for_a_fault_of_the_server_may_be_tried_again(because: str) -> None:
    one = done(planned(asset(), NOW), processing.JOIN, Made(), NOW)
    assert failed(one, processing.PROBE, UnfitFile("…", because=because), NOW).may_be_tried_again


def test_what_failed_says_why_and_is_run_again_from_there() -> None:
    one = done(planned(asset(), NOW), processing.JOIN, Made(), NOW)
    late = UnfitFile("文件无法在规定时间内处理完。", because="too_slow")
    broken = failed(one, processing.PROBE, late, NOW)
    assert (broken.state, broken.steps[1].why) == (AssetState.FAILED, late.detail)
    assert broken.may_be_tried_again
    assert next_step(broken) is None
    once_more = again(broken, LATER)
    assert next_step(once_more) == processing.PROBE
    assert [step.state for step in once_more.steps[:2]] == [StepState.DONE, StepState.WAITING]
    assert once_more.steps[1].why == ""
    with pytest.raises(NotFailed):
        again(once_more, LATER)


def test_what_is_wrong_with_the_file_itself_is_not_tried_again() -> None:
    one = done(planned(asset(Kind.COVER), NOW), processing.JOIN, Made(), NOW)
    pdf = failed(one, processing.PICTURE, UnfitFile("不是图片。", because="wrong_type"), NOW)
    assert (pdf.failed, pdf.may_be_tried_again) == (True, False)
    with pytest.raises(UnfitForGood, match="重新上传"):
        again(pdf, LATER)


def test_a_file_is_cut_into_parts_of_which_only_the_last_is_shorter() -> None:
    for size, lengths in (
        (1, [1]),
        (PART_SIZE, [PART_SIZE]),
        (PART_SIZE + 1, [PART_SIZE, 1]),
        (3 * PART_SIZE - 1, [PART_SIZE, PART_SIZE, PART_SIZE - 1]),
    ):
        assert [length_of(n, size) for n in range(1, parts_of(size) + 1)] == lengths


def test_the_digest_of_all_depends_on_order() -> None:
    one, two = (Part(number=n, size=1, sha256=f"{n}" * 64) for n in (1, 2))
    assert whole_digest([one, two]) != whole_digest([two, one])
    assert part_key("a", one) != part_key("a", two)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        *((0, "0 字节"), (1023, "1023 字节"), (KIB, "1 KB"), (3 * MIB // 2, "1.5 MB")),
        *((4 * GIB, "4 GB"), (GIB + 5, "1 GB")),
    ],
)
def test_sizes_are_said_as_people_read_them(size: int, words: str) -> None:
    assert size_in_words(size) == words
