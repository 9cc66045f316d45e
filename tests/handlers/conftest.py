"""Fixtures of the API's tests.

stored   counts what the database holds, so that a refusal can be shown to have stored nothing
outage   makes an outside system misbehave until it is over, at the latest with the test
"""

from collections.abc import Awaitable, Callable, Iterator

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.schema import COLLECTIONS
from server.wiring import Installation
from tests.cast import Cast

Stored = Callable[[], Awaitable[dict[str, int]]]

SYSTEMS = ("wechat", "platform", "identity")


class Outage:
    """Bad luck outside; afterwards nobody remembers it, the circuit breakers neither."""

    def __init__(self, cast: Cast, installation: Installation) -> None:
        self._sandbox = cast.sandbox
        self._outside = installation.outside

    async def begin(self, system: str, **fault: object) -> None:
        answer = await self._sandbox.put(f"/sandbox/faults/{system}", json=fault)
        answer.raise_for_status()

    async def end(self) -> None:
        for system in SYSTEMS:
            await self._sandbox.delete(f"/sandbox/faults/{system}")
        for outside in self._outside:
            outside._breaker.succeeded()


@pytest.fixture
def outage(io_loop: IOLoop, cast: Cast, installation: Installation) -> Iterator[Outage]:
    outage = Outage(cast, installation)
    yield outage
    io_loop.run_sync(outage.end)


@pytest.fixture
def stored(installation: Installation) -> Stored:
    """Rows of every collection; the counters of rates hold nothing that was sent."""

    async def count() -> dict[str, int]:
        names = [collection.name for collection in COLLECTIONS if collection.name != "rates"]
        return {name: await installation.database[name].count_documents({}) for name in names}

    return count
