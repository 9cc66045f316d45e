"""Who is there, in MongoDB: for seconds, and written without waiting for a majority."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from pymongo import WriteConcern

from adapters.mongo.database import Database, Document
from domain.live.following import Side
from domain.live.presence import LOOKS_SECONDS, Doing, Present

PRESENCE = "live_presence"
LOOKS = timedelta(seconds=LOOKS_SECONDS)
MOST = 10_000


class MongoPresence:
    """One document for each socket at each ticket."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._presence = database[PRESENCE].with_options(write_concern=WriteConcern(w=1))
        self._clock = clock

    async def note(self, present: Present) -> None:
        """There, until this is not said again."""
        name = _name(present.seat, present.about)
        document = {
            "_id": name,
            "v": 1,
            "seat": present.seat,
            "about": present.about,
            "side": present.side.value,
            "who": present.who,
            "doing": present.doing.value,
            "at": self._clock(),
        }
        await self._presence.replace_one({"_id": name}, document, upsert=True)

    async def left(self, seat: str, abouts: Collection[str]) -> None:
        """There no more."""
        names = [_name(seat, about) for about in abouts]
        await self._presence.delete_many({"_id": {"$in": names}})

    async def all(self) -> Sequence[Present]:
        """Whoever is there now."""
        rows = self._presence.find({"at": {"$gt": self._clock() - LOOKS}}).limit(MOST)
        return [read_present(row) async for row in rows]


def read_present(row: Document) -> Present:
    """As the domain knows it."""
    return Present(
        seat=row["seat"],
        about=row["about"],
        side=Side(row["side"]),
        who=row["who"],
        doing=Doing(row["doing"]),
    )


def place_of(name: str) -> tuple[str, str]:
    """Socket and ticket of a document that was removed."""
    seat, _, about = name.partition("/")
    return seat, about


def _name(seat: str, about: str) -> str:
    return f"{seat}/{about}"
