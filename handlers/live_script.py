"""The script of pages that listen: one file, at an address that changes with its content."""

import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from domain.errors import NotFound
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint

SCRIPT = "text/javascript"
AT = "/console/scripts/"
FOR_EVER = "public, max-age=31536000, immutable"
DIGITS = 16


@lru_cache(maxsize=8)
def live_script(pages: Path) -> tuple[str, bytes]:
    """Its address and its content; none where the district's own pages have none."""
    if not (pages / "live.js").exists():
        return "", b""
    content = (pages / "live.js").read_bytes()
    return f"{AT}live.{hashlib.sha256(content).hexdigest()[:DIGITS]}.js", content


class LiveScriptHandler(BaseHandler):
    """The script, under the name that its content gives it."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The script of pages that listen to what happens",
        answers={200: SCRIPT},
        refusals=frozenset({404}),
    )
    async def get(self, name: str) -> None:
        """Kept by browsers for ever; under another name it is another script, and not here."""
        address, content = live_script(self.house.pages)
        if AT + name != address:
            raise NotFound
        self.set_header("Cache-Control", FOR_EVER)
        self.answer(HTTPStatus.OK, f"{SCRIPT}; charset=utf-8", content)


ROUTES = [Route(f"{AT}{{name}}", LiveScriptHandler)]
