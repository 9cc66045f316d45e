"""Rates: how often one address or person did one thing in the window that runs now."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument

from adapters.mongo.database import Database


class MongoRates:
    """Counters shared by every process; a caller is known by a keyed hash only."""

    def __init__(self, database: Database, *, hmac_key: bytes) -> None:
        self._rates = database["rates"]
        self._hmac_key = hmac_key

    async def count(self, *, what: str, caller: str, window: int, now: datetime) -> tuple[int, int]:
        """Count one more; how many so far in this window of seconds, and seconds to its end."""
        start = int(now.timestamp()) // window * window
        name = hmac.new(self._hmac_key, f"{what}\n{caller}".encode(), hashlib.sha256)
        over = datetime.fromtimestamp(start, UTC) + timedelta(seconds=window)
        row = await self._rates.find_one_and_update(
            {"_id": f"{name.hexdigest()}:{start}"},
            {"$inc": {"count": 1}, "$setOnInsert": {"v": 1, "over_at": over}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return row["count"], max(1, int((over - now).total_seconds()))
