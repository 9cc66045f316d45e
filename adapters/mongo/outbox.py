"""The outbox: work to be done after commit, claimed by lease, by any number of workers.

One field, ``next_at``, is both when a message is due and until when it is leased; the
database's clock rules it. ``fence`` grows with each claim, and a worker's commits check it.
``failures`` counts the claims in a row that ended in a fault or in nothing at all, as when the
process dies of the work; a message with too many is put aside: it stays, and nobody claims it.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING, ReturnDocument

from adapters.mongo.database import Database, Document

LEASE = timedelta(seconds=60)
SINCE_EVER = datetime(2000, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message this worker holds until its lease ends."""

    id: str
    topic: str
    object_id: str
    trace_id: str
    attempt: int
    fence: int
    failures: int = field(default=0, compare=False)


class Outbox:
    """Claiming and settling messages."""

    def __init__(self, database: Database) -> None:
        self._outbox = database["outbox"]

    async def stand(self, topic: str) -> None:
        """The one message of a topic that is always there, due at once when it is new."""
        await self._outbox.update_one(
            {"_id": topic},
            {
                "$setOnInsert": {
                    "v": 1,
                    "topic": topic,
                    "object_id": topic,
                    "trace_id": topic,
                    "attempts": 0,
                    "fence": 0,
                    "commits": 0,
                    "next_at": SINCE_EVER,
                }
            },
            upsert=True,
        )

    async def claim(self, topics: tuple[str, ...]) -> Claimed | None:
        """The message due longest, now leased to the caller; None when nothing is due."""
        found = await self._outbox.find_one_and_update(
            {"topic": {"$in": list(topics)}, "$expr": {"$lte": ["$next_at", "$$NOW"]}},
            [
                {
                    "$set": {
                        "next_at": _from_now(LEASE),
                        "fence": {"$add": ["$fence", 1]},
                        "attempts": {"$add": ["$attempts", 1]},
                        # Settled by whoever ends well; who never ends has failed too.
                        "failures": {"$add": [{"$ifNull": ["$failures", 0]}, 1]},
                        "held_at": "$$NOW",
                    }
                }
            ],
            sort=[("next_at", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )
        if found is None:
            return None
        return Claimed(
            id=found["_id"],
            topic=found["topic"],
            object_id=found["object_id"],
            trace_id=found["trace_id"],
            attempt=found["attempts"] - 1,
            fence=found["fence"],
            failures=found["failures"] - 1,
        )

    async def renew(self, claimed: Claimed) -> bool:
        """Hold it for another lease; False when somebody else has taken it over."""
        held = await self._outbox.update_one(
            {"_id": claimed.id, "fence": claimed.fence}, [{"$set": {"next_at": _from_now(LEASE)}}]
        )
        return held.matched_count == 1

    async def done(self, claimed: Claimed) -> None:
        """Its work is done."""
        await self._outbox.delete_one({"_id": claimed.id, "fence": claimed.fence})

    async def again(self, claimed: Claimed, *, after: timedelta, error: str = "") -> None:
        """Due again after a while; ``error`` names what outside was in the way."""
        await self._settle(claimed, after, {"failures": 0, **_told(error)})

    async def failed(self, claimed: Claimed, *, after: timedelta, error: str) -> None:
        """It met a fault of that name, and is due again after a while."""
        await self._settle(claimed, after, _told(error))

    async def put_aside(self, claimed: Claimed, *, error: str) -> None:
        """It failed too often: it stays, and nobody claims it until an operator says so."""
        aside = {"next_at": NEVER, "stuck_at": "$$NOW"}
        await self._settle(claimed, timedelta(), {**_told(error), **aside})

    async def backlog(self) -> int:
        """How many messages wait, counted to 10,000."""
        return await self._outbox.count_documents({}, limit=10_000)

    async def _settle(self, claimed: Claimed, after: timedelta, changed: Document) -> None:
        await self._outbox.update_one(
            {"_id": claimed.id, "fence": claimed.fence},
            [{"$set": {"next_at": _from_now(after), **changed}}, {"$unset": "held_at"}],
        )


def _told(error: str) -> Document:
    return {"error": error, "failed_at": "$$NOW"} if error else {}


def _from_now(span: timedelta) -> dict[str, list[object]]:
    return {"$add": ["$$NOW", int(span.total_seconds() * 1000)]}
