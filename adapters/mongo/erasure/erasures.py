"""Erasures: what is known of who leaves is encrypted, and gone when the erasure is done."""

import json
from dataclasses import asdict
from datetime import datetime

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.erasure.erasures import Erasure, Leaver, State
from domain.transactions import Unit


class MongoErasures:
    """Found by id and by number."""

    def __init__(self, database: Database) -> None:
        self._erasures = database["erasures"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, erasure: Erasure) -> None:
        """A new one."""
        await self._erasures.insert_one(await self._document(erasure), session=session_of(unit))

    async def get(self, erasure_id: str) -> Erasure | None:
        """By id."""
        return _erasure(await self._erasures.find_one({"_id": erasure_id}))

    async def by_number(self, number: str) -> Erasure | None:
        """By its number."""
        return _erasure(await self._erasures.find_one({"number": number}))

    async def replace(self, unit: Unit, erasure: Erasure, *, was: Erasure) -> None:
        """Save against the state read; the transaction starts over when it moved on."""
        result = await self._erasures.replace_one(
            {"_id": was.id, "state": was.state.value},
            await self._document(erasure),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def _document(self, erasure: Erasure) -> Document:
        document: Document = {
            "_id": erasure.id,
            "v": 1,
            "number": erasure.number,
            "requested_at": erasure.requested_at,
            "because": erasure.because,
            "state": erasure.state.value,
            "gone": erasure.gone,
            "kept": erasure.kept,
            "kept_until": erasure.kept_until,
            "done_at": erasure.done_at,
        }
        if erasure.leaver is not None:
            text = json.dumps({**asdict(erasure.leaver), "at": erasure.leaver.at.isoformat()})
            document["leaver"] = await self._cipher.random("hold", text)
        return document


def _erasure(row: Document | None) -> Erasure | None:
    if row is None:
        return None
    return Erasure(
        id=row["_id"],
        number=row["number"],
        requested_at=row["requested_at"],
        because=row["because"],
        state=State(row["state"]),
        leaver=_leaver(row["leaver"]) if "leaver" in row else None,
        gone=row["gone"],
        kept=row["kept"],
        kept_until=row["kept_until"],
        done_at=row["done_at"],
    )


def _leaver(text: str) -> Leaver:
    kept = json.loads(text)
    lists = {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
    return Leaver(**{**kept, **lists, "at": datetime.fromisoformat(kept["at"])})
