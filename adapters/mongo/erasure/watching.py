"""What becomes of the watching of lectures: all of it goes; how many watched stays a number."""

from collections.abc import Mapping

from adapters.mongo.erasure.ways import AGAIN, Ways
from adapters.mongo.watching import HOURS
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.transactions import Unit


class WatchingSweeps:
    """How far the person was, and the addresses that were given to the person."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        names = ("replay_addresses", "lecture_progress", "lecture_viewers")
        plain = {name: self._ways.deleting(name, _own) for name in names}
        plain[HOURS] = self._ways.deleting(HOURS, lambda leaver: {"_id": leaver.person_id})
        return {**plain, "lecture_certificates": self._certificates}

    async def _certificates(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        rows = await self._ways.rows(unit, "lecture_certificates", _own(leaver))
        ids = {"$in": [row["_id"] for row in rows]}
        if rows:
            await self._ways.delete(unit, "lecture_certificate_papers", {"_id": ids})
            await self._ways.delete(unit, "lecture_certificates", {"_id": ids})
        return Swept(gone=len(rows), after=AGAIN if rows else "")


def _own(leaver: Leaver) -> Mapping[str, str]:
    return {"person_id": leaver.person_id}
