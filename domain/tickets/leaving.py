"""Who erases their account asks no more: what they asked for themself ends."""

from domain.tickets import moves
from domain.tickets.events import By
from domain.tickets.keeping import Keeping
from domain.tickets.ports import TicketStore
from domain.tickets.tickets import Reason
from domain.transactions import Act, Unit

MOST = 100


class Leaving:
    """In the transaction that begins the erasure."""

    def __init__(self, *, store: TicketStore, keeping: Keeping) -> None:
        self._store = store
        self._keeping = keeping

    async def __call__(self, unit: Unit, act: Act, *, person_id: str) -> None:
        """The newest hundred that are open; those of an enterprise go on."""
        for was in await self._store.active_about(person_id, most=MOST):
            if was.asker.person_id == person_id:
                after = moves.ended(act, was, reason=Reason.ERASED, by=By.SYSTEM, promise_met=False)
                after = await self._keeping.clocks.timed(after, now=act.at)
                await self._keeping.put(unit, act, was=was, after=after)
                await unit.audit(act.event("ticket.ended", was.id, reason=Reason.ERASED.value))
