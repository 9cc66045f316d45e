"""Chapters and pages as they are typed, and what is proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.lectures.programme import Chapter, Cue
from domain.lectures.timeline import (
    chapter_lines,
    clock,
    cue_lines,
    proposed,
    read_timeline,
)


@pytest.mark.parametrize(
    ("at_ms", "text"),
    [(0, "0:00"), (61_000, "1:01"), (3_600_000, "1:00:00"), (3_661_250, "1:01:01.250")],
)
def test_a_moment_is_told_as_on_a_clock(at_ms: int, text: str) -> None:
    assert clock(at_ms) == text


def test_lines_are_read_with_blanks_and_in_several_ways() -> None:
    chapters, cues = read_timeline(
        "0:00 开场\n\n  1:02:03　问 答  \n", "00:00 1\n75:30.5 第 2 页\n1:20:00 3"
    )
    assert chapters == (Chapter(at_ms=0, title="开场"), Chapter(at_ms=3_723_000, title="问 答"))
    assert cues == (
        Cue(at_ms=0, page=1),
        Cue(at_ms=4_530_500, page=2),
        Cue(at_ms=4_800_000, page=3),
    )


def test_every_line_that_cannot_be_read_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        read_timeline("0:00 开场\n开场\n0:61 x\n1:00", "0:00 一\n0:05 2 3\n0:06 7")
    told = [one.detail for one in refused.value.faults]
    assert [one.partition("，")[0] for one in told] == [
        *(f"“章节”第 {n} 行无法识别" for n in (2, 3, 4)),
        *(f"“课件翻页”第 {n} 行无法识别" for n in (1, 2)),
    ]


moments = st.lists(st.integers(0, 359_999_999), unique=True, max_size=30).map(sorted)
titles = st.text("信用修复 abc：12", min_size=1, max_size=20).filter(
    lambda text: text == text.strip() and text
)


@given(moments, st.data())
def test_what_is_written_is_read_back(at: list[int], data: st.DataObject) -> None:
    chapters = tuple(Chapter(at_ms=one, title=data.draw(titles)) for one in at)
    cues = tuple(Cue(at_ms=one, page=data.draw(st.integers(1, 500))) for one in at)
    assert read_timeline(chapter_lines(chapters), cue_lines(cues)) == (chapters, cues)


def test_a_page_is_proposed_for_each_change_as_far_as_there_are_pages() -> None:
    assert proposed([0, 1000, 2500], 12) == (
        *(Cue(at_ms=0, page=1), Cue(at_ms=1000, page=2)),
        Cue(at_ms=2500, page=3),
    )
    assert proposed([1000, 2500], 2) == (Cue(at_ms=0, page=1), Cue(at_ms=1000, page=2))
    assert proposed([], 3) == (Cue(at_ms=0, page=1),)
    assert proposed([1000], 0) == ()
