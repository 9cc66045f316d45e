"""WeChat's access token as all processes share it: one copy, and a lease on fetching the next.

The database's clock rules it, so that processes whose clocks are apart agree. The lease is short
and only saves fetches: who died with it delays the others by so much and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pymongo
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from adapters.mongo.database import Database, Document
from domain.errors import Unavailable

LEASE_MILLISECONDS = 2_000
SECONDS = 1.0
_FREE = {"fetching_until": "$$NOW", "fetched_by": ""}
_LEFT = {
    "token": 1,
    "fetched_by": 1,
    "renew_in": {"$subtract": ["$renew_at", "$$NOW"]},
    "ends_in": {"$subtract": ["$ends_at", "$$NOW"]},
}


class Token(Protocol):
    """A token and how many seconds it goes on."""

    @property
    def value(self) -> str:
        """The token."""

    @property
    def renew_in(self) -> float:
        """Seconds until the next one is had."""

    @property
    def ends_in(self) -> float:
        """Seconds until it ends."""


@dataclass(frozen=True, kw_only=True)
class KeptToken:
    """A token as it stands there now."""

    value: str = field(repr=False)
    renew_in: float
    ends_in: float


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What stands there, and whether the asker is to fetch one."""

    token: KeptToken | None
    mine: bool


class MongoWeChatTokens:
    """The copy of one mini program's token, encrypted."""

    def __init__(self, database: Database, *, appid: str, holder: str) -> None:
        self._tokens = database["wechat_tokens"]
        self._cipher = database.cipher
        self._appid = appid
        self._holder = holder

    async def look(self, *, bad: str | None) -> Looked:
        """The copy, but for the one that was refused; the lease where it is due and free.

        Raises:
            Unavailable: the database does not answer within a second.
        """
        token = _kept(await self._read(), bad)
        if token and token.renew_in > 0:
            return Looked(token=token, mine=False)
        # As it stands once the lease is had: another may just have kept a new one.
        row = await self._leased()
        token = _kept(row, bad)
        due = token is None or token.renew_in <= 0
        leased = row is not None and row["fetched_by"] == self._holder
        return Looked(token=token, mine=due and leased)

    async def keep(self, token: Token) -> None:
        """A new one, and the lease given back.

        Raises:
            Unavailable: as for ``look``.
        """
        kept = {
            "token": await self._cipher.random("account", token.value),
            "renew_at": _from_now(token.renew_in),
            "ends_at": _from_now(token.ends_in),
            **_FREE,
        }
        await self._write({"_id": self._appid}, kept, upsert=True)

    async def give_up(self) -> None:
        """The lease given back without a token.

        Raises:
            Unavailable: as for ``look``.
        """
        await self._write({"_id": self._appid, "fetched_by": self._holder}, _FREE, upsert=False)

    async def _read(self) -> Document | None:
        try:
            with pymongo.timeout(SECONDS):
                rows = await self._tokens.find({"_id": self._appid}, _LEFT).to_list(1)
        except PyMongoError as error:
            raise _unavailable() from error
        return rows[0] if rows else None

    async def _leased(self) -> Document | None:
        """The copy with whoever has the lease now; None where several make the first."""
        until = {"$ifNull": ["$fetching_until", "$$NOW"]}
        free = {"$lte": [until, "$$NOW"]}
        later = {"$add": ["$$NOW", LEASE_MILLISECONDS]}
        held = {
            "fetching_until": {"$cond": [free, later, until]},
            "fetched_by": {"$cond": [free, self._holder, "$fetched_by"]},
        }
        return await self._write({"_id": self._appid}, held, upsert=True)

    async def _write(
        self, chosen: Document, changed: Mapping[str, object], *, upsert: bool
    ) -> Document | None:
        try:
            with pymongo.timeout(SECONDS):
                return await self._tokens.find_one_and_update(
                    chosen,
                    [{"$set": {"v": 1, **changed}}],
                    projection=_LEFT,
                    upsert=upsert,
                    return_document=ReturnDocument.AFTER,
                )
        except DuplicateKeyError:
            return None
        except PyMongoError as error:
            raise _unavailable() from error


def _kept(row: Document | None, bad: str | None) -> KeptToken | None:
    if row is None or "token" not in row or row["ends_in"] <= 0 or row["token"] == bad:
        return None
    return KeptToken(
        value=row["token"], renew_in=row["renew_in"] / 1000, ends_in=row["ends_in"] / 1000
    )


def _from_now(seconds: float) -> Document:
    return {"$add": ["$$NOW", int(seconds * 1000)]}


def _unavailable() -> Unavailable:
    return Unavailable("系统正忙，请稍后再试。", system="database", retry_after=5)
