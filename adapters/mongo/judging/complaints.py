"""Complaints: states and times in the clear, to be found; what was written is one ciphertext."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict
from datetime import datetime

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.judging.kept import at, read, said_of, written, years_on
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.judging.complaints import Cause, Complaint, State, Step, Who
from domain.judging.facts import ComplaintTally, Upheld, UpheldComplaint
from domain.pages import Ask, Page
from domain.transactions import Unit

MOST = 100


class MongoComplaints:
    """``open`` is there while it waits for a decision: a ticket has one such."""

    def __init__(self, database: Database, *, kept_years: int) -> None:
        self._complaints = database["complaints"]
        self._cipher = database.cipher
        self._kept_years = kept_years

    async def add(self, unit: Unit, complaint: Complaint) -> None:
        """A new one; the transaction starts over when its number or an open one is there."""
        document = await self._document(complaint)
        try:
            await self._complaints.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def replace(self, unit: Unit, complaint: Complaint, *, was: Complaint) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._complaints.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(complaint),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale("这件投诉刚刚有了变动，请刷新后再操作。")

    async def get(self, complaint_id: str) -> Complaint | None:
        """By id."""
        row = await self._complaints.find_one({"_id": complaint_id})
        return read_complaint(row) if row else None

    async def by_number(self, number: str) -> Complaint | None:
        """By number."""
        row = await self._complaints.find_one({"number": number})
        return read_complaint(row) if row else None

    async def open_of(self, ticket_id: str) -> Complaint | None:
        """The open one of a ticket."""
        row = await self._complaints.find_one({"ticket_id": ticket_id, "open": True})
        return read_complaint(row) if row else None

    async def of_ticket(self, ticket_id: str) -> list[Complaint]:
        """Those of a ticket, newest first, at most 100."""
        found = self._complaints.find({"ticket_id": ticket_id})
        newest = found.sort([("opened_at", DESCENDING), ("_id", DESCENDING)]).limit(MOST)
        return [read_complaint(row) async for row in newest]

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[Complaint]:
        """All in one of these states, newest first."""
        chosen = {"state": {"$in": [state.value for state in states]}}
        return await newest_first(
            self._complaints, chosen, ask, by="opened_at", read=read_complaint
        )

    async def due_first(self, *, limit: int) -> list[Complaint]:
        """The open ones by when they are due."""
        found = self._complaints.find({"open": True}).sort("opened_at", ASCENDING).limit(limit)
        return [read_complaint(row) async for row in found]

    async def about(self, staff_id: str, *, ask: Ask) -> Page[Complaint]:
        """Those about one butler, newest first."""
        chosen = {"about": staff_id}
        return await newest_first(
            self._complaints, chosen, ask, by="opened_at", read=read_complaint
        )

    async def upheld(
        self, begin: datetime, end: datetime, *, about: str | None = None
    ) -> AsyncIterator[Upheld]:
        """How many about each butler, or one, were upheld in that time."""
        ended = {"state": State.UPHELD.value, "ended_at": {"$gte": begin, "$lt": end}}
        counted = {"_id": "$about", "count": {"$sum": 1}, "last": {"$max": "$ended_at"}}
        chosen = {**ended, "about": {"$gt": ""} if about is None else about}
        found = self._complaints.aggregate([{"$match": chosen}, {"$group": counted}])
        async for row in found:
            yield Upheld(staff_id=row["_id"], upheld=row["count"], upheld_at=row["last"])

    async def tallied(self, begin: datetime, end: datetime) -> AsyncIterator[ComplaintTally]:
        """Those opened in that time, by place, butler and state."""
        by = {"place": "$place_id", "staff": "$about", "state": "$state"}
        found = self._complaints.aggregate(
            [
                {"$match": {"opened_at": {"$gte": begin, "$lt": end}}},
                {"$group": {"_id": by, "count": {"$sum": 1}}},
            ]
        )
        async for row in found:
            yield ComplaintTally(
                place_id=row["_id"]["place"],
                staff_id=row["_id"]["staff"],
                state=row["_id"]["state"],
                count=row["count"],
            )

    async def upheld_about(
        self, staff_id: str, begin: datetime, end: datetime, *, limit: int
    ) -> list[UpheldComplaint]:
        """Those about one that were upheld in that time, newest first."""
        chosen = {"state": State.UPHELD.value, "about": staff_id}
        found = self._complaints.find(
            {**chosen, "ended_at": {"$gte": begin, "$lt": end}},
            {"number": 1, "ticket_number": 1, "ended_at": 1},
        )
        return [
            UpheldComplaint(
                number=row["number"], ticket_number=row["ticket_number"], at=row["ended_at"]
            )
            async for row in found.sort("ended_at", DESCENDING).limit(limit)
        ]

    async def _document(self, complaint: Complaint) -> Document:
        document: Document = {
            "_id": complaint.id,
            "v": 1,
            "number": complaint.number,
            "ticket_id": complaint.ticket_id,
            "ticket_number": complaint.ticket_number,
            "cycle": complaint.cycle,
            "place_id": complaint.place_id,
            "item": complaint.item,
            "about": complaint.about,
            "person_id": complaint.person_id or None,
            "cause": complaint.cause.value,
            "state": complaint.state.value,
            "opened_at": complaint.opened_at,
            "changed_at": complaint.changed_at,
            "ended_at": complaint.ended_at,
            "handler": complaint.handler,
            "decided_by": complaint.decided_by,
            "stated": complaint.statement is not None,
            "told": list(complaint.told),
            "content": await self._cipher.random("report", _content(complaint)),
            "revision": complaint.revision,
        }
        if complaint.stars is not None:
            document["stars"] = complaint.stars
        if complaint.ended_at is None:
            document["open"] = True
        else:
            document["gone_at"] = years_on(complaint.ended_at, self._kept_years)
        return document


def _content(complaint: Complaint) -> str:
    return written(
        {
            "words": complaint.words,
            "statement": asdict(complaint.statement) if complaint.statement else None,
            "answers": [asdict(one) for one in complaint.answers],
            "reason": complaint.reason,
            "steps": [asdict(step) for step in complaint.steps],
        }
    )


def read_complaint(row: Document) -> Complaint:
    """As the domain knows it."""
    said = read(row["content"])
    return Complaint(
        id=row["_id"],
        number=row["number"],
        ticket_id=row["ticket_id"],
        ticket_number=row["ticket_number"],
        cycle=row["cycle"],
        place_id=row["place_id"],
        item=row["item"],
        about=row["about"],
        person_id=row["person_id"] or "",
        cause=Cause(row["cause"]),
        stars=row.get("stars"),
        words=said["words"],
        opened_at=row["opened_at"],
        state=State(row["state"]),
        changed_at=row["changed_at"],
        handler=row["handler"],
        statement=said_of(said["statement"]) if said["statement"] else None,
        answers=tuple(said_of(one) for one in said["answers"]),
        decided_by=row["decided_by"],
        ended_at=row["ended_at"],
        reason=said["reason"],
        steps=tuple(
            Step(at=at(step["at"]), by=Who(step["by"]), text=step["text"]) for step in said["steps"]
        ),
        told=tuple(row["told"]),
        revision=row["revision"],
    )
