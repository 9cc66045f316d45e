"""Fixtures of the database's tests.

empty          a database that nobody has used, dropped after the test
database       one with the program's schema, shared by the tests of a file
transactions   of the shared database
"""

import uuid
from collections.abc import Awaitable, Callable, Iterator

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.database import Database, connect
from adapters.mongo.migrations import migrate
from adapters.mongo.transactions import MongoTransactions
from server.draw import now

MASTER_KEY = bytes(range(96))


@pytest.fixture(scope="module")
def database(io_loop: IOLoop, mongo_uri: str) -> Iterator[Database]:
    yield from _new(io_loop, mongo_uri, _with_schema)


@pytest.fixture
def empty(io_loop: IOLoop, mongo_uri: str) -> Iterator[Database]:
    yield from _new(io_loop, mongo_uri, _as_it_is)


@pytest.fixture
def transactions(database: Database) -> MongoTransactions:
    return MongoTransactions(database, hmac_key=b"k" * 32)


def _new(
    io_loop: IOLoop, mongo_uri: str, prepare: Callable[[Database], Awaitable[None]]
) -> Iterator[Database]:
    name = f"test_{uuid.uuid4().hex[:12]}"

    async def begin() -> Database:
        database = connect(mongo_uri, name=name, master_key=MASTER_KEY)
        await prepare(database)
        return database

    async def end() -> None:
        await made.client.drop_database(name)
        await made.close()

    made = io_loop.run_sync(begin)
    yield made
    io_loop.run_sync(end)


async def _with_schema(database: Database) -> None:
    await migrate(database, now=now())
    await database.cipher.prepare()


async def _as_it_is(_: Database) -> None:
    return
