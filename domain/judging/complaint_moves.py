"""The moves of a complaint, each by its rule; what is not legal is a conflict and says why.

Nobody decides on their own work: who resolved the ticket or took part in it does not handle the
complaint, and no butler does. Nothing is upheld before the butler had time for a word.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from domain.errors import Fault, Invalid
from domain.judging.complaints import (
    MOST_ANSWERS,
    MOST_WORDS,
    STATES,
    Cause,
    Complaint,
    Said,
    State,
    Step,
    Who,
)
from domain.judging.ports import Concerned
from domain.judging.terms import Terms
from domain.time import in_words
from domain.transactions import Conflict

LEAST_WORDS = 5
LEFT = "投诉人已注销账号，投诉终止。"
ENDED = {State.UPHELD: "经核实，投诉成立", State.NOT_UPHELD: "经核实，投诉不成立"}


def opened(
    concerned: Concerned,
    *,
    complaint_id: str,
    number: str,
    stars: int | None = None,
    words: str = "",
    now: datetime,
) -> Complaint:
    """By words, or by the stars of a rating.

    Raises:
        Invalid: the words are too few or too many.
    """
    cause = Cause.WORDS if stars is None else Cause.STARS
    if cause is Cause.WORDS:
        _refuse_faulty(words)
    return Complaint(
        id=complaint_id,
        number=number,
        ticket_id=concerned.ticket_id,
        ticket_number=concerned.number,
        cycle=concerned.cycle,
        place_id=concerned.place_id,
        item=concerned.item,
        about=concerned.butler,
        person_id=concerned.person_id,
        cause=cause,
        stars=stars,
        words=words,
        opened_at=now,
        state=State.OPENED,
        changed_at=now,
        steps=(_opening(cause, stars, now),),
    )


def _opening(cause: Cause, stars: int | None, now: datetime) -> Step:
    words = cause is Cause.WORDS
    how = "收到投诉" if words else f"评价为 {stars} 星，系统自动转为投诉"
    by = Who.CITIZEN if words else Who.SYSTEM
    return Step(at=now, by=by, text=f"{how}，由信用办处理，24 小时内答复。")


def with_words(complaint: Complaint, *, words: str, now: datetime) -> Complaint:
    """The citizen says what was wrong: once for what stars opened, which they withdraw no more."""
    _refuse_faulty(words)
    _require_open(complaint)
    if complaint.cause is Cause.WORDS:
        raise Conflict(f"这个工单已有投诉正在处理（编号 {complaint.number}），办结前不能再次提出。")
    return _moved(
        complaint,
        complaint.state,
        Who.CITIZEN,
        "补充了投诉内容。",
        now,
        cause=Cause.WORDS,
        words=words,
    )


def rated_low(complaint: Complaint, *, stars: int, now: datetime) -> Complaint:
    """Low stars while it is open: they join it, for one is open of a ticket at a time."""
    _require_open(complaint)
    told = f"评价为 {stars} 星，并入这件投诉一起处理。"
    return _moved(complaint, complaint.state, Who.SYSTEM, told, now)


def taken(
    complaint: Complaint, *, by: str, is_butler: bool, took_part: AbstractSet[str], now: datetime
) -> Complaint:
    """Somebody of the office handles it from now on."""
    _require(complaint, State.OPENED)
    refuse_partial(complaint, by=by, is_butler=is_butler, took_part=took_part)
    return _moved(complaint, State.TAKEN, Who.OFFICE, "信用办已受理。", now, handler=by)


def given_back(complaint: Complaint, *, by: str, reason: str, now: datetime) -> Complaint:
    """Who has taken it cannot go on; the clock does."""
    _require_handler(complaint, by)
    text = f"改由信用办其他工作人员处理：{reason}。"
    return _moved(complaint, State.OPENED, Who.OFFICE, text, now, handler="")


def stated(complaint: Complaint, *, by: str, text: str, now: datetime) -> Complaint:
    """The butler's word, once, while it is open."""
    if by != complaint.about:
        raise Conflict("只有被投诉的信用管家可以回应。")
    _require_open(complaint)
    if complaint.statement is not None:
        raise Conflict(f"已于{in_words(complaint.statement.at)}作出回应，每件投诉回应一次。")
    said = Said(at=now, by=by, text=text)
    told = "信用管家已作出回应。"
    return _moved(complaint, complaint.state, Who.BUTLER, told, now, statement=said)


def answered(
    complaint: Complaint,
    *,
    by: str,
    text: str,
    is_butler: bool,
    took_part: AbstractSet[str],
    now: datetime,
) -> Complaint:
    """A word to the citizen on the way; the clock goes on until the decision."""
    _require_handler(complaint, by)
    refuse_partial(complaint, by=by, is_butler=is_butler, took_part=took_part)
    if len(complaint.answers) >= MOST_ANSWERS:
        raise Conflict(f"最多答复 {MOST_ANSWERS} 次，请作出决定。")
    answers = (*complaint.answers, Said(at=now, by=by, text=text))
    told = f"信用办答复：{text}"
    return _moved(complaint, State.TAKEN, Who.OFFICE, told, now, answers=answers)


def decided(
    complaint: Complaint,
    *,
    upheld: bool,
    reason: str,
    by: str,
    is_butler: bool,
    took_part: AbstractSet[str],
    terms: Terms,
    now: datetime,
) -> Complaint:
    """By who has taken it; upheld only once the butler had a word, or time for one."""
    _require_handler(complaint, by)
    refuse_partial(complaint, by=by, is_butler=is_butler, took_part=took_part)
    until = heard_until(complaint, terms)
    if upheld and not heard(complaint, terms=terms, now=now):
        raise Conflict(f"被投诉的信用管家还可以在{in_words(until)}前回应，之后才能认定投诉成立。")
    state = State.UPHELD if upheld else State.NOT_UPHELD
    return _ended(complaint, state, Who.OFFICE, f"{ENDED[state]}：{reason}", reason, by, now)


def withdrawn(complaint: Complaint, *, by: Who, reason: str, now: datetime) -> Complaint:
    """The citizen withdraws it, or the stars that had opened it were raised."""
    _require_open(complaint)
    return _ended(complaint, State.WITHDRAWN, by, reason, reason, "", now)


def left(complaint: Complaint, *, now: datetime) -> Complaint:
    """The citizen has left: one that is open ends, and what anybody wrote goes.

    What happened and how it ended stays, without the words after the colon.
    """
    ended = complaint
    if complaint.is_open:
        ended = withdrawn(complaint, by=Who.SYSTEM, reason=LEFT, now=now)
    steps = tuple(replace(step, text=step.text.partition("：")[0]) for step in ended.steps)
    said = complaint.statement
    return replace(
        ended,
        person_id="",
        words="",
        statement=replace(said, text="") if said else None,
        answers=tuple(replace(one, text="") for one in ended.answers),
        reason="",
        steps=steps,
        revision=complaint.revision + 1,
    )


def heard_until(complaint: Complaint, terms: Terms) -> datetime:
    """Until when the butler may have a word before it can be upheld."""
    return complaint.opened_at + terms.heard_within


def heard(complaint: Complaint, *, terms: Terms, now: datetime) -> bool:
    """Whether the butler had a word, or time for one; where there is none, nobody is heard."""
    over = now >= heard_until(complaint, terms)
    return not complaint.about or complaint.statement is not None or over


def refuse_partial(
    complaint: Complaint, *, by: str, is_butler: bool, took_part: AbstractSet[str]
) -> None:
    """Raise Conflict where somebody would judge their own work or that of their own kind."""
    if is_butler:
        raise Conflict("信用管家不能处理投诉。")
    if by == complaint.about or by in took_part:
        raise Conflict("您参与过这个工单的办理，不能处理对它的投诉。")


def _refuse_faulty(words: str) -> None:
    if not LEAST_WORDS <= len(words) <= MOST_WORDS:
        detail = f"请用 {LEAST_WORDS} 至 {MOST_WORDS} 个字写明投诉的内容。"
        raise Invalid([Fault(pointer="/text", code="text", detail=detail)])


def _require(complaint: Complaint, *states: State) -> None:
    if complaint.state not in states:
        raise Conflict(f"这件投诉目前的状态是“{STATES[complaint.state]}”，不能这样办理。")


def _require_open(complaint: Complaint) -> None:
    _require(complaint, State.OPENED, State.TAKEN)


def _require_handler(complaint: Complaint, by: str) -> None:
    _require(complaint, State.TAKEN)
    if complaint.handler != by:
        raise Conflict("这件投诉由其他工作人员受理，请由受理人办理。")


def _ended(
    complaint: Complaint, state: State, who: Who, text: str, reason: str, by: str, now: datetime
) -> Complaint:
    return _moved(complaint, state, who, text, now, reason=reason, decided_by=by, ended_at=now)


def _moved(
    complaint: Complaint, state: State, who: Who, text: str, now: datetime, **changed: object
) -> Complaint:
    return replace(
        complaint,
        state=state,
        changed_at=now,
        steps=(*complaint.steps, Step(at=now, by=who, text=text)),
        revision=complaint.revision + 1,
        **changed,  # type: ignore[arg-type]  # names of its own fields
    )
