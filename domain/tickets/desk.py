"""The butler's side: reading, answering and ending; each against what was seen.

A reply names what its writer had read. When somebody answered meanwhile, or the citizen wrote, it
is refused with who and what, and the draft is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.content_checks import Judged
from domain.errors import Fault, Invalid, NotFound, Stale
from domain.staff.accounts import StaffAccount
from domain.tickets import moves
from domain.tickets.changing import MOST_MESSAGES, Changing, Ground
from domain.tickets.clocks import ClockKind
from domain.tickets.drafts import Draft
from domain.tickets.events import By
from domain.tickets.images import place_of
from domain.tickets.keeping import Clocked
from domain.tickets.messages import Message, Written, faults_of
from domain.tickets.notes import Note
from domain.tickets.tickets import CLOSING, RESOLVING, Asker, Reason, State, Ticket
from domain.time import in_words
from domain.transactions import Act, Unit


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: with ``waits`` it asks back, with ``ends`` it resolves too, in one step.

    ``by_phone`` says that it was told on the telephone, and is written down here.
    """

    written: Written
    waits: bool = False
    ends: Reason | None = None
    by_phone: bool = False


class Desk:
    """What staff do with a ticket that they may work on."""

    def __init__(self, ground: Ground, *, change: Changing) -> None:
        self._ground = ground
        self._change = change

    # -- reading ---------------------------------------------------------------

    async def get(self, *, me: StaffAccount, number: str, now: datetime) -> Clocked:
        """One ticket with its clocks; raises NotFound."""
        ticket = await self._ground.owning.of_staff(me=me, number=number)
        return await self._ground.keeping.clocks.of(ticket, now=now)

    async def messages(self, ticket: Ticket, *, before: int | None = None) -> Sequence[Message]:
        """The last 100 before the ``before``-th, in the order they were written."""
        return await self._ground.messages.of(ticket.id, before=before, most=MOST_MESSAGES)

    async def known(self, message: Message) -> Judged | None:
        """What WeChat has said of a message by now."""
        return await self._ground.checks.known(message.id)

    async def notes(self, ticket: Ticket) -> Sequence[Note]:
        """What staff wrote for each other."""
        return await self._ground.notes.of(ticket.id)

    async def draft(self, ticket: Ticket, *, owner: str) -> Draft | None:
        """What one of the staff was writing."""
        return await self._ground.drafts.of(ticket_id=ticket.id, owner=owner)

    async def save_draft(self, act: Act, *, me: StaffAccount, number: str, text: str) -> None:
        """Keep what is being written; raises NotFound."""
        ticket = await self._ground.owning.of_staff(me=me, number=number)
        await self._ground.drafts.save(act, ticket_id=ticket.id, text=text)

    async def caller(self, act: Act, *, me: StaffAccount, number: str) -> Asker:
        """Name and telephone of who called, recorded before they are shown.

        Raises:
            NotFound: not theirs to work on, or asked by nobody who called.
        """
        ticket = await self._ground.owning.of_staff(me=me, number=number)
        if not ticket.asker.phone:
            raise NotFound("这张工单不是电话代录的。")
        await act.commit(lambda unit: unit.audit(act.event("ticket.caller_shown", ticket.id)))
        return ticket.asker

    # -- answering -------------------------------------------------------------

    async def reply(
        self, act: Act, *, me: StaffAccount, number: str, tag: str, reply: Reply
    ) -> Ticket:
        """Answer, ask back, or answer and resolve.

        Raises:
            NotFound: not theirs to work on.
            Invalid: every faulty field.
            Stale: somebody answered meanwhile, or the citizen wrote; the draft is kept.
            Over, Full: it has ended, or holds no more.
        """
        _require_sound(reply)

        async def more(unit: Unit, after: Ticket) -> None:
            await self._say(unit, act, after, reply)
            await self._ground.drafts.sent(unit, act, ticket_id=after.id)
            await self._tell_of(unit, act, after, waits=reply.waits)

        async def move(was: Ticket) -> Ticket:
            after = moves.answered(act, was, waits=reply.waits)
            if reply.ends is None:
                return after
            return await self._ended(act, after, reply.ends)

        try:
            return await self._change(
                act,
                me,
                number,
                lambda one: act.event("ticket.answered", one),
                move,
                tag=tag,
                more=more,
            )
        except Stale:
            ticket = await self._ground.owning.of_staff(me=me, number=number)
            await self._ground.drafts.save(act, ticket_id=ticket.id, text=reply.written.text)
            raise

    async def resume(self, act: Act, *, me: StaffAccount, number: str, tag: str) -> Ticket:
        """It is our turn again although the citizen wrote nothing; raises Stale, Conflict."""

        async def move(was: Ticket) -> Ticket:
            return moves.resumed(act, was)

        return await self._change(
            act,
            me,
            number,
            lambda one: act.event("ticket.resumed", one),
            move,
            tag=tag,
        )

    async def end(
        self, act: Act, *, me: StaffAccount, number: str, tag: str, reason: Reason
    ) -> Ticket:
        """Resolve what was answered, or close what nobody here can answer, saying why.

        Raises:
            NotFound, Stale, Over: as for ``reply``.
            Invalid: no reason that staff may give.
            Conflict: resolved without an answer.
        """
        if reason not in RESOLVING | CLOSING:
            raise Invalid([Fault(pointer="/reason", code="reason", detail="请选择结束的原因。")])

        async def move(was: Ticket) -> Ticket:
            return await self._ended(act, was, reason)

        async def more(unit: Unit, after: Ticket) -> None:
            await self._tell_end(unit, act, after)

        return await self._change(
            act,
            me,
            number,
            lambda one: act.event("ticket.ended", one),
            move,
            tag=tag,
            more=more,
        )

    async def note(self, act: Act, *, me: StaffAccount, number: str, text: str) -> Note:
        """Something for the other staff alone; raises NotFound, Invalid."""
        ticket = await self._ground.owning.of_staff(me=me, number=number)

        async def work(unit: Unit) -> Note:
            note = await self._ground.notes.add(unit, act, ticket_id=ticket.id, text=text)
            await self._ground.keeping.noted(unit, act, ticket)
            return note

        return await act.commit(work)

    # -- inside ----------------------------------------------------------------

    async def _ended(self, act: Act, was: Ticket, reason: Reason) -> Ticket:
        clocked = await self._ground.keeping.clocks.of(was, now=act.at)
        promise = clocked.of(ClockKind.PROMISE)
        met = promise is not None and not promise.late
        return moves.ended(act, was, reason=reason, by=By.STAFF, promise_met=met)

    async def _say(self, unit: Unit, act: Act, after: Ticket, reply: Reply) -> None:
        message = Message(
            id=act.draw.id(),
            ticket_id=after.id,
            n=after.messages,
            by=By.STAFF,
            author=act.actor,
            at=act.at,
            text=reply.written.text,
            images=reply.written.images,
            by_phone=reply.by_phone,
        )
        await self._ground.messages.add(unit, message)
        if reply.written.images:
            await self._ground.images.bind(
                unit, act, ids=reply.written.images, owner=act.actor, to=place_of(after.id)
            )

    async def _tell_of(self, unit: Unit, act: Act, after: Ticket, *, waits: bool) -> None:
        if not after.active:
            await self._tell_end(unit, act, after)
            return
        title = "信用管家请您补充" if waits else "信用管家已答复"
        text = f"工单 {after.number} 有新的答复。"
        await self._ground.keeping.tell(unit, act, after, title=title, text=text)

    async def _tell_end(self, unit: Unit, act: Act, after: Ticket) -> None:
        until = after.reopen_until()
        label = after.reason.label if after.reason else ""
        text = f"工单 {after.number} 已结束：{label}。"
        if until:
            text += f"如未解决，{in_words(until)}前可以重新打开。"
        title = "您的问题已办结" if after.state is State.RESOLVED else "您的问题已关闭"
        await self._ground.keeping.tell(unit, act, after, title=title, text=text)


def _require_sound(reply: Reply) -> None:
    """Raise Invalid for every faulty field."""
    faults = faults_of(reply.written)
    if reply.waits and reply.ends:
        detail = "不能同时等待市民补充和办结。"
        faults.append(Fault(pointer="/waits", code="either", detail=detail))
    if reply.ends and reply.ends not in RESOLVING:
        faults.append(Fault(pointer="/ends", code="reason", detail="请选择办结方式。"))
    if faults:
        raise Invalid(faults)
