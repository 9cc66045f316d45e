"""What becomes of the watching of lectures: all of it goes, and what the person was counted as."""

from collections.abc import Mapping, Sequence

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import AGAIN, ROWS, Ways
from adapters.mongo.watching import HOURS, read_progress, uncount, uncount_view
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.transactions import Unit


class WatchingSweeps:
    """How far the person was, and the addresses that were given to the person."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        return {
            "replay_addresses": self._ways.deleting("replay_addresses", _own),
            "lecture_progress": self._progress,
            "lecture_viewers": self._viewers,
            HOURS: self._ways.deleting(HOURS, lambda leaver: {"_id": leaver.person_id}),
            "lecture_certificates": self._certificates,
        }

    async def _progress(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        rows = await self._ways.rows(unit, "lecture_progress", _own(leaver))
        for row in rows:
            uncount(unit, read_progress(row))
        return await self._gone(unit, "lecture_progress", rows)

    async def _viewers(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        rows = await self._ways.rows(unit, "lecture_viewers", _own(leaver))
        for row in rows:
            uncount_view(unit, row["lecture_id"])
        return await self._gone(unit, "lecture_viewers", rows)

    async def _gone(self, unit: Unit, name: str, rows: Sequence[Document]) -> Swept:
        """In the transaction in which they are counted no more: so each is so once."""
        if rows:
            await self._ways.delete(unit, name, {"_id": {"$in": [row["_id"] for row in rows]}})
        return Swept(gone=len(rows), after=AGAIN if len(rows) == ROWS else "")

    async def _certificates(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        rows = await self._ways.rows(unit, "lecture_certificates", _own(leaver))
        ids = {"$in": [row["_id"] for row in rows]}
        if rows:
            await self._ways.delete(unit, "lecture_certificate_papers", {"_id": ids})
            await self._ways.delete(unit, "lecture_certificates", {"_id": ids})
        return Swept(gone=len(rows), after=AGAIN if rows else "")


def _own(leaver: Leaver) -> Mapping[str, str]:
    return {"person_id": leaver.person_id}
