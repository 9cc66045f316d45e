"""The supplier's steps: the same whether its clerk makes them here or its system sends them.

Each is a pure function of the application and the move; an illegal one is a Conflict that says
why, and changes nothing. Source of the steps: rules of supply business (供电营业规则) as a district
configures them; none of their lengths is law here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from domain.electricity.applications import (
    STATES,
    SUPPLYING,
    TO_BE_TAKEN,
    Application,
    By,
    Channel,
    Returned,
    State,
    Survey,
)
from domain.time import civil_date, date_in_words, in_words
from domain.transactions import Conflict
from domain.workdays import Calendar


class MoveKind(Enum):
    """What the supplier does; the values are those of the partner interface."""

    ACCEPT = "accept"
    RETURN = "return"
    SURVEY = "survey"
    REPLY_PLAN = "reply_plan"
    WORKS = "works"
    ENERGISE = "energise"
    CLOSE = "close"
    REJECT = "reject"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One move, with what it needs; what it does not need is left empty.

    ``papers`` are codes of papers, ``days`` working days to hand them in.
    """

    kind: MoveKind
    reason: str = ""
    papers: tuple[str, ...] = ()
    days: int = 0
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    plan: str = ""
    account: str = ""
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What moves are judged by: the calendar, and the names of papers by code."""

    calendar: Calendar
    papers: Mapping[str, str]
    return_days: int


Made = Callable[[Application, Move, Desk, datetime], Application]

FROM: Mapping[MoveKind, frozenset[State]] = {
    MoveKind.ACCEPT: TO_BE_TAKEN,
    MoveKind.RETURN: TO_BE_TAKEN | {State.ACCEPTED, State.SURVEY},
    MoveKind.SURVEY: frozenset({State.ACCEPTED, State.SURVEY}),
    MoveKind.REPLY_PLAN: frozenset({State.ACCEPTED, State.SURVEY}),
    MoveKind.WORKS: frozenset({State.PLAN_REPLIED}),
    MoveKind.ENERGISE: frozenset({State.PLAN_REPLIED, State.EXTERNAL_WORKS}),
    MoveKind.CLOSE: frozenset({State.ENERGISED}),
    MoveKind.REJECT: TO_BE_TAKEN | SUPPLYING | {State.RETURNED},
}
WORDS: Mapping[MoveKind, str] = {
    MoveKind.ACCEPT: "受理",
    MoveKind.RETURN: "退回补正",
    MoveKind.SURVEY: "约定勘查时间",
    MoveKind.REPLY_PLAN: "答复供电方案",
    MoveKind.WORKS: "开始外线工程",
    MoveKind.ENERGISE: "装表接电",
    MoveKind.CLOSE: "办结",
    MoveKind.REJECT: "不予办理",
}


def possible(application: Application) -> tuple[MoveKind, ...]:
    """What the supplier may do now, in the order of the way."""
    return tuple(kind for kind in MoveKind if application.state in FROM[kind])


def to_desk(application: Application, *, reason: str, now: datetime) -> Application:
    """The supplier's clerk goes on by hand with what was its system's."""
    text = f"改由供电企业经办人在工作台办理。{_sentence(reason)}"
    return application.noted(By.OFFICE, text, now, channel=Channel.DESK)


def moved(application: Application, move: Move, *, desk: Desk, now: datetime) -> Application:
    """The application after the move.

    Raises:
        Conflict: not from the state it is in, or not as the move says.
    """
    if application.state not in FROM[move.kind]:
        state = STATES[application.state]
        raise Conflict(f"这份申请目前的状态是“{state}”，不能“{WORDS[move.kind]}”。")
    return MADE[move.kind](application, move, desk, now)


def _accepted(application: Application, _: Move, __: Desk, now: datetime) -> Application:
    return application.went(State.ACCEPTED, By.SUPPLIER, "供电企业已受理申请。", now)


def _returned(application: Application, move: Move, desk: Desk, now: datetime) -> Application:
    unknown = [paper for paper in move.papers if paper not in desk.papers]
    if unknown or not move.papers:
        raise Conflict("退回补正须写明缺少哪些材料。")
    names = "、".join(desk.papers[paper] for paper in move.papers)
    due = desk.calendar.after(civil_date(now), move.days or desk.return_days)
    text = f"请在{date_in_words(due.day)}前补交：{names}。{_sentence(move.reason)}"
    returned = Returned(
        papers=move.papers,
        reason=move.reason,
        due=due.day,
        provisional=due.provisional,
        came_from=application.state,
    )
    return application.went(State.RETURNED, By.SUPPLIER, text, now, returned=returned)


def _surveyed(application: Application, move: Move, _: Desk, now: datetime) -> Application:
    if move.begins_at is None or move.ends_at is None or not now < move.begins_at < move.ends_at:
        raise Conflict("勘查须写明今后的一段时间，开始早于结束。")
    survey = Survey(begins_at=move.begins_at, ends_at=move.ends_at)
    text = f"供电企业约定 {in_words(move.begins_at)} 起现场勘查，请确认或提出其他时间。"
    return application.went(State.SURVEY, By.SUPPLIER, text, now, survey=survey)


def _planned(application: Application, move: Move, _: Desk, now: datetime) -> Application:
    if not move.plan:
        raise Conflict("答复供电方案须写明方案内容。")
    text = f"供电方案：{_sentence(move.plan)}"
    return application.went(State.PLAN_REPLIED, By.SUPPLIER, text, now, plan=move.plan)


def _works(application: Application, move: Move, _: Desk, now: datetime) -> Application:
    text = f"外线工程开始施工。{_sentence(move.reason)}"
    return application.went(State.EXTERNAL_WORKS, By.SUPPLIER, text, now)


def _energised(application: Application, move: Move, _: Desk, now: datetime) -> Application:
    on = move.on or civil_date(now)
    if on > civil_date(now):
        raise Conflict("装表接电的日期不能晚于今天。")
    text = f"已于{date_in_words(on)}装表接电。"
    return application.went(
        State.ENERGISED,
        By.SUPPLIER,
        text,
        now,
        energised_on=on,
        new_account=move.account or application.wanted.account,
    )


def _closed(application: Application, _: Move, __: Desk, now: datetime) -> Application:
    return application.went(State.CLOSED, By.SUPPLIER, "办电业务已办结。", now)


def _rejected(application: Application, move: Move, _: Desk, now: datetime) -> Application:
    if not move.reason:
        raise Conflict("不予办理须写明理由。")
    text = f"供电企业不予办理：{_sentence(move.reason)}"
    return application.went(State.REJECTED, By.SUPPLIER, text, now)


MADE: Mapping[MoveKind, Made] = {
    MoveKind.ACCEPT: _accepted,
    MoveKind.RETURN: _returned,
    MoveKind.SURVEY: _surveyed,
    MoveKind.REPLY_PLAN: _planned,
    MoveKind.WORKS: _works,
    MoveKind.ENERGISE: _energised,
    MoveKind.CLOSE: _closed,
    MoveKind.REJECT: _rejected,
}


def _sentence(text: str) -> str:
    return text if not text or text.endswith(("。", "！", "？")) else f"{text}。"
