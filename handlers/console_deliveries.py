"""The power company's system in the console: deliveries, its events to decide, comparisons."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.grid.cases import DELIVERY_KINDS, DELIVERY_STATES, DeliveryState
from domain.grid.comparing import DIFFERENCES
from domain.grid.events import EVENT_STATES, SOURCES, EventState
from domain.staff.roles import Right
from domain.time import date_in_words, in_words
from handlers.console import ConsoleForm, ConsoleHandler, required
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import OneLine, PageQuery
from handlers.pages import HTML

AT = "/console/deliveries"
MAY = frozenset({403, 404, 409, 412})
Said = Annotated[OneLine, StringConstraints(max_length=500)]


class DeliveryQuery(PageQuery):
    """In which state."""

    state: Literal["", "pending", "sent", "failed", "given_up"] = Field(default="", title="状态")


class EventQuery(PageQuery):
    """In which state; without one, those that wait for a person."""

    state: Literal["kept", "waiting", "applied", "dismissed"] = Field(default="kept", title="状态")


class DeliveryForm(ConsoleForm):
    """What is done about a delivery."""

    move: Literal["again", "give_up"] = Field(title="办理")
    tag: str = Field(min_length=1, max_length=40, title="版本")
    reason: Said = Field(default="", title="理由")


class EventForm(ConsoleForm):
    """What is done about an event."""

    move: Literal["again", "dismiss"] = Field(title="办理")
    tag: str = Field(min_length=1, max_length=40, title="版本")
    reason: Said = Field(default="", title="理由")


class ToDeskForm(ConsoleForm):
    """Why an application goes to the clerk at the desk."""

    number: OneLine = Field(min_length=1, max_length=64, title="申请编号")
    reason: Said = Field(min_length=1, title="理由")


class ConsoleDeliveriesHandler(ConsoleHandler):
    """All deliveries."""

    @endpoint(
        Audience.STAFF,
        Right.MANAGE_DELIVERIES,
        "Deliveries to the power company's system by state, as a page",
        query=DeliveryQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Newest first; and what the last comparisons found."""
        query = self.query(DeliveryQuery)
        states = [DeliveryState(query.state)] if query.state else list(DeliveryState)
        of = f"console-deliveries:{query.state}"
        page = await self.house.grid.deliveries.all(states, ask=self.ask(query, of=of))
        self.page(
            HTTPStatus.OK,
            "console_deliveries.html",
            deliveries=page.items,
            kinds=DELIVERY_KINDS,
            states=DELIVERY_STATES,
            chosen=query.state,
            comparisons=await self.house.grid.reconciling.newest(most=7),
            differences=DIFFERENCES,
            next=self.next_cursor(page, of=of),
            in_words=in_words,
            day=date_in_words,
        )


class ConsoleDeliveryHandler(ConsoleHandler):
    """One delivery."""

    back = (AT, "返回移交列表")

    @endpoint(
        Audience.STAFF,
        Right.MANAGE_DELIVERIES,
        "One delivery with its attempts, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, delivery_id: str) -> None:
        """When it was tried and what came of it; not what it says of anybody."""
        delivery = await self.house.grid.deliveries.get(delivery_id)
        self.page(
            HTTPStatus.OK,
            "console_delivery.html",
            delivery=delivery,
            others=await self.house.grid.deliveries.of(delivery.application_id),
            kinds=DELIVERY_KINDS,
            states=DELIVERY_STATES,
            in_words=in_words,
        )

    @endpoint(
        Audience.STAFF,
        Right.MANAGE_DELIVERIES,
        "Send a delivery again, or give it up",
        form=DeliveryForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, delivery_id: str) -> None:
        """Under the same id; what is given up holds nothing up any more."""
        form = self.read_form_of_mine(DeliveryForm)
        desk, act = self.house.grid.deliveries, self.act()
        if form.move == "again":
            await desk.again(act, delivery_id=delivery_id, tag=form.tag)
        else:
            reason = required("reason", form.reason, "理由")
            await desk.give_up(act, delivery_id=delivery_id, tag=form.tag, reason=reason)
        self.lead(f"{AT}/{delivery_id}")


class ConsoleEventsHandler(ConsoleHandler):
    """The power company's events."""

    @endpoint(
        Audience.STAFF,
        Right.MANAGE_DELIVERIES,
        "The power company's events by state, as a page",
        query=EventQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Newest first."""
        query = self.query(EventQuery)
        of = f"console-grid-events:{query.state}"
        page = await self.house.grid.inbox.kept(
            [EventState(query.state)], ask=self.ask(query, of=of)
        )
        self.page(
            HTTPStatus.OK,
            "console_grid_events.html",
            events=page.items,
            states=EVENT_STATES,
            chosen=query.state,
            next=self.next_cursor(page, of=of),
            in_words=in_words,
        )


class ConsoleEventHandler(ConsoleHandler):
    """One event."""

    back = ("/console/grid-events", "返回事件列表")

    @endpoint(
        Audience.STAFF,
        Right.MANAGE_DELIVERIES,
        "One event of the power company's, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, event_id: str) -> None:
        """What it says, and why it was kept."""
        received = await self.house.grid.inbox.get(event_id)
        self.page(
            HTTPStatus.OK,
            "console_grid_event.html",
            received=received,
            states=EVENT_STATES,
            sources=SOURCES,
            in_words=in_words,
        )

    @endpoint(
        Audience.STAFF,
        Right.MANAGE_DELIVERIES,
        "Have a kept event acted on now, or dismiss it",
        form=EventForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, event_id: str) -> None:
        """Either way it is recorded who decided."""
        form = self.read_form_of_mine(EventForm)
        inbox, act = self.house.grid.inbox, self.act()
        if form.move == "again":
            await inbox.again(act, received_id=event_id, tag=form.tag)
        else:
            reason = required("reason", form.reason, "理由")
            await inbox.dismiss(act, received_id=event_id, tag=form.tag, reason=reason)
        self.lead(f"/console/grid-events/{event_id}")


class ToDeskHandler(ConsoleHandler):
    """From the system to the desk."""

    back = (AT, "返回移交列表")

    @endpoint(
        Audience.STAFF,
        Right.MANAGE_DELIVERIES,
        "Give an application to the power company's clerk at the desk",
        form=ToDeskForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self) -> None:
        """Its applicant reads so, and the system is told."""
        form = self.read_form_of_mine(ToDeskForm)
        taken = await self.house.grid.taking_back.to_desk(
            self.act(), number=form.number, reason=form.reason
        )
        self.lead(f"/console/electricity/{taken.number}")


ROUTES = [
    Route(AT, ConsoleDeliveriesHandler),
    Route(f"{AT}/to-desk", ToDeskHandler),
    Route(f"{AT}/{{delivery_id}}", ConsoleDeliveryHandler),
    Route("/console/grid-events", ConsoleEventsHandler),
    Route("/console/grid-events/{event_id}", ConsoleEventHandler),
]
