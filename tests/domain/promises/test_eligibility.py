"""Reasons against a promise, over generated records and dates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import FOLDER
from content.promises import load_promises
from domain.promises.eligibility import IN_BUSINESS, KEPT, PENDING, PERFORMED, judged
from domain.promises.templates import Rule
from domain.report_facts import ReportFacts, ReportRecord
from domain.time import first_day_beyond, years_before

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
RULES = {
    rule.code: rule
    for template in load_promises(FOLDER).templates.values()
    for rule in template.rules
}


def report(*records: ReportRecord) -> ReportFacts:
    return ReportFacts(
        id="report",
        number="20261124000000ABCDEFGH",
        about="91440104000000019T",
        issued_at=datetime(2026, 11, 24, tzinfo=UTC),
        canonical_sha256="0" * 64,
        whole=True,
        valid=True,
        sample=False,
        records=records,
    )


def record(name: str, **values: str) -> ReportRecord:
    return ReportRecord(list=name, under="类别", id=f"{name}-1", values=values)


def reasons(code: str, *records: ReportRecord, today: date) -> list[str]:
    found = judged([RULES[code]], report(*records), today=today)
    return [reason.sentence for reason in found]


@given(today=DAYS, state=st.text(max_size=8))
def test_a_promise_counts_unless_it_was_kept_or_is_still_running(today: date, state: str) -> None:
    one = record("promises", subject_matter="容缺受理", fulfilment=state)
    assert bool(reasons("no-broken-promise", one, today=today)) == (state not in KEPT | PENDING)


@given(today=DAYS, state=st.text(max_size=8))
def test_a_judgment_counts_until_it_is_performed(today: date, state: str) -> None:
    one = record("judgments", case_number="（2026）粤0104执1号", performance=state)
    assert bool(reasons("no-unperformed-judgment", one, today=today)) == (state not in PERFORMED)


@given(today=DAYS, state=st.text(max_size=8))
def test_only_who_is_in_business_promises(today: date, state: str) -> None:
    one = record("registration", status=state)
    assert bool(reasons("in-business", one, today=today)) == (state not in IN_BUSINESS)


@given(today=DAYS, back=st.integers(0, 366 * 5))
def test_a_theft_counts_for_three_years_to_the_day(today: date, back: int) -> None:
    """Rolling: on the same day three years later it still counts, from the next one no more."""
    day = today - timedelta(days=back)
    one = record("others", title="窃电", recorded_on=day.isoformat())
    counts = bool(reasons("no-electricity-record", one, today=today))
    assert counts == (day >= years_before(today, 3))
    assert counts == (today < first_day_beyond(day, 3))


@given(today=DAYS, day=st.sampled_from(["", "— —", "2026-02-30", "去年"]))
def test_a_theft_of_no_known_day_counts(today: date, day: str) -> None:
    one = record("others", title="窃电", recorded_on=day)
    assert reasons("no-electricity-record", one, today=today)


@given(day=DAYS, years=st.integers(1, 20))
def test_the_first_day_beyond_is_the_first(day: date, years: int) -> None:
    first = first_day_beyond(day, years)
    assert years_before(first, years) > day
    assert years_before(first - timedelta(days=1), years) <= day


@pytest.mark.parametrize(
    ("day", "years", "first"),
    [
        (date(2024, 2, 29), 3, date(2027, 3, 1)),
        (date(2025, 2, 28), 3, date(2028, 3, 1)),
        (date(2026, 12, 31), 3, date(2030, 1, 1)),
        (date(2024, 2, 29), 4, date(2028, 3, 1)),
    ],
)
def test_leap_days_and_ends_of_years(day: date, years: int, first: date) -> None:
    assert first_day_beyond(day, years) == first


@given(
    names=st.lists(st.sampled_from(["serious_lists", "abnormal_lists", "honours"]), max_size=6),
    today=DAYS,
)
def test_every_record_against_is_a_reason_of_its_own(names: list[str], today: date) -> None:
    records = [
        ReportRecord(list=name, under="类别", id=f"{name}-{place}", values={})
        for place, name in enumerate(names)
    ]
    rules: list[Rule] = [RULES["no-serious-listing"], RULES["no-abnormal-listing"]]
    found = judged(rules, report(*records), today=today)
    assert [one.record_id for one in found] == [
        one.id
        for rule in ("serious_lists", "abnormal_lists")
        for one in records
        if one.list == rule
    ]
