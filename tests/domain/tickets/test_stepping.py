"""What clocks ask for: each step once, and which come next."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.tickets import moves
from domain.tickets.clocks import readings
from domain.tickets.events import By
from domain.tickets.stepping import Does, Step, in_words, next_step, stepped, steps_of
from domain.tickets.tickets import Reason, Ticket
from tests.domain.tickets.samples import BEGIN, HOUR, HOURS, TERMS, at, new

DAY = timedelta(days=1)


def steps(ticket: Ticket, now: datetime = BEGIN) -> tuple[Step, ...]:
    return steps_of(ticket, readings(ticket.log, terms=TERMS, hours=HOURS, now=now))


def names(ticket: Ticket) -> list[str]:
    return [one.name for one in steps(ticket)]


def test_a_new_ticket_has_a_ladder_for_each_of_its_clocks() -> None:
    assert set(names(new())) == {
        f"{clock}:1:{level}"
        for clock in ("promise", "first_response", "resolution")
        for level in (50, 75, 100)
    }


def test_half_of_the_promise_is_twelve_hours_whatever_the_hour_of_the_day() -> None:
    [half] = [one for one in steps(new()) if one.name == "promise:1:50"]
    assert half.at == BEGIN + 12 * HOUR


def test_what_was_taken_is_never_asked_for_again() -> None:
    ticket = new()
    first = steps(ticket)[0]
    after = stepped(ticket, [first])
    assert first.name not in names(after)
    assert len(names(after)) == len(names(ticket)) - 1


def test_the_next_step_is_the_soonest_that_was_not_taken() -> None:
    ticket = new()
    clocks = readings(ticket.log, terms=TERMS, hours=HOURS, now=BEGIN)
    assert next_step(ticket, clocks) == BEGIN + HOUR


def test_an_answer_ends_the_ladders_of_the_response_clocks() -> None:
    answered = moves.answered(at(0.5), new(), waits=False)
    assert {one.rpartition(":")[0] for one in names(answered)} == {"resolution:1"}


def test_waiting_for_the_citizen_stops_the_ladders_and_begins_reminding() -> None:
    waiting = moves.answered(at(0.5), new(), waits=True)
    asked = steps(waiting)
    assert [(one.name, one.does) for one in asked] == [
        ("waiting:1:remind", Does.REMIND),
        ("waiting:1:close", Does.CLOSE),
    ]
    assert [one.at - at(0.5).at for one in asked] == [2 * DAY, 7 * DAY]


def test_asking_back_a_second_time_reminds_anew() -> None:
    waiting = moves.answered(at(0.5), new(), waits=True)
    again = moves.answered(at(2), moves.asked(at(1), waiting, said="这里"), waits=True)
    assert names(again) == ["waiting:3:remind", "waiting:3:close"]


def test_taken_apart_the_citizen_has_the_whole_time_to_answer_again() -> None:
    waiting = moves.answered(at(0.5), new(), waits=True)
    other = replace(new(), id="other")
    apart = moves.unmerged(at(200), moves.merged(at(1), waiting, into=other), into=other)
    assert [one.at - at(200).at for one in steps(apart)] == [2 * DAY, 7 * DAY]


def test_nothing_is_asked_for_once_it_is_over() -> None:
    answered = moves.answered(at(0.5), new(), waits=False)
    ended = moves.ended(at(1), answered, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)
    assert steps(ended) == ()


def test_reopened_its_ladders_have_names_of_their_own() -> None:
    answered = moves.answered(at(0.5), new(), waits=False)
    ended = moves.ended(at(1), answered, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)
    taken = replace(ended, stepped=tuple(names(new())))
    again = moves.reopened(at(2, "citizen"), taken, said="还是不行")
    assert "promise:2:50" in names(again)
    assert not any(":1:" in name for name in names(again))


def test_a_step_says_how_far_the_clock_is() -> None:
    words = {one.name: in_words(one) for one in steps(new())}
    assert words["promise:1:75"] == "“24 小时响应”时限已用去 75%"
    assert words["first_response:1:100"] == "“首次答复”已超时"
