"""Mini-program codes and URL links: what leads a person to one page of the mini program."""

import re
from datetime import datetime
from typing import Literal

from pydantic import Field
from wechatpy.exceptions import WeChatClientException

from miniprogram_api.client import Reply, image_type
from miniprogram_api.errors import translated
from miniprogram_api.stable_token import StableToken

Version = Literal["release", "trial", "develop"]

# WeChat's own words: 1 to 32 of these. A page is named without "/" before it and query after it.
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~-]{1,32}")
_PAGE = re.compile(r"[0-9A-Za-z_-]+(/[0-9A-Za-z_-]+)*")


class BadScene(ValueError):
    """What WeChat would refuse is a fault of ours, found before it is sent."""


class _LinkReply(Reply):
    url_link: str = Field(min_length=1, max_length=1024, pattern="^https?://")


class Codes:
    """Draws codes and makes links that lead to one page with a scene."""

    def __init__(self, tokens: StableToken, *, page: str, version: Version) -> None:
        if not _PAGE.fullmatch(page):
            raise BadScene("a page has no / before it, no query, and 0-9 A-Z a-z _ - / in it")
        self._tokens = tokens
        self._page = page
        self._version = version

    async def draw(self, scene: str) -> tuple[bytes, str]:
        """A code that never ends, and its media type; ``scene`` is what the page is told.

        Raises:
            TooMany, Unavailable: WeChat does not draw now.
        """
        # Of what is not published yet, WeChat cannot tell whether it has such a page.
        payload = {
            "scene": _scene(scene),
            "page": self._page,
            "check_path": self._version == "release",
            "env_version": self._version,
            "width": 430,
        }
        try:
            image = await self._tokens.image("/wxa/getwxacodeunlimit", payload=payload)
        except WeChatClientException as refused:
            raise translated(refused) from refused
        return image, image_type(image)

    async def link(self, scene: str, *, until: datetime) -> str:
        """An address that opens the page from outside WeChat, at most 30 days long.

        Raises:
            TooMany, Unavailable: WeChat makes none now.
        """
        payload = {
            "path": self._page,
            "query": f"scene={_scene(scene)}",
            "expire_type": 0,
            "expire_time": int(until.timestamp()),
            "env_version": self._version,
        }
        try:
            reply = await self._tokens.post(
                "/wxa/generate_urllink", reads=_LinkReply, payload=payload, safe=True
            )
        except WeChatClientException as refused:
            raise translated(refused) from refused
        return reply.url_link


def _scene(scene: str) -> str:
    if not _SCENE.fullmatch(scene):
        raise BadScene("a scene has 1 to 32 characters of WeChat's")
    return scene
