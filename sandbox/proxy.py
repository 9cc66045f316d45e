"""``/backend/*`` is our API: the phone page and the API have one origin, as on a real phone.

Whatever is sent passes as it is, in both directions and piece by piece: methods, statuses,
uploads, downloads, Range, ETag, Authorization, If-Match, Idempotency-Key. Only the headers that
belong to a single connection are left out, and X-Forwarded-For is added.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import cast

import httpx
from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError
from tornado.web import stream_request_body

from sandbox.base import JsonHandler, RefusalError

PREFIX = "/backend"
MAX_BODY = 1 << 30
"""Bytes. To judge the size of a body is the API's business."""

_ONE_CONNECTION = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te"),
    *("trailer", "transfer-encoding", "upgrade", "host", "expect", "x-forwarded-for"),
}


class Upstream:
    """Where the API is, and the connections to it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(120, connect=5), follow_redirects=False, trust_env=False
        )

    async def send(self, request: httpx.Request) -> httpx.Response:
        """The answer with its body still to come; raises httpx.TransportError."""
        return await self._client.send(request, stream=True)

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()


@stream_request_body
class BackendHandler(JsonHandler):
    """One request on its way to the API, and the answer on its way back."""

    def initialize(self, *, upstream: Upstream) -> None:
        """Take the API's address."""
        self._upstream = upstream
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue(maxsize=4)
        self._answer: asyncio.Task[httpx.Response] | None = None

    def prepare(self) -> None:
        """Start to send before the body is here."""
        self._connection.set_max_body_size(MAX_BODY)
        headers = self.request.headers
        has_body = "Transfer-Encoding" in headers or headers.get("Content-Length", "0") != "0"
        request = httpx.Request(
            self.request.method or "",
            self._upstream.url.rstrip("/") + (self.request.uri or "").removeprefix(PREFIX),
            headers=[*_passing(headers.get_all()), ("X-Forwarded-For", self._forwarded_for())],
            content=self._body() if has_body else None,
        )
        self._answer = asyncio.create_task(self._upstream.send(request))

    async def data_received(self, chunk: bytes) -> None:
        """Pass a piece on; the API's pace is the sender's."""
        await self._offer(chunk)

    async def _forward(self) -> None:
        answer = self._begun()
        await self._offer(b"")
        await asyncio.wait({answer})
        if answer.cancelled():
            return
        if error := answer.exception():
            raise RefusalError(
                502, "api_unreachable", f"no answer from {self._upstream.url}"
            ) from error
        response = answer.result()
        try:
            await self._copy(response)
        except (StreamClosedError, httpx.TransportError):
            self._connection.close()  # half an answer must not look like a whole one
        finally:
            await response.aclose()

    get = head = post = put = patch = delete = options = _forward

    def on_connection_close(self) -> None:
        """Do not go on for a caller who left."""
        if self._answer:
            self._answer.cancel()

    async def _offer(self, piece: bytes) -> None:
        """Hand a piece over, or drop it when the API answered without waiting for it."""
        put = asyncio.ensure_future(self._pieces.put(piece))
        await asyncio.wait({put, self._begun()}, return_when=asyncio.FIRST_COMPLETED)
        put.cancel()

    async def _body(self) -> AsyncIterator[bytes]:
        while piece := await self._pieces.get():
            yield piece

    async def _copy(self, response: httpx.Response) -> None:
        self.set_status(response.status_code, response.reason_phrase)
        for ours in ("Server", "Content-Type", "Date"):
            self.clear_header(ours)
        raw = response.headers.raw
        for name, value in _passing((n.decode("latin-1"), v.decode("latin-1")) for n, v in raw):
            self.add_header(name, value)
        # Sent before the body, lest Tornado add an ETag or a length of its own.
        await self.flush()
        async for piece in response.aiter_raw():
            self.write(piece)
            await self.flush()
        await self.finish()

    @property
    def _connection(self) -> HTTP1Connection:
        return cast(HTTP1Connection, self.request.connection)

    def _begun(self) -> asyncio.Task[httpx.Response]:
        if self._answer is None:
            raise RuntimeError("prepare comes first")
        return self._answer

    def _forwarded_for(self) -> str:
        earlier = self.request.headers.get_list("X-Forwarded-For")
        return ", ".join([*earlier, self.request.remote_ip or ""])


def _passing(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are meant for the other end."""
    return [(name, value) for name, value in headers if name.lower() not in _ONE_CONNECTION]
