"""When a reminder is due, and until when it is true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.lectures.lectures import Lecture, Standing
from domain.lectures.tellings import TEXTS, TITLES, What, due, next_wake, telling_of
from tests.domain.lectures.samples import NOW, WHOLE

BEGINS = NOW + timedelta(days=3)
DAY, MINUTE, HOUR = timedelta(days=1), timedelta(minutes=1), timedelta(hours=1)
SECOND = timedelta(seconds=1)
SHOWN = Lecture(
    id="l1",
    created_at=NOW,
    changed_at=NOW,
    standing=Standing.SHOWN,
    programme=replace(WHOLE, begins_at=BEGINS, ends_at=BEGINS + HOUR),
    shown_at=NOW,
    revision=1,
)


@pytest.mark.parametrize(
    ("before", "what", "sleep"),
    [
        (DAY + SECOND, None, SECOND),
        (DAY, What.DAY, DAY - 10 * MINUTE),
        (2 * HOUR + SECOND, What.DAY, 2 * HOUR + SECOND - 10 * MINUTE),
        (2 * HOUR, None, 110 * MINUTE),
        (10 * MINUTE, What.SOON, None),
        (SECOND, What.SOON, None),
        (timedelta(), None, None),
    ],
)
def test_each_reminder_has_its_time(
    before: timedelta, what: What | None, sleep: timedelta | None
) -> None:
    now = BEGINS - before
    assert (due(BEGINS, now), next_wake(BEGINS, now)) == (what, sleep)


def test_a_reminder_of_a_time_that_is_not_so_any_more_is_not_true() -> None:
    telling = telling_of(SHOWN, What.DAY, round_=1, now=NOW)
    now = BEGINS - HOUR * 23
    moved = replace(SHOWN, programme=replace(SHOWN.programme, begins_at=BEGINS + MINUTE))
    assert telling.still_true(SHOWN, now)
    assert not telling.still_true(SHOWN, BEGINS)
    assert not telling.still_true(moved, now)
    assert not telling.still_true(replace(SHOWN, standing=Standing.WITHDRAWN), now)


def test_the_same_thing_has_the_same_name_and_another_time_another() -> None:
    first = telling_of(SHOWN, What.DAY, round_=1, now=NOW)
    again = telling_of(replace(SHOWN, revision=9), What.DAY, round_=1, now=BEGINS)
    other = replace(SHOWN, programme=replace(SHOWN.programme, begins_at=BEGINS + MINUTE))
    assert first.id == again.id
    assert first.id != telling_of(other, What.DAY, round_=1, now=NOW).id
    assert first.id != telling_of(SHOWN, What.SOON, round_=1, now=NOW).id
    assert first.id != telling_of(SHOWN, What.DAY, round_=2, now=NOW).id


def test_what_was_held_is_not_called_off_when_it_is_withdrawn() -> None:
    before = telling_of(SHOWN, What.WITHDRAWN, round_=1, now=BEGINS - SECOND)
    after = telling_of(SHOWN, What.WITHDRAWN, round_=1, now=BEGINS)
    assert (before.heading, after.heading) == ("讲座已取消", "讲座已下线")


def test_titles_name_nobody_and_texts_say_which_lecture() -> None:
    """A title may leave the house in a message of WeChat, which takes twenty signs."""
    assert TITLES.keys() == TEXTS.keys() == set(What)
    for what in What:
        telling = telling_of(SHOWN, what, round_=1, now=NOW)
        assert SHOWN.programme.speaker not in telling.heading
        assert len(telling.heading) <= 20
        assert SHOWN.programme.title in telling.words
