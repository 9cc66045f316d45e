"""What credit butlers do and where, for anybody: the catalogue of services, and the places."""

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.butlers.items import PRIORITIES, ItemTerms, ServiceItem
from domain.butlers.places import Place, PlaceKind
from domain.butlers.weeks import week_in_words
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import OneLine, Output, PageQuery
from handlers.house import House
from handlers.tagged import show_tagged

LONGEST = 40
KindName = Literal["building", "street", "park"]
WantedKind = Literal["", "building", "street", "park"]


class ClocksView(Output):
    """By when what is due, of one priority. All but the promise run in business hours."""

    priority: Literal["normal", "urgent"]
    priority_label: str
    promise_hours: int
    first_response_minutes: int
    next_response_minutes: int
    resolution_hours: int


class ServiceItemView(Output):
    """One service item; ``price`` is null for what is free, ``sample`` says it is invented."""

    code: str
    kind: Literal["public", "market"]
    kind_label: str
    name: str
    gives: str
    expects: str
    price: str | None
    sample: bool
    clocks: list[ClocksView]


class ServiceItemViews(Output):
    """In the order in which they are offered."""

    items: list[ServiceItemView]


class PlacesQuery(PageQuery):
    """Which page; what the name or the address has in it; of which kind."""

    q: OneLine = Field(default="", max_length=LONGEST, title="名称或地址")
    kind: WantedKind = Field(default="", title="类别")


class PlaceView(Output):
    """A place. ``parent`` is the id of the street that it lies in; ``hours`` are in words."""

    id: str
    code: str
    name: str
    kind: KindName
    kind_label: str
    address: str
    parent: str | None
    agency: str
    hours: str
    open_now: bool


class PlaceViews(Output):
    """In the order in which they were added."""

    items: list[PlaceView]
    next: str | None


def show_item(item: ServiceItem) -> ServiceItemView:
    """As JSON."""
    return ServiceItemView(
        code=item.code,
        kind=item.kind.value,
        kind_label=item.kind.label,
        name=item.name,
        gives=item.gives,
        expects=item.expects,
        price=item.price or None,
        sample=item.sample,
        clocks=[
            _clocks(priority.value, label, item.terms(priority))
            for priority, label in PRIORITIES.items()
        ],
    )


def _clocks(priority: Literal["normal", "urgent"], label: str, terms: ItemTerms) -> ClocksView:
    return ClocksView(
        priority=priority,
        priority_label=label,
        promise_hours=int(terms.promise.total_seconds() // 3600),
        first_response_minutes=int(terms.first_response.total_seconds() // 60),
        next_response_minutes=int(terms.next_response.total_seconds() // 60),
        resolution_hours=int(terms.resolution.total_seconds() // 3600),
    )


def show_place(place: Place, *, house: House, now: datetime) -> PlaceView:
    """As JSON."""
    roster = house.butlers.roster
    return PlaceView(
        id=place.id,
        code=place.code,
        name=place.name,
        kind=place.kind.value,
        kind_label=place.kind.label,
        address=place.address,
        parent=place.parent or None,
        agency=place.agency,
        hours=week_in_words(roster.week(place)),
        open_now=roster.open_now(place, now),
    )


class ServiceItemsHandler(BaseHandler):
    """The catalogue."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "What credit butlers do: what to give, what to expect, by when",
        answers={200: ServiceItemViews, 304: None},
    )
    async def get(self) -> None:
        """Answers 304 to who has it already."""
        items = self.house.butlers.items.values()
        show_tagged(self, ServiceItemViews(items=[show_item(item) for item in items]))


class PlacesHandler(BaseHandler):
    """The places."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "Places with credit butlers, by a part of the name or address",
        query=PlacesQuery,
        answers={200: PlaceViews},
        rate="places",
    )
    async def get(self) -> None:
        """Only those that are open; nothing of anybody."""
        query = self.query(PlacesQuery)
        of = f"places:{query.kind}:{query.q}"
        page = await self.house.butlers.places.search(
            text=query.q,
            kind=PlaceKind(query.kind) if query.kind else None,
            ask=self.ask(query, of=of),
        )
        items = [show_place(place, house=self.house, now=self.now) for place in page.items]
        self.show(HTTPStatus.OK, PlaceViews(items=items, next=self.next_cursor(page, of=of)))


ROUTES = [
    Route("/v1/service-items", ServiceItemsHandler),
    Route("/v1/places", PlacesHandler),
]
