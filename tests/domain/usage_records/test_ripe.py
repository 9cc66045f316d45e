"""When arrears are ripe: unjustified, large, and unpaid more than six calendar months."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.time import months_after
from domain.usage_records.records import ripe, ripens_on
from domain.usage_records.reports import Kind
from tests.domain.usage_records.samples import TERMS, record

DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2036, 12, 31))
MONTHS = st.integers(1, 60)


@pytest.mark.parametrize(
    ("demanded", "last"),
    [
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2025, 8, 30), date(2026, 2, 28)),
        (date(2025, 8, 28), date(2026, 2, 28)),
        (date(2025, 12, 31), date(2026, 6, 30)),
        (date(2026, 2, 28), date(2026, 8, 28)),
        (date(2028, 2, 29), date(2028, 8, 29)),
        (date(2026, 3, 31), date(2026, 9, 30)),
        (date(2026, 4, 30), date(2026, 10, 30)),
    ],
)
def test_six_months_end_on_the_same_day_or_the_last_of_the_month(
    demanded: date, last: date
) -> None:
    arrears = record(on=demanded)
    assert ripens_on(arrears, TERMS) == last
    assert not ripe(arrears, today=last, terms=TERMS)
    assert ripe(arrears, today=last + DAY, terms=TERMS)


@given(day=DAYS, months=MONTHS)
def test_months_are_those_of_the_calendar(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    last = monthrange(after.year, after.month)[1]
    assert after.day == min(day.day, last)


@given(day=DAYS, later=st.integers(0, 40), months=MONTHS)
def test_who_was_asked_later_never_ripens_earlier(day: date, later: int, months: int) -> None:
    assert months_after(day, months) <= months_after(day + DAY * later, months)


@given(
    demanded=DAYS,
    today=DAYS,
    amount=st.integers(1, 300_000),
    excuse=st.sampled_from(["", "计量装置故障，电费有争议"]),
    paid=st.booleans(),
)
def test_ripe_is_unjustified_and_large_and_unpaid_and_old(
    demanded: date, today: date, amount: int, excuse: str, paid: bool
) -> None:
    arrears = replace(
        record(on=demanded),
        report=replace(record(on=demanded).report, amount=amount),
        excuse=excuse,
        paid_on=demanded + DAY if paid else None,
    )
    old = today > months_after(demanded, 6)
    large = amount >= TERMS.threshold
    wanted = old and large and not paid and not excuse
    assert ripe(arrears, today=today, terms=TERMS) is wanted


@given(demanded=DAYS, ahead=st.integers(1, 3000))
def test_once_ripe_it_stays_ripe_while_nothing_changes(demanded: date, ahead: int) -> None:
    today = months_after(demanded, 6) + DAY * ahead
    assert ripe(record(on=demanded), today=today, terms=TERMS)


@pytest.mark.parametrize("kind", [Kind.THEFT, Kind.BREACH_OF_USE])
@given(found=DAYS)
def test_theft_and_breach_are_proven_by_their_own_documents(kind: Kind, found: date) -> None:
    assert ripens_on(record(kind, on=found), TERMS) is None
    assert ripe(record(kind, on=found), today=found, terms=TERMS)
