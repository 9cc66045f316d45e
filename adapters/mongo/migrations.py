"""The schema's version and the ordered steps between versions.

A process refuses a database that is newer than itself; readers accept documents of a version
and the one before it.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.mongo import schema
from adapters.mongo.database import Database

Step = Callable[[Database], Awaitable[None]]

# Position n brings version n to version n + 1; steps are idempotent and never removed.
STEPS: tuple[Step, ...] = ()
VERSION = len(STEPS) + 1
NAME = "version"


class NewerSchema(Exception):
    """The database was migrated by a newer program."""


async def version(database: Database) -> int:
    """The version of the database; 0 when it is empty."""
    row = await database["schema"].find_one({"_id": NAME})
    return int(row["v"]) if row else 0


async def migrate(database: Database, *, now: datetime, steps: tuple[Step, ...] = STEPS) -> int:
    """Bring the database to the program's version and give the version back.

    Raises:
        NewerSchema: the database is ahead of the program.
    """
    newest = len(steps) + 1
    current = await version(database)
    if current > newest:
        raise NewerSchema(f"the database has schema version {current}, this program {newest}")
    await schema.apply(database)
    for number in range(max(current, 1), newest):
        await steps[number - 1](database)
        await _set(database, number + 1, now)
    if current == 0:
        await _set(database, newest, now)
    return newest


async def _set(database: Database, number: int, now: datetime) -> None:
    await database["schema"].replace_one(
        {"_id": NAME}, {"_id": NAME, "v": number, "migrated_at": now}, upsert=True
    )
