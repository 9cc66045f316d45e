"""What stands in for the outside world in tests: the sandbox's hands, and a scripted partner."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import httpx
import structlog
from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler


class StandIns:
    """Steers the sandbox at ``url`` as a phone, a person before a camera, or bad luck would."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._hands = httpx.Client(base_url=url, trust_env=False)

    def personas(self) -> list[dict[str, str]]:
        """Everyone there is."""
        items: list[dict[str, str]] = self._hands.get("/sandbox/personas").json()["items"]
        return items

    def persona(self, name: str) -> dict[str, str]:
        """One of them, by id."""
        return next(persona for persona in self.personas() if persona["id"] == name)

    def add(self, persona: object) -> None:
        """Somebody new."""
        self._hands.post("/sandbox/personas", json=persona).raise_for_status()

    def rule(self, number: str, **ruling: str) -> None:
        """Have the platform move an objection on."""
        self._hands.put(f"/sandbox/objections/{number}", json=ruling).raise_for_status()

    def contributed(self, record_id: str) -> list[dict[str, object]]:
        """What the platform keeps of a record: its latest version, if any came."""
        items = self._hands.get("/sandbox/contributions").json()["items"]
        return [one for one in items if one["record_id"] == record_id]

    def texts(self, phone: str) -> list[str]:
        """The SMS that a telephone received, newest first."""
        answer = self._hands.post("/sandbox/sms/received", json={"phone": phone})
        return [one["text"] for one in answer.raise_for_status().json()["items"]]

    def texts_end(self, phone: str, end: str) -> None:
        """How the SMS to a telephone end from now on."""
        fate = {"phone": phone, "end": end}
        self._hands.put("/sandbox/sms/fates", json=fate).raise_for_status()

    def code(self, kind: str, openid: str) -> str:
        """What a phone gets from WeChat: of kind login or phone."""
        answer = self._hands.post(f"/sandbox/wx/{kind}", json={"openid": openid})
        return str(answer.raise_for_status().json()["code"])

    def look(self, ticket: str, outcome: str) -> str:
        """The receipt that a person gets for looking into the camera."""
        answer = self._hands.post("/identity/face", json={"ticket": ticket, "outcome": outcome})
        return str(answer.raise_for_status().json()["receipt"])

    def fail(self, system: str, **fault: object) -> None:
        """Let a system misbehave."""
        self._hands.put(f"/sandbox/faults/{system}", json=fault).raise_for_status()

    def close(self) -> None:
        """Leave everything working."""
        for system in ("wechat", "platform", "identity", "timestamps", "grid", "sms"):
            self._hands.delete(f"/sandbox/faults/{system}").raise_for_status()
        self._hands.close()


class Partner:
    """Answers with ``reply``: a body for 200, or (status, body); a body is bytes or JSON.

    An asynchronous iterator is sent piece by piece until the caller has enough.
    """

    def __init__(self) -> None:
        self.requests: list[HTTPServerRequest] = []
        self.headers: dict[str, str] = {}
        self.reply: Callable[[HTTPServerRequest], object] = lambda _: {}
        self.url = ""

    def replies(self, *script: object) -> None:
        """One after another; the last for ever."""
        left = list(script)
        self.reply = lambda _: left.pop(0) if len(left) > 1 else left[0]


class PartnerHandler(RequestHandler):
    """Every address of a partner."""

    def initialize(self, partner: Partner) -> None:
        """Take the partner."""
        self._partner = partner

    async def _answer(self) -> None:
        self._partner.requests.append(self.request)
        reply = self._partner.reply(self.request)
        if isinstance(reply, Awaitable):
            reply = await reply
        if isinstance(reply, AsyncIterator):
            await self._trickle(reply)
            return
        status, body = reply if isinstance(reply, tuple) else (200, reply)
        self.set_status(status)
        for name, value in self._partner.headers.items():
            self.set_header(name, value)
        self.finish(body if isinstance(body, bytes) else json.dumps(body))

    async def _trickle(self, pieces: AsyncIterator[bytes]) -> None:
        with suppress(StreamClosedError):
            async for piece in pieces:
                self.write(piece)
                await self.flush()

    get = post = _answer


def capturing(capture: structlog.testing.LogCapture) -> structlog.typing.FilteringBoundLogger:
    """A logger that keeps every line, whatever the process has configured."""
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        None, processors=[capture], wrapper_class=structlog.make_filtering_bound_logger("debug")
    )
    return logger
