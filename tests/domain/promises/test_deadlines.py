"""By when a promise is to be kept: calendar and working days, days off, the calendar's horizon."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.calendar import load_calendar
from content.catalogue import FOLDER
from domain.promises.promises import MOST_IN_A_DAY, code_of
from domain.transactions import Conflict

CALENDAR = load_calendar(FOLDER)
DAYS = st.dates(date(2024, 1, 1), CALENDAR.horizon + timedelta(days=400))


@given(start=DAYS, days=st.integers(1, 400))
def test_the_last_of_calendar_days_is_a_working_day_and_the_nearest(start: date, days: int) -> None:
    deadline = CALENDAR.within(start, days)
    plain = start + timedelta(days=days)
    assert deadline.day >= plain
    assert CALENDAR.is_working(deadline.day)
    between = (plain + timedelta(days=ahead) for ahead in range((deadline.day - plain).days))
    assert not any(CALENDAR.is_working(day) for day in between)
    assert deadline.provisional == (
        not (CALENDAR.covers(start + timedelta(days=1)) and CALENDAR.covers(deadline.day))
    )


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 9, 1), 30, date(2026, 10, 8)),  # 1 October is off until the 7th
        (date(2026, 2, 4), 10, date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 1, 30), 30, date(2026, 3, 2)),  # 1 March is a Sunday
        (date(2026, 11, 24), 1, date(2026, 11, 25)),
    ],
)
def test_a_last_day_that_is_off_moves_to_the_next_that_is_worked(
    start: date, days: int, last: date
) -> None:
    assert CALENDAR.within(start, days).day == last


def test_a_term_of_no_day_is_none() -> None:
    with pytest.raises(ValueError, match="one day or more"):
        CALENDAR.within(date(2026, 1, 1), 0)


@given(day=DAYS, number=st.integers(1, MOST_IN_A_DAY))
def test_a_code_tells_district_day_and_number(day: date, number: int) -> None:
    code = code_of("440104", day, number)
    assert (len(code), code[:6], code[6:14]) == (20, "440104", f"{day:%Y%m%d}")
    assert int(code[14:]) == number


def test_a_day_has_only_so_many_numbers() -> None:
    with pytest.raises(Conflict):
        code_of("440104", date(2026, 11, 24), MOST_IN_A_DAY + 1)
