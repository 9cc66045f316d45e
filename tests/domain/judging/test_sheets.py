"""The monthly sheet: all of it adds up, by place and by butler, and a month is over at its end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.judging.complaints import State
from domain.judging.facts import ComplaintTally, RatingTally, Tally
from domain.judging.period import month, month_before, rolling
from domain.judging.sheets import Row, Tallies, drawn, is_over
from tests.domain.judging.samples import AT, INSTANT, TERMS

NAMES = st.sampled_from(["", "a", "b", "c"])
NUMBERS = st.integers(0, 30)
WORK = st.builds(
    Tally,
    place_id=NAMES,
    staff_id=NAMES,
    opened=NUMBERS,
    in_time=NUMBERS,
    minutes=st.dictionaries(st.integers(0, 2000), st.integers(1, 5), max_size=5),
    resolved=NUMBERS,
    reopened=NUMBERS,
)
RATINGS = st.builds(
    RatingTally, place_id=NAMES, staff_id=NAMES, ratings=NUMBERS, stars=st.integers(0, 150)
)
COMPLAINTS = st.builds(
    ComplaintTally,
    place_id=NAMES,
    staff_id=NAMES,
    state=st.sampled_from([state.value for state in State]),
    count=NUMBERS,
)
COUNTED = (
    *("opened", "answered", "resolved", "reopened", "rated", "stars", "complaints"),
    *("upheld", "not_upheld", "withdrawn", "undecided"),
)


@given(
    work=st.lists(WORK, max_size=8),
    ratings=st.lists(RATINGS, max_size=8),
    complaints=st.lists(COMPLAINTS, max_size=8),
)
def test_places_and_butlers_each_add_up_to_the_whole(
    work: list[Tally], ratings: list[RatingTally], complaints: list[ComplaintTally]
) -> None:
    tallies = Tallies(work=tuple(work), ratings=tuple(ratings), complaints=tuple(complaints))
    sheet = drawn(tallies, of="2026-02", version=1, by="", reason="", now=AT)
    assert sheet.total.opened == sum(one.opened for one in work)
    for name in COUNTED:
        whole = getattr(sheet.total, name)
        assert sum(getattr(row, name) for row in sheet.places) == whole
        assert sum(getattr(row, name) for row in sheet.butlers) == whole
    assert [row.key for row in sheet.places] == sorted({row.key for row in sheet.places})


def test_a_row_says_how_fast_how_good_and_what_is_still_open() -> None:
    tallies = Tallies(
        work=(Tally(place_id="p", staff_id="s", opened=3, in_time=2, minutes={10: 2, 90: 1}),),
        ratings=(RatingTally(place_id="p", staff_id="s", ratings=2, stars=9),),
        complaints=(
            ComplaintTally(place_id="p", staff_id="s", state="upheld", count=1),
            ComplaintTally(place_id="p", staff_id="s", state="taken", count=2),
        ),
    )
    (row,) = drawn(tallies, of="2026-02", version=2, by="o", reason="补录", now=AT).butlers
    assert (row.minutes, row.mean, row.complaints, row.undecided) == (10, 450, 3, 2)
    assert Row(key="").mean == 0


def test_a_month_begins_and_ends_in_shanghai() -> None:
    assert month("2026-02").begins == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert month("2026-02").ends == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert month("2026-12").ends == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert month_before(datetime(2026, 2, 28, 16, tzinfo=UTC)) == "2026-02"
    with pytest.raises(Invalid):
        month("2026-13")


def test_a_month_is_drawn_up_once_its_last_clocks_have_run_out() -> None:
    first = datetime(2026, 3, 4, 16, tzinfo=UTC)
    assert not is_over("2026-02", terms=TERMS, now=first - INSTANT)
    assert is_over("2026-02", terms=TERMS, now=first)


def test_the_rolling_period_has_whole_days_and_ends_with_yesterday() -> None:
    period = rolling(AT, 90)
    assert period.ends == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert period.ends - period.begins == timedelta(days=90)
