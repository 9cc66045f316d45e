"""Who gets a ticket: by place, duty, skill, load and fairness, explained and left to no chance."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.butlers.assigning import AHEAD, Choice, Group, Load, choose, group_of
from domain.butlers.butlers import Butler, ButlerState
from domain.butlers.roster import Team
from domain.hours import Interval
from tests.domain.butlers.team import ITEM, STREET, at, butler, leave, shift, team

MONDAY = at("2026-03-09", "10:00")
SUNDAYS = {6: (Interval(begins=time(9), ends=time(12)),)}
TUESDAY_EVENING = {1: (Interval(begins=time(19), ends=time(21)),)}


def group(of: Team, now: datetime = MONDAY) -> Group:
    return group_of(of, name=of.place.name, begin=now, end=now + AHEAD)


def chosen(*teams: Team, now: datetime = MONDAY, **given: object) -> Choice:
    loads = given.pop("loads", {})
    return choose(
        [group(one, now) for one in teams],
        item=ITEM,
        loads=loads,  # type: ignore[arg-type]  # whatever the test says
        now=now,
        **given,  # type: ignore[arg-type]
    )


def test_the_one_of_the_place_gets_it_and_the_reasons_say_so() -> None:
    choice = chosen(team(butler("a")), loads={"a": Load(open=3)})
    assert choice.staff_id == "a"
    assert choice.reasons == ("负责汇隆大厦", "此刻在岗", "擅长信用修复指导", "在办 3 件")


def test_on_duty_comes_before_skill_and_skill_before_load() -> None:
    evening = butler("a", hours=SUNDAYS)
    unskilled, busy = butler("b", skills=()), butler("c")
    choice = chosen(team(evening, unskilled, busy), loads={"c": Load(open=9)})
    assert choice.staff_id == "c"
    assert "擅长信用修复指导" in choice.reasons
    alone = chosen(team(evening, unskilled))
    assert alone.staff_id == "b"
    assert "可分派的人中没有人登记擅长信用修复指导" in alone.reasons


def test_where_the_district_puts_load_first_it_comes_before_skill() -> None:
    both = team(butler("a", skills=()), butler("b"))
    loads = {"b": Load(open=9)}
    assert chosen(both, loads=loads, skill_first=False).staff_id == "a"
    assert chosen(both, loads=loads).staff_id == "b"


def test_least_to_do_then_who_has_waited_longest() -> None:
    some = team(butler("a"), butler("b"), butler("c"))
    earlier, later = MONDAY - timedelta(hours=2), MONDAY - timedelta(hours=1)
    loads = {
        "a": Load(open=1, last_assigned_at=later),
        "b": Load(open=1, last_assigned_at=earlier),
        "c": Load(open=2),
    }
    choice = chosen(some, loads=loads)
    assert choice.staff_id == "b"
    assert choice.reasons[-2:] == ("在办 1 件，为同组最少", "距上次分派最久")
    assert chosen(some, loads={**loads, "c": Load(open=1)}).reasons[-1] == "尚未分派过"


def test_when_nobody_is_on_duty_whoever_comes_first_within_the_promise_gets_it() -> None:
    late = butler("b", hours=TUESDAY_EVENING)
    choice = chosen(team(late, butler("a")), now=at("2026-03-09", "19:00"))
    assert choice.staff_id == "a"
    assert "此刻无人在岗，3月10日 9:00 最先到岗" in choice.reasons


def test_when_nobody_comes_within_the_promise_somebody_of_the_place_gets_it_all_the_same() -> None:
    choice = chosen(team(butler("a")), now=at("2026-02-15", "10:00"))
    assert choice.staff_id == "a"
    assert "24 小时内无人到岗，其 2月24日 9:00 到岗" in choice.reasons


def test_who_stands_in_gets_it_and_the_reasons_say_for_whom() -> None:
    week = (at("2026-03-09", "00:00"), at("2026-03-16", "00:00"))
    away = butler("a", name="张三", leaves=(leave(*week, "b"),))
    choice = chosen(team(away, others={"b": butler("b", places=())}))
    assert choice.staff_id == "b"
    assert choice.reasons[0] == "张三请假，由其代班"


def test_who_has_the_holiday_duty_gets_it() -> None:
    duty = shift("b", at("2026-02-15", "09:00"), at("2026-02-15", "18:00"))
    others = {"b": butler("b", places=())}
    choice = chosen(team(butler("a"), others=others, shifts=(duty,)), now=at("2026-02-15", "10:00"))
    assert choice.staff_id == "b"
    assert choice.reasons[:2] == ("在汇隆大厦值班", "此刻在岗")


def test_nobody_is_explained_with_when_to_try_again() -> None:
    festival = leave(at("2026-02-14", "18:00"), at("2026-02-24", "00:00"))
    away = butler("a", name="张三", leaves=(festival,))
    choice = chosen(team(away), now=at("2026-02-16", "10:00"))
    assert choice == Choice(
        staff_id="",
        reasons=("汇隆大厦此刻无人在岗，张三请假且无人代班", "将在 2月24日 9:00 后分派"),
        retry_at=at("2026-02-24", "09:00"),
    )
    assert chosen(team()).reasons == ("汇隆大厦没有在岗服务的信用管家", "请信用办指派")
    passed = chosen(team(butler("a")), besides=frozenset({"a"}))
    assert passed.reasons == ("汇隆大厦没有其他可以受理的信用管家", "请信用办指派")


def test_a_building_without_anybody_falls_back_on_its_street() -> None:
    street = team(butler("s", places=(STREET.id,)), place=STREET)
    choice = chosen(team(butler("a", state=ButlerState.EXITED)), street)
    assert choice.staff_id == "s"
    assert choice.reasons[:2] == ("汇隆大厦没有在岗服务的信用管家", "负责农林街")


BUTLERS = st.builds(
    butler,
    st.sampled_from("abcdefgh"),
    skills=st.sampled_from([(), ("repair",)]),
    state=st.sampled_from(ButlerState),
    in_use=st.booleans(),
    leaves=st.sampled_from(
        [
            (),
            (leave(at("2026-03-09", "00:00"), at("2026-03-10", "00:00")),),
            (leave(at("2026-03-09", "00:00"), at("2026-03-10", "00:00"), "a"),),
            (leave(at("2026-03-10", "00:00"), at("2026-03-12", "00:00"), "b"),),
        ]
    ),
)
TEAMS = st.lists(BUTLERS, max_size=8, unique_by=lambda one: one.staff_id)
NOWS = st.integers(0, 24 * 7).map(lambda hours: MONDAY + timedelta(hours=hours))


def place_of(some: list[Butler]) -> Team:
    return team(*some, others={one.staff_id: one for one in some})


@given(TEAMS, NOWS, st.frozensets(st.sampled_from("abcdefgh")))
def test_never_who_does_not_serve_is_away_or_is_passed_over(
    some: list[Butler], now: datetime, besides: frozenset[str]
) -> None:
    choice = chosen(place_of(some), now=now, besides=besides)
    able = {
        one.staff_id
        for one in some
        if one.serves and one.away(now) is None and one.staff_id not in besides
    }
    assert choice.staff_id in able if able else choice.staff_id == ""
    assert choice.reasons
    assert choice.retry_at is None or (not choice.staff_id and choice.retry_at > now)


@given(TEAMS, NOWS, st.randoms(use_true_random=False))
def test_the_choice_and_its_reasons_do_not_hang_on_the_order_of_reading(
    some: list[Butler], now: datetime, chance: random.Random
) -> None:
    loads = {one.staff_id: Load(open=len(one.leaves)) for one in some}
    mixed = list(some)
    chance.shuffle(mixed)
    assert chosen(place_of(some), now=now, loads=loads) == chosen(
        place_of(mixed), now=now, loads=loads
    )


@given(st.integers(1, 6), st.integers(0, 40))
def test_of_equals_nobody_gets_two_more_than_another(equals: int, tickets: int) -> None:
    some = team(*(butler(str(number)) for number in range(equals)))
    loads = {str(number): Load() for number in range(equals)}
    counts = Counter({str(number): 0 for number in range(equals)})
    for ticket in range(tickets):
        now = MONDAY + timedelta(seconds=ticket)
        staff_id = chosen(some, now=now, loads=loads).staff_id
        counts[staff_id] += 1
        loads[staff_id] = replace(
            loads[staff_id], open=loads[staff_id].open + 1, last_assigned_at=now
        )
    assert max(counts.values()) - min(counts.values()) <= 1
