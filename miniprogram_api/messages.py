"""Subscription messages: one call, sent once, and what its answer means.

The call has no idempotency key. Only an answer, or a call that never left, says for sure that
nothing was sent; everything else is unknown until WeChat tells it by itself.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final, Literal

import structlog
from pydantic import BeforeValidator
from wechatpy.exceptions import WeChatClientException

from domain.errors import DomainError, Unavailable
from domain.messages.ports import Outcome, Verdict
from miniprogram_api.client import Reply
from miniprogram_api.errors import Policy, policy
from miniprogram_api.stable_token import StableToken

Environment = Literal["release", "trial", "develop"]
_STATES: Final[Mapping[Environment, str]] = {
    "release": "formal",
    "trial": "trial",
    "develop": "developer",
}
_NOT_SUBSCRIBED = 43101
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_MOMENT = timedelta(seconds=2)
_WAITS: Final[Mapping[Policy, timedelta]] = {
    Policy.RENEW_TOKEN: _MINUTE,
    Policy.WAIT_A_MINUTE: _MINUTE,
    Policy.WAIT_A_DAY: _HOUR,
    Policy.ONE_AT_A_TIME: _MOMENT,
}

log = structlog.get_logger(__name__)


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) else value


class _SentReply(Reply):
    # In no table of theirs, yet it comes, and the event about the message quotes it.
    msgid: Annotated[str | None, BeforeValidator(_as_text)] = None


class SubscriptionMessages:
    """Sends messages that a person agreed to."""

    def __init__(self, tokens: StableToken, *, environment: Environment) -> None:
        self._tokens = tokens
        self._state = _STATES[environment]

    async def send(
        self, *, openid: str, template_id: str, page: str, data: Mapping[str, str]
    ) -> Outcome:
        """Send one, once."""
        payload = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "data": {name: {"value": value} for name, value in data.items()},
            "miniprogram_state": self._state,
            "lang": "zh_CN",
        }
        try:
            reply = await self._tokens.post(
                "/cgi-bin/message/subscribe/send", reads=_SentReply, payload=payload
            )
        except WeChatClientException as refused:
            return _refused(refused)
        except DomainError as error:
            surely_not = not isinstance(error, Unavailable) or error.unsent
            verdict = Verdict.LATER if surely_not else Verdict.UNKNOWN
            return Outcome(verdict=verdict, wait=timedelta(seconds=error.retry_after or 0))
        return Outcome(verdict=Verdict.SENT, errcode=0, wechat_id=reply.msgid or None)


def _refused(refused: WeChatClientException) -> Outcome:
    code, found = refused.errcode, policy(refused.errcode)
    blame = log.error if found in {Policy.OURS, Policy.WAIT_A_DAY} else log.info
    blame("message_refused", errcode=code, rid=refused.errmsg, policy=found.value)
    if code == _NOT_SUBSCRIBED:
        return Outcome(verdict=Verdict.EXHAUSTED, errcode=code)
    if found is Policy.RETRY:
        # "System busy" does not say whether it went out all the same.
        return Outcome(verdict=Verdict.UNKNOWN, errcode=code)
    if found in _WAITS:
        return Outcome(verdict=Verdict.LATER, errcode=code, wait=_WAITS[found])
    return Outcome(verdict=Verdict.REFUSED, errcode=code)
