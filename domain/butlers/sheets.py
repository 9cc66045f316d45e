"""The roster of a place as a sheet: day by day who is on duty and when, and where nobody is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.butlers.places import Place
from domain.butlers.roster import Duty, Gap
from domain.time import civil_date, day_ends
from domain.workdays import SATURDAY, Calendar


@dataclass(frozen=True, kw_only=True)
class Line:
    """One butler on one day. ``for_whom`` is the name of who is on leave; ``shift``: by a shift."""

    staff_id: str
    name: str
    for_whom: str
    shift: bool
    spans: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day. ``mark`` is 休 or 班 where the calendar says other than the weekday does.

    ``uncovered``: it has nobody, and lies in a gap.
    """

    on: date
    mark: str
    lines: tuple[Line, ...]
    uncovered: bool


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Some days of a place, and the gaps that meet them."""

    place: Place
    days: tuple[Day, ...]
    gaps: tuple[Gap, ...]


def sheet_of(
    place: Place,
    *,
    first: date,
    count: int,
    duties: Iterable[Duty],
    gaps: Sequence[Gap],
    calendar: Calendar,
) -> Sheet:
    """So many days from the first on."""
    all_duties = tuple(duties)
    days = (first + timedelta(days=ahead) for ahead in range(count))
    return Sheet(
        place=place,
        days=tuple(_day(day, all_duties, gaps, calendar) for day in days),
        gaps=tuple(gaps),
    )


def day_begins(day: date) -> datetime:
    """The first instant (UTC) of a day in Shanghai."""
    return day_ends(day - timedelta(days=1))


def _day(day: date, duties: Sequence[Duty], gaps: Sequence[Gap], calendar: Calendar) -> Day:
    mine = [duty for duty in duties if civil_date(duty.begins) == day]
    lines = _lines(mine)
    begins, ends = day_begins(day), day_ends(day)
    return Day(
        on=day,
        mark=_mark(day, calendar),
        lines=lines,
        uncovered=not lines and any(gap.meets(begins, ends) for gap in gaps),
    )


def _lines(duties: Iterable[Duty]) -> tuple[Line, ...]:
    """One line of each who is there, for whom, and by what."""
    found: dict[tuple[str, str, bool], list[Duty]] = {}
    for duty in duties:
        found.setdefault((duty.staff_id, duty.for_whom, duty.shift), []).append(duty)
    return tuple(
        Line(
            staff_id=staff_id,
            name=some[0].name,
            for_whom=for_whom,
            shift=shift,
            spans=tuple((one.begins, one.ends) for one in some),
        )
        for (staff_id, for_whom, shift), some in found.items()
    )


def _mark(day: date, calendar: Calendar) -> str:
    weekend = day.weekday() >= SATURDAY
    if calendar.is_working(day):
        return "班" if weekend else ""
    return "" if weekend and not _holiday(day, calendar) else "休"


def _holiday(day: date, calendar: Calendar) -> bool:
    return calendar.covers(day) and day in calendar.holidays
