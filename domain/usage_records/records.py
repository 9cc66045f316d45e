"""A usage record: where it stands, what was told, objected to and decided, and when it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from domain.time import date_in_words, months_after, years_before
from domain.usage_records.reports import Kind, Report
from domain.workdays import Calendar, Deadline


class State(Enum):
    """Where a usage record stands."""

    WATCHED = "watched"
    TO_SERVE = "to_serve"
    NOTICED = "noticed"
    OBJECTED = "objected"
    DISMISSED = "dismissed"
    PROPOSED = "proposed"
    ENTERED = "entered"
    REVOKING = "revoking"
    CLOSED = "closed"
    REVOKED = "revoked"


STATES: Mapping[State, str] = {
    State.WATCHED: "催告期内，未进入记录",
    State.TO_SERVE: "待书面告知",
    State.NOTICED: "已告知，可以提出异议",
    State.OBJECTED: "异议处理中",
    State.DISMISSED: "异议不成立",
    State.PROPOSED: "提请进入记录，待复核",
    State.ENTERED: "已进入信用记录",
    State.REVOKING: "提请撤销，待复核",
    State.CLOSED: "已办结，未进入记录",
    State.REVOKED: "已撤销",
}
# Before it has entered the record, and while it is not over.
OPEN = frozenset(
    {
        *(State.WATCHED, State.TO_SERVE, State.NOTICED, State.OBJECTED),
        *(State.DISMISSED, State.PROPOSED),
    }
)
# What counts against somebody: until two people have revoked it.
STANDING = frozenset({State.ENTERED, State.REVOKING})


class Ending(Enum):
    """Why it never entered the record."""

    PAID = "paid"
    JUSTIFIED = "justified"
    WITHDRAWN = "withdrawn"
    UPHELD = "upheld"
    SMALL = "small"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the district sets: from which amount in fen, how long after, and each clock.

    ``object_days`` and ``decide_days`` are working days.
    """

    threshold: int
    months: int
    object_days: int
    decide_days: int
    years: int
    kept_years: int


@dataclass(frozen=True, kw_only=True)
class Notice:
    """That it was told, on which day, and until when it may be objected to.

    ``proof`` is the number of the document that proves it, where it was told on paper.
    """

    on: date
    until: Deadline
    proof: str = ""


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What was objected, once, and what came of it."""

    reason: str
    at: datetime
    decide_by: Deadline
    upheld: bool | None = None
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happened, as whom it is about may read it."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class UsageRecord:
    """One report and what became of it. ``objector`` is the id of who objected, or empty.

    Once whom it is about has erased their account, ``holder`` is the keyed hash of the ID number,
    which the report names no more: the record goes on counting for who proves that number.
    """

    id: str
    report: Report
    state: State
    reported_by: str
    reported_at: datetime
    changed_at: datetime
    excuse: str = ""
    paid_on: date | None = None
    ending: Ending | None = None
    notice: Notice | None = None
    objection: Objection | None = None
    objector: str = ""
    over_told: bool = False
    proposed_by: str = ""
    entered_on: date | None = None
    steps: tuple[Step, ...] = ()
    revision: int = 0
    holder: str = ""

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f'"{self.revision}"'

    @property
    def title(self) -> str:
        """What it is, without anything of anybody."""
        return f"{self.report.kind.label}（{self.report.reference}）"


def ripens_on(record: UsageRecord, terms: Terms) -> date | None:
    """The last day of the months after the demand; None for what needs no such time."""
    paper = record.report.paper
    if record.report.kind is not Kind.ARREARS or paper.on is None:
        return None
    return months_after(paper.on, terms.months)


def ripe(record: UsageRecord, *, today: date, terms: Terms) -> bool:
    """Whether it may go into the record, as far as the facts go.

    Arrears: without a proper reason, and large, and still unpaid more than so many calendar
    months after the demand; the day on which the months end is not yet more. Theft and breach
    of use are proven by their own documents.
    """
    last = ripens_on(record, terms)
    if last is None:
        return True
    amount = record.report.amount or 0
    unpaid, unjustified = record.paid_on is None, not record.excuse
    return unjustified and amount >= terms.threshold and unpaid and today > last


def objection_until(record: UsageRecord, *, terms: Terms, calendar: Calendar) -> Deadline | None:
    """Until when it may be objected to: what was told, or later if the calendar came to say so.

    A calendar that is published after the notice never takes away a day that was told.
    """
    if record.notice is None:
        return None
    told, now = record.notice.until, calendar.after(record.notice.on, terms.object_days)
    return Deadline(day=max(told.day, now.day), provisional=now.provisional)


def last_day(record: UsageRecord, today: date) -> date:
    """The last day of the event: arrears go on until they are paid, the others have one day."""
    paper = record.report.paper
    if record.report.kind is Kind.ARREARS:
        return record.paid_on or today
    return paper.on or today


def counts(record: UsageRecord, *, today: date, years: int) -> bool:
    """Whether it has entered the record and its event is not over for so many years."""
    standing = record.state in STANDING
    return standing and years_before(today, years) <= last_day(record, today) <= today


def why_bad(record: UsageRecord, today: date) -> str:
    """Why somebody is no good user, in a sentence."""
    kind = record.report.kind
    if kind is Kind.ARREARS and record.paid_on is None:
        return f"{kind.label}已进入信用记录，尚未缴清。"
    return f"{date_in_words(last_day(record, today))}有{kind.label}记录。"
