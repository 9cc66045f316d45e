"""The clocks of tickets over any history, and against a life that is lived minute by minute."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.tickets.clocks import ClockKind, ClockState, Reading, Terms, all_runs, readings
from domain.tickets.events import By, Event, Happened
from tests.domain.tickets import minutes
from tests.domain.tickets.histories import (
    CHANGES,
    DAY,
    MINUTE,
    MOVED,
    SILENT,
    History,
    Place,
    disorder,
    histories,
    places,
    terms,
)
from tests.proof import Proof

HISTORIES, EACH = (10_000, 1_000) if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else (20, 30)
some = settings(max_examples=EACH)
NOTHING = timedelta()


def told(history: History, given: Terms, place: Place) -> tuple[Reading, ...]:
    return all_runs(history.log, terms=given, hours=place.value, now=history.now)


def latest(log: Sequence[Event]) -> datetime:
    """The latest instant in it that any clock heard of."""
    return max(event.at for event in log if event.what not in SILENT)


def cut(history: History, number: int) -> History:
    """What was known at the last instant before the n-th event."""
    return History(log=history.log[:number], now=latest(history.log[: number + 1]))


def test_the_clocks_agree_with_a_life_lived_minute_by_minute(proof: Proof) -> None:
    agreed = 0

    @settings(max_examples=HISTORIES)
    @given(history=histories(tick=MINUTE), given=terms, place=places)
    def agree(history: History, given: Terms, place: Place) -> None:
        nonlocal agreed
        lives, now = minutes.lived(history.log, place=place, now=history.now)
        found = told(history, given, place)
        assert {one.name for one in found} == set(lives)
        for one in found:
            life = lives[one.name]
            assert one.began_at == minutes.instant(life.began)
            assert one.elapsed == len(life.ticks) * MINUTE
            assert (one.stopped_at and minutes.minute(one.stopped_at)) == life.stopped
            assert (one.state is ClockState.PAUSED) == (life.stopped is None and life.paused)
            assert one.late == life.late(one.budget)
            if one.due:
                due = minutes.due(life, one.budget, name=one.name, place=place, now=now)
                assert one.due.at == due
            agreed += 1

    agree()
    result = f"each of {agreed:,} runs agrees with a life lived minute by minute"
    proof("generated tickets, processes' clocks five minutes apart", HISTORIES, result)


@some
@given(history=st.one_of(histories(), disorder()), given=terms, place=places)
def test_no_history_makes_a_clock_run_backwards_or_twice(
    history: History, given: Terms, place: Place
) -> None:
    """Not even one that no ticket has: nothing is negative, nothing counts double."""
    found = told(history, given, place)
    assert len({one.name for one in found}) == len(found)
    latest = max([history.now, *(event.at for event in history.log)])
    for one in found:
        ended = one.stopped_at or latest
        whole = ended - one.began_at
        most = whole if one.kind is ClockKind.PROMISE else place.value.elapsed(one.began_at, ended)
        assert NOTHING <= one.elapsed <= most
        assert one.kind is ClockKind.RESOLUTION or one.stopped_at is None or one.elapsed == most
    for kind in ClockKind:
        own = [one for one in found if one.kind is kind]
        assert [one.run for one in own] == list(range(1, len(own) + 1))
        # The next begins when the last has stopped: no minute is in two runs of a kind.
        for one, following in pairwise(own):
            assert one.stopped_at is not None
            assert one.stopped_at <= following.began_at


@some
@given(history=histories(), given=terms, place=places, data=st.data())
def test_what_was_known_then_agrees_with_what_happened_after(
    history: History, given: Terms, place: Place, data: st.DataObject
) -> None:
    """An event changes nothing of the time before it, and renumbers nothing."""
    number = data.draw(st.integers(0, len(history.log) - 1))
    before = cut(history, number)
    after = History(log=history.log[: number + 1], now=before.now)
    known = {one.name: one for one in told(before, given, place)}
    now = {one.name: one for one in told(after, given, place)}
    assert set(known) <= set(now)
    if history.log[number].what is not Happened.UNMERGED:
        for name, one in known.items():
            assert now[name].began_at == one.began_at
            assert now[name].elapsed == one.elapsed
            assert now[name].late == one.late


@some
@given(history=histories(), given=terms, place=places, data=st.data())
def test_what_has_stopped_stays_as_it_was_whatever_happens_after(
    history: History, given: Terms, place: Place, data: st.DataObject
) -> None:
    """But for a merge, which may be undone."""
    before = cut(history, data.draw(st.integers(1, len(history.log))))
    final = {one.name: one for one in told(history, given, place)}
    for one in told(before, given, place):
        if one.state is ClockState.STOPPED and one.stopped_by is not Happened.MERGED:
            assert final[one.name] == one


@some
@given(history=histories(), given=terms, place=places, later=st.integers(0, 30 * DAY // MINUTE))
def test_while_nothing_happens_time_only_goes_on(
    history: History, given: Terms, place: Place, later: int
) -> None:
    """Due stays where it was, and what ran ticks as foretold."""
    on = replace(history, now=max(history.now, latest(history.log)) + later * MINUTE)
    for one, then in zip(told(history, given, place), told(on, given, place), strict=True):
        assert then.elapsed >= one.elapsed
        assert (then.name, then.state, then.due) == (one.name, one.state, one.due)
        assert then.elapsed == one.elapsed_at(on.now)
        assert then.late >= one.late


@some
@given(history=histories(), given=terms, place=places)
def test_a_clock_that_runs_reaches_its_whole_budget_when_it_is_due(
    history: History, given: Terms, place: Place
) -> None:
    for one in told(history, given, place):
        reached = [one.reaches(percent) for percent in (0, 50, 75, 100, 150)]
        if one.state is not ClockState.RUNNING:
            assert one.due is None
            assert reached == [None] * 5
            continue
        assert reached[0]
        assert (reached[0].at, reached[3]) == (one.began_at, one.due)
        instants = [due.at for due in reached if due]
        assert len(instants) == 5
        assert instants == sorted(instants)
        for percent, at in zip((0, 50, 75, 100, 150), instants, strict=True):
            if at > max(history.now, latest(history.log)):
                on = replace(history, now=at)
                then = next(it for it in told(on, given, place) if it.name == one.name)
                assert then.elapsed == given.of(one.kind) * percent / 100
                assert not (percent <= 100 and then.overdue)


@some
@given(history=histories(), given=terms, place=places)
def test_late_is_what_goes_on_after_it_is_due(history: History, given: Terms, place: Place) -> None:
    for one in told(history, given, place):
        assert one.late or one.elapsed <= one.budget
        assert not one.late or one.elapsed >= one.budget
        assert one.overdue == (one.late and one.state is not ClockState.STOPPED)
        assert one.met == (None if one.stopped_at is None else not one.late)


@some
@given(history=histories(), given=terms, place=places)
def test_the_readings_are_the_last_run_of_each_kind(
    history: History, given: Terms, place: Place
) -> None:
    last = {one.kind: one for one in told(history, given, place)}
    found = readings(history.log, terms=given, hours=place.value, now=history.now)
    assert [one.kind for one in found] == [kind for kind in ClockKind if kind in last]
    assert all(one == last[one.kind] for one in found)


@some
@given(history=histories(), old=terms, new=terms, place=places, data=st.data())
def test_no_change_of_priority_item_or_place_loses_a_pause(
    history: History, old: Terms, new: Terms, place: Place, data: st.DataObject
) -> None:
    """Wherever it stands in the log, whatever the clock of its process said; nor a transfer."""
    log = list(history.log)
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(1, len(log)))
        skewed = data.draw(st.integers(-60, 60)) * MINUTE
        what = data.draw(st.sampled_from((*CHANGES, *MOVED)))
        log.insert(number, Event(at=log[number - 1].at + skewed, what=what, by=By.STAFF))
    changed = replace(history, log=tuple(log))
    assert told(changed, old, place) == told(history, old, place)
    for one, other in zip(told(history, old, place), told(changed, new, place), strict=True):
        assert one.elapsed == other.elapsed
        assert other.budget == new.of(one.kind)


@some
@given(history=histories(), given=terms, place=places, data=st.data())
def test_what_is_thanked_starts_and_resumes_nothing(
    history: History, given: Terms, place: Place, data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, len(history.log)))
    thanks = Event(at=history.now, what=Happened.THANKED, by=By.CITIZEN)
    log = (*history.log[:number], thanks, *history.log[number:])
    assert told(replace(history, log=log), given, place) == told(history, given, place)


@some
@given(history=histories(), given=terms, place=places, data=st.data())
def test_a_merge_that_is_undone_never_was(
    history: History, given: Terms, place: Place, data: st.DataObject
) -> None:
    """Wherever it stood, nothing differs; by their clock, both were before all else."""
    log = history.log
    active = [
        number
        for number in range(1, len(log) + 1)
        if not any(event.what is Happened.MERGED for event in log[:number])
        or log[number - 1].what is Happened.UNMERGED
    ]
    number = data.draw(st.sampled_from(active))
    at = log[0].at - DAY
    pair = (
        Event(at=at, what=Happened.MERGED, by=By.STAFF),
        Event(at=at, what=Happened.UNMERGED, by=By.STAFF),
    )
    undone = replace(history, log=(*log[:number], *pair, *log[number:]))
    assert told(undone, given, place) == told(history, given, place)
