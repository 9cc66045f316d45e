"""What is saved with a ticket so that it can be searched by: read from its log each time."""

from dataclasses import replace
from datetime import timedelta

from domain.butlers.items import ItemKind, ItemTerms, Priority, ServiceItem
from domain.hours import BusinessHours
from domain.tickets import moves
from domain.tickets.events import By
from domain.tickets.keeping import Clocks
from domain.tickets.tickets import Reason, Ticket
from tests.domain.tickets.samples import HOUR, HOURS, TERMS, at, new

ITEM = ServiceItem(
    code="consulting",
    kind=ItemKind.PUBLIC,
    name="信用咨询",
    gives="",
    expects="",
    price="",
    skill="",
    skill_name="",
    clocks={
        Priority.NORMAL: ItemTerms(
            promise=TERMS.promise,
            first_response=TERMS.first_response,
            next_response=TERMS.next_response,
            resolution=TERMS.resolution,
        )
    },
)


async def timed(ticket: Ticket, hours: float) -> Ticket:
    """As it is saved so many hours after it was opened."""

    async def of_place(_: str) -> BusinessHours:
        return HOURS

    return await Clocks(items={ITEM.code: ITEM}, hours=of_place).timed(ticket, now=at(hours).at)


def ended(answered: float) -> Ticket:
    """Answered and resolved after so many hours."""
    was = moves.answered(at(answered), new(), waits=False)
    return moves.ended(at(answered), was, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)


async def test_nobody_knows_whether_it_is_in_time_until_it_is_answered_or_late() -> None:
    assert (await timed(new(), 1)).in_time is None
    assert (await timed(moves.answered(at(2), new(), waits=False), 2)).in_time is True
    assert (await timed(new(), 25)).in_time is False


async def test_a_promise_broken_once_stays_broken_whatever_the_next_cycle_brings() -> None:
    again = moves.reopened(at(31, "citizen"), ended(30), said="还是不行")
    answered = moves.answered(at(32), again, waits=False)
    assert (await timed(answered, 32)).in_time is False


async def test_a_process_whose_clock_was_ahead_breaks_no_promise_for_good() -> None:
    early = await timed(new(), 25)
    assert (await timed(moves.answered(at(1), early, waits=False), 1)).in_time is True


async def test_of_a_merged_ticket_nobody_knows_and_taken_apart_neither() -> None:
    other = replace(new(), id="other")
    merged = moves.merged(at(1), new(), into=other)
    assert (await timed(merged, 1)).in_time is None
    assert (await timed(moves.unmerged(at(2), merged, into=other), 2)).in_time is None


async def test_a_ticket_whose_item_the_district_took_away_keeps_its_clocks() -> None:
    gone = await timed(new(item="gone"), 0)
    assert gone.due_at == (await timed(new(), 0)).due_at == at(0).at + 2 * HOUR


async def test_what_is_over_is_due_no_more_and_asks_for_nothing() -> None:
    over = await timed(ended(1), 1)
    assert (over.due_at, over.next_step_at) == (None, None)


async def test_waiting_for_the_citizen_nothing_is_due_and_the_reminder_comes_next() -> None:
    waiting = await timed(moves.answered(at(1), new(), waits=True), 1)
    assert waiting.due_at is None
    assert waiting.next_step_at == at(1).at + timedelta(days=2)
