"""What becomes of a signed promise: kept, or to be corrected, or broken; each move by its rule.

Comparable procedure: Shenzhen credit regulation, articles 57 to 64 (a breach is first ordered to
be corrected in time). Whoever proposes that a promise is broken is not who confirms it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.promises.promises import STATES, Promise, State
from domain.promises.standing import ends_on
from domain.promises.supervision import (
    ANSWERS,
    Answer,
    Breach,
    Degree,
    Finder,
    HandedIn,
    Kept,
    Order,
    Step,
    Supervision,
)
from domain.time import civil_date, date_in_words
from domain.transactions import Conflict
from domain.workdays import Calendar


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Working days.

    To review a proposed finding, to object to a finding, to decide an objection, and to answer
    what was handed in.
    """

    review_days: int
    object_days: int
    decide_days: int
    answer_days: int


def ordered(
    promise: Promise, *, what: str, days: int, calendar: Calendar, now: datetime
) -> Promise:
    """Something is found wrong, and is to be corrected within so many working days."""
    _require(promise, State.SIGNED)
    due = calendar.after(civil_date(now), days)
    text = f"发现未按承诺履行：{what}。请于{date_in_words(due.day)}前改正。"
    return _moved(promise, State.ORDERED, text, now, order=Order(what=what, due=due))


def corrected(promise: Promise, *, now: datetime) -> Promise:
    """It was corrected in time, or at least before it was found broken."""
    _require(promise, State.ORDERED)
    return _moved(promise, State.SIGNED, "已按要求改正，继续履行承诺。", now, order=None)


def kept(promise: Promise, *, finder: Finder, now: datetime) -> Promise:
    """Performed in full (全部履行): supervision is over."""
    _require(promise, State.SIGNED)
    _require_answered(promise)
    text = f"{finder.name}认定承诺已全部履行，监管完成。"
    return _moved(promise, State.KEPT, text, now, kept=Kept(on=civil_date(now), finder=finder))


def handed_in(
    promise: Promise, *, on: date, note: str, terms: Terms, calendar: Calendar, now: datetime
) -> Promise:
    """The promisor says to have done what was due by a day: on time, or late."""
    _require(promise, State.SIGNED, State.ORDERED)
    signature = promise.signature
    if signature is None or signature.due is None:
        raise Conflict("这份承诺没有约定办理期限，不需要报告办理情况。")
    before = _supervision(promise).handed_in
    if before is not None and before.answer is not Answer.RETURNED:
        raise Conflict(f"您报告的办理情况{ANSWERS[before.answer]}，不需要再报。")
    if not civil_date(signature.at) <= on <= civil_date(now):
        raise Conflict("办理日期不能早于签署日，也不能晚于今天。")
    late = on > signature.due.day
    answer_by = calendar.after(civil_date(now), terms.answer_days)
    said = HandedIn(on=on, note=note, late=late, answer_by=answer_by)
    text = (
        f"承诺人报告已于{date_in_words(on)}{signature.duty}{'（逾期）' if late else ''}：{note}。"
        f"将于{date_in_words(answer_by.day)}前核对。"
    )
    return _moved(promise, promise.state, text, now, handed_in=said)


def taken(promise: Promise, *, now: datetime) -> Promise:
    """What was handed in is there: nothing is due by a day any more."""
    said = _waiting(promise)
    after = replace(said, answer=Answer.TAKEN)
    text = f"经核对，承诺人已{_duty(promise)}。"
    return _moved(promise, promise.state, text, now, handed_in=after)


def handed_back(promise: Promise, *, reason: str, now: datetime) -> Promise:
    """What was handed in does not do; the promisor may hand in again."""
    said = _waiting(promise)
    after = replace(said, answer=Answer.RETURNED, reason=reason)
    text = f"报告的办理情况未通过核对：{reason}。请继续{_duty(promise)}。"
    return _moved(promise, promise.state, text, now, handed_in=after)


def proposed(
    promise: Promise,
    *,
    degree: Degree,
    unperformed: str,
    consequence: str,
    finder: Finder,
    by: str,
    terms: Terms,
    calendar: Calendar,
    now: datetime,
) -> Promise:
    """Not corrected, or not performed, by the day that was set: proposed to be found broken."""
    _require(promise, State.SIGNED, State.ORDERED)
    _require_answered(promise)
    _require_over(promise, civil_date(now))
    breach = Breach(
        degree=degree,
        unperformed=unperformed,
        consequence=consequence,
        finder=finder,
        proposed_by=by,
        review_by=calendar.after(civil_date(now), terms.review_days),
    )
    what = "改正期限" if promise.state is State.ORDERED else "承诺期限"
    text = f"{what}已过，正在复核是否认定违诺。"
    return _moved(promise, State.PROPOSED, text, now, breach=breach)


def returned(promise: Promise, *, reason: str, by: str, now: datetime) -> Promise:
    """The checker does not agree: it goes on as it was, being corrected or performed."""
    _require(promise, State.PROPOSED)
    _require_other(promise, by)
    correcting = _supervision(promise).order is not None
    state, what = (State.ORDERED, "改正") if correcting else (State.SIGNED, "履行")
    return _moved(promise, state, f"复核未通过：{reason}。请继续{what}。", now, breach=None)


def broken(
    promise: Promise, *, by: str, terms: Terms, calendar: Calendar, now: datetime
) -> Promise:
    """Found broken by somebody else than who proposed it; it may be objected to for a time."""
    _require(promise, State.PROPOSED)
    breach = _require_other(promise, by)
    until = calendar.after(civil_date(now), terms.object_days)
    after = replace(breach, found_on=civil_date(now), objection_until=until)
    text = (
        f"{breach.finder.name}认定违诺（{breach.degree.label}）：{breach.unperformed}。"
        f"处理：{breach.consequence}。"
        f"对认定有异议的，可在{date_in_words(until.day)}前提出。"
    )
    return _moved(promise, State.BROKEN, text, now, breach=after)


def objected(
    promise: Promise, *, reason: str, terms: Terms, calendar: Calendar, now: datetime
) -> Promise:
    """The promisor objects to the finding, once, while there is time."""
    _require(promise, State.BROKEN)
    breach = _breach(promise)
    until = breach.objection_until
    if breach.final or until is None or civil_date(now) > until.day:
        raise Conflict("对这项认定提出异议的期限已过，或异议已经处理。")
    by = calendar.after(civil_date(now), terms.decide_days)
    after = replace(breach, objection=reason, decide_by=by)
    text = f"已收到您对认定的异议，将于{date_in_words(by.day)}前答复。"
    return _moved(promise, State.OBJECTED, text, now, breach=after)


def decided(promise: Promise, *, upheld: bool, reason: str, by: str, now: datetime) -> Promise:
    """The objection is decided by somebody else than who proposed the finding."""
    _require(promise, State.OBJECTED)
    breach = _require_other(promise, by)
    if upheld:
        text = f"异议成立，撤销违诺认定：{reason}。"
        return _moved(promise, State.SIGNED, text, now, breach=None, order=None)
    text = f"异议不成立，维持违诺认定：{reason}。"
    return _moved(promise, State.BROKEN, text, now, breach=replace(breach, final=True))


def _supervision(promise: Promise) -> Supervision:
    return promise.supervision or Supervision()


def _breach(promise: Promise) -> Breach:
    breach = _supervision(promise).breach
    if breach is None:
        raise Conflict("没有对这份承诺的违诺认定。")
    return breach


def _require(promise: Promise, *states: State) -> None:
    if promise.state not in states:
        raise Conflict(f"这份承诺目前的状态是“{STATES[promise.state]}”，不能这样办理。")


def _require_answered(promise: Promise) -> None:
    """What the promisor says to have done is looked at before anything is found."""
    said = _supervision(promise).handed_in
    if said is not None and said.answer is Answer.WAITING:
        raise Conflict("承诺人报告的办理情况还没有核对，请先核对。")


def _require_over(promise: Promise, today: date) -> None:
    """A finding waits for the end of the correction, or else of the term or the validity."""
    order = _supervision(promise).order
    if promise.state is State.ORDERED and order is not None:
        if today <= order.due.day:
            until = date_in_words(order.due.day)
            raise Conflict(f"改正期限到{until}，期满仍未改正的才能提出认定。")
        return
    until_day = ends_on(promise)
    if until_day is None:
        raise Conflict("这份承诺没有约定期限，请先责令改正，期满仍未改正的才能提出认定。")
    if today <= until_day:
        raise Conflict(f"承诺期限到{date_in_words(until_day)}，期满才能认定是否履行。")


def _waiting(promise: Promise) -> HandedIn:
    """What was handed in and not answered yet; raises Conflict."""
    _require(promise, State.SIGNED, State.ORDERED)
    said = _supervision(promise).handed_in
    if said is None or said.answer is not Answer.WAITING:
        raise Conflict("没有待核对的办理情况。")
    return said


def _duty(promise: Promise) -> str:
    return promise.signature.duty if promise.signature else ""


def _require_other(promise: Promise, by: str) -> Breach:
    breach = _breach(promise)
    if breach.proposed_by == by:
        raise Conflict("提出认定和复核的不能是同一人。")
    return breach


def _moved(promise: Promise, state: State, text: str, now: datetime, **changed: object) -> Promise:
    supervision = _supervision(promise)
    steps = (*supervision.steps, Step(at=now, text=text.replace("。。", "。")))
    return replace(
        promise,
        state=state,
        changed_at=now,
        supervision=replace(
            supervision,
            steps=steps,
            **changed,  # type: ignore[arg-type]  # names of its own fields
        ),
        revision=promise.revision + 1,
    )
