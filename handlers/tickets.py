"""Tickets as JSON: asking a credit butler, following, answering, reopening."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.attachments.attachments import Viewer
from domain.content_checks import Verdict
from domain.tickets.asking import Question
from domain.tickets.events import By
from domain.tickets.messages import Message, Written
from domain.tickets.tickets import Origin, Source, Ticket
from domain.transactions import Act
from handlers.attachments import show_attachment
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Id, Input, OneLine, Output, PageQuery, Paragraphs
from handlers.service_items import PlaceView, show_place
from handlers.ticket_views import (
    DraftView,
    MessageViews,
    TicketMade,
    TicketView,
    TicketViews,
    show_draft,
    show_made,
    show_message,
    show_messages,
    show_ticket,
)

MAY = frozenset({403, 404, 409})
ONE = "/v1/tickets/{number}"
# Counted by the domain, which says how long a text is and how long it may be.
Text = Annotated[Paragraphs, StringConstraints(max_length=20_000)]
Images = Annotated[list[Id], Field(max_length=50, title="图片")]
Code = Annotated[OneLine, StringConstraints(max_length=64)]


class TicketsQuery(PageQuery):
    """Which page, about which subject."""

    subject_id: Id = Field(title="办理主体")


class SubjectQuery(Input):
    """About which subject."""

    subject_id: Id = Field(title="办理主体")


class MessagesQuery(Input):
    """The messages before which."""

    before: int | None = Field(default=None, ge=1, le=10_000, strict=False, title="之前")


class OriginInput(Input):
    """The page where it was asked."""

    source: Literal["mini_program", "lecture", "report"] = Field(title="来源")
    reference: Annotated[OneLine, StringConstraints(pattern=r"^[0-9A-Za-z-]{0,64}$")] = Field(
        default="", title="来源编号"
    )


class NewTicket(Input):
    """What is asked, for whom, where."""

    subject_id: Id = Field(title="办理主体")
    item: Code = Field(title="服务事项")
    place_id: Code = Field(title="服务点")
    text: Text = Field(title="问题")
    images: Images = Field(default=[])
    origin: OriginInput = Field(default=OriginInput(source="mini_program"), title="来源")

    def question(self) -> Question:
        """As the domain takes it."""
        return Question(
            subject_id=self.subject_id,
            item=self.item,
            place_id=self.place_id,
            written=Written(text=self.text, images=tuple(self.images)),
            origin=Origin(source=Source(self.origin.source), reference=self.origin.reference),
        )


class NewMessage(Input):
    """What is written."""

    text: Text = Field(title="内容")
    images: Images = Field(default=[])

    def written(self) -> Written:
        """As the domain takes it."""
        return Written(text=self.text, images=tuple(self.images))


class DraftInput(Input):
    """What is being written; an empty text removes it."""

    text: Annotated[Paragraphs, StringConstraints(max_length=4000)] = Field(title="草稿")


class SuggestedPlaceView(Output):
    """A place, or none."""

    place: PlaceView | None


class TicketAnswers(BaseHandler):
    """What all of these show."""

    async def show_step(self, do: Callable[[Act], Awaitable[Ticket]]) -> None:
        """A step, once; how the ticket stands after it."""
        await self.show_once(do, lambda ticket: (HTTPStatus.CREATED, show_made(ticket)))


class TicketsHandler(TicketAnswers):
    """A subject's tickets."""

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "Tickets of a subject",
        query=TicketsQuery,
        answers={200: TicketViews},
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """Newest first; who acts for another sees what they asked themself."""
        query = self.query(TicketsQuery)
        of = f"tickets:{query.subject_id}"
        page = await self.house.tickets.asking.of(
            person_id=self.actor,
            subject_id=query.subject_id,
            ask=self.ask(query, of=of),
            now=self.now,
        )
        shown = await self.house.tickets.showing.all(page.items, now=self.now)
        items = [show_ticket(one, self.now) for one in shown]
        self.show(HTTPStatus.OK, TicketViews(items=items, next=self.next_cursor(page, of=of)))

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "Ask a credit butler",
        body=NewTicket,
        idempotent=True,
        asks_outside=True,
        answers={201: TicketMade},
        refusals=MAY,
        rate="ticket",
        service="tickets",
    )
    async def post(self) -> None:
        """Taken at once with its number; a butler answers within 24 hours."""
        question = self.read(NewTicket).question()
        await self.show_step(lambda act: self.house.tickets.asking.ask(act, question=question))


class SuggestedPlaceHandler(BaseHandler):
    """Where to ask."""

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "The place that fits a subject: where an enterprise is a tenant",
        query=SubjectQuery,
        answers={200: SuggestedPlaceView},
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """Null where nobody knows of any; it is a suggestion, any other place may be chosen."""
        place = await self.house.tickets.asking.suggested(
            person_id=self.actor, subject_id=self.query(SubjectQuery).subject_id, now=self.now
        )
        shown = show_place(place, house=self.house, now=self.now) if place else None
        self.show(HTTPStatus.OK, SuggestedPlaceView(place=shown))


class TicketHandler(TicketAnswers):
    """One of them."""

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "How a ticket stands",
        answers={200: TicketView},
        refusals=frozenset({403, 404}),
    )
    async def get(self, number: str) -> None:
        """With the promise, honestly, and its history."""
        house = self.house
        clocked = await house.tickets.asking.get(person_id=self.actor, number=number, now=self.now)
        shown = await house.tickets.showing.one(clocked)
        merged_into = await house.tickets.asking.goes_on_in(clocked.ticket)
        self.show(HTTPStatus.OK, show_ticket(shown, self.now, merged_into=merged_into))


class TicketMessagesHandler(TicketAnswers):
    """What citizen and butler wrote to each other; no note is ever among it."""

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "Messages of a ticket",
        query=MessagesQuery,
        answers={200: MessageViews},
        refusals=frozenset({403, 404}),
        rate="conversation",
    )
    async def get(self, number: str) -> None:
        """The last fifty, or the fifty before one."""
        house, before = self.house, self.query(MessagesQuery).before
        clocked = await house.tickets.asking.get(person_id=self.actor, number=number, now=self.now)
        messages = await house.tickets.asking.messages(clocked.ticket, before=before)
        shown = await house.tickets.showing.one(clocked)
        views = await house.tickets.images.of(
            self.act(), clocked.ticket, among=messages, viewer=Viewer(id=self.actor)
        )
        images = {one: show_attachment(view, house=house) for one, view in views.items()}
        items = [
            show_message(
                one,
                viewer=self.actor,
                verdict=await self._verdict(one),
                staff=shown.staff,
                images=images,
            )
            for one in messages
        ]
        self.show(HTTPStatus.OK, show_messages(items))

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "Write to the butler",
        body=NewMessage,
        idempotent=True,
        asks_outside=True,
        answers={201: TicketMade},
        refusals=MAY,
        rate="ticket-message",
    )
    async def post(self, number: str) -> None:
        """After the end it is read, and starts nothing: reopening is an act of its own."""
        written = self.read(NewMessage).written()
        await self.show_step(
            lambda act: self.house.tickets.asking.say(act, number=number, written=written)
        )

    async def _verdict(self, message: Message) -> Verdict:
        """What WeChat has said by now of what had not passed at once."""
        if message.by is not By.CITIZEN or message.verdict is Verdict.PASS:
            return message.verdict
        known = await self.house.tickets.asking.known(message)
        return known.verdict if known else message.verdict


class ReopeningHandler(TicketAnswers):
    """Reopening."""

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "Reopen a ticket within seven days of its end",
        body=NewMessage,
        idempotent=True,
        asks_outside=True,
        answers={201: TicketMade},
        refusals=MAY,
        rate="ticket-message",
    )
    async def post(self, number: str) -> None:
        """Saying what is not solved; the promise begins anew."""
        written = self.read(NewMessage).written()
        await self.show_step(
            lambda act: self.house.tickets.asking.reopen(act, number=number, written=written)
        )


class TicketWithdrawalHandler(TicketAnswers):
    """Taking back."""

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "Say that a ticket is not needed any more",
        idempotent=True,
        answers={201: TicketMade},
        refusals=MAY,
    )
    async def post(self, number: str) -> None:
        """It may be reopened as any other."""
        await self.show_step(lambda act: self.house.tickets.asking.withdraw(act, number=number))


class TicketDraftHandler(BaseHandler):
    """What is being written, kept on the server; ``new`` stands for a ticket to come."""

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "What was being written to a ticket",
        answers={200: DraftView},
        refusals=frozenset({403, 404}),
    )
    async def get(self, number: str) -> None:
        """Empty when nothing was."""
        draft = await self.house.tickets.asking.draft(self.act(), number=number)
        self.show(HTTPStatus.OK, show_draft(draft))

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "Keep what is being written",
        body=DraftInput,
        answers={200: DraftView},
        refusals=frozenset({403, 404}),
        rate="draft",
    )
    async def put(self, number: str) -> None:
        """Instead of what was kept; it goes when it is sent, or after thirty days."""
        text = self.read(DraftInput).text
        draft = await self.house.tickets.asking.save_draft(self.act(), number=number, text=text)
        self.show(HTTPStatus.OK, show_draft(draft))


ROUTES = [
    Route("/v1/tickets", TicketsHandler),
    Route("/v1/tickets/new/place", SuggestedPlaceHandler),
    Route(ONE, TicketHandler),
    Route(f"{ONE}/messages", TicketMessagesHandler),
    Route(f"{ONE}/reopening", ReopeningHandler),
    Route(f"{ONE}/withdrawal", TicketWithdrawalHandler),
    Route(f"{ONE}/draft", TicketDraftHandler),
]
