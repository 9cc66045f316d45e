"""Handing on: to another butler, another priority, another service item, another place."""

from domain.alerts.alerts import Urgency
from domain.butlers.items import Priority
from domain.errors import Fault, Invalid
from domain.staff.accounts import StaffAccount
from domain.tickets import moves
from domain.tickets.changing import Changing, Ground
from domain.tickets.handing_out import kept_by
from domain.tickets.tickets import Ticket
from domain.transactions import Act, Unit

LONGEST_REASON = 200


class HandingOn:
    """What staff change of a ticket beside answering it; no pause of a clock is lost by it."""

    def __init__(self, ground: Ground, *, change: Changing) -> None:
        self._ground = ground
        self._change = change

    async def transfer(
        self, act: Act, *, me: StaffAccount, number: str, tag: str, to: str, reason: str
    ) -> Ticket:
        """To another butler of the place, saying why.

        Raises:
            NotFound, Stale, Over: as for ``reply``.
            Invalid: no reason, or nobody who serves the place.
        """
        reason = _reason(reason)
        ticket = await self._ground.owning.of_staff(me=me, number=number)
        if not await self._ground.serves(staff_id=to, place_id=ticket.place_id):
            detail = "请选择负责这个服务点、在职的信用管家。"
            raise Invalid([Fault(pointer="/to", code="unknown", detail=detail)])

        async def move(was: Ticket) -> Ticket:
            return moves.transferred(act, was, to=to, reason=reason)

        async def more(unit: Unit, after: Ticket) -> None:
            await self._ground.tell_staff(
                unit,
                act,
                staff_id=to,
                title=f"转来的工单 {after.number}",
                text=f"{me.name}转交给您：{reason}",
                link=f"/console/tickets/{after.number}",
                urgency=Urgency.NOW,
                key=f"ticket.transferred:{after.id}:{len(after.log)}",
                about=after.asker.person_id,
            )

        return await self._change(
            act,
            me,
            number,
            lambda one: act.event("ticket.transferred", one),
            move,
            tag=tag,
            more=more,
        )

    async def prioritise(
        self, act: Act, *, me: StaffAccount, number: str, tag: str, priority: Priority
    ) -> Ticket:
        """More or less urgent; raises NotFound, Stale, Over, Conflict."""

        async def move(was: Ticket) -> Ticket:
            return moves.prioritised(act, was, priority=priority)

        return await self._change(
            act,
            me,
            number,
            lambda one: act.event("ticket.prioritised", one),
            move,
            tag=tag,
        )

    async def change_item(
        self, act: Act, *, me: StaffAccount, number: str, tag: str, item: str
    ) -> Ticket:
        """About another service item; raises Invalid for one that is not there, and as above."""
        if item not in self._ground.items:
            raise Invalid([Fault(pointer="/item", code="unknown", detail="没有这个服务事项。")])

        async def move(was: Ticket) -> Ticket:
            return moves.of_item(act, was, item=item)

        return await self._change(
            act,
            me,
            number,
            lambda one: act.event("ticket.item_changed", one),
            move,
            tag=tag,
        )

    async def change_place(
        self, act: Act, *, me: StaffAccount, number: str, tag: str, place_id: str
    ) -> Ticket:
        """At another place, where it is given out anew if its butler does not serve there.

        The caller has seen that the place is there. Raises NotFound, Stale, Over, Conflict.
        """

        async def move(was: Ticket) -> Ticket:
            after = moves.at_place(act, was, place_id=place_id)
            return await kept_by(after, self._ground.serves)

        return await self._change(
            act,
            me,
            number,
            lambda one: act.event("ticket.place_changed", one),
            move,
            tag=tag,
        )


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        detail = f"请用 1 至 {LONGEST_REASON} 个字说明原因。"
        raise Invalid([Fault(pointer="/reason", code="reason", detail=detail)])
    return reason
