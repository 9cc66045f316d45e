"""A counter case: confirmed by one, released by another, or neither; nothing else is possible."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import FOLDER, load
from domain.counter.cases import (
    ENDING,
    STANDING,
    TO_CONFIRM,
    CaseState,
    CounterCase,
    Reason,
    ending_fits,
    release_until,
)
from domain.time import civil_date
from domain.transactions import Conflict
from domain.values import VerifiedIdentity

NOW = datetime(2026, 9, 29, 8, tzinfo=UTC)
GIVEN = VerifiedIdentity(name="何嘉欣", id_number="810000198606100282")
CASE = CounterCase(
    id="case",
    number="GT2609290001",
    person_id="person",
    reason=Reason.DOCUMENT_NOT_SERVED,
    given=GIVEN,
    opened_at=NOW,
)
CONTENT = load(FOLDER, district="440104")
UNTIL = NOW + timedelta(days=3)
CLERKS = ("ann", "ben", "cai")


def confirmed(case: CounterCase = CASE, *, by: str = "ann", named: str = "周敏") -> CounterCase:
    return case.confirmed(
        by=by, named=named, document="resident-card", note="", until=UNTIL, now=NOW
    )


def released(
    case: CounterCase, *, by: str, now: datetime = NOW, named: str = "吴静"
) -> CounterCase:
    return case.released(by=by, named=named, led_to="person", now=now)


def test_two_clerks_prove_an_identity() -> None:
    after = released(confirmed(), by="ben")
    assert (after.state, after.standing) == (CaseState.RELEASED, "")
    assert [step.text for step in after.steps] == [
        "窗口已核对证件，等待另一名工作人员复核。",
        "窗口复核通过，身份已核验。",
    ]


def test_nobody_decides_on_what_they_confirmed() -> None:
    case = confirmed(by="ann")
    for move in (
        lambda: released(case, by="ann"),
        lambda: case.returned(by="ann", reason="照片不清", now=NOW),
        lambda: case.refused(by="ann", reason="照片不清", now=NOW),
    ):
        with pytest.raises(Conflict, match="由您核对"):
            move()


def test_nobody_deals_with_a_case_of_their_own_name() -> None:
    with pytest.raises(Conflict, match="同名"):
        confirmed(named=" 何嘉欣")
    with pytest.raises(Conflict, match="同名"):
        released(confirmed(), by="ben", named="何嘉欣")


def test_what_nobody_released_in_time_is_confirmed_again() -> None:
    case = confirmed()
    with pytest.raises(Conflict, match="复核期限"):
        released(case, by="ben", now=UNTIL)
    again = case.expired(now=UNTIL)
    assert (again.state, again.confirmation) == (CaseState.OPEN, None)
    assert released(confirmed(again), by="ben").state is CaseState.RELEASED


def test_a_confirmation_is_only_of_what_was_given_then() -> None:
    other = VerifiedIdentity(name="何嘉欣", id_number="810000199001010014")
    changed = confirmed().changed(given=other, reason=CASE.reason)
    assert (changed.state, changed.confirmation) == (CaseState.OPEN, None)


@pytest.mark.parametrize("state", [state for state in CaseState if state not in STANDING])
def test_an_ended_case_moves_no_more(state: CaseState) -> None:
    case = replace(CASE, state=state)
    for move in (
        lambda: confirmed(case),
        lambda: released(case, by="ben"),
        lambda: case.returned(by="ben", reason="照片不清", now=NOW),
        lambda: case.refused(by="ben", reason="照片不清", now=NOW),
    ):
        with pytest.raises(Conflict, match="状态是"):
            move()


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["confirm", "release", "return", "refuse", "expire"]),
        st.sampled_from(CLERKS),
    ),
    max_size=12,
)


@given(MOVES)
def test_however_it_goes_two_different_clerks_stand_behind_a_release(
    moves: list[tuple[str, str]],
) -> None:
    case, history, confirmer = CASE, [CASE], ""
    for move, by in moves:
        before = case
        try:
            match move:
                case "confirm":
                    case = confirmed(case, by=by)
                    confirmer = by
                case "release":
                    case = released(case, by=by)
                    assert before.state is CaseState.CONFIRMED
                    assert by != confirmer
                case "return":
                    case = case.returned(by=by, reason="照片不清", now=NOW)
                case "refuse":
                    case = case.refused(by=by, reason="照片不清", now=NOW)
                case "expire" if case.state is CaseState.CONFIRMED:
                    case = case.expired(now=UNTIL)
        except Conflict:
            assert case is before
        if case is not before:
            history.append(case)
    assert [one.revision for one in history] == list(range(len(history)))
    assert all(before.state in STANDING for before, _ in pairwise(history))
    assert (case.confirmation is not None) <= (
        case.state in {CaseState.CONFIRMED, CaseState.RELEASED}
    )
    assert bool(case.standing) == (case.state in STANDING)
    assert TO_CONFIRM < STANDING


@given(st.text(alphabet="0123456789Xx ", max_size=8))
def test_the_ending_is_that_of_the_number_whatever_its_case(typed: str) -> None:
    case = replace(CASE, given=replace(GIVEN, id_number="44010419900101001X"))
    assert ending_fits(case, typed) == (typed.strip().upper() == "01001X")
    assert len("01001X") == ENDING


@given(st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 12, 31)))
def test_a_release_has_so_many_working_days(day: date) -> None:
    terms, calendar = CONTENT.counter, CONTENT.calendar
    now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    last = civil_date(release_until(terms, calendar, now=now) - timedelta(seconds=1))
    days = (last - day).days
    worked = [one for one in range(1, days + 1) if calendar.is_working(day + timedelta(days=one))]
    assert len(worked) == terms.release_days
    assert calendar.is_working(last)
