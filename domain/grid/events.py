"""The power company's events: one step each, in places of an application, and what became of them.

The fold is a pure function: the same events in the same places lead to the same application,
whatever the order in which they came. An impossible one is kept for a person and passed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from domain.electricity.applications import Application, Channel
from domain.electricity.supply import WORDS, Desk, Move, MoveKind, moved
from domain.electricity.supplying import Moved
from domain.transactions import Conflict

UNKNOWN_KIND = "没有约定过这种事件。"
AT_DESK = "申请已改由供电企业经办人在工作台办理。"
SAME_PLACE = "同一序号此前已收到另一内容的事件。"
SAME_ID = "同一事件编号此前已收到另一内容的事件。"


class EventState(Enum):
    """What became of an event."""

    WAITING = "waiting"
    APPLIED = "applied"
    KEPT = "kept"
    DISMISSED = "dismissed"


EVENT_STATES: Mapping[EventState, str] = {
    EventState.WAITING: "等待前序事件",
    EventState.APPLIED: "已办理",
    EventState.KEPT: "待人工处理",
    EventState.DISMISSED: "已忽略",
}


class Source(Enum):
    """How an event came."""

    CALLBACK = "callback"
    POLL = "poll"


SOURCES: Mapping[Source, str] = {Source.CALLBACK: "对方推送", Source.POLL: "主动查询"}


@dataclass(frozen=True, kw_only=True)
class Detail:
    """What a step needs; the rest is empty."""

    reason: str = ""
    papers: tuple[str, ...] = ()
    days: int = 0
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    plan: str = ""
    account: str = ""
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """One step as it is told. ``kind`` is a MoveKind, or something that nobody agreed on."""

    event_id: str
    number: str
    sequence: int
    kind: str
    at: datetime
    detail: Detail

    @property
    def label(self) -> str:
        """As people read it; what nobody agreed on, as it came."""
        try:
            return WORDS[MoveKind(self.kind)]
        except ValueError:
            return self.kind

    @property
    def move(self) -> Move:
        """As the supplier's move.

        Raises:
            Conflict: nobody knows such a move.
        """
        try:
            kind = MoveKind(self.kind)
        except ValueError:
            raise Conflict(UNKNOWN_KIND) from None
        one = self.detail
        return Move(
            kind=kind,
            reason=one.reason,
            papers=one.papers,
            days=one.days,
            begins_at=one.begins_at,
            ends_at=one.ends_at,
            plan=one.plan,
            account=one.account,
            on=one.on,
        )


@dataclass(frozen=True, kw_only=True)
class Received:
    """An event that is kept. ``in_place``: it is the one of its sequence; ``why`` it was kept."""

    id: str
    application_id: str
    person_id: str
    uscc: str | None
    event: Event
    received_at: datetime
    source: Source
    state: EventState = EventState.WAITING
    in_place: bool = True
    why: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    decision: str = ""
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f"{self.revision}"

    def applied(self) -> "Received":
        """It was acted on."""
        return replace(self, state=EventState.APPLIED, why="", revision=self.revision + 1)

    def kept(self, why: str) -> "Received":
        """It could not be acted on: for a person to look at."""
        return replace(self, state=EventState.KEPT, why=why, revision=self.revision + 1)

    def decided(self, state: EventState, *, by: str, decision: str, now: datetime) -> "Received":
        """By a person."""
        return replace(
            self,
            state=state,
            decided_by=by,
            decided_at=now,
            decision=decision,
            revision=self.revision + 1,
        )


def clash(event: Event, known: Sequence[Received]) -> str:
    """Why an event contradicts what came before it; empty when it does not."""
    if any(one.event.event_id == event.event_id for one in known):
        return SAME_ID
    if any(one.in_place and one.event.sequence == event.sequence for one in known):
        return SAME_PLACE
    return ""


@dataclass(frozen=True, kw_only=True)
class Folded:
    """What the next events lead to: the moves to be made, each row's end, the last place."""

    moves: tuple[Moved, ...]
    rows: tuple[Received, ...]
    applied: int


def fold(application: Application, rows: Sequence[Received], *, applied: int, desk: Desk) -> Folded:
    """Go on from the last place as far as there is no gap.

    An event of before the step before it counts as of then.
    """
    in_place = {row.event.sequence: row for row in rows if row.in_place}
    moves: list[Moved] = []
    ended: list[Received] = []
    while (row := in_place.get(applied + 1)) is not None:
        applied += 1
        try:
            after, move = _tried(application, row.event, desk)
        except Conflict as impossible:
            ended.append(row.kept(impossible.detail))
        else:
            application = after
            moves.append(move)
            ended.append(row.applied())
    return Folded(moves=tuple(moves), rows=tuple(ended), applied=applied)


def _tried(application: Application, event: Event, desk: Desk) -> tuple[Application, Moved]:
    if application.channel is not Channel.PARTNER:
        raise Conflict(AT_DESK)
    move = event.move
    at = max(event.at, application.since)
    return moved(application, move, desk=desk, now=at), Moved(move=move, at=at)
