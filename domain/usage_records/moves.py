"""The moves of a usage record, each by its rule; what is not legal is a conflict and says why.

Whoever proposes an entry or a revocation is not who decides it, and whoever reported something
does not decide an objection to it. Nothing enters the record without notice and time to object.
"""

from dataclasses import replace
from datetime import date, datetime

from domain.errors import Fault, Invalid
from domain.time import civil_date, date_in_words
from domain.transactions import Conflict
from domain.usage_records.records import (
    OPEN,
    STATES,
    Ending,
    Notice,
    Objection,
    State,
    Step,
    Terms,
    UsageRecord,
    objection_until,
    ripe,
    ripens_on,
)
from domain.usage_records.reports import Kind, Report
from domain.workdays import Calendar, Deadline


def taken(report: Report, *, record_id: str, by: str, terms: Terms, now: datetime) -> UsageRecord:
    """A report that is taken; one that can never enter the record is over at once."""
    record = UsageRecord(
        id=record_id,
        report=report,
        state=State.WATCHED,
        reported_by=by,
        reported_at=now,
        changed_at=now,
        steps=(Step(at=now, text=f"供电企业报送{report.kind.label}。"),),
    )
    if report.kind is not Kind.ARREARS:
        return record
    if report.paid_on is not None:
        return paid(record, on=report.paid_on, now=now)
    if report.excuse:
        return justified(record, excuse=report.excuse, now=now)
    if (report.amount or 0) < terms.threshold:
        return _closed(record, Ending.SMALL, "金额未达到标准，不进入信用记录。", now)
    return record


def noticed(record: UsageRecord, *, terms: Terms, calendar: Calendar, now: datetime) -> UsageRecord:
    """It is ripe, and whom it is about is told in the mini program."""
    _require(record, State.WATCHED, State.TO_SERVE)
    _require_ripe(record, terms, now)
    return _noticed(record, Notice(on=civil_date(now), until=_until(now, terms, calendar)), now)


def to_serve(record: UsageRecord, *, terms: Terms, now: datetime) -> UsageRecord:
    """It is ripe, and nobody of this identity is here: it has to be told on paper."""
    _require(record, State.WATCHED)
    _require_ripe(record, terms, now)
    return _moved(record, State.TO_SERVE, "当事人未在本平台实名，待书面告知。", now)


def served(
    record: UsageRecord,
    *,
    proof: str,
    on: date,
    terms: Terms,
    calendar: Calendar,
    now: datetime,
) -> UsageRecord:
    """It was told on paper, which a document proves; not before it was ripe.

    Raises:
        Invalid: the day of service cannot be.
    """
    _require(record, State.TO_SERVE)
    _require_ripe(record, terms, now)
    if on > civil_date(now) or not _tellable(record, on, terms):
        detail = "“送达日期”应在可以告知之后，不晚于今天。"
        raise Invalid([Fault(pointer="/served_on", code="served_on", detail=detail)])
    until = calendar.after(on, terms.object_days)
    return _noticed(record, Notice(on=on, until=until, proof=proof), now)


def objected(
    record: UsageRecord,
    *,
    reason: str,
    by: str,
    terms: Terms,
    calendar: Calendar,
    now: datetime,
) -> UsageRecord:
    """Whom it is about objects, once, while there is time."""
    _require(record, State.NOTICED)
    until = objection_until(record, terms=terms, calendar=calendar)
    if until is None or civil_date(now) > until.day:
        day = date_in_words(until.day) if until else ""
        raise Conflict(f"提出异议的期限已于{day}届满。")
    decide_by = calendar.after(civil_date(now), terms.decide_days)
    objection = Objection(reason=reason, at=now, decide_by=decide_by)
    text = f"已收到异议，将于{_day(decide_by)}前答复。"
    return _moved(record, State.OBJECTED, text, now, objection=objection, objector=by)


def decided(
    record: UsageRecord, *, upheld: bool, answer: str, by: str, now: datetime
) -> UsageRecord:
    """The objection is decided, by somebody else than who reported."""
    _require(record, State.OBJECTED)
    if record.objection is None:
        raise Conflict("没有待处理的异议。")
    if by == record.reported_by:
        raise Conflict("报送的人不能处理对它的异议。")
    objection = replace(record.objection, upheld=upheld, answer=answer)
    if upheld:
        text = f"异议成立，不进入信用记录：{answer}。"
        return _closed(record, Ending.UPHELD, text, now, objection=objection)
    text = f"异议不成立：{answer}。"
    return _moved(record, State.DISMISSED, text, now, objection=objection)


def proposed(
    record: UsageRecord, *, by: str, terms: Terms, calendar: Calendar, now: datetime
) -> UsageRecord:
    """To be entered, once there was notice and the time to object is over."""
    _require(record, State.NOTICED, State.DISMISSED)
    _require_ripe(record, terms, now)
    until = objection_until(record, terms=terms, calendar=calendar)
    if until is None:
        raise Conflict("还没有告知当事人，不能提请进入记录。")
    if record.state is State.NOTICED and (until.provisional or civil_date(now) <= until.day):
        raise Conflict(f"提出异议的期限到{_day(until)}，期满后才能提请进入记录。")
    text = "提出异议的期限已过或异议不成立，提请进入信用记录，正在复核。"
    return _moved(record, State.PROPOSED, text, now, proposed_by=by)


def returned(record: UsageRecord, *, reason: str, by: str, now: datetime) -> UsageRecord:
    """The checker does not agree to the entry."""
    _require(record, State.PROPOSED)
    _require_other(record, by)
    before = State.DISMISSED if record.objection else State.NOTICED
    return _moved(record, before, f"复核未通过：{reason}。", now, proposed_by="")


def entered(record: UsageRecord, *, by: str, terms: Terms, now: datetime) -> UsageRecord:
    """It enters the record, by somebody else than who proposed it."""
    _require(record, State.PROPOSED)
    _require_other(record, by)
    _require_ripe(record, terms, now)
    text = f"已进入信用记录：{record.report.kind.label}。"
    return _moved(record, State.ENTERED, text, now, proposed_by="", entered_on=civil_date(now))


def paid(record: UsageRecord, *, on: date, now: datetime) -> UsageRecord:
    """The arrears are paid: they do not enter any more, or are shown as paid."""
    _require_arrears(record)
    if record.paid_on is not None:
        raise Conflict(f"已于{date_in_words(record.paid_on)}登记缴清。")
    if on > civil_date(now):
        detail = "“缴清日期”不能晚于今天。"
        raise Invalid([Fault(pointer="/paid_on", code="paid_on", detail=detail)])
    text = f"欠费已于{date_in_words(on)}缴清"
    if record.state in OPEN:
        return _closed(record, Ending.PAID, f"{text}，不进入信用记录。", now, paid_on=on)
    _require(record, State.ENTERED, State.REVOKING)
    return _moved(record, record.state, f"{text}。", now, paid_on=on)


def justified(record: UsageRecord, *, excuse: str, now: datetime) -> UsageRecord:
    """There is a proper reason for the arrears after all."""
    _require_arrears(record)
    _require_open(record)
    text = f"欠费有正当理由，不进入信用记录：{excuse}。"
    return _closed(record, Ending.JUSTIFIED, text, now, excuse=excuse)


def withdrawn(record: UsageRecord, *, reason: str, now: datetime) -> UsageRecord:
    """The supplier takes its report back."""
    _require_open(record)
    text = f"供电企业撤回报送，不进入信用记录：{reason}。"
    return _closed(record, Ending.WITHDRAWN, text, now)


def revocation_proposed(record: UsageRecord, *, reason: str, by: str, now: datetime) -> UsageRecord:
    """An entry is said to be wrong; it stands until somebody else agrees."""
    _require(record, State.ENTERED)
    text = f"提请撤销这条记录，正在复核：{reason}。"
    return _moved(record, State.REVOKING, text, now, proposed_by=by)


def kept(record: UsageRecord, *, reason: str, by: str, now: datetime) -> UsageRecord:
    """The checker does not agree to the revocation."""
    _require(record, State.REVOKING)
    _require_other(record, by)
    return _moved(record, State.ENTERED, f"复核后维持记录：{reason}。", now, proposed_by="")


def revoked(record: UsageRecord, *, by: str, now: datetime) -> UsageRecord:
    """The entry is taken back, by somebody else than who proposed that."""
    _require(record, State.REVOKING)
    _require_other(record, by)
    return _moved(record, State.REVOKED, "这条记录已撤销，不再影响信用。", now, proposed_by="")


def _tellable(record: UsageRecord, day: date, terms: Terms) -> bool:
    """Whether it could be told on this day: arrears once ripe, the others once found."""
    found, last = record.report.paper.on, ripens_on(record, terms)
    return day > last if last is not None else found is None or day >= found


def _until(now: datetime, terms: Terms, calendar: Calendar) -> Deadline:
    return calendar.after(civil_date(now), terms.object_days)


def _noticed(record: UsageRecord, notice: Notice, now: datetime) -> UsageRecord:
    paying = "缴清欠费或者" if record.report.kind is Kind.ARREARS else ""
    text = (
        f"拟将{record.report.kind.label}记入信用记录（文书编号 {record.report.paper.number}）。"
        f"可在{_day(notice.until)}前{paying}提出异议。"
    )
    return _moved(record, State.NOTICED, text, now, notice=notice)


def _day(deadline: Deadline) -> str:
    told = date_in_words(deadline.day)
    return f"{told}（当年节假日安排尚未公布，期限为暂定）" if deadline.provisional else told


def _require(record: UsageRecord, *states: State) -> None:
    if record.state not in states:
        raise Conflict(f"这条记录目前的状态是“{STATES[record.state]}”，不能这样办理。")


def _require_open(record: UsageRecord) -> None:
    if record.state not in OPEN:
        hint = "确有错误的，请提请撤销。" if record.state is State.ENTERED else ""
        raise Conflict(f"这条记录目前的状态是“{STATES[record.state]}”，不能这样办理。{hint}")


def _require_arrears(record: UsageRecord) -> None:
    if record.report.kind is not Kind.ARREARS:
        raise Conflict(f"{record.report.kind.label}不因缴费办结，只有欠缴电费可以这样办理。")


def _require_ripe(record: UsageRecord, terms: Terms, now: datetime) -> None:
    if not ripe(record, today=civil_date(now), terms=terms):
        last = ripens_on(record, terms)
        until = f"催告后满 {terms.months} 个月（{date_in_words(last)}）" if last else "期限"
        raise Conflict(f"还不符合进入记录的条件：无正当理由、达到金额标准、{until}后仍未缴纳。")


def _require_other(record: UsageRecord, by: str) -> None:
    if record.proposed_by == by:
        raise Conflict("提请和复核的不能是同一人。")


def _closed(
    record: UsageRecord, ending: Ending, text: str, now: datetime, **changed: object
) -> UsageRecord:
    return _moved(record, State.CLOSED, text, now, ending=ending, **changed)


def _moved(
    record: UsageRecord, state: State, text: str, now: datetime, **changed: object
) -> UsageRecord:
    return replace(
        record,
        state=state,
        changed_at=now,
        steps=(*record.steps, Step(at=now, text=text)),
        revision=record.revision + 1,
        **changed,  # type: ignore[arg-type]  # names of its own fields
    )
