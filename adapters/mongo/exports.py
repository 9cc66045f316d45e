"""Exports, the encrypted parts of their archives, and the addresses of these."""

from pymongo.errors import DuplicateKeyError

from adapters.keys import hash_of_secret
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.exports.exports import UNFINISHED, Export, ExportGone, Made, State
from domain.exports.ports import Address
from domain.pages import Ask, Page
from domain.transactions import Unit


class MongoExports:
    """``open_key`` is there only while an export is being made, and is unique."""

    def __init__(self, database: Database) -> None:
        self._exports = database["data_exports"]
        self._parts = database["data_export_parts"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, export: Export) -> None:
        """A new one; the transaction starts over when an unfinished one of the person exists."""
        try:
            await self._exports.insert_one(_document(export), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def unfinished(self, person_id: str) -> Export | None:
        """The one of a person that is not made yet."""
        row = await self._exports.find_one({"open_key": person_id})
        return _export(row) if row else None

    async def get(self, export_id: str) -> Export | None:
        """By id."""
        row = await self._exports.find_one({"_id": export_id})
        return _export(row) if row else None

    async def of(self, person_id: str, *, ask: Ask) -> Page[Export]:
        """A person's, newest first."""
        chosen = {"person_id": person_id}
        return await newest_first(self._exports, chosen, ask, by="requested_at", read=_export)

    async def replace(self, unit: Unit, export: Export, *, was: Export) -> None:
        """Save against the revision that was read; ExportGone when it has gone or moved on."""
        result = await self._exports.replace_one(
            {"_id": was.id, "revision": was.revision},
            _document(export),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise ExportGone

    async def add_part(self, unit: Unit, export: Export, *, ordinal: int, content: bytes) -> None:
        """One part of the archive in the making; ExportGone when the export has.

        The export is written as well, so that its removal at the same moment collides with this.
        """
        session = session_of(unit)
        held = await self._exports.update_one(
            {"_id": export.id, "revision": export.revision},
            {"$set": {"parts": ordinal + 1}, "$inc": {"held": 1}},
            session=session,
        )
        if held.matched_count == 0:
            raise ExportGone
        part = {
            "_id": f"{export.id}:{ordinal}",
            "v": 1,
            "export_id": export.id,
            "ordinal": ordinal,
            "content": await self._cipher.random("report", content),
            "expires_at": export.expires_at,
        }
        await self._parts.insert_one(part, session=session)

    async def drop_parts(self, unit: Unit, export_id: str) -> None:
        """Whatever an earlier attempt left."""
        await self._parts.delete_many({"export_id": export_id}, session=session_of(unit))

    async def drop_others(self, unit: Unit, export: Export) -> None:
        """Every earlier export of the same person, with its archive."""
        session = session_of(unit)
        chosen = {"person_id": export.person_id, "_id": {"$ne": export.id}}
        rows = self._exports.find(chosen, {"_id": 1}, session=session)
        earlier = [row["_id"] async for row in rows]
        await self._parts.delete_many({"export_id": {"$in": earlier}}, session=session)
        await self._exports.delete_many({"_id": {"$in": earlier}}, session=session)

    async def part(self, export_id: str, ordinal: int) -> bytes | None:
        """One part of an archive."""
        row = await self._parts.find_one({"export_id": export_id, "ordinal": ordinal})
        return bytes(row["content"]) if row else None


class MongoExportAddresses:
    """Kept by the hash of their secret; gone by themselves when over."""

    def __init__(self, database: Database) -> None:
        self._addresses = database["data_export_addresses"]

    async def add(self, unit: Unit, address: Address) -> None:
        """A new one."""
        await self._addresses.insert_one(
            {
                "_id": hash_of_secret(address.secret),
                "v": 1,
                "export_id": address.export_id,
                "person_id": address.person_id,
                "session_id": address.session_id,
                "made_at": address.made_at,
                "expires_at": address.expires_at,
            },
            session=session_of(unit),
        )

    async def find(self, secret: str) -> Address | None:
        """By its secret; None when unknown."""
        row = await self._addresses.find_one({"_id": hash_of_secret(secret)})
        if row is None:
            return None
        return Address(
            secret=secret,
            export_id=row["export_id"],
            person_id=row["person_id"],
            session_id=row["session_id"],
            made_at=row["made_at"],
            expires_at=row["expires_at"],
        )


def _document(export: Export) -> Document:
    document: Document = {
        "_id": export.id,
        "v": 1,
        "person_id": export.person_id,
        "requested_at": export.requested_at,
        "expires_at": export.expires_at,
        "state": export.state.value,
        "reason": export.reason,
        "ready_at": export.ready_at,
        "parts": export.made.parts,
        "size": export.made.size,
        "sha256": export.made.sha256,
        "reports": list(export.made.reports),
        "revision": export.revision,
    }
    if export.state in UNFINISHED:
        document["open_key"] = export.person_id
    return document


def _export(row: Document) -> Export:
    return Export(
        id=row["_id"],
        person_id=row["person_id"],
        requested_at=row["requested_at"],
        expires_at=row["expires_at"],
        state=State(row["state"]),
        reason=row["reason"],
        ready_at=row["ready_at"],
        made=Made(
            parts=row["parts"],
            size=row["size"],
            sha256=row["sha256"],
            reports=tuple(row["reports"]),
        ),
        revision=row["revision"],
    )
