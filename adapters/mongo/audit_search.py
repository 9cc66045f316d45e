"""The audit log as it is searched: by indexes, a page at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.mongo.audit import event_leaf
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.truth import NUMBERS
from domain.audit.sealing import Leaf
from domain.audit.searching import Chosen
from domain.pages import Ask, Page
from domain.transactions import AuditEvent


class MongoAuditSearch:
    """Whoever is named by login and whatever by number is looked up first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._events = database["audit_events"]
        self._staff = database["staff"]

    async def staff_of(self, login: str) -> str | None:
        """Who of the staff has this login name."""
        row = await self._staff.find_one({"login": login.lower()}, {"_id": 1})
        return row["_id"] if row else None

    async def logins(self, ids: Sequence[str]) -> dict[str, str]:
        """The login names of those that are staff, by id."""
        rows = self._staff.find({"_id": {"$in": list(ids)}}, {"login": 1})
        return {row["_id"]: row["login"] async for row in rows}

    async def objects_of(self, number: str) -> Sequence[str]:
        """The ids of whatever has this number."""
        found = []
        for name, field, *_ in NUMBERS:
            row = await self._database[name].find_one({field: number}, {"_id": 1})
            if row is not None:
                found.append(str(row["_id"]))
        return found

    async def find(self, chosen: Chosen, *, ask: Ask) -> Page[AuditEvent]:
        """Newest first."""
        return await newest_first(self._events, _selection(chosen), ask, by="at", read=_event)

    async def event(self, event_id: str) -> AuditEvent | None:
        """By id."""
        row = await self._events.find_one({"_id": event_id})
        return _event(row) if row else None

    async def leaf(self, event_id: str) -> Leaf | None:
        """An event in the form that is hashed."""
        row = await self._events.find_one({"_id": event_id})
        return event_leaf(row) if row else None


def _selection(chosen: Chosen) -> Mapping[str, Any]:
    selection: Document = {"at": {"$gte": chosen.begins, "$lt": chosen.ends}}
    if chosen.actor:
        selection["actor"] = chosen.actor
    if chosen.action:
        selection["action"] = chosen.action
    if chosen.objects:
        selection["object_id"] = {"$in": list(chosen.objects)}
    return selection


def _event(row: Document) -> AuditEvent:
    return AuditEvent(
        id=row["_id"],
        at=row["at"],
        actor=row["actor"],
        action=row["action"],
        object_id=row["object_id"],
        trace_id=row["trace_id"],
        facts=row["facts"],
    )
