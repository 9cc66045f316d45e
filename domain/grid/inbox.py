"""Receiving the partner's events: each kept, acted on in its place, decided by a person if not.

An event and everything that can be acted on because of it commit together; what comes early waits
for the gap before it, which is asked for at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.electricity.applications import OVER, Application, Channel
from domain.electricity.supply import Desk, moved
from domain.electricity.supplying import Moved, Supplying
from domain.errors import Fault, Invalid, NotFound, Stale, TooMany
from domain.grid.cases import Case
from domain.grid.door import SKEW, note
from domain.grid.events import (
    AT_DESK,
    Event,
    EventState,
    Received,
    Source,
    clash,
    fold,
)
from domain.grid.ports import Applications, Cases, Events
from domain.pages import Ask, Page
from domain.transactions import Act, Conflict, InFlight, Unit

FILL = "grid.fill"
# Of one application; nobody's life has so many steps.
MOST = 500
TRIES = 5
IN_FUTURE = "事件时间晚于现在。"
UNKNOWN = "没有移交过这份申请。"
MOVED_ON = "这个事件刚刚有了变动，请刷新后再操作。"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What became of an event so far, and whether it had come before."""

    received: Received
    repeated: bool


class Inbox:
    """The partner's events."""

    def __init__(
        self,
        *,
        cases: Cases,
        events: Events,
        applications: Applications,
        supplying: Supplying,
        desk: Desk,
    ) -> None:
        self._cases = cases
        self._events = events
        self._applications = applications
        self._supplying = supplying
        self._desk = desk

    async def receive(self, act: Act, event: Event, *, source: Source) -> Receipt:
        """Keep an event, and act on whatever can be acted on now.

        Raises:
            Invalid: its time is in the future; recorded.
            NotFound: no such application was handed over; recorded.
            TooMany: there are more events of it than any application has.
        """
        if event.at > act.at + SKEW:
            await note(act, event.event_id, "future")
            raise Invalid([Fault(pointer="/at", code="future", detail=IN_FUTURE)])
        if await self._cases.by_number(event.number) is None:
            await note(act, event.event_id, "unknown_application")
            raise NotFound(UNKNOWN)

        async def work(unit: Unit) -> Receipt:
            return await self._keep(unit, act, event, source)

        for _ in range(TRIES):
            try:
                return await act.commit(work)
            except Stale:
                # The applicant did something at the same moment.
                continue
        raise InFlight

    async def _keep(self, unit: Unit, act: Act, event: Event, source: Source) -> Receipt:
        case = await self._cases.by_number(event.number)
        if case is None:
            raise NotFound(UNKNOWN)
        known = await self._events.of(case.id)
        same = next((one for one in known if one.event == event), None)
        if same is not None:
            return Receipt(received=same, repeated=True)
        if len(known) >= MOST:
            raise TooMany("这份申请的事件过多。", retry_after=3600)
        received = _received(act, case, event, source)
        why = clash(event, known)
        if why:
            received = replace(received, in_place=False).kept(why)
            await self._cases.replace(unit, case.changed(act.at), was=case)
            await self._events.add(unit, received)
            await unit.audit(act.event("grid.event_kept", received.id))
            return Receipt(received=received, repeated=False)
        waited = any(one.state is EventState.WAITING for one in known)
        ended = await self._go_on(unit, act, case, known, received)
        if not waited and ended.state is EventState.WAITING:
            await unit.send(act.message(FILL, case.id))
        return Receipt(received=ended, repeated=False)

    async def _go_on(
        self, unit: Unit, act: Act, case: Case, known: Sequence[Received], new: Received
    ) -> Received:
        """Act on everything up to the next gap, this one included; how it ended for it."""
        application = await self._applications.get(case.id)
        if application is None:
            raise NotFound(UNKNOWN)
        folded = fold(application, [*known, new], applied=case.applied, desk=self._desk)
        before = {row.id: row for row in known}
        ended = {row.id: row for row in folded.rows}
        after = await self._supplying.apply(
            unit, act, application, folded.moves, applied=folded.applied
        )
        still_open = case.open and after.state not in OVER
        changed = case.changed(act.at, applied=folded.applied, open=still_open)
        await self._cases.replace(unit, changed, was=case)
        for row in folded.rows:
            if row.id in before:
                await self._events.replace(unit, row, was=before[row.id])
            if row.state is EventState.KEPT:
                await unit.audit(act.event("grid.event_kept", row.id))
        result = ended.get(new.id, new)
        await self._events.add(unit, result)
        return result

    async def kept(self, states: Collection[EventState], *, ask: Ask) -> Page[Received]:
        """Those in these states, newest first."""
        return await self._events.in_state(states, ask=ask)

    async def get(self, received_id: str) -> Received:
        """By our id.

        Raises:
            NotFound.
        """
        received = await self._events.get(received_id)
        if received is None:
            raise NotFound("没有这个事件。")
        return received

    async def dismiss(self, act: Act, *, received_id: str, tag: str, reason: str) -> Received:
        """A person lets a kept event be.

        Raises:
            NotFound, Stale.
            Conflict: it does not wait for a person.
        """
        was = await self._seen(received_id, tag)

        async def work(unit: Unit) -> Received:
            after = was.decided(EventState.DISMISSED, by=act.actor, decision=reason, now=act.at)
            await self._events.replace(unit, after, was=was)
            await unit.audit(act.event("grid.event_dismissed", was.id))
            return after

        return await act.commit(work)

    async def again(self, act: Act, *, received_id: str, tag: str) -> Received:
        """A person has a kept event acted on now, as of its own time.

        Raises:
            NotFound, Stale.
            Conflict: it does not wait for a person, or still cannot be acted on.
        """
        was = await self._seen(received_id, tag)

        async def work(unit: Unit) -> Received:
            case = await self._cases.get(was.application_id)
            application = await self._applications.get(was.application_id)
            if case is None or application is None:
                raise NotFound(UNKNOWN)
            move = self._possible(application, was.event)
            done = await self._supplying.apply(unit, act, application, [move], applied=case.applied)
            still_open = case.open and done.state not in OVER
            await self._cases.replace(unit, case.changed(act.at, open=still_open), was=case)
            after = was.decided(EventState.APPLIED, by=act.actor, decision="", now=act.at)
            await self._events.replace(unit, after, was=was)
            await unit.audit(act.event("grid.event_applied", was.id))
            return after

        return await act.commit(work)

    def _possible(self, application: Application, event: Event) -> Moved:
        if application.channel is not Channel.PARTNER:
            raise Conflict(AT_DESK)
        at = max(event.at, application.since)
        moved(application, event.move, desk=self._desk, now=at)
        return Moved(move=event.move, at=at)

    async def _seen(self, received_id: str, tag: str) -> Received:
        received = await self.get(received_id)
        if received.tag != tag:
            raise Stale(MOVED_ON)
        if received.state is not EventState.KEPT:
            raise Conflict("这个事件不在待人工处理之列。")
        return received


async def set_aside(events: Events, unit: Unit, act: Act, *, application_id: str) -> None:
    """Nobody waits any more for what comes before these: a person looks at them."""
    for one in await events.of(application_id):
        if one.state is EventState.WAITING:
            await events.replace(unit, one.kept(AT_DESK), was=one)
            await unit.audit(act.event("grid.event_kept", one.id))


def _received(act: Act, case: Case, event: Event, source: Source) -> Received:
    at: datetime = act.at
    return Received(
        id=act.draw.id(),
        application_id=case.id,
        person_id=case.person_id,
        uscc=case.uscc,
        event=event,
        received_at=at,
        source=source,
    )
