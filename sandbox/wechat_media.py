"""WeChat: image checks asked for, whose results come later; and text checks, answered at once.

=====================================  =========================================================
``POST /wxa/msg_sec_check``            content, version 2, scene, openid -> result, by markers
``POST /wxa/media_check_async``        media_url … -> trace_id; the result comes by a push
``GET /sandbox/media-checks``          those asked for, and which result each was given
``PUT /sandbox/media-checks/{trace}``  ``{"suggest", "label"}``: state the result; ``{"errcode"}``
=====================================  =========================================================

Text with 【违规】 in it is risky, with 【复核】 for review. A result stated is told to
what pushes it to the mini program's server.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from sandbox.base import JsonHandler, RefusalError
from sandbox.faults import Faults
from sandbox.wechat import APP_ID, PostHandler, Reply, WeChat, WeChatError

RISKY, REVIEW = "【违规】", "【复核】"
LONGEST_TEXT = 2500
SCENES = (1, 2, 3, 4)
KINDS = (1, 2)
LABELS = {"pass": 100, "review": 20001, "risky": 20006}


Event = dict[str, JsonValue]
Deliver = Callable[[str, Event], Awaitable[None]]


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


class Media:
    """All images asked for; ``deliver`` pushes the event of each result."""

    def __init__(self, *, deliver: Deliver) -> None:
        self._asked: dict[str, Asked] = {}
        self._deliver = deliver

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
        return {"errcode": 0, "errmsg": "ok", "trace_id": trace_id}

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
    if len(content) > LONGEST_TEXT:
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

    async def put(self, trace_id: str) -> None:
        """State the result of one; answered once the push has been."""
        asked = await self.media.rule(trace_id, self.read(Ruling))
        self.reply(asked.shown())
