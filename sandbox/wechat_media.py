"""WeChat: image checks asked for, whose results come later; and text checks, answered at once.

=====================================  =========================================================
``POST /wxa/msg_sec_check``            content, version 2, scene, openid -> result, by markers
``POST /wxa/media_check_async``        media_url … -> trace_id; the result comes by a push
``GET /sandbox/media-checks``          those asked for, and which result each was given
``PUT /sandbox/media-checks/{trace}``  ``{"suggest", "label"}``: state the result; ``{"errcode"}``
``POST /sandbox/media-checks/{trace}`` have it fetched at its address now, and judged
=====================================  =========================================================

Text with 【违规】 in it is risky, with 【复核】 for review. An image that is fetched is risky if it
is red all over, for review if it is yellow; what cannot be had is told as WeChat tells it. A result
goes to what pushes it to the mini program's server.
"""

import asyncio
import io
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

import httpx
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from sandbox.base import JsonHandler, RefusalError
from sandbox.faults import Faults
from sandbox.wechat import APP_ID, PostHandler, Reply, WeChat, WeChatError

RISKY, REVIEW = "【违规】", "【复核】"
LONGEST_TEXT = 2500
SCENES = (1, 2, 3, 4)
KINDS = (1, 2)
NOT_HAD = -1008
LARGEST = 10 * 1024 * 1024
PATIENCE_SECONDS = 5
LABELS = {"pass": 100, "review": 20001, "risky": 20006}


Event = dict[str, JsonValue]
Deliver = Callable[[str, Event], Awaitable[None]]
Fetch = Callable[[str], Awaitable[bytes | None]]


class Ruling(BaseModel):
    """The result that a test states; an ``errcode`` says that the image could not be had."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suggest: Literal["pass", "review", "risky"] = "pass"
    label: int | None = None
    errcode: Annotated[int, Field(le=0)] = 0


@dataclass(kw_only=True)
class Asked:
    """One image, and what came of it."""

    trace_id: str
    media_url: str
    openid: str
    scene: int
    result: Ruling | None = None

    def event(self) -> Event:
        """What is pushed as wxa_media_check, of version 2."""
        ruling = self.result or Ruling()
        label = LABELS[ruling.suggest] if ruling.label is None else ruling.label
        result: JsonValue = {"suggest": ruling.suggest, "label": str(label)}
        detail: JsonValue = [{"strategy": "content_model", "errcode": 0, **ruling.model_dump()}]
        failed = ruling.errcode != 0
        return {
            "appid": APP_ID,
            "trace_id": self.trace_id,
            "version": 2,
            "errcode": ruling.errcode,
            "errmsg": "download failed" if failed else "ok",
            "result": {} if failed else result,
            "detail": [] if failed else detail,
        }

    def shown(self) -> Reply:
        """As the control lists it."""
        result = self.result.model_dump() if self.result else None
        return {**vars(self), "result": result}


async def fetched(url: str) -> bytes | None:
    """What is at an address; None for what cannot be had, or is too large."""
    client = httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False)
    async with client:
        try:
            answer = await client.get(url)
        except httpx.HTTPError:
            return None
    had = answer.status_code == httpx.codes.OK and len(answer.content) <= LARGEST
    return answer.content if had else None


def seen(content: bytes | None) -> Ruling:
    """What is found of an image: by its colour, if it has one all over."""
    try:
        with Image.open(io.BytesIO(content or b"")) as image:
            red, green, blue = image.convert("RGB").resize((1, 1)).tobytes()
    except (OSError, ValueError):
        return Ruling(errcode=NOT_HAD)
    bright, dark = 200, 60
    if red > bright and blue < dark and green < dark:
        return Ruling(suggest="risky", label=20002)
    return Ruling(suggest="review" if red > bright < green and blue < dark else "pass")


class Media:
    """All images asked for; ``deliver`` pushes the event of each result.

    ``by_itself`` each is fetched and judged as soon as it was asked for.
    """

    def __init__(
        self, *, deliver: Deliver, fetch: Fetch = fetched, by_itself: bool = False
    ) -> None:
        self._asked: dict[str, Asked] = {}
        self._deliver = deliver
        self._fetch = fetch
        self._by_itself = by_itself
        self._under_way: set[asyncio.Task[Asked]] = set()

    def ask(self, body: dict[str, object]) -> Reply:
        """Take one; raises WeChatError."""
        url = body.get("media_url")
        if not isinstance(url, str) or urlsplit(url).scheme not in {"http", "https"}:
            raise WeChatError(47001)
        if body.get("media_type") not in KINDS:
            raise WeChatError(40004)
        trace_id = "-".join(secrets.token_hex(4) for _ in range(3))
        self._asked[trace_id] = Asked(
            trace_id=trace_id,
            media_url=url,
            openid=str(body["openid"]),
            scene=int(str(body["scene"])),
        )
        if self._by_itself:
            task = asyncio.create_task(self.look(trace_id))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return {"errcode": 0, "errmsg": "ok", "trace_id": trace_id}

    async def look(self, trace_id: str) -> Asked:
        """Fetch one and state what is seen. Raises RefusalError (404)."""
        asked = self._asked.get(trace_id)
        content = await self._fetch(asked.media_url) if asked else None
        return await self.rule(trace_id, seen(content))

    async def rule(self, trace_id: str, ruling: Ruling) -> Asked:
        """State a result and have it pushed; again is again. Raises RefusalError (404)."""
        asked = self._asked.get(trace_id)
        if asked is None:
            raise RefusalError(404, "not_found", "no image was asked for under this trace_id")
        asked.result = ruling
        await self._deliver(asked.openid, asked.event())
        return asked

    def all(self) -> list[Reply]:
        """Every image asked for."""
        return [asked.shown() for asked in self._asked.values()]


def judged(body: dict[str, object]) -> Reply:
    """The result for a text; raises WeChatError. A risky one is no error."""
    content = body.get("content")
    if not isinstance(content, str) or not content:
        raise WeChatError(44002)
    if len(content.encode("utf-16-le")) > 2 * LONGEST_TEXT:
        raise WeChatError(40097)
    suggest = "risky" if RISKY in content else "review" if REVIEW in content else "pass"
    result = {"suggest": suggest, "label": LABELS[suggest]}
    return {
        "errcode": 0,
        "errmsg": "ok",
        "result": result,
        "detail": [{"strategy": "content_model", "errcode": 0, "prob": 90, **result}],
        "trace_id": "-".join(secrets.token_hex(4) for _ in range(3)),
    }


class _CheckHandler(PostHandler):
    def checked(self) -> dict[str, object]:
        """The body of a check by a caller who may; raises WeChatError."""
        self.wechat.check_token(self.token)
        if not self.request.body:
            raise WeChatError(44002)
        body = self.body()
        if b"\\u" in self.request.body:  # escaped characters are checked as they stand
            raise WeChatError(47001)
        if body.get("version") != 2 or body.get("scene") not in SCENES:  # noqa: PLR2004 - its number
            raise WeChatError(40129)
        self.wechat.check_visit(body.get("openid"))
        return body


class TextHandler(_CheckHandler):
    """/wxa/msg_sec_check."""

    def post(self) -> None:
        """Check a text."""
        self.answer(lambda: judged(self.checked()))


class ImageHandler(_CheckHandler):
    """/wxa/media_check_async."""

    def initialize(self, *, faults: Faults, wechat: WeChat, media: Media) -> None:  # type: ignore[override]
        """Take the images."""
        super().initialize(faults=faults, wechat=wechat)
        self.media = media

    def post(self) -> None:
        """Take an image to be checked."""
        self.answer(lambda: self.media.ask(self.checked()))


class MediaChecksHandler(JsonHandler):
    """/sandbox/media-checks and one of them."""

    def initialize(self, *, media: Media) -> None:
        """Take the images."""
        self.media = media

    def get(self) -> None:
        """List all."""
        self.reply({"items": self.media.all()})

    async def post(self, trace_id: str) -> None:
        """Have one fetched and judged; answered once the push has been."""
        self.reply((await self.media.look(trace_id)).shown())

    async def put(self, trace_id: str) -> None:
        """State the result of one; answered once the push has been."""
        asked = await self.media.rule(trace_id, self.read(Ruling))
        self.reply(asked.shown())
