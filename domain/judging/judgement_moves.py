"""The moves of a judgement, each by its rule; what is not legal is a conflict and says why.

Nothing takes effect by itself: the butler is heard, one proposes, another decides, each with a
reason. Service that was suspended is restored by two as well.
"""

from dataclasses import replace
from datetime import datetime

from domain.judging.complaints import Said
from domain.judging.facts import Evidence, Figures
from domain.judging.judgements import STATES, Judgement, State, Step
from domain.judging.rules import Finding
from domain.judging.terms import Level, Terms
from domain.time import civil_date, date_in_words, in_words
from domain.transactions import Conflict
from domain.workdays import Calendar, Deadline

MOST_STEPS = 100


def found_now(
    finding: Finding,
    *,
    judgement_id: str,
    staff_id: str,
    begins: datetime,
    ends: datetime,
    figures: Figures,
    evidence: Evidence,
    terms: Terms,
    calendar: Calendar,
    now: datetime,
) -> Judgement:
    """A rule is met: the butler is heard from now on."""
    told_on = civil_date(now)
    until = calendar.after(told_on, terms.hearing_days)
    why = "".join(one.text for one in finding.broken)
    text = f"达到“{finding.level.label}”的标准：{why}请信用管家在{_day(until)}前说明情况。"
    return Judgement(
        id=judgement_id,
        staff_id=staff_id,
        begins=begins,
        ends=ends,
        level=finding.level,
        broken=finding.broken,
        figures=figures,
        evidence=evidence,
        found_at=now,
        told_on=told_on,
        hear_until=until,
        state=State.HEARING,
        changed_at=now,
        steps=(Step(at=now, by="", text=text),),
    )


def stated(judgement: Judgement, *, by: str, text: str, now: datetime) -> Judgement:
    """What the butler has to say, once, until it is proposed."""
    if by != judgement.staff_id:
        raise Conflict("只有被评价的信用管家本人可以陈述意见。")
    _require(judgement, State.HEARING)
    if judgement.statement is not None:
        raise Conflict(f"已于{in_words(judgement.statement.at)}陈述意见，每次评价陈述一次。")
    said = Said(at=now, by=by, text=text)
    return _moved(judgement, State.HEARING, by, "信用管家已陈述意见。", now, statement=said)


def hearing_until(judgement: Judgement, *, terms: Terms, calendar: Calendar) -> Deadline:
    """The last day to be heard: what was told, or later if the calendar came to say so."""
    now = calendar.after(judgement.told_on, terms.hearing_days)
    day = max(judgement.hear_until.day, now.day)
    return Deadline(day=day, provisional=now.provisional)


def heard(judgement: Judgement, *, terms: Terms, calendar: Calendar, now: datetime) -> bool:
    """Whether the butler was heard, or the time for it is over for certain."""
    until = hearing_until(judgement, terms=terms, calendar=calendar)
    over = not until.provisional and civil_date(now) > until.day
    return judgement.statement is not None or over


def proposed(
    judgement: Judgement,
    *,
    level: Level | None,
    reason: str,
    by: str,
    terms: Terms,
    calendar: Calendar,
    now: datetime,
) -> Judgement:
    """What is to be done, at most what the rule found, or nothing; once the butler was heard."""
    _require(judgement, State.HEARING)
    _require_other_than_judged(judgement, by)
    if not heard(judgement, terms=terms, calendar=calendar, now=now):
        until = hearing_until(judgement, terms=terms, calendar=calendar)
        raise Conflict(f"信用管家可以在{_day(until)}前陈述意见，陈述或者期满后才能提请。")
    if level is not None and level.weight > judgement.level.weight:
        raise Conflict(f"达到的标准是“{judgement.level.label}”，不能提请更重的处理。")
    text = f"提请{_measure(level)}：{reason}"
    return _moved(judgement, State.PROPOSED, by, text, now, proposer=by, proposed=level)


def returned(judgement: Judgement, *, reason: str, by: str, now: datetime) -> Judgement:
    """Who decides does not agree to what is proposed, or to the restoration."""
    _require(judgement, State.PROPOSED, State.RESTORING)
    _require_other(judgement, by)
    restoring = judgement.state is State.RESTORING
    before = State.EFFECTIVE if restoring else State.HEARING
    level = judgement.proposed if restoring else None
    text = f"不同意提请：{reason}"
    return _moved(judgement, before, by, text, now, proposer="", proposed=level)


def decided(judgement: Judgement, *, reason: str, by: str, now: datetime) -> Judgement:
    """It takes effect, or nothing is done, as another proposed."""
    _require(judgement, State.PROPOSED)
    _require_other(judgement, by)
    state = State.DROPPED if judgement.proposed is None else State.EFFECTIVE
    text = f"决定{_measure(judgement.proposed)}：{reason}"
    return _moved(judgement, state, by, text, now, proposer="", decided_by=by)


def restoration_proposed(judgement: Judgement, *, reason: str, by: str, now: datetime) -> Judgement:
    """Who was suspended shall serve again."""
    _require(judgement, State.EFFECTIVE)
    _require_other_than_judged(judgement, by)
    if judgement.proposed is not Level.SUSPENSION:
        raise Conflict("只有暂停服务的信用管家可以恢复。")
    return _moved(judgement, State.RESTORING, by, f"提请恢复服务：{reason}", now, proposer=by)


def restored(judgement: Judgement, *, reason: str, by: str, now: datetime) -> Judgement:
    """Who was suspended serves again, as another proposed."""
    _require(judgement, State.RESTORING)
    _require_other(judgement, by)
    text = f"决定恢复服务：{reason}"
    return _moved(judgement, State.RESTORED, by, text, now, proposer="")


def _measure(level: Level | None) -> str:
    return f"“{level.label}”" if level else "不作处理"


def _day(deadline: Deadline) -> str:
    told = date_in_words(deadline.day)
    return f"{told}（当年节假日安排尚未公布，期限为暂定）" if deadline.provisional else told


def _require(judgement: Judgement, *states: State) -> None:
    if judgement.state not in states:
        raise Conflict(f"这次评价目前的状态是“{STATES[judgement.state]}”，不能这样办理。")


def _require_other(judgement: Judgement, by: str) -> None:
    if judgement.proposer == by:
        raise Conflict("提请和决定的不能是同一人。")
    _require_other_than_judged(judgement, by)


def _require_other_than_judged(judgement: Judgement, by: str) -> None:
    if judgement.staff_id == by:
        raise Conflict("不能办理对本人的评价。")


def _moved(
    judgement: Judgement, state: State, by: str, text: str, now: datetime, **changed: object
) -> Judgement:
    if len(judgement.steps) >= MOST_STEPS:
        raise Conflict("这次评价的办理步骤过多，请作出决定。")
    return replace(
        judgement,
        state=state,
        changed_at=now,
        steps=(*judgement.steps, Step(at=now, by=by, text=text)),
        revision=judgement.revision + 1,
        **changed,  # type: ignore[arg-type]  # names of its own fields
    )
