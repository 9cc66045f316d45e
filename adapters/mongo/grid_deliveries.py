"""Deliveries to the power company: what they say is encrypted."""

import json
from collections.abc import Collection, Sequence

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.grid.cases import Attempt, Delivery, DeliveryKind, DeliveryState
from domain.pages import Ask, Page
from domain.transactions import Unit

MOVED_ON = "这次送达刚刚有了变动，请刷新后再操作。"
PLAIN = (
    *("application_id", "number", "person_id", "uscc", "place", "made_at", "changed_at", "tries"),
    *("sent_at", "decided_by", "revision"),
)


class MongoGridDeliveries:
    """Of one application one in each place."""

    def __init__(self, database: Database) -> None:
        self._deliveries = database["grid_deliveries"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, delivery: Delivery) -> None:
        """A new one; the transaction starts over when its place was taken meanwhile."""
        document = await self._document(delivery)
        try:
            await self._deliveries.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def get(self, delivery_id: str) -> Delivery | None:
        """By id."""
        row = await self._deliveries.find_one({"_id": delivery_id})
        return _delivery(row) if row else None

    async def of(self, application_id: str) -> Sequence[Delivery]:
        """All of an application, by place."""
        rows = self._deliveries.find({"application_id": application_id})
        return [_delivery(row) async for row in rows.sort("place", ASCENDING)]

    async def replace(self, unit: Unit, delivery: Delivery, *, was: Delivery) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._deliveries.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(delivery),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale(MOVED_ON)

    async def in_state(self, states: Collection[DeliveryState], *, ask: Ask) -> Page[Delivery]:
        """Those in one of these states, newest first."""
        chosen = {"state": {"$in": [state.value for state in states]}}
        return await newest_first(self._deliveries, chosen, ask, by="made_at", read=_delivery)

    async def _document(self, delivery: Delivery) -> Document:
        content = json.dumps(delivery.content, ensure_ascii=False)
        return {
            "_id": delivery.id,
            "v": 1,
            **{name: getattr(delivery, name) for name in PLAIN},
            "kind": delivery.kind.value,
            "state": delivery.state.value,
            "files": list(delivery.files),
            "content": await self._cipher.random("report", content),
            "attempts": [{"at": one.at, "outcome": one.outcome} for one in delivery.attempts],
            "reason": await self._cipher.random("report", delivery.reason),
        }


def _delivery(row: Document) -> Delivery:
    return Delivery(
        id=row["_id"],
        **{name: row[name] for name in PLAIN},
        kind=DeliveryKind(row["kind"]),
        state=DeliveryState(row["state"]),
        files=tuple(row["files"]),
        content=json.loads(row["content"]),
        attempts=tuple(Attempt(**one) for one in row["attempts"]),
        reason=row["reason"],
    )
