"""Inboxes. Title and text may name people, so they are encrypted."""

from pymongo import InsertOne

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import session_of, unit_of
from domain.notices import Notice
from domain.pages import Ask, Page
from domain.transactions import NoticeKind, Unit

COUNTED = 100


class MongoNotices:
    """One document a notice; ``unread`` is there only until it was read."""

    def __init__(self, database: Database) -> None:
        self._notices = database["notices"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, notice: Notice) -> None:
        """A new one."""
        document = {
            "_id": notice.id,
            "v": 1,
            "person_id": notice.person_id,
            "at": notice.at,
            "title": notice.title,
            "text": await self._cipher.random("person", notice.text),
            "link": notice.link,
            "read_at": notice.read_at,
            "unread": True,
            "kind": notice.kind.value,
            **({"until": notice.until} if notice.until else {}),
        }
        unit_of(unit).last("notices", InsertOne(document))

    async def get(self, notice_id: str) -> Notice | None:
        """By id."""
        row = await self._notices.find_one({"_id": notice_id})
        return _notice(row) if row else None

    async def of(self, *, person_id: str, ask: Ask) -> Page[Notice]:
        """A person's, newest first."""
        chosen = {"person_id": person_id}
        return await newest_first(self._notices, chosen, ask, by="at", read=_notice)

    async def unread(self, *, person_id: str) -> int:
        """How many, counted to 100."""
        chosen = {"person_id": person_id, "unread": True}
        return await self._notices.count_documents(chosen, limit=COUNTED)

    async def replace(self, unit: Unit, notice: Notice) -> None:
        """Save that it was read."""
        await self._notices.update_one(
            {"_id": notice.id},
            {"$set": {"read_at": notice.read_at}, "$unset": {"unread": ""}},
            session=session_of(unit),
        )


def _notice(row: Document) -> Notice:
    return Notice(
        id=row["_id"],
        person_id=row["person_id"],
        at=row["at"],
        title=row["title"],
        text=row["text"],
        link=row["link"],
        read_at=row["read_at"],
        kind=NoticeKind(row.get("kind", NoticeKind.OTHER.value)),
        until=row.get("until"),
    )
