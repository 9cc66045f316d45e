"""What an operator does from the command line: over the database and the keys, nothing more."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from adapters.keys import Keys
from adapters.mongo.database import Database, connect
from adapters.mongo.embedded import EmbeddedMongo, EmbeddedMongoError, running_at
from adapters.mongo.migrations import migrate
from adapters.mongo.transactions import MongoTransactions
from domain.transactions import Act
from server.draw import SystemDraw, now
from server.masters import masters
from server.settings import DatabaseSettings, load_database

T = TypeVar("T")

OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A migrated database, and how an operator acts on it."""

    database: Database
    keys: Keys
    transactions: MongoTransactions

    def act(self) -> Act:
        """A new act, audited as the operator's."""
        draw = SystemDraw()
        return Act(
            at=now(),
            actor=OPERATOR,
            trace_id=draw.id().replace("-", ""),
            draw=draw,
            commit=self.transactions.plain(),
        )


def at_desk(work: Callable[[Desk], Awaitable[T]]) -> T:
    """Do it over the configured database, beside a running server or without one.

    Raises:
        SettingsError, KeyFileError, EmbeddedMongoError, WrongMasterKey, NewerSchema: refused.
    """
    settings = load_database()
    with _database_uri(settings) as uri:
        return asyncio.run(_work(settings, uri, work))


@contextmanager
def _database_uri(settings: DatabaseSettings) -> Iterator[str]:
    """The cluster's, or the embedded database's: the one a server runs, or one just for this."""
    if settings.mongo_uri is not None:
        yield settings.mongo_uri.get_secret_value()
        return
    folder = settings.data_folder / "mongo"
    with ExitStack() as stack:
        try:
            uri = stack.enter_context(EmbeddedMongo(folder, port=settings.mongo_port))
        except EmbeddedMongoError as error:
            running = running_at(folder) if error.code == "owned" else None
            if running is None:
                raise
            uri = running
        yield uri


async def _work(settings: DatabaseSettings, uri: str, work: Callable[[Desk], Awaitable[T]]) -> T:
    keys = Keys(settings.keys)
    database = connect(uri, name=settings.database, master_key=masters(settings, keys))
    try:
        await migrate(database, now=now())
        await database.cipher.prepare()
        transactions = MongoTransactions(database, hmac_key=keys.derived("idempotency"))
        return await work(Desk(database=database, keys=keys, transactions=transactions))
    finally:
        await database.close()
