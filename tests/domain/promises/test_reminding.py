"""Which reminder is told when, whatever the clock does."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.promises.reminding import LONGEST_NAP, PLAN, next_wake, planned, to_tell
from domain.time import SHANGHAI

DAYS = st.dates(date(2026, 1, 1), date(2032, 12, 31))
INSTANTS = st.integers(0, 2_700).map(
    lambda days: datetime(2026, 1, 1, 12, tzinfo=SHANGHAI) + timedelta(days=days)
)


@given(due=DAYS, signed_days=st.integers(0, 90), wakes=st.lists(INSTANTS, max_size=30))
def test_each_is_told_at_most_once_however_the_clock_jumps(
    due: date, signed_days: int, wakes: list[datetime]
) -> None:
    signed_at = planned(due)[-1][1] - timedelta(days=signed_days)
    told: tuple[str, ...] = ()
    said = []
    for now in wakes:
        names = to_tell(due, told, signed_at=signed_at, now=now)
        told = (*told, *names)
        said += names[-1:]
    assert len(told) == len(set(told))
    assert len(said) == len(set(said))
    times = dict(planned(due))
    assert all(times[name] <= max(wakes) for name in told)


@given(due=DAYS, signed_days=st.integers(0, 90))
def test_whoever_sleeps_as_told_tells_each_that_lies_ahead(due: date, signed_days: int) -> None:
    signed_at = planned(due)[-1][1] - timedelta(days=signed_days, minutes=1)
    now, told = signed_at, []
    for _ in range(200):
        told += to_tell(due, told, signed_at=signed_at, now=now)
        sleep = next_wake(due, now=now)
        if sleep is None:
            break
        assert timedelta() < sleep <= LONGEST_NAP
        now += sleep
    assert told == [name for name, at in planned(due) if at > signed_at]


@given(due=DAYS)
def test_they_go_out_at_nine_in_shanghai_in_their_order(due: date) -> None:
    plan = planned(due)
    assert [name for name, _ in plan] == list(PLAN)
    assert [at for _, at in plan] == sorted(at for _, at in plan)
    assert {at.hour for _, at in plan} == {9}
