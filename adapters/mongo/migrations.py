"""The schema's version and the ordered steps between versions.

A process refuses a database that is newer than itself; readers accept documents of a version
and the one before it.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.mongo import applying
from adapters.mongo.database import Database, Document
from adapters.mongo.lecture_search import keep_what_is_open

Step = Callable[[Database], Awaitable[None]]


async def _principals(database: Database) -> None:
    """Subjects and reports of before delegations are their own principals; looks say whose."""
    old = {"principal_id": {"$exists": False}}
    subject: Document = {
        "principal_id": "$_id",
        "principal_person": "$person_id",
        "scope": [],
        "ends_at": None,
        "suspended_at": None,
    }
    report = {"principal_id": "$subject_id", "edition": "organisation-full", "fields": []}
    await database["subjects"].update_many(old, [{"$set": subject}])
    await database["credit_reports"].update_many(old, [{"$set": report}])
    await database["looks"].aggregate(_LOOKS_ABOUT).to_list(None)


_LOOKS_ABOUT: list[Document] = [
    {"$match": {"about": {"$exists": False}}},
    {
        "$lookup": {
            "from": "credit_reports",
            "localField": "report_id",
            "foreignField": "_id",
            "pipeline": [{"$project": {"uscc": 1}}],
            "as": "report",
        }
    },
    {
        "$project": {
            "about": {"$ifNull": [{"$first": "$report.uscc"}, "$subject_id"]},
            "role": {"$cond": [{"$eq": ["$viewer", "anyone"]}, "holder", "legal_representative"]},
        }
    },
    {"$merge": {"into": "looks", "whenMatched": "merge", "whenNotMatched": "discard"}},
]


async def _due_days(database: Database) -> None:
    """Promises of before say themselves by when their promisors have to act."""
    old = {"state": "signed", "signature.due.day": {"$exists": True}, "due_on": {"$exists": False}}
    await database["promises"].update_many(old, [{"$set": {"due_on": "$signature.due.day"}}])


async def _hours(database: Database) -> None:
    """What each lecture knew of the time that its watcher spent is known once for all of them."""
    old = {"spent": {"$exists": True}}
    await database["lecture_progress"].aggregate([{"$match": old}, *_HOURS]).to_list(None)
    told = dict.fromkeys(("spent", "left_ms", "left_until"), "")
    await database["lecture_progress"].update_many(old, {"$unset": told})


_HOURS: list[Document] = [
    {
        "$group": {
            "_id": "$person_id",
            "spent": {"$push": "$spent"},
            "left_ms": {"$max": "$left_ms"},
        }
    },
    {
        "$project": {
            "v": {"$literal": 1},
            "spent": {
                "$reduce": {
                    "input": "$spent",
                    "initialValue": [],
                    "in": {"$concatArrays": ["$$value", "$$this"]},
                }
            },
            "left_ms": 1,
            "looks_left_ms": {"$literal": 0},
            "left_until": {"$literal": None},
            "revision": {"$literal": 1},
        }
    },
    {
        "$merge": {
            "into": "lecture_hours",
            "whenMatched": [{"$set": {"spent": {"$concatArrays": ["$spent", "$$new.spent"]}}}],
        }
    },
]


# Position n brings version n to version n + 1; steps are idempotent and never removed.
STEPS: tuple[Step, ...] = (_principals, _due_days, _hours, keep_what_is_open)
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
    await applying.apply(database)
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
