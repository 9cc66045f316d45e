"""The outbox as an operator sees it: what waits, how long, what failed and what is put aside.

Ids, topics, times and names of errors only: nothing here can tell of a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of
from domain.transactions import Unit

# Messages of a program before this one were due "since ever".
_SINCE_EVER = datetime(2000, 1, 1, tzinfo=UTC)


class State(StrEnum):
    """What becomes of a message."""

    HELD = "held"
    DUE = "due"
    WAITING = "waiting"
    STUCK = "stuck"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One message; ``late`` is how long it has been due."""

    id: str
    topic: str
    object_id: str
    trace_id: str
    state: State
    next_at: datetime
    attempts: int
    failures: int
    late: timedelta
    sent_at: datetime | None
    failed_at: datetime | None
    stuck_at: datetime | None
    error: str


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """One topic: how many messages, and how far behind it is."""

    topic: str
    messages: int
    due: int
    held: int
    stuck: int
    latest: timedelta
    oldest: timedelta
    most_attempts: int


class MongoJobs:
    """Looking at the outbox, and having messages worked on now."""

    def __init__(self, database: Database) -> None:
        self._outbox = database["outbox"]

    async def backlog(self) -> tuple[Backlog, ...]:
        """Each topic that has messages, by name."""
        pipeline: list[Document] = [
            {"$set": _SEEN},
            {
                "$group": {
                    "_id": "$topic",
                    "messages": {"$sum": 1},
                    **{state.value: {"$sum": _one_if(state)} for state in State},
                    "late": {"$max": "$late"},
                    "age": {"$max": "$age"},
                    "attempts": {"$max": "$attempts"},
                }
            },
            {"$sort": {"_id": 1}},
        ]
        rows = await self._outbox.aggregate(pipeline).to_list(None)
        return tuple(
            Backlog(
                topic=row["_id"],
                messages=row["messages"],
                due=row[State.DUE],
                held=row[State.HELD],
                stuck=row[State.STUCK],
                latest=timedelta(milliseconds=row["late"]),
                oldest=timedelta(milliseconds=row["age"]),
                most_attempts=row["attempts"],
            )
            for row in rows
        )

    async def some(self, *, stuck: bool, topic: str | None, most: int) -> tuple[Job, ...]:
        """The first that are due, or those put aside."""
        wanted: Document = {"stuck_at": {"$exists": True}} if stuck else {}
        if topic is not None:
            wanted["topic"] = topic
        return await self._found(wanted, most=most)

    async def one(self, job_id: str) -> Job | None:
        """The message, while its work is not done."""
        found = await self._found({"_id": job_id}, most=1)
        return found[0] if found else None

    async def again(self, unit: Unit, ids: Sequence[str]) -> None:
        """Due now, with the faults forgotten; who holds one of them goes on holding it."""
        await self._outbox.update_many(
            {"_id": {"$in": list(ids)}, **_NOT_HELD},
            [
                {"$set": {"next_at": "$$NOW", "failures": 0}},
                {"$unset": ["stuck_at", "held_at"]},
            ],
            session=session_of(unit),
        )

    async def _found(self, wanted: Document, *, most: int) -> tuple[Job, ...]:
        pipeline: list[Document] = [
            {"$match": wanted},
            {"$sort": {"next_at": 1, "_id": 1}},
            {"$limit": most},
            {"$set": _SEEN},
        ]
        return tuple(_job(row) for row in await self._outbox.aggregate(pipeline).to_list(None))


_IS_DUE: Document = {"$lte": ["$next_at", "$$NOW"]}
_HAS_HELD: Document = {"$gt": ["$held_at", None]}
_HAS_STUCK: Document = {"$gt": ["$stuck_at", None]}
_NOT_HELD: Document = {"$expr": {"$or": [_IS_DUE, {"$not": [_HAS_HELD]}]}}
_AGE: Document = {"$subtract": ["$$NOW", {"$ifNull": ["$sent_at", "$$NOW"]}]}
_SEEN: Document = {
    "state": {
        "$switch": {
            "branches": [
                {"case": _HAS_STUCK, "then": State.STUCK},
                {"case": _IS_DUE, "then": State.DUE},
                {"case": _HAS_HELD, "then": State.HELD},
            ],
            "default": State.WAITING,
        }
    },
    "late": {
        "$cond": [
            {"$and": [_IS_DUE, {"$gt": ["$next_at", _SINCE_EVER]}]},
            {"$subtract": ["$$NOW", "$next_at"]},
            {"$cond": [_IS_DUE, _AGE, 0]},
        ]
    },
    "age": _AGE,
}


def _one_if(state: State) -> Document:
    return {"$cond": [{"$eq": ["$state", state]}, 1, 0]}


def _job(row: Document) -> Job:
    return Job(
        id=row["_id"],
        topic=row["topic"],
        object_id=row["object_id"],
        trace_id=row["trace_id"],
        state=State(row["state"]),
        next_at=row["next_at"],
        attempts=row["attempts"],
        failures=row.get("failures", 0),
        late=timedelta(milliseconds=row["late"]),
        sent_at=row.get("sent_at"),
        failed_at=row.get("failed_at"),
        stuck_at=row.get("stuck_at"),
        error=row.get("error", ""),
    )
