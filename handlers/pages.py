"""Pages for browsers, from the templates of content/, with a strict content security policy."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import cast

from tornado.template import Loader

from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.problems import Problem

HTML = "text/html"
CSS = "text/css"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

# Of a page that listens: our own script, and the socket it opens.
LIVE_POLICY = "script-src 'self'; connect-src 'self' {sockets}; "
# Of a page with a script of its own, and what it plays.
SCRIPT_POLICY = "script-src 'self'; connect-src 'self'; media-src 'self'; "

_LOADERS: dict[Path, Loader] = {}


class PageHandler(BaseHandler):
    """Shows pages; a browser gets its failures in words, a program as problem documents."""

    # Where a page that tells of a failure leads back to.
    back = ("/v/", "返回核验页面")
    problem_page = "problem.html"
    # Whether the page that is shown listens to what happens: only such a one may run a script.
    live = False
    # The scripts of a page that has its own.
    scripts: Sequence[str] = ()

    def page(self, status: int, template: str, **values: object) -> None:
        """Answer with a page; every value is escaped. One that is ``live`` listens."""
        self.live = bool(values.pop("live", False))
        self.scripts = cast("Sequence[str]", values.pop("scripts", ()))
        self.show_page(status, self.written(template, values))

    async def long_page(self, status: int, template: str, **values: object) -> None:
        """Answer with a page of thousands of lines, written while others are served."""
        self.show_page(status, await asyncio.to_thread(self.written, template, values))

    def written(self, template: str, values: Mapping[str, object]) -> bytes:
        """The page, with what stands on every page; ``listed``, search engines may find it."""
        house = self.house
        said = {"sample": house.sample, "telephone": house.office.telephone, "listed": False}
        return self._loader().load(template).generate(**{**said, **values})

    def show_page(self, status: int, page: bytes) -> None:
        """Answer with a page that is written."""
        self.set_header("Content-Security-Policy", self._policy())
        self.set_header("Referrer-Policy", "no-referrer")
        self.answer(status, f"{HTML}; charset=utf-8", page)

    def show_problem(self, problem: Problem) -> None:
        """In words for who asks for a page."""
        if HTML in self.request.headers.get("Accept", ""):
            self.page(problem.status, self.problem_page, problem=problem, back=self.back)
            self.finish()
        else:
            super().show_problem(problem)

    def _policy(self) -> str:
        if not self.live:
            return SCRIPT_POLICY + POLICY if self.scripts else POLICY
        sockets = self.house.public_url.replace("http", "ws", 1)
        return LIVE_POLICY.format(sockets=sockets) + POLICY

    def _loader(self) -> Loader:
        pages = self.house.pages
        return _LOADERS.setdefault(pages, Loader(str(pages)))


class StyleHandler(BaseHandler):
    """The one style sheet of all pages."""

    @endpoint(
        Audience.PUBLIC, Permission.READ_PUBLIC, "The style sheet of the pages", answers={200: CSS}
    )
    async def get(self) -> None:
        """Kept by browsers for an hour."""
        self.set_header("Cache-Control", "public, max-age=3600")
        style = (self.house.pages / "pages.css").read_bytes()
        self.answer(HTTPStatus.OK, f"{CSS}; charset=utf-8", style)


ROUTES = [Route("/pages.css", StyleHandler)]
