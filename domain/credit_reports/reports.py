"""A credit report and its states."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from domain.time import SHANGHAI, day_in_words, in_words
from domain.timestamps import TimeStamp
from domain.transactions import SYSTEM

NUMBER_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class State(Enum):
    """Where a report stands. ``expired`` is never stored: the clock makes it."""

    QUEUED = "queued"
    FETCHING = "fetching"
    DELAYED = "delayed"
    FAILED = "failed"
    READY = "ready"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


UNFINISHED = frozenset({State.QUEUED, State.FETCHING, State.DELAYED})
ISSUED = frozenset({State.READY, State.EXPIRED, State.SUPERSEDED, State.REVOKED})


@dataclass(frozen=True, kw_only=True)
class Count:
    """One of the counts of the summary."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What is known of a report once its paper exists; a ``sample`` is invented throughout.

    ``file_sha256`` is of the paper as issued; ``raised_sha256`` of the same paper with the
    time-stamp that came later.
    """

    at: datetime
    expires_at: datetime
    pages: int
    boxed: int
    file_sha256: str
    canonical_sha256: str
    code_hash: str
    check_hash: str
    counts: tuple[Count, ...]
    sample: bool
    time_stamp: TimeStamp = TimeStamp.NONE
    raised_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class CreditReport:
    """A report on an organisation or a person, requested for one purpose.

    ``person_id`` requested it under ``subject_id``; it belongs to the principal of that subject.
    ``uscc`` is None for a natural person, ``period`` and ``fields`` are those of a certificate.
    """

    id: str
    number: str
    person_id: str
    subject_id: str
    principal_id: str
    subject_name: str
    uscc: str | None
    purpose: str
    consent_id: str
    requested_at: datetime
    edition: str = "organisation-full"
    period: Period | None = None
    fields: tuple[str, ...] = ()
    state: State = State.QUEUED
    reason: str = ""
    issue: Issue | None = None
    superseded_by: str | None = None
    revoked_at: datetime | None = None
    changed_by: str = ""
    revision: int = 0

    @property
    def about(self) -> str:
        """Whose credit it is: the uscc, or the id of the natural person."""
        return self.uscc or self.principal_id

    def state_at(self, now: datetime) -> State:
        """The state as of now: a ready report expires by the clock alone."""
        if self.state is State.READY and self.issue and now >= self.issue.expires_at:
            return State.EXPIRED
        return self.state

    def tag(self, now: datetime) -> str:
        """Names what is seen of the report now; it changes whenever that does."""
        return f'"{self.revision}-{self.state_at(now).value}"'

    def fetching(self) -> "CreditReport":
        """A worker asks the platform."""
        return self._changed(state=State.FETCHING)

    def delayed(self) -> "CreditReport":
        """The platform did not serve; it is asked again by itself."""
        return self._changed(state=State.DELAYED)

    def failed(self, reason: str) -> "CreditReport":
        """It can never be made; the reason is a sentence for the person."""
        return self._changed(state=State.FAILED, reason=reason)

    def issued(self, issue: Issue) -> "CreditReport":
        """The paper exists."""
        return self._changed(state=State.READY, issue=issue)

    def raised(self, sha256: str) -> "CreditReport":
        """Its paper got the time-stamp that was pending; whatever its state, it stays in it."""
        if self.issue is None:
            return self
        issue = replace(self.issue, time_stamp=TimeStamp.STAMPED, raised_sha256=sha256)
        return replace(self, issue=issue, changed_by=SYSTEM, revision=self.revision + 1)

    def superseded(self, by: "CreditReport") -> "CreditReport":
        """A newer one for the same subject and purpose took its place."""
        return self._changed(state=State.SUPERSEDED, superseded_by=by.id)

    def revoked(self, *, now: datetime, reason: str, by: str) -> "CreditReport":
        """Its owner took it back."""
        after = self._changed(state=State.REVOKED, reason=reason, by=by)
        return replace(after, revoked_at=now)

    def _changed(
        self,
        *,
        state: State,
        reason: str = "",
        by: str = SYSTEM,
        issue: Issue | None = None,
        superseded_by: str | None = None,
    ) -> "CreditReport":
        return replace(
            self,
            state=state,
            reason=reason,
            changed_by=by,
            issue=issue or self.issue,
            superseded_by=superseded_by or self.superseded_by,
            revision=self.revision + 1,
        )


def make_number(now: datetime, suffix: str) -> str:
    """A number of the official pattern: yyyyMMddHHmmss (Shanghai) and 8 of 0-9A-Z."""
    return f"{now.astimezone(SHANGHAI):%Y%m%d%H%M%S}{suffix}"


def changed_by(report: CreditReport, reader: str) -> str:
    """Who changed it last, as told to a reader."""
    if report.changed_by == SYSTEM:
        return "系统"
    return "您本人" if report.changed_by == reader else "其他办理人"


def state_text(report: CreditReport, now: datetime) -> str:  # noqa: PLR0911 - one a state
    """What the state is and what comes next, for the person."""
    state = report.state_at(now)
    until = day_in_words(report.issue.expires_at) if report.issue else ""
    match state:
        case State.QUEUED:
            return "已受理，正在排队。"
        case State.FETCHING:
            return "正在向市公共信用信息平台查询，通常需要几秒钟。"
        case State.DELAYED:
            return "市公共信用信息平台暂时没有响应，系统会自动重试，您无需重复申请。"
        case State.FAILED:
            return f"未能出具：{report.reason}"
        case State.READY:
            return f"已出具，有效期至{until}。"
        case State.EXPIRED:
            return f"已于{until}过期，如需使用请重新申请。"
        case State.SUPERSEDED:
            return "已有同一主体、同一用途的新报告，请使用新报告。"
        case State.REVOKED:
            when = in_words(report.revoked_at) if report.revoked_at else ""
            return f"已于{when}作废。"
