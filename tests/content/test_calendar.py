"""The State Council's calendar as two libraries know it, and as a district may amend it."""

from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from content.calendar import load_calendar
from content.files import ContentError
from domain.workdays import Calendar

DAY = timedelta(days=1)
# What both libraries know. Of 2005-12-31 the other one does not know that it was worked.
YEARS = range(2006, 2027)


def calendar(folder: Path, text: str = "") -> Calendar:
    if text:
        (folder / "calendar.toml").write_text(text, encoding="utf-8")
    return load_calendar(folder)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + DAY * ahead for ahead in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_as_another_library_knows_it(year: int, tmp_path: Path) -> None:
    other = holidays.country_holidays("CN", years=[year - 1, year, year + 1])
    ours = calendar(tmp_path)
    differing = [day for day in days_of(year) if ours.is_working(day) != other.is_working_day(day)]
    assert differing == []


def test_2026_is_as_the_state_council_published_it(tmp_path: Path) -> None:
    ours = calendar(tmp_path)
    worked = [day for day in days_of(2026) if day.weekday() >= 5 and ours.is_working(day)]
    assert [f"{day:%m-%d}" for day in worked] == [
        "01-04", "02-14", "02-28", "05-09", "09-20", "10-10",
    ]  # fmt: skip
    assert sum(map(ours.is_working, days_of(2026))) == 248


def test_a_term_over_the_national_day_of_2026_counts_the_worked_sunday_and_saturday(
    tmp_path: Path,
) -> None:
    ours = calendar(tmp_path)
    assert ours.after(date(2026, 9, 18), 1).day == date(2026, 9, 20)
    assert ours.after(date(2026, 9, 30), 3).day == date(2026, 10, 10)
    assert ours.after(date(2026, 9, 30), 4).day == date(2026, 10, 12)


def test_a_district_adds_a_year_before_the_library_has_it(tmp_path: Path) -> None:
    last = calendar(tmp_path).horizon.year
    monday = next(day for day in days_of(last + 1) if day.weekday() == 0)
    amended = calendar(tmp_path, f"[{last + 1}]\noff = [{monday}]\nwork = [{monday - DAY}]\n")
    assert amended.horizon == date(last + 1, 12, 31)
    assert not amended.is_working(monday)
    assert amended.is_working(monday - DAY)
    assert amended.is_working(monday + DAY)


def test_a_year_that_a_district_writes_replaces_the_whole_year(tmp_path: Path) -> None:
    amended = calendar(tmp_path, "[2026]\noff = [2026-10-01]\nwork = []\n")
    assert not amended.is_working(date(2026, 10, 1))
    assert amended.is_working(date(2026, 10, 2))
    assert not amended.is_working(date(2026, 10, 10))
    assert not amended.is_working(date(2025, 10, 2))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[2027\n", "calendar.toml"),
        ("[2027]\noff = [2027-01-01]\n", "work"),
        ("[2027]\noff = []\nwork = []\n", "off"),
        ("[2027]\noff = ['soon']\nwork = []\n", "off"),
        ("[2027]\noff = [2027-01-01]\nwork = []\nmore = 1\n", "more"),
        ("[soon]\noff = [2027-01-01]\nwork = []\n", "soon is no year"),
        ("['0000']\noff = [2027-01-01]\nwork = []\n", "does not belong to 0"),
        ("[2027]\noff = [2026-12-31]\nwork = []\n", "2026-12-31 does not belong to 2027"),
        ("[2027]\noff = [2027-01-01]\nwork = [2027-02-05]\n", "2027-02-05 is no weekend day"),
        ("[2027]\noff = [2027-02-06]\nwork = [2027-02-06]\n", "both off and worked"),
        ("[2090]\noff = [2090-01-02]\nwork = []\n", "is missing before 2090"),
        ("[1990]\noff = [1990-01-01]\nwork = []\n", "1991 is missing"),
    ],
)
def test_a_calendar_that_cannot_be_right_is_refused_by_name(
    text: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ContentError, match=r"calendar\.toml") as refused:
        calendar(tmp_path, text)
    assert said in str(refused.value)
