"""WeChat's subscription messages: what a person agreed to, and what their phone received.

``POST /cgi-bin/message/subscribe/send`` takes one message, as strictly as WeChat's document says.

The person's side is here under ``/sandbox``:

=============================================  ==================================================
``POST /sandbox/wx/subscriptions``             the dialogue was answered, or WeChat's settings
                                               changed: ``{"openid", "choices": {id: accept |
                                               reject}, "settings": false}``
``GET /sandbox/wx/subscriptions?openid=``      how many of each template are left
``GET /sandbox/wx/messages?openid=``           what the phone received, newest first
``PUT /sandbox/wx/messages?openid=``           the next sends are refused, or slow:
                                               ``{"errcode", "times", "seconds"}``
=============================================  ==================================================
"""

import asyncio
import re
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.base import JsonHandler, RefusalError
from sandbox.clock import Clock, instant
from sandbox.due_events import DueEvent, DueEvents
from sandbox.faults import Faults
from sandbox.message_fields import field_fault
from sandbox.personas import Cast
from sandbox.wechat import PostHandler, Reply, WeChat, WeChatError

TEMPLATE = re.compile(r"[A-Za-z0-9_-]{43}")
PAGE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_/-]*(\?[!-~]*)?")
STATES = {"developer", "trial", "formal"}
LANGUAGES = {"zh_CN", "en_US", "zh_HK", "zh_TW"}
BODY = {"touser", "template_id", "data", "page", "miniprogram_state", "lang"}

_SAID = {
    40001: "invalid credential",
    40003: "invalid openid",
    40037: "invalid template_id",
    41030: "invalid page",
    43101: "user refuse to accept the msg",
    43107: "template banned",
    43108: "concurrent send to the same user",
    45009: "reach max api daily quota limit",
    45168: "sensitive word",
    47001: "data format error",
    47003: "argument invalid",
}
Refusable = Literal[40001, 40037, 41030, 43101, 43107, 43108, 45009, 45168, 47003]


class SendRefusedError(WeChatError):
    """A failure with WeChat's words, which name the field."""

    def __init__(self, errcode: int, more: str = "") -> None:
        Exception.__init__(self, f"{_SAID[errcode]}{more and f'! {more}'}")
        self.errcode = errcode


@dataclass(frozen=True, kw_only=True)
class Received:
    """One message on a phone."""

    msgid: int
    template_id: str
    page: str
    data: dict[str, str]
    at: str
    state: str


class Trouble(BaseModel):
    """What the next sends to a person meet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    errcode: Refusable | None = None
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    seconds: Annotated[float, Field(ge=0, le=30)] = 0


class Choices(BaseModel):
    """What a person answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    openid: str
    choices: Annotated[dict[str, Literal["accept", "reject"]], Field(min_length=1, max_length=3)]
    settings: bool = False


@dataclass
class _Phone:
    left: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    received: list[Received] = field(default_factory=list)
    trouble: Trouble | None = None
    in_flight: int = 0
    most_in_flight: int = 0


class ServiceMessages:
    """All phones; WeChat's own ledger, which nobody can ask."""

    def __init__(self, *, clock: Clock, events: DueEvents) -> None:
        self._clock = clock
        self._events = events
        self._phones: dict[str, _Phone] = defaultdict(_Phone)
        self._sent = 3_000_000_000_000_000_000

    def phone(self, openid: str) -> _Phone:
        """One person's."""
        return self._phones[openid]

    def choose(self, choices: Choices) -> None:
        """Each acceptance in the dialogue is worth one message; settings push refusals only."""
        phone, items = self.phone(choices.openid), []
        for template_id, answer in choices.choices.items():
            if answer == "reject":
                phone.left[template_id] = 0
            elif not choices.settings:
                phone.left[template_id] += 1
            else:
                continue
            items.append(
                {
                    "TemplateId": template_id,
                    "SubscribeStatusString": answer,
                    **({} if choices.settings else {"PopupScene": "0"}),
                }
            )
        if items:
            name = "change" if choices.settings else "popup"
            self._push(f"subscribe_msg_{name}_event", choices.openid, items)

    async def send(self, body: dict[str, object], known: bool) -> Reply:
        """Take one message; raises WeChatError."""
        openid, template_id, data = judged(body)
        if not known:
            raise SendRefusedError(40003)
        phone = self.phone(openid)
        if phone.in_flight:
            raise SendRefusedError(43108)
        phone.in_flight += 1
        phone.most_in_flight = max(phone.most_in_flight, phone.in_flight)
        try:
            await self._meet(phone)
            return self._delivered(phone, body, openid, template_id, data)
        finally:
            phone.in_flight -= 1

    async def _meet(self, phone: _Phone) -> None:
        trouble = phone.trouble
        if trouble is None:
            return
        left = trouble.times - 1
        phone.trouble = trouble.model_copy(update={"times": left}) if left else None
        await asyncio.sleep(trouble.seconds)
        if trouble.errcode is not None:
            raise SendRefusedError(trouble.errcode)

    def _delivered(
        self,
        phone: _Phone,
        body: dict[str, object],
        openid: str,
        template_id: str,
        data: dict[str, str],
    ) -> Reply:
        if phone.left[template_id] <= 0:
            raise SendRefusedError(43101)
        phone.left[template_id] -= 1
        self._sent += 1
        phone.received.insert(
            0,
            Received(
                msgid=self._sent,
                template_id=template_id,
                page=str(body.get("page", "")),
                data=data,
                at=instant(self._clock()),
                state=str(body["miniprogram_state"]),
            ),
        )
        told = {
            "TemplateId": template_id,
            "MsgID": str(self._sent),
            "ErrorCode": "0",
            "ErrorStatus": "success",
        }
        self._push("subscribe_msg_sent_event", openid, [told])
        return {"errcode": 0, "errmsg": "ok", "msgid": self._sent}

    def _push(self, event: str, openid: str, items: list[dict[str, str]]) -> None:
        """One item is an object and many are an array, as with WeChat."""
        listed = items[0] if len(items) == 1 else items
        self._events.add(DueEvent(event, openid, {"List": listed}))  # type: ignore[dict-item]


def judged(body: dict[str, object]) -> tuple[str, str, dict[str, str]]:
    """Openid, template and fields; raises SendRefusedError for what breaks a rule."""
    openid, template_id, data = body.get("touser"), body.get("template_id"), body.get("data")
    if set(body) - BODY or body.get("miniprogram_state") not in STATES:
        raise SendRefusedError(47001)
    if body.get("lang") not in LANGUAGES:
        raise SendRefusedError(47001)
    if not isinstance(openid, str) or not openid:
        raise SendRefusedError(40003)
    if not isinstance(template_id, str) or not TEMPLATE.fullmatch(template_id):
        raise SendRefusedError(40037)
    page = body.get("page", "")
    if not isinstance(page, str) or (page and not PAGE.fullmatch(page)):
        raise SendRefusedError(41030)
    if not isinstance(data, dict) or not data:
        raise SendRefusedError(47003, "data is not an object")
    values = {}
    for name, given in data.items():
        value = given.get("value") if isinstance(given, dict) else None
        fault = field_fault(str(name), value)
        if fault:
            raise SendRefusedError(47003, f"data.{name}.value {fault}")
        values[str(name)] = str(value)
    return openid, template_id, values


class SendHandler(PostHandler):
    """/cgi-bin/message/subscribe/send."""

    def initialize(  # type: ignore[override]  # Tornado passes what the address has
        self, *, faults: Faults, wechat: WeChat, messages: ServiceMessages, personas: Cast
    ) -> None:
        """Take the phones, too."""
        super().initialize(faults=faults, wechat=wechat)
        self._messages = messages
        self._personas = personas

    async def post(self) -> None:
        """Send one."""
        try:
            self.wechat.check_token(self.token)
            body = self.body()
            known = self._personas.by_openid(str(body.get("touser"))) is not None
            self.reply(await self._messages.send(body, known))
        except WeChatError as error:
            self.reply(error.reply())


class _PhonesHandler(JsonHandler):
    def initialize(self, *, messages: ServiceMessages, personas: Cast) -> None:
        """Take the phones."""
        self.messages = messages
        self._personas = personas

    def known(self, openid: str) -> str:
        """Raises RefusalError (404) for a stranger's."""
        if self._personas.by_openid(openid) is None:
            raise RefusalError(404, "unknown_openid", "no persona has this openid")
        return openid


class SubscriptionsHandler(_PhonesHandler):
    """/sandbox/wx/subscriptions."""

    def get(self) -> None:
        """How many of each are left."""
        phone = self.messages.phone(self.known(self.get_query_argument("openid")))
        self.reply({"left": dict(phone.left)})

    def post(self) -> None:
        """The person answered."""
        choices = self.read(Choices)
        self.known(choices.openid)
        self.messages.choose(choices)
        self.reply({"errMsg": "requestSubscribeMessage:ok", **choices.choices})


class ReceivedHandler(_PhonesHandler):
    """/sandbox/wx/messages."""

    def get(self) -> None:
        """What the phone received, newest first."""
        phone = self.messages.phone(self.known(self.get_query_argument("openid")))
        items = [asdict(one) for one in phone.received]
        self.reply({"items": items, "most_in_flight": phone.most_in_flight})

    def put(self) -> None:
        """The next sends to this person meet trouble."""
        trouble = self.read(Trouble)
        self.messages.phone(self.known(self.get_query_argument("openid"))).trouble = trouble
        self.reply(trouble.model_dump())
