"""The choke point: every call to WeChat leaves and returns here."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Protocol, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.errors import Unavailable
from miniprogram_api.errors import BUSY, SYSTEM, counted, policy, refusal
from miniprogram_api.pauses import Pauses

log = structlog.get_logger(__name__)

_SIGN_IN = "/sns/"
_IMAGES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class Reply(BaseModel):
    """What WeChat answers to one call; additions of theirs are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


ReplyT = TypeVar("ReplyT", bound=Reply)


class Answer(Protocol):
    """A status below 500 and the parsed JSON."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def body(self) -> object:
        """The JSON or, where they were asked for, bytes; or None."""
        ...


class Caller(Protocol):
    """Who speaks HTTP: with time limits, and never twice unless the call is ``safe``."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        payload: object = None,
        safe: bool = False,
        busy: Callable[[object], bool] = ...,
        binary: bool = False,
    ) -> Answer:
        """Send one request; raise Unavailable if no usable answer comes."""
        ...


class Count(Protocol):
    """Where every error code is counted: its alert."""

    def __call__(self, errcode: str) -> None:
        """Take one."""


class Client:
    """Calls WeChat and tells its refusals, which come under status 200, from its replies.

    What WeChat says is used up for the minute or the day is not called before the next.
    """

    def __init__(
        self, caller: Caller, *, count: Count = lambda _: None, pauses: Pauses | None = None
    ) -> None:
        self._caller = caller
        self._count = count
        self._pauses = pauses or Pauses()

    async def call(
        self,
        method: str,
        path: str,
        *,
        reads: type[ReplyT],
        params: Mapping[str, str] | None = None,
        payload: object = None,
        safe: bool = False,
    ) -> ReplyT:
        """Call once, or a few times if ``safe``, and read the reply.

        Raises:
            WeChatClientException: refused; ``errmsg`` holds the rid.
            TooMany, Unavailable: the call rests until the next minute or day.
            Unavailable: no answer, or not one that WeChat gives.
        """
        self._admit(path)
        answer = await self._caller.call(
            method, path, params=params, payload=payload, safe=safe, busy=_is_busy
        )
        body = self._accepted(path, answer)
        if isinstance(body, dict):
            try:
                return reads.model_validate(body)
            except ValidationError as error:
                places = [".".join(map(str, fault["loc"])) for fault in error.errors()]
            log.error("wechat_answer_malformed", path=path, places=places)
        raise malformed()

    async def image(self, path: str, *, params: Mapping[str, str], payload: object) -> bytes:
        """The bytes of an image, which come under the same status as a refusal in JSON.

        Raises:
            As for ``call``.
        """
        self._admit(path)
        answer = await self._caller.call(
            "POST", path, params=params, payload=payload, safe=True, busy=_is_busy, binary=True
        )
        body = self._accepted(path, answer)
        if isinstance(body, bytes) and image_type(body):
            return body
        log.error("wechat_answer_malformed", path=path, places=["image"])
        raise malformed()

    def _admit(self, path: str) -> None:
        if resting := self._pauses.refusal(path):
            raise resting

    def _accepted(self, path: str, answer: Answer) -> object:
        body = answer.body
        if answer.status != HTTPStatus.OK or not isinstance(body, dict | bytes):
            log.error("wechat_answer_malformed", path=path, status=answer.status)
            raise malformed()
        refused = refusal(body) if isinstance(body, dict) else None
        if refused is None:
            return body
        self._count(counted(refused.errcode))
        # A sign-in's limit is one person's, whom the call does not name: the others go on.
        if not path.startswith(_SIGN_IN):
            self._pauses.learn(path, policy(refused.errcode))
        raise refused


def image_type(content: bytes) -> str:
    """The media type of what WeChat draws, by its first bytes; empty for anything else."""
    for beginning, media_type in _IMAGES.items():
        if content.startswith(beginning):
            return media_type
    return ""


def malformed() -> Unavailable:
    """An answer that WeChat does not give: something else may have answered."""
    return Unavailable("微信的答复无法识别，请稍后再试。", system=SYSTEM)


def _is_busy(body: object) -> bool:
    return isinstance(body, dict) and body.get("errcode") == BUSY
