"""An application as far as the power company's system has it: its deliveries, and its last place.

Whoever changes anything about an application between the two systems changes its case: so of two
who would do it at once one starts over, and sees what the other did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

MOST_ATTEMPTS_KEPT = 20


class DeliveryKind(Enum):
    """Why something is delivered; the values are those of the partner interface."""

    APPLICATION = "application"
    MATERIALS = "materials"
    SURVEY_ANSWER = "survey_answer"
    WITHDRAWN = "withdrawn"
    PROOF_LOST = "proof_lost"
    PROOF_STANDS = "proof_stands"
    VISIT_ASKED = "visit_asked"
    TAKEN_BACK = "taken_back"


DELIVERY_KINDS: Mapping[DeliveryKind, str] = {
    DeliveryKind.APPLICATION: "移交申请",
    DeliveryKind.MATERIALS: "补交材料",
    DeliveryKind.SURVEY_ANSWER: "答复勘查时间",
    DeliveryKind.WITHDRAWN: "撤回申请",
    DeliveryKind.PROOF_LOST: "承诺不再有效",
    DeliveryKind.PROOF_STANDS: "承诺继续有效",
    DeliveryKind.VISIT_ASKED: "希望上门服务",
    DeliveryKind.TAKEN_BACK: "转工作台办理",
}
# What tells of a person, and needs the consent to providing it.
TELLING = frozenset({DeliveryKind.APPLICATION, DeliveryKind.MATERIALS})


class DeliveryState(Enum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"


DELIVERY_STATES: Mapping[DeliveryState, str] = {
    DeliveryState.PENDING: "待送达",
    DeliveryState.SENT: "已送达",
    DeliveryState.FAILED: "对方拒收，待处理",
    DeliveryState.GIVEN_UP: "已放弃",
}
UNSENT = frozenset({DeliveryState.PENDING, DeliveryState.FAILED})


@dataclass(frozen=True, kw_only=True)
class Case:
    """One application with the partner. ``id`` is the application's.

    ``place`` is that of its last delivery, ``applied`` that of the last event acted on or passed,
    ``quiet`` how many times in a row asking for events found none; a case that is not ``open`` is
    asked after no more.
    """

    id: str
    number: str
    person_id: str
    uscc: str | None
    handed_at: datetime
    place: int = 0
    applied: int = 0
    quiet: int = 0
    open: bool = True
    changed_at: datetime
    revision: int = 0

    def changed(self, now: datetime, **fields: Any) -> "Case":
        """Something about it changed."""
        return replace(self, changed_at=now, revision=self.revision + 1, **fields)

    def asked(self, *, found: bool) -> "Case":
        """It was asked after; what is told by callbacks is asked after ever more rarely."""
        quiet = 0 if found else self.quiet + 1
        return replace(self, quiet=quiet, revision=self.revision + 1)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One sending; ``outcome`` is a sentence."""

    at: datetime
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One delivery. ``content`` is what travels; ``files`` are the names of what it lets fetch."""

    id: str
    application_id: str
    number: str
    person_id: str
    uscc: str | None
    place: int
    kind: DeliveryKind
    content: Mapping[str, Any]
    files: tuple[str, ...]
    made_at: datetime
    changed_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    tries: int = 0
    attempts: tuple[Attempt, ...] = ()
    sent_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f"{self.revision}"

    def sent(self, now: datetime) -> "Delivery":
        """The partner has it."""
        tried = self._tried("已送达", now)
        return replace(tried, state=DeliveryState.SENT, sent_at=now)

    def missed(self, outcome: str, now: datetime, *, permanent: bool) -> "Delivery":
        """It did not arrive; what is refused for good waits for a person."""
        state = DeliveryState.FAILED if permanent else self.state
        return replace(self._tried(outcome, now), state=state)

    def again(self, *, by: str, now: datetime) -> "Delivery":
        """A person has it sent again, under the same id."""
        return replace(
            self,
            state=DeliveryState.PENDING,
            decided_by=by,
            changed_at=now,
            revision=self.revision + 1,
        )

    def given_up(self, *, by: str, reason: str, now: datetime) -> "Delivery":
        """A person lets it be; what comes after may go."""
        return replace(
            self,
            state=DeliveryState.GIVEN_UP,
            decided_by=by,
            reason=reason,
            changed_at=now,
            revision=self.revision + 1,
        )

    def _tried(self, outcome: str, now: datetime) -> "Delivery":
        attempts: Sequence[Attempt] = (*self.attempts, Attempt(at=now, outcome=outcome))
        return replace(
            self,
            tries=self.tries + 1,
            attempts=tuple(attempts[-MOST_ATTEMPTS_KEPT:]),
            changed_at=now,
            revision=self.revision + 1,
        )
