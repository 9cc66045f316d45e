"""The scripts of pages of the console: each a file, at an address that changes with its content."""

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
LIVE, UPLOAD, TIMELINE, OUTLINE = "live", "upload", "timeline", "outline"
SCRIPTS = (LIVE, UPLOAD, TIMELINE, OUTLINE)


@lru_cache(maxsize=32)
def page_script(pages: Path, name: str) -> tuple[str, bytes]:
    """Its address and its content; none where the district's own pages have none."""
    file = pages / f"{name}.js"
    if not file.exists():
        return "", b""
    content = file.read_bytes()
    return f"{AT}{name}.{hashlib.sha256(content).hexdigest()[:DIGITS]}.js", content


def live_script(pages: Path) -> tuple[str, bytes]:
    """The one of pages that listen."""
    return page_script(pages, LIVE)


class LiveScriptHandler(BaseHandler):
    """A script, under the name that its content gives it."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "A script of pages of the console",
        answers={200: SCRIPT},
        refusals=frozenset({404}),
    )
    async def get(self, name: str) -> None:
        """Kept by browsers for ever; under another name it is another script, and not here."""
        for script in SCRIPTS:
            address, content = page_script(self.house.pages, script)
            if AT + name == address:
                self.set_header("Cache-Control", FOR_EVER)
                self.answer(HTTPStatus.OK, f"{SCRIPT}; charset=utf-8", content)
                return
        raise NotFound


ROUTES = [Route(f"{AT}{{name}}", LiveScriptHandler)]
