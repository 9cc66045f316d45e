"""One way to call an outside system: time limits, a bounded pool, a circuit breaker, safe retries.

No address, header or body of a call reaches an error or a log: WeChat's addresses carry secrets
and the agencies' bodies carry people.
"""

import asyncio
import json
import random
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import NoReturn, Protocol
from urllib.parse import urlencode

import aiohttp
import certifi
import structlog
from yarl import URL

from adapters.breaker import Breaker
from domain.errors import Unavailable

_BODY_LIMIT = 8 * 1024 * 1024
_LONGEST_WAIT = 2.0
# Shorter than most servers': who uses a connection while it is being closed loses the call.
_KEPT = 5.0
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))

log = structlog.get_logger(__name__)


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


# How a system knows an attempt as ours: headers for its method, its path and query, and its body.
Sign = Callable[[str, str, bytes], Mapping[str, str]]


def _never(_: object) -> bool:
    return False


# What came of an attempt, and the name of its cause if that was no answer.
_Result = tuple[Answer | Outcome, str]


@dataclass(frozen=True, kw_only=True)
class _Call:
    """``takes`` is the media type of an answer that is taken as bytes; without one it is JSON."""

    method: str
    path: str
    params: Mapping[str, str] | None = field(default=None, repr=False)
    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
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
        auth: Sign | None = None,
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
        self._base = f"{system.base_url.removesuffix('/')}/"
        self._trusted = _trusted(system.ca_file)
        self._places = asyncio.Semaphore(system.connections)  # aiohttp is given no limit
        self._session: aiohttp.ClientSession | None = None

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
        content = b"" if payload is None else _JSON.encode(payload).encode()
        typed = {"Content-Type": "application/json"} if content else {}
        call = _Call(
            method=method,
            path=path,
            params=params,
            content=content,
            headers={**typed, **(headers or {})},
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
        if self._session is not None:
            await self._session.close()

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

    async def _exchange(self, call: _Call) -> _Result:
        """Failures are returned, not raised, so that no trace leads back to the request."""
        try:
            async with asyncio.timeout(self.system.total_seconds):
                if not await self._place():
                    return Outcome.CROWDED, "no connection is free"
                try:
                    return await self._sent(call)
                finally:
                    self._places.release()
        except (aiohttp.ClientError, TimeoutError, zlib.error) as error:
            return _failure(error), type(error).__name__

    async def _place(self) -> bool:
        """Wait for the right to a connection; whether one became free in time."""
        try:
            async with asyncio.timeout(self.system.connect_seconds):
                return await self._places.acquire()
        except TimeoutError:
            return False

    async def _sent(self, call: _Call) -> _Result:
        """Send, and judge the status before the body is read; redirects are not followed."""
        query = f"?{urlencode(call.params)}" if call.params else ""
        # Encoded once and for all: yarl would undo some of it.
        url = URL(f"{self._base}{call.path.lstrip('/')}{query}", encoded=True)
        signed = self._auth(call.method, url.raw_path_qs, call.content) if self._auth else {}
        async with self._connections().request(
            call.method,
            url,
            data=BytesIO(call.content) if call.content else None,  # a large one in pieces
            headers={**call.headers, **signed},
            allow_redirects=False,
        ) as response:
            if early := _early_outcome(response.status):
                return early, str(response.status)
            return _judged(response, await _content(response), call)

    def _connections(self) -> aiohttp.ClientSession:
        """All of them; made at the first call, for they belong to the loop that runs it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False,
                connector=aiohttp.TCPConnector(ssl=self._trusted, limit=0, keepalive_timeout=_KEPT),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept-Encoding": "gzip"},
                proxy=self.system.proxy,
                skip_auto_headers=("Content-Type",),
                timeout=aiohttp.ClientTimeout(connect=self.system.connect_seconds),
            )
            # It would send a GET once more whose connection broke; here ``safe`` alone decides.
            self._session._retry_connection = False  # noqa: SLF001 - there is no other way
        return self._session

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
        case aiohttp.ClientConnectorError() | aiohttp.ClientHttpProxyError():
            return Outcome.UNREACHABLE
        case aiohttp.ConnectionTimeoutError():
            return Outcome.UNREACHABLE
        case TimeoutError():
            return Outcome.TIMEOUT
        case zlib.error():
            return Outcome.MALFORMED
        case _:
            return Outcome.LOST


@cache
def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    """The authorities of the file alone; without one, the public ones. Loading takes a while."""
    context = ssl.create_default_context(cafile=ca_file or certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


def _early_outcome(status: int) -> Outcome | None:
    """What a status says by itself."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome.THROTTLED
    succeeded = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return None if succeeded or refused else Outcome.ERROR


async def _content(response: aiohttp.ClientResponse) -> bytes | None:
    """The body, unpacked, or None as soon as it is too large; raises zlib.error."""
    packed = response.headers.get("Content-Encoding", "").lower() == "gzip"
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS + 16)  # which is gzip's
    content = bytearray()
    async for chunk in response.content.iter_any():
        room = _BODY_LIMIT + 1 - len(content)
        content += unpack.decompress(chunk, room) if packed else chunk
        if len(content) > _BODY_LIMIT:
            return None
    return bytes(content)


def _judged(response: aiohttp.ClientResponse, content: bytes | None, call: _Call) -> _Result:
    status = response.status
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


def _as_bytes(response: aiohttp.ClientResponse, content: bytes, takes: str) -> _Result:
    if response.status >= HTTPStatus.BAD_REQUEST:
        return Answer(status=response.status, body=None), ""
    if response.headers.get("Content-Type", "").partition(";")[0].strip().lower() != takes:
        return Outcome.MALFORMED, "another media type"
    return Answer(status=response.status, body=content), ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")
