"""What was made of a file, for the staff to look at before anybody else does.

One range of bytes is enough for the player of a browser. Whoever else is given a file comes by
another way, with every form of ranges.
"""

import re
from contextlib import suppress
from http import HTTPStatus

from tornado.iostream import StreamClosedError

from domain.errors import NotFound
from domain.media.ports import File
from domain.staff.roles import Right
from handlers.console import ConsoleHandler
from handlers.console_media import BYTES, ONE
from handlers.endpoint import Audience, Route, endpoint

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# Shows pictures and plays; runs nothing.
POLICY = "default-src 'none'; sandbox"
ONLY_SAVED = "application/pdf"


class MediaBytesHandler(ConsoleHandler):
    """One file of a rendition."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "A file that was made of a file of a lecture",
        answers={200: BYTES},
        refusals=frozenset({404}),
    )
    async def get(self, asset_id: str, rendition: str, name: str) -> None:
        """All of it, or the range that the player asks for."""
        media = self.house.media
        file = await media.files.file(asset_id=asset_id, rendition=rendition, name=name)
        if file is None:
            raise NotFound
        self._say(file)
        wanted = one_range(self.request.headers.get("Range", ""), file.size)
        if wanted is None:
            self.set_status(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.set_header("Content-Range", f"bytes */{file.size}")
            return
        start, end = wanted
        if (start, end) != (0, file.size):
            self.set_status(HTTPStatus.PARTIAL_CONTENT)
            self.set_header("Content-Range", f"bytes {start}-{end - 1}/{file.size}")
        self.set_header("Content-Length", end - start)
        # A player that has enough hangs up.
        with suppress(StreamClosedError):
            async for piece in media.store.read(file.key, start=start, end=end):
                self.write(piece)
                await self.flush()

    def _say(self, file: File) -> None:
        self.set_header("Content-Type", file.media_type)
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("ETag", f'"{file.sha256}"')
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Content-Security-Policy", POLICY)
        way = "attachment" if file.media_type == ONLY_SAVED else "inline"
        self.set_header("Content-Disposition", f'{way}; filename="{file.name}"')


def one_range(header: str, size: int) -> tuple[int, int] | None:
    """From where up to where, all where none is asked for; None for what is not there."""
    found = RANGE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        return 0, size
    if not found[1]:
        last = min(int(found[2]), size)
        return (size - last, size) if last else None
    start, end = int(found[1]), min(int(found[2]) + 1 if found[2] else size, size)
    return (start, end) if start < end else None


ROUTES = [Route(f"{ONE}/{{rendition}}/{{name}}", MediaBytesHandler)]
