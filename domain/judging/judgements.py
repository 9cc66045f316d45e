"""A judgement of a butler: found by a rule, heard, proposed by one and decided by another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from domain.judging.complaints import Said
from domain.judging.facts import Evidence, Figures
from domain.judging.rules import Broken
from domain.judging.terms import Level
from domain.workdays import Deadline


class State(Enum):
    """Where a judgement stands."""

    HEARING = "hearing"
    PROPOSED = "proposed"
    EFFECTIVE = "effective"
    DROPPED = "dropped"
    RESTORING = "restoring"
    RESTORED = "restored"


STATES: Mapping[State, str] = {
    State.HEARING: "听取信用管家意见，待信用办提请",
    State.PROPOSED: "信用办已提请，待督办决定",
    State.EFFECTIVE: "已生效",
    State.DROPPED: "不作处理",
    State.RESTORING: "信用办提请恢复服务，待督办决定",
    State.RESTORED: "已恢复服务",
}
# Not decided yet: of each butler there is one at most.
PENDING = frozenset({State.HEARING, State.PROPOSED})


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happened, who did it and why. ``by`` is an account's id, or empty for the rule."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """``begins`` to ``ends`` is the period that was judged; what is newer was not.

    ``level`` is what the rule found, ``proposed`` what was proposed, which is never graver; None
    proposes nothing. ``proposer`` is who did, as long as it is not decided.
    """

    id: str
    staff_id: str
    begins: datetime
    ends: datetime
    level: Level
    broken: tuple[Broken, ...]
    figures: Figures
    evidence: Evidence
    found_at: datetime
    told_on: date
    hear_until: Deadline
    state: State
    changed_at: datetime
    statement: Said | None = None
    proposer: str = ""
    proposed: Level | None = None
    decided_by: str = ""
    steps: tuple[Step, ...] = ()
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f'"{self.revision}"'

    @property
    def is_pending(self) -> bool:
        """Whether it is not decided yet."""
        return self.state in PENDING
