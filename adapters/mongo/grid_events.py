"""The power company's events as they were told: what they say is encrypted."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.grid.events import Detail, Event, EventState, Received, Source
from domain.pages import Ask, Page
from domain.transactions import Unit

MOVED_ON = "这个事件刚刚有了变动，请刷新后再操作。"


class MongoGridEvents:
    """``seat`` is there and unique for the one event in its place of an application."""

    def __init__(self, database: Database) -> None:
        self._events = database["grid_events"]
        self._cipher = database.cipher

    async def of(self, application_id: str) -> Sequence[Received]:
        """All of an application, in the order they came."""
        rows = self._events.find({"application_id": application_id})
        return [_received(row) async for row in rows.sort("received_at", ASCENDING)]

    async def get(self, received_id: str) -> Received | None:
        """By our id."""
        row = await self._events.find_one({"_id": received_id})
        return _received(row) if row else None

    async def add(self, unit: Unit, received: Received) -> None:
        """A new one; the transaction starts over when its place was taken meanwhile."""
        try:
            document = await self._document(received)
            await self._events.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def replace(self, unit: Unit, received: Received, *, was: Received) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._events.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(received),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale(MOVED_ON)

    async def in_state(self, states: Collection[EventState], *, ask: Ask) -> Page[Received]:
        """Those in one of these states, newest first."""
        chosen = {"state": {"$in": [state.value for state in states]}}
        return await newest_first(self._events, chosen, ask, by="received_at", read=_received)

    async def _document(self, received: Received) -> Document:
        event = received.event
        detail = json.dumps(asdict(event.detail), ensure_ascii=False, default=_text)
        seat = {"seat": f"{received.application_id}:{event.sequence}"}
        return {
            "_id": received.id,
            "v": 1,
            "application_id": received.application_id,
            "person_id": received.person_id,
            "uscc": received.uscc,
            "number": event.number,
            "event_id": event.event_id,
            "sequence": event.sequence,
            "kind": event.kind,
            "at": event.at,
            "detail": await self._cipher.random("report", detail),
            "received_at": received.received_at,
            "source": received.source.value,
            "state": received.state.value,
            "in_place": received.in_place,
            **(seat if received.in_place else {}),
            "why": received.why,
            "decided_by": received.decided_by,
            "decided_at": received.decided_at,
            "decision": await self._cipher.random("report", received.decision),
            "revision": received.revision,
        }


def _text(value: object) -> str:
    """A date or an instant."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not kept as text: {value!r}")


OF_EVENT = ("event_id", "number", "sequence", "kind", "at")
OF_ROW = (
    *("application_id", "person_id", "uscc", "received_at", "in_place", "why", "decided_by"),
    *("decided_at", "decision", "revision"),
)


def _received(row: Document) -> Received:
    detail = _detail(json.loads(row["detail"]))
    return Received(
        id=row["_id"],
        event=Event(**{name: row[name] for name in OF_EVENT}, detail=detail),
        source=Source(row["source"]),
        state=EventState(row["state"]),
        **{name: row[name] for name in OF_ROW},
    )


def _detail(kept: dict[str, Any]) -> Detail:
    instants = {
        name: datetime.fromisoformat(kept[name]) if kept[name] else None
        for name in ("begins_at", "ends_at")
    }
    on = date.fromisoformat(kept["on"]) if kept["on"] else None
    return Detail(**{**kept, **instants, "on": on, "papers": tuple(kept["papers"])})
