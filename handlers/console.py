"""The staff console: pages made on the server, usable by keyboard, without a script."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import parse_qs, urlencode

from pydantic import Field

from domain.console import Found
from domain.errors import DomainError, Fault, Invalid, Kind, Stale
from domain.staff.accounts import StaffSignIn
from domain.staff.roles import Right
from domain.time import civil_date, date_in_words, deadline_in_words, in_words
from domain.transactions import Conflict
from handlers.base import BY_ITSELF
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, OneLine
from handlers.house import House
from handlers.live_script import live_script, page_script
from handlers.pages import CSS, HTML, PageHandler
from handlers.problems import STATUS, Problem

SIGN_IN = "/console/sign-in"
XSRF = "X-Xsrf"
LONGEST_NUMBER = 64
SAME = frozenset({"same-origin", "none"})

Form = TypeVar("Form", bound="ConsoleForm")


class ForeignForm(DomainError):
    """The form was not sent from a page that this person was shown."""

    code = "foreign_form"
    kind = Kind.FORBIDDEN
    title = "页面已失效"

    def __init__(self) -> None:
        super().__init__("这个页面已失效，请返回后重新打开再提交。")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a form that was refused said, so that nobody types it twice, and why it was refused.

    A page has several forms: what was typed into one stands in that one only, by its ``move``.
    """

    why: Sequence[str] = ()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of(self, move: str, name: str, usual: object = "") -> object:
        """What stands in a field."""
        if move not in self.values.get("move", ()):
            return usual
        return next(iter(self.values.get(name, ())), "")

    def ticked(self, move: str, name: str, value: str) -> bool:
        """Whether a box or a choice was ticked."""
        return move in self.values.get("move", ()) and value in self.values.get(name, ())


class ConsoleForm(Input):
    """A form of a page of the console: ``xsrf`` says that it was made for this session."""

    xsrf: str = Field(default="", max_length=64, title="页面凭据")


class ConsoleHandler(PageHandler):
    """A page of the console; who is not signed in is led to sign in."""

    back = ("/console", "返回工作台")
    problem_page = "console_problem.html"
    # How many alerts are unread, for the head of every page.
    unread = 0

    async def admitted(self) -> bool:
        """Whether the verb may run; who is signed in sees on each page whether there is news."""
        admitted = await super().admitted()
        if admitted and getattr(self, "work", None) is not None:
            self.unread = await self.house.alerts.unread(staff_id=self.actor)
        return admitted

    async def read_alerts(self) -> None:
        """What told me of this page is read; a script that reads it anew shows it to nobody yet."""
        if self.unread and BY_ITSELF not in self.request.headers:
            await self.house.alerts.see(self.act(), link=self.request.path)
            self.unread = await self.house.alerts.unread(staff_id=self.actor)

    def initialize(self, house: House, path_template: str) -> None:
        """Before anything is read: what happens from now on is told to a page that listens."""
        super().initialize(house, path_template)
        self._stood = house.live.hub.place

    def written(self, template: str, values: Mapping[str, object]) -> bytes:
        """The page, with who looks at it and what they may open."""
        work = getattr(self, "work", None)
        me = work.account if work else None
        return super().written(
            template,
            {
                "me": me,
                "may": (lambda right: me.may(Right(right))) if me else (lambda _: False),
                "xsrf": work.session.xsrf if work else "",
                "before": in_words(work.session.before) if work and work.session.before else "",
                "here": self.request.path,
                "live_script": live_script(self.house.pages)[0] if self.live else "",
                "live_place": self._stood,
                "scripts": [page_script(self.house.pages, name)[0] for name in self.scripts],
                "unread": self.unread,
                **values,
            },
        )

    def read_form_of_mine(self, model: type[Form]) -> Form:
        """A form that was shown to this very session.

        Raises:
            ForeignForm: it was not.
            Invalid: every faulty field.
        """
        refuse_foreign(self)
        form = self.read_form(model)
        if not hmac.compare_digest(form.xsrf.encode(), self.work.session.xsrf.encode()):
            raise ForeignForm
        return form

    async def attempt(
        self,
        do: Callable[[], Awaitable[None]],
        again: Callable[[int, Typed], Awaitable[None]],
    ) -> None:
        """Do what a form asks for; refused, the page comes again with what was typed, and why."""
        try:
            await do()
        except (Invalid, Stale, Conflict) as error:
            if HTML not in self.request.headers.get("Accept", ""):
                raise
            why = [one.detail for one in error.faults] if isinstance(error, Invalid) else []
            typed = parse_qs(self._received.decode(errors="replace"), keep_blank_values=True)
            await again(STATUS[error.kind], Typed(why=why or [error.detail], values=typed))

    def lead(self, path: str) -> None:
        """To another page, once this is done."""
        self.set_status(HTTPStatus.SEE_OTHER)
        self.set_header("Location", path)

    def show_problem(self, problem: Problem) -> None:
        """Who is not signed in, or not any more, is led to the page for it."""
        wants_page = HTML in self.request.headers.get("Accept", "")
        if problem.code == StaffSignIn.code and wants_page and self.request.path != SIGN_IN:
            then = self.request.uri if self.request.method == "GET" else "/console"
            self.lead(f"{SIGN_IN}?{urlencode({'then': then or '/console'})}")
            self.finish()
        else:
            super().show_problem(problem)


def refuse_foreign(handler: PageHandler) -> None:
    """Raise ForeignForm when the browser says that another site sent it."""
    if handler.request.headers.get("Sec-Fetch-Site", "none") not in SAME:
        raise ForeignForm


def refuse_unmarked(handler: ConsoleHandler) -> None:
    """Raise ForeignForm unless the session's credential stands in the header of a script's request.

    For what is no form: a body of bytes.
    """
    refuse_foreign(handler)
    given = handler.request.headers.get(XSRF, "")
    if not hmac.compare_digest(given.encode(), handler.work.session.xsrf.encode()):
        raise ForeignForm


def required(field: str, value: str, label: str) -> str:
    """A text that this move needs; raises Invalid."""
    if not value:
        raise Invalid([Fault(pointer=f"/{field}", code="missing", detail=f"请填写“{label}”。")])
    return value


def all_required(fields: Mapping[str, tuple[str, str]]) -> None:
    """Texts that this move needs, with their labels, by field; raises Invalid for all missing."""
    faults = [
        Fault(pointer=f"/{name}", code="missing", detail=f"请填写“{label}”。")
        for name, (value, label) in fields.items()
        if not value
    ]
    if faults:
        raise Invalid(faults)


class SearchQuery(Input):
    """A number of anything."""

    q: OneLine = Field(default="", max_length=LONGEST_NUMBER, title="编号")


class DeskHandler(ConsoleHandler):
    """The first page."""

    @endpoint(Audience.STAFF, Right.SEE_DESK, "The first page of the console", answers={200: HTML})
    async def get(self) -> None:
        """What awaits my decision, and the truth about the service."""
        desk = await self.house.console.desk(
            self.work.account, now=self.now, today=civil_date(self.now)
        )
        self.page(
            HTTPStatus.OK,
            "console_desk.html",
            desk=desk,
            in_words=in_words,
            deadline=deadline_in_words,
            horizon=date_in_words(desk.horizon),
        )


class FindHandler(ConsoleHandler):
    """Searching by any number."""

    @endpoint(
        Audience.STAFF,
        Right.SEE_DESK,
        "Find anything by its number, as a page",
        query=SearchQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """What it is and how it stands; nothing of anybody."""
        number = "".join(self.query(SearchQuery).q.split()).upper()
        found: list[Found] = []
        if number:
            found = list(await self.house.console.find(self.work.account, number))
        self.page(HTTPStatus.OK, "console_found.html", found=found, number=number)


class ConsoleStyleHandler(PageHandler):
    """The style sheet of the console, beside that of all pages."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The style sheet of the console",
        answers={200: CSS},
    )
    async def get(self) -> None:
        """Kept by browsers for an hour."""
        self.set_header("Cache-Control", "public, max-age=3600")
        style = (self.house.pages / "console.css").read_bytes()
        self.answer(HTTPStatus.OK, f"{CSS}; charset=utf-8", style)


ROUTES = [
    Route("/console", DeskHandler),
    Route("/console/find", FindHandler),
    Route("/console.css", ConsoleStyleHandler),
]
