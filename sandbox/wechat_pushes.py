"""WeChat's message push in secure mode: encrypted, signed, and sent again until it is answered.

``GET /sandbox/wx/pushes`` has it check the address, as when it is entered in WeChat's console.
``POST /sandbox/wx/pushes`` has it push one event, in JSON or XML, to ``/wechat/push`` of our API::

    {"event": "user_authorization_cancellation", "openid": "o…", "fields": {"OpenID": "o…"}}

Each sending has a signature, a nonce and a time of its own; what is inside stays the same. The
answer lists how each was answered.
"""

import asyncio
import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass
from typing import Annotated, Literal
from xml.sax.saxutils import escape

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from sandbox.base import JsonHandler
from sandbox.clock import Clock
from sandbox.due_events import DueEvent
from sandbox.proxy import Upstream
from sandbox.wechat import APP_ID

TOKEN = "SandboxPushToken"
AES_KEY = "SandboxPushKeyOfCreditYuexiuForDevelopment1"
ACCOUNT = "gh_97417a04a28d"
ADDRESS = "/wechat/push"

BLOCK = 32
PATIENCE_SECONDS = 5
SENDINGS = 3
OK = 200
SEND_AGAIN = {0, 500, 502, 503, 504}

# Lists that XML has in an element of its own, JSON at the top.
WRAPPERS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}


class Event(BaseModel):
    """What is pushed; ``seconds_off`` shifts the time that is signed, not ``create_time``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: Annotated[str, Field(min_length=1, max_length=64)]
    openid: Annotated[str, Field(max_length=64)] = ""
    fields: dict[str, JsonValue] = {}
    format: Literal["json", "xml"] = "json"
    repeat: Annotated[int, Field(ge=1, le=100)] = 1
    create_time: int | None = None
    seconds_off: int = 0


@dataclass(frozen=True)
class Sent:
    """One sending and its answer; ``status`` 0 says that none came."""

    status: int
    body: str


@dataclass(frozen=True)
class Sealed:
    """A push as it travels."""

    query: dict[str, str]
    body: bytes
    media_type: str


class Pushes:
    """Pushes to the API that the sandbox stands before."""

    def __init__(self, *, upstream: Upstream, clock: Clock) -> None:
        self._upstream = upstream
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False)
        self._under_way: set[asyncio.Task[list[Sent]]] = set()

    async def push(self, event: Event) -> list[Sent]:
        """Send it ``repeat`` times at once, each up to three times until it is answered."""
        plaintext = self._plaintext(event)
        sendings = (self._until_answered(event, plaintext) for _ in range(event.repeat))
        return [sent for each in await asyncio.gather(*sendings) for sent in each]

    async def media_checked(self, openid: str, fields: dict[str, JsonValue]) -> None:
        """Push the result of an image check."""
        await self.push(Event(event="wxa_media_check", openid=openid, fields=fields))

    def soon(self, due: DueEvent) -> None:
        """Push what became due, while the request that caused it goes on."""
        event = Event(event=due.event, openid=due.openid, fields=due.fields)
        task = asyncio.create_task(self.push(event))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def check(self) -> bool:
        """Whether the address says what it is asked to."""
        echo = str(secrets.randbelow(10**18))
        at, nonce = str(int(self._clock())), str(secrets.randbelow(2**31))
        query = {"signature": _signature(at, nonce), "timestamp": at, "nonce": nonce}
        try:
            answer = await self._client.get(self._address, params={**query, "echostr": echo})
        except httpx.TransportError:
            return False
        return answer.status_code == OK and answer.text == echo

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def _until_answered(self, event: Event, plaintext: bytes) -> list[Sent]:
        sent: list[Sent] = []
        while len(sent) < SENDINGS and (not sent or sent[-1].status in SEND_AGAIN):
            sent.append(await self._send(event, plaintext))
        return sent

    async def _send(self, event: Event, plaintext: bytes) -> Sent:
        at = int(self._clock()) + event.seconds_off
        sealed = seal(plaintext, at=at, form=event.format)
        try:
            answer = await self._client.post(
                self._address,
                params=sealed.query,
                content=sealed.body,
                headers={"Content-Type": sealed.media_type},
            )
        except httpx.TransportError:
            return Sent(0, "")
        return Sent(answer.status_code, answer.text)

    @property
    def _address(self) -> str:
        return self._upstream.url.rstrip("/") + ADDRESS

    def _plaintext(self, event: Event) -> bytes:
        at = int(self._clock()) if event.create_time is None else event.create_time
        content: dict[str, JsonValue] = {
            "ToUserName": ACCOUNT,
            "FromUserName": event.openid,
            "CreateTime": at,
            "MsgType": "event",
            "Event": event.event,
        }
        if event.format == "json":
            return json.dumps({**content, **event.fields}, ensure_ascii=False).encode()
        wrapper = WRAPPERS.get(event.event)
        content.update({wrapper: event.fields} if wrapper else event.fields)
        return f"<xml>{_elements(content)}</xml>".encode()


def seal(plaintext: bytes, *, at: int, form: Literal["json", "xml"]) -> Sealed:
    """Encrypt and sign as WeChat does."""
    nonce = str(secrets.randbelow(2**31))
    encrypted = _encrypted(plaintext)
    query = {
        "signature": _signature(str(at), nonce),
        "timestamp": str(at),
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": _signature(str(at), nonce, encrypted),
    }
    content: dict[str, JsonValue] = {"ToUserName": ACCOUNT, "Encrypt": encrypted}
    if form == "json":
        return Sealed(query, json.dumps(content).encode(), "application/json")
    return Sealed(query, f"<xml>{_elements(content)}</xml>".encode(), "text/xml")


def _encrypted(plaintext: bytes) -> str:
    key = base64.b64decode(f"{AES_KEY}=")
    content = secrets.token_bytes(16) + struct.pack(">I", len(plaintext)) + plaintext
    content += APP_ID.encode()
    padding = BLOCK - len(content) % BLOCK
    content += bytes([padding]) * padding
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(content) + encryptor.finalize()).decode()


def _signature(*parts: str) -> str:
    text = "".join(sorted([TOKEN, *parts]))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _elements(content: dict[str, JsonValue]) -> str:
    """A list is its element again and again."""
    return "".join(
        f"<{name}>{_inside(one)}</{name}>"
        for name, value in content.items()
        for one in (value if isinstance(value, list) else [value])
    )


def _inside(value: JsonValue) -> str:
    if isinstance(value, dict):
        return _elements(value)
    if isinstance(value, str) and "]]>" not in value:
        return f"<![CDATA[{value}]]>"
    return escape(str(value))


class PushesHandler(JsonHandler):
    """/sandbox/wx/pushes."""

    def initialize(self, *, pushes: Pushes) -> None:
        """Take what pushes."""
        self._pushes = pushes

    async def get(self) -> None:
        """Check the address."""
        self.reply({"accepted": await self._pushes.check()})

    async def post(self) -> None:
        """Push one event; the answers of all its sendings."""
        sent = await self._pushes.push(self.read(Event))
        self.reply({"sent": [{"status": one.status, "body": one.body} for one in sent]})
