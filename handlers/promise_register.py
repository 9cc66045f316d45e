"""The public register of promises: for programs, and as pages."""

from datetime import date
from http import HTTPStatus

from pydantic import Field

from domain.pages import Page
from domain.promises.register import MOST, Entry
from domain.promises.templates import KINDS, PromiseKind
from domain.time import civil_date, date_in_words
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import OneLine, Output, PageQuery
from handlers.pages import HTML, PageHandler
from handlers.promise_views import KindName, LineView

OF = "promise-register"


class RegisterQuery(PageQuery):
    """Which page, and what is looked for."""

    q: OneLine = Field(default="", max_length=MOST, title="查找内容")


class EntryView(Output):
    """A promise as everybody may see it; a natural person's name is masked."""

    code: str
    name: str
    uscc: str | None
    kind: KindName
    kind_label: str
    title: str
    signed_on: date
    until: date
    state: str = Field(description="How it is performed, in words")
    lines: list[LineView]


class EntryViews(Output):
    """Newest first."""

    items: list[EntryView]
    next: str | None


def show_entry(entry: Entry) -> EntryView:
    """An entry as JSON."""
    return EntryView(
        code=entry.code,
        name=entry.name,
        uscc=entry.uscc,
        kind=entry.kind,  # type: ignore[arg-type]  # stored as the enum's value
        kind_label=KINDS[PromiseKind(entry.kind)],
        title=entry.title,
        signed_on=entry.signed_on,
        until=entry.until,
        state=entry.state,
        lines=[LineView(label=line.label, value=line.value) for line in entry.lines],
    )


class _Searching(BaseHandler):
    async def found(self, query: RegisterQuery) -> Page[Entry]:
        return await self.house.register.search(
            query.q, today=civil_date(self.now), ask=self.ask(query, of=f"{OF}:{query.q}")
        )

    def more(self, page: Page[Entry], query: RegisterQuery) -> str | None:
        return self.next_cursor(page, of=f"{OF}:{query.q}")


class RegisterHandler(_Searching):
    """Searching."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "Search the public register of promises",
        query=RegisterQuery,
        answers={200: EntryViews},
        rate="register",
    )
    async def get(self) -> None:
        """By promise code, uscc or part of an organisation's name; of nothing, the newest."""
        query = self.query(RegisterQuery)
        page = await self.found(query)
        items = [show_entry(entry) for entry in page.items]
        self.show(HTTPStatus.OK, EntryViews(items=items, next=self.more(page, query)))


class EntryHandler(BaseHandler):
    """One entry."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "One promise of the public register",
        answers={200: EntryView},
        refusals=frozenset({404}),
        rate="register",
    )
    async def get(self, promise_code: str) -> None:
        """While it is shown."""
        entry = await self.house.register.get(promise_code, today=civil_date(self.now))
        self.show(HTTPStatus.OK, show_entry(entry))


class RegisterPageHandler(PageHandler, _Searching):
    """The page to search."""

    back = ("/promises", "返回承诺公示")

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "Search the public register of promises, as a page",
        query=RegisterQuery,
        answers={200: HTML},
        rate="register",
    )
    async def get(self) -> None:
        """The same, to be read."""
        query = self.query(RegisterQuery)
        page = await self.found(query)
        self.page(
            HTTPStatus.OK,
            "promise_register.html",
            entries=[show_entry(entry) for entry in page.items],
            words=query.q,
            next=self.more(page, query),
            in_words=date_in_words,
        )


class EntryPageHandler(PageHandler):
    """One entry as a page."""

    back = ("/promises", "返回承诺公示")

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "One promise of the public register, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
        rate="register",
    )
    async def get(self, promise_code: str) -> None:
        """While it is shown."""
        entry = await self.house.register.get(promise_code, today=civil_date(self.now))
        self.page(
            HTTPStatus.OK,
            "promise_entry.html",
            entry=show_entry(entry),
            in_words=date_in_words,
        )


ROUTES = [
    Route("/v1/promise-register", RegisterHandler),
    Route("/v1/promise-register/{promise_code}", EntryHandler),
    Route("/promises", RegisterPageHandler),
    Route("/promises/{promise_code}", EntryPageHandler),
]
