"""Whose a ticket is, on either side of the desk."""

from datetime import datetime

from domain.errors import NotFound
from domain.staff.accounts import StaffAccount
from domain.staff.roles import Right
from domain.subjects.subjects import Duty
from domain.tickets.ports import Acting, Serves, TicketStore
from domain.tickets.tickets import Ticket

# Where no place is named, whoever serves at all does.
DISTRICT = ""
UNKNOWN = "没有这张工单，或您无权查看。"


class Owning:
    """Finds tickets; one that is not somebody's is not found."""

    def __init__(self, *, store: TicketStore, acting: Acting, serves: Serves) -> None:
        self._store = store
        self._acting = acting
        self._serves = serves

    async def of_person(self, *, person_id: str, number: str, now: datetime) -> Ticket:
        """A ticket that a person may follow and answer.

        Raises:
            NotFound: the person has nothing to do with it; said as of one that is not there.
            OutOfScope: they act for whom it is about, but not in this.
        """
        ticket = await self._store.by_number(number)
        if ticket is None or not ticket.asker.subject_id:
            raise NotFound(UNKNOWN)
        try:
            await self._acting.footing(
                person_id=person_id,
                subject_id=ticket.asker.subject_id,
                principal_id=ticket.asker.principal_id,
                duty=Duty.ASK,
                now=now,
            )
        except NotFound:
            raise NotFound(UNKNOWN) from None
        return ticket

    async def of_staff(self, *, me: StaffAccount, number: str) -> Ticket:
        """A ticket that one of the staff may work on.

        Raises:
            NotFound: it is of a place they do not serve, and not given to them.
        """
        ticket = await self._store.by_number(number)
        if ticket is None or not await self.may_work(me, ticket):
            raise NotFound(UNKNOWN)
        return ticket

    async def may_work(self, me: StaffAccount, ticket: Ticket) -> bool:
        """Supervisors on all, a butler on what is given to them or of a place they serve.

        Who is suspended or has left works on none, not on what was theirs either.
        """
        if me.may(Right.SUPERVISE_TICKETS):
            return True
        if not me.may(Right.WORK_ON_TICKETS):
            return False
        return await serves_on(self._serves, staff_id=me.id, ticket=ticket)


async def serves_on(serves: Serves, *, staff_id: str, ticket: Ticket) -> bool:
    """Whether it is of a place that a butler serves, or theirs while they serve at all."""
    place_id = DISTRICT if ticket.butler_id == staff_id else ticket.place_id
    return await serves(staff_id=staff_id, place_id=place_id)
