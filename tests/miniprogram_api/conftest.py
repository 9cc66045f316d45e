"""Fixtures of the WeChat edge's tests.

stand_ins  the sandbox's hands
outside    what calls WeChat's stand-in over HTTP
wechat     a WeChat that answers as a test tells it to, without HTTP
tokens     makes the access token kept from that WeChat, on the test's own clock
logged     what the edge logs
"""

from collections.abc import Callable, Iterator

import pytest
from structlog.testing import LogCapture
from structlog.typing import EventDict
from tornado.ioloop import IOLoop

import adapters.outside
import miniprogram_api.client
import miniprogram_api.errors
import miniprogram_api.stable_token
from adapters.outside import Outside, System
from miniprogram_api.client import Client
from miniprogram_api.stable_token import StableToken
from tests.miniprogram_api.scripted import WeChat
from tests.stand_ins import StandIns, capturing

APPID = "wx0123456789abcdef"
SECRET = "sandbox-wechat-secret"


@pytest.fixture
def stand_ins(sandbox: str) -> Iterator[StandIns]:
    stand_ins = StandIns(sandbox)
    yield stand_ins
    stand_ins.close()


@pytest.fixture
def outside(stand_ins: StandIns, io_loop: IOLoop) -> Iterator[Outside]:
    system = System(
        name="wechat", label="微信", base_url=f"{stand_ins.url}/wechat", total_seconds=0.5
    )
    outside = Outside(system, observe=lambda **_: None)
    yield outside
    io_loop.run_sync(outside.aclose)


@pytest.fixture
def wechat(io_loop: IOLoop) -> WeChat:
    assert io_loop
    return WeChat()


@pytest.fixture
def tokens(wechat: WeChat) -> Callable[..., StableToken]:
    def make(clock: Callable[[], float] = lambda: 0.0) -> StableToken:
        client = Client(wechat)
        return StableToken(client, appid=APPID, secret=SECRET, clock=clock, jitter=lambda: 10.0)

    return make


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[EventDict]:
    capture = LogCapture()
    for module in (
        adapters.outside,
        miniprogram_api.client,
        miniprogram_api.errors,
        miniprogram_api.stable_token,
    ):
        monkeypatch.setattr(module, "log", capturing(capture))
    return capture.entries
