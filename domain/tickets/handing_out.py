"""Giving tickets to butlers: by the rules, with the reasons; and taking them from who left."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.alerts.alerts import Urgency
from domain.alerts.ports import TellStaff
from domain.butlers.assigning import Choice
from domain.butlers.keeping import LEFT
from domain.errors import NotFound
from domain.tickets import moves
from domain.tickets.keeping import Keeping
from domain.tickets.ports import Choose, Serves, TicketStore
from domain.tickets.tickets import Ticket
from domain.transactions import Act, Again, Unit

ASSIGN = "ticket.assign"
# Who gives out waits for the others, or goes with them: so few collide, and start over.
TURN = "tickets"
LOOK_AGAIN = timedelta(minutes=5)
SOON = timedelta(seconds=5)
AT_ONCE = 50


class HandingOut:
    """Work of the background, each step once."""

    def __init__(
        self, *, store: TicketStore, keeping: Keeping, choose: Choose, tell_staff: TellStaff
    ) -> None:
        self._store = store
        self._keeping = keeping
        self._choose = choose
        self._tell_staff = tell_staff

    async def assign(self, act: Act, *, ticket_id: str) -> Again | None:
        """Give it to somebody; ``Again`` while there is nobody."""

        async def work(unit: Unit) -> Again | None:
            was = await self._store.get(ticket_id, unit=unit)
            if was is None or not was.active or was.butler_id:
                return None
            choice = await self._chosen(unit, act, was)
            if not choice.staff_id:
                await self._say_why_not(unit, act, was, choice.reasons)
                return Again(after=_until(choice.retry_at, act.at))
            after = moves.assigned(act, was, butler_id=choice.staff_id, why=choice.reasons)
            after = await self._keeping.clocks.timed(after, now=act.at)
            await self._keeping.put(unit, act, was=was, after=after)
            await unit.audit(act.event("ticket.assigned", was.id, to=choice.staff_id))
            await self._tell(unit, act, after)
            return None

        return await act.commit(work, turn=TURN)

    async def _chosen(self, unit: Unit, act: Act, was: Ticket) -> Choice:
        """Nobody while the place or the service item is not there: the office looks at it."""
        try:
            return await self._choose(
                unit, place_id=was.place_id, item=was.item, now=act.at, besides=frozenset()
            )
        except NotFound as gone:
            return Choice(staff_id="", reasons=(f"{gone.detail}请信用办指派",))

    async def _say_why_not(
        self, unit: Unit, act: Act, was: Ticket, reasons: tuple[str, ...]
    ) -> None:
        """Whoever looks reads why nobody has it yet; it is no event."""
        if reasons != was.why:
            after = replace(was, why=reasons, revision=was.revision + 1)
            await self._keeping.put(unit, act, was=was, after=after)

    async def take_from(self, act: Act, *, butler_id: str) -> Again | None:
        """Open tickets of a butler who left go to others, some at a time."""
        held = await self._store.of_butler(butler_id, most=AT_ONCE)
        for ticket in held:
            await self._take(act, ticket.id, butler_id)
        return Again(after=timedelta()) if len(held) == AT_ONCE else None

    async def _take(self, act: Act, ticket_id: str, butler_id: str) -> None:
        async def work(unit: Unit) -> None:
            was = await self._store.get(ticket_id)
            if was is None or not was.active or was.butler_id != butler_id:
                return
            after = moves.unassigned(act, was, why="原信用管家已停止服务，重新分派")
            after = await self._keeping.clocks.timed(after, now=act.at)
            await self._keeping.put(unit, act, was=was, after=after)
            await unit.audit(act.event("ticket.handed_over", was.id, came_from=butler_id))
            await unit.send(act.message(ASSIGN, was.id))

        await act.commit(work)

    async def _tell(self, unit: Unit, act: Act, ticket: Ticket) -> None:
        await self._tell_staff(
            unit,
            act,
            staff_id=ticket.butler_id,
            title=f"新工单 {ticket.number}",
            text="已分派给您，请在 24 小时内答复。",
            link=f"/console/tickets/{ticket.number}",
            urgency=Urgency.NOW,
            key=f"ticket.assigned:{ticket.id}:{len(ticket.log)}",
        )
        await self._keeping.tell(
            unit,
            act,
            ticket,
            title="您的问题已有信用管家受理",
            text=f"工单 {ticket.number} 已分派给信用管家，将在 24 小时内答复您。",
        )


async def kept_by(ticket: Ticket, serves: Serves) -> Ticket:
    """With its butler, while they serve its place; else nobody's until it is given out anew."""
    if not ticket.active or not ticket.butler_id:
        return ticket
    if await serves(staff_id=ticket.butler_id, place_id=ticket.place_id):
        return ticket
    return replace(ticket, butler_id="", why=("原信用管家不再负责，重新分派",))


def _until(retry_at: datetime | None, now: datetime) -> timedelta:
    """When somebody comes on duty; the roster may change, so it is looked at before."""
    return LOOK_AGAIN if retry_at is None else max(min(retry_at - now, LOOK_AGAIN), SOON)


async def hand_over(unit: Unit, act: Act, *, staff_id: str) -> None:
    """Whose account is suspended has no tickets any more: others get them."""
    await unit.send(act.message(LEFT, staff_id))
