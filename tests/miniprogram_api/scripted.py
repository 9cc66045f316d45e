"""A WeChat that answers as a test tells it to, in place of HTTP."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass


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
        binary: bool = False,
    ) -> Answer:
        """Take a request; answer it while ``open`` is set. Only who takes bytes is given them."""
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
        assert binary or not isinstance(body, bytes)
        return Answer(*body) if isinstance(body, tuple) else Answer(200, body)
