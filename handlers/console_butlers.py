"""Butlers in the console: what the office says of them, and their leave."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Literal

from pydantic import Field, field_validator

from domain.butlers.butlers import LEAVE_STATES, Butler, LeaveState
from domain.butlers.keeping import ButlerFacts, LeaveAsked
from domain.errors import NotFound
from domain.staff.roles import Right
from domain.time import civil_date, in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed
from handlers.console_places import MAY
from handlers.console_roster import WORDS
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import LocalTime, OneLine
from handlers.pages import HTML
from handlers.roster_forms import HoursForm, between


class ButlerForm(HoursForm):
    """What the office says of a butler."""

    move: Literal["enrol", "describe"] = Field(title="办理")
    tag: str = Field(default="", max_length=40, title="版本")
    staff_id: str = Field(default="", max_length=64, title="账号")
    agency: OneLine = Field(default="", max_length=200, title="服务机构")
    places: list[str] = Field(default=[], max_length=500, title="服务点")
    skills: list[str] = Field(default=[], max_length=100, title="擅长事项")

    @field_validator("places", "skills", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        """A form sends one tick as a text, several as a list."""
        return [value] if isinstance(value, str) else value

    def facts(self) -> ButlerFacts:
        """As the domain takes them."""
        return ButlerFacts(
            agency=self.agency,
            places=tuple(self.places),
            skills=tuple(self.skills),
            hours=self.week(),
        )


class OwnLeaveForm(ConsoleForm):
    """A leave that is asked for, or taken back."""

    move: Literal["ask", "withdraw"] = Field(title="办理")
    tag: str = Field(default="", max_length=40, title="版本")
    leave: str = Field(default="", max_length=64, title="请假")
    begins: LocalTime = Field(default=None, title="开始时间")
    ends: LocalTime = Field(default=None, title="结束时间")
    reason: OneLine = Field(default="", max_length=500, title="请假事由")
    stand_in: str = Field(default="", max_length=64, title="代班人")

    def asked(self) -> LeaveAsked:
        """As the domain takes it; raises Invalid."""
        begins, ends = between(self.begins, self.ends)
        return LeaveAsked(begins=begins, ends=ends, reason=self.reason, stand_in=self.stand_in)


class LeaveForm(OwnLeaveForm):
    """The same for a butler who told the office, and what the office decides."""

    move: Literal["ask", "withdraw", "grant", "refuse"] = Field(title="办理")  # type: ignore[assignment]  # two moves more


class ButlerListHandler(ConsoleHandler):
    """All butlers."""

    back = ("/console/butlers", "返回信用管家")

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_ROSTER,
        "Credit butlers, those who serve first, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """With the leave that waits for the office."""
        await self.show_list(HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.KEEP_ROSTER,
        "Give an account its record as a credit butler",
        form=ButlerForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self) -> None:
        """An account in use that has the role."""

        async def do() -> None:
            form = self.read_form_of_mine(ButlerForm)
            butler = await self.house.butlers.butlers.enrol(
                self.act(), staff_id=form.staff_id, facts=form.facts()
            )
            self.lead(f"/console/butlers/{butler.staff_id}")

        await self.attempt(do, self.show_list)

    async def show_list(self, status: int, typed: Typed) -> None:
        """With what was typed."""
        butlers = self.house.butlers
        found = await butlers.butlers.all()
        self.page(
            status,
            "console_butlers.html",
            butlers=found,
            waiting={one.staff_id: waiting(one) for one in found},
            names=await butlers.places.names([place for one in found for place in one.places]),
            accounts=await butlers.butlers.unrecorded(),
            places=await butlers.places.all(),
            items=butlers.items,
            now=self.now,
            typed=typed,
            **WORDS,
        )


class _ButlerPage(ConsoleHandler):
    back = ("/console/butlers", "返回信用管家")

    async def show_butler(self, staff_id: str, status: int, typed: Typed) -> None:
        """As it stands now; why somebody is away is their own and the office's matter."""
        butlers = self.house.butlers
        butler = await butlers.butlers.get(staff_id)
        me, everybody = self.work.account, await butlers.butlers.all()
        self.page(
            status,
            "console_butler.html",
            butler=butler,
            own=me.id == staff_id,
            knows=me.id == staff_id or me.may(Right.SUPERVISE_TICKETS),
            leaves=sorted(butler.leaves, key=lambda one: one.begins, reverse=True),
            states=LEAVE_STATES,
            colleagues=[one for one in everybody if one.staff_id != staff_id],
            called={one.staff_id: one.name for one in everybody},
            names=await butlers.places.names(butler.places),
            places=await butlers.places.all(),
            items=butlers.items,
            now=self.now,
            today=civil_date(self.now),
            in_words=in_words,
            typed=typed,
            **WORDS,
        )

    async def attempt_on(self, staff_id: str, do: Callable[[], Awaitable[None]]) -> None:
        """Refused, the page comes again with what was typed."""
        await self.attempt(
            do,
            lambda status, typed: self.show_butler(staff_id, status, typed),
        )


class ButlerPageHandler(_ButlerPage):
    """One butler."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_ROSTER,
        "One credit butler: places, skills, hours and leave, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, staff_id: str) -> None:
        """What may be done stands below."""
        await self.show_butler(staff_id, HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.KEEP_ROSTER,
        "Say a butler's agency, places, skills and hours anew",
        form=ButlerForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, staff_id: str) -> None:
        """Against the state that was seen."""

        async def do() -> None:
            form = self.read_form_of_mine(ButlerForm)
            await self.house.butlers.butlers.describe(
                self.act(), staff_id=staff_id, tag=form.tag, facts=form.facts()
            )
            self.lead(f"/console/butlers/{staff_id}")

        await self.attempt_on(staff_id, do)


class LeaveHandler(_ButlerPage):
    """Leave, as the office deals with it."""

    @endpoint(
        Audience.STAFF,
        Right.KEEP_ROSTER,
        "Grant or refuse a leave, or ask for one or take it back for who told the office",
        form=LeaveForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, staff_id: str) -> None:
        """Nobody grants their own."""

        async def do() -> None:
            form = self.read_form_of_mine(LeaveForm)
            butlers, act = self.house.butlers.butlers, self.act()
            which = {"staff_id": staff_id, "leave_id": form.leave, "tag": form.tag}
            match form.move:
                case "grant":
                    await butlers.grant_leave(act, **which)
                case "refuse":
                    await butlers.refuse_leave(act, **which, reason=form.reason)
                case "withdraw":
                    await butlers.withdraw_leave(act, **which)
                case "ask":
                    await butlers.ask_leave(act, staff_id=staff_id, asked=form.asked())
            self.lead(f"/console/butlers/{staff_id}")

        await self.attempt_on(staff_id, do)


class OwnLeaveHandler(_ButlerPage):
    """Leave, as a butler asks for it."""

    @endpoint(
        Audience.STAFF,
        Right.ANSWER_TICKETS,
        "Ask for leave of one's own, or take it back",
        form=OwnLeaveForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self) -> None:
        """The office decides."""

        async def do() -> None:
            form = self.read_form_of_mine(OwnLeaveForm)
            butlers = self.house.butlers.butlers
            if await butlers.find(self.actor) is None:
                raise NotFound("您的账号还没有登记为信用管家，请联系信用办。")
            if form.move == "ask":
                await butlers.ask_leave(self.act(), staff_id=self.actor, asked=form.asked())
            else:
                await butlers.withdraw_leave(
                    self.act(), staff_id=self.actor, leave_id=form.leave, tag=form.tag
                )
            self.lead(f"/console/butlers/{self.actor}")

        await self.attempt_on(self.actor, do)


def waiting(butler: Butler) -> int:
    """How many leaves wait for the office."""
    return sum(one.state is LeaveState.PROPOSED for one in butler.leaves)


ROUTES = [
    Route("/console/butlers", ButlerListHandler),
    Route("/console/butlers/{staff_id}", ButlerPageHandler),
    Route("/console/butlers/{staff_id}/leave", LeaveHandler),
    Route("/console/leave", OwnLeaveHandler),
]
