"""Who may hear of a ticket or a place as it happens: whoever may read it, and nobody else."""

from collections.abc import Collection, Sequence
from datetime import datetime

from domain.errors import DomainError
from domain.live.following import Follower, Side
from domain.staff.roles import Right
from domain.subjects.subjects import Duty
from domain.tickets.owning import serves_on
from domain.tickets.ports import Acting, Serves, TicketStore
from domain.tickets.tickets import Ticket


class Listening:
    """Judges streams of tickets and of places."""

    def __init__(self, *, store: TicketStore, acting: Acting, serves: Serves) -> None:
        self._store = store
        self._acting = acting
        self._serves = serves

    async def tickets(
        self, *, follower: Follower, ids: Sequence[str], now: datetime
    ) -> Collection[str]:
        """Those that the follower may read now."""
        found = [ticket for one in ids if (ticket := await self._store.get(one))]
        return {one.id for one in found if await self._may(follower, one, now)}

    async def places(
        self, *, follower: Follower, ids: Sequence[str], now: datetime
    ) -> Collection[str]:
        """Those that a butler serves; all of them for who supervises."""
        del now
        if Right.SUPERVISE_TICKETS.value in follower.rights:
            return set(ids)
        return {one for one in ids if await self._serves(staff_id=follower.id, place_id=one)}

    async def _may(self, follower: Follower, ticket: Ticket, now: datetime) -> bool:
        if follower.side is Side.PERSON:
            return await self._asks(follower.id, ticket, now)
        if Right.SUPERVISE_TICKETS.value in follower.rights:
            return True
        if Right.WORK_ON_TICKETS.value not in follower.rights:
            return False
        return await serves_on(self._serves, staff_id=follower.id, ticket=ticket)

    async def _asks(self, person_id: str, ticket: Ticket, now: datetime) -> bool:
        """What follows from a right to act is not found for who has none."""
        if not ticket.asker.subject_id:
            return False
        try:
            await self._acting.footing(
                person_id=person_id,
                subject_id=ticket.asker.subject_id,
                principal_id=ticket.asker.principal_id,
                duty=Duty.ASK,
                now=now,
            )
        except DomainError:
            return False
        return True
