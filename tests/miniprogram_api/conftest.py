"""Fixtures of the WeChat edge's tests.

sandbox   the stand-ins, run as a process of their own for the session
outside   what calls WeChat's stand-in over HTTP
wechat    a WeChat that answers as a test tells it to, without HTTP
tokens    makes the access token kept from that WeChat, on the test's own clock
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tornado.ioloop import IOLoop

from adapters.outside import Outside, System
from miniprogram_api.client import Client
from miniprogram_api.stable_token import StableToken

ROOT = Path(__file__).parents[2]
APPID = "wx0123456789abcdef"
SECRET = "sandbox-wechat-secret"


class Sandbox:
    """The stand-ins at ``url``, and the hands that steer them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._hands = httpx.Client(base_url=url, trust_env=False)

    def personas(self) -> list[dict[str, str]]:
        """Everyone there is."""
        items: list[dict[str, str]] = self._hands.get("/sandbox/personas").json()["items"]
        return items

    def code(self, kind: str, openid: str) -> str:
        """What a phone gets from WeChat: of kind login or phone."""
        answer = self._hands.post(f"/sandbox/wx/{kind}", json={"openid": openid})
        return str(answer.raise_for_status().json()["code"])

    def fail(self, **fault: object) -> None:
        """Let WeChat misbehave."""
        self._hands.put("/sandbox/faults/wechat", json=fault).raise_for_status()

    def recover(self) -> None:
        """Back to normal."""
        self._hands.delete("/sandbox/faults/wechat").raise_for_status()

    def close(self) -> None:
        """Let go."""
        self._hands.close()


@pytest.fixture(scope="session")
def _process() -> Iterator[Sandbox]:
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0", "--until-stdin-closes"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        sandbox = Sandbox(json.loads(process.stdout.readline())["url"])
        yield sandbox
        sandbox.close()
        process.stdin.close()
        process.wait()


@pytest.fixture
def sandbox(_process: Sandbox) -> Iterator[Sandbox]:
    yield _process
    _process.recover()


@pytest.fixture
def outside(sandbox: Sandbox, io_loop: IOLoop) -> Iterator[Outside]:
    system = System(
        name="wechat", label="微信", base_url=f"{sandbox.url}/wechat", total_seconds=0.5
    )
    outside = Outside(system, observe=lambda **_: None)
    yield outside
    io_loop.run_sync(outside.aclose)


@dataclass(frozen=True)
class Answer:
    """What a caller brings back."""

    status: int
    body: object


@dataclass(frozen=True)
class Sent:
    """What was asked of WeChat."""

    method: str
    path: str
    params: Mapping[str, str]
    payload: object
    safe: bool


class WeChat:
    """Answers each path with its bodies, one after another, the last for ever."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.scripts: dict[str, list[object]] = {}
        self.open = asyncio.Event()
        self.open.set()
        self._arrivals = asyncio.Semaphore(0)

    def replies(self, path: str, *bodies: object) -> None:
        """Script a path: exceptions are raised, functions asked, pairs hold status and body."""
        self.scripts[path] = list(bodies)

    def asked(self, path: str) -> list[Sent]:
        """The requests to a path."""
        return [sent for sent in self.sent if sent.path == path]

    async def arrived(self, count: int) -> None:
        """Wait until so many more requests have come."""
        for _ in range(count):
            await self._arrivals.acquire()

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        payload: object = None,
        safe: bool = False,
        busy: Callable[[object], bool] = bool,
    ) -> Answer:
        """Take a request; answer it while ``open`` is set."""
        assert callable(busy)
        sent = Sent(method, path, params or {}, payload, safe)
        self.sent.append(sent)
        self._arrivals.release()
        await self.open.wait()
        await asyncio.sleep(0)  # as over a network, others come in between
        script = self.scripts[path]
        body = script.pop(0) if len(script) > 1 else script[0]
        if callable(body):
            body = body(sent)
        if isinstance(body, Exception):
            raise body
        return Answer(*body) if isinstance(body, tuple) else Answer(200, body)


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
