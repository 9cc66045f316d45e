"""One way to call an outside system: time limits, a bounded pool, a circuit breaker, safe retries.

No address, header or body of a call reaches an error or a log: WeChat's addresses carry secrets
and the agencies' bodies carry people.
"""

import asyncio
import json
import logging
import random
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn, Protocol

import httpx
import structlog

from adapters.breaker import Breaker
from domain.errors import Unavailable

_BODY_LIMIT = 8 * 1024 * 1024
_LONGEST_WAIT = 2.0

log = structlog.get_logger(__name__)

# httpx logs every whole address at INFO; what the operator needs is logged here.
logging.getLogger("httpx").addFilter(lambda _: False)


class Outcome(StrEnum):
    """How one attempt ended: the metric's label."""

    OK = "ok"
    REFUSED = "refused"
    THROTTLED = "throttled"
    BUSY = "busy"
    ERROR = "error"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    MALFORMED = "malformed"
    OVERSIZED = "oversized"
    CROWDED = "crowded"
    RESTING = "resting"
    LOST = "lost"


# What says that the other side is in trouble: it counts towards resting and may be tried again.
_TROUBLE = frozenset(
    {
        Outcome.BUSY,
        Outcome.ERROR,
        Outcome.TIMEOUT,
        Outcome.UNREACHABLE,
        Outcome.LOST,
        Outcome.MALFORMED,
    }
)
# Nothing of the request left, or it was turned away at the door.
_UNSENT = frozenset({Outcome.UNREACHABLE, Outcome.CROWDED, Outcome.RESTING, Outcome.THROTTLED})
_SENTENCES = {
    Outcome.THROTTLED: "{}提示请求过于频繁，请稍后再试。",
    Outcome.BUSY: "{}繁忙，请稍后再试。",
    Outcome.ERROR: "{}出现故障，请稍后再试。",
    Outcome.TIMEOUT: "{}响应超时，请稍后再试。",
    Outcome.UNREACHABLE: "{}暂时无法连接，请稍后再试。",
    Outcome.LOST: "与{}的连接中断，请稍后再试。",
    Outcome.MALFORMED: "{}的答复无法识别，请稍后再试。",
    Outcome.OVERSIZED: "{}的答复过大，无法处理。",
    Outcome.CROWDED: "等待{}的请求过多，请稍后再试。",
    Outcome.RESTING: "{}近期连续故障，已暂停访问，请稍后再试。",
}


@dataclass(frozen=True, kw_only=True)
class System:
    """An outside system: its ``name`` in metrics, its ``label`` in sentences, and its limits.

    ``connect_seconds`` bounds the wait for a free connection, and that for opening one. With a
    ``ca_file`` only its authorities are trusted; with a ``proxy`` every call goes through it.
    """

    name: str
    label: str
    base_url: str
    ca_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    connect_seconds: float = 3.0
    total_seconds: float = 8.0
    connections: int = 12
    attempts: int = 3
    failures_to_rest: int = 5
    rest_seconds: float = 15.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status below 500 and the parsed JSON; None where a refusal carried none.

    ``body`` is bytes where bytes were asked for, or ``binary`` was and this is no JSON.
    """

    status: int
    body: object = field(repr=False)


class Observe(Protocol):
    """Where every attempt is counted and timed."""

    def __call__(self, *, system: str, outcome: str, seconds: float) -> None:
        """Take one attempt."""


def _never(_: object) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class _Call:
    """``takes`` is the media type of an answer that is taken as bytes; without one it is JSON."""

    method: str
    path: str
    params: Mapping[str, str] | None = field(default=None, repr=False)
    payload: object = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    takes: str | None = None
    binary: bool = False
    busy: Callable[[object], bool] = _never


class Outside:
    """The calls to one outside system. Close it with ``aclose``."""

    def __init__(
        self,
        system: System,
        *,
        observe: Observe,
        auth: httpx.Auth | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.system = system
        self._observe = observe
        self._clock = clock
        self._sleep = sleep
        self._breaker = Breaker(
            failures_to_rest=system.failures_to_rest, rest_seconds=system.rest_seconds
        )
        self._auth = auth
        self._trusted = _trust(system.ca_file)
        # Who waits, waits here, and each connection is a pool of its own: a pool looks through all
        # its waiters and asks every connection whether it is still there, at every step.
        self._places = asyncio.Semaphore(system.connections)
        self._clients: list[httpx.AsyncClient] = []
        self._resting: list[httpx.AsyncClient] = []

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        payload: object = None,
        headers: Mapping[str, str] | None = None,
        safe: bool = False,
        busy: Callable[[object], bool] = _never,
        binary: bool = False,
    ) -> Answer:
        """Send one request, ``payload`` as JSON; again, a little later, only if it is ``safe``.

        ``busy`` knows an answer that asks to come back although its status says success.
        With ``binary`` a success that is no JSON, such as an image, is given as its bytes.

        Raises:
            Unavailable: no usable answer; permanent only if it was too large to take.
        """
        call = _Call(
            method=method,
            path=path,
            params=params,
            payload=payload,
            headers=headers,
            busy=busy,
            binary=binary,
        )
        return await self._called(call, safe=safe)

    async def exchange(self, path: str, content: bytes, *, sends: str, takes: str) -> Answer:
        """Post bytes of one media type for bytes of another; for what is safe to send again.

        Raises:
            Unavailable: no usable answer, as for ``call``.
        """
        headers = {"Content-Type": sends, "Accept": takes}
        call = _Call(method="POST", path=path, content=content, headers=headers, takes=takes)
        return await self._called(call, safe=True)

    async def _called(self, call: _Call, *, safe: bool) -> Answer:
        result = await self._attempt(call)
        for retry in range(self.system.attempts - 1 if safe else 0):
            if isinstance(result, Answer) or result not in _TROUBLE:
                break
            # Full jitter, so that the clients of one outage do not come back together.
            longest = min(_LONGEST_WAIT, 0.2 * 2**retry)
            await self._sleep(random.uniform(0, longest))  # noqa: S311 - guards nothing
            result = await self._attempt(call)
        return result if isinstance(result, Answer) else self._refuse(result)

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._clients:
            await client.aclose()

    async def _attempt(self, call: _Call) -> Answer | Outcome:
        started = self._clock()
        let_through = self._breaker.rests
        if not self._breaker.admits(started):
            self._observe(system=self.system.name, outcome=Outcome.RESTING, seconds=0.0)
            return Outcome.RESTING
        try:
            result, cause = await self._exchange(call)
        except asyncio.CancelledError:
            if let_through:
                self._breaker.gave_up(self._clock())
            raise
        ended = self._clock()
        if isinstance(result, Answer):
            refused = result.status >= HTTPStatus.BAD_REQUEST
            outcome = Outcome.REFUSED if refused else Outcome.OK
            self._breaker.succeeded()
        else:
            outcome = result
            log.warning(
                "outside_call_failed",
                system=self.system.name,
                path=call.path,
                outcome=outcome.value,
                cause=cause,
            )
            if outcome in _TROUBLE:
                self._breaker.failed(ended)
        self._observe(system=self.system.name, outcome=outcome, seconds=ended - started)
        return result

    async def _exchange(self, call: _Call) -> tuple[Answer | Outcome, str]:
        """One request and what came of it, with the name of the cause.

        Failures are returned, not raised, so that no trace leads back to the request.
        """
        try:
            async with (
                asyncio.timeout(self.system.total_seconds),
                self._place() as client,
                client.stream(
                    call.method,
                    call.path,
                    params=call.params,
                    json=call.payload,
                    content=call.content,
                    headers=call.headers,
                ) as response,
            ):
                if early := _early_outcome(response.status_code):
                    return early, str(response.status_code)
                content = await _content(response)
        except (httpx.HTTPError, TimeoutError) as error:
            return _failure(error), type(error).__name__
        return _judged(response, content, call)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[httpx.AsyncClient]:
        """One of the connections, the one used last; raises PoolTimeout if none is free in time."""
        try:
            async with asyncio.timeout(self.system.connect_seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("no connection is free") from error
        client = self._resting.pop() if self._resting else self._connection()
        try:
            yield client
        finally:
            self._resting.append(client)
            self._places.release()

    def _connection(self) -> httpx.AsyncClient:
        """One more."""
        system = self.system
        client = httpx.AsyncClient(
            base_url=system.base_url,
            auth=self._auth,
            timeout=httpx.Timeout(
                system.total_seconds, connect=system.connect_seconds, pool=system.connect_seconds
            ),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            verify=self._trusted,
            proxy=system.proxy,
            trust_env=False,
        )
        self._clients.append(client)
        return client

    def _refuse(self, outcome: Outcome) -> NoReturn:
        raise Unavailable(
            _SENTENCES[outcome].format(self.system.label),
            system=self.system.name,
            permanent=outcome is Outcome.OVERSIZED,
            unsent=outcome in _UNSENT,
        )


def _failure(error: Exception) -> Outcome:
    """Where an exchange broke: only before the connection stood is it sure that nothing left."""
    match error:
        case httpx.PoolTimeout():
            return Outcome.CROWDED
        case httpx.ConnectTimeout():
            return Outcome.UNREACHABLE
        case httpx.TimeoutException() | TimeoutError():
            return Outcome.TIMEOUT
        case httpx.ConnectError() | httpx.ProxyError():
            return Outcome.UNREACHABLE
        case httpx.DecodingError():
            return Outcome.MALFORMED
        case _:
            return Outcome.LOST


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """The authorities of the file alone; without one, the public authorities."""
    return _public() if ca_file is None else ssl.create_default_context(cafile=ca_file)


@cache
def _public() -> ssl.SSLContext:
    """Loaded once for all systems: it takes a while."""
    return httpx.create_ssl_context(trust_env=False)


def _early_outcome(status: int) -> Outcome | None:
    """What a status says before the body is read; redirects are not followed."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome.THROTTLED
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    return Outcome.ERROR


async def _content(response: httpx.Response) -> bytes | None:
    """The body, or None as soon as it is too large."""
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > _BODY_LIMIT:
            return None
    return bytes(content)


def _judged(
    response: httpx.Response, content: bytes | None, call: _Call
) -> tuple[Answer | Outcome, str]:
    status = response.status_code
    if content is None:
        return Outcome.OVERSIZED, f"more than {_BODY_LIMIT} bytes"
    if call.takes is not None:
        return _as_bytes(response, content, call.takes)
    try:
        body: object = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        refused = status >= HTTPStatus.BAD_REQUEST
        if refused or call.binary:
            return Answer(status=status, body=None if refused else content), ""
        return Outcome.MALFORMED, type(error).__name__
    if call.busy(body):
        return Outcome.BUSY, "said so"
    return Answer(status=status, body=body), ""


def _as_bytes(response: httpx.Response, content: bytes, takes: str) -> tuple[Answer | Outcome, str]:
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        return Answer(status=response.status_code, body=None), ""
    if response.headers.get("Content-Type", "").partition(";")[0].strip().lower() != takes:
        return Outcome.MALFORMED, "another media type"
    return Answer(status=response.status_code, body=content), ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")
