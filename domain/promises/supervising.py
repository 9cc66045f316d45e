"""Supervision by the office: each move against the state that was seen, told to the promisor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.errors import NotFound, Stale
from domain.pages import Ask, Page
from domain.promises import performance
from domain.promises.drafting import Drafts
from domain.promises.performance import Terms
from domain.promises.ports import PromiseStore
from domain.promises.promises import Promise, State
from domain.promises.showing import Showing
from domain.promises.shown import Shown
from domain.promises.supervision import Degree, Finder
from domain.transactions import Act, AuditEvent, Unit
from domain.workdays import Calendar

SUPERVISED = tuple(state for state in State if state is not State.DRAFT)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a finding of a breach needs by the national template."""

    degree: Degree
    unperformed: str
    consequence: str
    finder: Finder


@dataclass(frozen=True, kw_only=True)
class Usual:
    """Who usually finds, and what usually follows, by the text of a promise."""

    finder: Finder
    consequence: str


class Supervising:
    """What staff do with signed promises, and a promisor with a finding."""

    def __init__(
        self,
        *,
        store: PromiseStore,
        drafts: Drafts,
        showing: Showing,
        calendar: Calendar,
        terms: Terms,
    ) -> None:
        self._store = store
        self._drafts = drafts
        self._showing = showing
        self._calendar = calendar
        self._terms = terms

    async def all(self, states: Iterable[State], *, ask: Ask) -> Page[Promise]:
        """Signed promises in one of these states, what changed last first."""
        return await self._store.in_state(states, ask=ask)

    async def to_decide(self, *, ask: Ask) -> Page[Promise]:
        """Those in which the office has something to decide, the earliest deadline first."""
        return await self._store.to_decide(ask=ask)

    async def usual(self, promise: Promise, *, now: datetime) -> Usual:
        """What a finding begins with, by the text that was signed."""
        template = await self._drafts.text_of(promise, now=now)
        if template is None:
            return Usual(finder=Finder(name=promise.department, uscc=""), consequence="")
        department = template.department
        return Usual(
            finder=Finder(name=department.name, uscc=department.uscc),
            consequence=template.consequence,
        )

    async def get(self, code: str) -> Promise:
        """By promise code.

        Raises:
            NotFound: none was signed with it.
        """
        promise = await self._store.by_code(code)
        if promise is None:
            raise NotFound("没有这个承诺编码。")
        return promise

    async def order(self, act: Act, *, code: str, tag: str, what: str, days: int) -> Promise:
        """Order a correction within so many working days; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.ordered(was, what=what, days=days, calendar=self._calendar, now=act.at)
        return await self._save(act, was, after, act.event("promise.ordered", was.id))

    async def correct(self, act: Act, *, code: str, tag: str) -> Promise:
        """It was corrected; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.corrected(was, now=act.at)
        return await self._save(act, was, after, act.event("promise.corrected", was.id))

    async def keep(self, act: Act, *, code: str, tag: str, finder: Finder) -> Promise:
        """It was performed in full; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.kept(was, finder=finder, now=act.at)
        return await self._save(act, was, after, act.event("promise.kept", was.id))

    async def take(self, act: Act, *, code: str, tag: str) -> Promise:
        """What the promisor handed in is there; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.taken(was, now=act.at)
        return await self._save(act, was, after, act.event("promise.handing_in_taken", was.id))

    async def hand_back(self, act: Act, *, code: str, tag: str, reason: str) -> Promise:
        """What the promisor handed in does not do; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.handed_back(was, reason=reason, now=act.at)
        return await self._save(act, was, after, act.event("promise.handing_in_returned", was.id))

    async def propose(self, act: Act, *, code: str, tag: str, finding: Finding) -> Promise:
        """Propose to find it broken; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.proposed(
            was,
            degree=finding.degree,
            unperformed=finding.unperformed,
            consequence=finding.consequence,
            finder=finding.finder,
            by=act.actor,
            terms=self._terms,
            calendar=self._calendar,
            now=act.at,
        )
        return await self._save(act, was, after, act.event("promise.breach_proposed", was.id))

    async def give_back(self, act: Act, *, code: str, tag: str, reason: str) -> Promise:
        """The checker does not agree; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.returned(was, reason=reason, by=act.actor, now=act.at)
        return await self._save(act, was, after, act.event("promise.breach_returned", was.id))

    async def confirm(self, act: Act, *, code: str, tag: str) -> Promise:
        """The checker finds it broken; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.broken(
            was, by=act.actor, terms=self._terms, calendar=self._calendar, now=act.at
        )
        return await self._save(act, was, after, act.event("promise.breach_confirmed", was.id))

    async def decide(self, act: Act, *, code: str, tag: str, upheld: bool, reason: str) -> Promise:
        """The checker decides the promisor's objection; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.decided(was, upheld=upheld, reason=reason, by=act.actor, now=act.at)
        event = act.event("promise.objection_decided", was.id, upheld=str(upheld).lower())
        return await self._save(act, was, after, event)

    async def object_to(self, act: Act, *, promise_id: str, reason: str) -> Shown:
        """The promisor objects to a finding.

        Raises:
            NotFound: none of the caller's.
            Conflict: there is no finding, or the time for it is over.
        """
        was = await self._drafts.own(act, promise_id)
        after = performance.objected(
            was, reason=reason, terms=self._terms, calendar=self._calendar, now=act.at
        )
        return await self._mine(act, was, after, act.event("promise.breach_objected", was.id))

    async def hand_in(self, act: Act, *, promise_id: str, on: date, note: str) -> Shown:
        """The promisor says to have done, on this day, what was due.

        Raises:
            NotFound: none of the caller's.
            Conflict: nothing is due, or it was said before, or on no possible day.
        """
        was = await self._drafts.own(act, promise_id)
        after = performance.handed_in(
            was, on=on, note=note, terms=self._terms, calendar=self._calendar, now=act.at
        )
        return await self._mine(act, was, after, act.event("promise.handed_in", was.id))

    async def _seen(self, code: str, tag: str) -> Promise:
        promise = await self.get(code)
        if promise.tag != tag:
            raise Stale("这份承诺刚刚有了变动，请刷新后再操作。")
        return promise

    async def _mine(self, act: Act, was: Promise, after: Promise, event: AuditEvent) -> Shown:
        async def work(unit: Unit) -> Shown:
            await self._put(unit, act, was, after, event)
            return await self._drafts.show(after, now=act.at)

        return await act.commit(work)

    async def _save(self, act: Act, was: Promise, after: Promise, event: AuditEvent) -> Promise:
        async def work(unit: Unit) -> Promise:
            await self._put(unit, act, was, after, event)
            return after

        return await act.commit(work)

    async def _put(
        self, unit: Unit, act: Act, was: Promise, after: Promise, event: AuditEvent
    ) -> None:
        await self._store.replace(unit, after, was=was)
        await self._showing.say(unit, after)
        await self._showing.pass_on(unit, act, after, was=was)
        await unit.audit(event)
        steps = after.supervision.steps if after.supervision else ()
        await self._showing.told(unit, act, after, "承诺履行情况有变动", f"：{steps[-1].text}")
