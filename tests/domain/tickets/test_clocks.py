"""The rules of the clocks, one by one, and where others went wrong."""

from datetime import UTC, timedelta

import pytest

from domain.hours import Due
from domain.tickets.clocks import (
    ClockKind,
    ClockState,
    Reading,
    Terms,
    all_runs,
    next_due,
    readings,
)
from domain.tickets.events import ANSWERED_AT, WAITS, By, Event, Happened
from domain.time import SHANGHAI
from tests.domain.test_hours import at
from tests.domain.tickets.histories import (
    ALWAYS,
    DAY,
    HOUR,
    MILLISECOND,
    MINUTE,
    OFFICE,
    Place,
)

NOTHING = timedelta()
TERMS = Terms(
    promise=24 * HOUR, first_response=4 * HOUR, next_response=7 * HOUR, resolution=35 * HOUR
)
URGENT = Terms(promise=24 * HOUR, first_response=HOUR, next_response=2 * HOUR, resolution=7 * HOUR)
# A Monday of a plain week; by the minute at 9.
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (f"2026-03-0{day}" for day in range(2, 7))
NEXT_MONDAY = "2026-03-09"
PROMISE, FIRST, NEXT, RESOLUTION = ClockKind


def log(*told: tuple[str, str] | tuple[str, str, str]) -> tuple[Event, ...]:
    """Such as ("answered", "2026-03-02 10:00", "waits")."""
    return tuple(happened(*one) for one in told)


def happened(what: str, when: str, more: str = "") -> Event:
    facts = {}
    if more:
        facts = {WAITS: "yes"} if more == WAITS else {ANSWERED_AT: at(more).isoformat()}
    return Event(at=at(when), what=Happened(what), by=By.STAFF, facts=facts)


def read(
    events: tuple[Event, ...], now: str, *, terms: Terms = TERMS, place: Place = Place.OFFICE
) -> dict[ClockKind, Reading]:
    found = readings(events, terms=terms, hours=place.value, now=at(now))
    return {one.kind: one for one in found}


def names(events: tuple[Event, ...], now: str) -> list[str]:
    return [one.name for one in all_runs(events, terms=TERMS, hours=OFFICE, now=at(now))]


OPENED = ("opened", f"{MONDAY} 09:00")


# Which clocks run.


def test_from_the_opening_promise_first_response_and_resolution_run() -> None:
    found = read(log(OPENED), f"{MONDAY} 10:00")
    assert [one.name for one in found.values()] == ["promise:1", "first_response:1", "resolution:1"]
    for kind, one in found.items():
        assert one.state is ClockState.RUNNING
        assert (one.began_at, one.elapsed) == (at(f"{MONDAY} 09:00"), HOUR)
        assert one.budget == TERMS.of(kind)
        assert (one.overdue, one.met, one.stopped_at, one.stopped_by) == (False, None, None, None)


def test_of_nothing_that_happened_no_clock_runs() -> None:
    assert readings((), terms=TERMS, hours=OFFICE, now=at(f"{MONDAY} 09:00")) == ()
    assert read(log(("asked", f"{MONDAY} 09:00")), f"{MONDAY} 10:00") == {}


def test_the_promise_counts_nights_weekends_and_holidays_and_the_others_working_time() -> None:
    found = read(log(("opened", "2026-02-14 17:00")), "2026-02-24 10:00")
    assert found[PROMISE].elapsed == 9 * DAY + 17 * HOUR
    assert found[PROMISE].due == Due(at=at("2026-02-15 17:00"), provisional=False)
    assert found[FIRST].elapsed == found[RESOLUTION].elapsed == 2 * HOUR
    assert found[FIRST].due == Due(at=at("2026-02-24 12:00"), provisional=False)


def test_the_promise_like_the_others_counts_nothing_before_it_began_and_is_told_in_utc() -> None:
    local = Event(at=at(OPENED[1]).astimezone(SHANGHAI), what=Happened.OPENED, by=By.CITIZEN)
    for one in readings((local,), terms=TERMS, hours=OFFICE, now=at(f"{MONDAY} 10:00")):
        assert one.measure.elapsed(at(f"{MONDAY} 10:00"), at(f"{MONDAY} 09:00")) == NOTHING
        assert one.elapsed_at(at(f"{MONDAY} 08:00")) == one.elapsed == HOUR
        reached = [one.reaches(percent) for percent in (-10, 0, 100)]
        instants = [due.at for due in reached if due]
        assert instants[:2] == [at(OPENED[1])] * 2
        assert {instant.tzinfo for instant in instants} == {UTC}


@pytest.mark.parametrize("how", ["", WAITS])
def test_the_first_answer_ends_promise_and_first_response_also_when_it_waits(how: str) -> None:
    found = read(log(OPENED, ("answered", f"{MONDAY} 10:00", how)), f"{THURSDAY} 10:00")
    for kind in (PROMISE, FIRST):
        assert found[kind].state is ClockState.STOPPED
        assert found[kind].stopped_at == at(f"{MONDAY} 10:00")
        assert found[kind].stopped_by is Happened.ANSWERED
        assert (found[kind].elapsed, found[kind].met, found[kind].due) == (HOUR, True, None)


def test_a_second_answer_changes_nothing_of_the_first() -> None:
    once = log(OPENED, ("answered", f"{MONDAY} 10:00"))
    twice = (*once, *log(("answered", f"{TUESDAY} 10:00")))
    one, two = (read(events, f"{THURSDAY} 10:00") for events in (once, twice))
    assert (one[PROMISE], one[FIRST]) == (two[PROMISE], two[FIRST])


@pytest.mark.parametrize("ending", ["resolved", "closed", "merged"])
def test_an_ending_stops_every_clock(ending: str) -> None:
    running = log(OPENED, ("answered", f"{MONDAY} 10:00"), ("asked", f"{MONDAY} 11:00"))
    unanswered = log(OPENED)
    for events, stopped in ((running, {NEXT, RESOLUTION}), (unanswered, {PROMISE, FIRST})):
        ended = (*events, happened(ending, f"{TUESDAY} 10:00"))
        found = read(ended, f"{FRIDAY} 10:00")
        assert {one.state for one in found.values()} == {ClockState.STOPPED}
        for kind in stopped:
            assert found[kind].stopped_at == at(f"{TUESDAY} 10:00")
            assert found[kind].stopped_by is Happened(ending)
        assert found[RESOLUTION].elapsed == 8 * HOUR


def test_after_an_ending_nothing_starts_a_clock_but_reopening() -> None:
    ended = log(OPENED, ("answered", f"{MONDAY} 10:00"), ("resolved", f"{MONDAY} 11:00"))
    after = ("thanked", "asked", "answered", "resumed", "resolved", "unmerged", "assigned")
    more = tuple(happened(what, f"{TUESDAY} 10:00") for what in after)
    assert read((*ended, *more), f"{FRIDAY} 10:00") == read(ended, f"{FRIDAY} 10:00")


def test_thanks_after_the_end_neither_reopen_nor_start_a_clock() -> None:
    ended = log(OPENED, ("answered", f"{MONDAY} 10:00"), ("resolved", f"{MONDAY} 11:00"))
    thanked = (*ended, happened("thanked", f"{MONDAY} 11:05"))
    found = read(thanked, f"{FRIDAY} 10:00")
    assert {one.state for one in found.values()} == {ClockState.STOPPED}
    assert NEXT not in found


def test_thanks_do_not_resume_what_waits_for_the_citizen() -> None:
    events = log(OPENED, ("answered", f"{MONDAY} 10:00", WAITS), ("thanked", f"{MONDAY} 11:00"))
    found = read(events, f"{FRIDAY} 10:00")
    assert found[RESOLUTION].state is ClockState.PAUSED
    assert NEXT not in found


def test_each_reopening_begins_the_promise_anew_under_the_next_number() -> None:
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00"),
        ("asked", f"{MONDAY} 11:00"),
        ("resolved", f"{MONDAY} 15:00"),
        ("reopened", f"{WEDNESDAY} 09:00"),
    )
    found = read(events, f"{WEDNESDAY} 11:00")
    assert [one.name for one in found.values()] == [
        "promise:2",
        "first_response:2",
        "next_response:1",
        "resolution:2",
    ]
    assert found[PROMISE].elapsed == found[FIRST].elapsed == found[RESOLUTION].elapsed == 2 * HOUR
    assert found[NEXT].stopped_by is Happened.RESOLVED
    assert names(events, f"{WEDNESDAY} 11:00") == [
        *("promise:1", "first_response:1", "resolution:1", "next_response:1"),
        *("promise:2", "first_response:2", "resolution:2"),
    ]


def test_what_is_open_is_not_opened_again() -> None:
    """It would forgive what has elapsed."""
    twice = log(OPENED, ("reopened", f"{MONDAY} 11:00"), ("opened", f"{MONDAY} 11:30"))
    assert read(twice, f"{MONDAY} 12:00") == read(log(OPENED), f"{MONDAY} 12:00")


# Next response: only while the citizen waits.


def test_next_response_runs_from_the_first_question_after_an_answer_to_the_next_answer() -> None:
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00"),
        ("asked", f"{MONDAY} 11:00"),
        ("asked", f"{MONDAY} 17:00"),
    )
    waiting = read(events, f"{TUESDAY} 09:00")[NEXT]
    assert (waiting.name, waiting.state) == ("next_response:1", ClockState.RUNNING)
    assert (waiting.began_at, waiting.elapsed) == (at(f"{MONDAY} 11:00"), 5 * HOUR)
    assert waiting.due == Due(at=at(f"{TUESDAY} 11:00"), provisional=False)
    answered = (*events, happened("answered", f"{TUESDAY} 10:00"))
    stopped = read(answered, f"{FRIDAY} 10:00")[NEXT]
    assert (stopped.state, stopped.elapsed, stopped.met) == (ClockState.STOPPED, 6 * HOUR, True)


def test_each_question_after_an_answer_is_a_run_of_its_own() -> None:
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00"),
        ("asked", f"{MONDAY} 11:00"),
        ("answered", f"{MONDAY} 14:00"),
        ("asked", f"{MONDAY} 15:00"),
    )
    assert read(events, f"{MONDAY} 16:00")[NEXT].name == "next_response:2"
    assert read(events, f"{MONDAY} 16:00")[NEXT].elapsed == HOUR


def test_what_is_asked_before_the_first_answer_starts_nothing() -> None:
    events = log(OPENED, ("asked", f"{MONDAY} 10:00"))
    assert read(events, f"{TUESDAY} 10:00") == read(log(OPENED), f"{TUESDAY} 10:00")


def test_a_reopened_ticket_counts_as_not_answered_yet() -> None:
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00"),
        ("resolved", f"{MONDAY} 11:00"),
        ("reopened", f"{TUESDAY} 09:00"),
        ("asked", f"{TUESDAY} 10:00"),
    )
    assert NEXT not in read(events, f"{TUESDAY} 11:00")


# Resolution: paused while it is the citizen's turn.


@pytest.mark.parametrize("resumed", ["asked", "resumed", "answered"])
def test_resolution_pauses_from_an_answer_that_waits_until_it_is_staffs_turn(resumed: str) -> None:
    waits = log(OPENED, ("answered", f"{MONDAY} 10:00", WAITS))
    paused = read(waits, f"{WEDNESDAY} 10:00")[RESOLUTION]
    assert (paused.state, paused.elapsed, paused.due) == (ClockState.PAUSED, HOUR, None)
    goes_on = read((*waits, happened(resumed, f"{WEDNESDAY} 10:00")), f"{WEDNESDAY} 11:00")
    assert goes_on[RESOLUTION].state is ClockState.RUNNING
    assert goes_on[RESOLUTION].elapsed == 2 * HOUR
    # 34 hours are left: six of that day, and four days of seven.
    assert goes_on[RESOLUTION].due == Due(at=at("2026-03-10 18:00"), provisional=False)


def test_a_second_answer_that_waits_goes_on_pausing() -> None:
    events = log(
        OPENED, ("answered", f"{MONDAY} 10:00", WAITS), ("answered", f"{MONDAY} 11:00", WAITS)
    )
    found = read(events, f"{FRIDAY} 10:00")
    assert (found[RESOLUTION].state, found[RESOLUTION].elapsed) == (ClockState.PAUSED, HOUR)


def test_only_the_resolution_pauses() -> None:
    """The promise is given in running hours."""
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00", WAITS),
        ("asked", f"{MONDAY} 11:00"),
        ("answered", f"{MONDAY} 11:30", WAITS),
        ("asked", f"{TUESDAY} 11:00"),
    )
    found = read(events, f"{TUESDAY} 12:00")
    assert [one.name for one in found.values() if one.state is ClockState.PAUSED] == []
    assert found[NEXT].elapsed == HOUR
    assert found[RESOLUTION].elapsed == HOUR + HOUR / 2 + HOUR


def test_what_ends_while_it_is_paused_counted_until_the_pause() -> None:
    events = log(OPENED, ("answered", f"{MONDAY} 10:00", WAITS), ("closed", f"{NEXT_MONDAY} 10:00"))
    found = read(events, f"{NEXT_MONDAY} 11:00")[RESOLUTION]
    assert (found.state, found.elapsed, found.met) == (ClockState.STOPPED, HOUR, True)
    assert found.stopped_at == at(f"{NEXT_MONDAY} 10:00")


# Merging.


def test_what_is_unmerged_goes_on_as_if_it_had_never_stopped() -> None:
    events = log(OPENED, ("merged", f"{MONDAY} 10:00"))
    assert {one.state for one in read(events, f"{TUESDAY} 09:00").values()} == {ClockState.STOPPED}
    apart = (*events, happened("unmerged", f"{TUESDAY} 10:00"))
    assert read(apart, f"{TUESDAY} 11:00") == read(log(OPENED), f"{TUESDAY} 11:00")
    # Due on Monday: the citizen waited all the time.
    assert read(apart, f"{TUESDAY} 11:00")[PROMISE].overdue


def test_what_was_answered_while_merged_ended_the_response_clocks_then() -> None:
    merged = ("merged", f"{MONDAY} 10:00")
    unmerged = ("unmerged", f"{WEDNESDAY} 10:00", f"{MONDAY} 11:00")
    found = read(log(OPENED, merged, unmerged), f"{WEDNESDAY} 11:00")
    for kind in (PROMISE, FIRST):
        assert (found[kind].elapsed, found[kind].met) == (2 * HOUR, True)
        assert found[kind].stopped_at == at(f"{MONDAY} 11:00")
    assert (found[RESOLUTION].state, found[RESOLUTION].elapsed) == (ClockState.RUNNING, 16 * HOUR)
    asked = log(OPENED, merged, unmerged, ("asked", f"{WEDNESDAY} 11:00"))
    assert read(asked, f"{WEDNESDAY} 12:00")[NEXT].elapsed == HOUR


def test_what_waited_before_a_merge_waits_after_it_whatever_was_answered_meanwhile() -> None:
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00", WAITS),
        ("merged", f"{MONDAY} 11:00"),
        ("unmerged", f"{TUESDAY} 10:00", f"{MONDAY} 12:00"),
    )
    found = read(events, f"{TUESDAY} 12:00")[RESOLUTION]
    assert (found.state, found.elapsed) == (ClockState.PAUSED, HOUR)


def test_a_question_that_waited_was_answered_in_the_other_ticket() -> None:
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00"),
        ("asked", f"{MONDAY} 11:00"),
        ("merged", f"{MONDAY} 14:00"),
        ("unmerged", f"{TUESDAY} 10:00", f"{MONDAY} 15:00"),
    )
    found = read(events, f"{FRIDAY} 12:00")[NEXT]
    assert (found.elapsed, found.stopped_by) == (2 * HOUR, Happened.UNMERGED)


@pytest.mark.parametrize(
    ("answered", "counts"),
    [(f"{MONDAY} 09:55", f"{MONDAY} 10:00"), (f"{TUESDAY} 10:05", f"{TUESDAY} 10:00")],
)
def test_an_answer_of_the_meantime_counts_between_merging_and_unmerging(
    answered: str, counts: str
) -> None:
    events = log(OPENED, ("merged", f"{MONDAY} 10:00"), ("unmerged", f"{TUESDAY} 10:00", answered))
    assert read(events, f"{TUESDAY} 11:00")[FIRST].stopped_at == at(counts)


def test_a_ticket_may_be_merged_twice_and_taken_apart_twice() -> None:
    merge, unmerge = ("merged", f"{MONDAY} 10:00"), ("unmerged", f"{MONDAY} 11:00")
    twice = log(OPENED, merge, unmerge, merge, unmerge)
    assert read(twice, f"{MONDAY} 12:00") == read(log(OPENED), f"{MONDAY} 12:00")
    doubled = log(OPENED, merge, merge, unmerge, unmerge)
    assert read(doubled, f"{MONDAY} 12:00") == read(log(OPENED), f"{MONDAY} 12:00")
    merged_again = log(OPENED, merge, unmerge, ("merged", f"{MONDAY} 15:00"))
    found = read(merged_again, f"{TUESDAY} 12:00")[PROMISE]
    assert (found.stopped_at, found.elapsed) == (at(f"{MONDAY} 15:00"), 6 * HOUR)


def test_what_was_reopened_out_of_a_merge_is_not_unmerged_any_more() -> None:
    """Its numbers stay: what was done once under a name is not done again."""
    events = log(OPENED, ("merged", f"{MONDAY} 10:00"), ("reopened", f"{MONDAY} 11:00"))
    after = (*events, happened("unmerged", f"{MONDAY} 12:00"))
    assert read(after, f"{MONDAY} 15:00") == read(events, f"{MONDAY} 15:00")
    assert read(after, f"{MONDAY} 15:00")[PROMISE].name == "promise:2"


def test_what_happened_to_a_merged_ticket_stands_in_its_order_once_it_is_apart() -> None:
    """A question after the other ticket's answer is a new one; the one before it was answered."""
    events = log(
        OPENED,
        ("merged", f"{MONDAY} 09:30"),
        ("asked", f"{MONDAY} 10:00"),
        ("asked", f"{MONDAY} 12:00"),
        ("unmerged", f"{MONDAY} 15:00", f"{MONDAY} 11:00"),
    )
    found = read(events, f"{MONDAY} 16:00")
    assert found[FIRST].stopped_at == at(f"{MONDAY} 11:00")
    assert found[NEXT].began_at == at(f"{MONDAY} 12:00")


# Clocks of processes that differ.


def test_an_answer_whose_clock_is_behind_counts_when_the_question_was_known() -> None:
    events = log(OPENED, ("answered", f"{MONDAY} 08:57"), ("asked", f"{MONDAY} 08:58"))
    found = read(events, f"{MONDAY} 10:00")
    assert (found[PROMISE].elapsed, found[PROMISE].stopped_at) == (NOTHING, at(f"{MONDAY} 09:00"))
    assert (found[NEXT].began_at, found[NEXT].elapsed) == (at(f"{MONDAY} 09:00"), HOUR)


def test_a_pause_whose_end_is_written_before_its_beginning_is_none() -> None:
    events = log(OPENED, ("answered", f"{MONDAY} 10:05", WAITS), ("asked", f"{MONDAY} 10:01"))
    found = read(events, f"{MONDAY} 11:00")
    assert found[RESOLUTION].elapsed == 2 * HOUR
    assert found[NEXT].elapsed == 55 * MINUTE


def test_what_happens_at_one_instant_happens_in_the_order_of_the_log() -> None:
    when = f"{MONDAY} 10:00"
    asked_last = log(OPENED, ("answered", when), ("asked", when))
    answered_last = log(OPENED, ("asked", when), ("answered", when))
    assert read(asked_last, f"{MONDAY} 11:00")[NEXT].state is ClockState.RUNNING
    assert NEXT not in read(answered_last, f"{MONDAY} 11:00")
    at_once = log(OPENED, ("answered", OPENED[1]), ("resolved", OPENED[1]), ("reopened", OPENED[1]))
    assert read(at_once, f"{MONDAY} 10:00")[PROMISE].name == "promise:2"
    assert read(at_once, f"{MONDAY} 10:00")[PROMISE].elapsed == HOUR


def test_a_reader_whose_clock_is_behind_reads_as_of_the_last_event() -> None:
    events = log(OPENED, ("answered", f"{MONDAY} 10:00"), ("asked", f"{MONDAY} 11:00"))
    assert read(events, f"{MONDAY} 09:30") == read(events, f"{MONDAY} 11:00")


def test_a_silent_event_whose_clock_is_far_ahead_moves_nothing() -> None:
    ahead = happened("priority_changed", f"{FRIDAY} 10:00")
    answered = happened("answered", f"{MONDAY} 10:00")
    found = read((*log(OPENED), ahead, answered), f"{MONDAY} 11:00")
    assert found[FIRST].stopped_at == at(f"{MONDAY} 10:00")


# In time or late.


def test_to_the_very_instant_it_is_in_time_and_a_millisecond_later_late() -> None:
    due = at(f"{TUESDAY} 09:00")
    for late, when in ((False, due), (True, due + MILLISECOND)):
        answer = Event(at=when, what=Happened.ANSWERED, by=By.STAFF)
        running = readings(log(OPENED), terms=TERMS, hours=OFFICE, now=when)[0]
        stopped = readings((*log(OPENED), answer), terms=TERMS, hours=OFFICE, now=when)[0]
        assert (running.overdue, running.met) == (late, None)
        assert (stopped.overdue, stopped.met) == (False, not late)


def test_what_is_due_when_the_office_closes_is_late_in_the_night() -> None:
    """Although no working time has passed since: nobody answered by then."""
    events = log(("opened", f"{MONDAY} 15:00"))
    first = read(events, f"{MONDAY} 20:00", terms=TERMS_OF_THREE)[FIRST]
    assert (first.elapsed, first.budget) == (3 * HOUR, 3 * HOUR)
    assert first.due == Due(at=at(f"{MONDAY} 18:00"), provisional=False)
    assert first.overdue
    answered = (*events, happened("answered", f"{MONDAY} 20:00"))
    assert read(answered, f"{FRIDAY} 20:00", terms=TERMS_OF_THREE)[FIRST].met is False


TERMS_OF_THREE = Terms(
    promise=24 * HOUR, first_response=3 * HOUR, next_response=3 * HOUR, resolution=3 * HOUR
)


def test_what_paused_when_its_budget_was_used_up_was_in_time() -> None:
    events = log(("opened", f"{MONDAY} 15:00"), ("answered", f"{MONDAY} 18:00", WAITS))
    found = read(events, f"{FRIDAY} 10:00", terms=TERMS_OF_THREE)[RESOLUTION]
    assert (found.state, found.overdue) == (ClockState.PAUSED, False)
    closed = (*events, happened("closed", f"{FRIDAY} 10:00"))
    assert read(closed, f"{FRIDAY} 11:00", terms=TERMS_OF_THREE)[RESOLUTION].met is True


def test_what_goes_on_after_its_budget_was_used_up_to_the_pause_is_late_from_then_on() -> None:
    """Not by its resuming itself; it was due when it was used up."""
    used_up = log(("opened", f"{MONDAY} 15:00"), ("answered", f"{MONDAY} 18:00", WAITS))
    resumed = (*used_up, happened("asked", f"{TUESDAY} 10:00"))
    for late, now in ((False, f"{TUESDAY} 10:00"), (True, f"{TUESDAY} 10:00:01")):
        found = read(resumed, now, terms=TERMS_OF_THREE)[RESOLUTION]
        assert found.due == Due(at=at(f"{MONDAY} 18:00"), provisional=False)
        assert found.overdue is late


def test_a_night_in_which_it_was_late_is_not_forgotten_when_it_goes_on() -> None:
    late = log(("opened", f"{MONDAY} 15:00"), ("answered", f"{MONDAY} 20:00", WAITS))
    for events in (late, (*late, happened("asked", f"{TUESDAY} 10:00"))):
        assert read(events, f"{TUESDAY} 10:00", terms=TERMS_OF_THREE)[RESOLUTION].overdue


def test_a_pause_does_not_hide_what_is_overdue() -> None:
    events = log(OPENED, ("answered", f"{MONDAY} 16:00", WAITS))
    found = read(events, f"{FRIDAY} 10:00", terms=TERMS_OF_THREE)[RESOLUTION]
    assert (found.state, found.overdue, found.due) == (ClockState.PAUSED, True, None)


def test_what_was_overdue_before_a_pause_was_due_before_it() -> None:
    events = log(OPENED, ("answered", f"{MONDAY} 16:00", WAITS), ("asked", f"{THURSDAY} 10:00"))
    found = read(events, f"{THURSDAY} 10:00", terms=TERMS_OF_THREE)[RESOLUTION]
    assert found.due == Due(at=at(f"{MONDAY} 12:00"), provisional=False)
    assert found.overdue


def test_a_term_made_shorter_than_what_has_elapsed_is_overdue_at_once() -> None:
    events = log(OPENED)
    assert not read(events, f"{MONDAY} 12:00")[FIRST].overdue
    shorter = read(events, f"{MONDAY} 12:00", terms=URGENT)[FIRST]
    assert shorter.overdue
    assert shorter.due == Due(at=at(f"{MONDAY} 10:00"), provisional=False)


def test_a_due_past_the_horizon_is_provisional_and_the_promise_never_is() -> None:
    found = read(log(("opened", "2026-12-31 17:00")), "2026-12-31 18:00")
    assert {kind: one.due and one.due.provisional for kind, one in found.items()} == {
        PROMISE: False,
        FIRST: True,
        RESOLUTION: True,
    }
    early = read(log(("opened", "2026-12-31 09:00")), "2026-12-31 10:00")
    assert early[FIRST].due == Due(at=at("2026-12-31 15:00"), provisional=False)


@pytest.mark.parametrize("name", ["promise", "first_response", "next_response", "resolution"])
def test_a_term_of_nothing_is_refused(name: str) -> None:
    given = {"promise": HOUR, "first_response": HOUR, "next_response": HOUR, "resolution": HOUR}
    for term in (NOTHING, -HOUR):
        with pytest.raises(ValueError, match="longer than nothing"):
            Terms(**{**given, name: term})


def test_the_hours_are_those_of_the_place_it_is_at_now() -> None:
    events = log(("opened", f"{MONDAY} 17:00"))
    assert read(events, f"{TUESDAY} 09:00")[FIRST].elapsed == HOUR
    assert read(events, f"{TUESDAY} 09:00", place=Place.MALL)[FIRST].elapsed == 5 * HOUR


# What is due next.


def test_next_is_what_is_due_first_of_what_runs() -> None:
    def following(*told: tuple[str, str] | tuple[str, str, str], now: str) -> str | None:
        found = next_due(readings(log(*told), terms=TERMS, hours=OFFICE, now=at(now)))
        return found.name if found else None

    answered = ("answered", f"{MONDAY} 10:00")
    assert following(now=f"{MONDAY} 09:00") is None
    assert following(OPENED, now=f"{MONDAY} 09:00") == "first_response:1"
    assert following(("opened", f"{FRIDAY} 17:00"), now=f"{FRIDAY} 17:00") == "promise:1"
    assert following(OPENED, answered, now=f"{MONDAY} 11:00") == "resolution:1"
    asked = ("asked", f"{MONDAY} 11:00")
    assert following(OPENED, answered, asked, now=f"{MONDAY} 11:00") == "next_response:1"
    waits = ("answered", f"{MONDAY} 10:00", WAITS)
    assert following(OPENED, waits, now=f"{MONDAY} 11:00") is None
    ended = ("closed", f"{MONDAY} 11:00")
    assert following(OPENED, ended, now=f"{MONDAY} 12:00") is None


def test_of_two_that_are_due_at_once_the_promise_is_named() -> None:
    terms = Terms(promise=HOUR, first_response=HOUR, next_response=HOUR, resolution=HOUR)
    found = readings(log(OPENED), terms=terms, hours=ALWAYS, now=at(f"{MONDAY} 09:30"))
    assert len({one.due for one in found}) == 1
    following = next_due(reversed(found))
    assert following
    assert following.kind is PROMISE


# Where others went wrong.


def test_who_waits_for_the_citizen_is_not_overdue() -> None:
    """A ticket on hold was flagged: osTicket #3034."""
    events = log(OPENED, ("answered", f"{MONDAY} 10:00", WAITS))
    found = read(events, "2026-04-30 10:00")
    assert not any(one.overdue for one in found.values())
    assert found[RESOLUTION].elapsed == HOUR


def test_a_pause_before_the_priority_changed_is_kept() -> None:
    """The new terms counted from the opening, pause and all: glpi #15605."""
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00", WAITS),
        ("asked", f"{FRIDAY} 09:00"),
        ("priority_changed", f"{FRIDAY} 09:30"),
    )
    found = read(events, f"{FRIDAY} 10:00", terms=URGENT)[RESOLUTION]
    assert (found.elapsed, found.overdue) == (2 * HOUR, False)
    assert found.due == Due(at=at(f"{FRIDAY} 17:00"), provisional=False)


def test_a_pause_in_which_the_priority_changes_goes_on_and_is_kept() -> None:
    """It never came back to staff, and was overdue all the same: glpi #6902."""
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00", WAITS),
        ("priority_changed", f"{MONDAY} 10:30"),
        ("item_changed", f"{TUESDAY} 10:30"),
        ("place_changed", f"{WEDNESDAY} 10:30"),
    )
    found = read(events, f"{FRIDAY} 10:00", terms=URGENT)[RESOLUTION]
    assert (found.state, found.elapsed) == (ClockState.PAUSED, HOUR)
    assert not found.overdue


def test_an_answered_ticket_does_not_escalate_while_the_citizen_says_nothing() -> None:
    """The clock of updates ran whoever wrote last: zammad #3140."""
    answered = log(OPENED, ("answered", f"{MONDAY} 10:00"))
    assert NEXT not in read(answered, f"{FRIDAY} 10:00")
    again = (*answered, *log(("asked", f"{TUESDAY} 10:00"), ("answered", f"{TUESDAY} 11:00")))
    found = read(again, "2026-03-31 10:00")[NEXT]
    assert (found.state, found.elapsed, found.reaches(50)) == (ClockState.STOPPED, HOUR, None)


def test_an_answer_that_also_waits_is_the_first_response_and_says_how_long_it_took() -> None:
    """The clock was put off instead of met: zammad #3551."""
    events = log(OPENED, ("answered", f"{MONDAY} 09:05", WAITS))
    found = read(events, f"{FRIDAY} 10:00")[FIRST]
    assert (found.met, found.elapsed) == (True, 5 * MINUTE)


def test_a_shorter_next_response_does_not_overrule_the_first() -> None:
    """Before the first answer the shorter term was due: zammad #5177."""
    terms = Terms(
        promise=24 * HOUR, first_response=4 * HOUR, next_response=HOUR, resolution=35 * HOUR
    )
    events = log(OPENED, ("asked", f"{MONDAY} 09:30"))
    found = readings(events, terms=terms, hours=OFFICE, now=at(f"{MONDAY} 10:00"))
    following = next_due(found)
    assert following
    assert following.kind is FIRST
    assert following.due == Due(at=at(f"{MONDAY} 15:00"), provisional=False)


def test_the_promise_by_the_wall_and_the_response_by_working_time_stand_side_by_side() -> None:
    """One clock took the place of the other: chatwoot PR #13392."""
    found = read(log(("opened", f"{FRIDAY} 16:30")), f"{FRIDAY} 16:30")
    assert found[PROMISE].due == Due(at=at("2026-03-07 16:30"), provisional=False)
    assert found[FIRST].due == Due(at=at(f"{NEXT_MONDAY} 11:30"), provisional=False)


def test_before_it_is_due_a_clock_says_when_half_and_three_quarters_are_used() -> None:
    """Nobody was told before the breach: frappe/helpdesk #948, chatwoot #6889, erpnext #6049."""
    found = read(log(("opened", f"{MONDAY} 11:00")), f"{MONDAY} 11:00")
    reached = {kind: [one.reaches(level) for level in (50, 75, 100)] for kind, one in found.items()}
    assert reached[FIRST] == [
        Due(at=at(f"{MONDAY} {when}"), provisional=False) for when in ("15:00", "16:00", "17:00")
    ]
    assert reached[PROMISE] == [
        Due(at=at(when), provisional=False)
        for when in (f"{MONDAY} 23:00", f"{TUESDAY} 05:00", f"{TUESDAY} 11:00")
    ]


def test_each_step_of_each_run_has_a_name_that_never_comes_twice() -> None:
    """A flood came of steps that nobody could tell apart: frappe/helpdesk #2967."""
    cycle = (("answered", f"{MONDAY} 10:00"), ("asked", f"{MONDAY} 10:00"))
    ends = (("resolved", f"{MONDAY} 11:00"), ("reopened", f"{MONDAY} 11:00"))
    found = names(log(OPENED, *cycle, *cycle, *ends, *cycle, *ends), f"{MONDAY} 12:00")
    assert len(set(found)) == len(found) == 12


def test_what_is_overdue_says_so_however_long_and_whatever_is_changed() -> None:
    """The public could not see that a term was over: fixmystreet #2378."""
    events = log(OPENED, ("transferred", f"{TUESDAY} 10:00"), ("item_changed", f"{TUESDAY} 11:00"))
    assert read(events, "2026-05-04 10:00")[PROMISE].overdue


def test_the_citizen_who_reopens_has_a_promise_again() -> None:
    """What was reopened had no term: fixmystreet #897."""
    events = log(
        OPENED,
        ("answered", f"{MONDAY} 10:00"),
        ("closed", f"{MONDAY} 10:00"),
        ("reopened", f"{NEXT_MONDAY} 10:00"),
    )
    found = read(events, f"{NEXT_MONDAY} 10:00")[PROMISE]
    assert found.due == Due(at=at("2026-03-10 10:00"), provisional=False)


def test_a_note_is_nothing_that_a_clock_could_take_for_an_answer() -> None:
    """Notes for colleagues counted as answers, or reached the customer: Tiledesk #157."""
    assert not [what for what in Happened if "note" in what.value]
