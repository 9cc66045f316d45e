"""Fixtures of all tests. The database is real, the stand-ins speak the real protocols.

io_loop       one loop for the run, since the server lives as long
mongo_uri     an embedded mongod over a fresh folder
sandbox       ``python -m sandbox``: WeChat, credit platform, identity agency, personas
clock         the server's clock, which a test may move
installation  all parts joined over a fresh database; its workers run when a test says so
api           the address of the real HTTP server over them
outage        makes an outside system misbehave until it is over, at the latest with the test
alice …       the cast of tests/cast.py
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import hypothesis
import pytest
from argon2 import PasswordHasher
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port

from adapters.mongo.embedded import EmbeddedMongo
from domain.electricity.applications import Channel
from server import app, development, logs, wiring
from server.draw import now
from server.settings import RATES
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.outage import Outage

pytest_plugins = ["tests.proof"]

SHORT = os.environ.get("CREDIT_TEST_PROFILE") == "ci"

# No timing is asserted in a test: a slow machine generates as well. Where the whole run is to be
# short, a test that does not say how many cases it needs gets fewer than the usual hundred.
hypothesis.settings.register_profile(
    "slow",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    max_examples=40 if SHORT else 100,
)
hypothesis.settings.load_profile("slow")

ROOT = Path(__file__).parent.parent
LONG = ("server/", "journeys/", "handlers/test_erasure_search")

# To make the files of a database takes twice the work on a disk. A killed mongod finds in memory
# what it would find there. Of the room, a whole run uses half.
MEMORY, MEMORY_ROOM = Path("/dev/shm"), 12 << 30  # noqa: S108 - pytest makes a folder there


def pytest_configure() -> None:
    """Where the whole run is to be short, folders of tests lie in memory, if there is room."""
    if SHORT and MEMORY.is_dir() and min(shutil.disk_usage(MEMORY).free, _free()) >= MEMORY_ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def _free() -> int:
    """Bytes of memory that programs could still use."""
    found = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text("ascii"))
    return int(found[1]) << 10 if found else 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker is left alone with it."""
    items.sort(
        key=lambda item: not item.path.relative_to(ROOT / "tests").as_posix().startswith(LONG)
    )


class Clock:
    """The real time and what a test added to it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


@pytest.fixture(scope="session")
def io_loop() -> Iterator[IOLoop]:
    loop = IOLoop(make_current=False)
    asyncio.set_event_loop(loop.asyncio_loop)
    yield loop
    loop.close(all_fds=True)


@pytest.fixture(autouse=True)
def current_loop(io_loop: IOLoop) -> None:
    """The loop of the run is the current one again, whatever asyncio.run did before."""
    asyncio.set_event_loop(io_loop.asyncio_loop)


@pytest.fixture(scope="session")
def mongo_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("mongo")
    with EmbeddedMongo(folder) as uri:
        yield uri
    # A run that failed would keep it, in memory perhaps; what mongod said stays.
    shutil.rmtree(folder / "db")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--until-stdin-closes"]
    process = subprocess.Popen(
        [*command, "--platform-latency", "0"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    yield json.loads(process.stdout.readline())["url"]
    process.stdin.close()
    process.wait(10)
    process.stdout.close()


@pytest.fixture(scope="session")
def session_clock() -> Clock:
    return Clock()


@pytest.fixture
def clock(session_clock: Clock) -> Iterator[Clock]:
    yield session_clock
    session_clock.ahead = timedelta()


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    development.prepare_keys(folder / "keys")
    (folder / "checks").mkdir()
    (folder / "checks" / "MP_verify_sample.txt").write_text("a5d1")
    return folder


@pytest.fixture(scope="session")
def listening(
    io_loop: IOLoop, mongo_uri: str, sandbox: str, session_clock: Clock, data_folder: Path
) -> Iterator[tuple[Installation, str]]:
    """The server with its parts, for the whole run."""
    socket, port = bind_unused_port()
    url = f"http://127.0.0.1:{port}"
    settings = development.settings(
        sandbox=sandbox,
        public_url=url,
        data_folder=data_folder,
        domain_check_folder=data_folder / "checks",
        metrics_token="operator",
        workers=1,
        # All tests come from one address; the limit of "erasure" stays, to be met by one of them.
        rates={what: "1000000/60" for what in RATES if what != "erasure"},
        **development.timestamps(sandbox, data_folder / "keys"),
        **development.grid(sandbox),
        **development.sms(sandbox),
    )
    logs.configure("error")
    installation = io_loop.run_sync(
        lambda: wiring.build(settings, mongo_uri=mongo_uri, clock=session_clock)
    )
    # That passwords are slow to try is held by tests/adapters/test_staff_secrets.py.
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    installation.house.staff._passwords._hasher = quick
    # Its clerk works at the desk; a test of its system says so.
    installation.house.grid.handing_over.channel = Channel.DESK
    server = HTTPServer(app.application(installation.house), max_body_size=app.NO_LIMIT)
    io_loop.add_callback(server.add_socket, socket)
    httpx.put(f"{sandbox}/sandbox/api", json={"url": url}).raise_for_status()
    yield installation, url
    server.stop()
    io_loop.run_sync(server.close_all_connections)
    io_loop.run_sync(installation.close)


@pytest.fixture
def installation(listening: tuple[Installation, str]) -> Installation:
    return listening[0]


@pytest.fixture
def api(listening: tuple[Installation, str]) -> str:
    return listening[1]


@pytest.fixture
def cast(io_loop: IOLoop, installation: Installation, api: str, sandbox: str) -> Iterator[Cast]:
    cast = Cast(api=api, sandbox=sandbox, workers=installation.workers)
    cast.house = installation.house
    cast.database = installation.database
    yield cast
    io_loop.run_sync(cast.close)
    # What a test asked for and did not wait for is not worked on in those after it.
    io_loop.run_sync(lambda: installation.database["outbox"].delete_many({}))


@pytest.fixture(scope="module")
def lasting(io_loop: IOLoop, listening: tuple[Installation, str], sandbox: str) -> Iterator[Cast]:
    """The cast of people and things that serve all tests of a file."""
    installation, url = listening
    cast = Cast(api=url, sandbox=sandbox, workers=installation.workers)
    cast.house, cast.database = installation.house, installation.database
    yield cast
    io_loop.run_sync(cast.close)


@pytest.fixture
def outage(io_loop: IOLoop, cast: Cast, installation: Installation) -> Iterator[Outage]:
    outage = Outage(cast, installation)
    yield outage
    io_loop.run_sync(outage.end)


@pytest.fixture
def alice(io_loop: IOLoop, cast: Cast) -> Person:
    """Verified, acts for her enterprise, has consented to everything."""
    return io_loop.run_sync(cast.owner)


@pytest.fixture
def charlie(io_loop: IOLoop, cast: Cast) -> Person:
    """Verified, owns nothing, must see nothing."""
    return io_loop.run_sync(cast.resident)


@pytest.fixture
def newcomer(io_loop: IOLoop, cast: Cast) -> Person:
    """Signed in, nothing more."""
    return io_loop.run_sync(cast.newcomer)
