"""Business hours: what is worked over lunch, swapped Saturdays and midnight, and by when."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.hours import BusinessHours, Due, Interval, NeverOpen, standard_week
from domain.time import SHANGHAI
from domain.workdays import Calendar
from tests.domain.tickets.histories import (
    AFTERNOON,
    ALWAYS,
    CALENDAR,
    DAY,
    HORIZON,
    HOUR,
    MALL,
    MILLISECOND,
    MINUTE,
    MORNING,
    OFFICE,
    PARK,
    Place,
    interval,
    places,
)

NOTHING = timedelta()
FESTIVAL = [date(2026, 2, 15) + number * DAY for number in range(9)]
some = settings(max_examples=60)


def at(text: str) -> datetime:
    """Of a time in Shanghai as people write it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def instants() -> st.SearchStrategy[datetime]:
    """From before the spring festival to after it, and around the calendar's horizon."""
    beginnings = st.sampled_from((at("2026-02-01 00:00"), at("2026-12-21 00:00")))
    return st.builds(
        lambda begin, ticks: begin + ticks * MILLISECOND,
        beginnings,
        st.integers(0, 40 * DAY // MILLISECOND),
    )


def budgets() -> st.SearchStrategy[timedelta]:
    """Up to 120 hours."""
    return st.integers(1, 120 * HOUR // MILLISECOND).map(lambda ticks: ticks * MILLISECOND)


@st.composite
def weeks(draw: st.DrawFn) -> dict[int, tuple[Interval, ...]]:
    """Any intervals on any weekdays, some that touch, some to midnight."""
    week = {}
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        edges = sorted(draw(st.sets(st.integers(0, 288), min_size=2, max_size=8)))
        pairs: Iterable[tuple[int, int]] = zip(edges[::2], edges[1::2], strict=False)
        if draw(st.booleans()):
            pairs = pairwise(edges)
        week[weekday] = tuple(Interval(begins=clock(one), ends=clock(two)) for one, two in pairs)
    return week


def clock(fives: int) -> time:
    """So many times five minutes from midnight on."""
    return time.max if fives == 288 else time(*divmod(5 * fives, 60))


@st.composite
def hours(draw: st.DrawFn) -> BusinessHours:
    """Of any week, by a calendar with any days off and any weekend days worked."""
    days = [date(2026, 1, 1) + number * DAY for number in range(120)]
    weekends = [day for day in days if day.weekday() >= 5]
    calendar = Calendar(
        covered_from=days[0],
        horizon=days[-1],
        holidays=draw(st.frozensets(st.sampled_from(days), max_size=20)),
        workdays=draw(st.frozensets(st.sampled_from(weekends), max_size=10)),
    )
    return BusinessHours(calendar=calendar, week=draw(weeks()), instead=draw(st.integers(0, 6)))


starts = st.integers(0, 150 * DAY // MILLISECOND).map(
    lambda ticks: at("2026-01-01 00:00") + ticks * MILLISECOND
)


# By the State Council's calendar of 2026.


def test_eight_hours_from_friday_evening_are_over_on_the_swapped_saturday() -> None:
    due = OFFICE.due(at("2026-02-13 17:00"), 8 * HOUR)
    assert due == Due(at=at("2026-02-14 18:00"), provisional=False)


def test_one_minute_more_waits_for_the_end_of_the_spring_festival() -> None:
    due = OFFICE.due(at("2026-02-13 17:00"), 8 * HOUR + MINUTE)
    assert due == Due(at=at("2026-02-24 09:01"), provisional=False)


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("day", FESTIVAL)
def test_nobody_works_in_the_spring_festival(day: date, place: Place) -> None:
    begin = at(f"{day} 00:00")
    assert place.value.of(day) == ()
    assert place.value.elapsed(begin, begin + DAY) == NOTHING
    assert not any(place.value.open_at(begin + number * HOUR) for number in range(24))


def test_what_comes_in_the_festival_begins_when_it_is_over() -> None:
    assert OFFICE.opens_next(at("2026-02-14 18:00")) == at("2026-02-24 09:00")
    assert OFFICE.due(at("2026-02-18 10:00"), HOUR).at == at("2026-02-24 10:00")


def test_a_swapped_saturday_has_the_hours_of_the_weekday_it_stands_for() -> None:
    week = {0: (MORNING,), 3: (AFTERNOON,)}
    for saturday in (date(2026, 2, 14), date(2026, 2, 28)):
        assert OFFICE.of(saturday) == (MORNING, AFTERNOON)
        for instead, intervals in week.items():
            place = BusinessHours(calendar=CALENDAR, week=week, instead=instead)
            assert place.of(saturday) == intervals
    assert OFFICE.of(date(2026, 2, 7)) == ()


def test_where_saturdays_are_worked_anyway_a_swapped_one_is_a_saturday() -> None:
    evening = interval("18:00", "21:00")
    week = {**standard_week(MORNING), 5: (evening,)}
    place = BusinessHours(calendar=CALENDAR, week=week)
    assert place.of(date(2026, 2, 14)) == place.of(date(2026, 2, 7)) == (evening,)
    assert place.of(date(2026, 2, 21)) == ()


def test_a_place_that_is_closed_on_mondays_works_on_a_swapped_saturday() -> None:
    assert PARK.of(date(2026, 2, 14)) == PARK.of(date(2026, 2, 11))
    assert PARK.of(date(2026, 2, 9)) == ()


def test_a_day_is_worked_exactly_when_the_calendar_says_so() -> None:
    days = [date(2026, 1, 1) + number * DAY for number in range(365)]
    assert [bool(OFFICE.of(day)) for day in days] == [CALENDAR.is_working(day) for day in days]


# Past the calendar's horizon.


def test_past_the_horizon_a_due_is_provisional() -> None:
    last, morning = at(f"{HORIZON} 09:00"), at(f"{HORIZON} 17:00")
    assert not OFFICE.due(last, 7 * HOUR).provisional
    assert OFFICE.due(last, 7 * HOUR + MILLISECOND).provisional
    assert OFFICE.due(morning, 2 * HOUR).provisional
    assert OFFICE.due(last + 30 * DAY, MINUTE).provisional
    assert OFFICE.due(last + 30 * DAY, NOTHING).provisional


def test_what_is_worked_by_the_last_midnight_of_the_calendar_is_certain() -> None:
    due = ALWAYS.due(at(f"{HORIZON} 00:00"), DAY)
    assert due == Due(at=at(f"{HORIZON + DAY} 00:00"), provisional=False)


def test_past_the_horizon_plain_weeks_count() -> None:
    monday = HORIZON + (7 - HORIZON.weekday()) * DAY
    begin = at(f"{monday} 00:00")
    assert OFFICE.elapsed(begin, begin + 7 * DAY) == 35 * HOUR
    assert OFFICE.due(begin, 35 * HOUR).at == at(f"{monday + 4 * DAY} 18:00")


def test_what_stands_in_the_calendar_past_its_horizon_does_not_count() -> None:
    friday, saturday, monday = date(2028, 1, 7), date(2028, 1, 8), date(2028, 1, 10)
    calendar = Calendar(
        covered_from=date(2026, 1, 1),
        horizon=date(2027, 12, 31),
        holidays=frozenset({monday}),
        workdays=frozenset({saturday}),
    )
    place = BusinessHours(calendar=calendar, week=standard_week(MORNING))
    assert (place.of(friday), place.of(saturday), place.of(monday)) == ((MORNING,), (), (MORNING,))


@some
@given(begin=instants(), budget=budgets(), place=places)
def test_a_due_is_provisional_exactly_when_it_leaves_the_calendar(
    begin: datetime, budget: timedelta, place: Place
) -> None:
    due = place.value.due(begin, budget)
    covered = at(f"{HORIZON + DAY} 00:00")
    assert due.provisional == (begin >= covered or due.at > covered)


# Of any hours.


@some
@given(place=hours(), begin=starts, budget=budgets())
def test_by_its_due_exactly_the_budget_is_worked_and_not_before(
    place: BusinessHours, begin: datetime, budget: timedelta
) -> None:
    due = place.due(begin, budget).at
    assert place.elapsed(begin, due) == budget
    assert place.elapsed(begin, due - MILLISECOND) < budget
    assert due.tzinfo is UTC
    assert due.microsecond % 1000 == 0


@some
@given(place=hours(), begin=starts, budget=budgets(), more=budgets(), later=budgets())
def test_more_work_and_a_later_start_are_never_due_earlier(
    place: BusinessHours, begin: datetime, budget: timedelta, more: timedelta, later: timedelta
) -> None:
    due = place.due(begin, budget).at
    assert place.due(begin, budget + more).at > due
    assert place.due(begin + later, budget).at >= due


@some
@given(place=hours(), begin=starts, first=budgets(), second=budgets())
def test_what_is_worked_adds_up(
    place: BusinessHours, begin: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = begin + first, begin + first + second
    whole = place.elapsed(begin, end)
    assert whole == place.elapsed(begin, middle) + place.elapsed(middle, end)
    assert NOTHING <= whole <= end - begin
    half = place.due(begin, first).at
    assert place.due(half, second).at == place.due(begin, first + second).at


@some
@given(place=hours(), begin=starts, minutes=st.integers(0, 3 * DAY // MINUTE))
def test_what_is_worked_is_every_minute_in_which_somebody_works(
    place: BusinessHours, begin: datetime, minutes: int
) -> None:
    begin = begin.replace(second=0, microsecond=0)
    open_minutes = sum(place.open_at(begin + number * MINUTE) for number in range(minutes))
    assert place.elapsed(begin, begin + minutes * MINUTE) == open_minutes * MINUTE


@some
@given(place=hours(), begin=starts)
def test_work_begins_next_when_it_is_open_and_nothing_was_worked_before(
    place: BusinessHours, begin: datetime
) -> None:
    opens = place.opens_next(begin)
    assert opens >= begin
    assert place.open_at(opens)
    assert place.elapsed(begin, opens) == NOTHING
    assert (opens == begin) == place.open_at(begin)
    assert opens.tzinfo is UTC


@some
@given(place=hours(), begin=starts, long=budgets())
def test_the_spans_of_a_time_are_all_of_what_is_worked_in_it(
    place: BusinessHours, begin: datetime, long: timedelta
) -> None:
    end = begin + long
    found = list(place.spans(begin, end))
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(begin <= since < until <= end for since, until in found)
    assert sum((until - since for since, until in found), NOTHING) == place.elapsed(begin, end)
    assert list(place.spans(end, begin)) == list(place.spans(begin, begin)) == []


@some
@given(place=hours(), begin=starts, back=budgets())
def test_nothing_is_worked_towards_the_past(
    place: BusinessHours, begin: datetime, back: timedelta
) -> None:
    assert place.elapsed(begin, begin - back) == place.elapsed(begin, begin) == NOTHING
    assert place.due(begin, -back) == place.due(begin, NOTHING)
    assert place.due(begin, NOTHING).at == begin


@some
@given(place=hours(), begin=starts, budget=budgets())
def test_an_instant_is_the_same_in_any_zone(
    place: BusinessHours, begin: datetime, budget: timedelta
) -> None:
    local, end = begin.astimezone(SHANGHAI), begin + budget
    assert place.due(local, budget) == place.due(begin, budget)
    assert place.elapsed(local, end) == place.elapsed(begin, end.astimezone(SHANGHAI))
    assert place.open_at(local) == place.open_at(begin)
    assert place.opens_next(local) == place.opens_next(begin)


def test_shanghai_has_no_summer_time_that_could_make_a_day_longer() -> None:
    months = [
        datetime(year, month, 1, tzinfo=SHANGHAI)
        for year in range(1992, 2100)
        for month in range(1, 13)
    ]
    assert {one.utcoffset() for one in months} == {8 * HOUR}


# Midnight.


def test_a_day_to_midnight_is_worked_to_its_last_instant() -> None:
    last = at("2026-02-10 00:00") - timedelta(microseconds=1)
    assert ALWAYS.open_at(last)
    assert MALL.open_at(at("2026-02-09 10:00"))
    assert not MALL.open_at(at("2026-02-09 22:00"))


def test_what_is_over_at_midnight_is_due_at_midnight() -> None:
    assert PARK.due(at("2026-02-10 23:00"), HOUR).at == at("2026-02-11 00:00")
    assert PARK.due(at("2026-02-10 23:00"), HOUR + MINUTE).at == at("2026-02-11 09:01")
    assert PARK.elapsed(at("2026-02-10 20:00"), at("2026-02-11 00:00")) == 4 * HOUR


@some
@given(begin=instants(), budget=budgets())
def test_who_works_always_outside_holidays_loses_no_minute_at_midnight(
    begin: datetime, budget: timedelta
) -> None:
    """Hours to 23:59 were closed for a minute at midnight: zammad #3180."""
    plain = Calendar(
        covered_from=date(2026, 1, 1),
        horizon=date(2026, 12, 31),
        holidays=frozenset(),
        workdays=frozenset(),
    )
    place = BusinessHours(calendar=plain, week=ALWAYS.week)
    assert place.elapsed(begin, begin + budget) == budget
    assert place.due(begin, budget).at == begin + budget
    assert place.open_at(begin)


def test_a_night_is_two_intervals() -> None:
    week = {4: (interval("22:00", "24:00"),), 5: (interval("00:00", "02:00"),)}
    place = BusinessHours(calendar=CALENDAR, week=week)
    assert place.elapsed(at("2026-03-06 12:00"), at("2026-03-07 12:00")) == 4 * HOUR
    assert place.due(at("2026-03-06 23:00"), 2 * HOUR).at == at("2026-03-07 01:00")


# What cannot be.


def test_an_interval_that_ends_before_it_begins_is_refused() -> None:
    for ends in (time(9), time(8)):
        with pytest.raises(ValueError, match="ends after it begins"):
            Interval(begins=time(9), ends=ends)


def test_intervals_that_overlap_or_stand_in_disorder_are_refused() -> None:
    for intervals in ((AFTERNOON, MORNING), (MORNING, interval("11:59", "13:00"))):
        with pytest.raises(ValueError, match="follow one another"):
            BusinessHours(calendar=CALENDAR, week={0: intervals})


def test_intervals_that_touch_are_one_stretch_of_work() -> None:
    whole = BusinessHours(calendar=CALENDAR, week=standard_week(interval("09:00", "18:00")))
    parts = standard_week(interval("09:00", "12:00"), interval("12:00", "18:00"))
    parted = BusinessHours(calendar=CALENDAR, week=parts)
    begin = at("2026-02-10 11:00")
    assert parted.open_at(at("2026-02-10 12:00"))
    assert parted.due(begin, HOUR) == whole.due(begin, HOUR)
    assert parted.due(begin, 2 * HOUR) == whole.due(begin, 2 * HOUR)


@pytest.mark.parametrize("week", [{}, {0: ()}])
def test_hours_that_never_come_are_refused(week: dict[int, tuple[Interval, ...]]) -> None:
    with pytest.raises(NeverOpen):
        BusinessHours(calendar=CALENDAR, week=week)


def test_a_weekday_that_is_none_is_refused() -> None:
    for week, instead in (({7: (MORNING,)}, 0), ({0: (MORNING,)}, -1)):
        with pytest.raises(ValueError, match="a weekday is"):
            BusinessHours(calendar=CALENDAR, week=week, instead=instead)


def test_an_hour_a_week_uses_up_the_largest_budget_and_more_than_a_century_none() -> None:
    place = BusinessHours(calendar=CALENDAR, week={6: (interval("09:00", "10:00"),)})
    begin = at("2026-03-01 00:00")
    assert place.elapsed(begin, place.due(begin, 1000 * HOUR).at) == 1000 * HOUR
    with pytest.raises(NeverOpen):
        place.due(begin, 6000 * HOUR)


def test_work_that_a_calendar_never_lets_begin_is_said_never_to_come() -> None:
    first = date(2026, 1, 1)
    century = frozenset(first + number * DAY for number in range(40_000))
    calendar = Calendar(
        covered_from=first, horizon=max(century), holidays=century, workdays=frozenset()
    )
    place = BusinessHours(calendar=calendar, week=ALWAYS.week)
    with pytest.raises(NeverOpen):
        place.opens_next(at("2026-01-01 00:00"))


# Where others went wrong.


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-03-02 11:30", "2026-03-02 14:30"),
        ("2026-03-02 12:30", "2026-03-02 15:00"),
        ("2026-03-02 17:30", "2026-03-03 09:30"),
    ],
)
def test_nothing_counts_over_lunch(asked: str, due: str) -> None:
    """One interval a day was all there could be: chatwoot #14009, frappe/helpdesk #2212."""
    assert OFFICE.due(at(asked), HOUR).at == at(due)
    assert not OFFICE.open_at(at("2026-03-02 12:30"))
    assert OFFICE.elapsed(at("2026-03-02 12:00"), at("2026-03-02 14:00")) == NOTHING


def test_nothing_counts_over_the_weekend() -> None:
    """What came on a weekend was overdue before anybody was there: osTicket #1168."""
    saturday = at("2026-03-07 10:00")
    assert OFFICE.due(saturday, 7 * HOUR).at == at("2026-03-09 18:00")
    assert OFFICE.elapsed(saturday, at("2026-03-09 09:00")) == NOTHING


def test_the_count_stops_when_the_office_closes_and_goes_on_in_the_morning() -> None:
    """The clock ran on past five in the evening: osTicket #2131."""
    place = BusinessHours(calendar=CALENDAR, week=standard_week(interval("08:00", "17:00")))
    begin = at("2026-03-02 16:00")
    assert place.elapsed(begin, at("2026-03-02 17:00")) == HOUR
    assert place.elapsed(begin, at("2026-03-03 08:00")) == HOUR
    assert place.elapsed(begin, at("2026-03-03 09:00")) == 2 * HOUR


def test_every_place_has_hours_of_its_own() -> None:
    """Nights and Sundays counted, and the same for everybody: osTicket #4166."""
    friday = at("2026-03-06 17:00")
    found = [place.value.due(friday, 4 * HOUR).at for place in Place]
    assert found == [
        at("2026-03-09 12:00"),
        at("2026-03-06 21:00"),
        at("2026-03-06 23:00"),
        at("2026-03-06 21:00"),
    ]


def test_a_breach_is_by_working_time_and_not_by_the_clock_on_the_wall() -> None:
    """An hour from Friday 16:30 was over at 17:30, when nobody was there: chatwoot PR #13392."""
    place = BusinessHours(calendar=CALENDAR, week=standard_week(interval("09:00", "17:00")))
    assert place.due(at("2026-03-06 16:30"), HOUR).at == at("2026-03-09 09:30")


@pytest.mark.parametrize("years", [1, 2, 5, 50])
def test_a_year_that_is_not_published_yet_stops_nothing(years: int) -> None:
    """Every January the new year raised an error: chinesecalendar #35, #66, #77."""
    begin = at(f"{HORIZON.year + years}-01-05 10:00")
    assert OFFICE.due(begin, 40 * HOUR).provisional
    assert OFFICE.elapsed(begin, begin + 28 * DAY) == 140 * HOUR
    assert OFFICE.opens_next(begin) >= begin
