"""Quiet hours and digests over every hour, midnight and the ends of days."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.messages.preferences import Preferences, Quiet, Way, next_at
from domain.time import SHANGHAI
from domain.transactions import NoticeKind

KIND = NoticeKind.OBJECTION
NIGHT = Quiet(begins=time(22), ends=time(8))
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
MOMENTS = st.integers(0, 5 * 366 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
QUIETS = st.builds(Quiet, begins=CLOCKS, ends=CLOCKS).filter(lambda one: one.begins != one.ends)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def preferences(way: Way = Way.NOW, quiet: Quiet | None = NIGHT) -> Preferences:
    return Preferences(person_id="p", ways={KIND: way}, quiet=quiet, digest_at=time(9))


@pytest.mark.parametrize(
    ("now", "ready"),
    [
        (at(21, 59), at(21, 59)),
        (at(22), at(8, day=24)),
        (at(23, 59), at(8, day=24)),
        (at(0), at(8)),
        (at(7, 59), at(8)),
        (at(8), at(8)),
    ],
)
def test_a_message_of_the_night_waits_until_the_morning(now: datetime, ready: datetime) -> None:
    assert preferences().ready_at(KIND, now, now) == ready


@pytest.mark.parametrize(
    ("told", "ready"),
    [(at(8, 59), at(9)), (at(9), at(9)), (at(9, 1), at(9, day=24)), (at(23), at(9, day=24))],
)
def test_a_digest_comes_at_its_hour(told: datetime, ready: datetime) -> None:
    assert preferences(Way.DIGEST).ready_at(KIND, told, told) == ready


def test_what_was_put_off_into_the_night_waits_again() -> None:
    assert preferences().ready_at(KIND, at(21), at(22, 30)) == at(8, day=24)


def test_no_quiet_hours_means_at_once() -> None:
    assert preferences(quiet=None).ready_at(KIND, at(3), at(3)) == at(3)


def test_quiet_hours_that_are_none_are_refused() -> None:
    quiet = Quiet(begins=time(8), ends=time(8))
    with pytest.raises(Invalid):
        preferences().chosen(ways={}, quiet=quiet, digest_at=time(9))


@given(QUIETS, MOMENTS)
def test_nothing_is_ready_in_the_quiet_nor_later_than_a_day(quiet: Quiet, now: datetime) -> None:
    ready = quiet.over(now)
    assert not quiet.covers(ready)
    assert now <= ready < now + timedelta(days=1)
    assert (ready == now) == (not quiet.covers(now))


@given(QUIETS, CLOCKS)
def test_a_clock_time_is_in_the_quiet_or_in_the_rest_of_the_day(quiet: Quiet, clock: time) -> None:
    rest = Quiet(begins=quiet.ends, ends=quiet.begins)
    moment = datetime(2026, 11, 23, clock.hour, clock.minute, tzinfo=SHANGHAI)
    assert quiet.covers(moment) != rest.covers(moment)


@given(CLOCKS, MOMENTS)
def test_the_next_hour_is_within_a_day_and_shows_on_the_clock(clock: time, now: datetime) -> None:
    found = next_at(clock, now)
    assert now <= found < now + timedelta(days=1)
    assert found.astimezone(SHANGHAI).time() == clock


@given(QUIETS, CLOCKS, MOMENTS, st.timedeltas(timedelta(), timedelta(days=3)))
def test_a_digest_is_ready_within_two_days_whatever_is_quiet(
    quiet: Quiet, digest_at: time, told: datetime, later: timedelta
) -> None:
    chosen = Preferences(person_id="p", ways={KIND: Way.DIGEST}, quiet=quiet, digest_at=digest_at)
    ready = chosen.ready_at(KIND, told, told)
    assert ready - told < timedelta(days=2)
    assert chosen.ready_at(KIND, told, told + later) >= told + later
    assert not quiet.covers(chosen.ready_at(KIND, told, told + later))
