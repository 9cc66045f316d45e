"""What is told live, in MongoDB: events that wait for their number."""

from pymongo import UpdateOne

from adapters.mongo.database import Document
from adapters.mongo.transactions import unit_of
from domain.live.events import LiveEvent
from domain.transactions import Unit

EVENTS = "live_events"


class MongoLiveOutbox:
    """An event is here from its commit until it is numbered."""

    async def leave(self, unit: Unit, event: LiveEvent) -> None:
        """Commits with the transaction."""
        unit_of(unit).last(EVENTS, UpdateOne({"_id": event.id}, [{"$set": _left(event)}], True))


def _left(event: LiveEvent) -> Document:
    left = {
        "v": 1,
        "streams": list(event.streams),
        "kind": event.kind,
        "about": event.about,
        "revision": event.revision,
    }
    # By the database's clock, which also ends its day.
    return {**{name: {"$literal": value} for name, value in left.items()}, "at": "$$NOW"}
