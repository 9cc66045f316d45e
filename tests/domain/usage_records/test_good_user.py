"""Good users: no arrears, theft or breach for three years, to the day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.time import years_before
from domain.usage_records.records import State, counts, why_bad
from domain.usage_records.reports import Kind
from tests.domain.usage_records.samples import entered

DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2036, 12, 31))
FOUND = [Kind.THEFT, Kind.BREACH_OF_USE]


@pytest.mark.parametrize(
    ("found", "today", "counted"),
    [
        (date(2025, 3, 1), date(2028, 3, 1), True),
        (date(2025, 2, 28), date(2028, 3, 1), False),
        (date(2025, 2, 28), date(2028, 2, 29), True),
        (date(2025, 2, 27), date(2028, 2, 29), False),
        (date(2024, 2, 29), date(2027, 2, 28), True),
        (date(2024, 2, 29), date(2027, 3, 1), False),
        (date(2026, 6, 1), date(2026, 6, 1), True),
    ],
)
@pytest.mark.parametrize("kind", FOUND)
def test_three_years_are_counted_to_the_day(
    kind: Kind, found: date, today: date, counted: bool
) -> None:
    assert counts(entered(kind, on=found), today=today, years=3) is counted


@given(found=DAYS, ahead=st.integers(0, 2500), kind=st.sampled_from(FOUND))
def test_an_event_counts_while_it_is_not_before_the_day_three_years_ago(
    found: date, ahead: int, kind: Kind
) -> None:
    today = found + DAY * ahead
    wanted = years_before(today, 3) <= found
    assert counts(entered(kind, on=found), today=today, years=3) is wanted


@given(found=DAYS, ahead=st.integers(0, 2500))
def test_what_has_stopped_counting_never_counts_again(found: date, ahead: int) -> None:
    today = found + DAY * ahead
    theft = entered(Kind.THEFT, on=found)
    if not counts(theft, today=today, years=3):
        assert not counts(theft, today=today + DAY, years=3)


@given(demanded=DAYS, ahead=st.integers(250, 4000))
def test_arrears_count_while_they_are_owed(demanded: date, ahead: int) -> None:
    owed = entered(on=demanded)
    today = demanded + DAY * ahead
    assert counts(owed, today=today, years=3)
    assert "尚未缴清" in why_bad(owed, today)


@given(demanded=DAYS, owed=st.integers(250, 900), ahead=st.integers(0, 2500))
def test_arrears_count_for_three_years_from_the_day_they_are_paid(
    demanded: date, owed: int, ahead: int
) -> None:
    paid_on = demanded + DAY * owed
    today = paid_on + DAY * ahead
    paid = replace(entered(on=demanded), paid_on=paid_on)
    assert counts(paid, today=today, years=3) is (years_before(today, 3) <= paid_on)


@given(state=st.sampled_from(State), kind=st.sampled_from(Kind))
def test_only_what_stands_in_the_record_counts(state: State, kind: Kind) -> None:
    on = date(2026, 1, 5)
    one = replace(entered(kind, on=on), state=state)
    standing = state in {State.ENTERED, State.REVOKING}
    assert counts(one, today=date(2026, 11, 30), years=3) is standing
