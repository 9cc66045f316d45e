"""What becomes of ratings and complaints: the stars and the outcome stay, and are nobody's.

They are figures about a butler. What the person wrote, and what was written to the person or about
the matter, goes; a complaint that was open ends.
"""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.erasure.ways import AGAIN, ROWS, Ways
from adapters.mongo.judging.complaints import MongoComplaints, read_complaint
from adapters.mongo.judging.ratings import MongoRatings, read_rating
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.judging import complaint_moves, ratings
from domain.transactions import Unit


class JudgingSweeps:
    """By the collections of judging that name a person; ``kept_years`` is of the district."""

    def __init__(self, ways: Ways, *, kept_years: int) -> None:
        self._ways = ways
        self._ratings = MongoRatings(ways.database, kept_years=kept_years)
        self._complaints = MongoComplaints(ways.database, kept_years=kept_years)

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        return {"ratings": self._of_ratings, "complaints": self._of_complaints}

    async def _of_ratings(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        rows = await self._ways.rows(unit, "ratings", _theirs(leaver))
        for row in rows:
            was = read_rating(row)
            await self._ratings.replace(unit, ratings.left(was), was=was)
        return _swept(rows)

    async def _of_complaints(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        rows = await self._ways.rows(unit, "complaints", _theirs(leaver))
        for row in rows:
            was = read_complaint(row)
            after = complaint_moves.left(was, now=leaver.at)
            await self._complaints.replace(unit, after, was=was)
        return _swept(rows)


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}


def _swept(rows: list[Any]) -> Swept:
    return Swept(changed=len(rows), after=AGAIN if len(rows) == ROWS else "")
