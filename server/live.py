"""The parts of what is told live, joined."""

from adapters.mongo.live import MongoLiveOutbox
from domain.live.events import Publishing


class LiveParts:
    """Everything about live events; ``publish`` is what other rooms are given."""

    def __init__(self) -> None:
        self.publish = Publishing(outbox=MongoLiveOutbox())
