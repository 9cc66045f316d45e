"""Reviewers, found by the equal ciphertext of their openid."""

from pymongo import DESCENDING

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of
from domain.reviewers import Reviewer
from domain.transactions import Unit

LISTED = 100


class MongoReviewers:
    """One document for each time that somebody was made a reviewer."""

    def __init__(self, database: Database) -> None:
        self._reviewers = database["reviewers"]
        self._cipher = database.cipher

    async def newest(self, unit: Unit, *, appid: str, openid: str) -> Reviewer | None:
        """The last one added under this openid."""
        row = await self._reviewers.find_one(
            {"appid": appid, "openid": await self._cipher.equal("account", openid)},
            sort=[("added_at", DESCENDING), ("_id", DESCENDING)],
            session=session_of(unit),
        )
        return _reviewer(row) if row else None

    async def all(self) -> tuple[Reviewer, ...]:
        """The newest 100, newest first."""
        rows = self._reviewers.find().sort([("_id", DESCENDING)]).limit(LISTED)
        return tuple([_reviewer(row) async for row in rows])

    async def save(self, unit: Unit, reviewer: Reviewer) -> None:
        """Insert or replace."""
        await self._reviewers.replace_one(
            {"_id": reviewer.id},
            {
                "_id": reviewer.id,
                "v": 1,
                "appid": reviewer.appid,
                "openid": await self._cipher.equal("account", reviewer.openid),
                "added_at": reviewer.added_at,
                "ends_at": reviewer.ends_at,
                "signed_in_at": reviewer.signed_in_at,
            },
            upsert=True,
            session=session_of(unit),
        )


def _reviewer(row: Document) -> Reviewer:
    return Reviewer(
        id=row["_id"],
        appid=row["appid"],
        openid=row["openid"],
        added_at=row["added_at"],
        ends_at=row["ends_at"],
        signed_in_at=row["signed_in_at"],
    )
