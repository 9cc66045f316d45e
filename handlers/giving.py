"""Files given out as nginx gives them: whole or in ranges, conditionally, at the reader's pace.

A file that lies on this machine goes from its page of memory to a plain socket without passing
through the program; any other is read piece by piece, the next once the last has gone.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO
from urllib.parse import quote

import structlog
from tornado.iostream import IOStream, SSLIOStream, StreamClosedError

from domain.errors import NotFound
from domain.media.ports import File, MediaStore, Stored
from handlers import problems, ranges
from handlers.base import BaseHandler
from handlers.endpoint import Endpoint, endpoints_of
from handlers.problems import HttpProblem
from handlers.ranges import Answer, Representation, Span

log = structlog.get_logger()

# A reader takes one in a minute, as slow as the sound of a lecture needs at the least.
PIECE = 256 * 1024
STALLED_SECONDS = 60
# Whether a reader still may read on is asked again after so much, or so long.
ASKED_BYTES, ASKED_SECONDS = 8 * 1024**2, 30
DIGITS = "0123456789"
# As long as nginx's, so that an answer of both is equally long.
BOUNDARY = 20
GONE = (StreamClosedError, ConnectionError, TimeoutError)
REFUSALS = {
    HTTPStatus.PRECONDITION_FAILED: (
        "precondition_failed",
        "文件已更新",
        "文件已更新，请重新打开。",
    ),
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: (
        "range_not_satisfiable",
        "请求的范围超出文件",
        "请求的范围不在文件之内。",
    ),
}


Still = Callable[[], Awaitable[bool]]


async def always() -> bool:
    """What nobody takes back while it is read."""
    return True


@dataclass
class Leave:
    """The leave to read on: a film goes on for hours, and so may the reading of it."""

    still: Still
    given: int = 0
    asked_at: float = field(default_factory=monotonic)

    async def after(self, size: int) -> None:
        """So much more was given; raises StreamClosedError when no more is to be."""
        self.given += size
        if self.given < ASKED_BYTES and monotonic() - self.asked_at < ASKED_SECONDS:
            return
        self.given, self.asked_at = 0, monotonic()
        if not await self.still():
            raise StreamClosedError


class FileHandler(BaseHandler):
    """A GET, and its HEAD, that end in a file."""

    _leave: Leave
    _out: socket.socket | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Of a HEAD that of its GET."""
        if self.request.method == "HEAD":
            return endpoints_of(type(self))["GET"]
        return super().endpoint

    async def give(
        self, file: File, *, store: MediaStore, hand_over: str = "", still: Still = always
    ) -> None:
        """Answer with the file, or leave it to the nginx in front, which then reads the headers.

        ``hand_over`` is the internal location under which nginx finds what the store keeps.
        ``still`` is asked again and again while we send; once it says no the connection is closed.

        Raises:
            NotFound: the store has lost it, which is logged.
        """
        self._leave = Leave(still)
        self.set_header("Content-Type", file.media_type)
        if hand_over:
            self.set_header("X-Accel-Redirect", f"{hand_over}{quote(file.key)}")
            self.set_status(HTTPStatus.OK)
            return
        shown = Representation(size=file.size, tag=f'"{file.sha256}"', changed_at=file.stored_at)
        decided = ranges.answer(self.request.headers, shown)
        if decided.status in REFUSALS:
            self._refuse(decided.status, shown)
            return
        self.set_status(decided.status)
        self.set_header("ETag", shown.tag)
        self.set_header("Last-Modified", shown.last_modified)
        parts = self._described(decided, file)
        if parts and self.request.method != "HEAD":
            await self._send(parts, file, store)

    def on_connection_close(self) -> None:
        """Nobody reads any more: what waits to be sent waits no longer."""
        if self._out is not None:
            with suppress(OSError):
                self._out.shutdown(socket.SHUT_RDWR)
        super().on_connection_close()

    def _refuse(self, status: HTTPStatus, shown: Representation) -> None:
        problem, _ = problems.describe(HttpProblem(status, *REFUSALS[status]), self.trace_id)
        if status is HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.set_header("Content-Range", f"bytes */{shown.size}")
        self.show_problem(problem)

    def _described(self, decided: Answer, file: File) -> Sequence[bytes | Span]:
        """The headers of an answer; what it is made of."""
        spans = decided.spans
        parts: Sequence[bytes | Span] = spans
        if decided.status is HTTPStatus.OK:
            self.set_header("Accept-Ranges", "bytes")
        if decided.status is HTTPStatus.PARTIAL_CONTENT and len(spans) == 1:
            self.set_header("Content-Range", spans[0].of(file.size))
        if len(spans) > 1:
            boundary = self.house.draw.pick(DIGITS, BOUNDARY)
            self.set_header("Content-Type", f"multipart/byteranges; boundary={boundary}")
            parts = _parts(spans, file, boundary)
        if spans:
            sizes = (part.size if isinstance(part, Span) else len(part) for part in parts)
            self.set_header("Content-Length", sum(sizes))
        return parts

    async def _send(self, parts: Sequence[bytes | Span], file: File, store: MediaStore) -> None:
        kept = await store.head(file.key)
        if kept is None or kept.size != file.size:
            log.error("file_lost", key=file.key, trace_id=self.trace_id)
            raise NotFound
        try:
            await self.flush()
            for part in parts:
                if isinstance(part, Span):
                    await self._send_span(part, kept, store)
                else:
                    await self._write(part)
        except GONE:
            # Whoever stopped a film, or went under a bridge, is no news.
            with suppress(StreamClosedError):
                self._stream.close()

    @property
    def _stream(self) -> IOStream:
        """Of who still listens; raises StreamClosedError: a closed one has no socket any more."""
        connection: Any = self.request.connection
        stream: IOStream | None = connection.stream
        if stream is None or stream.closed():
            raise StreamClosedError
        return stream

    async def _send_span(self, span: Span, kept: Stored, store: MediaStore) -> None:
        if kept.path and not isinstance(self._stream, SSLIOStream):
            with await asyncio.to_thread(Path(kept.path).open, "rb") as file:
                await self._hand(file, span)
            return
        pieces: Any = store.read(kept.key, start=span.start, end=span.end)
        async with aclosing(pieces):
            await self._write_all(pieces)

    async def _write_all(self, pieces: AsyncIterator[bytes]) -> None:
        async for piece in pieces:
            await self._write(piece)

    async def _write(self, piece: bytes) -> None:
        self.write(piece)
        async with asyncio.timeout(STALLED_SECONDS):
            await self.flush()
        await self._leave.after(len(piece))

    async def _hand(self, file: BinaryIO, span: Span) -> None:
        """From the file to the socket by sendfile; the stream has nothing left to write.

        The socket is doubled, so that the loop's watch of it is not the stream's.
        """
        at = span.start
        stream = self._stream
        with stream.socket.dup() as self._out:
            self._out.setblocking(False)
            while at < span.end:
                if stream.closed():
                    raise StreamClosedError
                async with asyncio.timeout(STALLED_SECONDS):
                    sent = await _sendfile(self._out, file, at, min(PIECE, span.end - at))
                if not sent:
                    log.error("file_cut_short", trace_id=self.trace_id)
                    raise StreamClosedError
                at += sent
                await self._leave.after(sent)
        self._out = None
        connection: Any = self.request.connection
        # What went past the connection it still expects, and would end the answer as too short.
        connection._expected_content_remaining -= span.size  # noqa: SLF001 - no public way


async def _sendfile(out: socket.socket, file: BinaryIO, at: int, size: int) -> int:
    """How many bytes went, once some could; 0 at the end of the file.

    The loop's own way of it tells nobody apart who went away from a file that cannot be sent so.
    """
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0)
    while True:
        with suppress(BlockingIOError):
            return os.sendfile(out.fileno(), file.fileno(), at, size)
        ready = asyncio.Event()
        loop.add_writer(out, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_writer(out)


def _parts(spans: Sequence[Span], file: File, boundary: str) -> Sequence[bytes | Span]:
    parts: list[bytes | Span] = []
    for span in spans:
        head = f"\r\n--{boundary}\r\nContent-Type: {file.media_type}\r\n"
        parts.append(f"{head}Content-Range: {span.of(file.size)}\r\n\r\n".encode())
        parts.append(span)
    return [*parts, f"\r\n--{boundary}--\r\n".encode()]
