"""A client of the live socket, and events as a room publishes them."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, cast

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from adapters.mongo.live import MongoLiveOutbox
from adapters.mongo.transactions import MongoTransactions
from domain.live.events import Publishing
from domain.live.following import Follower
from domain.transactions import Act, Unit
from server.draw import SystemDraw, now
from server.live import LiveRunner
from server.wiring import Installation
from tests.cast import Person
from tests.staffing import SAME, Colleague

SECONDS = 20
Frame = dict[str, Any]


class Socket:
    """One socket; frames are taken as they come."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self.connection = connection

    async def send(self, **frame: object) -> None:
        await self.connection.write_message(json.dumps(frame))

    async def frame(self) -> Frame | None:
        """The next; None when it is closed."""
        async with asyncio.timeout(SECONDS):
            message = await self.connection.read_message()
        return None if message is None else cast("Frame", json.loads(message))

    async def until(self, *keys: str) -> Frame:
        """The next frame with one of these; others are passed over."""
        while True:
            frame = await self.frame()
            assert frame is not None, self.ended
            if set(keys) & set(frame):
                return frame

    async def closed(self) -> int:
        """With which code it is closed; frames before are passed over."""
        while await self.frame() is not None:
            pass
        return self.connection.close_code or 0

    @property
    def ended(self) -> str:
        return f"closed: {self.connection.close_code} {self.connection.close_reason}"

    def close(self) -> None:
        self.connection.close()


@asynccontextmanager
async def opened(api: str, **headers: str) -> AsyncIterator[Socket]:
    """A socket that has said nothing yet."""
    url = f"{api.replace('http', 'ws', 1)}/v1/live"
    connection = await websocket_connect(HTTPRequest(url, headers=headers))
    try:
        yield Socket(connection)
    finally:
        connection.close()


@asynccontextmanager
async def following(
    api: str, live_pass: str, *streams: str, **first: object
) -> AsyncIterator[Socket]:
    """A socket that has sent its first frame."""
    async with opened(api) as socket:
        await socket.send(**{"pass": live_pass}, streams=list(streams), **first)
        yield socket


async def pass_of(who: Person | Colleague) -> str:
    """A fresh pass."""
    if isinstance(who, Colleague):
        answer = await who.client.post(
            "/console/live/passes", data={"xsrf": await who.xsrf()}, headers=SAME
        )
    else:
        answer = await who.send("POST", "/v1/live/passes")
    return str(answer.raise_for_status().json()["live_pass"])


class Room:
    """A room that changes something: its transactions publish events."""

    def __init__(self, transactions: MongoTransactions) -> None:
        self._transactions = transactions
        self._publish = Publishing(outbox=MongoLiveOutbox())

    async def publish(
        self,
        *streams: str,
        kind: str = "test.changed",
        about: str = "",
        wait: float = 0,
        count: int = 1,
    ) -> str:
        """Events of one transaction, which commits so late; what they are about."""
        about = about or uuid.uuid4().hex

        async def work(unit: Unit) -> None:
            for revision in range(count):
                await self._publish(
                    unit, act, streams=streams, kind=kind, about=about, revision=revision
                )
            await asyncio.sleep(wait)

        act = Act(
            at=now(),
            actor="test",
            trace_id="0" * 32,
            draw=SystemDraw(),
            commit=self._transactions.plain(),
        )
        await act.commit(work)
        return about


async def running(runner: LiveRunner) -> None:
    """Wait until it is."""
    async with asyncio.timeout(SECONDS):
        while runner.live.hub.place is None:  # noqa: ASYNC110 - the product needs no event for it
            await asyncio.sleep(0.01)


def room_of(installation: Installation) -> Room:
    return Room(cast("MongoTransactions", installation.house.transactions))


class Tickets:
    """Judges ticket streams as a test says: who may follow which."""

    def __init__(self) -> None:
        self.let: set[tuple[str, str]] = set()

    async def __call__(self, *, follower: Follower, ids: Sequence[str], now: datetime) -> set[str]:
        assert now
        return {one for one in ids if (follower.id, one) in self.let}


async def id_of(person: Person) -> str:
    """Who this is."""
    return str((await person.get("/v1/me")).raise_for_status().json()["id"])
