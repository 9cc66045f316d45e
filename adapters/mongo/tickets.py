"""Tickets: codes, times and the log in the clear, so that queues find them; words as ciphertext."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, InsertOne, ReplaceOne

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first, oldest_first
from adapters.mongo.transactions import Collision, session_of, unit_of
from domain.butlers.assigning import Load
from domain.butlers.items import Priority
from domain.pages import Ask, Page
from domain.tickets.events import By, Event, Happened
from domain.tickets.queue import Wanted
from domain.tickets.tickets import (
    ACTIVE,
    Asker,
    Origin,
    Reason,
    Resolution,
    Source,
    State,
    Ticket,
)
from domain.transactions import Unit

NAME = "tickets"
GIVEN = "tickets_given"
MOST_MERGED = 50
OPEN_STATES = [state.value for state in ACTIVE]


class MongoTickets:
    """``phone`` is found by equality only; ``due_at`` and ``next_step_at`` are searched by."""

    def __init__(self, database: Database) -> None:
        self._tickets = database[NAME]
        self._given = database[GIVEN]
        self._cipher = database.cipher

    # -- one -------------------------------------------------------------------

    async def add(self, unit: Unit, ticket: Ticket) -> None:
        """A new one; the transaction starts over when there is one of this number."""
        document = await self.document(ticket)
        unit_of(unit).require(NAME, InsertOne(document), otherwise=Collision())

    async def get(self, ticket_id: str, *, unit: Unit | None = None) -> Ticket | None:
        """By id; as a unit sees it, where there is one."""
        session = session_of(unit) if unit else None
        row = await self._tickets.find_one({"_id": ticket_id}, session=session)
        return read_ticket(row) if row else None

    async def by_number(self, number: str) -> Ticket | None:
        """By number."""
        row = await self._tickets.find_one({"number": number})
        return read_ticket(row) if row else None

    async def replace(self, unit: Unit, ticket: Ticket, *, was: Ticket) -> None:
        """Save against the revision that was read; the transaction starts over when it moved on."""
        chosen = {"_id": was.id, "revision": was.revision}
        document = await self.document(ticket)
        if not ticket.butler_id or ticket.butler_id == was.butler_id:
            replaced = ReplaceOne(chosen, document)
            unit_of(unit).require(NAME, replaced, otherwise=Collision())
            return
        # At once: who is given the next one is counted in the same transaction.
        session = session_of(unit)
        result = await self._tickets.replace_one(chosen, document, session=session)
        if result.matched_count == 0:
            raise Collision
        given: Document = {"$set": {"v": 1, "at": ticket.changed_at}, "$inc": {"held": 1}}
        await self._given.update_one({"_id": ticket.butler_id}, given, upsert=True, session=session)

    # -- a citizen's -----------------------------------------------------------

    async def of_subject(self, subject_id: str, *, ask: Ask) -> Page[Ticket]:
        """Those asked under one right to act, newest first."""
        return await self._newest({"subject_id": subject_id}, ask)

    async def of_about(self, about: str, *, principal_id: str, ask: Ask) -> Page[Ticket]:
        """All about an enterprise or a person that were asked under a principal, newest first."""
        return await self._newest({"about": about, "principal_id": principal_id}, ask)

    # -- the desk's ------------------------------------------------------------

    async def due_first(self, wanted: Wanted, *, ask: Ask) -> Page[Ticket]:
        """The earliest due first."""
        return await oldest_first(
            self._tickets, selection(wanted), ask, by="due_at", read=read_ticket
        )

    async def latest(self, wanted: Wanted, *, ask: Ask) -> Page[Ticket]:
        """What changed last first."""
        chosen = selection(wanted)
        return await newest_first(self._tickets, chosen, ask, by="changed_at", read=read_ticket)

    async def counts(self, wanted: Sequence[Wanted], *, most: int) -> Sequence[int]:
        """How many of each, counted to ``most``: one command, however many are asked for."""
        pipelines: list[list[Document]] = [
            [
                {"$match": selection(one)},
                {"$limit": most},
                {"$group": {"_id": place, "many": {"$sum": 1}}},
            ]
            for place, one in enumerate(wanted)
        ]
        others = [{"$unionWith": {"coll": NAME, "pipeline": one}} for one in pipelines[1:]]
        rows = self._tickets.aggregate([*pipelines[0], *others])
        found = {row["_id"]: row["many"] async for row in rows}
        return [found.get(place, 0) for place in range(len(wanted))]

    async def of_phone(self, phone: str, *, most: int) -> Sequence[Ticket]:
        """Of a caller, newest first."""
        return await self._some({"phone": await self._cipher.equal("person", phone)}, most)

    async def of_uscc(self, uscc: str, *, most: int) -> Sequence[Ticket]:
        """About an enterprise, newest first."""
        return await self._some({"about": uscc}, most)

    async def merged_into(self, ticket_id: str) -> Sequence[Ticket]:
        """Those that are the same matter as this, at most 50."""
        return await self._some({"merged_into": ticket_id}, MOST_MERGED)

    # -- the board's -----------------------------------------------------------

    async def numbers(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Their numbers, by id."""
        found = self._tickets.find({"_id": {"$in": list(ids)}}, {"number": 1})
        return {row["_id"]: row["number"] async for row in found}

    # -- the background's ------------------------------------------------------

    async def to_step(self, now: datetime, *, most: int) -> Sequence[str]:
        """The ids of tickets whose clocks ask for something now, who waits longest first."""
        due = self._tickets.find({"next_step_at": {"$lte": now}}, {"_id": 1})
        rows = await due.sort("next_step_at", 1).limit(most).to_list(most)
        return [row["_id"] for row in rows]

    async def put_off(self, unit: Unit, ticket_id: str, *, until: datetime) -> None:
        """Its clocks ask for nothing until then, or until it is saved again."""
        await self._tickets.update_one(
            {"_id": ticket_id}, {"$set": {"next_step_at": until}}, session=session_of(unit)
        )

    async def active_at(self, place_id: str, *, after: str, most: int) -> Sequence[str]:
        """Ids of active tickets of a place, in their order."""
        return await self._ids({"place_id": place_id}, after, most)

    async def provisional(self, *, after: str, most: int) -> Sequence[str]:
        """Ids of active tickets that are due on a day which the calendar did not reach."""
        return await self._ids({"due_provisional": True}, after, most)

    async def _ids(self, chosen: Document, after: str, most: int) -> Sequence[str]:
        wanted = {**chosen, "state": {"$in": OPEN_STATES}, "_id": {"$gt": after}}
        rows = await self._tickets.find(wanted, {"_id": 1}).sort("_id", 1).limit(most).to_list(most)
        return [row["_id"] for row in rows]

    async def loads(self, unit: Unit, butlers: Sequence[str]) -> Mapping[str, Load]:
        """How much each butler has open, and when one was given to them last, as the unit sees it.

        Of two units that give to one butler the later one starts over, and counts anew: both write
        to the butler's row in ``tickets_given``.
        """
        session = session_of(unit)
        pipeline: list[Document] = [
            {"$match": {"butler_id": {"$in": list(butlers)}, "state": {"$in": OPEN_STATES}}},
            {"$group": {"_id": "$butler_id", "open": {"$sum": 1}}},
        ]
        rows = self._tickets.aggregate(pipeline, session=session)
        counted = {row["_id"]: row["open"] async for row in rows}
        given = self._given.find({"_id": {"$in": list(butlers)}}, session=session)
        last = {row["_id"]: row["at"] async for row in given}
        return {
            one: Load(open=counted.get(one, 0), last_assigned_at=last.get(one)) for one in butlers
        }

    async def active_about(self, about: str, *, most: int) -> Sequence[Ticket]:
        """Active tickets about an enterprise or a person, the newest."""
        return await self._some({"about": about, "state": {"$in": OPEN_STATES}}, most)

    async def of_butler(self, butler_id: str, *, most: int) -> Sequence[Ticket]:
        """Active tickets of a butler, some of them."""
        return await self._some({"butler_id": butler_id, "state": {"$in": OPEN_STATES}}, most)

    async def _newest(self, chosen: Document, ask: Ask) -> Page[Ticket]:
        return await newest_first(self._tickets, chosen, ask, by="opened_at", read=read_ticket)

    async def _some(self, chosen: Document, most: int) -> Sequence[Ticket]:
        found = self._tickets.find(chosen).sort([("opened_at", DESCENDING), ("_id", DESCENDING)])
        return [read_ticket(row) for row in await found.limit(most).to_list(most)]

    async def document(self, ticket: Ticket) -> Document:
        """As it is kept."""
        asker = ticket.asker
        phone = {}
        if asker.phone:
            phone["phone"] = await self._cipher.equal("person", asker.phone)
        words = {"said": ticket.said, "name": asker.name, "phone": asker.phone}
        words["why"] = json.dumps(ticket.why, ensure_ascii=False)
        return {
            "_id": ticket.id,
            "v": 1,
            **{name: getattr(ticket, name) for name in PLAIN},
            **{name: getattr(asker, name) for name in ASKER},
            "person_id": asker.person_id or None,
            **phone,
            "words": await self._cipher.random("report", json.dumps(words, ensure_ascii=False)),
            "source": ticket.origin.source.value,
            "reference": ticket.origin.reference,
            "source_title": ticket.origin.title,
            "priority": ticket.priority.value,
            "state": ticket.state.value,
            "reason": ticket.reason.value if ticket.reason else None,
            "log": [_kept(event) for event in ticket.log],
            "resolutions": [_resolution(one) for one in ticket.resolutions],
            "stepped": list(ticket.stepped),
        }


PLAIN = (
    *("number", "item", "place_id", "butler_id", "opened_at", "changed_at", "ended_at"),
    *(
        "merged_into",
        "due_at",
        "due_provisional",
        "next_step_at",
        "in_time",
        "messages",
        "revision",
    ),
)
ASKER = ("subject_id", "principal_id", "principal_person", "about", "uscc")


def selection(wanted: Wanted) -> Document:
    """What finds the tickets that are wanted."""
    chosen: Document = {"state": {"$in": [state.value for state in wanted.states]}}
    if len(wanted.states) == 1:
        chosen["state"] = wanted.states[0].value
    if wanted.butler_id is not None:
        chosen["butler_id"] = wanted.butler_id
    if wanted.places is not None:
        chosen["place_id"] = {"$in": list(wanted.places)}
    due = {"$gte": wanted.due_from, "$lt": wanted.due_before}
    if limits := {sign: at for sign, at in due.items() if at is not None}:
        chosen["due_at"] = limits
    return chosen


def _kept(event: Event) -> Document:
    return {
        "at": event.at,
        "what": event.what.value,
        "by": event.by.value,
        "actor": event.actor,
        "facts": dict(event.facts),
    }


def read_event(kept: Mapping[str, Any]) -> Event:
    """One event of a log."""
    return Event(
        at=kept["at"],
        what=Happened(kept["what"]),
        by=By(kept["by"]),
        actor=kept["actor"],
        facts=kept["facts"],
    )


def _resolution(one: Resolution) -> Document:
    return {**asdict(one), "reason": one.reason.value}


def read_ticket(row: Document) -> Ticket:
    """A ticket as the domain knows it."""
    words = json.loads(row["words"])
    return Ticket(
        id=row["_id"],
        **{name: row[name] for name in PLAIN},
        asker=Asker(
            person_id=row["person_id"] or "",
            **{name: row[name] for name in ASKER},
            name=words["name"],
            phone=words["phone"],
        ),
        origin=Origin(
            source=Source(row["source"]), reference=row["reference"], title=row["source_title"]
        ),
        priority=Priority(row["priority"]),
        state=State(row["state"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
        log=tuple(read_event(one) for one in row["log"]),
        said=words["said"],
        why=tuple(json.loads(words["why"])),
        resolutions=tuple(
            Resolution(**{**one, "reason": Reason(one["reason"])}) for one in row["resolutions"]
        ),
        stepped=tuple(row["stepped"]),
    )
