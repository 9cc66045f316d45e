"""What may be searched for in the audit log at once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.searching import MOST_DAYS, Wanted, judge
from domain.errors import Invalid

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 12, 31))


@given(DAYS, st.integers(min_value=0, max_value=MOST_DAYS - 1))
def test_a_month_may_be_searched(since: date, more: int) -> None:
    judge(Wanted(since=since, until=since + timedelta(days=more)))


@given(DAYS, st.integers(min_value=MOST_DAYS, max_value=4000))
def test_more_than_a_month_may_not(since: date, more: int) -> None:
    with pytest.raises(Invalid, match="最多查询 31 天"):
        judge(Wanted(since=since, until=since + timedelta(days=more)))


@given(DAYS, st.integers(min_value=1, max_value=400))
def test_days_run_forward(since: date, fewer: int) -> None:
    with pytest.raises(Invalid, match="不能早于"):
        judge(Wanted(since=since, until=since - timedelta(days=fewer)))
