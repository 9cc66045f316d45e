"""Working days: weekends, and what the State Council's calendar swaps for them."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The last day of a term; ``provisional`` while the calendar does not reach so far."""

    day: date
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What was published for each day from ``covered_from`` to ``horizon``.

    ``holidays`` are off although they may be weekdays, ``workdays`` are worked although they
    are weekend days. Outside the covered days plain weekends count.
    """

    covered_from: date
    horizon: date
    holidays: frozenset[date]
    workdays: frozenset[date]

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        if self.covers(day) and day in self.workdays:
            return True
        return day.weekday() < SATURDAY and not (self.covers(day) and day in self.holidays)

    def covers(self, day: date) -> bool:
        """Whether the calendar of this day has been published."""
        return self.covered_from <= day <= self.horizon

    def after(self, start: date, days: int) -> Deadline:
        """The last of so many working days, one or more; the first day is not counted.

        Civil Code, article 201. A term that leaves the covered days is computed by plain
        weekends there, and provisional: the calendar of its year may still move it.
        """
        if days < 1:
            raise ValueError(f"a term has one working day or more, not {days}")
        following = (start + DAY * ahead for ahead in count(1))
        working = (day for day in following if self.is_working(day))
        last = next(day for number, day in enumerate(working, start=1) if number == days)
        return Deadline(day=last, provisional=not (self.covers(start + DAY) and self.covers(last)))

    def within(self, start: date, days: int) -> Deadline:
        """The last of so many calendar days; on a day off it is the next working day.

        Civil Code, articles 201 and 203. A last day that the calendar does not cover is
        provisional.
        """
        if days < 1:
            raise ValueError(f"a term has one day or more, not {days}")
        following = (start + DAY * ahead for ahead in count(days))
        last = next(day for day in following if self.is_working(day))
        return Deadline(day=last, provisional=not (self.covers(start + DAY) and self.covers(last)))
