"""The audit log by what it is about, and the heads of its subtrees that never change."""

from collections.abc import Mapping, Sequence

import pymongo
from pymongo import ASCENDING

from adapters.mongo.audit import event_leaf, read_root
from adapters.mongo.database import Database
from domain.audit.roots import SignedRoot
from domain.audit.sealing import Leaf
from domain.timestamps import TimeStamp


class MongoTrail:
    """``passing`` acts did nothing to the thing, as a look at it, and are no part of its trail."""

    def __init__(self, database: Database, *, passing: Sequence[str]) -> None:
        self._events = database["audit_events"]
        self._leaves = database["audit_leaves"]
        self._roots = database["audit_roots"]
        self._heads = database["audit_heads"]
        self._passing = list(passing)

    async def events_about(self, object_id: str, *, most: int) -> tuple[Sequence[Leaf], int]:
        """The last of its events, the first first, and how many there are before them."""
        chosen = {"object_id": object_id, "action": {"$nin": self._passing}}
        order = [("at", pymongo.DESCENDING), ("_id", pymongo.DESCENDING)]
        rows = await self._events.find(chosen).sort(order).limit(most).to_list(most)
        count = len(rows)
        if count == most:
            count = await self._events.count_documents(chosen)
        return [event_leaf(row) for row in reversed(rows)], count - len(rows)

    async def leaf_numbers(self, event_ids: Sequence[str]) -> Mapping[str, int]:
        """The leaves of those that have one."""
        found = self._leaves.find({"event_id": {"$in": list(event_ids)}}, {"event_id": 1})
        return {leaf["event_id"]: leaf["_id"] async for leaf in found}

    async def root_over(self, leaf: int) -> SignedRoot | None:
        """The first stamped root over the leaf, or the first one when none is."""
        over = {"size": {"$gt": leaf}}
        order = [("size", ASCENDING), ("_id", ASCENDING)]
        stamped = {**over, "stamping": TimeStamp.STAMPED.value}
        row = await self._roots.find_one(stamped, sort=order)
        row = row or await self._roots.find_one(over, sort=order)
        return read_root(row) if row else None

    async def rooted(self) -> int:
        """How many leaves the last root covers."""
        row = await self._roots.find_one({}, {"size": 1}, sort=[("_id", pymongo.DESCENDING)])
        return int(row["size"]) if row else 0

    async def leaf_hashes(self, first: int, end: int) -> Sequence[bytes]:
        """Of the leaves from ``first`` on that are less than ``end``; fewer when some are gone."""
        found = self._leaves.find({"_id": {"$gte": first, "$lt": end}}, {"hash": 1})
        return [bytes.fromhex(leaf["hash"]) async for leaf in found.sort("_id", ASCENDING)]

    async def head(self, level: int, index: int) -> bytes | None:
        """The kept head of a complete subtree."""
        row = await self._heads.find_one({"_id": f"{level}:{index}"})
        return bytes.fromhex(row["hash"]) if row else None

    async def keep_head(self, level: int, index: int, head: bytes) -> None:
        """Keep it; whoever else computed it has the same."""
        await self._heads.update_one(
            {"_id": f"{level}:{index}"}, {"$set": {"v": 1, "hash": head.hex()}}, upsert=True
        )
