"""A rating: one of each resolution, for who resolved it, changed within 72 hours, every version."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.judging import ratings
from domain.judging.ratings import EDITABLE
from domain.transactions import Conflict
from tests.domain.judging.samples import AT, BUTLER, HOUR, INSTANT, TERMS, rating, resolution

WAYS = st.lists(
    st.tuples(st.integers(1, 5), st.timedeltas(timedelta(), timedelta(hours=100))), max_size=12
)


@given(ways=WAYS)
@example(ways=[(1, EDITABLE - INSTANT), (5, EDITABLE)])
def test_it_can_be_changed_for_72_hours_and_not_an_instant_longer(
    ways: list[tuple[int, timedelta]],
) -> None:
    was = rating(3)
    said = [3]
    for stars, after in sorted(ways, key=lambda way: way[1]):
        now = AT + after
        if after >= EDITABLE:
            with pytest.raises(Conflict, match="72 小时"):
                ratings.changed(was, stars=stars, text="", now=now)
            continue
        was = ratings.changed(was, stars=stars, text="", now=now)
        if stars != said[-1]:
            said.append(stars)
    assert [one.stars for one in was.versions] == said
    assert was.revision == len(said)
    assert was.closes_at == AT + EDITABLE


def test_history_of_changed_ratings_is_kept() -> None:
    """Freescout #4908: what was said before a change, and when, stays to be read."""
    was = ratings.changed(rating(5), stars=2, text="后来又没人管了", now=AT + HOUR)
    assert [(one.at, one.stars, one.text) for one in was.versions] == [
        (AT, 5, ""),
        (AT + HOUR, 2, "后来又没人管了"),
    ]
    assert was.is_low


def test_a_clock_that_is_behind_keeps_the_versions_in_order() -> None:
    was = ratings.changed(rating(5), stars=2, text="", now=AT - HOUR)
    assert [one.at for one in was.versions] == [AT, AT]


def test_the_same_again_changes_nothing() -> None:
    was = rating(4)
    assert ratings.changed(was, stars=4, text="", now=AT + HOUR) is was


def test_it_is_changed_a_bounded_number_of_times() -> None:
    was = rating(1)
    for turn in range(ratings.MOST_VERSIONS - 1):
        was = ratings.changed(was, stars=2 + turn % 2, text="", now=AT)
    with pytest.raises(Conflict, match="最多修改"):
        ratings.changed(was, stars=5, text="", now=AT)


@pytest.mark.parametrize("stars", [-1, 0, 6])
def test_stars_are_one_to_five_and_every_fault_is_told(stars: int) -> None:
    with pytest.raises(Invalid) as refused:
        ratings.given(
            resolution(), rating_id="r", stars=stars, text="啊" * 501, terms=TERMS, now=AT
        )
    assert [fault.pointer for fault in refused.value.faults] == ["/stars", "/text"]


def test_the_first_word_is_taken_for_thirty_days() -> None:
    last = AT + TERMS.rate_within
    assert rating(now=last - INSTANT).now.stars == 4
    with pytest.raises(Conflict, match="已于2026年4月1日届满"):
        rating(now=last)


def test_it_is_for_who_resolved_it_whoever_has_the_ticket_later() -> None:
    """Chatwoot #14872: the agent was lost when the conversation was unassigned."""
    was = rating(4)
    moved = replace(resolution(), resolver="somebody-else")
    assert was.resolver == BUTLER
    assert ratings.changed(was, stars=5, text="", now=AT + HOUR).resolver == BUTLER
    assert moved.resolver != was.resolver


def test_a_rating_of_the_next_resolution_has_another_tag() -> None:
    """Chatwoot #4526 and #10628: rated once of a conversation, and never again when reopened."""
    assert rating().tag == '"1.1"'
    assert rating(cycle=2).tag == '"2.1"'
    assert ratings.tag_of(2, 0) == '"2.0"'


def test_of_who_left_stay_the_stars_alone() -> None:
    was = ratings.changed(rating(5), stars=2, text="王先生态度不好", now=AT + HOUR)
    after = ratings.left(was)
    assert [(one.stars, one.text) for one in after.versions] == [(5, ""), (2, "")]
    assert (after.person_id, after.resolver) == ("", BUTLER)
