"""Inboxes of the staff, and what becomes of each alert. The text may name people: encrypted."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first, oldest_first
from adapters.mongo.transactions import Collision, session_of
from domain.alerts.alerts import Alert, Because, Channel, Missed, State, Urgency
from domain.alerts.ports import Moved
from domain.pages import Ask, Page
from domain.transactions import Unit

COUNTED = 100
COUNTED_UNDELIVERED = 1000
MOST = 100
PLAIN = (
    *("staff_id", "key", "at", "title", "link", "about", "read_at", "changed_at", "held"),
    *("push_id", "tries", "not_before", "settled_by", "revision"),
)


class MongoAlerts:
    """One document an alert.

    ``unread``, ``waiting_of`` and ``undelivered`` are there only as long as they are true, so that
    the indexes over them hold no more than what is listed.
    """

    def __init__(self, database: Database) -> None:
        self._alerts = database["alerts"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, alert: Alert) -> bool:
        """Whether it is new.

        An insert that meets the same id would abort the transaction of who tells; an upsert that
        writes nothing where something is does not. Of two at once the later one collides, as
        with any write of theirs, starts over, and sees that it is there.
        """
        try:
            result = await self._alerts.update_one(
                {"_id": alert.id},
                {"$setOnInsert": await self._document(alert)},
                upsert=True,
                session=session_of(unit),
            )
        except DuplicateKeyError as error:
            raise Collision from error
        return result.upserted_id is not None

    async def get(self, alert_id: str) -> Alert | None:
        """By id."""
        row = await self._alerts.find_one({"_id": alert_id})
        return _alert(row) if row else None

    async def some(self, alert_ids: Sequence[str]) -> Sequence[Alert]:
        """Those of them that are there."""
        return await self._few({"_id": {"$in": list(alert_ids)}}, ASCENDING)

    async def waiting(self, *, staff_id: str) -> Sequence[Alert]:
        """Those that wait to be pushed, oldest first, at most 100."""
        return await self._few({"waiting_of": staff_id}, ASCENDING)

    async def unread_of(self, *, staff_id: str, until: datetime) -> Sequence[Alert]:
        """Those unread that were told until then, newest first, at most 100."""
        chosen = {"staff_id": staff_id, "unread": True, "at": {"$lte": until}}
        return await self._few(chosen, DESCENDING)

    async def read_of(self, *, staff_id: str, ask: Ask) -> Page[Alert]:
        """Those that were read, newest first."""
        chosen = {"staff_id": staff_id, "read_at": {"$ne": None}}
        return await newest_first(self._alerts, chosen, ask, by="at", read=_alert)

    async def unread(self, *, staff_id: str) -> int:
        """How many, counted to 100."""
        chosen = {"staff_id": staff_id, "unread": True}
        return await self._alerts.count_documents(chosen, limit=COUNTED)

    async def undelivered(self, ask: Ask) -> Page[Alert]:
        """What no channel delivered, oldest first."""
        return await oldest_first(
            self._alerts, {"undelivered": True}, ask, by="changed_at", read=_alert
        )

    async def count_undelivered(self) -> int:
        """How many, counted to 1,000."""
        return await self._alerts.count_documents({"undelivered": True}, limit=COUNTED_UNDELIVERED)

    async def replace(self, unit: Unit, alert: Alert, *, was: Alert) -> None:
        """Save against the revision that was read; what it says stays, whoever has made it less."""
        said = {"title", "text", "about"}
        document = await self._document(alert)
        gone = {
            name: "" for name in ("unread", "waiting_of", "undelivered") if name not in document
        }
        changes: Document = {
            "$set": {name: value for name, value in document.items() if name not in said}
        }
        if gone:
            changes["$unset"] = gone
        result = await self._alerts.update_one(
            {"_id": was.id, "revision": was.revision}, changes, session=session_of(unit)
        )
        if result.matched_count == 0:
            raise Moved

    async def _few(self, chosen: Mapping[str, object], way: int) -> Sequence[Alert]:
        rows = self._alerts.find(dict(chosen)).sort([("at", way), ("_id", way)]).limit(MOST)
        return [_alert(row) async for row in rows]

    async def _document(self, alert: Alert) -> Document:
        return {
            "v": 1,
            **{name: getattr(alert, name) for name in PLAIN},
            "text": await self._cipher.random("person", alert.text),
            "urgency": alert.urgency.value,
            "state": alert.state.value,
            "missed": [
                {"channel": one.channel.value, "because": one.because.value} for one in alert.missed
            ],
            "by": alert.by.value if alert.by else None,
            **({} if alert.read_at else {"unread": True}),
            **({"waiting_of": alert.staff_id} if alert.state is State.WAITING else {}),
            **({"undelivered": True} if alert.state is State.UNDELIVERED else {}),
        }


def _alert(row: Document) -> Alert:
    return Alert(
        id=row["_id"],
        **{name: row[name] for name in PLAIN},
        text=row["text"],
        urgency=Urgency(row["urgency"]),
        state=State(row["state"]),
        missed=tuple(
            Missed(channel=Channel(one["channel"]), because=Because(one["because"]))
            for one in row["missed"]
        ),
        by=Channel(row["by"]) if row["by"] else None,
    )
