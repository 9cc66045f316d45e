"""What clerks do with cases: one compares the document, another releases, each told to the person.

Staff never sign and never act for anybody: a release proves who the person is, and nothing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from domain.counter.cases import (
    ENDING,
    TO_CONFIRM,
    CaseKind,
    CaseState,
    CounterCase,
    Terms,
    ending_fits,
    release_until,
)
from domain.counter.ports import CaseStore, Released
from domain.errors import Fault, Invalid, NotFound, Stale
from domain.transactions import Act, Again, AuditEvent, NoticeKind, Tell, Unit
from domain.workdays import Calendar

EXPIRE = "counter.expire"
LONGEST_NAP = timedelta(days=1)
TITLE = "窗口业务有进展"
LINKS: Mapping[CaseKind, str] = {CaseKind.IDENTITY: "/counter", CaseKind.SIGNING: "/promises/{}"}


class Clerks:
    """The counter from behind; ``released`` is what a release of each kind does."""

    def __init__(
        self,
        *,
        store: CaseStore,
        released: Mapping[CaseKind, Released],
        tell: Tell,
        calendar: Calendar,
        terms: Terms,
    ) -> None:
        self._store = store
        self._released = released
        self._tell = tell
        self._calendar = calendar
        self.terms = terms

    async def waiting(self, states: Sequence[CaseState]) -> Sequence[CounterCase]:
        """Cases in these states, oldest first, at most 100."""
        return await self._store.in_state(states)

    async def to_release(self, *, staff_id: str) -> Sequence[CounterCase]:
        """Confirmed by somebody else than this clerk."""
        return [
            case
            for case in await self._store.in_state([CaseState.CONFIRMED])
            if case.confirmation and case.confirmation.by != staff_id
        ]

    async def get(self, number: str) -> CounterCase:
        """By its number.

        Raises:
            NotFound: there is none.
        """
        case = await self._store.by_number(number)
        if case is None:
            raise NotFound("没有这个窗口业务编号。")
        return case

    async def confirm(
        self, act: Act, *, number: str, tag: str, named: str, document: str, ending: str, note: str
    ) -> CounterCase:
        """This document was shown, and its number ends as the number given; recorded either way.

        Raises:
            NotFound, Stale, Conflict: no such case, or not as it was seen, or not in this state.
            Invalid: the document is none that is taken, or its number ends otherwise.
        """
        was = await self._seen(number, tag)
        until = release_until(self.terms, self._calendar, now=act.at)
        after = was.confirmed(
            by=act.actor, named=named, document=document, note=note, until=until, now=act.at
        )
        if document not in self.terms.documents:
            detail = "“出示的证件”不在可选范围内。"
            raise Invalid([Fault(pointer="/document", code="document", detail=detail)])
        if not ending_fits(was, ending):
            event = act.event("counter_case.mismatched", was.id, document=document)
            await act.record(lambda unit: unit.audit(event))
            detail = f"证件号码的最后 {ENDING} 位与当事人填写的不一致，请核对证件。"
            raise Invalid([Fault(pointer="/ending", code="ending", detail=detail)])

        async def work(unit: Unit) -> CounterCase:
            event = act.event("counter_case.confirmed", was.id, document=document)
            await self._put(unit, act, after, event, was=was)
            await unit.send(act.message(EXPIRE, was.id))
            return after

        return await act.commit(work)

    async def release(self, act: Act, *, number: str, tag: str, named: str) -> CounterCase:
        """Another clerk agrees: the person's identity is proven, for a name or for one signing.

        Raises:
            NotFound, Stale, Conflict: as for ``confirm``; or what it is to prove stands no more.
        """
        was = await self._seen(number, tag)
        was.require_releasable(by=act.actor, named=named, now=act.at)
        good_until = act.at + self.terms.signing_lasts if was.kind is CaseKind.SIGNING else None
        ready = replace(was, good_until=good_until)

        async def work(unit: Unit) -> CounterCase:
            led_to = await self._released[was.kind](unit, act, ready)
            after = ready.released(by=act.actor, named=named, led_to=led_to, now=act.at)
            event = act.event("counter_case.released", was.id, kind=was.kind.value)
            await self._put(unit, act, after, event, was=was)
            return after

        return await act.commit(work)

    async def give_back(self, act: Act, *, number: str, tag: str, reason: str) -> CounterCase:
        """Another clerk wants the document compared again; raises NotFound, Stale, Conflict."""
        was = await self._seen(number, tag)
        after = was.returned(by=act.actor, reason=reason, now=act.at)
        return await self._save(act, was, after, act.event("counter_case.returned", was.id))

    async def refuse(self, act: Act, *, number: str, tag: str, reason: str) -> CounterCase:
        """It ends without proof; raises NotFound, Stale, Conflict."""
        was = await self._seen(number, tag)
        after = was.refused(by=act.actor, reason=reason, now=act.at)
        return await self._save(act, was, after, act.event("counter_case.refused", was.id))

    async def expire(self, act: Act, *, case_id: str) -> Again | None:
        """What a worker does with a confirmation: open again what nobody released in time."""
        case = await self._store.get(case_id)
        seen = case.confirmation if case else None
        if case is None or seen is None or case.state is not CaseState.CONFIRMED:
            return None
        if act.at < seen.until:
            return Again(after=min(seen.until - act.at, LONGEST_NAP))
        event = act.event("counter_case.expired", case.id)
        await self._save(act, case, case.expired(now=act.at), event)
        return None

    async def _seen(self, number: str, tag: str) -> CounterCase:
        case = await self.get(number)
        if case.tag != tag:
            raise Stale("这件窗口业务刚刚有了变动，请刷新后再操作。")
        return case

    async def _save(
        self, act: Act, was: CounterCase, after: CounterCase, event: AuditEvent
    ) -> CounterCase:
        async def work(unit: Unit) -> CounterCase:
            await self._put(unit, act, after, event, was=was)
            return after

        return await act.commit(work)

    async def _put(
        self, unit: Unit, act: Act, after: CounterCase, event: AuditEvent, *, was: CounterCase
    ) -> None:
        await self._store.replace(unit, after, was=was)
        await unit.audit(event)
        await self._tell(
            unit,
            act,
            person_id=after.person_id,
            title=TITLE,
            text=f"业务编号 {after.number}（{after.kind.label}）：{after.steps[-1].text}",
            link=LINKS[after.kind].format(after.object_id),
            kind=NoticeKind.ACCOUNT if after.kind is CaseKind.IDENTITY else NoticeKind.PROMISE,
        )


def queue(*, confirming: bool, releasing: bool) -> Sequence[CaseState]:
    """What is of use to somebody with these rights, as they come to the counter."""
    states = sorted(TO_CONFIRM, key=list(CaseState).index) if confirming else []
    return [*states, CaseState.CONFIRMED] if releasing or not states else states
