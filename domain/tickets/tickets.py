"""A ticket (工单): whose it is, where it stands, why it ended, and what happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.butlers.items import Priority
from domain.errors import DomainError, Kind
from domain.tickets.events import By, Event, Happened
from domain.transactions import Conflict

REOPEN_WITHIN = timedelta(days=7)


class State(Enum):
    """Where a ticket stands: whose turn it is, or that it is over."""

    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"


STATES: Mapping[State, str] = {
    State.OPEN: "处理中",
    State.WAITING: "等待您补充",
    State.RESOLVED: "已办结",
    State.CLOSED: "已关闭",
    State.MERGED: "已合并",
}
# Somebody still has something to do.
ACTIVE = frozenset({State.OPEN, State.WAITING})
ENDED = frozenset({State.RESOLVED, State.CLOSED})


class Reason(Enum):
    """Why it ended; none ends without."""

    ANSWERED = "answered"
    REFERRED = "referred"
    OUT_OF_SCOPE = "out_of_scope"
    ABUSIVE = "abusive"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"
    ERASED = "erased"

    @property
    def label(self) -> str:
        """As people read it."""
        return REASONS[self]


REASONS: Mapping[Reason, str] = {
    Reason.ANSWERED: "已答复解决",
    Reason.REFERRED: "已转请主管单位办理",
    Reason.OUT_OF_SCOPE: "不属于信用管家的服务范围",
    Reason.ABUSIVE: "内容与服务无关或不文明",
    Reason.WITHDRAWN: "本人不再需要",
    Reason.UNANSWERED: "多日未收到补充，先行关闭",
    Reason.ERASED: "账号已注销",
}
# The work was done, by somebody who is rated for it.
RESOLVING = frozenset({Reason.ANSWERED, Reason.REFERRED})
# What staff may choose when they close one without having resolved it.
CLOSING = frozenset({Reason.OUT_OF_SCOPE, Reason.ABUSIVE})


class Source(Enum):
    """From where it came."""

    MINI_PROGRAM = "mini_program"
    PHONE = "phone"
    LECTURE = "lecture"
    REPORT = "report"


SOURCES: Mapping[Source, str] = {
    Source.MINI_PROGRAM: "小程序",
    Source.PHONE: "电话代录",
    Source.LECTURE: "云讲堂页面",
    Source.REPORT: "信用报告页面",
}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where it was asked; ``reference`` and ``title`` name the lecture or the report."""

    source: Source
    reference: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks, and for whom: as for every matter the subject stands in the ticket.

    A caller (by phone) has no account: name and telephone are all that is known, and the ids are
    empty.
    """

    person_id: str = ""
    subject_id: str = ""
    principal_id: str = ""
    principal_person: str = ""
    about: str = ""
    uscc: str | None = None
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """One resolution, frozen: who resolved it then, and whether the promise was kept.

    It never changes by what comes later, a transfer or a reopening.
    """

    cycle: int
    resolver: str
    reason: Reason
    opened_at: datetime
    answered_at: datetime | None
    resolved_at: datetime
    promise_met: bool


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One ticket. ``butler_id`` is the account that works on it, or empty; ``why`` says why they.

    ``said`` is the citizen's last sentence. ``stepped`` names the steps of clocks that were taken.
    ``in_time`` says whether the promise was kept each time so far, None while nobody knows.
    ``due_at`` is what is due next, and ``next_step_at`` when a clock asks for something; both are
    read from the log and the hours of the place, and saved so that they can be searched by.
    """

    id: str
    number: str
    asker: Asker
    origin: Origin
    item: str
    place_id: str
    priority: Priority
    state: State
    opened_at: datetime
    changed_at: datetime
    log: tuple[Event, ...]
    said: str = ""
    butler_id: str = ""
    why: tuple[str, ...] = ()
    reason: Reason | None = None
    ended_at: datetime | None = None
    merged_into: str = ""
    resolutions: tuple[Resolution, ...] = ()
    stepped: tuple[str, ...] = ()
    due_at: datetime | None = None
    due_provisional: bool = False
    next_step_at: datetime | None = None
    in_time: bool | None = None
    messages: int = 0
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what happened so far; what a clock did is nothing that a reply could overlook."""
        return f'"{len(self.log)}"'

    @property
    def cycle(self) -> int:
        """How often it was opened: 1, and one more for each reopening."""
        return 1 + sum(event.what is Happened.REOPENED for event in self.log)

    @property
    def cycle_began_at(self) -> datetime:
        """Since when the present cycle runs."""
        begun = (one.at for one in reversed(self.log) if one.what in BEGINNINGS)
        return next(begun, self.opened_at)

    @property
    def answered_at(self) -> datetime | None:
        """When the present cycle was first answered, here or in the ticket it was merged into.

        The order of the log says what belongs to it: clocks of processes differ.
        """
        for event in self._of_cycle():
            if event.what is Happened.ANSWERED:
                return event.at
            if event.answered_at:
                return event.answered_at
        return None

    def _of_cycle(self) -> Sequence[Event]:
        begun = [place for place, one in enumerate(self.log) if one.what in BEGINNINGS]
        return self.log[begun[-1] :] if begun else self.log

    @property
    def active(self) -> bool:
        """Whether somebody still has something to do."""
        return self.state in ACTIVE

    def reopen_until(self) -> datetime | None:
        """Until when the citizen may reopen it; None while it has not ended."""
        if self.state not in ENDED or self.ended_at is None:
            return None
        return self.ended_at + REOPEN_WITHIN

    def again(self) -> "Ticket":
        """The same, saved once more: nothing happened that a reply could overlook."""
        return replace(self, revision=self.revision + 1)

    def after(self, event: Event, **changes: object) -> "Ticket":
        """The same once this has happened."""
        return replace(
            self,
            log=(*self.log, event),
            changed_at=event.at,
            revision=self.revision + 1,
            **changes,  # type: ignore[arg-type]  # names of its own fields
        )


BEGINNINGS = frozenset({Happened.OPENED, Happened.REOPENED})


class Over(Conflict):
    """The ticket has ended, so this cannot be done any more."""

    code = "ticket_over"
    title = "工单已结束"


class Risky(DomainError):
    """WeChat says that a text may not be shown."""

    code = "content_risky"
    kind = Kind.INVALID
    title = "内容不能提交"


class Full(Conflict):
    """More happened than one ticket can hold."""

    code = "ticket_full"
    title = "工单内容过多"

    def __init__(self) -> None:
        super().__init__("这张工单的内容已经很多，请新建一张工单继续咨询。")


def answered_in(log: tuple[Event, ...], since: datetime) -> datetime | None:
    """When it was first answered from an instant on; None while it was not."""
    answers = (one.at for one in log if one.what is Happened.ANSWERED and one.at >= since)
    return next(answers, None)


def taking_part(log: tuple[Event, ...]) -> frozenset[str]:
    """The accounts that answered or resolved in it."""
    worked = {Happened.ANSWERED, Happened.RESOLVED, Happened.CLOSED}
    return frozenset(
        one.actor for one in log if one.by is By.STAFF and one.what in worked and one.actor
    )
