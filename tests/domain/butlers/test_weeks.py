"""Working hours as people write and read them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.butlers.weeks import (
    MOST_INTERVALS,
    UnclearHours,
    day_text,
    read_day,
    week_in_words,
)
from domain.hours import Interval, standard_week

MORNING = Interval(begins=time(9), ends=time(12))
AFTERNOON = Interval(begins=time(14), ends=time(18))
NIGHT = Interval(begins=time(20), ends=time.max)


@pytest.mark.parametrize(
    "text",
    [
        "9:00-12:00 14:00-18:00",
        "09:00-12:00,14:00-18:00",
        "9：00—12：00、14：00—18：00",
        " 9:00 至 12:00； 14:00～18:00 ",
    ],
)
def test_a_day_is_read_however_it_is_punctuated(text: str) -> None:
    assert read_day(text) == (MORNING, AFTERNOON)


def test_nothing_and_a_day_off_are_no_hours() -> None:
    assert read_day("") == read_day("休息") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("上午", "格式"),
        ("12:00-9:00", "晚于"),
        ("9:00-25:00", "晚于"),
        ("9:00-12:00 11:00-18:00", "重叠"),
        ("1:00-2:00 3:00-4:00 5:00-6:00 7:00-8:00 9:00-10:00", "最多 4 段"),
    ],
)
def test_what_cannot_be_hours_says_why(text: str, why: str) -> None:
    with pytest.raises(UnclearHours, match=why):
        read_day(text)


MINUTES = st.lists(st.integers(0, 24 * 60 - 1), unique=True, max_size=2 * MOST_INTERVALS).map(
    lambda found: sorted(found)[: len(found) // 2 * 2]
)


@given(MINUTES)
def test_a_day_is_read_back_as_it_was_written(minutes: list[int]) -> None:
    times = [time(*divmod(minute, 60)) for minute in minutes]
    day = tuple(
        Interval(begins=begins, ends=ends)
        for begins, ends in zip(times[::2], times[1::2], strict=True)
    )
    assert read_day(day_text(day)) == day


def test_midnight_ends_a_day() -> None:
    assert day_text([NIGHT]) == "20:00-24:00"
    assert read_day("20:00-24:00") == (NIGHT,)


def test_a_week_is_told_in_as_few_words_as_it_takes() -> None:
    week = standard_week(MORNING, AFTERNOON)
    assert week_in_words(week) == "周一至周五 9:00–12:00、14:00–18:00"
    assert week_in_words({**week, 5: (MORNING,)}) == (
        "周一至周五 9:00–12:00、14:00–18:00；周六 9:00–12:00"
    )
    assert week_in_words({}) == "休息"
