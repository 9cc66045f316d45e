"""The power company's signed calls to us: its events, rightly or not, and the files it fetches.

A callback is sent again until it is answered, three times at most; what is lost then is what
polling is for. The signature of each sending is new, the event inside stays the same.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from pydantic import JsonValue

from sandbox.clock import Clock
from sandbox.power_grid import APP_ID, CALLBACK_SECRET, Case, Event
from sandbox.proxy import Upstream
from sandbox.signatures import signature

ADDRESS = "/partner/grid/events"
FILES = "/partner/grid/files"
PATIENCE_SECONDS = 5
SENDINGS = 3
SEND_AGAIN = {0, 500, 502, 503, 504}


@dataclass(frozen=True)
class Sent:
    """One sending and its answer; ``status`` 0 says that none came."""

    sequence: int
    status: int
    body: JsonValue

    def told(self) -> dict[str, JsonValue]:
        """As the control shows it."""
        return {"sequence": self.sequence, "status": self.status, "body": self.body}


@dataclass(frozen=True, kw_only=True)
class Defects:
    """What is wrong with a sending, when something is."""

    secret: str = CALLBACK_SECRET
    seconds_off: int = 0
    nonce: str = ""
    # Changes the body after it was signed.
    tampered: bool = False
    # Put in the place of the event's own fields.
    fields: tuple[tuple[str, JsonValue], ...] = ()


RIGHT = Defects()


class Callbacks:
    """Calls to the API that the sandbox stands before."""

    def __init__(self, *, upstream: Upstream, clock: Clock) -> None:
        self._upstream = upstream
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False)
        self._under_way: set[asyncio.Task[list[Sent]]] = set()

    def soon(self, event: Event) -> None:
        """Send it while the request that caused it goes on."""
        task = asyncio.create_task(self.send(event))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def send(self, event: Event, defects: Defects = RIGHT) -> list[Sent]:
        """One event, until it is answered."""
        body = {**event.told(), **dict(defects.fields)}
        content = json.dumps(body, ensure_ascii=False).encode()
        sent: list[Sent] = []
        while len(sent) < SENDINGS and (not sent or sent[-1].status in SEND_AGAIN):
            sent.append(await self._post(event.sequence, content, defects))
        return sent

    async def send_all(self, events: Sequence[Event], defects: Defects) -> list[Sent]:
        """Several, one after another."""
        return [sent for event in events for sent in await self.send(event, defects)]

    async def files(self, case: Case) -> list[dict[str, JsonValue]]:
        """Fetch every file of every delivery; what was answered, and the SHA-256 of what came."""
        fetched: list[dict[str, JsonValue]] = []
        for delivery in case.deliveries:
            for name in delivery.files:
                path = f"{FILES}/{delivery.delivery_id}/{name}"
                answer = await self._client.get(
                    self._upstream.url.rstrip("/") + path,
                    headers=self._headers("GET", path, b"", RIGHT),
                )
                fetched.append(
                    {
                        "delivery_id": delivery.delivery_id,
                        "name": name,
                        "status": answer.status_code,
                        "media_type": answer.headers.get("Content-Type", ""),
                        "sha256": hashlib.sha256(answer.content).hexdigest(),
                    }
                )
        return fetched

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def _post(self, sequence: int, content: bytes, defects: Defects) -> Sent:
        headers = self._headers("POST", ADDRESS, content, defects)
        if defects.tampered:
            content = content.replace(b'"kind"', b'"kind" ', 1)
        try:
            answer = await self._client.post(
                self._upstream.url.rstrip("/") + ADDRESS,
                content=content,
                headers={**headers, "Content-Type": "application/json"},
            )
        except httpx.TransportError:
            return Sent(sequence, 0, None)
        try:
            return Sent(sequence, answer.status_code, answer.json())
        except ValueError:
            return Sent(sequence, answer.status_code, answer.text[:200])

    def _headers(self, method: str, path: str, content: bytes, defects: Defects) -> dict[str, str]:
        at = str(int(self._clock()) + defects.seconds_off)
        nonce = defects.nonce or secrets.token_hex(16)
        return {
            "X-App-Id": APP_ID,
            "X-Timestamp": at,
            "X-Nonce": nonce,
            "X-Signature": signature(
                secret=defects.secret,
                method=method,
                path=path,
                timestamp=at,
                nonce=nonce,
                body=content,
            ),
        }
