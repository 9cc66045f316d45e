"""The roster: who is on duty when, and which hours have nobody."""

from dataclasses import replace
from datetime import time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.butlers.butlers import ButlerState
from domain.butlers.roster import Duty, Gap, Team, uncovered
from domain.hours import Interval
from tests.domain.butlers.team import BUILDING, at, butler, leave, shift, team

DAY = timedelta(days=1)
# The Saturday before is worked; nine days are off.
FESTIVAL = (at("2026-02-09", "00:00"), at("2026-03-02", "00:00"))
CLOSES, OPENS = at("2026-02-14", "18:00"), at("2026-02-24", "09:00")


def gaps(of: Team, begin: str, end: str) -> list[Gap]:
    return list(of.gaps(at(begin), at(end), longest=DAY))


def on_duty(of: Team, day: str, clock: str = "10:00") -> list[str]:
    moment = at(day, clock)
    return [duty.name for duty in of.duties(moment, moment + timedelta(minutes=1))]


def test_spring_festival_has_nobody_for_nine_days_unless_somebody_takes_a_shift() -> None:
    [gap, *later] = team(butler("a")).gaps(*FESTIVAL, longest=DAY)
    assert (gap.begins, gap.ends) == (CLOSES, OPENS)
    # The Saturday of 28 February is worked, so only the Sunday after it is without anybody.
    assert [one.begins for one in later] == [at("2026-02-28", "18:00")]
    duties = tuple(
        shift("a", at(f"2026-02-{day}", "09:00"), at(f"2026-02-{day}", "18:00"))
        for day in range(15, 24)
    )
    assert team(butler("a"), shifts=duties).gaps(CLOSES, OPENS, longest=DAY) == ()


def test_a_gap_is_any_24_hours_without_anybody_and_not_a_night() -> None:
    weekend = gaps(team(butler("a")), "2026-03-09", "2026-03-17")
    assert [(one.begins, one.ends) for one in weekend] == [
        (at("2026-03-13", "18:00"), at("2026-03-16", "09:00"))
    ]
    saturday = shift("a", at("2026-03-14", "17:00"), at("2026-03-14", "18:01"))
    [left] = gaps(team(butler("a"), shifts=(saturday,)), "2026-03-09", "2026-03-17")
    assert left.begins == saturday.ends


def test_a_place_that_is_closed_has_no_gaps() -> None:
    closed = team(place=replace(BUILDING, open=False))
    assert gaps(closed, "2026-03-09", "2026-03-17") == []


def test_a_butler_works_in_their_own_hours_or_else_in_those_of_the_place() -> None:
    evening = {0: (Interval(begins=time(19), ends=time(21)),)}
    both = team(butler("a"), butler("b", hours=evening))
    assert on_duty(both, "2026-03-09", "10:00") == ["管家a"]
    assert on_duty(both, "2026-03-09", "20:00") == ["管家b"]
    assert on_duty(both, "2026-03-09", "13:00") == []


def test_while_somebody_is_on_leave_their_stand_in_is_there_and_theirs_in_turn() -> None:
    monday = (at("2026-03-09", "00:00"), at("2026-03-10", "00:00"))
    first = butler("a", leaves=(leave(*monday, "b"),))
    second = butler("b", places=(), leaves=(leave(*monday, "c"),))
    third = butler("c", places=())
    place = team(first, others={"b": second, "c": third})
    [duty] = place.duties(at("2026-03-09", "10:00"), at("2026-03-09", "11:00"))
    assert (duty.name, duty.for_whom) == ("管家c", "管家a")
    assert on_duty(place, "2026-03-10") == ["管家a"]


def test_who_stands_in_for_each_other_is_nobody() -> None:
    monday = (at("2026-03-09", "00:00"), at("2026-03-10", "00:00"))
    one, other = (
        butler("a", leaves=(leave(*monday, "b"),)),
        butler("b", leaves=(leave(*monday, "a"),)),
    )
    assert on_duty(team(one, other), "2026-03-09") == []


def test_part_of_a_day_on_leave_leaves_the_rest() -> None:
    morning = leave(at("2026-03-09", "08:00"), at("2026-03-09", "11:00"))
    duties = team(butler("a", leaves=(morning,))).duties(
        at("2026-03-09", "00:00"), at("2026-03-10", "00:00")
    )
    assert [(one.begins, one.ends) for one in duties] == [
        (at("2026-03-09", "11:00"), at("2026-03-09", "12:00")),
        (at("2026-03-09", "14:00"), at("2026-03-09", "18:00")),
    ]


def test_who_does_not_serve_is_on_no_roster_not_even_by_a_shift() -> None:
    gone = butler("a", state=ButlerState.EXITED)
    suspended = butler("b", in_use=False)
    duty = shift("a", at("2026-03-09", "09:00"), at("2026-03-09", "12:00"))
    assert on_duty(team(gone, suspended, shifts=(duty,)), "2026-03-09") == []


INSTANTS = st.integers(0, 24 * 14).map(lambda hours: at("2026-03-09") + timedelta(hours=hours))
DUTIES = st.lists(
    st.tuples(INSTANTS, INSTANTS).filter(lambda span: span[0] < span[1]),
    max_size=8,
).map(
    lambda some: [
        Duty(staff_id=str(number), name="", begins=begins, ends=ends)
        for number, (begins, ends) in enumerate(some)
    ]
)


@given(DUTIES)
def test_every_instant_is_on_duty_or_uncovered_and_never_both(duties: list[Duty]) -> None:
    begin, end = at("2026-03-09"), at("2026-03-09") + timedelta(days=14)
    free = list(uncovered(duties, begin, end))
    assert all(since < until for since, until in free)
    for hour in range(24 * 14):
        moment = begin + timedelta(hours=hour)
        is_free = any(since <= moment < until for since, until in free)
        assert is_free is not any(duty.holds(moment) for duty in duties)


def test_a_gap_is_told_in_words_as_far_as_it_was_looked_at() -> None:
    begins, ends = at("2026-02-14", "18:00"), at("2026-02-24", "09:00")

    def told(**edges: bool) -> str:
        return Gap(place_id="p", begins=begins, ends=ends, **edges).span

    assert told() == "2月14日 18:00 至 2月24日 9:00"
    assert told(since_before=True) == "此前 至 2月24日 9:00"
    assert told(goes_on=True) == "2月14日 18:00起"
    assert told(since_before=True, goes_on=True) == "一直"
    [always] = gaps(team(), "2026-03-09", "2026-03-17")
    assert always.span == "一直"
