"""The applicant's way: only the title proof falls away, clocks are working days, illegal is 409."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.electricity import ways
from domain.electricity.applications import (
    OVER,
    POWERED,
    Application,
    Breach,
    By,
    Material,
    Premises,
    Proof,
    State,
    Wanted,
)
from domain.electricity.filling import incomplete, missing
from domain.electricity.outlook import Outlook
from domain.electricity.terms import TITLE_PROOF, Business, clock_of, papers_needed, proof_for
from domain.time import SHANGHAI, civil_date
from domain.transactions import Conflict
from tests.electricity import BEGUN, CALENDAR, TERMS, WANTED, application

BUSINESSES = st.sampled_from(list(TERMS.businesses.values()))
INSTANTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - made aware by timezones
    datetime(2027, 12, 31),  # noqa: DTZ001 - as above, past the calendar's horizon too
    timezones=st.just(SHANGHAI),
)
OUTLOOK = Outlook(terms=TERMS, calendar=CALENDAR)
Way = Callable[[Application], Application]
# Every step of the applicant's side, with the states it may be made from.
WAYS: dict[str, tuple[Way, frozenset[State]]] = {
    "filled": (
        lambda one: ways.filled(one, WANTED, now=BEGUN),
        frozenset({State.DRAFT, State.REPORT_BLOCKED}),
    ),
    "ordinary": (
        lambda one: ways.ordinary(one, now=BEGUN),
        frozenset({State.DRAFT, State.REPORT_BLOCKED, State.REPORT_OK}),
    ),
    "submitted": (
        lambda one: ways.submitted(one, number="YD1", now=BEGUN),
        frozenset({State.DRAFT, State.REPORT_BLOCKED, State.REPORT_OK}),
    ),
    "judged": (
        lambda one: ways.judged(one, report_id="r", against=(), now=BEGUN),
        frozenset({State.IDENTITY_OK}),
    ),
    "promised": (
        lambda one: ways.promised(one, promise_id="p", code="c", report_id="r", now=BEGUN),
        frozenset({State.REPORT_OK}),
    ),
    "withdrawn": (
        lambda one: ways.withdrawn(one, reason="", now=BEGUN),
        frozenset(State) - OVER - POWERED,
    ),
    "unpromised": (
        lambda one: ways.unpromised(one, because="。", calendar=CALENDAR, days=5, now=BEGUN),
        frozenset(State) - POWERED,
    ),
}


def test_what_went_back_to_a_draft_is_withdrawn_and_what_never_was_handed_in_is_not() -> None:
    draft = application(state=State.DRAFT)
    handed = replace(draft, number="YD260101000001")
    assert ways.withdrawn(handed, reason="", now=BEGUN).state is State.WITHDRAWN
    with pytest.raises(Conflict):
        ways.withdrawn(replace(draft, number=""), reason="", now=BEGUN)


@given(name=st.sampled_from(sorted(WAYS)), state=st.sampled_from(State))
def test_a_step_from_where_it_does_not_lead_is_a_conflict_and_any_other_is_made(
    name: str, state: State
) -> None:
    way, legal = WAYS[name]
    one = application(state=state)
    if state in legal:
        assert way(one).revision > one.revision
        return
    with pytest.raises(Conflict):
        way(one)


@given(business=BUSINESSES)
def test_report_and_promise_take_the_place_of_the_title_proof_and_of_nothing_else(
    business: Business,
) -> None:
    by_title = papers_needed(business, Proof.TITLE)
    by_credit = papers_needed(business, Proof.CREDIT)
    assert {one.code for one in by_title} - {one.code for one in by_credit} == {TITLE_PROOF}
    assert set(by_credit) < set(by_title)


@given(
    business=BUSINESSES,
    premises=st.sampled_from(Premises),
    there=st.sets(st.sampled_from(sorted(TERMS.papers))),
    green=st.booleans(),
)
def test_whatever_is_required_and_not_there_is_named_unless_a_good_users_may_follow(
    business: Business, premises: Premises, there: set[str], green: bool
) -> None:
    kind = business
    one = application(
        uscc=None if "person" in kind.categories else "91440104MA00000000",
        state=State.DRAFT,
        proof=proof_for(premises),
        wanted=replace(
            WANTED,
            business=kind.code,
            premises=premises,
            account="0300000000000001" if kind.increase else "",
        ),
        materials=tuple(_file(paper) for paper in there),
    )
    named = {fault.pointer for fault in incomplete(one, terms=TERMS, green=green)}
    lacking = {
        paper.code
        for paper in kind.papers
        if paper.required
        and paper.code not in there
        and not (paper.code == TITLE_PROOF and premises is not Premises.TITLED)
        and not (green and paper.deferrable)
    }
    assert named == {f"/papers/{code}" for code in lacking}


@given(at=INSTANTS, state=st.sampled_from(State), business=BUSINESSES)
def test_a_clock_counts_working_days_from_the_day_after(
    at: datetime, state: State, business: Business
) -> None:
    kind = business
    one = application(state=state, since=at)
    clock = clock_of(one, kind, CALENDAR)
    if state in OVER:
        assert clock is None
    if clock is None:
        return
    start = civil_date(at)
    assert clock.due == CALENDAR.after(start, kind.days[state])
    assert clock.due.day > start
    assert CALENDAR.is_working(clock.due.day)
    assert clock.due.provisional or CALENDAR.covers(clock.due.day)
    assert not clock.over(clock.due.day)
    assert clock.over(clock.due.day + timedelta(days=1))


@pytest.mark.parametrize(
    ("since", "days", "last"),
    [
        (date(2026, 1, 30), 1, date(2026, 2, 2)),  # over a month end and a weekend
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # over the Spring Festival
        (date(2026, 9, 30), 2, date(2026, 10, 9)),  # over the week of the National Day
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # a Saturday that is worked
    ],
)
def test_swapped_weekends_count_as_the_state_council_says(
    since: date, days: int, last: date
) -> None:
    at = datetime(since.year, since.month, since.day, 10, tzinfo=SHANGHAI)
    kind = TERMS.businesses["business-new"]
    kind = replace(kind, days={**kind.days, State.ACCEPTED: days})
    clock = clock_of(application(state=State.ACCEPTED, since=at), kind, CALENDAR)
    assert clock is not None
    assert (clock.by, clock.due.day, clock.due.provisional) == (By.SUPPLIER, last, False)


@given(at=INSTANTS, state=st.sampled_from(State))
def test_every_state_says_in_words_what_comes_next_and_by_when(at: datetime, state: State) -> None:
    one = application(state=state, since=at, changed_at=at)
    shown = OUTLOOK.show(one, now=at)
    assert shown.next.text
    assert (shown.next.by is None) == (state in OVER)
    if shown.next.clock is not None:
        day = shown.next.clock.due.day
        assert f"{day.year}年{day.month}月{day.day}日" in shown.next.text
        assert ("暂定" in shown.next.text) == shown.next.clock.due.provisional


@given(state=st.sampled_from(sorted(ways.WITHOUT_POWER, key=lambda one: one.value)))
def test_without_the_promise_it_comes_back_by_title_and_with_it_again_as_it_was(
    state: State,
) -> None:
    assume(state is not State.RETURNED)
    was = application(state=state)
    wanting = ways.unpromised(was, because="承诺已撤回。", calendar=CALENDAR, days=5, now=BEGUN)
    assert (wanting.state, wanting.proof) == (State.RETURNED, Proof.TITLE)
    assert ways.still_missing(wanting) == (TITLE_PROOF,)
    later = BEGUN + timedelta(hours=1)
    there = replace(wanting, materials=(_file(TITLE_PROOF, later),))
    assert ways.still_missing(there) == ()
    on = ways.handed_in(there, now=later)
    assert on.state is ways.BY_TITLE.get(state, state)
    again = ways.promised_again(wanting, because="承诺继续有效。", now=later)
    assert (again.state, again.proof) == (ways.BY_CREDIT.get(state, state), Proof.CREDIT)


def test_a_finding_is_told_and_taken_back() -> None:
    for breach in (*Breach, None):
        one = ways.breached(application(state=State.ENERGISED), breach, now=BEGUN)
        assert one.breach is breach
        assert one.steps[-1].by is By.OFFICE
        assert one.steps[-1].text.endswith("。")


def test_a_title_that_is_there_needs_no_credit() -> None:
    draft = application(state=State.DRAFT, wanted=Wanted())
    titled = ways.filled(draft, replace(WANTED, premises=Premises.TITLED), now=BEGUN)
    assert titled.proof is Proof.TITLE
    assert TITLE_PROOF in {one.code for one in missing(titled, TERMS.businesses["business-new"])}


def _file(paper: str, at: datetime = BEGUN) -> Material:
    return Material(
        id=f"m-{paper}",
        paper=paper,
        name="a.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="0" * 64,
        added_at=at,
    )
