"""Reminders of papers that follow later: over any wakes of a worker, each once."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.electricity.applications import Later
from domain.electricity.reminding import PLAN, next_wake, planned, to_tell
from domain.time import SHANGHAI
from tests.electricity import BEGUN, application

DUE = date(2027, 1, 25)


def waiting(**given_: object) -> Later:
    return replace(Later(paper="devices", due=DUE, provisional=False), **given_)  # type: ignore[arg-type]


@given(wakes=st.lists(st.integers(0, 24 * 90), max_size=30))
def test_each_is_told_once_whatever_the_clock_does(wakes: list[int]) -> None:
    """Two schedulers and a clock that jumps, back too, are a list of wakes in any order."""
    one, told = application(later=(waiting(),)), []
    for hours in wakes:
        now = BEGUN + timedelta(hours=hours)
        marks = to_tell(one, one.later[0], now=now)
        if marks:
            told.append(marks[-1])
            one = replace(one, reminded=(*one.reminded, *marks))
        assert to_tell(one, one.later[0], now=now) == []
    assert len(set(told)) == len(told) <= len(PLAN)
    assert set(one.reminded) <= {f"devices:{name}" for name in PLAN}


@given(hours=st.integers(0, 24 * 90))
def test_a_worker_wakes_by_the_next_reminder_and_never_sleeps_longer_than_a_day(
    hours: int,
) -> None:
    now = BEGUN + timedelta(hours=hours)
    one = application(later=(waiting(),))
    nap = next_wake(one, now=now)
    ahead = [at for _, at in planned(DUE) if at > now]
    if not ahead:
        assert nap is None
        return
    assert nap is not None
    assert timedelta() < nap <= timedelta(days=1)
    assert now + nap <= ahead[0]


def test_nobody_is_woken_for_a_paper_that_is_there() -> None:
    one = application(later=(waiting(handed_in=True),))
    assert next_wake(one, now=BEGUN) is None


def test_reminders_go_out_at_nine_in_the_morning() -> None:
    assert [at for _, at in planned(DUE)] == [
        datetime(2027, 1, 18, 9, tzinfo=SHANGHAI),
        datetime(2027, 1, 24, 9, tzinfo=SHANGHAI),
        datetime(2027, 1, 26, 9, tzinfo=SHANGHAI),
    ]
