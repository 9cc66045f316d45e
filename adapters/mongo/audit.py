"""The audit log in MongoDB: which events have no leaf, the lease, leaves and roots.

An event without the field ``sealed`` has no leaf: one that just committed, one that committed
late, and one written before there was a sealer, all alike.
"""

import base64
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pymongo
from pymongo import ASCENDING, DESCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of
from domain.audit.roots import FIRST_PREVIOUS, Root, SignedRoot
from domain.audit.sealing import Batch, Health, Leaf, State
from domain.audit.tree import Frontier, instant
from domain.timestamps import TimeStamp
from domain.transactions import LostLease, Unit

NAME = "sealer"
LEASE = timedelta(seconds=10)
STAMP_AGAIN = timedelta(seconds=60)
STAMPS_AT_ONCE = 20
PAGE = 1000
COUNTED = 10_000
HEALTH_SECONDS = 2
UNSEALED: Document = {"sealed": None}
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class MongoAudit:
    """Everything the sealer and the commands ask of the database."""

    def __init__(self, database: Database) -> None:
        self._events = database["audit_events"]
        self._leaves = database["audit_leaves"]
        self._roots = database["audit_roots"]
        self._sealer = database["audit_sealer"]

    async def state(self) -> State | None:
        """How far it is; None before the first sealing."""
        found = await self._sealer.aggregate(
            [{"$match": {"_id": NAME}}, {"$set": {"claimed_at": "$$NOW"}}]
        ).to_list(1)
        return _state(found[0]) if found else None

    async def claim(self, holder: str) -> State | None:
        """Hold the lease for ten seconds more; None while another holds it."""
        await self._prepare(holder)
        mine = {"$eq": ["$holder", holder]}
        held = await self._sealer.find_one_and_update(
            {"_id": NAME, "$or": [{"holder": holder}, {"$expr": {"$lte": ["$until", "$$NOW"]}}]},
            [
                {
                    "$set": {
                        "fence": {"$add": ["$fence", {"$cond": [mine, 0, 1]}]},
                        "holder": holder,
                        "until": _from_now(LEASE),
                        "claimed_at": "$$NOW",
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        return _state(held) if held else None

    async def release(self, holder: str) -> None:
        """Let the lease go, if it is held."""
        await self._sealer.update_one(
            {"_id": NAME, "holder": holder}, {"$set": {"until": BEGINNING}}
        )

    async def name_authority(self, holder: str, *, present: bool) -> None:
        """Say whether roots are to be stamped from now on."""
        await self._prepare(holder)
        await self._sealer.update_one({"_id": NAME}, {"$set": {"authority": present}})

    async def want_root(self) -> None:
        """Have a root signed before its hour."""
        await self._sealer.update_one({"_id": NAME}, {"$set": {"root_wanted": True}})

    async def waiting(self) -> bool:
        """Whether any event is unsealed."""
        return await self._events.find_one(UNSEALED, {"_id": 1}) is not None

    async def batch(self, most: int) -> Batch:
        """The unsealed events of the least ids."""
        found = self._events.find(UNSEALED).sort("_id", ASCENDING).limit(most)
        rows = await found.to_list(most)
        ids = [row["_id"] for row in rows]
        leaves = self._leaves.find({"event_id": {"$in": ids}}, {"event_id": 1})
        known = {leaf["event_id"] async for leaf in leaves}
        return Batch(
            fresh=[event_leaf(row) for row in rows if row["_id"] not in known],
            known=sorted(known),
        )

    async def seal(self, unit: Unit, lease: State, batch: Batch, grown: Frontier) -> None:
        """Give the batch its leaves; raises LostLease when another has sealed since."""
        session = session_of(unit)
        size = lease.frontier.size
        held = await self._sealer.update_one(
            {"_id": NAME, "fence": lease.fence, "size": size},
            {"$set": {"size": grown.size, "peaks": [peak.hex() for peak in grown.peaks]}},
            session=session,
        )
        if held.matched_count == 0:
            raise LostLease
        rows = [
            {"_id": number, "v": 1, "event_id": leaf.event_id, "hash": leaf.hash().hex()}
            for number, leaf in enumerate(batch.fresh, start=size)
        ]
        if rows:
            await self._leaves.insert_many(rows, session=session)
        ids = [*batch.known, *(leaf.event_id for leaf in batch.fresh)]
        await self._events.update_many(
            {"_id": {"$in": ids}}, {"$set": {"sealed": True}}, session=session
        )

    async def add_root(self, unit: Unit, lease: State, signed: SignedRoot) -> None:
        """Append a root; raises LostLease when another has since."""
        session = session_of(unit)
        root = signed.root
        held = await self._sealer.update_one(
            {"_id": NAME, "fence": lease.fence, "roots": root.number, "size": root.size},
            {
                "$set": {
                    "roots": root.number + 1,
                    "previous": signed.digest.hex(),
                    "rooted_at": root.at,
                    "root_wanted": False,
                }
            },
            session=session,
        )
        if held.matched_count == 0:
            raise LostLease
        await self._roots.insert_one(_root_row(signed), session=session)

    async def stamps_due(self) -> Sequence[SignedRoot]:
        """The first pending roots; for a minute nobody else is given them."""
        if await self._roots.find_one({"stamping": TimeStamp.PENDING.value}, {"_id": 1}) is None:
            return ()
        mine = await self._sealer.update_one(
            {"_id": NAME, "$expr": {"$lte": ["$stamp_after", "$$NOW"]}},
            [{"$set": {"stamp_after": _from_now(STAMP_AGAIN)}}],
        )
        if mine.matched_count == 0:
            return ()
        pending = self._roots.find({"stamping": TimeStamp.PENDING.value}).sort("_id", ASCENDING)
        return [read_root(row) for row in await pending.to_list(STAMPS_AT_ONCE)]

    async def stamped(self, number: int, token: bytes) -> None:
        """Keep the token of a root that was pending."""
        await self._roots.update_one(
            {"_id": number, "stamping": TimeStamp.PENDING.value},
            {"$set": {"stamping": TimeStamp.STAMPED.value, "token": _text(token)}},
        )

    async def stamps_served(self) -> None:
        """The authority answers: the next pending root need not wait."""
        await self._sealer.update_one({"_id": NAME}, {"$set": {"stamp_after": BEGINNING}})

    async def leaf_of(self, event_id: str) -> int | None:
        """The number of an event's leaf."""
        leaf = await self._leaves.find_one({"event_id": event_id}, {"_id": 1})
        return int(leaf["_id"]) if leaf else None

    async def event(self, event_id: str) -> Leaf | None:
        """An event as it stands now."""
        row = await self._events.find_one({"_id": event_id})
        return event_leaf(row) if row else None

    async def roots(self, *, over: int = 0) -> AsyncIterator[SignedRoot]:
        """The roots over more leaves than that, in their order."""
        async for row in self._roots.find({"size": {"$gt": over}}).sort("_id", ASCENDING):
            yield read_root(row)

    async def last_root(self) -> SignedRoot | None:
        """The newest root."""
        row = await self._roots.find_one(sort=[("_id", DESCENDING)])
        return read_root(row) if row else None

    async def leaves(self, first: int, end: int) -> AsyncIterator[tuple[int, str, str]]:
        """Number, event and hash of the leaves from ``first`` on that are less than ``end``."""
        found = self._leaves.find({"_id": {"$gte": first, "$lt": end}}, batch_size=PAGE)
        async for leaf in found.sort("_id", ASCENDING):
            yield leaf["_id"], leaf["event_id"], leaf["hash"]

    async def events(self, ids: Sequence[str]) -> dict[str, Leaf]:
        """Those of the events that are there."""
        found = self._events.find({"_id": {"$in": list(ids)}})
        return {row["_id"]: event_leaf(row) async for row in found}

    async def unaccounted(self) -> int:
        """How many events are marked as sealed beyond those that have a leaf."""
        marked = await self._events.count_documents({"sealed": True})
        state = await self.state()
        return max(0, marked - (state.frontier.size if state else 0))

    async def health(self) -> Health:
        """How it is; nothing when the database does not answer in two seconds."""
        try:
            with pymongo.timeout(HEALTH_SECONDS):
                oldest = await self._events.find_one(UNSEALED, {"at": 1}, sort=[("_id", ASCENDING)])
                last = await self._roots.find_one({}, {"at": 1}, sort=[("_id", DESCENDING)])
                pending = {"stamping": TimeStamp.PENDING.value}
                return Health(
                    unsealed=await self._events.count_documents(UNSEALED, limit=COUNTED),
                    oldest_unsealed=oldest["at"] if oldest else None,
                    last_root=last["at"] if last else None,
                    pending_stamps=await self._roots.count_documents(pending, limit=COUNTED),
                )
        except PyMongoError:
            return Health()

    async def _prepare(self, holder: str) -> None:
        """Its one row; the first holder's random id names the installation from then on."""
        if await self._sealer.find_one({"_id": NAME}, {"_id": 1}) is not None:
            return
        try:
            await self._sealer.insert_one(_first_row(holder))
        except DuplicateKeyError:
            return


def event_leaf(row: Document) -> Leaf:
    """An event in the form that is hashed; of a row that somebody spoilt, whatever is there."""
    names = ("actor", "action", "object_id", "trace_id")
    at = row.get("at")
    content: dict[str, object] = {name: _plain(row.get(name)) for name in names}
    content["id"] = str(row["_id"])
    content["at"] = instant(at) if isinstance(at, datetime) else _plain(at)
    content["facts"] = _plain(row.get("facts", {}))
    return Leaf(event_id=str(row["_id"]), content=content)


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return repr(value)


def _first_row(holder: str) -> Document:
    return {
        "_id": NAME,
        "v": 1,
        "installation": holder,
        "holder": "",
        "until": BEGINNING,
        "claimed_at": BEGINNING,
        "fence": 0,
        "size": 0,
        "peaks": [],
        "roots": 0,
        "previous": FIRST_PREVIOUS,
        "rooted_at": None,
        "root_wanted": False,
        "authority": False,
        "stamp_after": BEGINNING,
    }


def _state(row: Document) -> State:
    return State(
        installation=row["installation"],
        fence=row["fence"],
        now=row["claimed_at"],
        frontier=Frontier(row["size"], tuple(bytes.fromhex(peak) for peak in row["peaks"])),
        roots=row["roots"],
        previous=row["previous"],
        rooted_at=row["rooted_at"],
        root_wanted=row["root_wanted"],
        authority=row["authority"],
    )


def _root_row(signed: SignedRoot) -> Document:
    root = signed.root
    return {
        "_id": root.number,
        "v": 1,
        "installation": root.installation,
        "at": root.at,
        "size": root.size,
        "head": root.head.hex(),
        "previous": root.previous,
        "signer": root.signer,
        "signature": _text(signed.signature),
        "certificate": signed.certificate_pem,
        "stamping": signed.stamping.value,
    }


def read_root(row: Document) -> SignedRoot:
    """A root as the domain knows it."""
    root = Root(
        installation=row["installation"],
        number=row["_id"],
        at=row["at"],
        size=row["size"],
        head=bytes.fromhex(row["head"]),
        previous=row["previous"],
        signer=row["signer"],
    )
    return SignedRoot(
        root=root,
        signature=base64.b64decode(row["signature"]),
        certificate_pem=row["certificate"],
        stamping=TimeStamp(row["stamping"]),
        token=base64.b64decode(row.get("token", "")),
    )


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _from_now(span: timedelta) -> dict[str, list[object]]:
    return {"$add": ["$$NOW", int(span.total_seconds() * 1000)]}
