"""A complaint: what it says, who handles it, by when, and how it ends; each step with its reason.

It has a clock of its own, 24 absolute hours from its opening to its decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from domain.time import in_words

PROMISE = timedelta(hours=24)
MOST_WORDS = 500
MOST_ANSWERS = 10
# By words, about one resolution, withdrawn and decided ones too: each calls the butler and the
# office.
MOST_OF_CYCLE = 3
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class State(Enum):
    """Where a complaint stands."""

    OPENED = "opened"
    TAKEN = "taken"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"


STATES: Mapping[State, str] = {
    State.OPENED: "已收到，待信用办受理",
    State.TAKEN: "信用办正在处理",
    State.UPHELD: "投诉成立",
    State.NOT_UPHELD: "投诉不成立",
    State.WITHDRAWN: "已撤回",
}
OPEN = frozenset({State.OPENED, State.TAKEN})


class Cause(Enum):
    """How it came about."""

    # Two stars or fewer opened it.
    STARS = "stars"
    # The citizen complained.
    WORDS = "words"


class Who(Enum):
    """In what part somebody acted, as everybody may know it."""

    CITIZEN = "citizen"
    BUTLER = "butler"
    OFFICE = "office"
    SYSTEM = "system"


ACTORS: Mapping[Who, str] = {
    Who.CITIZEN: "投诉人",
    Who.BUTLER: "信用管家",
    Who.OFFICE: "信用办",
    Who.SYSTEM: "系统",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happened, who did it, and why, as the citizen may read it."""

    at: datetime
    by: Who
    text: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody wrote, once. ``by`` is an account's id."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """``about`` is the butler concerned, frozen when it opened: empty where nobody had the ticket.

    ``cycle`` is the resolution that the stars were for; 0 before any. ``handler`` is who has taken
    it, which the citizen sees as the office. ``statement`` is the butler's word (回应), once.
    ``told`` are the shares of its time, in percent, at which staff were told.
    """

    id: str
    number: str
    ticket_id: str
    ticket_number: str
    cycle: int
    place_id: str
    item: str
    about: str
    person_id: str
    cause: Cause
    stars: int | None
    words: str
    opened_at: datetime
    state: State
    changed_at: datetime
    handler: str = ""
    statement: Said | None = None
    answers: tuple[Said, ...] = ()
    decided_by: str = ""
    ended_at: datetime | None = None
    reason: str = ""
    steps: tuple[Step, ...] = ()
    told: tuple[int, ...] = ()
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f'"{self.revision}"'

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state in OPEN

    @property
    def due_at(self) -> datetime:
        """By when it is to be decided."""
        return self.opened_at + PROMISE

    def is_overdue(self, now: datetime) -> bool:
        """Whether the 24 hours were not kept, or are over by now."""
        return (self.ended_at or now) > self.due_at

    def left_in_words(self, now: datetime) -> str:
        """How much of its time is left, or by how much it is late, so that nobody needs colour."""
        if self.ended_at is not None:
            late = f"，超过时限 {_span(self.ended_at - self.due_at)}"
            return f"{in_words(self.ended_at)}办结" + (late if self.is_overdue(now) else "")
        if self.is_overdue(now):
            return f"已超过 24 小时时限 {_span(now - self.due_at)}"
        return f"还剩 {_span(self.due_at - now)}"


def _span(span: timedelta) -> str:
    hours, rest = divmod(max(span, timedelta()), HOUR)
    minutes = rest // MINUTE
    return f"{hours} 小时 {minutes} 分钟" if hours else f"{minutes} 分钟"
