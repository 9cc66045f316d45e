"""An objection, its states, and the clock it is decided by.

The comparable text is the Shenzhen regulation on social credit, arts. 48 to 51: the record is
annotated at once, the agency checks, the provider of the record decides, and may take longer
once. How many working days each has stands in content/.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from domain.objections.desk import Standing, Taken
from domain.time import civil_date, day_in_words
from domain.workdays import Calendar, Deadline


class State(Enum):
    """Where an objection stands."""

    RAISED = "raised"
    PASSED = "passed"
    CHECKING = "checking"
    EXTENDED = "extended"
    UPHELD = "upheld"
    REJECTED = "rejected"
    UNDELIVERABLE = "undeliverable"


# The order of the states that are not decided: an objection never goes back.
WAY = (State.RAISED, State.PASSED, State.CHECKING, State.EXTENDED)
DECIDED = frozenset({State.UPHELD, State.REJECTED})
PROGRESS = {
    "received": State.PASSED,
    "checking": State.CHECKING,
    "extended": State.EXTENDED,
    "upheld": State.UPHELD,
    "rejected": State.REJECTED,
}
TOLD = {
    State.RAISED: "已提出异议，正在送交市公共信用信息平台。",
    State.PASSED: "市公共信用信息平台已接收，等待核查。",
    State.CHECKING: "市公共信用信息平台已开始核查。",
    State.EXTENDED: "情况复杂，信息提供单位延长了办理期限。",
    State.UPHELD: "异议成立，平台已更正或删除该信息，可重新申请报告。",
    State.REJECTED: "异议不成立，该信息维持不变。",
    State.UNDELIVERABLE: "异议未能送交：{reason}请携带有效证件到信用服务窗口办理。",
}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Working days from the platform's acceptance on: from content/."""

    check: int
    decide: int
    extension: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happened, as the person was told."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Objection:
    """An objection to one record about a subject of credit, raised from one report.

    ``days`` are the working days that the decision may take as of now; 0 until the platform
    has accepted it.
    """

    id: str
    report_id: str
    report_number: str
    about: str
    uscc: str | None
    person_id: str
    subject_id: str
    principal_person: str
    section: str
    section_title: str
    record_id: str
    record_title: str
    reason: str
    raised_at: datetime
    state: State
    steps: tuple[Step, ...]
    number: str = ""
    accepted_at: datetime | None = None
    days: int = 0
    opinion: str = ""
    ended_at: datetime | None = None
    revision: int = 0

    @property
    def stands(self) -> bool:
        """Whether it waits for a decision, and the record is annotated."""
        return self.state in WAY

    @property
    def annotated_at(self) -> datetime:
        """Since when reports say of the record what they say now: its raising, or its end."""
        return self.raised_at if self.stands else self.steps[-1].at

    def passed(self, taken: Taken, terms: Terms, *, now: datetime) -> "Objection":
        """The platform took it: the clock runs from its acceptance."""
        days = terms.check + terms.decide
        after = replace(self, number=taken.number, accepted_at=taken.received_at, days=days)
        return _stepped(after, State.PASSED, now=now)

    def undeliverable(self, reason: str, *, now: datetime) -> "Objection":
        """The platform refused it for good; the reason is a sentence for the person."""
        return _stepped(self, State.UNDELIVERABLE, now=now, reason=reason)

    def told(self, found: Standing, terms: Terms, *, now: datetime) -> "Objection":
        """As the platform says it stands; the same objection when that is nothing new."""
        state = PROGRESS[found.progress]
        if state in DECIDED:
            decided = replace(self, opinion=found.opinion)
            return replace(_stepped(decided, state, now=now), ended_at=found.decided_at or now)
        if WAY.index(state) <= WAY.index(self.state):
            return self
        extended = state is State.EXTENDED
        days = self.days + terms.extension if extended else self.days
        return _stepped(replace(self, days=days), state, now=now)

    def deadline(self, calendar: Calendar) -> Deadline | None:
        """The last day for the decision; None while the platform has not accepted it."""
        if self.accepted_at is None:
            return None
        return calendar.after(civil_date(self.accepted_at), self.days)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An objection as it is seen at one moment."""

    objection: Objection
    deadline: Deadline | None
    overdue: bool
    text: str


def show(objection: Objection, calendar: Calendar, now: datetime) -> Shown:
    """With its clock: overdue once the last day is over, also when it was decided after it."""
    deadline = objection.deadline(calendar)
    overdue = deadline is not None and civil_date(objection.ended_at or now) > deadline.day
    told = objection.steps[-1].text
    text = f"{told}{_clock(deadline, overdue)}" if objection.stands and deadline else told
    return Shown(objection=objection, deadline=deadline, overdue=overdue, text=text)


def bare(shown: Shown, *, reader: str) -> Shown:
    """Its state, clock and steps without any credit information; one's own words stay one's own."""
    objection = shown.objection
    own = objection.reason if objection.person_id == reader else ""
    without = replace(objection, section_title="", record_title="", reason=own, opinion="")
    return replace(shown, objection=without)


def annotation(objection: Objection) -> str:
    """What every later copy says beside the record while the objection stands."""
    day = day_in_words(objection.raised_at)
    return f"异议处理中：信息主体于{day}对本条信息提出异议，尚未作出决定。"


def notes(standing: int) -> str:
    """What an earlier copy's reader is told of the subject; empty when nothing stands."""
    if not standing:
        return ""
    return f"该主体有 {standing} 条信息正在异议处理中，尚未作出决定。"


def _stepped(was: Objection, state: State, *, now: datetime, reason: str = "") -> Objection:
    step = Step(at=now, text=TOLD[state].format(reason=reason))
    return replace(
        was,
        state=state,
        steps=(*was.steps, step),
        ended_at=None if state in WAY else now,
        revision=was.revision + 1,
    )


def _clock(deadline: Deadline, overdue: bool) -> str:
    day = _in_words(deadline.day)
    if deadline.provisional:
        until = f"应于{day}前办结（节假日安排尚未公布，期限为暂定）"
    else:
        until = f"应于{day}前办结"
    return f"{until}，现已超期，系统仍在跟进。" if overdue else f"{until}。"


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
