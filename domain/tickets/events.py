"""What happens to a ticket, in the order in which it was committed: all else is read from this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

# A ticket in which more happens than this goes on in a new one.
MOST_EVENTS = 1000


class By(Enum):
    """In what part somebody acted."""

    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


class Happened(Enum):
    """What happened."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    TRANSFERRED = "transferred"
    # The citizen wrote, and waits for an answer.
    ASKED = "asked"
    # The citizen wrote after the end: it is read, and starts nothing.
    THANKED = "thanked"
    # Staff wrote to the citizen; with the fact ``waits`` it is the citizen's turn from now on.
    ANSWERED = "answered"
    # It is staff's turn again although the citizen wrote nothing.
    RESUMED = "resumed"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    PRIORITY_CHANGED = "priority_changed"
    ITEM_CHANGED = "item_changed"
    PLACE_CHANGED = "place_changed"
    # Another ticket goes on in this one.
    JOINED = "joined"
    MERGED = "merged"
    # With the fact ``answered_at``, an instant, when the other ticket was answered meanwhile.
    UNMERGED = "unmerged"


# After these nothing runs until the citizen reopens it, or it is taken apart again.
ENDINGS = frozenset({Happened.RESOLVED, Happened.CLOSED, Happened.MERGED})
WAITS = "waits"
ANSWERED_AT = "answered_at"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened. ``actor`` is the random id of a person or an account, or empty.

    ``facts`` are codes, ids and instants, never what anybody wrote.
    """

    at: datetime
    what: Happened
    by: By
    actor: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether from here on it is the citizen's turn."""
        return self.what is Happened.ANSWERED and self.facts.get(WAITS) == "yes"

    @property
    def answered_at(self) -> datetime | None:
        """When the other ticket was answered while this one was part of it."""
        told = self.facts.get(ANSWERED_AT)
        return datetime.fromisoformat(told) if told else None
