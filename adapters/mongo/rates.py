"""Rates: how often one address or person did one thing in the window that runs now."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument, WriteConcern

from adapters.mongo.coalescing import Coalescer
from adapters.mongo.database import Database

# Its name, and when it is over.
Window = tuple[str, datetime]


class MongoRates:
    """Counters shared by every process; a caller is known by a keyed hash only."""

    def __init__(self, database: Database, *, hmac_key: bytes) -> None:
        # Lost with a crash, a few more are let do it: nobody waits for the disk.
        self._rates = database["rates"].with_options(write_concern=WriteConcern(w=1))
        self._hmac_key = hmac_key
        self._counts: Coalescer[Window, int] = Coalescer(self._add)

    async def count(self, *, what: str, caller: str, window: int, now: datetime) -> tuple[int, int]:
        """Count one more; how many so far in this window of seconds, and seconds to its end."""
        start = int(now.timestamp()) // window * window
        name = hmac.new(self._hmac_key, f"{what}\n{caller}".encode(), hashlib.sha256)
        over = datetime.fromtimestamp(start, UTC) + timedelta(seconds=window)
        count = await self._counts.answer((f"{name.hexdigest()}:{start}", over))
        return count, max(1, int((over - now).total_seconds()))

    async def _add(self, windows: Sequence[Window]) -> Mapping[int, int | Exception]:
        """One more for each; those of the same window in one step, and each has its own count."""
        before = {
            window: await self._raised(window, by) - by for window, by in Counter(windows).items()
        }
        counts: dict[int, int | Exception] = {}
        for place, window in enumerate(windows):
            before[window] += 1
            counts[place] = before[window]
        return counts

    async def _raised(self, window: Window, by: int) -> int:
        name, over = window
        row = await self._rates.find_one_and_update(
            {"_id": name},
            {"$inc": {"count": by}, "$setOnInsert": {"v": 1, "over_at": over}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(row["count"])
