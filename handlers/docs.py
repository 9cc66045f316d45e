"""The API document, for programs and, without a line of script, for people."""

import json
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from handlers import openapi
from handlers.base import JSON, BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.pages import HTML, PageHandler


class OpenApiHandler(BaseHandler):
    """OpenAPI 3.1."""

    @endpoint(Audience.PUBLIC, Permission.READ_PUBLIC, "This document", answers={200: JSON})
    async def get(self) -> None:
        """Made once, at the start."""
        self.answer(HTTPStatus.OK, JSON, self.settings["openapi"])


class DocsHandler(PageHandler):
    """The document as a page."""

    @endpoint(
        Audience.PUBLIC, Permission.READ_PUBLIC, "This document as a page", answers={200: HTML}
    )
    async def get(self) -> None:
        """Works offline."""
        api: dict[str, Any] = json.loads(self.settings["openapi"])
        self.page(HTTPStatus.OK, "docs.html", api=api, pretty=_pretty)


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def program_version() -> str:
    """The version of this installation."""
    return version("credit-yuexiu")


ROUTES = [Route(openapi.ADDRESS, OpenApiHandler), Route("/docs", DocsHandler)]
