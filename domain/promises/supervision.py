"""What is known of a promise since it was signed: what was ordered, found, objected to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from domain.workdays import Deadline


class Degree(Enum):
    """How far a broken promise was performed (履行状态)."""

    PARTLY = "partly"
    NOT_AT_ALL = "not_at_all"

    @property
    def label(self) -> str:
        """Its name in the national template."""
        return DEGREES[self]


DEGREES: Mapping[Degree, str] = {
    Degree.PARTLY: "部分履行",
    Degree.NOT_AT_ALL: "全部未履行",
}


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be corrected, and by when (责令改正)."""

    what: str
    due: Deadline


@dataclass(frozen=True, kw_only=True)
class Finder:
    """Who finds how a promise was performed (认定单位), with its uscc."""

    name: str
    uscc: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A finding that a promise was performed in full."""

    on: date
    finder: Finder


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A finding that a promise was broken: what was not performed, and what follows.

    ``consequence`` is what the promisor is held to for it (违诺责任追究内容).
    """

    degree: Degree
    unperformed: str
    consequence: str
    finder: Finder
    proposed_by: str
    review_by: Deadline | None = None
    found_on: date | None = None
    objection_until: Deadline | None = None
    objection: str = ""
    decide_by: Deadline | None = None
    final: bool = False


class Answer(Enum):
    """What the office says to what was handed in."""

    WAITING = "waiting"
    TAKEN = "taken"
    RETURNED = "returned"


ANSWERS: Mapping[Answer, str] = {
    Answer.WAITING: "待核对",
    Answer.TAKEN: "已核对收到",
    Answer.RETURNED: "已退回",
}


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """What the promisor says to have done in time, or late: on what day, with what (容缺受理)."""

    on: date
    note: str
    late: bool
    answer_by: Deadline
    answer: Answer = Answer.WAITING
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happened, as the promisor is told."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """All that happened to a promise since it was signed."""

    order: Order | None = None
    breach: Breach | None = None
    kept: Kept | None = None
    handed_in: HandedIn | None = None
    steps: tuple[Step, ...] = ()
