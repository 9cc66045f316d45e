"""Messages, notes, drafts and escalations of tickets, each in a collection of its own.

Notes have a class, a collection and a cipher of their own: no query for messages can meet one.
"""

from collections.abc import Sequence

from pymongo import ASCENDING, DESCENDING, DeleteOne, InsertOne

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of, unit_of
from domain.content_checks import Verdict
from domain.tickets.drafts import LASTS, Draft
from domain.tickets.events import By
from domain.tickets.messages import Message
from domain.tickets.notes import MOST_NOTES, Note
from domain.tickets.stepping import Escalation
from domain.transactions import Unit

ESCALATIONS = "ticket_escalations"
DRAFTS = "ticket_drafts"
MESSAGES = "ticket_messages"
MOST_ESCALATIONS = 200


class MongoTicketMessages:
    """Between citizen and staff; ``n`` is unique in a ticket."""

    def __init__(self, database: Database) -> None:
        self._messages = database[MESSAGES]
        self._cipher = database.cipher

    async def add(self, unit: Unit, message: Message) -> None:
        """A new one; the transaction starts over when its place is taken."""
        document = {
            "_id": message.id,
            "v": 1,
            "ticket_id": message.ticket_id,
            "n": message.n,
            "by": message.by.value,
            "author": message.author,
            "at": message.at,
            "text": await self._cipher.random("report", message.text),
            "images": list(message.images),
            "by_phone": message.by_phone,
            "verdict": message.verdict.value,
        }
        unit_of(unit).require(MESSAGES, InsertOne(document), otherwise=Collision())

    async def of(self, ticket_id: str, *, before: int | None, most: int) -> Sequence[Message]:
        """The last of a ticket before the ``before``-th, in the order they were written."""
        chosen: Document = {"ticket_id": ticket_id}
        if before is not None:
            chosen["n"] = {"$lt": before}
        found = self._messages.find(chosen).sort("n", DESCENDING).limit(most)
        return [read_message(row) for row in reversed(await found.to_list(most))]


def read_message(row: Document) -> Message:
    """A message as the domain knows it."""
    return Message(
        id=row["_id"],
        ticket_id=row["ticket_id"],
        n=row["n"],
        by=By(row["by"]),
        author=row["author"],
        at=row["at"],
        text=row["text"],
        images=tuple(row["images"]),
        by_phone=row["by_phone"],
        verdict=Verdict(row["verdict"]),
    )


class MongoTicketNotes:
    """For staff alone."""

    def __init__(self, database: Database) -> None:
        self._notes = database["ticket_notes"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, note: Note) -> None:
        """A new one."""
        document = {
            "_id": note.id,
            "v": 1,
            "ticket_id": note.ticket_id,
            "staff_id": note.author,
            "at": note.at,
            "note": await self._cipher.random("report", note.text),
        }
        await self._notes.insert_one(document, session=session_of(unit))

    async def of(self, ticket_id: str) -> Sequence[Note]:
        """Those of a ticket in the order they were written, the last 200."""
        found = self._notes.find({"ticket_id": ticket_id})
        newest = found.sort([("at", DESCENDING), ("_id", DESCENDING)]).limit(MOST_NOTES)
        rows = await newest.to_list(MOST_NOTES)
        return [
            Note(
                id=row["_id"],
                ticket_id=row["ticket_id"],
                author=row["staff_id"],
                at=row["at"],
                text=row["note"],
            )
            for row in reversed(rows)
        ]


class MongoTicketDrafts:
    """One of an owner for a ticket; gone thirty days after it was written last."""

    def __init__(self, database: Database) -> None:
        self._drafts = database[DRAFTS]
        self._cipher = database.cipher

    async def put(self, unit: Unit, draft: Draft) -> None:
        """Instead of what was there."""
        key = {"ticket_id": draft.ticket_id, "person_id": draft.owner}
        document = {
            "_id": _draft_id(draft.ticket_id, draft.owner),
            "v": 1,
            **key,
            "at": draft.at,
            "text": await self._cipher.random("report", draft.text),
            "gone_at": draft.at + LASTS,
        }
        await self._drafts.replace_one(
            {"_id": document["_id"]}, document, upsert=True, session=session_of(unit)
        )

    async def get(self, *, ticket_id: str, owner: str) -> Draft | None:
        """What was written last."""
        row = await self._drafts.find_one({"_id": _draft_id(ticket_id, owner)})
        if row is None:
            return None
        return Draft(ticket_id=ticket_id, owner=owner, text=row["text"], at=row["at"])

    async def drop(self, unit: Unit, *, ticket_id: str, owner: str) -> None:
        """It was sent, or is not wanted."""
        unit_of(unit).last(DRAFTS, DeleteOne({"_id": _draft_id(ticket_id, owner)}))


class MongoEscalations:
    """Steps that clocks took: the id says which, so that none is taken twice."""

    def __init__(self, database: Database) -> None:
        self._escalations = database[ESCALATIONS]

    async def add(self, unit: Unit, escalation: Escalation) -> None:
        """A new one; the transaction starts over when it was taken before."""
        document = {
            "_id": f"{escalation.ticket_id}:{escalation.name}",
            "v": 1,
            "ticket_id": escalation.ticket_id,
            "step": escalation.name,
            "level": escalation.level,
            "due_at": escalation.due_at,
            "at": escalation.at,
            "told": list(escalation.told),
        }
        unit_of(unit).require(ESCALATIONS, InsertOne(document), otherwise=Collision())

    async def of(self, ticket_id: str) -> Sequence[Escalation]:
        """Those of a ticket, oldest first."""
        found = self._escalations.find({"ticket_id": ticket_id})
        rows = await found.sort([("at", ASCENDING), ("_id", ASCENDING)]).to_list(MOST_ESCALATIONS)
        return [_escalation(row) for row in rows]

    async def latest(self, *, least: int, most: int) -> Sequence[Escalation]:
        """The last that went at least so far."""
        found = self._escalations.find({"level": {"$gte": least}})
        rows = await found.sort("at", DESCENDING).limit(most).to_list(most)
        return [_escalation(row) for row in rows]


def _escalation(row: Document) -> Escalation:
    return Escalation(
        ticket_id=row["ticket_id"],
        name=row["step"],
        level=row["level"],
        due_at=row["due_at"],
        at=row["at"],
        told=tuple(row["told"]),
    )


def _draft_id(ticket_id: str, owner: str) -> str:
    return f"{ticket_id}:{owner}"
