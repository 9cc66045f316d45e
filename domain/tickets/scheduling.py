"""Taking the steps that clocks ask for: any number of schedulers, each step once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from domain.alerts.alerts import Urgency
from domain.alerts.ports import OfRole, TellStaff
from domain.errors import Unavailable
from domain.staff.roles import Role
from domain.tickets import moves
from domain.tickets.events import By
from domain.tickets.keeping import Keeping
from domain.tickets.ports import EscalationStore, TicketStore
from domain.tickets.stepping import (
    Does,
    Escalation,
    Step,
    in_words,
    stepped,
    steps_of,
)
from domain.tickets.tickets import Reason, Ticket
from domain.transactions import Act, Again, InFlight, LostLease, Unit

STEP = "ticket.steps"
# Who is told when a clock has used up so much; the butler always.
TOLD: Mapping[int, tuple[Role, ...]] = {
    50: (),
    75: (Role.SUPERVISOR,),
    100: (Role.SUPERVISOR, Role.OFFICE),
}
Others = Mapping[int, Sequence[str]]
AT_ONCE = 100
# In one transaction: what commits together costs little more than one alone.
TOGETHER = 10
OFTEN = timedelta(seconds=10)
# A ticket whose step fails is looked at again after so long; until then the others go on.
PUT_OFF = timedelta(minutes=10)


class Scheduling:
    """Looks for tickets whose clocks ask for something, and does it."""

    def __init__(
        self,
        *,
        store: TicketStore,
        escalations: EscalationStore,
        keeping: Keeping,
        tell_staff: TellStaff,
        of_role: OfRole,
    ) -> None:
        self._store = store
        self._escalations = escalations
        self._keeping = keeping
        self._tell_staff = tell_staff
        self._of_role = of_role

    async def work(self, act: Act) -> Again:
        """All that is due now, some tickets at a time; then again soon, for good.

        One that fails stands in no other's way; its error is raised when the others are done.
        """
        due = await self._store.to_step(act.at, most=AT_ONCE)
        others = await self._others() if due else {}
        failed: list[Exception] = []
        for begin in range(0, len(due), TOGETHER):
            failed += await self._steps(act, due[begin : begin + TOGETHER], others)
        if failed:
            raise failed[0]
        return Again(after=timedelta() if len(due) == AT_ONCE else OFTEN)

    async def _others(self) -> Others:
        """Who is told at each level besides the butler."""
        of = {role: await self._of_role(role) for role in (Role.SUPERVISOR, Role.OFFICE)}
        return {
            level: tuple(one for role in roles for one in of[role]) for level, roles in TOLD.items()
        }

    async def _steps(self, act: Act, ids: Sequence[str], others: Others) -> list[Exception]:
        """Of some tickets in one transaction; of each in its own when that fails. What failed."""

        async def work(unit: Unit) -> None:
            for ticket_id in ids:
                await self._step(unit, act, ticket_id, others)

        try:
            await act.commit(work)
        except (LostLease, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001 - raised by who called
            if len(ids) > 1:
                return [one for alone in ids for one in await self._steps(act, [alone], others)]
            # Somebody writes in it all the time: it is due again at once.
            if not isinstance(error, InFlight):
                await self._put_off(act, ids[0])
                return [error]
        return []

    async def _put_off(self, act: Act, ticket_id: str) -> None:
        async def work(unit: Unit) -> None:
            await self._store.put_off(unit, ticket_id, until=act.at + PUT_OFF)

        await act.commit(work)

    async def _step(self, unit: Unit, act: Act, ticket_id: str, others: Others) -> None:
        """Whatever this ticket's clocks ask for by now."""
        was = await self._store.get(ticket_id, unit=unit)
        if was is None:
            return
        clocked = await self._keeping.clocks.of(was, now=act.at)
        taken = [one for one in steps_of(was, clocked.readings) if one.at <= act.at]
        after = stepped(was, taken)
        closes = any(one.does is Does.CLOSE for one in taken)
        if closes:
            after = moves.ended(
                act, after, reason=Reason.UNANSWERED, by=By.SYSTEM, promise_met=False
            )
        after = await self._keeping.clocks.timed(after, now=act.at)
        await self._keeping.put(unit, act, was=was, after=after)
        await self._escalate(unit, act, after, taken, others)
        await self._of_citizen(unit, act, after, taken, closes=closes)

    async def _escalate(
        self, unit: Unit, act: Act, ticket: Ticket, taken: Sequence[Step], others: Others
    ) -> None:
        """Each step is kept; of several of one clock at a time only the furthest is told."""
        escalations = [one for one in taken if one.does is Does.ESCALATE]
        for step in escalations:
            furthest = max(
                one.level for one in escalations if _clock(one.name) == _clock(step.name)
            )
            told = _told(ticket, others[step.level]) if step.level == furthest else ()
            await self._escalations.add(
                unit,
                Escalation(
                    ticket_id=ticket.id,
                    name=step.name,
                    level=step.level,
                    due_at=step.at,
                    at=act.at,
                    told=told,
                ),
            )
            await unit.audit(act.event("ticket.escalated", ticket.id, step=step.name))
            for staff_id in told:
                await self._alert(unit, act, ticket, step, staff_id)

    async def _alert(self, unit: Unit, act: Act, ticket: Ticket, step: Step, staff_id: str) -> None:
        await self._tell_staff(
            unit,
            act,
            staff_id=staff_id,
            title=f"工单 {ticket.number} {in_words(step)}",
            text="请及时答复或协调处理。",
            link=f"/console/tickets/{ticket.number}",
            urgency=Urgency.NOW,
            key=f"ticket.step:{ticket.id}:{step.name}",
        )

    async def _of_citizen(
        self, unit: Unit, act: Act, ticket: Ticket, taken: Sequence[Step], *, closes: bool
    ) -> None:
        if closes:
            await unit.audit(act.event("ticket.ended", ticket.id, reason=Reason.UNANSWERED.value))
            await self._keeping.tell(
                unit,
                act,
                ticket,
                title="工单已关闭",
                text=f"工单 {ticket.number} 多日未收到您的补充，已先行关闭；七天内可以重新打开。",
            )
        elif any(one.does is Does.REMIND for one in taken):
            await unit.audit(act.event("ticket.reminded", ticket.id))
            await self._keeping.tell(
                unit,
                act,
                ticket,
                title="信用管家在等您补充",
                text=f"工单 {ticket.number} 需要您补充后才能继续办理。",
            )


def _told(ticket: Ticket, others: Sequence[str]) -> tuple[str, ...]:
    butler = [ticket.butler_id] if ticket.butler_id else []
    return tuple(dict.fromkeys([*butler, *others]))


def _clock(name: str) -> str:
    """The clock and its run, of the name of a step."""
    return name.rpartition(":")[0]
