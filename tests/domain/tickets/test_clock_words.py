"""What people read of a clock."""

import pytest

from domain.tickets.clock_words import CLOCKS, left_in_words
from domain.tickets.clocks import ClockKind, readings
from domain.tickets.events import WAITS
from tests.domain.test_hours import at
from tests.domain.tickets.histories import OFFICE
from tests.domain.tickets.test_clocks import (
    FIRST,
    FRIDAY,
    MONDAY,
    NEXT,
    OPENED,
    PROMISE,
    RESOLUTION,
    TERMS,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    log,
)

ANSWERED = ("answered", f"{MONDAY} 10:00")
WAITING = (*ANSWERED, WAITS)
Told = tuple[str, str] | tuple[str, str, str]


def said(kind: ClockKind, *told: Told, now: str) -> str:
    found = readings(log(*told), terms=TERMS, hours=OFFICE, now=at(now))
    return left_in_words(next(one for one in found if one.kind is kind), at(now))


@pytest.mark.parametrize(
    ("now", "promise", "first"),
    [
        (f"{MONDAY} 09:00", "还剩 24 小时", "还剩 4 小时工作时间"),
        (f"{MONDAY} 09:40", "还剩 23 小时 20 分", "还剩 3 小时 20 分工作时间"),
        (f"{MONDAY} 13:00", "还剩 20 小时", "还剩 1 小时工作时间"),
        (f"{MONDAY} 14:40", "还剩 18 小时 20 分", "还剩 20 分钟工作时间"),
        (f"{MONDAY} 14:59:01", "还剩 18 小时", "还剩不到 1 分钟"),
        (f"{MONDAY} 15:00", "还剩 18 小时", "还剩不到 1 分钟"),
        (f"{MONDAY} 15:00:01", "还剩 17 小时 59 分", "已超时"),
        (f"{MONDAY} 17:00", "还剩 16 小时", "已超 2 小时工作时间"),
        (f"{TUESDAY} 08:59:30", "还剩不到 1 分钟", "已超 3 小时工作时间"),
        (f"{TUESDAY} 09:05", "已超 5 分钟", "已超 3 小时 5 分工作时间"),
        (f"{WEDNESDAY} 11:10", "已超 26 小时 10 分", "已超 12 小时 10 分工作时间"),
        (f"{THURSDAY} 12:10", "已超 2 天 3 小时", "已超 20 小时工作时间"),
        (f"{THURSDAY} 09:10", "已超 2 天", "已超 17 小时 10 分工作时间"),
    ],
)
def test_what_is_left_of_the_promise_is_by_the_wall_and_of_the_others_working_time(
    now: str, promise: str, first: str
) -> None:
    assert said(PROMISE, OPENED, now=now) == promise
    assert said(FIRST, OPENED, now=now) == first


def test_a_reading_of_some_time_ago_says_what_is_left_now() -> None:
    first = readings(log(OPENED), terms=TERMS, hours=OFFICE, now=at(f"{MONDAY} 09:00"))[1]
    assert left_in_words(first, at(f"{MONDAY} 11:00")) == "还剩 2 小时工作时间"
    assert left_in_words(first, at(f"{MONDAY} 18:00")) == "已超 3 小时工作时间"


def test_to_a_reader_whose_clock_is_behind_it_is_overdue_all_the_same() -> None:
    asked = ("asked", f"{MONDAY} 16:00")
    assert said(FIRST, OPENED, asked, now=f"{MONDAY} 14:30") == "已超 1 小时工作时间"


def test_what_is_due_when_the_office_closes_is_said_to_be_over_in_the_night() -> None:
    opened = ("opened", f"{MONDAY} 11:00")
    assert said(FIRST, opened, now=f"{MONDAY} 17:00") == "还剩不到 1 分钟"
    late = ("opened", f"{MONDAY} 12:00")
    assert said(FIRST, late, now=f"{MONDAY} 18:00") == "还剩不到 1 分钟"
    assert said(FIRST, late, now=f"{MONDAY} 22:00") == "已超时"


def test_a_pause_says_for_whom_it_waits_and_hides_nothing() -> None:
    assert said(RESOLUTION, OPENED, WAITING, now=f"{FRIDAY} 10:00") == "已暂停，等待市民回复"
    much_later = ("answered", "2026-03-10 10:00", WAITS)
    words = said(RESOLUTION, OPENED, much_later, now="2026-03-30 10:00")
    assert words == "已超 8 小时工作时间，已暂停，等待市民回复"


@pytest.mark.parametrize(
    ("kind", "told", "words"),
    [
        (PROMISE, [ANSWERED], "已答复，在时限内"),
        (FIRST, [("answered", f"{MONDAY} 17:30")], "已答复，超时 2 小时 30 分工作时间"),
        (PROMISE, [("answered", f"{TUESDAY} 11:00")], "已答复，超时 2 小时"),
        (FIRST, [("answered", f"{MONDAY} 15:00:02")], "已答复，超时"),
        (PROMISE, [("closed", f"{MONDAY} 11:00")], "已关闭，在时限内"),
        (RESOLUTION, [ANSWERED, ("resolved", f"{MONDAY} 11:00")], "已办结，在时限内"),
        (RESOLUTION, [("merged", f"{MONDAY} 11:00")], "已并入其他工单"),
        (
            FIRST,
            [("merged", f"{MONDAY} 10:00"), ("unmerged", f"{TUESDAY} 10:00", f"{MONDAY} 11:00")],
            "已答复，在时限内",
        ),
        (NEXT, [ANSWERED, ("asked", f"{MONDAY} 11:00")], "已超 18 小时工作时间"),
    ],
)
def test_what_is_over_says_how_and_whether_it_was_in_time(
    kind: ClockKind, told: list[Told], words: str
) -> None:
    assert said(kind, OPENED, *told, now=f"{THURSDAY} 17:00") == words


def test_each_clock_has_a_name_that_people_read() -> None:
    assert set(CLOCKS) == set(ClockKind)
    assert len(set(CLOCKS.values())) == len(ClockKind)
