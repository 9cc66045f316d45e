"""The states of a signed promise: legal moves only, two people for a finding, time for steps."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.calendar import load_calendar
from content.catalogue import FOLDER
from domain.promises import performance
from domain.promises.performance import Terms
from domain.promises.promises import (
    Basis,
    IdentityProof,
    Promise,
    Publication,
    Signature,
    State,
)
from domain.promises.supervision import Degree, Finder
from domain.promises.templates import PromiseKind, Publicity
from domain.time import civil_date
from domain.transactions import Conflict

CALENDAR = load_calendar(FOLDER)
TERMS = Terms(review_days=5, object_days=10, decide_days=10, answer_days=5)
FINDER = Finder(name="样例单位", uscc="91440104000000019T")
NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=90)


def promise(state: State = State.SIGNED) -> Promise:
    signature = Signature(
        code="44010420260601000001",
        at=NOW,
        signer="林晓芸",
        role="legal_representative",
        proof=IdentityProof(check_id="c", method="face", confirmed_at=NOW),
        publication=Publication(
            publicity=Publicity.PUBLIC, text="", text_hash="", agreed_at=NOW, until=None
        ),
        due=None,
        duty="",
        valid_until=None,
    )
    basis = Basis(
        report_id="r",
        number="n",
        issued_at=NOW,
        canonical_sha256="",
        sample=False,
        reasons=(),
    )
    return Promise(
        id="p",
        template="electricity",
        version="1",
        text_hash="",
        kind=PromiseKind.PROOF,
        title="诚信守法用电承诺书",
        department="供电局",
        person_id="person",
        subject_id="s",
        principal_id="s",
        principal_person="person",
        about="91440104000000019T",
        uscc="91440104000000019T",
        category="organisation",
        promisor="样例公司",
        identifier="91440104000000019T",
        answers=(),
        publicity=Publicity.PUBLIC,
        basis=basis,
        created_at=NOW,
        changed_at=NOW,
        state=state,
        signature=signature,
    )


Move = Callable[[Promise, datetime], Promise]
MOVES: dict[str, tuple[State, State, Move]] = {
    "order": (
        State.SIGNED,
        State.ORDERED,
        lambda one, now: performance.ordered(one, what="交费", days=5, calendar=CALENDAR, now=now),
    ),
    "correct": (
        State.ORDERED,
        State.SIGNED,
        lambda one, now: performance.corrected(one, now=now),
    ),
    "keep": (
        State.SIGNED,
        State.KEPT,
        lambda one, now: performance.kept(one, finder=FINDER, now=now),
    ),
    "propose": (
        State.ORDERED,
        State.PROPOSED,
        lambda one, now: performance.proposed(
            one,
            degree=Degree.PARTLY,
            unperformed="交费",
            consequence="记入信用记录。",
            finder=FINDER,
            by="maker",
            terms=TERMS,
            calendar=CALENDAR,
            now=now,
        ),
    ),
    "return": (
        State.PROPOSED,
        State.ORDERED,
        lambda one, now: performance.returned(one, reason="证据不足", by="checker", now=now),
    ),
    "confirm": (
        State.PROPOSED,
        State.BROKEN,
        lambda one, now: performance.broken(
            one, by="checker", terms=TERMS, calendar=CALENDAR, now=now
        ),
    ),
    "object": (
        State.BROKEN,
        State.OBJECTED,
        lambda one, now: performance.objected(
            one, reason="已交", terms=TERMS, calendar=CALENDAR, now=now
        ),
    ),
    "uphold": (
        State.OBJECTED,
        State.SIGNED,
        lambda one, now: performance.decided(
            one, upheld=True, reason="属实", by="checker", now=now
        ),
    ),
    "dismiss": (
        State.OBJECTED,
        State.BROKEN,
        lambda one, now: performance.decided(
            one, upheld=False, reason="不实", by="checker", now=now
        ),
    ),
    "withdraw": (
        State.SIGNED,
        State.WITHDRAWN,
        lambda one, now: one.withdrawn(reason="不需要", now=now),
    ),
}


@given(walk=st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 40)), max_size=25))
def test_whatever_is_tried_only_legal_moves_happen(walk: list[tuple[str, int]]) -> None:
    one, now = promise(), NOW
    for name, days in walk:
        now += timedelta(days=days)
        before, after, move = MOVES[name]
        try:
            moved = move(one, now)
        except Conflict:
            continue
        assert one.state is before
        assert moved.state is after
        assert moved.revision == one.revision + 1
        one = moved
    if one.state in {State.BROKEN, State.OBJECTED}:
        assert one.supervision
        assert one.supervision.breach
        assert one.supervision.breach.found_on


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", State)
def test_a_move_from_any_other_state_says_why_not(name: str, state: State) -> None:
    before, _, move = MOVES[name]
    if state is before or state is State.DRAFT:
        return
    # A signed one may be found broken too, once a term that was set is over.
    without_term = name == "propose" and state is State.SIGNED
    with pytest.raises(Conflict, match="没有约定期限" if without_term else "目前的状态"):
        move(promise(state), NOW)


def to(*names: str, at: datetime = NOW) -> Promise:
    """After these moves, each long enough after the one before."""
    one = promise()
    for place, name in enumerate(names):
        one = MOVES[name][2](one, at + timedelta(days=30 * place))
    return one


@given(days=st.integers(0, 60))
def test_nothing_is_found_broken_before_the_day_to_correct_is_over(days: int) -> None:
    one = to("order")
    assert one.supervision
    assert one.supervision.order
    due, now = one.supervision.order.due.day, NOW + timedelta(days=days)
    if civil_date(now) <= due:
        with pytest.raises(Conflict, match="期满"):
            MOVES["propose"][2](one, now)
    else:
        assert MOVES["propose"][2](one, now).state is State.PROPOSED


@given(days=st.integers(0, 60))
def test_a_finding_is_objected_to_within_ten_working_days(days: int) -> None:
    one = to("order", "propose", "confirm")
    found = NOW + timedelta(days=60)
    last = CALENDAR.after(civil_date(found), 10).day
    now = found + timedelta(days=days)
    if civil_date(now) <= last:
        assert MOVES["object"][2](one, now).state is State.OBJECTED
    else:
        with pytest.raises(Conflict, match="期限已过"):
            MOVES["object"][2](one, now)


def test_who_proposes_neither_confirms_nor_returns_nor_decides() -> None:
    proposed = to("order", "propose")
    for act in (
        lambda: performance.broken(proposed, by="maker", terms=TERMS, calendar=CALENDAR, now=LATER),
        lambda: performance.returned(proposed, reason="再看看", by="maker", now=LATER),
    ):
        with pytest.raises(Conflict, match="同一人"):
            act()
    confirmed = to("order", "propose", "confirm")
    objected = MOVES["object"][2](confirmed, NOW + timedelta(days=61))
    with pytest.raises(Conflict, match="同一人"):
        performance.decided(objected, upheld=True, reason="属实", by="maker", now=LATER)


def test_a_finding_that_was_maintained_is_final() -> None:
    objected = MOVES["object"][2](to("order", "propose", "confirm"), NOW + timedelta(days=61))
    final = MOVES["dismiss"][2](objected, NOW + timedelta(days=62))
    with pytest.raises(Conflict, match="已经处理"):
        MOVES["object"][2](final, NOW + timedelta(days=62))


def test_a_swapped_working_weekend_counts() -> None:
    """Ordered on Wednesday 7 October 2026, a day off: Thursday to Saturday the 10th are worked."""
    one = performance.ordered(
        promise(),
        what="交费",
        days=3,
        calendar=CALENDAR,
        now=datetime(2026, 10, 7, 4, tzinfo=UTC),
    )
    assert one.supervision
    assert one.supervision.order
    assert one.supervision.order.due.day == date(2026, 10, 10)
