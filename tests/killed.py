"""Servers that are killed: real processes over one database that outlives them."""

import asyncio
import os
import shutil
import signal
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from adapters.mongo.embedded import EmbeddedMongo
from server import development, wiring
from server.settings import RATES
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.forked import Program
from tests.served import environment, free_port

TO_START = 60  # or to end, or to do again what was begun


class Mortal:
    """One server process; it is starting when made, and killed or ended once."""

    def __init__(
        self, ground: "Ground", *, clock_minutes: float, clock: Path | None, **given: object
    ) -> None:
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}"
        self.flag = ground.folder / f"kill-{self.port}"
        settings = development.settings(
            sandbox=ground.sandbox,
            public_url=self.api,
            port=self.port,
            data_folder=ground.folder,
            mongo_uri=ground.mongo_uri,
            database=ground.database,
            log_level="error",
            access_minutes=60,
            rates=dict.fromkeys(RATES, "1000000/60"),
            **given,
        )
        mortal = {
            "MORTAL_AFTER_COMMIT": str(self.flag),
            "MORTAL_CLOCK_MINUTES": str(clock_minutes),
            "MORTAL_MEDIA": str(ground.folder / "media-step"),
            **({"MORTAL_CLOCK_FILE": str(clock)} if clock else {}),
        }
        self.process = Program("serve", env={**os.environ, **environment(settings), **mortal})

    async def listening(self) -> None:
        """Wait until it answers."""
        async with asyncio.timeout(TO_START), httpx.AsyncClient(trust_env=False) as client:
            while True:
                assert self.process.returncode is None, "the server did not start"
                with suppress(httpx.TransportError):
                    if (await client.get(f"{self.api}/readyz")).is_success:
                        return
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        """As ``kill -9`` does."""
        self.process.kill()
        self.process.wait()

    async def dead(self) -> None:
        """Wait until it has killed itself."""
        await asyncio.to_thread(self.process.wait, TO_START)
        assert self.process.returncode == -signal.SIGKILL

    def end(self) -> None:
        """In whatever state it is."""
        self.process.close()


class Ground:
    """Databases, stand-ins and keys, which the servers share and which outlive them."""

    def __init__(self, folder: Path, *, mongo: EmbeddedMongo, mongo_uri: str, sandbox: str) -> None:
        self.folder = folder
        self.mongo = mongo
        self.mongo_uri = mongo_uri
        self.sandbox = sandbox
        self.database = "credit_yuexiu"
        self._servers: list[Mortal] = []

    def anew(self) -> None:
        """From now on in an empty database."""
        self.database = f"ground_{uuid.uuid4().hex[:12]}"

    def server(
        self, *, clock_minutes: float = 0, clock: Path | None = None, **given: Any
    ) -> Mortal:
        """One more server, which begins to start; ``clock`` says by how many minutes it is ahead.

        The file is read at each look, so that the clock may jump.
        """
        server = Mortal(self, clock_minutes=clock_minutes, clock=clock, **given)
        self._servers.append(server)
        return server

    def end(self) -> None:
        """End every server."""
        for server in self._servers:
            server.end()


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """A mongod of its own over an empty folder, on a port that it keeps."""
    development.prepare_keys(folder / "keys")
    mongo = EmbeddedMongo(folder / "mongo", port=free_port())
    with mongo as mongo_uri, development.sandbox(port=0, api="http://127.0.0.1:1") as sandbox:
        shared = Ground(folder, mongo=mongo, mongo_uri=mongo_uri, sandbox=sandbox)
        try:
            yield shared
        finally:
            shared.end()
    # Each takes 300 MB and more; what mongod said stays.
    shutil.rmtree(folder / "mongo" / "db")


class Succession:
    """A server to be killed and one that has started already, who takes its place, so many times.

    No more are started than will serve.
    """

    def __init__(self, ground: Ground, *, kills: int, **given: Any) -> None:
        self._ground = ground
        self._given = given
        self._to_start = kills - 1
        self.now = ground.server(**given)
        self._next = ground.server(**given)

    async def begin(self, cast: Cast) -> None:
        """Lead the cast to the server."""
        await self.now.listening()
        _lead(cast, self.now)

    async def succeed(self, cast: Cast) -> None:
        """The next one takes over, and another begins to start where one is needed."""
        self.now = self._next
        if self._to_start:
            self._to_start -= 1
            self._next = self._ground.server(**self._given)
        await self.begin(cast)


def _lead(cast: Cast, server: Mortal) -> None:
    cast.client.base_url = httpx.URL(server.api)


async def asked(
    person: Person, path: str, body: object, *, key: str, status: int
) -> httpx.Response:
    """The same request until it is answered so; a refusal other than waiting is an error."""
    async with asyncio.timeout(TO_START):
        while True:
            with suppress(httpx.TransportError):
                answer = await person.post(path, body, key=key)
                if answer.status_code == status:
                    return answer
                assert answer.status_code in {409, 503}, answer.text
            await asyncio.sleep(0.05)


@asynccontextmanager
async def inside(ground: Ground) -> AsyncIterator[Installation]:
    """The parts of the program in this process, over the same database; nothing of it runs."""
    settings = development.settings(
        sandbox=ground.sandbox,
        public_url="http://127.0.0.1:1",
        data_folder=ground.folder,
        mongo_uri=ground.mongo_uri,
        database=ground.database,
        workers=0,
    )
    parts = await wiring.build(settings, mongo_uri=ground.mongo_uri)
    try:
        yield parts
    finally:
        await parts.close()
