"""Files given out as nginx gives them: whole or in ranges, conditionally, at the reader's pace.

A file that lies on this machine goes from its page of memory to a plain socket without passing
through the program, all but short spans, which leave together with the head of their answer; any
other is read piece by piece, the next once the last has gone.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from io import FileIO
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

import structlog
from tornado.iostream import IOStream, SSLIOStream, StreamClosedError

from domain.errors import NotFound
from domain.media.ports import File, MediaStore
from handlers import problems, ranges
from handlers.base import BaseHandler
from handlers.endpoint import Endpoint, endpoints_of
from handlers.problems import HttpProblem
from handlers.ranges import Answer, Representation, Span

log = structlog.get_logger()

# A reader takes one in a minute, as slow as the sound of a lecture needs at the least.
PIECE = 1024 * 1024
# Up to here reading a span and writing it is less work than to hand it over.
SHORT = 64 * 1024
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
        path = store.path(file.key)
        try:
            if path and not isinstance(self._stream, SSLIOStream):
                await self._send_here(parts, file, path)
            else:
                await self._send_from(store, parts, file)
        except FileNotFoundError:
            raise self._lost(file) from None
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

    async def _send_here(self, parts: Sequence[bytes | Span], file: File, path: str) -> None:
        with _opened(path, file.size) as kept:
            for part in parts:
                if isinstance(part, bytes):
                    self.write(part)
                elif part.size <= SHORT:
                    await self._copy(kept, part)
                else:
                    await self._flush()
                    await self._hand(kept, part)
            await self._flush()

    async def _send_from(
        self, store: MediaStore, parts: Sequence[bytes | Span], file: File
    ) -> None:
        kept = await store.head(file.key)
        if kept is None or kept.size != file.size:
            raise FileNotFoundError
        for part in parts:
            if isinstance(part, bytes):
                await self._write(part)
                continue
            pieces: Any = store.read(file.key, start=part.start, end=part.end)
            async with aclosing(pieces):
                async for piece in pieces:
                    await self._write(piece)

    async def _write(self, piece: bytes) -> None:
        self.write(piece)
        await self._flush()
        await self._leave.after(len(piece))

    async def _flush(self) -> None:
        async with asyncio.timeout(STALLED_SECONDS):
            await self.flush()

    def _lost(self, file: File) -> NotFound:
        log.error("file_lost", key=file.key, trace_id=self.trace_id)
        return NotFound()

    def _cut_short(self) -> StreamClosedError:
        log.error("file_cut_short", trace_id=self.trace_id)
        return StreamClosedError()

    async def _copy(self, file: FileIO, span: Span) -> None:
        """Through the program, with what is to be written already."""
        piece = os.pread(file.fileno(), span.size, span.start)
        if len(piece) < span.size:
            raise self._cut_short()
        await self._write(piece)

    async def _hand(self, file: FileIO, span: Span) -> None:
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
                    raise self._cut_short()
                at += sent
                await self._leave.after(sent)
        self._out = None
        connection: Any = self.request.connection
        # What went past the connection it still expects, and would end the answer as too short.
        connection._expected_content_remaining -= span.size  # noqa: SLF001 - no public way


@contextmanager
def _opened(path: str, size: int) -> Iterator[FileIO]:
    """In the loop, as nginx does: a thread takes longer than the opening.

    Raises FileNotFoundError when it is not there as it was kept.
    """
    with Path(path).open("rb", buffering=0) as kept:
        if os.fstat(kept.fileno()).st_size != size:
            raise FileNotFoundError
        yield kept


async def _sendfile(out: socket.socket, file: FileIO, at: int, size: int) -> int:
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
