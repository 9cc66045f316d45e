"""How all tickets stand: by day and by butler."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar

from adapters.mongo.database import Database, Document
from adapters.mongo.tickets import NAME, OPEN_STATES
from domain.tickets.board import Held, Opened
from domain.tickets.tickets import State

T = TypeVar("T")

# What was counted from more tickets than this is kept for a while: so counting, which takes a
# second for a million, never takes more than a small part of the database's time.
MANY = 50_000
KEPT_SECONDS = 30.0


@dataclass
class _Kept(Generic[T]):
    """What was counted last, for which question, and until when it is not counted again."""

    asked: object = None
    counted: T | None = None
    until: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, asked: object, count: Callable[[], Awaitable[tuple[T, int]]]) -> T:
        """As it was counted a moment ago, or counted now: once, however many look meanwhile."""
        async with self.turn:
            if self.counted is not None and self.asked == asked and time.monotonic() < self.until:
                return self.counted
            counted, many = await count()
            until = time.monotonic() + KEPT_SECONDS if many > MANY else 0.0
            self.asked, self.counted, self.until = asked, counted, until
            return counted


class MongoTicketFigures:
    """Each is one command, answered by an index alone."""

    def __init__(self, database: Database) -> None:
        self._tickets = database[NAME]
        self._opened: _Kept[Mapping[date, Opened]] = _Kept()
        self._held: _Kept[Mapping[str, Held]] = _Kept()

    async def opened(self, begin: datetime, end: datetime) -> Mapping[date, Opened]:
        """Of those opened in this time, by day: how many, in time, and late.

        Of many tickets, as it was half a minute ago.
        """
        return await self._opened.get((begin, end), lambda: self._count_opened(begin, end))

    async def held(self, now: datetime) -> Mapping[str, Held]:
        """What each butler has who has anything.

        Of many tickets, as it was half a minute ago.
        """
        return await self._held.get(None, lambda: self._count_held(now))

    async def _count_opened(
        self, begin: datetime, end: datetime
    ) -> tuple[Mapping[date, Opened], int]:
        day = {"$dateToString": {"date": "$opened_at", "format": "%Y-%m-%d", "timezone": "+08:00"}}
        pipeline: list[Document] = [
            {"$match": {"opened_at": {"$gte": begin, "$lt": end}}},
            {
                "$group": {
                    "_id": day,
                    "opened": {"$sum": 1},
                    "in_time": {"$sum": {"$cond": [{"$eq": ["$in_time", True]}, 1, 0]}},
                    "late": {"$sum": {"$cond": [{"$eq": ["$in_time", False]}, 1, 0]}},
                }
            },
        ]
        rows = [row async for row in self._tickets.aggregate(pipeline)]
        found = {date.fromisoformat(row.pop("_id")): Opened(**row) for row in rows}
        return found, sum(one.opened for one in found.values())

    async def _count_held(self, now: datetime) -> tuple[Mapping[str, Held], int]:
        is_open = {"$eq": ["$state", State.OPEN.value]}
        over = {"$and": [is_open, {"$lt": ["$due_at", now]}, {"$gt": ["$due_at", None]}]}
        pipeline: list[Document] = [
            {"$match": {"butler_id": {"$gt": ""}, "state": {"$in": OPEN_STATES}}},
            {
                "$group": {
                    "_id": "$butler_id",
                    "open": {"$sum": {"$cond": [is_open, 1, 0]}},
                    "overdue": {"$sum": {"$cond": [over, 1, 0]}},
                    "waiting": {"$sum": {"$cond": [is_open, 0, 1]}},
                }
            },
        ]
        rows = [row async for row in self._tickets.aggregate(pipeline)]
        found = {row.pop("_id"): Held(**row) for row in rows}
        return found, sum(one.open + one.waiting for one in found.values())
