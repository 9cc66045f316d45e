"""The live socket, and the passes that open it. docs/live.md says what goes over it."""

import asyncio
import re
import struct
from collections.abc import Awaitable
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

from pydantic import Field
from tornado.iostream import IOStream, StreamBufferFullError, StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from domain.errors import DomainError, Kind, Unavailable
from domain.live.following import Side
from domain.live.hub import Ending, Full, Seat
from domain.live.passes import LASTS, LivePass, PassRefused
from domain.live.presence import Doing
from domain.live.sequence import Place
from domain.staff.roles import Right
from handlers import problems
from handlers.base import BaseHandler
from handlers.console import ConsoleForm, ConsoleHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Output

PASS_SECONDS = 5
FLUSH_SECONDS = 20
PING_SECONDS = 30
LONGEST_FRAME = 4096
# A slow reader's frames wait here; who is further behind comes back and resumes.
WAITING_BYTES = 64 * 1024
MOST_STREAMS = 50
# Frames that may come at once, and how many more each second.
BURST, PER_SECOND = 20.0, 2.0

GOING, LATER = 1001, 1013
WHOLE_TEXT, LENGTH_IN_TWO, LENGTH_IN_EIGHT, MOST_IN_TWO = 0x81, 126, 127, 0xFFFF
# The origin of a page, and the one of WeChat's own tools for mini programs.
PAGE = re.compile(r"https?:|null$", re.IGNORECASE)
WECHAT = "https://servicewechat.com"
BAD_FRAME, NO_PASS, SLOW, FLOOD = 4400, 4401, 4408, 4429
ENDINGS = {
    Ending.SESSION_OVER: (NO_PASS, "登录已结束，请重新登录。"),
    Ending.CROWDED: (FLOOD, "打开的实时连接过多。"),
    Ending.SLOW: (SLOW, "接收过慢，请重新连接。"),
    Ending.STOPPING: (GOING, "服务正在重启，请稍后重新连接。"),
}


class ForeignOrigin(DomainError):
    """A page of another site opens the socket."""

    code = "foreign_origin"
    kind = Kind.FORBIDDEN
    title = "来源不正确"

    def __init__(self) -> None:
        super().__init__("实时连接只能从本平台的页面打开。")


class LivePassView(Output):
    """What the socket is to be shown first."""

    live_pass: str
    expires_in: int = Field(description="Seconds; a new one is fetched for each connection")


class FirstFrame(Input):
    """Who it is, what they follow, and what they heard last."""

    live_pass: str = Field(alias="pass", max_length=1024)
    after: int | None = Field(default=None, ge=0)
    era: str = Field(default="", max_length=64)
    streams: list[str] = Field(default=[], max_length=MOST_STREAMS)


class NextFrame(Input):
    """One thing at a time."""

    looking: str = Field(default="", max_length=64)
    typing: str = Field(default="", max_length=64)
    left: str = Field(default="", max_length=64)
    follow: list[str] = Field(default=[], max_length=MOST_STREAMS)
    unfollow: list[str] = Field(default=[], max_length=MOST_STREAMS)


class LivePassesHandler(BaseHandler):
    """Passes of people."""

    @endpoint(
        Audience.PERSON,
        Permission.LISTEN_LIVE,
        "A pass for the live socket, good for a minute",
        answers={200: LivePassView},
        rate="live-pass",
    )
    async def post(self) -> None:
        """Bound to this session; it opens nothing but the socket."""
        self.show(HTTPStatus.OK, pass_of(self, Side.PERSON))


class ConsoleLivePassesHandler(ConsoleHandler):
    """Passes of staff."""

    @endpoint(
        Audience.STAFF,
        Right.SEE_DESK,
        "A pass for the live socket, good for a minute",
        form=ConsoleForm,
        answers={200: LivePassView},
        rate="live-pass",
    )
    async def post(self) -> None:
        """Asked for by the script of a page that this session was shown."""
        self.read_form_of_mine(ConsoleForm)
        self.show(HTTPStatus.OK, pass_of(self, Side.STAFF))


def pass_of(handler: BaseHandler, side: Side) -> LivePassView:
    """A pass for the caller."""
    live_pass = LivePass(side=side, who=handler.actor, session_id=handler.session_id)
    token = handler.house.tokens.live_pass(live_pass, handler.now)
    return LivePassView(live_pass=token, expires_in=int(LASTS.total_seconds()))


class LiveHandler(BaseHandler, WebSocketHandler):
    """One socket, from its handshake to its end.

    Until it is open it is a request like any other, admitted and refused as those are.
    """

    _seat: Seat | None = None

    @endpoint(
        Audience.LIVE,
        Permission.LISTEN_LIVE,
        "The live socket: whoever shows a pass first is told what happens, as it happens",
        answers={101: None},
        refusals=frozenset({403, 426, 503}),
    )
    async def get(self) -> None:
        """Lasts as long as the socket does."""
        self._judge_handshake()
        hub = self.house.live.hub
        try:
            hub.arrive()
        except Full as full:
            detail = "实时连接已满，请稍后再试。"
            raise Unavailable(detail, system="live") from full
        try:
            await WebSocketHandler.get(self)
        finally:
            hub.depart()
            await self._gone()

    ping_interval = PING_SECONDS
    max_message_size = LONGEST_FRAME

    def check_origin(self, origin: str) -> bool:
        """Judged before, more strictly."""
        return bool(origin)

    def open(self) -> None:
        """Wait for the pass, but not for long."""
        loop = asyncio.get_running_loop()
        self._frames, self._counted_at = BURST, loop.time()
        self._late = loop.call_later(PASS_SECONDS, self._no_pass)
        self.set_nodelay(True)
        self._stream.max_write_buffer_size = WAITING_BYTES

    def on_message(self, message: str | bytes) -> Awaitable[None]:
        """One frame after the other."""
        return self._take(message)

    def send(self, frame: bytes) -> None:
        """Never waits. The same frame to thousands of sockets is wrapped once."""
        if self.ws_connection is None or self.ws_connection.is_closing():
            return
        try:
            self._stream.write(wrapped(frame))
        except StreamBufferFullError:
            self._stream.max_write_buffer_size = None
            self.end(Ending.SLOW)
        except StreamClosedError:
            return

    async def flushed(self) -> None:
        """Wait until all of it is on its way, but not for ever."""
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._stream.write(b"")
        except TimeoutError:
            self.end(Ending.SLOW)
        except (StreamClosedError, WebSocketClosedError):
            return

    def end(self, ending: Ending) -> None:
        """Send away."""
        self._end(*ENDINGS[ending])

    # -- inside ----------------------------------------------------------------

    @property
    def _stream(self) -> IOStream:
        if self.ws_connection is None or self.ws_connection.stream is None:
            raise WebSocketClosedError
        return self.ws_connection.stream

    def _judge_handshake(self) -> None:
        """A browser says from which page it comes; it says so in Origin, whatever else it sends."""
        headers = self.request.headers
        if is_foreign(headers.get("Origin", ""), own=_origin(self.house.public_url)):
            raise ForeignOrigin
        headers.pop("Sec-Fetch-Site", None)
        wanted = (
            headers.get("Upgrade", "").lower() == "websocket"
            and "upgrade" in headers.get("Connection", "").lower()
            and headers.get("Sec-WebSocket-Version") == "13"
            and headers.get("Sec-WebSocket-Key")
        )
        if not wanted:
            raise problems.upgrade_required()

    async def _take(self, message: str | bytes) -> None:
        if self._too_many():
            self._end(FLOOD, "消息过于频繁。")
            return
        try:
            await self._act_on(message)
        except ValueError:
            self._end(BAD_FRAME, "消息格式无法识别。")
        except PassRefused as refused:
            self._end(NO_PASS, refused.detail)
        except Full:
            self.end(Ending.CROWDED)
        except Exception as error:
            if self.house.translate(error) is None:
                raise
            self._end(LATER, "服务暂时不可用，请稍后重新连接。")

    async def _act_on(self, message: str | bytes) -> None:
        if self._seat is None:
            await self._begin(FirstFrame.model_validate_json(message))
        else:
            await self._go_on(self._seat, NextFrame.model_validate_json(message))

    async def _begin(self, first: FirstFrame) -> None:
        self._late.cancel()
        live, now = self.house.live, self.house.clock()
        live_pass = self.house.tokens.read_live_pass(first.live_pass, now)
        if live.hub.place is None:
            self._end(LATER, "服务正在启动，请稍后重新连接。")
            return
        seat = await live.enter(self, live_pass, seat_id=self.house.draw.id(), now=now)
        self._seat = seat
        era = first.era or live.hub.place.era
        since = None if first.after is None else Place(era=era, last=first.after)
        await live.begin(seat, first.streams, since=since, now=now, ticks=self._ticks())

    async def _go_on(self, seat: Seat, frame: NextFrame) -> None:
        live = self.house.live
        if frame.looking:
            await live.say(seat, Doing.LOOKING, frame.looking)
        if frame.typing:
            await live.say(seat, Doing.TYPING, frame.typing)
        if frame.left:
            await live.leave(seat, frame.left)
        if frame.unfollow:
            await live.unfollow(seat, frame.unfollow)
        if frame.follow:
            if len(seat.streams | set(frame.follow)) > MOST_STREAMS:
                raise ValueError("streams")
            now = self.house.clock()
            await live.follow(seat, frame.follow, now=now, ticks=self._ticks())

    def _too_many(self) -> bool:
        now = self._ticks()
        self._frames = min(BURST, self._frames + (now - self._counted_at) * PER_SECOND) - 1
        self._counted_at = now
        return self._frames < 0

    def _no_pass(self) -> None:
        self._end(NO_PASS, "没有收到实时连接凭据。")

    def _end(self, code: int, why: str) -> None:
        if self._seat is not None:
            self.house.live.hub.rise(self._seat)
        self.close(code, why)

    async def _gone(self) -> None:
        if late := getattr(self, "_late", None):
            late.cancel()
        if self._seat is not None:
            try:
                await self.house.live.exit(self._seat)
            except Exception as error:
                if self.house.translate(error) is None:
                    raise

    def _ticks(self) -> float:
        return asyncio.get_running_loop().time()


@lru_cache(maxsize=16)
def wrapped(text: bytes) -> bytes:
    """A text as one whole frame from a server: RFC 6455, 5.2, without mask and compression."""
    if len(text) < LENGTH_IN_TWO:
        return struct.pack("!BB", WHOLE_TEXT, len(text)) + text
    if len(text) <= MOST_IN_TWO:
        return struct.pack("!BBH", WHOLE_TEXT, LENGTH_IN_TWO, len(text)) + text
    return struct.pack("!BBQ", WHOLE_TEXT, LENGTH_IN_EIGHT, len(text)) + text


def is_foreign(origin: str, *, own: str) -> bool:
    """Whether it is a page of another site.

    A mini program is no page. What phones send for it is not written down anywhere: nothing, some
    ``weapp://…``, or several joined by commas, ``undefined`` among them, have been reported.
    """
    pages = [one for one in (part.strip() for part in origin.split(",")) if PAGE.match(one)]
    return any(one not in {own, WECHAT} for one in pages)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


ROUTES = [
    Route("/v1/live", LiveHandler),
    Route("/v1/live/passes", LivePassesHandler),
    Route("/console/live/passes", ConsoleLivePassesHandler),
]
