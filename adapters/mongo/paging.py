"""Lists by time and id: arriving rows neither hide nor repeat any row of a page."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING, DESCENDING

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
    return await _page(collection, selection, ask, by=by, read=read, way=DESCENDING)


async def oldest_first(
    collection: "AsyncIOMotorCollection[Document]",
    selection: Mapping[str, Any],
    ask: Ask,
    *,
    by: str,
    read: Callable[[Document], T],
) -> Page[T]:
    """The same the other way round: for desks, where who has waited longest comes first."""
    return await _page(collection, selection, ask, by=by, read=read, way=ASCENDING)


async def _page(
    collection: "AsyncIOMotorCollection[Document]",
    selection: Mapping[str, Any],
    ask: Ask,
    *,
    by: str,
    read: Callable[[Document], T],
    way: int,
) -> Page[T]:
    limit = min(ask.limit, MOST)
    beyond = "$lt" if way == DESCENDING else "$gt"
    wanted = dict(selection)
    if ask.after is not None:
        # The index is entered at the instant; of its rows the first few are left out.
        wanted[by] = {**wanted.get(by, {}), f"{beyond}e": ask.after.at}
        wanted["$or"] = [{by: {beyond: ask.after.at}}, {"_id": {beyond: ask.after.id}}]
    rows = (
        await collection.find(wanted)
        .sort([(by, way), ("_id", way)])
        .limit(limit + 1)
        .to_list(limit + 1)
    )
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        items=tuple(read(row) for row in rows[:limit]),
        next=Place(at=last[by], id=last["_id"]) if last else None,
    )
