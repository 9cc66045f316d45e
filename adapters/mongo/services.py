"""Closed services: a document is there while the service is closed."""

from collections.abc import Mapping
from datetime import datetime

from adapters.mongo.database import Database
from adapters.mongo.transactions import session_of
from domain.transactions import Unit


class MongoServices:
    """One small document for each closed service."""

    def __init__(self, database: Database) -> None:
        self._services = database["services"]

    async def closed(self) -> Mapping[str, str]:
        """Sentence by code."""
        return {row["_id"]: row["sentence"] async for row in self._services.find()}

    async def close(self, unit: Unit, *, code: str, sentence: str, at: datetime) -> None:
        """Closed from now on, with this sentence instead of any other."""
        await self._services.replace_one(
            {"_id": code},
            {"_id": code, "v": 1, "sentence": sentence, "closed_at": at},
            upsert=True,
            session=session_of(unit),
        )

    async def open(self, unit: Unit, *, code: str) -> bool:
        """Open from now on; whether it was closed."""
        done = await self._services.delete_one({"_id": code}, session=session_of(unit))
        return done.deleted_count > 0
