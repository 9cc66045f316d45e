"""Working hours of a week as people write and read them."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from itertools import pairwise

from domain.hours import Interval

Week = Mapping[int, tuple[Interval, ...]]

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
CLOSED = "休息"
MOST_INTERVALS = 4
MIDNIGHT = "24:00"
_JOINED = re.compile(r"\s*[-–—~～至]\s*")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


class UnclearHours(ValueError):
    """What was written is no working hours; the sentence says why."""


def read_day(text: str) -> tuple[Interval, ...]:
    """``9:00-12:00 14:00-18:00`` as intervals; nothing, or 休息, as none.

    Raises:
        UnclearHours: a sentence without the day.
    """
    plain = _JOINED.sub("-", text.replace("：", ":")).strip()
    if plain in {"", CLOSED}:
        return ()
    spans = [part for part in re.split(r"[\s,，、;；]+(?=\d)", plain) if part]
    found = tuple(_span(part.strip(" ,，、;；")) for part in spans)
    if len(found) > MOST_INTERVALS:
        raise UnclearHours(f"一天最多 {MOST_INTERVALS} 段工作时间。")
    if any(one.ends > following.begins for one, following in pairwise(found)):
        raise UnclearHours("各段时间应先后相接，不能重叠。")
    return found


def _span(part: str) -> Interval:
    match = _SPAN.fullmatch(part)
    if match is None:
        raise UnclearHours("请按“9:00-12:00 14:00-18:00”的格式填写，休息日留空。")
    hours = [int(number) for number in match.groups()]
    try:
        begins = time(hours[0], hours[1])
        ends = time.max if hours[2:] == [24, 0] else time(hours[2], hours[3])
        return Interval(begins=begins, ends=ends)
    except ValueError:
        raise UnclearHours(f"“{part}”的结束时间应晚于开始时间，且在一天之内。") from None


def day_text(intervals: Sequence[Interval]) -> str:
    """As it is written into a form; empty where nobody works."""
    return " ".join(f"{_clock(one.begins)}-{_clock(one.ends)}" for one in intervals)


def week_in_words(week: Week) -> str:
    """周一至周五 9:00–12:00、14:00–18:00；周六 9:00–12:00."""
    parts: list[str] = []
    first = 0
    while first < len(WEEKDAYS):
        intervals = week.get(first, ())
        last = first
        while last + 1 < len(WEEKDAYS) and week.get(last + 1, ()) == intervals:
            last += 1
        if intervals:
            days = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}至{WEEKDAYS[last]}"
            spans = "、".join(f"{_clock(one.begins)}–{_clock(one.ends)}" for one in intervals)
            parts.append(f"{days} {spans}")
        first = last + 1
    return "；".join(parts) or CLOSED


def _clock(at: time) -> str:
    return MIDNIGHT if at == time.max else f"{at.hour}:{at:%M}"
