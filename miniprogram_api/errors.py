"""What WeChat's error codes mean for us: one table, and the domain errors they become."""

import re
from collections.abc import Mapping
from enum import Enum

import structlog
from wechatpy.exceptions import WeChatClientException

from domain.errors import DomainError, Kind, TooMany, Unavailable

SYSTEM = "wechat"
BUSY = -1
_BLOCKED = 40226

log = structlog.get_logger(__name__)


class Policy(Enum):
    """What to do about an error code."""

    RENEW_TOKEN = "renew_token"  # noqa: S105 - a policy's name
    RETRY = "retry"
    WAIT_A_MINUTE = "wait_a_minute"
    WAIT_A_DAY = "wait_a_day"
    ASK_AGAIN = "ask_again"
    PERSON = "person"
    OURS = "ours"
    ONE_AT_A_TIME = "one_at_a_time"


_CODES: Mapping[Policy, frozenset[int]] = {
    Policy.RENEW_TOKEN: frozenset({40001, 40014, 42001}),
    Policy.RETRY: frozenset({BUSY}),
    Policy.WAIT_A_MINUTE: frozenset({44990, 44991, 45011}),
    Policy.WAIT_A_DAY: frozenset({44993, 45009, 85406}),
    Policy.ASK_AGAIN: frozenset({40029, 40163, 61010, 87007, 87009}),
    Policy.PERSON: frozenset({40003, _BLOCKED, 43101, 43104}),
    Policy.OURS: frozenset(
        {40013, 40037, 40125, 40164, 40243, 41030, 43107, 45168, 47003, 48001, 50004, 50007}
    ),
    Policy.ONE_AT_A_TIME: frozenset({43108}),
}
# Faults of what we send or set, not in the table above: named in the metric all the same.
_OURS_TOO = frozenset(
    {40002, 40004, 40097, 40129, 40165, 40169, 40212, 41001, 43002, 44002, 47001}
    | {85079, 85096, 85401, 85402, 85407, 85408, 87014, 87020, 89002}
)
_POLICIES = {code: policy for policy, codes in _CODES.items() for code in codes}


class CodeRejected(DomainError):
    """A code of wx.login that is wrong, used or older than five minutes: call wx.login again."""

    code = "wechat_code_rejected"
    kind = Kind.UNAUTHENTICATED
    title = "请重新登录"

    def __init__(self, detail: str = "微信登录凭证已使用或已过期，请重新登录。") -> None:
        super().__init__(detail)


class PhoneCodeRejected(DomainError):
    """A code of the phone button that is wrong, used, older than five minutes or another's."""

    code = "wechat_phone_code_rejected"
    kind = Kind.INVALID
    title = "手机号授权无效"

    def __init__(
        self, detail: str = "手机号授权已使用、已过期或不属于当前微信，请重新点击授权。"
    ) -> None:
        super().__init__(detail)


class PersonBlocked(DomainError):
    """WeChat holds this account for dangerous and signs it in nowhere."""

    code = "wechat_blocked"
    kind = Kind.FORBIDDEN
    title = "微信限制了该账号"

    def __init__(
        self, detail: str = "微信认为该账号存在风险，暂时不能登录，请在微信中查看账号状态。"
    ) -> None:
        super().__init__(detail)


def policy(errcode: int | None) -> Policy:
    """What to do; a code that is not in the table is ours to look into."""
    return Policy.OURS if errcode is None else _POLICIES.get(errcode, Policy.OURS)


def refusal(body: Mapping[str, object]) -> WeChatClientException | None:
    """The failure that an answer reports under its status 200, or None.

    Of WeChat's message only the rid is kept, which its support asks for: the rest may quote
    what was sent.
    """
    errcode = body.get("errcode", 0)
    if errcode == 0:
        return None
    rid = re.search(r"rid: ?([0-9a-f]{1,16}(-[0-9a-f]{1,16}){1,4})\b", str(body.get("errmsg", "")))
    known = errcode if isinstance(errcode, int) else None
    return WeChatClientException(known, rid[1] if rid else "")


def translated(
    refused: WeChatClientException, *, rejected: DomainError | None = None
) -> DomainError:
    """The domain's error for a refusal.

    ``rejected`` is what it is called where a code or an openid of the person's was sent; where
    none was, a complaint about one is our own fault.
    """
    found = policy(refused.errcode)
    blame = log.error if found in {Policy.OURS, Policy.WAIT_A_DAY} else log.warning
    blame("wechat_refused", errcode=refused.errcode, rid=refused.errmsg, policy=found.value)
    if refused.errcode == _BLOCKED:
        return PersonBlocked()
    if found in {Policy.ASK_AGAIN, Policy.PERSON} and rejected:
        return rejected
    if found is Policy.WAIT_A_MINUTE:
        return waiting(found, seconds=60)
    if found is Policy.WAIT_A_DAY:
        return waiting(found, seconds=3600)
    if found in {Policy.RENEW_TOKEN, Policy.RETRY, Policy.ONE_AT_A_TIME}:
        return Unavailable("微信暂时无法响应，请稍后再试。", system=SYSTEM)
    return Unavailable("微信拒绝了本系统的请求，请联系区信用办。", system=SYSTEM, permanent=True)


def waiting(found: Policy, *, seconds: int) -> DomainError:
    """What a call is answered whose quota of this minute or day is used up."""
    if found is Policy.WAIT_A_DAY:
        sentence = "今天微信的调用次数已用完，请明天再试。"
        return Unavailable(sentence, system=SYSTEM, retry_after=seconds, unsent=True)
    return TooMany("微信提示操作过于频繁，请一分钟后再试。", retry_after=seconds)


def counted(errcode: int | None) -> str:
    """The metric's label: a code of the table by its number, and no end of labels."""
    return str(errcode) if errcode in _POLICIES or errcode in _OURS_TOO else "other"
