"""The State Council's calendar: the published years, and what a district adds to them.

``calendar.toml`` of the content folder is optional. A year in it replaces or adds the whole
year, so that a new year need not wait for a release of the library::

    [2027]
    off = [2027-01-01, 2027-02-05]
    work = [2027-02-06]
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from chinese_calendar.constants import holidays, workdays
from pydantic import Field

from content.files import ContentError, Strict, parsed
from domain.workdays import SATURDAY, Calendar

FILE = "calendar.toml"


class _Year(Strict):
    off: list[date] = Field(min_length=1, max_length=100)
    work: list[date] = Field(max_length=50)


class _Years(Strict):
    years: dict[str, _Year]


def load_calendar(folder: Path) -> Calendar:
    """The library's years and those of ``calendar.toml``, without a gap.

    Raises:
        ContentError: ``calendar.toml`` is malformed or contradicts itself.
    """
    published = {day.year for day in (*holidays, *workdays)}
    written = _written(folder / FILE)
    years = sorted(published | set(written))
    missing = sorted(set(range(years[0], years[-1])) - set(years))
    if missing:
        raise ContentError(f"{FILE}: {missing[0]} is missing before {years[-1]}")
    return Calendar(
        covered_from=date(years[0], 1, 1),
        horizon=date(years[-1], 12, 31),
        holidays=_days(holidays, {year: days.off for year, days in written.items()}),
        workdays=_days(workdays, {year: days.work for year, days in written.items()}),
    )


def _days(published: Iterable[date], written: Mapping[int, list[date]]) -> frozenset[date]:
    kept = {day for day in published if day.year not in written}
    return frozenset(kept.union(*written.values()))


def _written(path: Path) -> dict[int, _Year]:
    if not path.exists():
        return {}
    years = {}
    for name, days in parsed(path, _Years, under="years").years.items():
        if not (name.isascii() and name.isdigit() and len(name) == len("2027")):
            raise ContentError(f"{FILE}: {name} is no year")
        _check(int(name), days)
        years[int(name)] = days
    return years


def _check(year: int, days: _Year) -> None:
    for day in (*days.off, *days.work):
        if day.year != year:
            raise ContentError(f"{FILE}: {day} does not belong to {year}")
    for day in days.work:
        if day.weekday() < SATURDAY:
            raise ContentError(f"{FILE}: {day} is no weekend day that could be worked")
        if day in days.off:
            raise ContentError(f"{FILE}: {day} is both off and worked")
