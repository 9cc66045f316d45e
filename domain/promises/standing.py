"""How a signed promise stands, in the national template's words, and by when who has to act."""

from datetime import date

from domain.promises.promises import Promise, State
from domain.promises.supervision import Answer, HandedIn, Supervision
from domain.workdays import Deadline

KEPT, NOT_FOUND_YET = "全部履行", "尚未认定"
WATCHED, WATCHED_NO_MORE = "监管中", "监管完成"
RUNNING, EXPIRED = "未过期", "已过期"


def performance_of(promise: Promise) -> str:
    """履行状态: 全部履行, 部分履行 or 全部未履行, once it is found."""
    breach = _supervision(promise).breach
    if promise.state is State.KEPT:
        return KEPT
    if promise.state in {State.BROKEN, State.OBJECTED} and breach is not None:
        return breach.degree.label
    return NOT_FOUND_YET


def oversight_of(promise: Promise, today: date) -> str:
    """监管中, until it is found kept, or broken for good, or was withdrawn."""
    breach = _supervision(promise).breach
    over = promise.state in {State.KEPT, State.WITHDRAWN}
    if promise.state is State.BROKEN and breach is not None:
        until = breach.objection_until
        over = breach.final or (until is not None and today > until.day)
    return WATCHED_NO_MORE if over else WATCHED


def expiry_of(promise: Promise, today: date) -> str:
    """未过期 up to the last day of its validity; without one it never expires."""
    until = promise.signature.valid_until if promise.signature else None
    return EXPIRED if until is not None and today > until else RUNNING


def ends_on(promise: Promise) -> date | None:
    """The last day on which what was promised can be performed; None where no day was set."""
    signature = promise.signature
    if signature is None:
        return None
    if signature.due is not None and not done(promise):
        return signature.due.day
    return signature.valid_until


def done(promise: Promise) -> bool:
    """Whether what was due by a day was handed in and taken."""
    said = _supervision(promise).handed_in
    return said is not None and said.answer is Answer.TAKEN


def waiting(promise: Promise) -> HandedIn | None:
    """What was handed in and waits for the office's answer."""
    said = _supervision(promise).handed_in
    open_still = promise.state in {State.SIGNED, State.ORDERED}
    return said if said and open_still and said.answer is Answer.WAITING else None


def may_hand_in(promise: Promise) -> bool:
    """Whether the promisor may say now that what was due is done."""
    said = _supervision(promise).handed_in
    due = promise.signature.due if promise.signature else None
    open_still = promise.state in {State.SIGNED, State.ORDERED}
    return open_still and due is not None and (said is None or said.answer is Answer.RETURNED)


def may_be_found(promise: Promise, today: date) -> bool:
    """Whether it may be proposed to be found broken: the correction, or the term, is over."""
    order = _supervision(promise).order
    if waiting(promise):
        return False
    if promise.state is State.ORDERED and order is not None:
        return today > order.due.day
    until = ends_on(promise)
    return promise.state is State.SIGNED and until is not None and today > until


def due_of(promise: Promise) -> Deadline | None:
    """By when the promisor has to act: to correct, else to do what was due; None if nothing is."""
    supervision = _supervision(promise)
    if promise.state is State.ORDERED and supervision.order is not None:
        return supervision.order.due
    due = promise.signature.due if promise.signature else None
    open_still = promise.state is State.SIGNED and not done(promise) and not waiting(promise)
    return due if open_still else None


def decision_of(promise: Promise) -> tuple[str, Deadline] | None:
    """What the office has to decide, and by when; None while it has nothing to."""
    breach, said = _supervision(promise).breach, waiting(promise)
    if promise.state is State.PROPOSED and breach is not None and breach.review_by is not None:
        return "复核违诺认定", breach.review_by
    if promise.state is State.OBJECTED and breach is not None and breach.decide_by is not None:
        return "处理异议", breach.decide_by
    return ("核对补交", said.answer_by) if said else None


def _supervision(promise: Promise) -> Supervision:
    return promise.supervision or Supervision()
