"""The butler's desk in the console: the queue, finding, and writing down what a caller asks."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.identifiers import mask_name
from domain.staff.roles import Right
from domain.tickets.clock_words import CLOCKS, left_in_words
from domain.tickets.clocks import Reading, next_due
from domain.tickets.on_behalf import Call
from domain.tickets.queue import COUNTED, PARTS, Part
from domain.tickets.showing import Shown
from domain.tickets.tickets import STATES, Asker, State
from domain.time import in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import OneLine, PageQuery, Paragraphs
from handlers.pages import HTML

PartName = Literal["mine", "overdue", "soon", "waiting", "unassigned", "ended"]
Line = Annotated[OneLine, StringConstraints(max_length=200)]
# Judged by the domain, which names every fault of a form at once.
Text = Annotated[Paragraphs, StringConstraints(max_length=20_000)]
CALLER, UNVERIFIED = "来电市民", "市民（未实名）"


class QueueQuery(PageQuery):
    """Which part of the queue; ``all`` shows who supervises what everybody has."""

    part: PartName = Field(default="mine", title="部分")
    all: Literal["", "yes"] = Field(default="", title="全部")


class FindForm(ConsoleForm):
    """What a ticket is found by: it may be a telephone number, so it stands in no address."""

    q: Line = Field(default="", title="编号、电话或统一社会信用代码")


class CallForm(ConsoleForm):
    """What was said on the telephone."""

    move: Literal["write_down"] = Field(title="办理")
    name: Line = Field(default="", title="来电人姓名")
    phone: Line = Field(default="", title="来电号码")
    uscc: Line = Field(default="", title="统一社会信用代码")
    item: Line = Field(default="", title="服务事项")
    place_id: Line = Field(default="", title="服务点")
    text: Text = Field(default="", title="问题")

    def call(self) -> Call:
        """As the domain takes it."""
        return Call(
            name=self.name,
            phone=self.phone,
            uscc=self.uscc,
            item=self.item,
            place_id=self.place_id,
            text=self.text,
        )


class _Queue(ConsoleHandler):
    back = ("/console/tickets", "返回工单")

    def rows(self, shown: Sequence[Shown]) -> list[dict[str, object]]:
        """What a line of the queue says."""
        return [
            {
                "ticket": one.ticket,
                "item": one.item,
                "place": one.place,
                "butler": one.butler,
                "who": who_asks(one.ticket.asker),
                "state": STATES_FOR_STAFF[one.ticket.state],
                "due": self.due(one),
            }
            for one in shown
        ]

    def due(self, shown: Shown) -> dict[str, object] | None:
        """What is due next: which clock, what is left of it in words, and how it presses."""
        reading = next_due(shown.readings) if shown.ticket.active else None
        if reading is None or reading.due is None:
            return None
        return {
            "clock": CLOCKS[reading.kind],
            "left": left_in_words(reading, self.now),
            "at": in_words(reading.due.at),
            "provisional": reading.due.provisional,
            "press": pressing(reading),
        }


class ConsoleTicketsHandler(_Queue):
    """The queue."""

    @endpoint(
        Audience.STAFF,
        Right.WORK_ON_TICKETS,
        "My queue by what is due next, as a page",
        query=QueueQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Above it what is overdue, due soon, waiting, and nobody's."""
        await self.show_queue(self.query(QueueQuery), everybody=False)

    async def show_queue(self, query: QueueQuery, *, everybody: bool) -> None:
        """One part of it, and how many are in each."""
        house, me, part = self.house, self.work.account, Part(query.part)
        of = f"console-tickets:{query.part}:{everybody}"
        ask = self.ask(query, of=of)
        page = await house.tickets.queue.page(
            part, me=me, everybody=everybody, ask=ask, now=self.now
        )
        counts = await house.tickets.queue.counts(me=me, everybody=everybody, now=self.now)
        shown = await house.tickets.showing.all(page.items, now=self.now)
        self.page(
            HTTPStatus.OK,
            "console_tickets.html",
            live=True,
            rows=self.rows(shown),
            parts=PARTS,
            chosen=part,
            counts={one: count_in_words(number) for one, number in counts.items()},
            everybody=everybody,
            at="/console/all-tickets" if everybody else "/console/tickets",
            next=self.next_cursor(page, of=of),
            streams=f"staff:{me.id}" if not everybody else "desk",
        )


class ConsoleAllTicketsHandler(ConsoleTicketsHandler):
    """What everybody has."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "The queue of all butlers, as a page",
        query=QueueQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """For who supervises."""
        await self.show_queue(self.query(QueueQuery), everybody=True)


class ConsoleTicketSearchHandler(_Queue):
    """Finding one."""

    @endpoint(
        Audience.STAFF,
        Right.WORK_ON_TICKETS,
        "Find tickets by number, telephone or uscc, as a page",
        form=FindForm,
        answers={200: HTML},
        refusals=frozenset({403}),
        rate="staff-look",
    )
    async def post(self) -> None:
        """Those that one may work on; a telephone number never stands in an address."""
        form = self.read_form_of_mine(FindForm)
        found = await self.house.tickets.queue.find(form.q, me=self.work.account)
        shown = await self.house.tickets.showing.all(found, now=self.now)
        self.page(HTTPStatus.OK, "console_tickets_found.html", rows=self.rows(shown), asked=form.q)


class ConsoleNewTicketHandler(_Queue):
    """By telephone."""

    @endpoint(
        Audience.STAFF,
        Right.WORK_ON_TICKETS,
        "The form for what a caller asks, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Empty."""
        await self.show_form(HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.WORK_ON_TICKETS,
        "Write down what a caller asks",
        form=CallForm,
        long_form=True,
        answers={303: HTML},
        refusals=frozenset({403, 404, 409}),
    )
    async def post(self) -> None:
        """The butler who took the call has it at once."""

        async def do() -> None:
            form = self.read_form_of_mine(CallForm)
            ticket = await self.house.tickets.on_behalf.write_down(
                self.act(), me=self.work.account, call=form.call()
            )
            self.lead(f"/console/tickets/{ticket.number}")

        await self.attempt(do, self.show_form)

    async def show_form(self, status: int, typed: Typed) -> None:
        """With what was typed."""
        self.page(
            status,
            "console_ticket_new.html",
            typed=typed,
            items=self.house.tickets.items,
            places=await self.house.tickets.choices.places(self.work.account),
        )


STATES_FOR_STAFF = {**STATES, State.WAITING: "等待市民补充"}


def who_asks(asker: Asker) -> str:
    """A natural person masked; an enterprise by the name it has in the registry."""
    if asker.uscc:
        return asker.name if asker.person_id else f"{CALLER}（{asker.uscc}）"
    return mask_name(asker.name) or (UNVERIFIED if asker.person_id else CALLER)


def pressing(reading: Reading) -> str:
    """How it presses, for whoever sees colours too: over, soon, or not yet."""
    if reading.overdue:
        return "over"
    return "soon" if reading.elapsed * 4 >= reading.budget * 3 else "later"


def count_in_words(count: int) -> str:
    """Counted to 100."""
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count)


ROUTES = [
    Route("/console/tickets", ConsoleTicketsHandler),
    Route("/console/all-tickets", ConsoleAllTicketsHandler),
    Route("/console/ticket-search", ConsoleTicketSearchHandler),
    Route("/console/new-ticket", ConsoleNewTicketHandler),
]
