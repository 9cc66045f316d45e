"""The openids of accounts after WeChat moved the mini program: each user gets another one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from adapters.mongo.database import Database
from adapters.mongo.errors import DUPLICATE
from adapters.mongo.transactions import Collision, session_of
from domain.transactions import Act, Unit


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Who was ``old`` is ``new`` from now on; ``line`` is where that is written."""

    line: int
    old: str
    new: str


class Finding(Enum):
    """What the database says of a pair."""

    CHANGED = "changed"
    ALREADY = "already"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"


class MongoOpenids:
    """Finds accounts by the equal ciphertext of their openids, a batch at a time."""

    def __init__(self, database: Database, *, old_appid: str, new_appid: str) -> None:
        self._accounts = database["wechat_accounts"]
        self._contacts = database["staff_contacts"]
        self._cipher = database.cipher
        self._old_appid = old_appid
        self._new_appid = new_appid

    async def change(
        self, unit: Unit, act: Act, pairs: Sequence[Pair], *, apply: bool
    ) -> list[Finding]:
        """What each pair is found to be; with ``apply`` those to be changed are, and audited."""
        olds = await self._known(unit, self._old_appid, [pair.old for pair in pairs])
        news = await self._known(unit, self._new_appid, [pair.new for pair in pairs])
        findings = [_finding(old=pair.old in olds, new=pair.new in news) for pair in pairs]
        if apply:
            changed = {
                olds[pair.old]: pair
                for pair, finding in zip(pairs, findings, strict=True)
                if finding is Finding.CHANGED
            }
            await self._write(unit, act, changed)
        return findings

    async def _known(self, unit: Unit, appid: str, openids: Sequence[str]) -> Mapping[str, str]:
        """Account ids by openid."""
        wanted = await asyncio.gather(*(self._cipher.equal("account", one) for one in openids))
        rows = self._accounts.find(
            {"appid": appid, "openid": {"$in": wanted}},
            {"openid": 1},
            session=session_of(unit),
        )
        return {row["openid"]: row["_id"] async for row in rows}

    async def _write(self, unit: Unit, act: Act, changed: Mapping[str, Pair]) -> None:
        writes, bindings = [], []
        for account, pair in changed.items():
            new = await self._cipher.equal("account", pair.new)
            old = await self._cipher.equal("account", pair.old)
            bindings.append(UpdateOne({"openid": old}, {"$set": {"openid": new}}))
            after = {"appid": self._new_appid, "openid": new}
            writes.append(UpdateOne({"_id": account}, {"$set": after}))
            await unit.audit(act.event("account.openid_changed", account))
        if not writes:
            return
        try:
            await self._accounts.bulk_write(writes, session=session_of(unit))
            # Staff are told where they were: their WeChat is the same.
            await self._contacts.bulk_write(bindings, session=session_of(unit))
        except BulkWriteError as error:
            codes = {one["code"] for one in (error.details or {}).get("writeErrors", ())}
            if codes != {DUPLICATE}:
                raise
            # Somebody signed in under a new openid just now: a conflict, at second sight.
            raise Collision from error


def _finding(*, old: bool, new: bool) -> Finding:
    if old and new:
        return Finding.CONFLICT
    if old:
        return Finding.CHANGED
    return Finding.ALREADY if new else Finding.UNKNOWN
