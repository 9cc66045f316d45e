"""The supplier's moves: each only from where the way leads, each saying what it needs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.electricity.applications import By, State
from domain.electricity.supply import FROM, Move, MoveKind, moved, possible
from domain.time import civil_date
from domain.transactions import Conflict
from tests.electricity import BEGUN, CALENDAR, DESK, application, move


@given(state=st.sampled_from(State), kind=st.sampled_from(MoveKind))
def test_an_illegal_move_is_a_conflict_that_says_why_and_a_legal_one_leaves_a_step(
    state: State, kind: MoveKind
) -> None:
    was = application(state=state)
    if state not in FROM[kind]:
        with pytest.raises(Conflict, match="目前的状态是"):
            moved(was, move(kind), desk=DESK, now=BEGUN)
        assert kind not in possible(was)
        return
    after = moved(was, move(kind), desk=DESK, now=BEGUN)
    assert kind in possible(was)
    assert (after.revision, len(after.steps)) == (was.revision + 1, 1)
    assert (after.steps[0].by, after.steps[0].state, after.since) == (
        By.SUPPLIER,
        after.state,
        BEGUN,
    )


@given(kinds=st.lists(st.sampled_from(MoveKind), max_size=12))
def test_whatever_is_tried_an_application_that_is_over_stays_over(kinds: list[MoveKind]) -> None:
    now, one = BEGUN, application()
    for kind in kinds:
        now += timedelta(hours=1)
        if kind in possible(one):
            one = moved(one, move(kind), desk=DESK, now=now)
        else:
            with pytest.raises(Conflict):
                moved(one, move(kind), desk=DESK, now=now)
    if one.state in {State.CLOSED, State.REJECTED}:
        assert possible(one) == ()
    assert [step.at for step in one.steps] == sorted(step.at for step in one.steps)


@pytest.mark.parametrize(
    "lacking",
    [
        Move(kind=MoveKind.RETURN),
        Move(kind=MoveKind.RETURN, papers=("no_such_paper",)),
        Move(kind=MoveKind.SURVEY),
        Move(kind=MoveKind.SURVEY, begins_at=BEGUN, ends_at=BEGUN + timedelta(hours=1)),
        Move(
            kind=MoveKind.SURVEY,
            begins_at=BEGUN + timedelta(hours=2),
            ends_at=BEGUN + timedelta(hours=1),
        ),
        Move(kind=MoveKind.REPLY_PLAN),
        Move(kind=MoveKind.REJECT),
    ],
    ids=lambda one: one.kind.value,
)
def test_a_move_without_what_it_needs_is_refused(lacking: Move) -> None:
    state = next(iter(FROM[lacking.kind] & {State.ACCEPTED, State.SURVEY}))
    with pytest.raises(Conflict):
        moved(application(state=state), lacking, desk=DESK, now=BEGUN)


def test_power_is_not_on_tomorrow() -> None:
    tomorrow = Move(kind=MoveKind.ENERGISE, on=date(2026, 11, 25))
    with pytest.raises(Conflict, match="不能晚于今天"):
        moved(application(state=State.PLAN_REPLIED), tomorrow, desk=DESK, now=BEGUN)


@given(hours=st.integers(-7000, 7000), days=st.integers(0, 30))
def test_what_is_returned_is_due_on_a_working_day(hours: int, days: int) -> None:
    at = BEGUN + timedelta(hours=hours)
    after = moved(application(), move(MoveKind.RETURN, days=days), desk=DESK, now=at)
    assert after.returned is not None
    assert CALENDAR.is_working(after.returned.due)
    assert after.returned.due > civil_date(at)
    assert after.returned.came_from is State.PROMISE_SIGNED
