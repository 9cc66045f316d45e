"""What is due by a day: said to be done, taken or handed back, or found not performed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.promises import performance, standing
from domain.promises.promises import Promise, State
from domain.promises.supervision import Answer, Degree
from domain.time import civil_date, day_ends, deadline_in_words, left_in_words
from domain.transactions import Conflict
from domain.workdays import Deadline
from tests.domain.promises.test_performance import CALENDAR, FINDER, NOW, TERMS, to
from tests.domain.promises.test_performance import promise as signed

DUE = date(2026, 7, 31)
TODAY = civil_date(NOW)


def later(*, due: date | None = DUE, valid_until: date | None = None) -> Promise:
    """Signed, with materials that follow by a day."""
    one = signed()
    assert one.signature
    deadline = Deadline(day=due, provisional=False) if due else None
    signature = replace(one.signature, due=deadline, duty="补齐材料", valid_until=valid_until)
    return replace(one, signature=signature)


def hand_in(one: Promise, *, now: datetime = NOW, on: date | None = None) -> Promise:
    return performance.handed_in(
        one, on=on or civil_date(now), note="已交平面图", terms=TERMS, calendar=CALENDAR, now=now
    )


def propose(one: Promise, now: datetime) -> Promise:
    return performance.proposed(
        one,
        degree=Degree.PARTLY,
        unperformed="平面图",
        consequence="撤销决定。",
        finder=FINDER,
        by="maker",
        terms=TERMS,
        calendar=CALENDAR,
        now=now,
    )


@given(days=st.integers(0, 120))
def test_what_is_handed_in_after_the_day_is_late_and_says_so(days: int) -> None:
    now = NOW + timedelta(days=days)
    said = standing.waiting(hand_in(later(), now=now))
    assert said
    assert said.late is (civil_date(now) > DUE)
    assert said.answer_by == CALENDAR.after(civil_date(now), 5)


@given(days=st.integers(-30, 30))
def test_it_was_done_between_signing_and_today(days: int) -> None:
    now = NOW + timedelta(days=10)
    on = civil_date(now) + timedelta(days=days)
    if TODAY <= on <= civil_date(now):
        assert hand_in(later(), now=now, on=on).supervision
    else:
        with pytest.raises(Conflict, match="办理日期"):
            hand_in(later(), now=now, on=on)


def test_once_it_is_taken_nothing_is_due_any_more() -> None:
    handed = hand_in(later())
    assert standing.due_of(later()) == Deadline(day=DUE, provisional=False)
    assert standing.due_of(handed) is None
    assert standing.decision_of(handed) == ("核对补交", CALENDAR.after(TODAY, 5))
    taken = performance.taken(handed, now=NOW)
    assert (standing.done(taken), standing.due_of(taken)) == (True, None)
    assert standing.decision_of(taken) is None
    with pytest.raises(Conflict, match="已核对收到"):
        hand_in(taken)
    with pytest.raises(Conflict, match="没有待核对"):
        performance.taken(taken, now=NOW)


def test_what_was_handed_back_is_due_again_and_may_be_handed_in_again() -> None:
    back = performance.handed_back(hand_in(later()), reason="不清晰", now=NOW)
    assert standing.due_of(back) == Deadline(day=DUE, provisional=False)
    assert standing.may_hand_in(back)
    again = standing.waiting(hand_in(back))
    assert again
    assert (again.answer, again.reason) == (Answer.WAITING, "")


def test_nothing_is_found_while_something_waits_for_an_answer() -> None:
    handed = hand_in(later())
    after = NOW + timedelta(days=90)
    with pytest.raises(Conflict, match="请先核对"):
        propose(handed, after)
    with pytest.raises(Conflict, match="请先核对"):
        performance.kept(handed, finder=FINDER, now=NOW)
    with pytest.raises(Conflict, match="待核对"):
        hand_in(handed)


def test_a_promise_without_a_day_has_nothing_to_be_handed_in() -> None:
    with pytest.raises(Conflict, match="没有约定办理期限"):
        hand_in(later(due=None))
    assert not standing.may_hand_in(later(due=None))


@given(days=st.integers(0, 120), valid=st.booleans())
def test_a_promise_whose_term_has_ended_may_be_found_performed_in_part(
    days: int, valid: bool
) -> None:
    one = later(due=None, valid_until=DUE) if valid else later()
    now = NOW + timedelta(days=days)
    assert standing.may_be_found(one, civil_date(now)) is (civil_date(now) > DUE)
    if civil_date(now) <= DUE:
        with pytest.raises(Conflict, match="承诺期限到"):
            propose(one, now)
        return
    proposed = propose(one, now)
    assert standing.decision_of(proposed) == ("复核违诺认定", CALENDAR.after(civil_date(now), 5))
    returned = performance.returned(proposed, reason="再核实", by="checker", now=now)
    assert returned.state is State.SIGNED


def test_each_state_is_said_in_the_words_of_the_national_template() -> None:
    kept = performance.kept(signed(), finder=FINDER, now=NOW)
    assert kept.supervision
    assert kept.supervision.kept
    assert (kept.supervision.kept.on, kept.supervision.kept.finder) == (TODAY, FINDER)
    broken = to("order", "propose", "confirm")
    found = NOW + timedelta(days=60)
    assert [standing.performance_of(one) for one in (signed(), kept, broken)] == [
        "尚未认定",
        "全部履行",
        "部分履行",
    ]
    assert standing.oversight_of(signed(), TODAY) == "监管中"
    assert standing.oversight_of(kept, TODAY) == "监管完成"
    assert standing.oversight_of(broken, civil_date(found)) == "监管中"
    assert standing.oversight_of(broken, civil_date(found) + timedelta(days=30)) == "监管完成"


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "已逾期 1 天"), (0, "今天到期"), (3, "还剩 3 天")]
)
def test_what_is_left_is_said_in_words(days: int, words: str) -> None:
    assert left_in_words(TODAY + timedelta(days=days), TODAY) == words


def test_it_expires_after_its_last_day() -> None:
    one = later(valid_until=DUE)
    assert standing.expiry_of(one, DUE) == "未过期"
    assert standing.expiry_of(one, DUE + timedelta(days=1)) == "已过期"
    assert standing.expiry_of(later(), DUE + timedelta(days=999)) == "未过期"


def test_a_deadline_that_ends_with_its_day_names_the_day() -> None:
    assert deadline_in_words(day_ends(DUE)) == "2026年7月31日（含）前"
    assert deadline_in_words(NOW) == "2026年6月1日 11:00 前"
