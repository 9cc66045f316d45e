"""Supervision by the office: each move against the state that was seen, told to the promisor."""

from collections.abc import Iterable

from domain.errors import NotFound, Stale
from domain.pages import Ask, Page
from domain.promises import performance
from domain.promises.drafting import Drafts
from domain.promises.performance import Terms
from domain.promises.ports import PromiseStore
from domain.promises.promises import Promise, State
from domain.promises.showing import Showing
from domain.promises.shown import Shown
from domain.promises.supervision import Degree
from domain.transactions import Act, AuditEvent, Unit
from domain.workdays import Calendar

SUPERVISED = tuple(state for state in State if state is not State.DRAFT)


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

    async def keep(self, act: Act, *, code: str, tag: str) -> Promise:
        """It was performed in full; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.kept(was, now=act.at)
        return await self._save(act, was, after, act.event("promise.kept", was.id))

    async def propose(
        self, act: Act, *, code: str, tag: str, degree: Degree, unperformed: str
    ) -> Promise:
        """Propose to find it broken, with what its text says follows; raises Stale, Conflict."""
        was = await self._seen(code, tag)
        after = performance.proposed(
            was,
            degree=degree,
            unperformed=unperformed,
            consequence=self._drafts.template(was.template).consequence,
            by=act.actor,
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
        event = act.event("promise.breach_objected", was.id)

        async def work(unit: Unit) -> Shown:
            await self._put(unit, act, was, after, event)
            return self._drafts.show(after)

        return await act.commit(work)

    async def _seen(self, code: str, tag: str) -> Promise:
        promise = await self.get(code)
        if promise.tag != tag:
            raise Stale("这份承诺刚刚有了变动，请刷新后再操作。")
        return promise

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
        await unit.audit(event)
        steps = after.supervision.steps if after.supervision else ()
        await self._showing.told(unit, act, after, "承诺履行情况有变动", f"：{steps[-1].text}")
