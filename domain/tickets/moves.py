"""What may happen to a ticket, and when: each move gives back the ticket after it, or refuses."""

from datetime import datetime

from domain.butlers.items import Priority
from domain.tickets.events import (
    ANSWERED_AT,
    MOST_EVENTS,
    WAITS,
    By,
    Event,
    Happened,
)
from domain.tickets.tickets import (
    ENDED,
    RESOLVING,
    STATES,
    Asker,
    Full,
    Origin,
    Over,
    Reason,
    Resolution,
    State,
    Ticket,
    answered_in,
)
from domain.time import in_words
from domain.transactions import Act, Conflict

# What ends or takes apart a ticket always finds room; and staff can answer whatever the citizen
# wrote last, however much that was.
SPARE = 50
SPARE_OF_CITIZENS = 200


def opened(
    act: Act,
    *,
    ticket_id: str,
    number: str,
    asker: Asker,
    origin: Origin,
    item: str,
    place_id: str,
    by: By,
    said: str,
) -> Ticket:
    """A new one, of normal priority, that nobody works on yet."""
    event = Event(at=act.at, what=Happened.OPENED, by=by, actor=act.actor)
    return Ticket(
        id=ticket_id,
        number=number,
        asker=asker,
        origin=origin,
        item=item,
        place_id=place_id,
        priority=Priority.NORMAL,
        state=State.OPEN,
        opened_at=act.at,
        changed_at=act.at,
        log=(event,),
        said=said,
        messages=1,
    )


def asked(act: Act, was: Ticket, *, said: str) -> Ticket:
    """The citizen writes. After the end it starts nothing: reopening is an act of its own."""
    _require_room(was, spare=SPARE_OF_CITIZENS)
    if was.state is State.MERGED:
        raise Over("这张工单已合并，请在合并后的工单中继续。")
    ended = was.state in ENDED
    event = _event(act, Happened.THANKED if ended else Happened.ASKED, By.CITIZEN)
    state = was.state if ended else State.OPEN
    return was.after(event, state=state, said=said, messages=was.messages + 1)


def answered(act: Act, was: Ticket, *, waits: bool) -> Ticket:
    """Staff write to the citizen; with ``waits`` it is the citizen's turn, and still an answer."""
    _require_active(was)
    _require_room(was)
    facts = {WAITS: "yes"} if waits else {}
    event = _event(act, Happened.ANSWERED, By.STAFF, **facts)
    state = State.WAITING if waits else State.OPEN
    return was.after(event, state=state, messages=was.messages + 1)


def resumed(act: Act, was: Ticket) -> Ticket:
    """It is staff's turn again although the citizen wrote nothing, as after a call."""
    if was.state is not State.WAITING:
        raise Conflict(f"工单的状态是“{STATES[was.state]}”，没有在等待市民。")
    return was.after(_event(act, Happened.RESUMED, By.STAFF), state=State.OPEN)


def ended(act: Act, was: Ticket, *, reason: Reason, by: By, promise_met: bool) -> Ticket:
    """It is over, and the reason says why; who resolved it is frozen with it."""
    _require_active(was)
    resolves = reason in RESOLVING
    answered_at = was.answered_at
    if resolves and answered_at is None:
        raise Conflict("还没有答复过市民，不能办结；请先答复，或说明不予办理的原因。")
    what = Happened.RESOLVED if resolves else Happened.CLOSED
    event = _event(act, what, by, reason=reason.value)
    resolution = Resolution(
        cycle=was.cycle,
        resolver=act.actor,
        reason=reason,
        opened_at=was.cycle_began_at,
        answered_at=answered_at,
        resolved_at=act.at,
        promise_met=promise_met,
    )
    return was.after(
        event,
        state=State.RESOLVED if resolves else State.CLOSED,
        reason=reason,
        ended_at=act.at,
        resolutions=(*was.resolutions, resolution) if resolves else was.resolutions,
    )


def reopened(act: Act, was: Ticket, *, said: str) -> Ticket:
    """The citizen says that it is not over; the promise begins anew."""
    _require_room(was, spare=SPARE_OF_CITIZENS)
    until = was.reopen_until()
    if until is None:
        raise Conflict(f"工单的状态是“{STATES[was.state]}”，不需要重新打开。")
    if act.at >= until:
        raise Over(f"办结超过七天（{in_words(until)}前可以重新打开），请新建一张工单。")
    if was.reason is Reason.ERASED:
        raise Over("这张工单不能重新打开。")
    event = _event(act, Happened.REOPENED, By.CITIZEN)
    return was.after(
        event,
        state=State.OPEN,
        reason=None,
        ended_at=None,
        said=said,
        messages=was.messages + 1,
    )


def assigned(act: Act, was: Ticket, *, butler_id: str, why: tuple[str, ...]) -> Ticket:
    """Given to a butler by the rules, and why."""
    _require_active(was)
    event = _event(act, Happened.ASSIGNED, By.SYSTEM, to=butler_id)
    return was.after(event, butler_id=butler_id, why=why)


def unassigned(act: Act, was: Ticket, *, why: str) -> Ticket:
    """Taken from a butler who left: nobody's until it is given to another."""
    _require_active(was)
    event = _event(act, Happened.TRANSFERRED, By.SYSTEM, came_from=was.butler_id)
    return was.after(event, butler_id="", why=(why,))


def transferred(act: Act, was: Ticket, *, to: str, reason: str) -> Ticket:
    """Given to somebody else by hand; the reason is for staff, and stays with the ticket."""
    _require_active(was)
    _require_room(was)
    if to == was.butler_id:
        raise Conflict("工单已经由这位管家办理。")
    event = _event(act, Happened.TRANSFERRED, By.STAFF, came_from=was.butler_id, to=to)
    return was.after(event, butler_id=to, why=(f"转交原因：{reason}",))


def prioritised(act: Act, was: Ticket, *, priority: Priority) -> Ticket:
    """More or less urgent; the log keeps every pause there was."""
    _require_active(was)
    _require_room(was)
    if priority is was.priority:
        raise Conflict("工单已经是这个优先级。")
    facts = {"came_from": was.priority.value, "to": priority.value}
    event = _event(act, Happened.PRIORITY_CHANGED, By.STAFF, **facts)
    return was.after(event, priority=priority)


def of_item(act: Act, was: Ticket, *, item: str) -> Ticket:
    """About another service item, whose clocks it has from now on."""
    _require_active(was)
    _require_room(was)
    if item == was.item:
        raise Conflict("工单已经是这个服务事项。")
    event = _event(act, Happened.ITEM_CHANGED, By.STAFF, came_from=was.item, to=item)
    return was.after(event, item=item)


def at_place(act: Act, was: Ticket, *, place_id: str) -> Ticket:
    """At another place, whose hours it has from now on."""
    _require_active(was)
    _require_room(was)
    if place_id == was.place_id:
        raise Conflict("工单已经属于这个服务点。")
    event = _event(act, Happened.PLACE_CHANGED, By.STAFF, came_from=was.place_id, to=place_id)
    return was.after(event, place_id=place_id)


def merged(act: Act, was: Ticket, *, into: Ticket) -> Ticket:
    """The same matter as another ticket, by reference: nothing of it is copied."""
    _require_active(was)
    event = _event(act, Happened.MERGED, By.STAFF, into=into.id)
    return was.after(event, state=State.MERGED, merged_into=into.id)


def joined(act: Act, was: Ticket, other: Ticket) -> Ticket:
    """Another one goes on in this."""
    _require_active(was)
    _require_room(was)
    return was.after(_event(act, Happened.JOINED, By.STAFF, joined=other.id))


def unmerged(act: Act, was: Ticket, *, into: Ticket) -> Ticket:
    """Taken apart: it stands where it stood, and its citizen waited all the time.

    What was answered in the other ticket meanwhile was an answer to this one too.
    """
    if was.state is not State.MERGED:
        raise Conflict("这张工单没有被合并。")
    at = next(one.at for one in reversed(was.log) if one.what is Happened.MERGED)
    answer = answered_in(into.log, at)
    facts = {ANSWERED_AT: answer.isoformat()} if answer else {}
    event = _event(act, Happened.UNMERGED, By.STAFF, **facts)
    return was.after(event, state=state_before_merge(was), merged_into="")


def state_before_merge(ticket: Ticket) -> State:
    """Whose turn it was when the ticket was merged."""
    for event in reversed(ticket.log):
        if event.what is Happened.ANSWERED:
            return State.WAITING if event.waits else State.OPEN
        if event.what in {Happened.ASKED, Happened.OPENED, Happened.REOPENED, Happened.RESUMED}:
            return State.OPEN
    return State.OPEN


def _event(act: Act, what: Happened, by: By, **facts: str) -> Event:
    """Of this act; the system acts under no account."""
    actor = "" if by is By.SYSTEM else act.actor
    return Event(at=act.at, what=what, by=by, actor=actor, facts=facts)


def _require_active(ticket: Ticket) -> None:
    if not ticket.active:
        raise Over(f"工单的状态是“{STATES[ticket.state]}”，不能这样操作。")


def _require_room(ticket: Ticket, *, spare: int = SPARE) -> None:
    if len(ticket.log) >= MOST_EVENTS - spare:
        raise Full


def last_answer(log: tuple[Event, ...], beyond: int) -> Event | None:
    """The last answer among what happened after the first ``beyond`` events."""
    answers = [one for one in log[beyond:] if one.what is Happened.ANSWERED]
    return answers[-1] if answers else None


def may_reopen(ticket: Ticket, now: datetime) -> bool:
    """Whether the citizen still may."""
    until = ticket.reopen_until()
    return until is not None and now < until and ticket.reason is not Reason.ERASED
