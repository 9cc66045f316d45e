"""Inboxes of the staff. The text may name people, so it is encrypted."""

from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.alerts.alerts import Alert, Urgency
from domain.pages import Ask, Page
from domain.transactions import Unit

COUNTED = 100


class MongoAlerts:
    """One document an alert; ``unread`` is there only until it was read."""

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

    async def of(self, *, staff_id: str, ask: Ask) -> Page[Alert]:
        """Somebody's, newest first."""
        return await newest_first(self._alerts, {"staff_id": staff_id}, ask, by="at", read=_alert)

    async def unread(self, *, staff_id: str) -> int:
        """How many, counted to 100."""
        chosen = {"staff_id": staff_id, "unread": True}
        return await self._alerts.count_documents(chosen, limit=COUNTED)

    async def _document(self, alert: Alert) -> Document:
        return {
            "v": 1,
            "staff_id": alert.staff_id,
            "key": alert.key,
            "at": alert.at,
            "title": alert.title,
            "text": await self._cipher.random("person", alert.text),
            "link": alert.link,
            "urgency": alert.urgency.value,
            "about": alert.about,
            "read_at": alert.read_at,
            **({} if alert.read_at else {"unread": True}),
        }


def _alert(row: Document) -> Alert:
    return Alert(
        id=row["_id"],
        staff_id=row["staff_id"],
        key=row["key"],
        at=row["at"],
        title=row["title"],
        text=row["text"],
        link=row["link"],
        urgency=Urgency(row["urgency"]),
        about=row["about"],
        read_at=row["read_at"],
    )
