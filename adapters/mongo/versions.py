"""What the documents of all kinds of versions have in common, and how they are written.

``in_work`` is there while a version is not decided, and unique: one of each thing.
"""

from collections.abc import Collection
from typing import Any, TypeAlias

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Document
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.transactions import Conflict, Unit
from domain.versions import IN_WORK, Version, VersionState

Rows: TypeAlias = "AsyncIOMotorCollection[Document]"
PLAIN = ("changed_by", "created_at", "changed_at", "revision")


def document_of(version: Version, *, of: str) -> Document:
    """All but what its kind has of its own; ``of`` is the id of the thing it is a version of."""
    document: Document = {
        "_id": version.id,
        "v": 1,
        **{name: getattr(version, name) for name in PLAIN},
        "state": version.state.value,
        "editors": list(version.editors),
    }
    if version.state in IN_WORK:
        document["in_work"] = of
    return document


def fields_of(row: Document) -> dict[str, Any]:
    """The same, read: fields of a version by name."""
    return {
        "id": row["_id"],
        **{name: row[name] for name in PLAIN},
        "state": VersionState(row["state"]),
        "editors": tuple(row["editors"]),
    }


async def add(rows: Rows, unit: Unit, document: Document, *, taken: str) -> None:
    """A new one; raises Conflict, which says ``taken``, while another is in work."""
    try:
        await rows.insert_one(document, session=session_of(unit))
    except DuplicateKeyError as error:
        raise Conflict(taken) from error


async def bring(rows: Rows, unit: Unit, document: Document) -> None:
    """One from the content; the unit starts over when another process just brought it."""
    try:
        await rows.insert_one(document, session=session_of(unit))
    except DuplicateKeyError as error:
        raise Collision from error


async def replace(
    rows: Rows,
    unit: Unit,
    document: Document,
    *,
    was: Version,
    while_there: Collection[str] = ("in_work",),
) -> None:
    """Save against the revision that was read; raises Stale when it moved on.

    What the content brought it under stays; a field of ``while_there`` goes with its value.
    """
    gone = {name: "" for name in while_there if name not in document}
    written = {name: value for name, value in document.items() if name != "_id"}
    result = await rows.update_one(
        {"_id": was.id, "revision": was.revision},
        {"$set": written, **({"$unset": gone} if gone else {})},
        session=session_of(unit),
    )
    if result.matched_count == 0:
        raise Stale("这个版本刚刚有了变动，请重新打开后再操作。")
