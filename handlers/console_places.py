"""Places in the console: kept by the office, with their shifts and tenants."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from domain.butlers.places import KINDS, Place, PlaceFacts, PlaceKind
from domain.butlers.places_office import TenantFacts
from domain.errors import Fault, Invalid
from domain.pages import Ask
from domain.staff.roles import Right
from domain.time import civil_date, date_in_words, in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed
from handlers.console_roster import DAYS, WORDS
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import CivilDate, LocalTime, OneLine, PageQuery
from handlers.pages import HTML
from handlers.roster_forms import HoursForm, between, or_nothing
from handlers.service_items import LONGEST, WantedKind

AHEAD = timedelta(days=400)
MAY = frozenset({403, 404, 409, 412})
Line = Annotated[OneLine, Field(max_length=200)]
OpenDate = Annotated[CivilDate | None, BeforeValidator(or_nothing)]


class PlaceListQuery(PageQuery):
    """Which page, and what is looked for."""

    q: OneLine = Field(default="", max_length=LONGEST, title="名称或地址")
    kind: WantedKind = Field(default="", title="类别")


class TenantsQuery(PageQuery):
    """Which page of the tenants."""


class PlaceForm(HoursForm):
    """What the office says of a place."""

    move: Literal["add", "change"] = Field(title="办理")
    tag: str = Field(default="", max_length=40, title="版本")
    code: Line = Field(default="", title="编号")
    name: Line = Field(default="", title="名称")
    kind: Literal["building", "street", "park"] = Field(title="类别")
    address: Line = Field(default="", title="地址")
    parent: str = Field(default="", max_length=64, title="所属街道")
    agency: Line = Field(default="", title="服务机构")
    open: Literal["yes", "no"] = Field(default="yes", title="状态")

    def facts(self) -> PlaceFacts:
        """As the domain takes them."""
        return PlaceFacts(
            code=self.code,
            name=self.name,
            kind=PlaceKind(self.kind),
            address=self.address,
            parent=self.parent,
            hours=self.week(),
            agency=self.agency,
            open=self.open == "yes",
        )


class ShiftForm(ConsoleForm):
    """A holiday duty put into the roster, or taken out."""

    move: Literal["put", "take_out"] = Field(title="办理")
    shift: str = Field(default="", max_length=64, title="值班")
    staff_id: str = Field(default="", max_length=64, title="信用管家")
    begins: LocalTime = Field(default=None, title="开始时间")
    ends: LocalTime = Field(default=None, title="结束时间")
    note: Line = Field(default="", title="说明")


class TenantForm(ConsoleForm):
    """A tenant that comes, or leaves."""

    move: Literal["come", "leave"] = Field(title="办理")
    tenancy: str = Field(default="", max_length=64, title="入驻")
    tag: str = Field(default="", max_length=40, title="版本")
    uscc: Line = Field(default="", title="统一社会信用代码")
    name: Line = Field(default="", title="企业名称")
    room: Line = Field(default="", title="房号")
    on: OpenDate = Field(default=None, title="日期")


async def streets_of(handler: ConsoleHandler) -> list[Place]:
    """Every street, for a form."""
    everything = await handler.house.butlers.places.all()
    return [one for one in everything if one.kind is PlaceKind.STREET]


class PlaceListHandler(ConsoleHandler):
    """All places."""

    back = ("/console/places", "返回服务点")

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_ROSTER,
        "Places, by a part of the name or address, as a page",
        query=PlaceListQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """In the order in which they were added, closed ones too."""
        await self.show_list(HTTPStatus.OK, Typed(), self.query(PlaceListQuery))

    @endpoint(
        Audience.STAFF,
        Right.KEEP_ROSTER,
        "Add a place",
        form=PlaceForm,
        answers={303: HTML},
        refusals=frozenset({403, 409}),
    )
    async def post(self) -> None:
        """The code is taken once."""

        async def do() -> None:
            facts = self.read_form_of_mine(PlaceForm).facts()
            place = await self.house.butlers.places.add(self.act(), facts=facts)
            self.lead(f"/console/places/{place.id}")

        await self.attempt(
            do, lambda status, typed: self.show_list(status, typed, PlaceListQuery())
        )

    async def show_list(self, status: int, typed: Typed, query: PlaceListQuery) -> None:
        """With what was typed."""
        places = self.house.butlers.places
        of = f"console-places:{query.kind}:{query.q}"
        page = await places.search(
            text=query.q,
            kind=PlaceKind(query.kind) if query.kind else None,
            ask=self.ask(query, of=of),
            closed_too=True,
        )
        self.page(
            status,
            "console_places.html",
            places=page.items,
            streets=await streets_of(self),
            names=await places.names([one.parent for one in page.items if one.parent]),
            kinds=KINDS,
            q=query.q,
            chosen=query.kind,
            typed=typed,
            next=self.next_cursor(page, of=of),
            **WORDS,
        )


class _PlacePage(ConsoleHandler):
    back = ("/console/places", "返回服务点")

    async def show_place(self, place_id: str, status: int, typed: Typed) -> None:
        """As it stands now, the next two weeks, and the newest tenants."""
        butlers, today = self.house.butlers, civil_date(self.now)
        place = await butlers.places.get(place_id)
        query = self.query(TenantsQuery) if self.request.method == "GET" else TenantsQuery()
        of = f"tenants:{place_id}"
        ask = self.ask(query, of=of) if query.cursor else Ask(limit=query.limit)
        tenants = await butlers.places.tenancies(place_id, ask=ask)
        everybody = await butlers.butlers.all()
        sheet = await butlers.roster.sheet(place_id, first=today, count=DAYS)
        self.page(
            status,
            "console_place.html",
            place=place,
            street=await butlers.places.get(place.parent) if place.parent else None,
            streets=await streets_of(self),
            kinds=KINDS,
            week=butlers.roster.week(place),
            sheet=sheet,
            gaps=[gap for gap in sheet.gaps if gap.ends > self.now],
            shifts=await butlers.shifts.of_place(place_id, begin=self.now, end=self.now + AHEAD),
            butlers=everybody,
            called={one.staff_id: one.name for one in everybody},
            tenants=tenants.items,
            next=self.next_cursor(tenants, of=of),
            typed=typed,
            today=today,
            day=date_in_words,
            in_words=in_words,
            **WORDS,
        )

    async def attempt_on(self, place_id: str, do: Callable[[], Awaitable[None]]) -> None:
        """Refused, the page comes again with what was typed."""
        await self.attempt(
            do,
            lambda status, typed: self.show_place(place_id, status, typed),
        )


class PlacePageHandler(_PlacePage):
    """One place."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_ROSTER,
        "One place with its roster of two weeks, shifts and tenants, as a page",
        query=TenantsQuery,
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, place_id: str) -> None:
        """What may be done with it stands below."""
        await self.show_place(place_id, HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.KEEP_ROSTER,
        "Say a place anew",
        form=PlaceForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, place_id: str) -> None:
        """Against the state that was seen."""

        async def do() -> None:
            form = self.read_form_of_mine(PlaceForm)
            await self.house.butlers.places.change(
                self.act(), place_id=place_id, tag=form.tag, facts=form.facts()
            )
            self.lead(f"/console/places/{place_id}")

        await self.attempt_on(place_id, do)


class ShiftsHandler(_PlacePage):
    """Holiday duty."""

    @endpoint(
        Audience.STAFF,
        Right.KEEP_ROSTER,
        "Put somebody on duty at a place from one instant to another, or take that out again",
        form=ShiftForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, place_id: str) -> None:
        """It counts in the roster at once."""

        async def do() -> None:
            form = self.read_form_of_mine(ShiftForm)
            shifts, act = self.house.butlers.shifts, self.act()
            if form.move == "take_out":
                await shifts.remove(act, place_id=place_id, shift_id=form.shift)
            else:
                begins, ends = between(form.begins, form.ends)
                await shifts.put(
                    act,
                    place_id=place_id,
                    staff_id=form.staff_id,
                    begins=begins,
                    ends=ends,
                    note=form.note,
                )
            self.lead(f"/console/places/{place_id}")

        await self.attempt_on(place_id, do)


class TenanciesHandler(_PlacePage):
    """Tenants."""

    @endpoint(
        Audience.STAFF,
        Right.KEEP_ROSTER,
        "Note that an enterprise came to a place, or left it",
        form=TenantForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, place_id: str) -> None:
        """By its credit code."""

        async def do() -> None:
            form = self.read_form_of_mine(TenantForm)
            if form.on is None:
                raise Invalid([Fault(pointer="/on", code="missing", detail="请填写日期。")])
            places, act = self.house.butlers.places, self.act()
            if form.move == "leave":
                await places.end_tenancy(
                    act, place_id=place_id, tenancy_id=form.tenancy, tag=form.tag, on=form.on
                )
            else:
                facts = TenantFacts(uscc=form.uscc, name=form.name, room=form.room, since=form.on)
                await places.add_tenancy(act, place_id=place_id, facts=facts)
            self.lead(f"/console/places/{place_id}")

        await self.attempt_on(place_id, do)


ROUTES = [
    Route("/console/places", PlaceListHandler),
    Route("/console/places/{place_id}", PlacePageHandler),
    Route("/console/places/{place_id}/shifts", ShiftsHandler),
    Route("/console/places/{place_id}/tenancies", TenanciesHandler),
]
