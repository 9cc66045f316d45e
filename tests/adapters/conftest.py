"""Fixtures of the adapters' tests.

partner   an outside system on loopback HTTP that answers as a test tells it to
observed  what Outside reported of its attempts: (system, outcome)
naps      how long Outside would have waited between attempts
outside   makes an Outside that calls the partner, and closes it
logged    what the callers of outside systems log
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.testing import LogCapture
from structlog.typing import EventDict
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application

import adapters.agencies.answers
import adapters.outside
from adapters.outside import Outside, Sign, System
from tests.stand_ins import Partner, PartnerHandler, capturing


@pytest.fixture
def partner(io_loop: IOLoop) -> Iterator[Partner]:
    partner = Partner()
    routes = [("/.*", PartnerHandler, {"partner": partner})]
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
        auth: Sign | None = None,
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


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[EventDict]:
    capture = LogCapture()
    for module in (adapters.outside, adapters.agencies.answers):
        monkeypatch.setattr(module, "log", capturing(capture))
    return capture.entries
