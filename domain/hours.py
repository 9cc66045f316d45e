"""Business hours: several intervals a day, on the days that the working calendar says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from domain.time import SHANGHAI, civil_date
from domain.workdays import DAY, SATURDAY, Calendar

# A budget that is not used up in so many days never will be: nobody works there.
LONGEST = 1000
NOTHING = timedelta()


@dataclass(frozen=True, kw_only=True, order=True)
class Interval:
    """From one time of the day to a later one, in Shanghai; midnight as the end is ``time.max``."""

    begins: time
    ends: time

    def __post_init__(self) -> None:
        if self.begins >= self.ends:
            raise ValueError(f"an interval ends after it begins: {self.begins}-{self.ends}")


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
        for intervals in self.week.values():
            for one, following in pairwise(intervals):
                if one.ends > following.begins:
                    raise ValueError("intervals of a day follow one another")
        if not any(self.week.values()):
            raise NeverOpen("there is no interval in the week")

    def of(self, day: date) -> tuple[Interval, ...]:
        """The intervals of a day, which is a holiday, a day of the week, or a swapped one."""
        calendar = self.calendar
        own = self.week.get(day.weekday(), ())
        if calendar.covers(day) and day in calendar.holidays:
            return ()
        if calendar.covers(day) and day in calendar.workdays:
            return own or self.week.get(self.instead, ())
        return own

    def open_at(self, at: datetime) -> bool:
        """Whether somebody works at this instant."""
        local = at.astimezone(SHANGHAI)
        return any(one.begins <= local.time() < one.ends for one in self.of(local.date()))

    def elapsed(self, begin: datetime, end: datetime) -> timedelta:
        """How long was worked from one instant to a later one; nothing when it is not later."""
        if end <= begin:
            return NOTHING
        spans = self._spans(civil_date(begin), civil_date(end))
        worked = (min(closes, end) - max(opens, begin) for opens, closes in spans)
        return sum((span for span in worked if span > NOTHING), NOTHING)

    def due(self, begin: datetime, budget: timedelta) -> Due:
        """The first instant by which so much has been worked since ``begin``.

        Raises:
            NeverOpen: the hours never come.
        """
        first = civil_date(begin)
        if budget <= NOTHING:
            return Due(at=begin, provisional=not self.calendar.covers(first))
        left = budget
        for opens, closes in self._spans(first, first + LONGEST * DAY):
            from_here = max(opens, begin)
            if closes <= from_here:
                continue
            if closes - from_here >= left:
                return self._due(first, from_here + left)
            left -= closes - from_here
        raise NeverOpen(f"{budget} is not worked within {LONGEST} days")

    def opens_next(self, at: datetime) -> datetime:
        """The instant itself while somebody works, else the next at which work begins.

        Raises:
            NeverOpen: it never does.
        """
        first = civil_date(at)
        for opens, closes in self._spans(first, first + LONGEST * DAY):
            if at < closes:
                return max(opens, at)
        raise NeverOpen(f"nobody works within {LONGEST} days")

    def spans(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Each time between two instants in which somebody works, as two instants (UTC)."""
        if begin < end:
            for opens, closes in self._spans(civil_date(begin), civil_date(end)):
                since, until = max(opens, begin), min(closes, end)
                if since < until:
                    yield since, until

    def _due(self, first: date, at: datetime) -> Due:
        covered = self.calendar.covers(first) and self.calendar.covers(civil_date(at))
        return Due(at=at.astimezone(UTC), provisional=not covered)

    def _spans(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Every interval of these days as two instants (UTC)."""
        day = first
        while day <= last:
            for one in self.of(day):
                yield _instant(day, one.begins), _instant(day, one.ends)
            day += DAY


def standard_week(*intervals: Interval) -> dict[int, tuple[Interval, ...]]:
    """The same intervals from Monday to Friday."""
    return dict.fromkeys(range(SATURDAY), intervals)


def _instant(day: date, at: time) -> datetime:
    if at == time.max:
        day, at = day + DAY, time()
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)
