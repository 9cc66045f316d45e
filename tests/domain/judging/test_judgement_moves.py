"""A judgement: nothing takes effect unheard, by one person alone, or graver than the rule."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.judging import judgement_moves as moves
from domain.judging.judgements import Judgement, State
from domain.judging.terms import ORDER, Level
from domain.time import civil_date
from domain.transactions import Conflict
from domain.workdays import Deadline
from tests.domain.judging.samples import (
    AT,
    BUTLER,
    CALENDAR,
    OFFICER,
    SUPERVISOR,
    TERMS,
    judgement,
)

# Three working days after Monday, 2 March: Thursday is the last, Friday is after it.
FOUND = "达到“暂停服务”的标准：成立的投诉 3 件，达到 3 件。请信用管家在2026年3月5日前说明情况。"
OVER = AT + timedelta(days=4)


def heard() -> Judgement:
    return moves.stated(judgement(), by=BUTLER, text="上月临时代三栋楼", now=AT)


def proposed(
    was: Judgement | None = None,
    *,
    level: Level | None = Level.SUSPENSION,
    by: str = OFFICER,
    now: datetime = AT,
) -> Judgement:
    return moves.proposed(
        was or heard(),
        level=level,
        reason="核对无误",
        by=by,
        terms=TERMS,
        calendar=CALENDAR,
        now=now,
    )


def decided(was: Judgement | None = None, *, by: str = SUPERVISOR) -> Judgement:
    return moves.decided(was or proposed(), reason="同意", by=by, now=AT)


def restoring() -> Judgement:
    return moves.restoration_proposed(decided(), reason="已整改", by=OFFICER, now=AT)


def test_found_heard_proposed_and_decided_by_two() -> None:
    after = decided()
    assert (after.state, after.proposed, after.decided_by) == (
        State.EFFECTIVE,
        Level.SUSPENSION,
        SUPERVISOR,
    )
    assert [(step.by, step.text) for step in after.steps] == [
        (
            "",
            FOUND,
        ),
        (BUTLER, "信用管家已陈述意见。"),
        (OFFICER, "提请“暂停服务”：核对无误"),
        (SUPERVISOR, "决定“暂停服务”：同意"),
    ]


@given(days=st.integers(0, 10))
def test_nothing_is_proposed_before_the_butler_was_heard_or_the_time_is_over(days: int) -> None:
    now = AT + timedelta(days=days)
    if now < OVER:
        with pytest.raises(Conflict, match="可以在2026年3月5日前陈述意见"):
            proposed(judgement(), now=now)
    else:
        assert proposed(judgement(), now=now).state is State.PROPOSED
    assert proposed(heard(), now=now).state is State.PROPOSED


def test_a_provisional_time_to_be_heard_is_not_over() -> None:
    beyond = CALENDAR.horizon + timedelta(days=20)
    until = Deadline(day=beyond, provisional=True)
    one = replace(judgement(), told_on=CALENDAR.horizon, hear_until=until)
    late = datetime.combine(beyond + timedelta(days=90), AT.time(), AT.tzinfo)
    with pytest.raises(Conflict, match="暂定"):
        proposed(one, now=late)
    assert proposed(moves.stated(one, by=BUTLER, text="说明", now=late), now=late)


def test_a_calendar_that_comes_later_never_shortens_the_time_that_was_told() -> None:
    told = Deadline(day=date(2026, 3, 20), provisional=True)
    one = replace(judgement(), hear_until=told)
    until = moves.hearing_until(one, terms=TERMS, calendar=CALENDAR)
    assert (until.day, until.provisional) == (told.day, False)


def test_the_butler_has_one_word_and_nobody_else_has_it() -> None:
    with pytest.raises(Conflict, match="陈述一次"):
        moves.stated(heard(), by=BUTLER, text="再说一句", now=AT)
    with pytest.raises(Conflict, match="本人"):
        moves.stated(judgement(), by=OFFICER, text="代为说明", now=AT)


@pytest.mark.parametrize("found", ORDER)
@pytest.mark.parametrize("level", [None, *ORDER])
def test_nothing_graver_is_proposed_than_the_rule_found(found: Level, level: Level | None) -> None:
    was = moves.stated(judgement(found), by=BUTLER, text="说明", now=AT)
    if level is not None and level.weight > found.weight:
        with pytest.raises(Conflict, match="更重"):
            proposed(was, level=level)
    else:
        after = decided(proposed(was, level=level))
        assert after.state is (State.EFFECTIVE if level else State.DROPPED)


@pytest.mark.parametrize(
    "move",
    [
        lambda by: decided(proposed(by=by), by=by),
        lambda by: moves.returned(proposed(by=by), reason="不同意", by=by, now=AT),
        lambda by: moves.restored(replace(restoring(), proposer=by), reason="同意", by=by, now=AT),
    ],
    ids=["decides", "returns", "restores"],
)
def test_who_proposes_does_not_decide(move: Callable[[str], Judgement]) -> None:
    with pytest.raises(Conflict, match="不能是同一人"):
        move(OFFICER)


def test_nobody_has_a_part_in_their_own_judgement() -> None:
    with pytest.raises(Conflict, match="本人"):
        proposed(by=BUTLER)
    with pytest.raises(Conflict, match="本人"):
        decided(by=BUTLER)


def test_what_is_returned_can_be_proposed_otherwise() -> None:
    back = moves.returned(proposed(), reason="证据不足", by=SUPERVISOR, now=AT)
    assert (back.state, back.proposer, back.proposed) == (State.HEARING, "", None)
    assert decided(proposed(back, level=Level.WARNING)).proposed is Level.WARNING


def test_suspended_service_is_restored_by_two_and_nothing_else_is() -> None:
    after = moves.restored(restoring(), reason="同意", by=SUPERVISOR, now=AT)
    assert after.state is State.RESTORED
    refused = moves.returned(restoring(), reason="还未整改", by=SUPERVISOR, now=AT)
    assert (refused.state, refused.proposed) == (State.EFFECTIVE, Level.SUSPENSION)
    warned = decided(proposed(level=Level.WARNING))
    with pytest.raises(Conflict, match="只有暂停服务"):
        moves.restoration_proposed(warned, reason="x", by=OFFICER, now=AT)


BY_NAME: dict[str, Callable[[Judgement], Judgement]] = {
    "state": lambda was: moves.stated(was, by=BUTLER, text="说明", now=AT),
    "propose": proposed,
    "propose at last": lambda was: proposed(was, now=OVER),
    "drop": lambda was: proposed(was, level=None),
    "decide": decided,
    "return": lambda was: moves.returned(was, reason="不同意", by=SUPERVISOR, now=AT),
    "ask back": lambda was: moves.restoration_proposed(was, reason="整改", by=OFFICER, now=AT),
    "restore": lambda was: moves.restored(was, reason="同意", by=SUPERVISOR, now=AT),
}


@given(ways=st.lists(st.sampled_from(sorted(BY_NAME)), max_size=14))
def test_whatever_is_tried_nothing_takes_effect_unheard_or_by_one(ways: list[str]) -> None:
    one = judgement()
    times: list[datetime] = []
    for way in ways:
        try:
            one = BY_NAME[way](one)
        except Conflict:
            continue
        times.append(OVER if way == "propose at last" else AT)
    acted = {step.by for step in one.steps}
    if one.state in {State.EFFECTIVE, State.DROPPED, State.RESTORING, State.RESTORED}:
        assert {OFFICER, SUPERVISOR} <= acted
        until = moves.hearing_until(one, terms=TERMS, calendar=CALENDAR)
        assert one.statement is not None or civil_date(max(times)) > until.day
    assert len({step.by for step in one.steps if step.text.startswith("决定")}) <= 1
