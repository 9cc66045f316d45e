"""The clock of an objection, over weekends swapped as the State Council likes, and its way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.objections.desk import Progress, Standing, Taken
from domain.objections.objections import (
    DECIDED,
    TOLD,
    WAY,
    Objection,
    State,
    Step,
    Terms,
    annotation,
    notes,
    show,
)
from domain.time import civil_date
from domain.workdays import Calendar

FROM, HORIZON = date(2026, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
TERMS = Terms(check=1, decide=2, extension=3)
RAISED_AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
RAISED = Objection(
    id="objection",
    report_id="report",
    report_number="20261123153000A1B2C3D4",
    about="91350100M000100Y43",
    uscc="91350100M000100Y43",
    person_id="alice",
    subject_id="enterprise",
    principal_person="alice",
    section="penalties",
    section_title="行政管理",
    record_id="p1",
    record_title="穗越罚〔2026〕1号",
    reason="当事人并非本企业。",
    raised_at=RAISED_AT,
    state=State.RAISED,
    steps=(Step(at=RAISED_AT, text=TOLD[State.RAISED]),),
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Some weekdays of the year off, some weekend days worked."""
    days = [FROM + DAY * ahead for ahead in range((HORIZON - FROM).days + 1)]
    weekdays = [day for day in days if day.weekday() < 5]
    weekends = [day for day in days if day.weekday() >= 5]
    return Calendar(
        covered_from=FROM,
        horizon=HORIZON,
        holidays=draw(st.frozensets(st.sampled_from(weekdays), max_size=60)),
        workdays=draw(st.frozensets(st.sampled_from(weekends), max_size=60)),
    )


# Acceptance at any second, from before the year to past the calendar's horizon.
moments = st.integers(0, 385 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
terms = st.builds(
    Terms, check=st.integers(1, 5), decide=st.integers(1, 20), extension=st.integers(1, 20)
)


def passed(at: datetime, terms: Terms = TERMS) -> Objection:
    return RAISED.passed(Taken(number="YY1", received_at=at), terms, now=at)


def found(progress: Progress, at: datetime | None = None) -> Standing:
    return Standing(progress=progress, opinion="经核查。" if at else "", decided_at=at)


def working(calendar: Calendar, after: date, to: date) -> int:
    """Working days after the first day, to the last one."""
    return sum(calendar.is_working(after + DAY * n) for n in range(1, (to - after).days + 1))


@given(calendar=calendars(), at=moments, terms=terms)
def test_the_clock_runs_so_many_working_days_from_acceptance_on(
    calendar: Calendar, at: datetime, terms: Terms
) -> None:
    deadline = passed(at, terms).deadline(calendar)
    assert deadline
    assert calendar.is_working(deadline.day)
    assert working(calendar, civil_date(at), deadline.day) == terms.check + terms.decide


@given(calendar=calendars(), at=moments, terms=terms)
def test_checking_and_then_deciding_end_where_both_together_do(
    calendar: Calendar, at: datetime, terms: Terms
) -> None:
    checked = calendar.after(civil_date(at), terms.check).day
    deadline = passed(at, terms).deadline(calendar)
    assert deadline
    assert calendar.after(checked, terms.decide).day == deadline.day


@given(calendar=calendars(), at=moments, terms=terms)
def test_an_extension_adds_its_working_days_once(
    calendar: Calendar, at: datetime, terms: Terms
) -> None:
    before = passed(at, terms)
    after = before.told(found("extended"), terms, now=at)
    again = after.told(found("extended"), terms, now=at)
    first, last = before.deadline(calendar), after.deadline(calendar)
    assert first
    assert last
    assert working(calendar, first.day, last.day) == terms.extension
    assert again is after


@given(calendar=calendars(), at=moments)
def test_a_deadline_is_provisional_exactly_when_the_calendar_does_not_reach_it(
    calendar: Calendar, at: datetime
) -> None:
    deadline = passed(at).deadline(calendar)
    assert deadline
    assert deadline.provisional == (deadline.day > HORIZON)
    shown = show(passed(at), calendar, at)
    assert ("暂定" in shown.text) == deadline.provisional


@given(calendar=calendars(), at=moments, late=st.integers(0, 30 * 24))
def test_it_is_overdue_from_the_midnight_after_its_last_day_on(
    calendar: Calendar, at: datetime, late: int
) -> None:
    objection, now = passed(at), at + timedelta(hours=late)
    shown = show(objection, calendar, now)
    assert shown.deadline
    assert shown.overdue == (civil_date(now) > shown.deadline.day)
    assert ("超期" in shown.text) == shown.overdue


@given(at=moments, late=st.integers(0, 30 * 24))
def test_when_the_year_is_published_a_provisional_deadline_becomes_the_true_one(
    at: datetime, late: int
) -> None:
    """The calendar in force rules, not the one of the day of acceptance."""
    short = Calendar(covered_from=FROM, horizon=HORIZON, holidays=frozenset(), workdays=frozenset())
    new_year = frozenset({date(2027, 1, 1)})
    long = replace(short, horizon=date(2027, 12, 31), holidays=new_year)
    now = at + timedelta(hours=late)
    before, after = show(passed(at), short, now), show(passed(at), long, now)
    assert before.deadline
    assert after.deadline
    assert not after.deadline.provisional
    assert after.deadline.day >= before.deadline.day
    assert after.deadline.day == before.deadline.day or before.deadline.provisional


def test_before_the_platform_has_it_there_is_no_clock() -> None:
    calendar = Calendar(
        covered_from=FROM, horizon=HORIZON, holidays=frozenset(), workdays=frozenset()
    )
    shown = show(RAISED, calendar, RAISED_AT + timedelta(days=30))
    assert (shown.deadline, shown.overdue) == (None, False)
    assert shown.text == "已提出异议，正在送交市公共信用信息平台。"


def test_around_the_national_day_swapped_weekends_count() -> None:
    """2026: off from 1 to 7 October, worked on Sunday 20 September and Saturday 10 October."""
    off = frozenset(date(2026, 10, day) for day in range(1, 8))
    calendar = Calendar(
        covered_from=FROM,
        horizon=HORIZON,
        holidays=off,
        workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    )
    objection = passed(datetime(2026, 9, 30, 15, 59, tzinfo=UTC))
    deadline = objection.deadline(calendar)
    assert deadline
    assert (deadline.day, deadline.provisional) == (date(2026, 10, 10), False)


@given(way=st.lists(st.sampled_from(["received", "checking", "extended"]), max_size=12))
def test_an_objection_never_goes_back_and_is_told_each_step_once(way: list[Progress]) -> None:
    objection = passed(RAISED_AT)
    for progress in way:
        after = objection.told(found(progress), TERMS, now=RAISED_AT)
        assert WAY.index(after.state) >= WAY.index(objection.state)
        assert (after is objection) == (after.state is objection.state)
        objection = after
    texts = [step.text for step in objection.steps]
    assert len(texts) == len(set(texts))
    assert objection.stands


@pytest.mark.parametrize("decision", ["upheld", "rejected"])
def test_a_decision_ends_it_at_the_platforms_time(decision: Progress) -> None:
    decided_at = RAISED_AT + timedelta(days=1)
    objection = passed(RAISED_AT).told(
        found(decision, decided_at), TERMS, now=RAISED_AT + timedelta(days=9)
    )
    assert objection.state in DECIDED
    assert not objection.stands
    assert (objection.opinion, objection.ended_at) == ("经核查。", decided_at)


def test_what_cannot_be_delivered_leads_to_the_counter() -> None:
    objection = RAISED.undeliverable("市公共信用信息平台中已没有这条记录。", now=RAISED_AT)
    assert not objection.stands
    assert objection.steps[-1].text == (
        "异议未能送交：市公共信用信息平台中已没有这条记录。请携带有效证件到信用服务窗口办理。"
    )


def test_a_later_copy_says_when_it_was_raised_and_that_nothing_is_decided() -> None:
    assert annotation(RAISED) == (
        "异议处理中：信息主体于2026年11月23日对本条信息提出异议，尚未作出决定。"
    )
    assert notes(2) == "该主体有 2 条信息正在异议处理中，尚未作出决定。"
    assert notes(0) == ""
