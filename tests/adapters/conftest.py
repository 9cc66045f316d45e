"""Fixtures of the adapters' tests.

partner   an outside system on loopback HTTP that answers as a test tells it to
observed  what Outside reported of its attempts: (system, outcome)
naps      how long Outside would have waited between attempts
outside   makes an Outside that calls the partner, and closes it
"""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from adapters.outside import Outside, System


class Partner:
    """Answers with ``reply``: a body for 200, or (status, body); a body is bytes or JSON.

    An asynchronous iterator is sent piece by piece until the caller has enough.
    """

    def __init__(self) -> None:
        self.requests: list[HTTPServerRequest] = []
        self.headers: dict[str, str] = {}
        self.reply: Callable[[HTTPServerRequest], object] = lambda _: {}
        self.url = ""

    def replies(self, *script: object) -> None:
        """One after another; the last for ever."""
        left = list(script)
        self.reply = lambda _: left.pop(0) if len(left) > 1 else left[0]


class _Everything(RequestHandler):
    def initialize(self, partner: Partner) -> None:
        self._partner = partner

    async def _answer(self) -> None:
        self._partner.requests.append(self.request)
        reply = self._partner.reply(self.request)
        if isinstance(reply, Awaitable):
            reply = await reply
        if isinstance(reply, AsyncIterator):
            await self._trickle(reply)
            return
        status, body = reply if isinstance(reply, tuple) else (200, reply)
        self.set_status(status)
        for name, value in self._partner.headers.items():
            self.set_header(name, value)
        self.finish(body if isinstance(body, bytes) else json.dumps(body))

    async def _trickle(self, pieces: AsyncIterator[bytes]) -> None:
        with suppress(StreamClosedError):
            async for piece in pieces:
                self.write(piece)
                await self.flush()

    get = post = _answer


@pytest.fixture
def partner(io_loop: IOLoop) -> Iterator[Partner]:
    partner = Partner()
    routes = [("/.*", _Everything, {"partner": partner})]
    server = HTTPServer(Application(routes, log_function=lambda _: None))
    socket, port = bind_unused_port()
    server.add_socket(socket)
    partner.url = f"http://127.0.0.1:{port}/base"
    yield partner
    server.stop()
    io_loop.run_sync(server.close_all_connections)


@pytest.fixture
def observed() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def outside(
    io_loop: IOLoop, partner: Partner, observed: list[tuple[str, str]], naps: list[float]
) -> Iterator[Callable[..., Outside]]:
    made: list[Outside] = []

    def observe(*, system: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        observed.append((system, outcome))

    async def sleep(seconds: float) -> None:
        naps.append(seconds)

    def make(
        auth: httpx.Auth | None = None,
        clock: Callable[[], float] = time.monotonic,
        **limits: Any,
    ) -> Outside:
        system = System(
            **{"name": "partner", "label": "对方系统", "base_url": partner.url} | limits
        )
        made.append(Outside(system, auth=auth, clock=clock, sleep=sleep, observe=observe))
        return made[-1]

    yield make
    for each in made:
        io_loop.run_sync(each.aclose)
