"""What may happen to a ticket, and what it leaves behind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.butlers.items import Priority
from domain.tickets import moves
from domain.tickets.events import MOST_EVENTS, By, Happened
from domain.tickets.tickets import (
    REOPEN_WITHIN,
    Full,
    Over,
    Reason,
    State,
    Ticket,
    taking_part,
)
from domain.transactions import Conflict
from tests.domain.tickets.samples import HOUR, at, new


def resolved(hours: float = 2) -> Ticket:
    answered = moves.answered(at(1), new(), waits=False)
    return moves.ended(at(hours), answered, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)


def merged() -> Ticket:
    return moves.merged(at(1), new(), into=replace(new(), id="other"))


def test_a_new_ticket_is_open_and_nobodys() -> None:
    ticket = new()
    assert (ticket.state, ticket.butler_id, ticket.cycle) == (State.OPEN, "", 1)


def test_asking_back_makes_it_the_citizens_turn_and_writing_makes_it_ours_again() -> None:
    waiting = moves.answered(at(1), new(), waits=True)
    assert waiting.state is State.WAITING
    asked = moves.asked(at(2, "citizen"), waiting, said="在这里。")
    assert (asked.state, asked.said) == (State.OPEN, "在这里。")


def test_thanks_after_the_end_neither_reopen_it_nor_count_as_asking() -> None:
    ended = resolved()
    thanked = moves.asked(at(3, "citizen"), ended, said="谢谢")
    assert thanked.state is State.RESOLVED
    assert thanked.log[-1].what is Happened.THANKED
    assert thanked.ended_at == ended.ended_at


def test_nothing_is_resolved_without_an_answer() -> None:
    with pytest.raises(Conflict):
        moves.ended(at(1), new(), reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)


def test_an_answer_of_before_the_reopening_does_not_count_for_the_next_resolution() -> None:
    again = moves.reopened(at(3, "citizen"), resolved(), said="还是不行")
    with pytest.raises(Conflict):
        moves.ended(at(4), again, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)


def test_an_answer_counts_for_its_cycle_although_its_process_has_a_clock_that_is_behind() -> None:
    again = moves.reopened(at(3, "citizen"), resolved(), said="还是不行")
    answered = moves.answered(at(2.9), again, waits=False)
    ended = moves.ended(at(4), answered, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)
    assert ended.resolutions[-1].answered_at == at(2.9).at


def test_an_answer_whose_process_was_ahead_does_not_count_for_a_cycle_after_it() -> None:
    answered = moves.answered(at(3.1), new(), waits=False)
    ended = moves.ended(at(2), answered, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)
    assert moves.reopened(at(3, "citizen"), ended, said="还是不行").answered_at is None


@pytest.mark.parametrize("reason", list(Reason))
def test_every_end_says_why(reason: Reason) -> None:
    answered = moves.answered(at(1), new(), waits=False)
    ended = moves.ended(at(2), answered, reason=reason, by=By.STAFF, promise_met=True)
    assert ended.reason is reason
    assert ended.log[-1].facts["reason"] == reason.value
    assert ended.state in {State.RESOLVED, State.CLOSED}
    assert bool(ended.resolutions) is (ended.state is State.RESOLVED)


def test_who_resolved_it_is_frozen_whatever_comes_later() -> None:
    again = moves.reopened(at(3, "citizen"), resolved(), said="还是不行")
    moved = moves.transferred(at(4), again, to="li", reason="熟悉税务")
    assert [one.resolver for one in moved.resolutions] == ["wang"]
    assert moved.butler_id == "li"


@pytest.mark.parametrize(("late", "may"), [(-HOUR / 3600, True), (timedelta(), False)])
def test_it_may_be_reopened_within_seven_days(late: timedelta, may: bool) -> None:
    ended = resolved()
    act = replace(at(0, "citizen"), at=at(2).at + REOPEN_WITHIN + late)
    assert moves.may_reopen(ended, act.at) is may
    if may:
        assert moves.reopened(act, ended, said="还有问题").state is State.OPEN
    else:
        with pytest.raises(Over):
            moves.reopened(act, ended, said="还有问题")


def test_reopening_begins_another_cycle_and_takes_the_reason_away() -> None:
    again = moves.reopened(at(3, "citizen"), resolved(), said="还是不行")
    assert (again.cycle, again.reason, again.ended_at) == (2, None, None)
    assert again.cycle_began_at == at(3).at


def test_what_is_not_over_is_not_reopened() -> None:
    with pytest.raises(Conflict):
        moves.reopened(at(1, "citizen"), new(), said="？")


def test_a_ticket_of_an_erased_account_is_never_reopened() -> None:
    ended = moves.ended(at(1), new(), reason=Reason.ERASED, by=By.SYSTEM, promise_met=False)
    assert not moves.may_reopen(ended, at(2).at)
    with pytest.raises(Over):
        moves.reopened(at(2, "citizen"), ended, said="？")


ENDED: list[Callable[[Ticket], Ticket]] = [
    lambda was: moves.answered(at(5), was, waits=False),
    lambda was: moves.ended(at(5), was, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True),
    lambda was: moves.transferred(at(5), was, to="li", reason="忙"),
    lambda was: moves.prioritised(at(5), was, priority=Priority.URGENT),
    lambda was: moves.of_item(at(5), was, item="lecture"),
    lambda was: moves.at_place(at(5), was, place_id="park"),
    lambda was: moves.assigned(at(5), was, butler_id="li", why=("在岗",)),
    lambda was: moves.merged(at(5), was, into=new()),
    lambda was: moves.joined(at(5), was, new()),
    lambda was: moves.resumed(at(5), was),
]


@pytest.mark.parametrize("move", ENDED)
@pytest.mark.parametrize("make", [resolved, merged])
def test_what_is_over_is_left_alone(
    move: Callable[[Ticket], Ticket], make: Callable[[], Ticket]
) -> None:
    with pytest.raises(Conflict):
        move(make())


def test_nobody_writes_in_a_merged_ticket() -> None:
    with pytest.raises(Over):
        moves.asked(at(2, "citizen"), merged(), said="？")


@pytest.mark.parametrize("waits", [True, False])
def test_taken_apart_it_stands_where_it_stood(waits: bool) -> None:
    was = moves.answered(at(1), new(), waits=waits)
    other = replace(new(), id="other")
    apart = moves.unmerged(at(4), moves.merged(at(2), was, into=other), into=other)
    assert apart.state is was.state
    assert apart.merged_into == ""


def test_an_answer_in_the_other_ticket_meanwhile_is_known_to_both() -> None:
    other = replace(new(), id="other")
    mine = moves.merged(at(1), new(), into=other)
    answered = moves.answered(at(2), other, waits=False)
    apart = moves.unmerged(at(4), mine, into=answered)
    assert apart.log[-1].facts == {"answered_at": at(2).at.isoformat()}


def test_what_was_answered_in_the_other_ticket_can_be_resolved_in_this_one() -> None:
    other = moves.answered(at(2), replace(new(), id="other"), waits=False)
    apart = moves.unmerged(at(4), moves.merged(at(1), new(), into=other), into=other)
    ended = moves.ended(at(5), apart, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)
    assert ended.resolutions[-1].answered_at == at(2).at


def test_an_answer_from_before_the_merge_is_not_counted_for_the_merged() -> None:
    other = moves.answered(at(1), replace(new(), id="other"), waits=False)
    apart = moves.unmerged(at(4), moves.merged(at(2), new(), into=other), into=other)
    assert apart.log[-1].facts == {}


def test_a_ticket_that_holds_no_more_can_still_end() -> None:
    full = new()
    while len(full.log) < MOST_EVENTS - 50:
        full = moves.answered(at(1), full, waits=False)
    with pytest.raises(Full):
        moves.answered(at(2), full, waits=False)
    with pytest.raises(Full):
        moves.asked(at(2, "citizen"), full, said="？")
    assert not moves.ended(
        at(2), full, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True
    ).active


def test_however_much_a_citizen_writes_staff_can_still_answer() -> None:
    full = new()
    while len(full.log) < MOST_EVENTS - 200:
        full = moves.asked(at(1, "citizen"), full, said="？")
    with pytest.raises(Full):
        moves.asked(at(1, "citizen"), full, said="？")
    assert moves.answered(at(2), full, waits=False).messages == full.messages + 1


def test_who_answered_or_ended_took_part_and_who_assigned_did_not() -> None:
    moved = moves.transferred(at(1, "boss"), new(), to="li", reason="忙")
    answered = moves.answered(at(2, "li"), moved, waits=False)
    ended = moves.ended(
        at(3, "zhao"), answered, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True
    )
    assert taking_part(ended.log) == {"li", "zhao"}


def test_a_step_of_a_clock_does_not_make_a_reply_stale() -> None:
    ticket = new()
    assert replace(ticket, stepped=("promise:1:50",), revision=9).tag == ticket.tag
    assert moves.answered(at(1), ticket, waits=False).tag != ticket.tag
