"""The roster as a sheet: day by day who is there and when, holidays marked, gaps named."""

from datetime import date, timedelta

from domain.butlers.roster import Team
from domain.butlers.sheets import Sheet, day_begins, sheet_of
from tests.domain.butlers.team import BUILDING, CALENDAR, at, butler, leave, shift, team

FIRST = date(2026, 2, 13)
DAYS = 4


def sheet(of: Team) -> Sheet:
    begin, end = day_begins(FIRST), day_begins(FIRST + timedelta(days=DAYS))
    return sheet_of(
        BUILDING,
        first=FIRST,
        count=DAYS,
        duties=of.duties(begin, end),
        gaps=of.gaps(begin, end, longest=timedelta(hours=24)),
        calendar=CALENDAR,
    )


def test_each_day_has_who_is_there_and_when() -> None:
    friday, saturday, sunday, monday = sheet(team(butler("a"))).days
    [line] = friday.lines
    assert line.name == "管家a"
    assert [begins for begins, _ in line.spans] == [
        at("2026-02-13", "09:00"),
        at("2026-02-13", "14:00"),
    ]
    assert [day.mark for day in (friday, saturday, sunday, monday)] == ["", "班", "休", "休"]
    assert [day.uncovered for day in (friday, saturday, sunday, monday)] == [
        *(False, False, True, True),
    ]


def test_who_stands_in_and_who_has_a_shift_is_told_apart() -> None:
    away = butler("a", leaves=(leave(at("2026-02-13", "14:00"), at("2026-02-14", "00:00"), "b"),))
    duty = shift("b", at("2026-02-15", "09:00"), at("2026-02-15", "12:00"))
    one = sheet(team(away, others={"b": butler("b", places=())}, shifts=(duty,)))
    morning, afternoon = one.days[0].lines
    assert (morning.name, morning.for_whom) == ("管家a", "")
    assert (afternoon.name, afternoon.for_whom) == ("管家b", "管家a")
    [sunday] = one.days[2].lines
    assert sunday.shift
