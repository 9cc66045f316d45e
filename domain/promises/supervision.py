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
class Breach:
    """A finding that a promise was broken: what was not performed, and what follows."""

    degree: Degree
    unperformed: str
    consequence: str
    proposed_by: str
    found_on: date | None = None
    objection_until: Deadline | None = None
    objection: str = ""
    decide_by: Deadline | None = None
    final: bool = False


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
    steps: tuple[Step, ...] = ()
