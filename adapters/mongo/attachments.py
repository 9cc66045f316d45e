"""Images that are attached; their bytes apart, encrypted; the addresses that open them.

While an image is attached to nothing it has one of its owner's places, which is unique: so nobody
holds more of them than there are places, however many come at once.
"""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from adapters.keys import hash_of_secret
from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.attachments.attachments import Address, Attachment, By, Purpose
from domain.content_checks import Verdict
from domain.transactions import Unit

NAME = "attachments"
CONTENTS = "attachment_contents"
ADDRESSES = "attachment_addresses"
MOST = 100


class MongoAttachments:
    """An image's hash is as secret as the image."""

    def __init__(self, database: Database) -> None:
        self._attachments = database[NAME]
        self._contents = database[CONTENTS]
        self._addresses = database[ADDRESSES]
        self._cipher = database.cipher

    async def places(self, unit: Unit, *, owner: str, now: datetime) -> frozenset[int]:
        """Which places an owner's unattached images have; those that are over give theirs up."""
        session = session_of(unit)
        mine: Document = {"owner": owner, "place": {"$exists": True}}
        found = self._attachments.find(mine, {"place": 1, "gone_at": 1}, session=session)
        rows = [row async for row in found]
        over = [row["_id"] for row in rows if row["gone_at"] <= now]
        if over:
            await self._contents.delete_many({"_id": {"$in": over}}, session=session)
            await self._attachments.delete_many({"_id": {"$in": over}}, session=session)
        return frozenset(row["place"] for row in rows if row["_id"] not in over)

    async def add(self, unit: Unit, attachment: Attachment, content: bytes, *, place: int) -> None:
        """A new one; the transaction starts over when the place was taken meanwhile."""
        document = await self._document(attachment) | {"place": place}
        session = session_of(unit)
        try:
            # First, so that who has to begin anew has not encrypted the bytes in vain.
            await self._attachments.insert_one(document, session=session)
        except DuplicateKeyError as error:
            raise Collision from error
        await self._contents.insert_one(
            {
                "_id": attachment.id,
                "v": 1,
                "content": await self._cipher.random("person", content),
                **_gone(attachment),
            },
            session=session,
        )

    async def get(self, attachment_id: str) -> Attachment | None:
        """By id."""
        row = await self._attachments.find_one({"_id": attachment_id})
        return _attachment(row) if row else None

    async def some(self, unit: Unit, ids: Sequence[str]) -> Sequence[Attachment]:
        """Those of these that there are, as this transaction sees them."""
        found = self._attachments.find({"_id": {"$in": list(ids)}}, session=session_of(unit))
        return [_attachment(row) async for row in found.limit(MOST)]

    async def of(self, bound_to: str) -> Sequence[Attachment]:
        """All that are attached to something, in the order they were added, at most 100."""
        found = self._attachments.find({"bound_to": bound_to})
        return [_attachment(row) async for row in found.sort("_id", ASCENDING).limit(MOST)]

    async def count(self, unit: Unit, *, bound_to: str) -> int:
        """How many are attached to something."""
        wanted = {"bound_to": bound_to}
        return int(await self._attachments.count_documents(wanted, session=session_of(unit)))

    async def content(self, attachment_id: str) -> bytes | None:
        """The bytes."""
        row = await self._contents.find_one({"_id": attachment_id})
        return bytes(row["content"]) if row else None

    async def bind(self, unit: Unit, attachments: Sequence[Attachment], *, to: str) -> None:
        """Attach them; the transaction starts over when one is not free any more."""
        ids, session = [one.id for one in attachments], session_of(unit)
        wanted = {"_id": {"$in": ids}, "place": {"$exists": True}}
        attached = {"$set": {"bound_to": to}, "$inc": {"revision": 1}}
        freed = {"$unset": {"place": "", "gone_at": ""}}
        found = await self._attachments.update_many(wanted, attached | freed, session=session)
        kept = await self._contents.update_many(
            {"_id": {"$in": ids}}, {"$unset": {"gone_at": ""}}, session=session
        )
        if min(found.matched_count, kept.matched_count) < len(ids):
            raise Collision

    async def replace(self, unit: Unit, attachment: Attachment, *, was: Attachment) -> None:
        """Save what was found against what was read; the transaction starts over if it moved on."""
        said = {"state": attachment.state.value, "reason": attachment.reason}
        result = await self._attachments.update_one(
            {"_id": was.id, "revision": was.revision},
            {"$set": said | {"revision": attachment.revision}},
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def remove(self, unit: Unit, attachment: Attachment) -> None:
        """One that is not attached goes, its bytes and addresses too; starts over if it is."""
        session = session_of(unit)
        wanted = {"_id": attachment.id, "place": {"$exists": True}}
        result = await self._attachments.delete_one(wanted, session=session)
        if result.deleted_count == 0:
            raise Collision
        await self._contents.delete_one({"_id": attachment.id}, session=session)
        await self._addresses.delete_many({"attachment_id": attachment.id}, session=session)

    async def keep_until(self, unit: Unit, *, bound_to: str, until: datetime | None) -> None:
        """When all that are attached to something go; None for not yet."""
        session = session_of(unit)
        change = {"$set": {"gone_at": until}} if until else {"$unset": {"gone_at": ""}}
        wanted = {"bound_to": bound_to}
        ids = await self._attachments.distinct("_id", wanted, session=session)
        if ids:
            await self._attachments.update_many(wanted, change, session=session)
            await self._contents.update_many({"_id": {"$in": ids}}, change, session=session)

    async def to_judge(self, *, most: int) -> Sequence[Attachment]:
        """Those that wait for a person to look, the first first."""
        wanted = {"state": Verdict.REVIEW.value}
        found = self._attachments.find(wanted).sort("_id", ASCENDING).limit(most)
        return [_attachment(row) async for row in found]

    async def add_addresses(self, unit: Unit, addresses: Sequence[Address]) -> None:
        """New ones, in one write."""
        if not addresses:
            return
        documents = [
            {
                "_id": hash_of_secret(one.secret),
                "v": 1,
                "attachment_id": one.attachment_id,
                "purpose": one.purpose.value,
                "viewer": one.viewer,
                "made_at": one.made_at,
                "expires_at": one.expires_at,
            }
            for one in addresses
        ]
        await self._addresses.insert_many(documents, session=session_of(unit))

    async def address(self, secret: str) -> Address | None:
        """By its secret; None when unknown."""
        row = await self._addresses.find_one({"_id": hash_of_secret(secret)})
        if row is None:
            return None
        return Address(
            secret=secret,
            attachment_id=row["attachment_id"],
            purpose=Purpose(row["purpose"]),
            viewer=row["viewer"],
            made_at=row["made_at"],
            expires_at=row["expires_at"],
        )

    async def revoke(self, unit: Unit, *, attachment_id: str, purpose: Purpose) -> None:
        """No address for this purpose opens the image any more."""
        wanted = {"attachment_id": attachment_id, "purpose": purpose.value}
        await self._addresses.delete_many(wanted, session=session_of(unit))

    async def _document(self, attachment: Attachment) -> Document:
        return {
            "_id": attachment.id,
            "v": 1,
            "owner": attachment.owner,
            "by": attachment.by.value,
            "media_type": attachment.media_type,
            "size": attachment.size,
            "width": attachment.width,
            "height": attachment.height,
            "sha256": await self._cipher.random("person", attachment.sha256),
            "state": attachment.state.value,
            "reason": attachment.reason,
            "added_at": attachment.added_at,
            "revision": attachment.revision,
            **_gone(attachment),
        }


def _gone(attachment: Attachment) -> Document:
    return {"gone_at": attachment.gone_at} if attachment.gone_at else {}


PLAIN = ("owner", "media_type", "size", "width", "height", "sha256", "reason", "added_at")


def _attachment(row: Document) -> Attachment:
    return Attachment(
        id=row["_id"],
        by=By(row["by"]),
        state=Verdict(row["state"]),
        bound_to=row.get("bound_to", ""),
        gone_at=row.get("gone_at"),
        revision=row["revision"],
        **{name: row[name] for name in PLAIN},
    )
