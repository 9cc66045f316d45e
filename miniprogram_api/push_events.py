"""What WeChat's events mean for us, and by what each is known again when it is sent again."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from typing import get_args

import structlog

from domain.push_inbox import Push
from domain.pushes import (
    AccountCancelled,
    AuthorisationRevoked,
    MediaChecked,
    SubscriptionChosen,
    SubscriptionSent,
    Suggestion,
    Told,
)
from miniprogram_api.content_safety import LABELS, OTHER

log = structlog.get_logger(__name__)

SANCTIONS = "wxa_punish_event"
CURRENT = "2"
VALID = "0"

_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
_NUMBER = re.compile(r"-?[0-9]{1,19}")
_WORDS = re.compile(r"[ -~]{0,128}")


class _Missing(Exception):
    """A field that an event needs is not there, or is none."""


class Fields:
    """The fields of one object; a number may be written as text, and one item as no list."""

    def __init__(self, content: Mapping[str, object]) -> None:
        self._content = content

    def text(self, name: str, pattern: re.Pattern[str] = _NAME) -> str:
        """One value, as text; raises _Missing."""
        value = self._content.get(name)
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not pattern.fullmatch(text):
            raise _Missing(name)
        return text

    def maybe(self, name: str) -> str | None:
        """The same, or None."""
        try:
            return self.text(name, _WORDS)
        except _Missing:
            return None

    def has(self, name: str) -> bool:
        """Whether it is there at all."""
        return name in self._content

    def under(self, name: str) -> "Fields":
        """An object inside; empty when there is none."""
        inner = self._content.get(name)
        return Fields(inner if isinstance(inner, dict) else {})

    def items(self, name: str) -> Iterator["Fields"]:
        """One object, or many; raises _Missing when there is none at all."""
        inner = self._content.get(name)
        many = inner if isinstance(inner, list) else [inner]
        if not many or not all(isinstance(one, dict) for one in many):
            raise _Missing(name)
        return (Fields(one) for one in many if isinstance(one, dict))


def created_at(content: Mapping[str, object]) -> datetime | None:
    """When WeChat made what it pushes; None when it does not say."""
    seconds = Fields(content).maybe("CreateTime")
    if seconds is None or not re.fullmatch("[0-9]{10}", seconds):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def read_push(content: Mapping[str, object], plaintext: bytes) -> Push:
    """What is pushed, in words of ours; ``plaintext`` is what it was read from."""
    fields = Fields(content)
    if fields.maybe("MsgType") != "event":
        return Push(identity=_of_message(fields, plaintext), kind="message", told=())
    event = fields.maybe("Event") or ""
    reads = READERS.get(event)
    if reads is None:
        kind = event if event in NAMED else "other"
        return Push(identity=_of_content(plaintext), kind=kind, told=())
    try:
        told = tuple(reads(fields))
    except _Missing as missing:
        # Without a traceback: its frames hold the push.
        log.error("wechat_push_unreadable", wechat_event=event, field=str(missing))  # noqa: TRY400
        return Push(identity=_of_content(plaintext), kind="unreadable", told=())
    return Push(identity=_of_event(event, fields, told), kind=event, told=told)


def _of_content(plaintext: bytes) -> str:
    return json.dumps(["content", hashlib.sha256(plaintext).hexdigest()])


def _of_message(fields: Fields, plaintext: bytes) -> str:
    message_id = fields.maybe("MsgId")
    if not message_id:
        return _of_content(plaintext)
    return json.dumps(["message", fields.maybe("FromUserName"), message_id])


def _of_event(event: str, fields: Fields, told: tuple[Told, ...]) -> str:
    who, when = fields.maybe("FromUserName"), fields.maybe("CreateTime")
    return json.dumps(["event", event, who, when, sorted(json.dumps(astuple(one)) for one in told)])


def _media_checked(fields: Fields) -> Iterator[Told]:
    suggestion, reason = None, ""
    # Of an older version, or failed: a person looks at it.
    if fields.maybe("version") == CURRENT and fields.maybe("errcode") == VALID:
        result = fields.under("result")
        said, label = result.maybe("suggest"), result.maybe("label")
        suggestion = next((known for known in SUGGESTIONS if known == said), None)
        if suggestion in {"review", "risky"}:
            reason = LABELS.get(int(label) if label and _NUMBER.fullmatch(label) else 0, OTHER)
    yield MediaChecked(trace_id=fields.text("trace_id"), suggestion=suggestion, reason=reason)


def _chosen(wrapper: str, *, dialogue: bool) -> Callable[[Fields], Iterator[Told]]:
    def read(fields: Fields) -> Iterator[Told]:
        for item in _listed(fields, wrapper):
            yield SubscriptionChosen(
                openid=fields.text("FromUserName"),
                template_id=item.text("TemplateId"),
                accepted=item.text("SubscribeStatusString") == "accept",
                dialogue=dialogue,
            )

    return read


def _sent(fields: Fields) -> Iterator[Told]:
    for item in _listed(fields, "SubscribeMsgSentEvent"):
        yield SubscriptionSent(
            openid=fields.text("FromUserName"),
            template_id=item.text("TemplateId"),
            message_id=item.text("MsgID"),
            errcode=int(item.text("ErrorCode", _NUMBER)),
        )


def _listed(fields: Fields, wrapper: str) -> Iterator[Fields]:
    """JSON has the list at the top, XML in an element of its own."""
    inner = fields.under(wrapper)
    return inner.items("List") if inner.has("List") else fields.items("List")


# Whose data it is stands in OpenID: these come from WeChat itself, not from the person.
def _cancelled(fields: Fields) -> Iterator[Told]:
    yield AccountCancelled(openid=fields.text("OpenID"))


def _revoked(fields: Fields) -> Iterator[Told]:
    numbers = re.findall("[0-9]+", fields.text("RevokeInfo", _WORDS))
    yield AuthorisationRevoked(openid=fields.text("OpenID"), revoked=tuple(numbers))


SUGGESTIONS: tuple[Suggestion, ...] = get_args(Suggestion)
READERS: Mapping[str, Callable[[Fields], Iterator[Told]]] = {
    "wxa_media_check": _media_checked,
    "subscribe_msg_popup_event": _chosen("SubscribeMsgPopupEvent", dialogue=True),
    "subscribe_msg_change_event": _chosen("SubscribeMsgChangeEvent", dialogue=False),
    "subscribe_msg_sent_event": _sent,
    "user_authorization_cancellation": _cancelled,
    "user_authorization_revoke": _revoked,
}
# Counted by their names; nothing follows from them by itself.
NAMED = frozenset({SANCTIONS, "user_info_modified"})
