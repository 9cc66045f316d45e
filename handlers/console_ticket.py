"""One ticket on one screen: who asks, what is due, what was written, and everything to be done."""

from dataclasses import replace
from http import HTTPStatus

from domain.attachments.attachments import Viewer
from domain.butlers.items import PRIORITIES, Priority
from domain.content_checks import WORDS, Judged, Verdict
from domain.errors import Fault, Invalid
from domain.staff.roles import Right
from domain.tickets.clock_words import CLOCKS, left_in_words
from domain.tickets.drafts import Draft
from domain.tickets.events import By
from domain.tickets.keeping import Clocked
from domain.tickets.messages import Message, folded
from domain.tickets.showing import GONE, Shown, for_staff
from domain.tickets.tickets import CLOSING, REASONS, RESOLVING, SOURCES, Asker, Reason
from domain.time import in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed, required
from handlers.console_images import ConsoleImagesHandler
from handlers.console_tickets import STATES_FOR_STAFF, pressing, who_asks
from handlers.endpoint import Audience, Route, endpoint
from handlers.pages import HTML
from handlers.ticket_forms import DraftForm, OneQuery, ReplyForm, TicketMoveForm

ONE = "/console/tickets/{number}"
MAY = frozenset({403, 404, 409, 412})


class _OneTicket(ConsoleHandler):
    back = ("/console/tickets", "返回工单")

    async def show_one(
        self,
        number: str,
        status: int,
        typed: Typed,
        *,
        query: OneQuery | None = None,
        caller: Asker | None = None,
    ) -> None:
        """The ticket as it stands now; ``caller`` is shown whole once that is recorded."""
        house, me, query = self.house, self.work.account, query or OneQuery()
        clocked = await house.tickets.desk.get(me=me, number=number, now=self.now)
        shown = await house.tickets.showing.one(clocked)
        ticket = clocked.ticket
        await self.read_alerts()
        draft = await house.tickets.desk.draft(ticket, owner=me.id)
        self.page(
            status,
            "console_ticket.html",
            live=True,
            ratings=await house.judging.giving.of_ticket(ticket.id),
            complaints=await house.judging.complaint_desk.of_ticket(ticket.id),
            caller=caller,
            **facts_of(shown),
            clocks=self._clocks(clocked),
            messages=await self._messages(shown, query),
            notes=await self._notes(shown),
            lines=for_staff(shown),
            draft=self._begun(draft, query.canned),
            typed=typed,
            **await self._choices(shown),
            in_words=in_words,
        )

    def _begun(self, draft: Draft | None, canned: str) -> str:
        """What was being written, and after it the usual reply that was chosen."""
        chosen = [one.text for one in self.house.tickets.canned if one.code == canned]
        return "\n".join([*([draft.text] if draft else []), *chosen])

    def _clocks(self, clocked: Clocked) -> list[dict[str, object]]:
        """Each clock in words, and how it presses."""
        return [
            {
                "name": CLOCKS[one.kind],
                "left": left_in_words(one, self.now),
                "at": in_words(one.due.at) if one.due else "",
                "provisional": bool(one.due and one.due.provisional),
                "press": pressing(one),
            }
            for one in clocked.readings
        ]

    async def _choices(self, shown: Shown) -> dict[str, object]:
        """What the forms offer."""
        house, ticket = self.house, shown.ticket
        return {
            "items": house.tickets.items,
            "priorities": PRIORITIES,
            "places": await house.tickets.choices.places(self.work.account),
            "butlers": await house.tickets.choices.butlers(ticket.place_id),
            "canned": house.tickets.canned,
            "closing": {one: REASONS[one] for one in Reason if one in CLOSING},
            "resolving": {one: REASONS[one] for one in Reason if one in RESOLVING},
            "goes_on_in": await house.tickets.asking.goes_on_in(ticket),
            "merged": await house.tickets.merging.into(ticket),
        }

    async def _messages(self, shown: Shown, query: OneQuery) -> list[dict[str, object]]:
        """What was written; what WeChat has not passed is folded until it is opened on purpose."""
        house, ticket = self.house, shown.ticket
        messages = await house.tickets.desk.messages(ticket, before=query.before)
        opened = [one.images for one in messages if one.n == query.opened]
        viewer = Viewer(id=self.work.account.id, opens=frozenset().union(*opened))
        images = await house.tickets.images.of(self.act(), ticket, among=messages, viewer=viewer)
        rows = []
        for one in messages:
            known = await self._known(one)
            closed = folded(one, known) and query.opened != one.n
            rows.append(
                {
                    "n": one.n,
                    "mine": one.by is By.STAFF,
                    "name": shown.staff.get(one.author, GONE) if one.by is By.STAFF else "市民",
                    "at": in_words(one.at),
                    "text": "" if closed else one.text,
                    "closed": closed,
                    "check": check_in_words(known) if folded(one, known) else "",
                    "by_phone": one.by_phone,
                    "images": [images[each] for each in one.images if each in images],
                }
            )
        return rows

    async def _known(self, message: Message) -> Judged | None:
        if message.by is not By.CITIZEN or message.verdict is Verdict.PASS:
            return None
        return await self.house.tickets.desk.known(message) or Judged(verdict=message.verdict)

    async def _notes(self, shown: Shown) -> list[dict[str, str]]:
        notes = await self.house.tickets.desk.notes(shown.ticket)
        names = await self.house.tickets.choices.staff({one.author for one in notes})
        return [
            {
                "who": names.get(one.author, GONE),
                "at": in_words(one.at),
                "text": one.text,
            }
            for one in notes
        ]


class ConsoleTicketHandler(_OneTicket):
    """One ticket."""

    @endpoint(
        Audience.STAFF,
        Right.WORK_ON_TICKETS,
        "One ticket on one screen",
        query=OneQuery,
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, number: str) -> None:
        """Whose place or whose ticket it is, and who supervises; to all others it is not there."""
        query = self.query(OneQuery)
        await self.show_one(number, HTTPStatus.OK, Typed(), query=query)


class ConsoleReplyHandler(ConsoleImagesHandler, _OneTicket):
    """Answering."""

    @endpoint(
        Audience.STAFF,
        Right.WORK_ON_TICKETS,
        "Answer a ticket, ask back, or answer and resolve it",
        form=ReplyForm,
        long_form=True,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, number: str) -> None:
        """Against what was read: somebody else's answer is shown, and what was typed is kept."""
        images: tuple[str, ...] = ()

        async def do() -> None:
            nonlocal images
            form = self.read_form_of_mine(ReplyForm)
            images = await self.added()
            reply = form.reply(images)
            images = reply.written.images
            await self.house.tickets.desk.reply(
                self.act(), me=self.work.account, number=number, tag=form.tag, reply=reply
            )
            self.lead(f"/console/tickets/{number}")

        async def again(status: int, typed: Typed) -> None:
            kept = {**typed.values, "kept": images} if images else typed.values
            await self.show_one(number, status, replace(typed, values=kept))

        await self.attempt(do, again)


class ConsoleTicketMovesHandler(_OneTicket):
    """Whatever else is done."""

    @endpoint(
        Audience.STAFF,
        Right.WORK_ON_TICKETS,
        "End, transfer, note, change or merge a ticket",
        form=TicketMoveForm,
        long_form=True,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, number: str) -> None:
        """One move, against what was read."""

        async def do() -> None:
            await self._move(number, self.read_form_of_mine(TicketMoveForm))
            self.lead(f"/console/tickets/{number}")

        await self.attempt(do, lambda status, typed: self.show_one(number, status, typed))

    async def _move(self, number: str, form: TicketMoveForm) -> None:
        desk, handing_on = self.house.tickets.desk, self.house.tickets.handing_on
        act, me, tag = self.act(), self.work.account, form.tag
        match form.move:
            case "resume":
                await desk.resume(act, me=me, number=number, tag=tag)
            case "end":
                await desk.end(act, me=me, number=number, tag=tag, reason=_reason(form.reason))
            case "transfer":
                to = required("to", form.to, "转给")
                reason = required("reason", form.reason, "转交原因")
                await handing_on.transfer(act, me=me, number=number, tag=tag, to=to, reason=reason)
            case "prioritise":
                priority = _priority(form.to)
                await handing_on.prioritise(act, me=me, number=number, tag=tag, priority=priority)
            case "item":
                await handing_on.change_item(act, me=me, number=number, tag=tag, item=form.to)
            case "place":
                await handing_on.change_place(act, me=me, number=number, tag=tag, place_id=form.to)
            case "note":
                await desk.note(act, me=me, number=number, text=form.text)
            case "merge":
                into = required("to", form.to, "合并到的工单编号")
                await self.house.tickets.merging.merge(
                    act, me=me, number=number, tag=tag, into=into
                )
            case "unmerge":
                await self.house.tickets.merging.unmerge(act, me=me, number=number, tag=tag)


class ConsoleCallerHandler(_OneTicket):
    """Who called, to be called back."""

    @endpoint(
        Audience.STAFF,
        Right.WORK_ON_TICKETS,
        "Show name and telephone of a caller, which is recorded",
        form=ConsoleForm,
        answers={200: HTML},
        refusals=frozenset({403, 404}),
        rate="unmask",
    )
    async def post(self, number: str) -> None:
        """Once, on the page that answers."""
        self.read_form_of_mine(ConsoleForm)
        caller = await self.house.tickets.desk.caller(
            self.act(), me=self.work.account, number=number
        )
        await self.show_one(number, HTTPStatus.OK, Typed(), caller=caller)


class ConsoleDraftHandler(ConsoleHandler):
    """What is being written, kept while it is written."""

    @endpoint(
        Audience.STAFF,
        Right.WORK_ON_TICKETS,
        "Keep what is being written to a ticket",
        form=DraftForm,
        long_form=True,
        answers={303: HTML},
        refusals=frozenset({403, 404}),
        rate="draft",
    )
    async def post(self, number: str) -> None:
        """Nobody's but its writer's; an empty one goes."""
        form = self.read_form_of_mine(DraftForm)
        await self.house.tickets.desk.save_draft(
            self.act(), me=self.work.account, number=number, text=form.text
        )
        self.lead(f"/console/tickets/{number}")


def facts_of(shown: Shown) -> dict[str, object]:
    """What a ticket says of itself."""
    ticket = shown.ticket
    return {
        "ticket": ticket,
        "shown": shown,
        "tag": ticket.tag,
        "who": who_asks(ticket.asker),
        "state": STATES_FOR_STAFF[ticket.state],
        "reason": REASONS[ticket.reason] if ticket.reason else "",
        "source": SOURCES[ticket.origin.source],
    }


def check_in_words(known: Judged | None) -> str:
    """What WeChat says of a text that it has not passed."""
    if known is None or known.verdict is Verdict.PENDING:
        return "内容安全检测尚未完成"
    about = WORDS.get(known.reason, "")
    return f"内容安全检测提示需人工判断{f'（{about}）' if about else ''}"


def _reason(code: str) -> Reason:
    try:
        return Reason(code)
    except ValueError:
        fault = Fault(pointer="/reason", code="reason", detail="请选择结束的原因。")
        raise Invalid([fault]) from None


def _priority(code: str) -> Priority:
    try:
        return Priority(code)
    except ValueError:
        fault = Fault(pointer="/to", code="priority", detail="请选择优先级。")
        raise Invalid([fault]) from None


ROUTES = [
    Route(ONE, ConsoleTicketHandler),
    Route(f"{ONE}/reply", ConsoleReplyHandler),
    Route(f"{ONE}/moves", ConsoleTicketMovesHandler),
    Route(f"{ONE}/caller", ConsoleCallerHandler),
    Route(f"{ONE}/draft", ConsoleDraftHandler),
]
