"""Saving a ticket: its clocks are read anew, who looks is shown it, who is concerned is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.butlers.items import ItemTerms, ServiceItem
from domain.live.events import Publish
from domain.live.streams import DESK, inside_ticket, of_person, of_place, of_staff, of_ticket
from domain.tickets.clocks import ClockKind, Reading, Terms, all_runs, next_due, readings
from domain.tickets.events import Happened
from domain.tickets.ports import Hours, TicketStore
from domain.tickets.stepping import next_step
from domain.tickets.tickets import Ticket
from domain.transactions import Act, NoticeKind, Tell, Unit

CHANGED = "ticket"
PROMISE = frozenset({ClockKind.PROMISE})
NOTED = "note"


@dataclass(frozen=True, kw_only=True)
class Clocked:
    """A ticket and how its clocks stand."""

    ticket: Ticket
    readings: tuple[Reading, ...]

    def of(self, kind: ClockKind) -> Reading | None:
        """The last run of a clock; None when it never ran."""
        return next((one for one in self.readings if one.kind is kind), None)


class Clocks:
    """The clocks of a ticket by its item, its priority, and the hours of its place."""

    def __init__(self, *, items: Mapping[str, ServiceItem], hours: Hours) -> None:
        self._items = items
        self._hours = hours

    async def of(self, ticket: Ticket, *, now: datetime) -> Clocked:
        """As they stand at this instant; an item that the district took away keeps its rule."""
        return Clocked(
            ticket=ticket,
            readings=readings(
                ticket.log,
                terms=self.terms(ticket),
                hours=await self._hours(ticket.place_id),
                now=now,
            ),
        )

    def terms(self, ticket: Ticket) -> Terms:
        """How long each of its clocks runs."""
        item = self._items.get(ticket.item) or next(iter(self._items.values()))
        return _terms(item.terms(ticket.priority))

    async def timed(self, ticket: Ticket, *, now: datetime) -> Ticket:
        """With what is due next, and when a clock asks for something."""
        hours, terms = await self._hours(ticket.place_id), self.terms(ticket)
        last = readings(ticket.log, terms=terms, hours=hours, now=now)
        due = next_due(last) if ticket.active else None
        promises = all_runs(ticket.log, terms=terms, hours=hours, now=now, kinds=PROMISE)
        return replace(
            ticket,
            due_at=due.due.at if due and due.due else None,
            due_provisional=bool(due and due.due and due.due.provisional),
            next_step_at=next_step(ticket, last),
            in_time=_in_time(promises),
        )


class Keeping:
    """What every change of a ticket has in common."""

    def __init__(self, *, store: TicketStore, clocks: Clocks, publish: Publish, tell: Tell) -> None:
        self._store = store
        self._publish = publish
        self._tell = tell
        self.clocks = clocks

    async def add(self, unit: Unit, act: Act, ticket: Ticket) -> Ticket:
        """A new one, which was timed before."""
        await self._store.add(unit, ticket)
        await self._shown(unit, act, ticket)
        return ticket

    async def put(self, unit: Unit, act: Act, *, was: Ticket, after: Ticket) -> Ticket:
        """Save against what was read, and show it to whoever looks."""
        await self._store.replace(unit, after, was=was)
        await self._shown(unit, act, after, {was.butler_id})
        return after

    async def tell(self, unit: Unit, act: Act, ticket: Ticket, *, title: str, text: str) -> None:
        """A notice to who asked; a caller has none, and is called."""
        if ticket.asker.person_id:
            await self._tell(
                unit,
                act,
                person_id=ticket.asker.person_id,
                title=title,
                text=text,
                link=f"/tickets/{ticket.number}",
                kind=NoticeKind.TICKET,
            )

    async def noted(self, unit: Unit, act: Act, ticket: Ticket) -> None:
        """Staff wrote for each other: of this the citizen's side hears nothing, not even that."""
        await self._publish(
            unit, act, streams=[inside_ticket(ticket.id)], kind=NOTED, about=ticket.id
        )

    async def _shown(
        self, unit: Unit, act: Act, ticket: Ticket, besides: set[str] | None = None
    ) -> None:
        accounts = {ticket.butler_id, *(besides or ())} - {""}
        person = ticket.asker.person_id
        streams: Sequence[str] = [
            of_ticket(ticket.id),
            DESK,
            *([of_place(ticket.place_id)] if ticket.place_id else []),
            *(of_staff(one) for one in sorted(accounts)),
            *([of_person(person)] if person else []),
        ]
        await self._publish(
            unit,
            act,
            streams=streams,
            kind=CHANGED,
            about=ticket.id,
            revision=len(ticket.log),
        )


def _terms(item: ItemTerms) -> Terms:
    return Terms(
        promise=item.promise,
        first_response=item.first_response,
        next_response=item.next_response,
        resolution=item.resolution,
    )


def _in_time(promises: Sequence[Reading]) -> bool | None:
    """Broken once it stays so, whatever the next cycle brings; merged, nobody knows yet.

    Read from the log each time: what a process said whose clock was wrong is said no more.
    """
    if any(one.late for one in promises):
        return False
    known = (one.met and one.stopped_by is not Happened.MERGED for one in promises)
    return True if any(known) else None
