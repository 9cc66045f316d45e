"""Schemathesis beside the server: it waits for answers, so the server's loop runs in a thread.

served     the server's address while its loop runs in that thread
owner      lends generated cases what belongs to a person
session    keeps connections; comes from an address of its own, whose limits no other test meets
tally      what was tried and answered
"""

from collections.abc import Iterator
from threading import Thread

import pytest
import requests
from tornado.ioloop import IOLoop

from server.wiring import Installation
from tests.cast import Cast
from tests.contract.owner import Owner
from tests.contract.tally import Tally

UNLIMITED = (1_000_000, 3600)


@pytest.fixture(scope="module")
def served(io_loop: IOLoop, listening: tuple[Installation, str]) -> Iterator[str]:
    installation, url = listening
    thread = Thread(target=io_loop.start)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(installation.house.rates_table, "phone", UNLIMITED)
        yield url
    io_loop.add_callback(io_loop.stop)
    thread.join()


@pytest.fixture(scope="module")
def owner(
    io_loop: IOLoop, listening: tuple[Installation, str], sandbox: str, served: str
) -> Iterator[Owner]:
    cast = Cast(api=served, sandbox=sandbox, workers=listening[0].workers)
    cast.house, cast.database = listening[0].house, listening[0].database
    owner = Owner(cast, io_loop)
    yield owner
    owner.run(cast.close())


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["X-Forwarded-For"] = "192.0.2.7"
        yield session


@pytest.fixture(scope="module")
def tally() -> Tally:
    return Tally()
