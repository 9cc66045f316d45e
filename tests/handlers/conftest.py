"""Fixtures of the API's tests.

stored   counts what the database holds, so that a refusal can be shown to have stored nothing
unwritable  the database takes no look as long as the test lasts
editor, reviewer  of texts and lectures, at work in the console
paper    a printed report with a penalty and two honours, for all tests that only look at it
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from pymongo.read_concern import ReadConcern
from tornado.ioloop import IOLoop

from adapters.mongo.schema import COLLECTIONS
from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast
from tests.paper import Paper, print_report
from tests.staffing import Colleague, at_work

Stored = Callable[[], Awaitable[dict[str, int]]]

SECTIONS = {
    "penalties": [{"CF_WSH": "穗越罚〔2026〕1号", "CF_GSJZQ": "@date+200", "severity": "minor"}],
    "honours": [{"name": "纳税信用A级"}, {"name": "守合同重信用"}],
}


@pytest.fixture
def stored(io_loop: IOLoop, installation: Installation) -> Iterator[Stored]:
    """Rows of every collection; the counters of rates hold nothing that was sent.

    What is past its time stays meanwhile, whatever the minute at which the database looks for it.
    """
    # What a request let go without waiting for the journal is seen gone at once.
    local = ReadConcern("local")
    collections = [
        installation.database[one.name].with_options(read_concern=local)
        for one in COLLECTIONS
        if one.name != "rates"
    ]

    async def count() -> dict[str, int]:
        return {one.name: await one.count_documents({}) for one in collections}

    def expiring(does: bool) -> None:
        io_loop.run_sync(
            lambda: installation.database.client.admin.command(
                {"setParameter": 1, "ttlMonitorEnabled": does}
            )
        )

    expiring(False)
    yield count
    expiring(True)


@pytest.fixture
def editor(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.EDITOR))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def reviewer(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.REVIEWER))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture(scope="session")
def paper(io_loop: IOLoop, listening: tuple[Installation, str], sandbox: str) -> Iterator[Paper]:
    installation, url = listening
    cast = Cast(api=url, sandbox=sandbox, workers=installation.workers)

    async def make() -> Paper:
        return await print_report(await cast.owner(sections=SECTIONS))

    yield io_loop.run_sync(make)
    io_loop.run_sync(cast.close)


@pytest.fixture
def unwritable(io_loop: IOLoop, installation: Installation) -> Iterator[None]:
    """The database takes no look as long as the test lasts."""
    validator = next(one for one in COLLECTIONS if one.name == "looks").validator()

    async def let_in(only: dict[str, Any]) -> None:
        await installation.database.database.command("collMod", "looks", validator=only)

    io_loop.run_sync(lambda: let_in({"impossible": True}))
    yield
    io_loop.run_sync(lambda: let_in(validator))
