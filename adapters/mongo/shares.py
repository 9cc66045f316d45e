"""Shares and their openings; of the secrets in their addresses only the hashes are kept."""

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.keys import hash_of_secret
from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.credit_reports.shares import MOST, Opening, Share
from domain.transactions import Unit


class MongoShares:
    """Recipient and purpose are encrypted; the ordinals of a report's shares are unique."""

    def __init__(self, database: Database) -> None:
        self._shares = database["shares"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, share: Share, *, secret: str) -> None:
        """A new one; the transaction starts over when its ordinal is taken."""
        document: Document = {
            "_id": share.id,
            "v": 1,
            "secret_hash": hash_of_secret(secret),
            "report_id": share.report_id,
            "ordinal": share.ordinal,
            "person_id": share.person_id,
            "subject_id": share.subject_id,
            "principal_id": share.principal_id,
            "consent_id": share.consent_id,
            "recipient": await self._cipher.random("report", share.recipient),
            "purpose": await self._cipher.random("report", share.purpose),
            "once": share.once,
            "created_at": share.created_at,
            "ends_at": share.ends_at,
            **_changing(share),
        }
        try:
            await self._shares.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def get(self, share_id: str) -> Share | None:
        """By id."""
        row = await self._shares.find_one({"_id": share_id})
        return _share(row) if row else None

    async def find(self, secret: str) -> Share | None:
        """By its secret."""
        row = await self._shares.find_one({"secret_hash": hash_of_secret(secret)})
        return _share(row) if row else None

    async def of_report(self, report_id: str) -> tuple[Share, ...]:
        """A report's, newest first."""
        rows = self._shares.find({"report_id": report_id}).sort("ordinal", DESCENDING).limit(MOST)
        return tuple([_share(row) async for row in rows])

    async def replace(self, unit: Unit, share: Share, *, was: Share) -> None:
        """Save against the revision read; the transaction starts over when it moved on."""
        result = await self._shares.update_one(
            {"_id": was.id, "revision": was.revision},
            {"$set": _changing(share)},
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision


class MongoOpenings:
    """Gone by themselves when over; who opened is encrypted."""

    def __init__(self, database: Database) -> None:
        self._openings = database["share_openings"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, opening: Opening) -> None:
        """A new one."""
        await self._openings.insert_one(
            {
                "_id": hash_of_secret(opening.secret),
                "v": 1,
                "share_id": opening.share_id,
                "name": await self._cipher.random("person", opening.name),
                "at": opening.at,
                "expires_at": opening.expires_at,
            },
            session=session_of(unit),
        )

    async def find(self, secret: str) -> Opening | None:
        """By its secret."""
        row = await self._openings.find_one({"_id": hash_of_secret(secret)})
        if row is None:
            return None
        return Opening(
            secret=secret,
            share_id=row["share_id"],
            name=row["name"],
            at=row["at"],
            expires_at=row["expires_at"],
        )


def _changing(share: Share) -> Document:
    return {
        "openings": share.openings,
        "opened_at": share.opened_at,
        "revoked_at": share.revoked_at,
        "revision": share.revision,
    }


def _share(row: Document) -> Share:
    return Share(
        id=row["_id"],
        report_id=row["report_id"],
        ordinal=row["ordinal"],
        person_id=row["person_id"],
        subject_id=row["subject_id"],
        principal_id=row.get("principal_id", ""),
        consent_id=row.get("consent_id", ""),
        recipient=row["recipient"],
        purpose=row["purpose"],
        once=row["once"],
        created_at=row["created_at"],
        ends_at=row["ends_at"],
        openings=row["openings"],
        opened_at=row["opened_at"],
        revoked_at=row["revoked_at"],
        revision=row["revision"],
    )
