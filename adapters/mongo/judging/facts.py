"""What was resolved, counted over the tickets where they are kept: judging sees no more of them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.mongo.database import Database, Document
from domain.errors import NotFound
from domain.judging.facts import LateTicket, Tally, Worked
from domain.judging.ports import Concerned, Resolution
from domain.tickets.events import By, Happened

# Who reopens does so within seven days, and a clock may be a little behind.
REOPENED_WITHIN = timedelta(days=8)
MINUTE_MS = 60_000
SEEN = dict.fromkeys(
    ("number", "person_id", "butler_id", "place_id", "item", "log", "resolutions"), 1
)


class MongoTicketFacts:
    """Reads what a resolution froze; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._tickets = database["tickets"]

    async def resolution(self, number: str, *, person_id: str) -> Resolution | None:
        """The last one of a ticket of this person; None before any."""
        row = await self._theirs(number, person_id)
        if not row["resolutions"]:
            return None
        last = row["resolutions"][-1]
        return Resolution(
            ticket_id=row["_id"],
            number=row["number"],
            cycle=last["cycle"],
            resolver=last["resolver"],
            resolved_at=last["resolved_at"],
            place_id=row["place_id"],
            item=row["item"],
            person_id=person_id,
            in_time=last["promise_met"],
        )

    async def concerned(self, number: str, *, person_id: str) -> Concerned:
        """Whom a complaint of this person about it concerns."""
        row = await self._theirs(number, person_id)
        last = row["resolutions"][-1] if row["resolutions"] else None
        return Concerned(
            ticket_id=row["_id"],
            number=row["number"],
            cycle=last["cycle"] if last else 0,
            butler=last["resolver"] if last else row["butler_id"],
            place_id=row["place_id"],
            item=row["item"],
            person_id=person_id,
        )

    async def took_part(self, ticket_id: str) -> frozenset[str]:
        """The accounts that had it, answered in it or resolved it."""
        row = await self._tickets.find_one({"_id": ticket_id}, SEEN)
        if row is None:
            return frozenset()
        worked = {Happened.ANSWERED.value, Happened.RESOLVED.value, Happened.CLOSED.value}
        staff = (one for one in row["log"] if one["by"] == By.STAFF.value)
        actors = {one["actor"] for one in staff if one["what"] in worked}
        had = {one["facts"].get("to", "") for one in row["log"] if one["what"] in GIVEN}
        return frozenset({*actors, *had, row["butler_id"]} - {""})

    async def worked(
        self, begin: datetime, end: datetime, *, by: str | None = None
    ) -> AsyncIterator[Worked]:
        """What each, or one, resolved from ``begin`` until before ``end``."""
        late = {"$cond": ["$resolutions.promise_met", None, "$resolutions.resolved_at"]}
        counted = {
            "_id": "$resolutions.resolver",
            "counted": {"$sum": 1},
            "in_time": {"$sum": {"$cond": ["$resolutions.promise_met", 1, 0]}},
            "late_at": {"$max": late},
        }
        found = self._tickets.aggregate([*_resolved(begin, end, by), {"$group": counted}])
        async for row in found:
            yield Worked(
                staff_id=row["_id"],
                counted=row["counted"],
                in_time=row["in_time"],
                late_at=row["late_at"],
            )

    async def late(
        self, staff_id: str, begin: datetime, end: datetime, *, limit: int
    ) -> Sequence[LateTicket]:
        """What one resolved in that time and not within its 24 hours, newest first."""
        found = self._tickets.aggregate(
            [
                *_resolved(begin, end, staff_id),
                {"$match": {"resolutions.promise_met": False}},
                {"$sort": {"resolutions.resolved_at": -1}},
                {"$limit": limit},
            ]
        )
        return [
            LateTicket(
                number=row["number"],
                cycle=row["resolutions"]["cycle"],
                at=row["resolutions"]["resolved_at"],
            )
            async for row in found
        ]

    async def tallies(self, begin: datetime, end: datetime) -> AsyncIterator[Tally]:
        """What happened in that time, by place and butler."""
        counts: dict[tuple[str, str], _Counts] = {}
        async for row in self._tickets.aggregate(_opened(begin, end)):
            counted = counts.setdefault(_key(row), _Counts())
            counted.opened += row["many"]
            counted.in_time += row["in_time"]
            if row["_id"]["minutes"] is not None:
                minutes = int(row["_id"]["minutes"])
                counted.minutes[minutes] = counted.minutes.get(minutes, 0) + row["many"]
        resolved = {"place": "$place_id", "staff": "$resolutions.resolver"}
        grouped = {"$group": {"_id": resolved, "many": {"$sum": 1}}}
        async for row in self._tickets.aggregate([*_resolved(begin, end, None), grouped]):
            counts.setdefault(_key(row), _Counts()).resolved += row["many"]
        async for row in self._tickets.aggregate(_reopened(begin, end)):
            counts.setdefault(_key(row), _Counts()).reopened += row["many"]
        for (place_id, staff_id), counted in counts.items():
            yield Tally(
                place_id=place_id,
                staff_id=staff_id,
                opened=counted.opened,
                in_time=counted.in_time,
                minutes=counted.minutes,
                resolved=counted.resolved,
                reopened=counted.reopened,
            )

    async def _theirs(self, number: str, person_id: str) -> Document:
        row = await self._tickets.find_one({"number": number, "person_id": person_id}, SEEN)
        if row is None:
            raise NotFound
        return row


GIVEN = {Happened.ASSIGNED.value, Happened.TRANSFERRED.value}


@dataclass
class _Counts:
    opened: int = 0
    in_time: int = 0
    minutes: dict[int, int] = field(default_factory=dict)
    resolved: int = 0
    reopened: int = 0


def _key(row: Document) -> tuple[str, str]:
    return row["_id"]["place"], row["_id"]["staff"]


def _resolved(begin: datetime, end: datetime, by: str | None) -> list[Document]:
    """Each resolution of that time as a row of its own, with place and number of its ticket."""
    when: Document = {"resolved_at": {"$gte": begin, "$lt": end}}
    if by is not None:
        when["resolver"] = by
    return [
        {"$match": {"resolutions": {"$elemMatch": when}}},
        {"$project": {"number": 1, "place_id": 1, "resolutions": 1}},
        {"$unwind": "$resolutions"},
        {"$match": {f"resolutions.{name}": value for name, value in when.items()}},
    ]


def _opened(begin: datetime, end: datetime) -> list[Document]:
    """Those opened in that time, by how many whole minutes passed to the first answer."""
    answers: Document = {
        "$filter": {
            "input": "$log",
            "cond": {"$eq": ["$$this.what", Happened.ANSWERED.value]},
        }
    }
    waited = {"$subtract": [{"$getField": {"field": "at", "input": "$answer"}}, "$opened_at"]}
    minutes = {"$floor": {"$divide": [waited, MINUTE_MS]}}
    by = {"place": "$place_id", "staff": "$butler_id", "minutes": "$minutes"}
    in_time = {"$sum": {"$cond": [{"$eq": ["$in_time", True]}, 1, 0]}}
    return [
        {"$match": {"opened_at": {"$gte": begin, "$lt": end}}},
        {
            "$project": {
                **dict.fromkeys(("place_id", "butler_id", "opened_at", "in_time"), 1),
                "answer": {"$first": answers},
            }
        },
        {"$set": {"minutes": {"$cond": ["$answer", minutes, None]}}},
        {"$group": {"_id": by, "many": {"$sum": 1}, "in_time": in_time}},
    ]


def _reopened(begin: datetime, end: datetime) -> list[Document]:
    """Reopenings in that time, with who had resolved it before."""
    before: Document = {
        "$filter": {
            "input": "$resolutions",
            "cond": {"$lte": ["$$this.resolved_at", "$log.at"]},
        }
    }
    resolver = {"$getField": {"field": "resolver", "input": {"$last": before}}}
    since = {"$elemMatch": {"resolved_at": {"$gte": begin - REOPENED_WITHIN, "$lt": end}}}
    by = {"place": "$place_id", "staff": {"$ifNull": [resolver, ""]}}
    return [
        {"$match": {"resolutions": since}},
        {"$project": {"place_id": 1, "resolutions": 1, "log": 1}},
        {"$unwind": "$log"},
        {
            "$match": {
                "log.what": Happened.REOPENED.value,
                "log.at": {"$gte": begin, "$lt": end},
            }
        },
        {"$group": {"_id": by, "many": {"$sum": 1}}},
    ]
