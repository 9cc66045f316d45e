"""What WeChat has to push to the mini program's back end: kept here until something takes it.

``GET /sandbox/wx/events?openid=o…`` shows what is due, ``DELETE`` takes it. With somebody to
``tell``, each is handed over as it happens, and kept here too.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass

from pydantic import JsonValue

from sandbox.base import JsonHandler

MOST = 10_000


@dataclass(frozen=True)
class DueEvent:
    """One event as WeChat names it, without its envelope."""

    event: str
    openid: str
    fields: dict[str, JsonValue]


Tell = Callable[[DueEvent], None]


class DueEvents:
    """The newest ones."""

    def __init__(self, tell: Tell | None = None) -> None:
        self.tell = tell
        self._due: deque[DueEvent] = deque(maxlen=MOST)

    def add(self, event: DueEvent) -> None:
        """One more."""
        self._due.append(event)
        if self.tell is not None:
            self.tell(event)

    def of(self, openid: str) -> list[DueEvent]:
        """A person's, oldest first."""
        return [one for one in self._due if one.openid == openid]

    def drop(self, openid: str) -> None:
        """A person's are taken."""
        rest = [one for one in self._due if one.openid != openid]
        self._due = deque(rest, maxlen=MOST)


class EventsHandler(JsonHandler):
    """/sandbox/wx/events."""

    def initialize(self, *, events: DueEvents) -> None:
        """Take the events."""
        self._events = events

    def get(self) -> None:
        """Those due, oldest first."""
        self.reply({"items": self._listed()})

    def delete(self) -> None:
        """The same, and then they are gone."""
        items = self._listed()
        self._events.drop(self.get_query_argument("openid"))
        self.reply({"items": items})

    def _listed(self) -> list[dict[str, object]]:
        return [asdict(one) for one in self._events.of(self.get_query_argument("openid"))]
