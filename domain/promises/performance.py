"""What becomes of a signed promise: kept, or to be corrected, or broken; each move by its rule.

Comparable procedure: Shenzhen credit regulation, articles 57 to 64 (a breach is first ordered to
be corrected in time). Whoever proposes that a promise is broken is not who confirms it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.promises.promises import STATES, Promise, State
from domain.promises.supervision import Breach, Degree, Order, Step, Supervision
from domain.time import civil_date, date_in_words
from domain.transactions import Conflict
from domain.workdays import Calendar


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Working days: to object to a finding, and to decide an objection."""

    object_days: int
    decide_days: int


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


def kept(promise: Promise, *, now: datetime) -> Promise:
    """Performed in full (全部履行): supervision is over."""
    _require(promise, State.SIGNED)
    return _moved(promise, State.KEPT, "承诺已全部履行，监管完成。", now)


def proposed(
    promise: Promise,
    *,
    degree: Degree,
    unperformed: str,
    consequence: str,
    by: str,
    now: datetime,
) -> Promise:
    """Not corrected by the day that was set: proposed to be found broken."""
    _require(promise, State.ORDERED)
    order = _supervision(promise).order
    if order is None or civil_date(now) <= order.due.day:
        until = date_in_words(order.due.day) if order else ""
        raise Conflict(f"改正期限到{until}，期满仍未改正的才能提出认定。")
    breach = Breach(degree=degree, unperformed=unperformed, consequence=consequence, proposed_by=by)
    text = "改正期限已过，正在复核是否认定违诺。"
    return _moved(promise, State.PROPOSED, text, now, breach=breach)


def returned(promise: Promise, *, reason: str, by: str, now: datetime) -> Promise:
    """The checker does not agree: it goes on being corrected."""
    _require(promise, State.PROPOSED)
    _require_other(promise, by)
    return _moved(promise, State.ORDERED, f"复核未通过：{reason}。请继续改正。", now, breach=None)


def broken(
    promise: Promise, *, by: str, terms: Terms, calendar: Calendar, now: datetime
) -> Promise:
    """Found broken by somebody else than who proposed it; it may be objected to for a time."""
    _require(promise, State.PROPOSED)
    breach = _require_other(promise, by)
    until = calendar.after(civil_date(now), terms.object_days)
    after = replace(breach, found_on=civil_date(now), objection_until=until)
    text = (
        f"认定违诺（{breach.degree.label}）：{breach.unperformed}。处理：{breach.consequence}"
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


def _require_other(promise: Promise, by: str) -> Breach:
    breach = _breach(promise)
    if breach.proposed_by == by:
        raise Conflict("提出认定和复核的不能是同一人。")
    return breach


def _moved(promise: Promise, state: State, text: str, now: datetime, **changed: object) -> Promise:
    supervision = _supervision(promise)
    steps = (*supervision.steps, Step(at=now, text=text))
    return replace(
        promise,
        state=state,
        changed_at=now,
        supervision=replace(supervision, steps=steps, **changed),  # type: ignore[arg-type]
        revision=promise.revision + 1,
    )
