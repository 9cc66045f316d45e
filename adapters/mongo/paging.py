"""Lists newest first: a page by (time, id), so that arriving rows neither hide nor repeat any."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import DESCENDING

from adapters.mongo.database import Document
from domain.pages import MOST, Ask, Page, Place

T = TypeVar("T")


async def newest_first(
    collection: "AsyncIOMotorCollection[Document]",
    selection: Mapping[str, Any],
    ask: Ask,
    *,
    by: str,
    read: Callable[[Document], T],
) -> Page[T]:
    """One page of the rows selected, by the time in field ``by`` and then by id."""
    limit = min(ask.limit, MOST)
    wanted = dict(selection)
    if ask.after is not None:
        wanted["$or"] = [
            {by: {"$lt": ask.after.at}},
            {by: ask.after.at, "_id": {"$lt": ask.after.id}},
        ]
    rows = (
        await collection.find(wanted)
        .sort([(by, DESCENDING), ("_id", DESCENDING)])
        .limit(limit + 1)
        .to_list(limit + 1)
    )
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        items=tuple(read(row) for row in rows[:limit]),
        next=Place(at=last[by], id=last["_id"]) if last else None,
    )
