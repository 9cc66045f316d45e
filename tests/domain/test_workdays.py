"""Terms in working days, over weekends that the State Council swaps as it likes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.workdays import Calendar, Deadline

DAY = timedelta(days=1)
FROM, HORIZON = date(2026, 1, 1), date(2027, 12, 31)
LONGEST = 260


def plain(**given: date) -> Calendar:
    """Nothing but weekends."""
    return Calendar(
        **{"covered_from": FROM, "horizon": HORIZON, **given},
        holidays=frozenset(),
        workdays=frozenset(),
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any weekdays off, any weekend days worked."""
    days = [FROM + DAY * ahead for ahead in range((HORIZON - FROM).days + 1)]
    weekdays = [day for day in days if day.weekday() < 5]
    weekends = [day for day in days if day.weekday() >= 5]
    return Calendar(
        covered_from=FROM,
        horizon=HORIZON,
        holidays=draw(st.frozensets(st.sampled_from(weekdays), max_size=60)),
        workdays=draw(st.frozensets(st.sampled_from(weekends), max_size=60)),
    )


starts = st.dates(min_value=FROM, max_value=HORIZON + timedelta(days=400))
terms = st.integers(min_value=1, max_value=LONGEST)


def counted(calendar: Calendar, start: date, end: date) -> int:
    """Working days after the first day, to the last one."""
    span = range(1, (end - start).days + 1)
    return sum(calendar.is_working(start + DAY * ahead) for ahead in span)


@given(calendar=calendars(), start=starts, days=terms)
def test_a_term_has_exactly_its_working_days_and_ends_on_one(
    calendar: Calendar, start: date, days: int
) -> None:
    deadline = calendar.after(start, days)
    assert counted(calendar, start, deadline.day) == days
    assert calendar.is_working(deadline.day)


@given(calendar=calendars(), start=starts, days=terms)
def test_one_day_longer_and_one_day_later_never_end_earlier(
    calendar: Calendar, start: date, days: int
) -> None:
    deadline = calendar.after(start, days)
    assert calendar.after(start, days + 1).day > deadline.day
    assert calendar.after(start + DAY, days).day >= deadline.day


@given(calendar=calendars(), start=starts, first=terms, second=terms)
def test_a_term_of_two_parts_ends_with_its_second_part(
    calendar: Calendar, start: date, first: int, second: int
) -> None:
    half = calendar.after(start, first).day
    assert calendar.after(half, second).day == calendar.after(start, first + second).day


@given(calendar=calendars(), start=starts, days=terms)
def test_a_term_is_provisional_exactly_when_it_leaves_the_calendar(
    calendar: Calendar, start: date, days: int
) -> None:
    deadline = calendar.after(start, days)
    assert deadline.provisional == (deadline.day > HORIZON)


@given(calendar=calendars(), start=starts, days=terms, data=st.data())
def test_a_swapped_weekend_moves_a_term_by_what_it_swaps(
    calendar: Calendar, start: date, days: int, data: st.DataObject
) -> None:
    """One more working weekend day inside a term shortens it; one more day off lengthens it."""
    term = plain().after(start, days)
    if calendar.after(start, days).day == term.day or term.provisional:
        return
    inside = [start + DAY * ahead for ahead in range(1, (term.day - start).days + 1)]
    swapped = data.draw(st.sampled_from(inside))
    one = frozenset({swapped})
    if swapped.weekday() < 5:
        off = Calendar(covered_from=FROM, horizon=HORIZON, holidays=one, workdays=frozenset())
        assert off.after(start, days).day > term.day
    else:
        on = Calendar(covered_from=FROM, horizon=HORIZON, holidays=frozenset(), workdays=one)
        assert on.after(start, days).day < term.day


@given(day=st.dates(min_value=HORIZON + DAY, max_value=date(2090, 1, 1)), calendar=calendars())
def test_past_the_horizon_plain_weekends_count(day: date, calendar: Calendar) -> None:
    assert calendar.is_working(day) == (day.weekday() < 5)


def test_what_stands_in_the_tables_past_the_horizon_does_not_count() -> None:
    saturday, monday = date(2028, 1, 8), date(2028, 1, 10)
    calendar = Calendar(
        covered_from=FROM,
        horizon=HORIZON,
        holidays=frozenset({monday}),
        workdays=frozenset({saturday}),
    )
    assert not calendar.is_working(saturday)
    assert calendar.is_working(monday)


def test_the_last_day_of_the_calendar_is_still_certain() -> None:
    friday = HORIZON
    assert plain().after(friday - DAY, 1) == Deadline(day=friday, provisional=False)
    assert plain().after(friday, 1) == Deadline(day=friday + 3 * DAY, provisional=True)


@pytest.mark.parametrize("days", [0, -1])
def test_a_term_without_a_day_is_a_mistake_of_the_caller(days: int) -> None:
    with pytest.raises(ValueError, match="one working day"):
        plain().after(FROM, days)
