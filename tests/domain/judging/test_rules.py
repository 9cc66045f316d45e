"""Who is judged, and from where: at the edge of each threshold, and never of fewer than five."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.judging.facts import Figures, median
from domain.judging.rules import Measure, figures_in_words, found, ranking, ranks
from domain.judging.terms import ORDER, Level
from tests.domain.judging.samples import AT, INSTANT, TERMS, figures

SHARES = [(level, TERMS.rules[level].in_time_below) for level in ORDER]
MEANS = [(level, TERMS.rules[level].mean_below) for level in ORDER]


def level_of(one: Figures) -> Level | None:
    finding = found(one, terms=TERMS, judged_to=None)
    return finding.level if finding else None


@given(
    counted=st.integers(0, 4),
    late=st.integers(0, 4),
    ratings=st.integers(0, 100),
    upheld=st.integers(0, 100),
)
def test_fewer_than_five_are_never_judged_or_ranked(
    counted: int, late: int, ratings: int, upheld: int
) -> None:
    one = figures(counted, max(counted - late, 0), ratings=ratings, stars=ratings, upheld=upheld)
    assert level_of(one) is None
    assert not ranks(one, TERMS)
    assert ranking({"beginner": one, "other": figures(5, 4)}, TERMS) == {"other": 1}


@pytest.mark.parametrize(("level", "percent"), SHARES)
def test_a_share_that_is_exactly_the_threshold_is_not_below_it(level: Level, percent: int) -> None:
    assert level_of(figures(1000, percent * 10)) is not level
    assert level_of(figures(1000, percent * 10 - 1)) is level


@pytest.mark.parametrize(("level", "mean"), MEANS)
def test_a_mean_that_is_exactly_the_threshold_is_not_below_it(level: Level, mean: int) -> None:
    assert level_of(figures(ratings=100, stars=mean)) is not level
    assert level_of(figures(ratings=100, stars=mean - 1)) is level


@pytest.mark.parametrize("level", ORDER)
def test_so_many_upheld_complaints_are_enough(level: Level) -> None:
    needed = TERMS.rules[level].upheld_from
    assert level_of(figures(upheld=needed - 1)) is not level
    assert level_of(figures(upheld=needed)) is level


def test_fewer_than_five_ratings_say_nothing_of_a_mean() -> None:
    assert level_of(figures(50, 50, ratings=4, stars=4)) is None
    assert level_of(figures(50, 50, ratings=5, stars=5)) is Level.EXIT


def test_the_gravest_level_is_found_with_each_measure_in_words() -> None:
    one = figures(100, 84, ratings=10, stars=29, upheld=1)
    finding = found(one, terms=TERMS, judged_to=None)
    assert finding is not None
    assert finding.level is Level.SUSPENSION
    assert [(one.measure, one.text) for one in finding.broken] == [
        (Measure.IN_TIME, "24 小时承诺兑现率 84.0%，低于 85%。"),
        (Measure.MEAN, "平均评价 2.90 星，低于 3.00 星。"),
    ]


def test_what_was_judged_is_not_judged_again_without_something_newer() -> None:
    one = figures(100, 60, upheld=9)
    assert found(one, terms=TERMS, judged_to=AT + INSTANT) is None
    assert found(one, terms=TERMS, judged_to=AT) is not None
    newer = figures(100, 60, upheld=9, upheld_at=AT + timedelta(days=1))
    finding = found(newer, terms=TERMS, judged_to=AT + INSTANT)
    assert finding is not None
    assert [one.measure for one in finding.broken] == [Measure.UPHELD]


FIGURES = st.builds(
    lambda counted, late, ratings, upheld: figures(
        counted, max(counted - late, 0), ratings=ratings, stars=ratings * 3, upheld=upheld
    ),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 8),
)


@given(of=st.dictionaries(st.text("abcdef", min_size=1, max_size=3), FIGURES, max_size=12))
def test_a_ranking_has_whoever_has_enough_and_equals_share_a_place(
    of: Mapping[str, Figures],
) -> None:
    places = ranking(of, TERMS)
    assert set(places) == {name for name, one in of.items() if one.counted >= TERMS.least}
    for one, place in places.items():
        better = [
            name
            for name in places
            if (of[name].share, of[name].mean) > (of[one].share, of[one].mean)
        ]
        assert place == len(better) + 1


@given(values=st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_the_median_of_counted_values_is_that_of_the_values(values: list[int]) -> None:
    counted = {value: values.count(value) for value in values}
    assert median(counted) == sorted(values)[len(values) // 2]


def test_there_is_no_median_of_nothing() -> None:
    assert median({}) is None


def test_each_figure_stands_in_words() -> None:
    assert figures_in_words(figures(8, 7, ratings=3, stars=13, upheld=1)) == (
        "办结 8 件，其中 24 小时内 7 件，兑现率 87.5%",
        "收到评价 3 个，平均 4.33 星",
        "成立的投诉 1 件",
    )
    assert figures_in_words(Figures())[0] == "办结 0 件，其中 24 小时内 0 件"
