"""Asking the database how it is."""

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from adapters.mongo.database import Database

SECONDS = 2


async def primary_answers(database: Database) -> bool:
    """Whether a primary answers within two seconds."""
    try:
        with pymongo.timeout(SECONDS):
            hello = await database.client.admin.command("hello")
    except PyMongoError:
        return False
    return bool(hello.get("isWritablePrimary"))


async def transaction_lifetime(database: Database) -> int | None:
    """The server's limit on a transaction in seconds; None when it may not be read."""
    try:
        with pymongo.timeout(SECONDS):
            answer = await database.client.admin.command(
                {"getParameter": 1, "transactionLifetimeLimitSeconds": 1}
            )
    except (OperationFailure, PyMongoError):
        return None
    return int(answer["transactionLifetimeLimitSeconds"])
