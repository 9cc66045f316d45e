"""The clock of a complaint is told of at 50, 75 and 100 percent, each once, on whatever clock."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.judging import complaint_moves as moves
from domain.judging.complaints import PROMISE, Complaint, Who
from domain.judging.escalating import STEPS, comes_at, next_wake, to_tell
from tests.domain.judging.samples import AT, HOUR, complaint


def told(one: Complaint, now: datetime) -> Complaint:
    return replace(one, told=(*one.told, *to_tell(one, now)))


@given(wakes=st.lists(st.timedeltas(timedelta(hours=-48), timedelta(hours=72)), max_size=30))
def test_each_step_is_told_once_whatever_the_clock_does(wakes: list[timedelta]) -> None:
    one = complaint()
    for after in wakes:
        one = told(one, AT + after)
    latest = max(wakes, default=timedelta())
    come = [step for step in STEPS if latest >= PROMISE * step / 100]
    assert list(one.told) == come


def test_who_wakes_up_late_tells_the_last_step_alone() -> None:
    assert to_tell(complaint(), AT + 30 * HOUR) == (50, 75, 100)
    assert told(complaint(), AT + 30 * HOUR).told[-1] == 100


def test_it_sleeps_until_the_next_step_and_no_longer() -> None:
    one = complaint()
    for step in STEPS:
        wake = next_wake(one, AT)
        assert wake is not None
        assert AT + wake == comes_at(one, step)
        one = told(one, AT + wake)
    assert next_wake(one, AT + PROMISE) is None


def test_what_is_decided_is_told_of_no_more() -> None:
    ended = moves.withdrawn(complaint(), by=Who.CITIZEN, reason="不投诉了。", now=AT + HOUR)
    assert not to_tell(ended, AT + 30 * HOUR)
    assert next_wake(ended, AT + HOUR) is None
