"""Timing open tickets anew, where the hours of their place or the working calendar have changed.

What is due is saved with a ticket, so that queues find it; the clocks themselves need nothing.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from domain.tickets.keeping import Keeping
from domain.tickets.ports import TicketStore
from domain.transactions import Act, Again, Unit

RETIME = "ticket.retime"
OFTEN = timedelta(hours=12)
AT_ONCE = 200


class TimedStore(Protocol):
    """Active tickets, some at a time, in the order of their ids."""

    async def active_at(self, place_id: str, *, after: str, most: int) -> Sequence[str]:
        """Ids of those of a place."""

    async def provisional(self, *, after: str, most: int) -> Sequence[str]:
        """Ids of those that are due on a day which the calendar did not reach."""


class Timing:
    """Each ticket in a transaction of its own; one that stands right is not written."""

    def __init__(self, *, store: TicketStore, timed: TimedStore, keeping: Keeping) -> None:
        self._store = store
        self._timed = timed
        self._keeping = keeping

    async def of_place(self, act: Act, *, place_id: str) -> None:
        """All of a place, whose hours are others now."""
        after = ""
        while ids := await self._timed.active_at(place_id, after=after, most=AT_ONCE):
            for one in ids:
                await self._time(act, one)
            after = ids[-1]

    async def provisional(self, act: Act) -> Again:
        """Those of which it was not known for sure when they are due; then again, for good."""
        after = ""
        while ids := await self._timed.provisional(after=after, most=AT_ONCE):
            for one in ids:
                await self._time(act, one)
            after = ids[-1]
        return Again(after=OFTEN)

    async def _time(self, act: Act, ticket_id: str) -> None:
        async def work(unit: Unit) -> None:
            was = await self._store.get(ticket_id)
            if was is None or not was.active:
                return
            after = await self._keeping.clocks.timed(was, now=act.at)
            if after != was:
                await self._keeping.put(unit, act, was=was, after=after.again())

        await act.commit(work)
