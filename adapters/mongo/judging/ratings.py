"""Ratings: stars and times in the clear, to be counted; what was written is one ciphertext."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.judging.kept import at, read, written, years_on
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.judging.facts import Rated, RatedTicket, RatingTally
from domain.judging.ratings import Rating, Version
from domain.pages import Ask, Page
from domain.transactions import Unit

MOST = 100
FIVE = 5


class MongoRatings:
    """One document of each cycle of a ticket."""

    def __init__(self, database: Database, *, kept_years: int) -> None:
        self._ratings = database["ratings"]
        self._cipher = database.cipher
        self._kept_years = kept_years

    async def add(self, unit: Unit, rating: Rating) -> None:
        """A new one; the transaction starts over when the cycle has one."""
        try:
            await self._ratings.insert_one(await self._document(rating), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def replace(self, unit: Unit, rating: Rating, *, was: Rating) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._ratings.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(rating),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale("这条评价刚刚有了变动，请刷新后再提交。")

    async def of_cycle(self, ticket_id: str, cycle: int) -> Rating | None:
        """That of one resolution."""
        row = await self._ratings.find_one({"ticket_id": ticket_id, "cycle": cycle})
        return read_rating(row) if row else None

    async def of_ticket(self, ticket_id: str) -> list[Rating]:
        """Those of a ticket, oldest cycle first, at most 100."""
        found = self._ratings.find({"ticket_id": ticket_id}).sort("cycle", ASCENDING).limit(MOST)
        return [read_rating(row) async for row in found]

    async def of_resolver(self, staff_id: str, *, ask: Ask) -> Page[Rating]:
        """Those of what one butler resolved, by when it was resolved, newest first."""
        chosen = {"resolver": staff_id}
        return await newest_first(self._ratings, chosen, ask, by="resolved_at", read=read_rating)

    async def rated(
        self, begin: datetime, end: datetime, *, of: str | None = None
    ) -> AsyncIterator[Rated]:
        """The ratings of what each butler, or one, resolved in that time."""
        last = {f"last{stars}": {"$max": _when(stars)} for stars in range(1, FIVE)}
        counted = {"ratings": {"$sum": 1}, "stars": {"$sum": "$stars"}, **last}
        async for row in self._counted(begin, end, "$resolver", counted, of=of):
            yield Rated(
                staff_id=row["_id"],
                ratings=row["ratings"],
                stars=row["stars"],
                last_at={
                    stars: row[f"last{stars}"] for stars in range(1, FIVE) if row[f"last{stars}"]
                },
            )

    async def tallied(self, begin: datetime, end: datetime) -> AsyncIterator[RatingTally]:
        """The same by place and butler."""
        by = {"place": "$place_id", "staff": "$resolver"}
        counted = {"ratings": {"$sum": 1}, "stars": {"$sum": "$stars"}}
        async for row in self._counted(begin, end, by, counted):
            yield RatingTally(
                place_id=row["_id"]["place"],
                staff_id=row["_id"]["staff"],
                ratings=row["ratings"],
                stars=row["stars"],
            )

    async def below_five(
        self, staff_id: str, begin: datetime, end: datetime, *, limit: int
    ) -> list[RatedTicket]:
        """Those below five stars of what one resolved in that time, newest first."""
        chosen = {"resolver": staff_id, "resolved_at": {"$gte": begin, "$lt": end}}
        found = self._ratings.find(
            {**chosen, "stars": {"$lt": FIVE}},
            {"number": 1, "cycle": 1, "stars": 1, "rated_at": 1},
        )
        return [
            RatedTicket(
                number=row["number"], cycle=row["cycle"], stars=row["stars"], at=row["rated_at"]
            )
            async for row in found.sort("resolved_at", DESCENDING).limit(limit)
        ]

    def _counted(
        self,
        begin: datetime,
        end: datetime,
        by: object,
        counted: Mapping[str, object],
        *,
        of: str | None = None,
    ) -> AsyncIterator[Document]:
        chosen: Document = {"resolved_at": {"$gte": begin, "$lt": end}}
        if of is not None:
            chosen["resolver"] = of
        return self._ratings.aggregate([{"$match": chosen}, {"$group": {"_id": by, **counted}}])

    async def _document(self, rating: Rating) -> Document:
        content = written({"versions": [asdict(version) for version in rating.versions]})
        return {
            "_id": rating.id,
            "v": 1,
            "ticket_id": rating.ticket_id,
            "number": rating.number,
            "cycle": rating.cycle,
            "resolver": rating.resolver,
            "place_id": rating.place_id,
            "item": rating.item,
            "person_id": rating.person_id or None,
            "resolved_at": rating.resolved_at,
            "stars": rating.now.stars,
            "rated_at": rating.now.at,
            "content": await self._cipher.random("report", content),
            "complaint_id": rating.complaint_id,
            "revision": rating.revision,
            "gone_at": years_on(rating.resolved_at, self._kept_years),
        }


def _when(stars: int) -> Mapping[str, Any]:
    """The time of a rating of so many stars, else null, which is no maximum."""
    return {"$cond": [{"$eq": ["$stars", stars]}, "$rated_at", None]}


def read_rating(row: Document) -> Rating:
    """As the domain knows it."""
    versions = read(row["content"])["versions"]
    return Rating(
        id=row["_id"],
        ticket_id=row["ticket_id"],
        number=row["number"],
        cycle=row["cycle"],
        resolver=row["resolver"],
        place_id=row["place_id"],
        item=row["item"],
        person_id=row["person_id"] or "",
        resolved_at=row["resolved_at"],
        versions=tuple(
            Version(at=at(one["at"]), stars=one["stars"], text=one["text"]) for one in versions
        ),
        complaint_id=row["complaint_id"],
        revision=row["revision"],
    )
