"""One thing told to one member of the staff, and whether they have read it.

An alert has its id of whom it is for and of its key: what was told is not told again, whoever
comes to it a second time, in whatever order and from however many processes.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final

# Where in the console one can go on; it is shown as a link, so it leads nowhere else.
LINK: Final = re.compile(r"/console(?:/[A-Za-z0-9._~-]+)*(?:\?[A-Za-z0-9._~=&-]*)?")
LONGEST_KEY: Final = 200
LONGEST_TITLE: Final = 40


class Urgency(Enum):
    """When it is pushed: in the working hours of who is told, or gathered once a day."""

    NOW = "now"
    DIGEST = "digest"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One alert.

    The title may leave the house in a message, so it names nobody; the text never does. ``about``
    is the person whom the text speaks of, if any: it goes when they erase their account.
    """

    id: str
    staff_id: str
    key: str
    at: datetime
    title: str
    text: str
    link: str
    urgency: Urgency
    about: str = ""
    read_at: datetime | None = None

    def __post_init__(self) -> None:
        """Who tells something malformed finds out in their own test, not in somebody's inbox."""
        if not LINK.fullmatch(self.link):
            raise ValueError("the link of an alert is a path of the console")
        if not self.key or len(self.key) > LONGEST_KEY:
            raise ValueError("the key of an alert has 1 to 200 characters")
        if not self.title or len(self.title) > LONGEST_TITLE:
            raise ValueError("the title of an alert has 1 to 40 characters")

    def read(self, at: datetime) -> "Alert":
        """They have seen it; the first time counts."""
        return self if self.read_at else replace(self, read_at=at)


def id_of(*, staff_id: str, key: str) -> str:
    """The one id that a key has with a member of the staff."""
    return hashlib.sha256(f"{staff_id}\n{key}".encode()).hexdigest()[:32]
