"""Words found in lectures: pairs of signs, whatever their width and case, then as they stand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.lectures import searching
from domain.lectures.programme import Access
from domain.lectures.searching import (
    AROUND,
    MOST_TEXT,
    Entry,
    Hit,
    entry_of,
    folded,
    grams,
    grams_of,
    lines_of,
    needed,
    told_grams_of,
    words_of,
)
from domain.media.assets import Found, Kind
from tests.domain.lectures.samples import ASSETS, MINUTE, NOW, WHOLE, asset

OUTLINE = "第一讲：企业怎样申请信用修复。\n需要的材料"
PAGES = ["封面", "信用修复的三个条件", "联系我们"]
SPOKEN = ["今天我们讲信用", "修复的步骤"]


def hit_of(entry: Entry, words: Sequence[str], now: datetime = NOW) -> Hit | None:
    """Once it has begun, unless another moment is said."""
    return searching.hit_of(entry, words, now=now)


def entry(**said: Any) -> Entry:
    assets = {
        **ASSETS,
        "slides": asset(Kind.SLIDES, found=Found(pages=3, texts=PAGES)),
        "subtitles": asset(Kind.SUBTITLES, found=Found(texts=SPOKEN, changes=[0, 4_000])),
    }
    programme = replace(WHOLE, title="怎样重建信誉", topic="信誉", **said)
    return entry_of("l1", programme, assets, outline=OUTLINE)


@pytest.mark.parametrize(
    ("query", "field", "snippet"),
    [
        ("信用修复", "outline", "第一讲：企业怎样申请信用修复。"),
        ("三个条件", "slides", "信用修复的三个条件"),
        ("信用修复的步骤", "subtitles", "今天我们讲信用 修复的步骤"),
        ("王敏", "speaker", "王敏 样例单位"),
        ("重建", "title", "怎样重建信誉"),
        ("誉", "title", "怎样重建信誉"),
    ],
)
def test_what_stands_anywhere_in_it_is_found_with_what_is_around_it(
    query: str, field: str, snippet: str
) -> None:
    hit = hit_of(entry(), words_of(query))
    assert hit
    assert (hit.field, hit.snippet) == (field, snippet)


def test_a_page_of_the_slides_says_when_it_is_shown() -> None:
    hit = hit_of(entry(), words_of("三个条件"))
    assert hit
    assert (hit.page, hit.at_ms) == (2, MINUTE)
    last = hit_of(entry(), words_of("联系我们"))
    assert last
    assert (last.page, last.at_ms) == (3, None)


@pytest.mark.parametrize(
    ("query", "at_ms"), [("今天", 0), ("信用修复的步", 0), ("修复的步骤", 4_000), ("的步骤", 4_000)]
)
def test_what_is_spoken_says_when_its_line_begins(query: str, at_ms: int) -> None:
    made = replace(entry(), lines={}, texts={"subtitles": SPOKEN})
    hit = hit_of(made, words_of(query))
    assert hit
    assert (hit.field, hit.page, hit.at_ms) == ("subtitles", None, at_ms)


def test_where_most_of_the_words_stand_together_is_shown() -> None:
    made = replace(
        entry(), lines={}, texts={"slides": ["Credit repair, slide 1", "说明", "第 3 张 slide 3"]}
    )
    hit = hit_of(made, words_of("slide 3"))
    assert hit
    assert (hit.page, hit.snippet) == (3, "第 3 张 slide 3")
    hit = hit_of(entry(), words_of("步骤 修复"))
    assert hit
    assert (hit.field, hit.snippet) == ("subtitles", "今天我们讲信用 修复的步骤")


@pytest.mark.parametrize("access", [one for one in Access if one is not Access.PUBLIC])
def test_what_only_some_may_watch_is_not_found(access: Access) -> None:
    """A hit alone would tell the words, sign by sign."""
    made = entry(access=access)
    for query in ("三个条件", "今天", "王敏 今天"):
        assert hit_of(made, words_of(query)) is None
        assert not set(needed(words_of(query)[-1])) <= grams_of(made)
    told = hit_of(made, words_of("信用修复"))
    assert told
    assert (told.field, told.snippet) == ("outline", "第一讲：企业怎样申请信用修复。")


def test_before_it_begins_nobody_finds_what_will_be_said() -> None:
    before = NOW - timedelta(seconds=1)
    for query in ("三个条件", "今天", "王敏 今天"):
        assert hit_of(entry(), words_of(query), before) is None
        assert not set(needed(words_of(query)[-1])) <= told_grams_of(entry())
        assert hit_of(entry(), words_of(query))
    told = hit_of(entry(), words_of("信用修复"), before)
    assert told
    assert told.field == "outline"


def test_all_words_must_stand_in_it_and_each_in_one_piece() -> None:
    assert hit_of(entry(), words_of("步骤 条件 王敏"))
    assert hit_of(entry(), words_of("步骤 房产")) is None
    # All its pairs are there, the phrase is not.
    assert {"信用", "用修", "修复", "复的", "的三", "的步"} <= grams_of(entry())
    assert hit_of(entry(), words_of("信用修复的三步骤")) is None
    # Nothing reaches over the end of a text.
    assert hit_of(entry(), words_of("修复需要")) is None


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("ＡＰＰ 使用", "app使用"),
        ("Credit Report", "creditreport"),
        ("第①步", "第1步"),
        ("㈱", "(株)"),
    ],
)
def test_width_case_and_blanks_do_not_matter(written: str, query: str) -> None:
    made = replace(entry(), lines={}, texts={"title": [written]})
    hit = hit_of(made, words_of(query))
    assert hit
    assert hit.snippet == written


def test_only_what_is_around_it_is_shown() -> None:
    made = replace(entry(), lines={}, texts={"outline": ["前" * 100 + "信用修复" + "后" * 100]})
    hit = hit_of(made, words_of("信用修复"))
    assert hit
    assert hit.snippet == f"…{'前' * AROUND}信用修复{'后' * AROUND}…"


@pytest.mark.parametrize("query", ["", "   ", "　", "信" * 41, "一 二 三 四 五 六"])
def test_nothing_and_too_much_are_refused(query: str) -> None:
    with pytest.raises(Invalid):
        words_of(query)


@given(st.text(max_size=60), st.text(max_size=60), st.text(min_size=1, max_size=20))
def test_whatever_stands_in_a_text_has_its_pairs_among_those_of_the_text(
    before: str, after: str, word: str
) -> None:
    """So nothing that stands there can be missed by its pairs."""
    if folded(word):
        made = replace(entry(), lines={}, texts={"title": [before + word + after]})
        assert set(needed(word)) <= grams(before + word + after) == grams_of(made)
        assert hit_of(made, [folded(word)])


def test_a_long_recording_is_read_only_around_what_was_found() -> None:
    """Half a day of speech, each line short: where it is and what is around it is told."""
    spoken = [f"第{number}句说的话" for number in range(12_000)]
    spoken[9_000:9_003] = ["现在讲信", "用修", "复的步骤"]
    starts = [number * 3_000 for number in range(len(spoken))]
    made = replace(entry(), lines={}, texts={"subtitles": spoken}, spoken=starts)
    hit = hit_of(replace(made, lines=lines_of(made.texts)), words_of("信用修复"))
    assert hit
    assert hit.at_ms == 27_000_000
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert "第8999句说的话 现在讲信 用修 复的步骤 第9003句说的话" in hit.snippet
    assert len(hit.snippet) < 80


def test_signs_that_stand_for_many_are_bounded_as_they_are_compared() -> None:
    many = "\ufdfa"
    made = entry_of("l1", WHOLE, ASSETS, outline=many * MOST_TEXT)
    assert sum(len(line) for some in made.lines.values() for line in some) <= MOST_TEXT
    assert hit_of(made, [folded(many)])
