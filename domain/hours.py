"""Business hours: several intervals a day, on the days that the working calendar says.

Shanghai has had no summer time since 1991, so that a day is counted by its wall clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise

from domain.time import SHANGHAI, civil_date
from domain.workdays import DAY, SATURDAY, Calendar

# A budget that is not used up in so many days, a century, never will be.
LONGEST = 36_525
NOTHING = timedelta()
WEEK = range(7)


@dataclass(frozen=True, kw_only=True, order=True)
class Interval:
    """From one time of the day to a later one, in Shanghai; midnight as the end is ``time.max``."""

    begins: time
    ends: time

    def __post_init__(self) -> None:
        if self.begins >= self.ends:
            raise ValueError(f"an interval ends after it begins: {self.begins}-{self.ends}")

    @cached_property
    def opens(self) -> timedelta:
        """When it begins, from midnight on."""
        return _from_midnight(self.begins)

    @cached_property
    def closes(self) -> timedelta:
        """When it is over, from midnight on."""
        return DAY if self.ends == time.max else _from_midnight(self.ends)

    @cached_property
    def length(self) -> timedelta:
        """How long it is."""
        return self.closes - self.opens


@dataclass(frozen=True, kw_only=True)
class Due:
    """An instant (UTC); ``provisional`` while the calendar does not reach so far."""

    at: datetime
    provisional: bool


class NeverOpen(ValueError):
    """Nobody works in these hours."""


@dataclass(frozen=True, kw_only=True)
class BusinessHours:
    """When somebody works: intervals by weekday, Monday 0.

    A holiday has none. A weekend day that is worked instead of another has those of its own
    weekday where it has any, else those of ``instead``, a weekday.
    """

    calendar: Calendar
    week: Mapping[int, tuple[Interval, ...]]
    instead: int = 0

    def __post_init__(self) -> None:
        if not {*self.week, self.instead} <= set(WEEK):
            raise ValueError("a weekday is 0, Monday, to 6, Sunday")
        for intervals in self.week.values():
            for one, following in pairwise(intervals):
                if one.ends > following.begins:
                    raise ValueError("intervals of a day follow one another")
        if not any(self.week.values()):
            raise NeverOpen("there is no interval in the week")

    def of(self, day: date) -> tuple[Interval, ...]:
        """The intervals of a day, which is a holiday, a day of the week, or a swapped one."""
        weekday = self._counts_as(day)
        return () if weekday is None else self.week.get(weekday, ())

    def open_at(self, at: datetime) -> bool:
        """Whether somebody works at this instant."""
        day, time_of_day = _local(at)
        return any(one.opens <= time_of_day < one.closes for one in self.of(day))

    def elapsed(self, begin: datetime, end: datetime) -> timedelta:
        """How long was worked from one instant to a later one; nothing when it is not later."""
        if end <= begin:
            return NOTHING
        (day, began), (last, ended) = _local(begin), _local(end)
        worked = self._until(last, ended) - self._until(day, began)
        while day < last:
            worked += self._worked(day)
            day += DAY
        return worked

    def due(self, begin: datetime, budget: timedelta) -> Due:
        """The first instant by which so much has been worked since ``begin``.

        Raises:
            NeverOpen: that is more than is worked in a century.
        """
        day, began = _local(begin)
        certain = self.calendar.covers(day)
        if budget <= NOTHING:
            return Due(at=begin.astimezone(UTC), provisional=not certain)
        left = budget + self._until(day, began)
        for _ in range(LONGEST):
            worked = self._worked(day)
            if worked >= left:
                # The day on which it was worked counts: its midnight is already the next one.
                certain = certain and self.calendar.covers(day)
                return Due(at=_instant(day, self._after(day, left)), provisional=not certain)
            left -= worked
            day += DAY
        raise NeverOpen(f"{budget} is not worked within a century")

    def opens_next(self, at: datetime) -> datetime:
        """The instant itself while somebody works, else the next at which work begins.

        Raises:
            NeverOpen: not within a century.
        """
        day, time_of_day = _local(at)
        for _ in range(LONGEST):
            for one in self.of(day):
                if time_of_day < one.closes:
                    return _instant(day, max(one.opens, time_of_day))
            day, time_of_day = day + DAY, NOTHING
        raise NeverOpen("nobody works within a century")

    def spans(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Each time between two instants in which somebody works, as two instants (UTC)."""
        day, last = civil_date(begin), civil_date(end)
        while day <= last:
            for one in self.of(day):
                since = max(_instant(day, one.opens), begin)
                until = min(_instant(day, one.closes), end)
                if since < until:
                    yield since, until
            day += DAY

    def _counts_as(self, day: date) -> int | None:
        """The weekday whose intervals it has; None for a holiday."""
        weekday = day.weekday()
        if self.calendar.covers(day):
            if day in self.calendar.workdays:
                return weekday if self.week.get(weekday) else self.instead
            if day in self.calendar.holidays:
                return None
        return weekday

    @cached_property
    def _lengths(self) -> Mapping[int | None, timedelta]:
        """How long is worked on each weekday; None is a holiday."""
        worked: dict[int | None, timedelta] = {None: NOTHING}
        worked.update((day, _total(self.week.get(day, ()))) for day in WEEK)
        return worked

    def _worked(self, day: date) -> timedelta:
        return self._lengths[self._counts_as(day)]

    def _until(self, day: date, time_of_day: timedelta) -> timedelta:
        """How long was worked on a day until then."""
        past = (min(one.closes, time_of_day) - one.opens for one in self.of(day))
        return sum((span for span in past if span > NOTHING), NOTHING)

    def _after(self, day: date, worked: timedelta) -> timedelta:
        """The first time of a day by which so much of it was worked."""
        at, left = NOTHING, worked
        for one in self.of(day):
            if left > NOTHING:
                at = one.opens + left
                left -= one.length
        return at


def standard_week(*intervals: Interval) -> dict[int, tuple[Interval, ...]]:
    """The same intervals from Monday to Friday."""
    return dict.fromkeys(range(SATURDAY), intervals)


def _total(intervals: tuple[Interval, ...]) -> timedelta:
    return sum((one.length for one in intervals), NOTHING)


def _from_midnight(at: time) -> timedelta:
    return timedelta(
        hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond
    )


def _local(at: datetime) -> tuple[date, timedelta]:
    """The day it is in Shanghai, and how much of it is over."""
    local = at.astimezone(SHANGHAI)
    return local.date(), _from_midnight(local.time())


def _instant(day: date, time_of_day: timedelta) -> datetime:
    local = datetime.combine(day, time()) + time_of_day
    return local.replace(tzinfo=SHANGHAI).astimezone(UTC)
