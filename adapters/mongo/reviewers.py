"""Reviewers, found by the equal ciphertext of their openid."""

from collections.abc import Collection
from datetime import datetime

from pymongo import DESCENDING

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of
from domain.reviewers import APART, Reviewer
from domain.transactions import Unit

LISTED = 100


class MongoReviewers:
    """One document for each time that somebody was made a reviewer."""

    def __init__(self, database: Database) -> None:
        self._reviewers = database["reviewers"]
        self._accounts = database["wechat_accounts"]
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

    async def is_over(self, person_ids: Collection[str], *, now: datetime) -> bool:
        """Whether one of these persons is a reviewer whose time is over."""
        accounts = self._accounts.find({"person_id": {"$in": list(person_ids)}}, {"appid": 1})
        ids = [
            row["appid"].removeprefix(APART)
            async for row in accounts
            if row["appid"].startswith(APART)
        ]
        over = {"_id": {"$in": ids}, "ends_at": {"$lte": now}}
        return bool(ids) and await self._reviewers.find_one(over, {"_id": 1}) is not None

    async def save(self, unit: Unit, reviewer: Reviewer) -> None:
        """Insert or replace; whatever changed, who saves the same at this moment collides."""
        document = {
            "v": 1,
            "appid": reviewer.appid,
            "openid": await self._cipher.equal("account", reviewer.openid),
            "added_at": reviewer.added_at,
            "ends_at": reviewer.ends_at,
            "signed_in_at": reviewer.signed_in_at,
        }
        await self._reviewers.update_one(
            {"_id": reviewer.id},
            {"$set": document, "$inc": {"held": 1}},
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
