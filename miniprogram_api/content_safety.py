"""Text and image checks, version 2: the verdict stands in ``result``, never in ``errcode``."""

import asyncio
import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from wechatpy.exceptions import WeChatClientException

from domain.content_checks import Judged, Unseen, Verdict
from domain.errors import Unavailable
from miniprogram_api.client import Reply
from miniprogram_api.errors import SYSTEM, translated
from miniprogram_api.stable_token import StableToken

# WeChat says 2,500 characters and not which: by the narrowest reading an emoji is two.
LONGEST = 2500
_TWO = 0x10000
# A person waits for it before what they wrote is taken; then it is checked without them.
_SECONDS = 3.0
_VERSION = 2
_IMAGE = 2
OTHER = "other"
LABELS = {
    10001: "ads",
    20001: "politics",
    20002: "porn",
    20003: "abuse",
    20006: "crime",
    20008: "fraud",
    20012: "vulgar",
    20013: "copyright",
}
_WORST = (Verdict.PASS, Verdict.REVIEW, Verdict.RISKY)
_SENTENCE_ENDS = re.compile(r"[。！？!?；;\n]")


def _as_number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


class _Result(Reply):
    suggest: Literal["pass", "review", "risky"]
    # WeChat sends it as a number, and as a string.
    label: Annotated[int, BeforeValidator(_as_number)]


class _TextReply(Reply):
    result: _Result


class _ImageReply(Reply):
    trace_id: str = Field(min_length=1, max_length=128)


class ContentSafety:
    """Asks WeChat what it thinks of what people write and show."""

    def __init__(self, tokens: StableToken) -> None:
        self._tokens = tokens

    async def text(self, *, text: str, openid: str, scene: int) -> Judged:
        """The worst verdict of all parts of the text.

        Raises:
            Unseen: the writer was not in the mini program within two hours.
            TooMany, Unavailable: WeChat does not serve, or not within a few seconds.
        """
        try:
            async with asyncio.timeout(_SECONDS):
                found = [await self._part(part, openid, scene) for part in parts(text)]
        except TimeoutError:
            raise Unavailable("微信响应超时，请稍后再试。", system=SYSTEM) from None
        return max(found, key=lambda judged: _WORST.index(judged.verdict))

    async def image(self, *, media_url: str, openid: str, scene: int) -> str:
        """The id under which the result will be pushed, within half an hour.

        Raises:
            Unseen, TooMany, Unavailable: as for ``text``.
        """
        payload = {
            "media_url": media_url,
            "media_type": _IMAGE,
            "version": _VERSION,
            "scene": scene,
            "openid": openid,
        }
        try:
            reply = await self._tokens.post(
                "/wxa/media_check_async", reads=_ImageReply, payload=payload
            )
        except WeChatClientException as refused:
            raise translated(refused, rejected=Unseen()) from refused
        return reply.trace_id

    async def _part(self, part: str, openid: str, scene: int) -> Judged:
        payload = {"content": part, "version": _VERSION, "scene": scene, "openid": openid}
        try:
            reply = await self._tokens.post(
                "/wxa/msg_sec_check", reads=_TextReply, payload=payload, safe=True
            )
        except WeChatClientException as refused:
            raise translated(refused, rejected=Unseen()) from refused
        verdict = Verdict(reply.result.suggest)
        reason = "" if verdict is Verdict.PASS else LABELS.get(reply.result.label, OTHER)
        return Judged(verdict=verdict, reason=reason)


def parts(text: str, most: int = LONGEST) -> Iterator[str]:
    """A text in parts that WeChat takes, cut where sentences end, as far as there are ends."""
    begin = 0
    while (full := _full(text, begin, most)) < len(text):
        ends = [found.end() for found in _SENTENCE_ENDS.finditer(text, begin, full)]
        end = ends[-1] if ends else full
        yield text[begin:end]
        begin = end
    yield text[begin:]


def _full(text: str, begin: int, most: int) -> int:
    """Where a part that begins here is full, in units of UTF-16."""
    units = 0
    for place in range(begin, min(len(text), begin + most)):
        units += 2 if ord(text[place]) >= _TWO else 1
        if units > most:
            return place
    return min(len(text), begin + most)
