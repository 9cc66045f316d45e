"""A counter case and its states: opened by phone, confirmed by one clerk, released by another.

A case has a number to name at the counter, and keeps what the person gave. It proves a real name,
or who is about to sign one promise. A person has one open case of a kind for one thing at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.names import normal_name
from domain.time import civil_date, day_ends
from domain.transactions import Conflict
from domain.values import VerifiedIdentity
from domain.workdays import Calendar

METHOD = "counter"
# So many of the last characters of a document's number are typed by who holds it in hand.
ENDING = 6


class Reason(Enum):
    """Why somebody is led to the counter."""

    DOCUMENT_NOT_SERVED = "document_not_served"
    CHECKS_FAILED = "checks_failed"
    SIGNING_ASKED = "signing_asked"

    @property
    def sentence(self) -> str:
        """As the person reads it."""
        return SENTENCES[self]


SENTENCES = {
    Reason.DOCUMENT_NOT_SERVED: "这种证件暂不支持人脸核验。",
    Reason.CHECKS_FAILED: "人脸核验 24 小时内已有三次未通过。",
    Reason.SIGNING_ASKED: "您选择由窗口当面核验身份后签署承诺。",
}


class CaseKind(Enum):
    """What the counter proves."""

    IDENTITY = "identity"
    SIGNING = "signing"

    @property
    def label(self) -> str:
        """As people read it."""
        return KINDS[self]


KINDS: Mapping[CaseKind, str] = {
    CaseKind.IDENTITY: "实名认证",
    CaseKind.SIGNING: "承诺签署身份核验",
}


class CaseState(Enum):
    """Where a case stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    RELEASED = "released"
    REFUSED = "refused"
    SETTLED = "settled"


STATES: Mapping[CaseState, str] = {
    CaseState.OPEN: "待核对证件",
    CaseState.CONFIRMED: "已核对证件，待复核",
    CaseState.RETURNED: "复核退回，待重新核对",
    CaseState.RELEASED: "已办结，核验通过",
    CaseState.REFUSED: "已办结，未通过",
    CaseState.SETTLED: "已办结，无需窗口办理",
}
TO_CONFIRM = frozenset({CaseState.OPEN, CaseState.RETURNED})
STANDING = TO_CONFIRM | {CaseState.CONFIRMED}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """From content/: the documents that are taken, by code, and how long things are good for.

    A confirmation is released within so many working days, and what was released for a signing is
    signed with within so long.
    """

    release_days: int
    signing_lasts: timedelta
    documents: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What a clerk has seen: which document, and until when another clerk may release it."""

    by: str
    at: datetime
    document: str
    note: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happened at the counter, as the person is told."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class CounterCase:
    """One case; ``given`` is the name and ID number as the person typed them last.

    Of a signing, ``object_id`` is the promise, and ``good_until`` is when the proof is over.
    """

    id: str
    number: str
    person_id: str
    reason: Reason
    given: VerifiedIdentity
    opened_at: datetime
    kind: CaseKind = CaseKind.IDENTITY
    object_id: str = ""
    state: CaseState = CaseState.OPEN
    confirmation: Confirmation | None = None
    good_until: datetime | None = None
    steps: tuple[Step, ...] = ()
    revision: int = 0

    @property
    def standing(self) -> str:
        """What there is one open case of; empty once it has ended."""
        if self.state not in STANDING:
            return ""
        return self.object_id or self.person_id

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f'"{self.revision}"'

    def changed(self, *, given: VerifiedIdentity, reason: Reason) -> "CounterCase":
        """The person gave something else: whatever was confirmed of it counts no more."""
        return self._after(state=CaseState.OPEN, given=given, reason=reason, confirmation=None)

    def settled(self, *, led_to: str) -> "CounterCase":
        """Nobody at the counter is needed any more."""
        return self._after(state=CaseState.SETTLED, confirmation=None, person_id=led_to)

    def confirmed(
        self, *, by: str, named: str, document: str, note: str, until: datetime, now: datetime
    ) -> "CounterCase":
        """A clerk has compared the document with what was given; ``named`` is the clerk's name."""
        self._require(TO_CONFIRM, "核对")
        self._require_other(named)
        seen = Confirmation(by=by, at=now, document=document, note=note, until=until)
        text = "窗口已核对证件，等待另一名工作人员复核。"
        return self._told(CaseState.CONFIRMED, text, now, confirmation=seen)

    def released(self, *, by: str, named: str, led_to: str, now: datetime) -> "CounterCase":
        """Another clerk agrees: it is proven. ``led_to`` is the person whose case it is now."""
        self.require_releasable(by=by, named=named, now=now)
        text = "窗口复核通过，身份已核验。"
        return self._told(CaseState.RELEASED, text, now, person_id=led_to)

    def require_releasable(self, *, by: str, named: str, now: datetime) -> None:
        """Raise Conflict unless this clerk may release it now."""
        seen = self._checked_by_another(by, "复核")
        self._require_other(named)
        if now >= seen.until:
            raise Conflict("证件核对已超过复核期限，请当事人到窗口重新核对。")

    def returned(self, *, by: str, reason: str, now: datetime) -> "CounterCase":
        """Another clerk does not agree: the document is to be compared again."""
        self._checked_by_another(by, "退回")
        text = f"窗口复核后退回，请再到窗口核对证件：{reason}"
        return self._told(CaseState.RETURNED, text, now, confirmation=None)

    def refused(self, *, by: str, reason: str, now: datetime) -> "CounterCase":
        """Ended without proof; what one clerk has confirmed only another refuses."""
        self._require(STANDING, "办结")
        if self.state is CaseState.CONFIRMED:
            self._checked_by_another(by, "办结")
        text = f"窗口未能核验身份：{reason}"
        return self._told(CaseState.REFUSED, text, now, confirmation=None)

    def expired(self, *, now: datetime) -> "CounterCase":
        """Nobody released it in time: the document is to be compared again."""
        text = "证件核对后未在期限内复核，请携带证件再到窗口核对。"
        return self._told(CaseState.OPEN, text, now, confirmation=None)

    def _checked_by_another(self, by: str, move: str) -> Confirmation:
        self._require({CaseState.CONFIRMED}, move)
        if self.confirmation is None or self.confirmation.by == by:
            raise Conflict(f"证件由您核对，须由另一名工作人员{move}。")
        return self.confirmation

    def _require(self, states: "frozenset[CaseState] | set[CaseState]", move: str) -> None:
        if self.state not in states:
            raise Conflict(f"这件窗口业务的状态是“{STATES[self.state]}”，不能{move}。")

    def _require_other(self, named: str) -> None:
        """Nobody deals with their own case; of who only bears the same name a colleague does."""
        if normal_name(named) == normal_name(self.given.name):
            raise Conflict("当事人与您同名，可能是您本人的业务，请由其他同事办理。")

    def _told(self, state: CaseState, text: str, now: datetime, **changes: object) -> "CounterCase":
        return self._after(state=state, steps=(*self.steps, Step(at=now, text=text)), **changes)

    def _after(self, **changes: object) -> "CounterCase":
        return replace(
            self,
            revision=self.revision + 1,
            **changes,  # type: ignore[arg-type]  # names of its own fields
        )


def ending_fits(case: CounterCase, typed: str) -> bool:
    """Whether the last characters of the document in hand are those of the number given."""
    return typed.strip().upper() == case.given.id_number[-ENDING:].upper()


def release_until(terms: Terms, calendar: Calendar, *, now: datetime) -> datetime:
    """The end of the last working day on which what is confirmed now may be released."""
    return day_ends(calendar.after(civil_date(now), terms.release_days).day)
