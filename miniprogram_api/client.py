"""The choke point: every call to WeChat leaves and returns here."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Protocol, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.errors import Unavailable
from miniprogram_api.errors import BUSY, SYSTEM, refusal

log = structlog.get_logger(__name__)


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
        """The JSON, or None."""
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
    ) -> Answer:
        """Send one request; raise Unavailable if no usable answer comes."""
        ...


class Client:
    """Calls WeChat and tells its refusals, which come under status 200, from its replies."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

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
            Unavailable: no answer, or not one that WeChat gives.
        """
        answer = await self._caller.call(
            method, path, params=params, payload=payload, safe=safe, busy=_is_busy
        )
        body = answer.body
        if answer.status != HTTPStatus.OK or not isinstance(body, dict):
            log.error("wechat_answer_malformed", path=path, status=answer.status)
            raise malformed()
        if refused := refusal(body):
            raise refused
        try:
            return reads.model_validate(body)
        except ValidationError as error:
            places = [".".join(map(str, fault["loc"])) for fault in error.errors()]
        log.error("wechat_answer_malformed", path=path, places=places)
        raise malformed()


def malformed() -> Unavailable:
    """An answer that WeChat does not give: something else may have answered."""
    return Unavailable("微信的答复无法识别，请稍后再试。", system=SYSTEM)


def _is_busy(body: object) -> bool:
    return isinstance(body, dict) and body.get("errcode") == BUSY
