"""The power company's desk in the console: applications by deadline, and every step by hand."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, field_validator

from domain.electricity.applications import (
    ACTORS,
    BREACHES,
    STATES,
    State,
)
from domain.electricity.supply import WORDS, Move, MoveKind
from domain.staff.roles import Right
from domain.time import civil_date, date_in_words, in_words, left_in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed
from handlers.downloads import attachment
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import CivilDate, LocalTime, OneLine, PageQuery
from handlers.pages import HTML

BYTES = "application/octet-stream"
# What ends or sends back stands after what goes on.
APART = (MoveKind.RETURN, MoveKind.REJECT)
KILO, MEGA = 1024, 1024 * 1024
MAY = frozenset({403, 404, 409, 412})
StateName = Literal[
    "",
    "report_blocked",
    "report_ok",
    "promise_signed",
    "identity_ok",
    "accepted",
    "survey",
    "plan_replied",
    "external_works",
    "returned",
    "energised",
    "closed",
    "rejected",
    "withdrawn",
]
MoveName = Literal[
    "accept", "return", "survey", "reply_plan", "works", "energise", "close", "reject"
]


def _in_one_line(value: object) -> object:
    """What was typed over several lines is one."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _or_nothing(value: object) -> object:
    """A field that was left open."""
    return None if value == "" else value


Said = Annotated[OneLine, StringConstraints(max_length=500), BeforeValidator(_in_one_line)]
OpenDate = Annotated[CivilDate | None, BeforeValidator(_or_nothing)]


class StateQuery(PageQuery):
    """In which state; without one, all that are not over."""

    state: StateName = Field(default="", title="状态")


class MoveForm(ConsoleForm):
    """One move of the supplier's."""

    move: MoveName = Field(title="办理")
    tag: str = Field(min_length=1, max_length=40, title="版本")
    reason: Said = Field(default="", title="理由")
    papers: list[str] = Field(default=[], max_length=20, title="缺少的材料")
    days: int = Field(default=0, ge=0, le=60, strict=False, title="补交期限（工作日）")
    begins: LocalTime = Field(default=None, title="勘查开始时间")
    ends: LocalTime = Field(default=None, title="勘查结束时间")
    plan: Said = Field(default="", title="供电方案")
    account: OneLine = Field(default="", max_length=32, title="新户号")
    on: OpenDate = Field(default=None, title="接电日期")

    @field_validator("papers", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        """A form sends one tick as a text, several as a list."""
        return [value] if isinstance(value, str) else value

    def as_move(self) -> Move:
        """As the domain knows it."""
        return Move(
            kind=MoveKind(self.move),
            reason=self.reason,
            papers=tuple(self.papers),
            days=self.days,
            begins_at=self.begins,
            ends_at=self.ends,
            plan=self.plan,
            account=self.account,
            on=self.on,
        )


class _Desk(ConsoleHandler):
    back = ("/console/electricity", "返回用电申请列表")

    @property
    def whole(self) -> bool:
        """Who does the work sees what the work needs."""
        return self.work.account.may(Right.HANDLE_ELECTRICITY)

    async def show_one(self, number: str, status: int, typed: Typed) -> None:
        """The application as it stands now."""
        view = self.house.electricity_view
        seen = await view.get(number, whole=self.whole)
        self.page(
            status,
            "console_electricity_one.html",
            seen=seen,
            one=seen.application,
            whole=self.whole,
            typed=typed,
            asked_for=view.papers(seen),
            paper=view.paper,
            return_days=view.return_days,
            forms=sorted(seen.moves, key=APART.__contains__),
            moves=WORDS,
            states=STATES,
            actors=ACTORS,
            breaches=BREACHES,
            today=civil_date(self.now),
            left=left_in_words,
            in_words=in_words,
            day=date_in_words,
            size=size_in_words,
            watts=watts_in_words,
        )


class ConsoleElectricityHandler(_Desk):
    """All of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_ELECTRICITY,
        "Applications for electricity by state, as a page",
        query=StateQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """The earliest deadline first."""
        query, view = self.query(StateQuery), self.house.electricity_view
        of = f"console-electricity:{query.state}"
        page = await view.all(
            State(query.state) if query.state else None,
            ask=self.ask(query, of=of),
            whole=self.whole,
        )
        self.page(
            HTTPStatus.OK,
            "console_electricity.html",
            applications=page.items,
            states=STATES,
            actors=ACTORS,
            shown=view.states(whole=self.whole),
            chosen=query.state,
            next=self.next_cursor(page, of=of),
            today=civil_date(self.now),
            left=left_in_words,
            day=date_in_words,
            in_words=in_words,
        )


class ConsoleApplicationHandler(_Desk):
    """One of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_ELECTRICITY,
        "One application for electricity, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, number: str) -> None:
        """What is applied for, the papers, what happened, and what may be done now."""
        await self.show_one(number, HTTPStatus.OK, Typed())


class MoveHandler(_Desk):
    """The supplier's moves."""

    @endpoint(
        Audience.STAFF,
        Right.HANDLE_ELECTRICITY,
        "Make a step of the supplier's by hand",
        form=MoveForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, number: str) -> None:
        """Against what was seen; told to the applicant."""

        async def do() -> None:
            form = self.read_form_of_mine(MoveForm)
            await self.house.electricity_view.move(
                self.act(), number=number, tag=form.tag, move=form.as_move()
            )
            self.lead(f"/console/electricity/{number}")

        await self.attempt(do, lambda status, typed: self.show_one(number, status, typed))


class MaterialHandler(_Desk):
    """A file handed in."""

    @endpoint(
        Audience.STAFF,
        Right.HANDLE_ELECTRICITY,
        "Fetch a file handed in with an application; that it was read is recorded",
        answers={200: BYTES},
        refusals=frozenset({404}),
    )
    async def get(self, number: str, material_id: str) -> None:
        """To be saved, never shown by the browser as a page of ours."""
        material, content = await self.house.electricity_view.material(
            self.act(), number=number, material_id=material_id
        )
        self.set_header("Content-Disposition", attachment(material.name))
        self.answer(HTTPStatus.OK, material.media_type, content)


def size_in_words(size: int) -> str:
    """1.5 MB, 20 KB."""
    return f"{size / MEGA:.1f} MB" if size >= MEGA else f"{max(1, size // KILO)} KB"


def watts_in_words(watts: int) -> str:
    """10 千瓦, 10.5 千瓦."""
    return f"{watts / 1000:g} 千瓦"


ROUTES = [
    Route("/console/electricity", ConsoleElectricityHandler),
    Route("/console/electricity/{number}", ConsoleApplicationHandler),
    Route("/console/electricity/{number}/moves", MoveHandler),
    Route("/console/electricity/{number}/materials/{material_id}", MaterialHandler),
]
