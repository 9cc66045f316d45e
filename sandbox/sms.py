"""The SMS gateway: takes one message at a time, delivers it to a telephone, tells what came of it.

===============================  ==============================================================
``POST /v1/messages``            request_id, phone, template, words -> request_id, state; the same
                                 ``request_id`` gets the same answer and sends nothing again
``POST /v1/messages/query``      request_id -> request_id, state, reason: the delivery receipt
===============================  ==============================================================

Both are signed. A message is ``accepted``, then ``delivered`` or ``failed``. It is refused (422)
with a template that the gateway does not have or words that do not fill it, for a telephone that
is none, and more often than ``PER_MINUTE`` a minute to one telephone.

The telephone's side, and what a test wants of it, is here under ``/sandbox``:

=======================================  =====================================================
``GET /sandbox/sms``                     every message that arrived, newest first
``POST /sandbox/sms/received`` phone     the messages of one telephone, newest first
``PUT /sandbox/sms/fates``               how those to a telephone end from now on: ``{"phone",
                                         "end": "delivered" | "failed" | "silent" | "refused"}``
=======================================  =====================================================
"""

import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.base import JsonHandler, PartnerHandler, RefusalError
from sandbox.clock import Clock, instant
from sandbox.faults import Faults, System
from sandbox.signatures import Verifier

APP_ID = "credit-yuexiu"
SECRET = "sandbox-sms-secret"
PHONE = re.compile(r"\+86[1][3-9][0-9]{9}|\+852[4-9][0-9]{7}|\+8536[0-9]{7}|\+8869[0-9]{8}")
PER_MINUTE = 30
MOST_WORD = 64
# What the gateway has approved: the text, with a {word} for what changes.
TEMPLATES: Final[dict[str, str]] = {
    "SMS-SAMPLE-ALERT": "【信用越秀】工作提醒：{title}。请登录工作台查看。",
    "SMS-SAMPLE-SEVERAL": "【信用越秀】您有{count}条工作提醒，请登录工作台查看。",
    "SMS-SAMPLE-CODE": (
        "【信用越秀】验证码{code}，{minutes}分钟内有效，用于绑定工作台提醒手机号。请勿告诉他人。"
    ),
}

End = Literal["delivered", "failed", "silent", "refused"]
State = Literal["accepted", "delivered", "failed"]
Text = Annotated[str, Field(min_length=1, max_length=64)]


class NewMessage(BaseModel):
    """What is handed over; ``request_id`` is the caller's and makes a repeat harmless."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request_id: Text
    phone: Text
    template: Text
    words: dict[str, str]


class Query(BaseModel):
    """Which message is asked after."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request_id: Text


class Telephone(BaseModel):
    """Whose messages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone: Text


class Fate(BaseModel):
    """How messages to a telephone end from now on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone: Text
    end: End


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One message that the gateway has."""

    asked: NewMessage
    text: str
    at: float
    state: State
    reason: str

    def standing(self) -> dict[str, object]:
        """The receipt."""
        return {
            "request_id": self.asked.request_id,
            "state": self.state,
            "reason": self.reason,
            "at": instant(self.at),
        }

    def arrived(self) -> dict[str, object]:
        """As the telephone shows it."""
        return {"phone": self.asked.phone, "text": self.text, "at": instant(self.at)}


class Gateway:
    """All messages, by request id and in the order of their coming."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._taken: dict[str, Taken] = {}
        self._ends: dict[str, End] = {}

    def take(self, asked: NewMessage) -> dict[str, object]:
        """Raises RefusalError: 409 for an id of another message, 422 for what is refused."""
        known = self._taken.get(asked.request_id)
        if known is None:
            known = self._taken[asked.request_id] = self._sent(asked)
        elif known.asked != asked:
            raise RefusalError(409, "mismatch", "this request_id was another message's")
        return {"request_id": asked.request_id, "state": "accepted"}

    def ask(self, asked: Query) -> dict[str, object]:
        """The receipt; raises RefusalError (404)."""
        known = self._taken.get(asked.request_id)
        if known is None:
            raise RefusalError(404, "not_found", "no message has this request_id")
        return known.standing()

    def end(self, fate: Fate) -> None:
        """From now on."""
        self._ends[fate.phone] = fate.end

    def arrived(self, phone: str = "") -> list[dict[str, object]]:
        """What arrived, newest first; of one telephone, or of all."""
        there = [one for one in self._taken.values() if one.state == "delivered"]
        return [one.arrived() for one in reversed(there) if phone in {"", one.asked.phone}]

    def _sent(self, asked: NewMessage) -> Taken:
        end, now = self._ends.get(asked.phone, "delivered"), self._clock()
        if not PHONE.fullmatch(asked.phone):
            raise RefusalError(422, "bad_phone", "no mobile number")
        lately = [
            one
            for one in self._taken.values()
            if one.asked.phone == asked.phone and one.at > now - 60
        ]
        if len(lately) >= PER_MINUTE:
            raise RefusalError(422, "too_often", f"more than {PER_MINUTE} a minute")
        if end == "refused":
            raise RefusalError(422, "blocked", "this number takes no messages of ours")
        states: dict[End, State] = {"failed": "failed", "silent": "accepted"}
        state = states.get(end, "delivered")
        reason = "unreachable" if state == "failed" else ""
        return Taken(asked=asked, text=written(asked), at=now, state=state, reason=reason)


def written(asked: NewMessage) -> str:
    """The text as it arrives; raises RefusalError (422)."""
    text = TEMPLATES.get(asked.template)
    if text is None:
        raise RefusalError(422, "unknown_template", "no template has this id")
    places = set(re.findall(r"\{(\w+)\}", text))
    if set(asked.words) != places:
        raise RefusalError(422, "bad_words", f"the words are {', '.join(sorted(places))}")
    if any(not 0 < len(word) <= MOST_WORD for word in asked.words.values()):
        raise RefusalError(422, "bad_words", f"a word has 1 to {MOST_WORD} characters")
    return text.format_map(asked.words)


class _SmsHandler(PartnerHandler):
    system = System.SMS

    def initialize(self, *, faults: Faults, verifier: Verifier, gateway: Gateway) -> None:
        self.faults = faults
        self.verifier = verifier
        self.gateway = gateway


class MessagesHandler(_SmsHandler):
    """/v1/messages."""

    def post(self) -> None:
        """Take one."""
        self.reply(self.gateway.take(self.read(NewMessage)), status=202)


class MessageQueryHandler(_SmsHandler):
    """/v1/messages/query."""

    def post(self) -> None:
        """What became of one."""
        self.reply(self.gateway.ask(self.read(Query)))


class _TelephoneHandler(JsonHandler):
    def initialize(self, *, gateway: Gateway) -> None:
        """Take the gateway."""
        self.gateway = gateway


class ArrivedHandler(_TelephoneHandler):
    """/sandbox/sms."""

    def get(self) -> None:
        """All that arrived."""
        self.reply({"items": self.gateway.arrived()})


class ReceivedHandler(_TelephoneHandler):
    """/sandbox/sms/received."""

    def post(self) -> None:
        """What one telephone received."""
        self.reply({"items": self.gateway.arrived(self.read(Telephone).phone)})


class FatesHandler(_TelephoneHandler):
    """/sandbox/sms/fates."""

    def put(self) -> None:
        """How those to a telephone end."""
        fate = self.read(Fate)
        self.gateway.end(fate)
        self.reply(fate.model_dump())
