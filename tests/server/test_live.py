"""Live over two real processes: any of them serves any socket, whatever breaks in between."""

import asyncio
import os
import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect
from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketError

from adapters.keys import Keys
from adapters.mongo.database import Database, connect
from adapters.mongo.errors import translate
from adapters.mongo.transactions import MongoTransactions
from domain.live.hub import MOST_PAST
from tests.cast import Cast, Person
from tests.killed import Ground, Mortal, ground
from tests.live import Room, following, id_of
from tests.proof import Proof
from tests.waiting import until

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
EVENTS = 5000 if FULL else 500
WRITERS = 16
CLIENTS = 4
PATIENCE = 120

chance = random.Random()  # noqa: S311 - which moment, guards nothing
Frame = dict[str, Any]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("live")) as house:
        yield house


@pytest.fixture(scope="module")
def database(io_loop: IOLoop, house: Ground) -> Iterator[Database]:
    """As a third process has it."""

    async def joined() -> Database:
        master = Keys(Path(house.folder) / "keys").master
        return connect(house.mongo_uri, name=house.database, master_key=master)

    made = io_loop.run_sync(joined)
    yield made
    io_loop.run_sync(made.close)


class Client:
    """Goes on where it was, at whichever server answers, as docs/live.md tells it to."""

    def __init__(self, person: Person, streams: Sequence[str]) -> None:
        self.person = person
        self.streams = streams
        self.place: Frame | None = None
        self.heard: list[Frame] = []
        # From where to where it was told to load anew: it had missed more than a server tells.
        self.anew: list[tuple[int, int]] = []
        self.breaks = 0

    @property
    def known(self) -> int:
        """The last number that it heard, or loaded anew."""
        return max([0, *(one["n"] for one in self.heard[-1:]), *(to for _, to in self.anew[-1:])])

    async def listen(self, servers: Sequence[Mortal]) -> None:
        while True:
            server = chance.choice(servers)
            self.breaks += 1
            with suppress(OSError, WebSocketError, StreamClosedError, httpx.HTTPError):
                await self._one_socket(server)
            await asyncio.sleep(0.02)

    async def _one_socket(self, server: Mortal) -> None:
        """Until it breaks, or is let go at a moment that nothing asks for."""
        cast = self.person.cast
        path, headers = f"{server.api}/v1/live/passes", self.person.headers
        answer = await cast.client.post(path, headers=headers)
        live_pass = answer.raise_for_status().json()["live_pass"]
        since = {} if self.place is None else {"after": self.place["n"], "era": self.place["era"]}
        patience = chance.randint(5, EVENTS // 2)
        async with following(server.api, live_pass, *self.streams, **since) as socket:
            for _ in range(patience):
                frame = await socket.frame()
                if frame is None:
                    return
                self.take(frame)

    def take(self, frame: Frame) -> None:
        if "reset" in frame:
            self.anew.append((self.place["n"] if self.place else 0, frame["n"]))
            self.place = {"n": frame["n"], "era": frame["era"]}
        if "ready" in frame:
            last = max(frame["ready"], self.place["n"] if self.place else 0)
            self.place = {"n": last, "era": frame["era"]}
        if "kind" in frame:
            assert self.place
            self.place["n"] = frame["n"]
            self.heard.append(frame)


class Writers:
    """Transactions that run at once, some of which commit late and some not at all."""

    def __init__(self, room: Room, streams: Sequence[str]) -> None:
        self.room = room
        self.streams = streams
        self.left = 0
        self.published: set[tuple[str, int]] = set()

    async def write(self, count: int) -> None:
        self.left = count
        async with asyncio.TaskGroup() as writers:
            for _ in range(WRITERS):
                writers.create_task(self._write())

    async def _write(self) -> None:
        while self.left > 0:
            count, wait = chance.randint(1, 3), chance.choice((0, 0, 0, 0.05, 0.2))
            self.left -= count
            streams = chance.sample(self.streams, chance.randint(1, len(self.streams)))
            try:
                about = await self.room.publish(*streams, wait=wait, count=count)
            except Exception as error:
                # Whether it has committed is not known: it is heard, or it is not.
                if translate(error) is None:
                    raise
                await asyncio.sleep(0.1)
            else:
                self.published.update((about, number) for number in range(count))


def step_down(house: Ground) -> None:
    """The primary is none any more, and is one again a moment later."""
    with MongoClient[Frame](house.mongo_uri) as client, suppress(AutoReconnect):
        client.admin.command("replSetStepDown", 1, secondaryCatchUpPeriodSecs=0, force=True)
    with MongoClient[Frame](house.mongo_uri, directConnection=True) as client:
        client.admin.command("replSetFreeze", 0)


class World:
    """Two processes, clients that come and go between them, and who writes."""

    def __init__(self, house: Ground, database: Database, person: Person, mine: str) -> None:
        self.database = database
        self.mine = mine
        self.servers: list[Mortal] = []
        self.clients = [Client(person, [mine]) for _ in range(CLIENTS)]
        self.room = Room(MongoTransactions(database, hmac_key=b"k" * 32))
        self.writers = Writers(self.room, [mine, "desk", "place:p1"])
        self._house = house

    async def write(self, happen: Any) -> None:
        """Half of all, and halfway something happens; then all clients hear the end of it."""
        count = EVENTS // 2
        writing = asyncio.create_task(self.writers.write(count))
        await until(lambda: self.writers.left < count // 2)
        await asyncio.to_thread(happen)
        async with asyncio.timeout(PATIENCE):
            await writing
        about = await self.room.publish(self.mine)
        number = await self.number(about)
        await until(lambda: all(one.known >= number for one in self.clients))

    async def number(self, about: str) -> int:
        """Of an event, once it has one."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if row := await self.database["live_numbered"].find_one({"about": about}):
                    return int(row["_id"])
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        self.servers.pop(0).kill()

    def step_down(self) -> None:
        step_down(self._house)

    async def sequencer(self) -> Frame:
        found = await self.database["live_sequencer"].find_one({})
        assert found
        return found

    async def check(self) -> int:
        """How many were heard in all."""
        rows = await self.database["live_numbered"].find().sort("_id", 1).to_list(None)
        assert [row["_id"] for row in rows] == list(range(1, len(rows) + 1))
        wanted = [(row["_id"], row["about"]) for row in rows if self.mine in row["streams"]]
        for client in self.clients:
            for since, to in client.anew:
                assert sum(since < number <= to for number, _ in wanted) > MOST_PAST
            told = [
                (number, about)
                for number, about in wanted
                if not any(since < number <= to for since, to in client.anew)
            ]
            assert [(frame["n"], frame["about"]) for frame in client.heard] == told
            assert all(frame["streams"] == [self.mine] for frame in client.heard)
        numbered = {(row["about"], row["revision"]) for row in rows}
        assert self.writers.published <= numbered
        assert len(numbered) == len(rows)
        assert await self.database["live_events"].count_documents({}) == 0
        return sum(len(client.heard) for client in self.clients)


async def test_every_socket_hears_every_event_once_and_in_order_whatever_breaks(
    house: Ground, database: Database, proof: Proof
) -> None:
    """Sockets come and go; the process that numbers is killed; the primary steps down."""
    holder = house.server()
    await holder.listening()
    cast = Cast(api=holder.api, sandbox=house.sandbox, workers=None)
    person = await cast.newcomer()
    world = World(house, database, person, f"person:{await id_of(person)}")
    # Alone it got the lease; the other waits for it.
    before = await world.sequencer()
    world.servers += [holder, house.server()]
    await world.servers[1].listening()
    listening = [asyncio.create_task(one.listen(world.servers)) for one in world.clients]
    await until(lambda: all(client.place for client in world.clients))

    await world.write(world.kill)
    after = await world.sequencer()
    assert (after["fence"], after["era"]) == (before["fence"] + 1, before["era"])
    await world.write(world.step_down)

    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    heard = await world.check()
    breaks = sum(client.breaks for client in world.clients)
    proof(f"live events heard by {CLIENTS} clients, {breaks} sockets", heard, "once, in order")
    await cast.close()
