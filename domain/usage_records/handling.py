"""What staff do with usage records: the supplier's clerk reports, somebody else decides."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from domain.errors import Invalid, NotFound, Stale
from domain.pages import Ask, Page
from domain.time import civil_date
from domain.transactions import Act, AuditEvent, Conflict, Unit
from domain.usage_records import moves
from domain.usage_records.contributing import KIND
from domain.usage_records.ports import HandOver, UsageStore
from domain.usage_records.records import STANDING, State, Terms, UsageRecord
from domain.usage_records.reports import Report, faults_of, normal
from domain.usage_records.ripening import WATCH
from domain.usage_records.telling import Telling
from domain.workdays import Calendar


class Handling:
    """Each move against the state that was seen, told to whom it is about once they know of it.

    A ``tag`` of None, as from the supplier's own system, means the record as it is now.
    """

    def __init__(
        self,
        *,
        store: UsageStore,
        telling: Telling,
        hand_over: HandOver,
        calendar: Calendar,
        terms: Terms,
    ) -> None:
        self._store = store
        self._telling = telling
        self._hand_over = hand_over
        self._calendar = calendar
        self._terms = terms

    async def all(self, states: Iterable[State], *, ask: Ask) -> Page[UsageRecord]:
        """Those in one of these states, what changed last first."""
        return await self._store.in_state(states, ask=ask)

    async def get(self, reference: str) -> UsageRecord:
        """By the reference of the supplier.

        Raises:
            NotFound: there is none.
        """
        record = await self._store.by_reference(reference)
        if record is None:
            raise NotFound("没有这个编号的用电信用记录。")
        return record

    # -- the supplier ----------------------------------------------------------

    async def report(self, act: Act, *, report: Report) -> UsageRecord:
        """Take a report; the same under the same reference is the same record again.

        Raises:
            Invalid: every faulty field is named.
            Conflict: another report has this reference.
        """
        today = civil_date(act.at)
        wanted = normal(report, today=today)
        faults = faults_of(wanted, today=today)
        if faults:
            raise Invalid(faults)
        record = moves.taken(
            wanted, record_id=act.draw.id(), by=act.actor, terms=self._terms, now=act.at
        )

        async def work(unit: Unit) -> UsageRecord:
            there = await self._store.by_reference(wanted.reference)
            if there is not None:
                return _the_same(there, wanted)
            await self._store.add(unit, record)
            await unit.audit(act.event("usage_record.reported", record.id, kind=wanted.kind.value))
            if record.state is State.WATCHED:
                await unit.send(act.message(WATCH, record.id))
            return record

        return await act.commit(work)

    async def pay(self, act: Act, *, reference: str, tag: str | None, on: date) -> UsageRecord:
        """The arrears were paid; raises Stale, Conflict, Invalid."""
        was = await self._seen(reference, tag)
        after = moves.paid(was, on=on, now=act.at)
        return await self._save(act, was, after, act.event("usage_record.paid", was.id))

    async def justify(
        self, act: Act, *, reference: str, tag: str | None, excuse: str
    ) -> UsageRecord:
        """There is a proper reason; raises Stale, Conflict."""
        was = await self._seen(reference, tag)
        after = moves.justified(was, excuse=excuse, now=act.at)
        return await self._save(act, was, after, act.event("usage_record.justified", was.id))

    async def withdraw(
        self, act: Act, *, reference: str, tag: str | None, reason: str
    ) -> UsageRecord:
        """The supplier takes its report back; raises Stale, Conflict."""
        was = await self._seen(reference, tag)
        after = moves.withdrawn(was, reason=reason, now=act.at)
        return await self._save(act, was, after, act.event("usage_record.withdrawn", was.id))

    async def serve(
        self, act: Act, *, reference: str, tag: str | None, proof: str, on: date
    ) -> UsageRecord:
        """It was told on paper, which this document proves; raises Stale, Conflict, Invalid."""
        was = await self._seen(reference, tag)
        after = moves.served(
            was, proof=proof, on=on, terms=self._terms, calendar=self._calendar, now=act.at
        )
        return await self._save(act, was, after, act.event("usage_record.served", was.id))

    async def propose(self, act: Act, *, reference: str, tag: str | None) -> UsageRecord:
        """To be entered; raises Stale, Conflict."""
        was = await self._seen(reference, tag)
        after = moves.proposed(
            was, by=act.actor, terms=self._terms, calendar=self._calendar, now=act.at
        )
        return await self._save(act, was, after, act.event("usage_record.entry_proposed", was.id))

    async def propose_revocation(
        self, act: Act, *, reference: str, tag: str | None, reason: str
    ) -> UsageRecord:
        """An entry is wrong, it is said; raises Stale, Conflict."""
        was = await self._seen(reference, tag)
        after = moves.revocation_proposed(was, reason=reason, by=act.actor, now=act.at)
        return await self._save(
            act, was, after, act.event("usage_record.revocation_proposed", was.id)
        )

    # -- the checker -----------------------------------------------------------

    async def decide(
        self, act: Act, *, reference: str, tag: str, upheld: bool, answer: str
    ) -> UsageRecord:
        """Decide an objection; raises Stale, Conflict."""
        was = await self._seen(reference, tag)
        after = moves.decided(was, upheld=upheld, answer=answer, by=act.actor, now=act.at)
        return await self._save(
            act, was, after, act.event("usage_record.objection_decided", was.id)
        )

    async def enter(self, act: Act, *, reference: str, tag: str) -> UsageRecord:
        """Enter what another proposed; raises Stale, Conflict."""
        was = await self._seen(reference, tag)
        after = moves.entered(was, by=act.actor, terms=self._terms, now=act.at)
        return await self._save(act, was, after, act.event("usage_record.entered", was.id))

    async def give_back(self, act: Act, *, reference: str, tag: str, reason: str) -> UsageRecord:
        """Do not enter what another proposed; raises Stale, Conflict."""
        was = await self._seen(reference, tag)
        after = moves.returned(was, reason=reason, by=act.actor, now=act.at)
        return await self._save(act, was, after, act.event("usage_record.entry_returned", was.id))

    async def revoke(self, act: Act, *, reference: str, tag: str) -> UsageRecord:
        """Take back what another said is wrong; raises Stale, Conflict."""
        was = await self._seen(reference, tag)
        after = moves.revoked(was, by=act.actor, now=act.at)
        return await self._save(act, was, after, act.event("usage_record.revoked", was.id))

    async def keep(self, act: Act, *, reference: str, tag: str, reason: str) -> UsageRecord:
        """The entry stands; raises Stale, Conflict."""
        was = await self._seen(reference, tag)
        after = moves.kept(was, reason=reason, by=act.actor, now=act.at)
        return await self._save(act, was, after, act.event("usage_record.entry_kept", was.id))

    async def _seen(self, reference: str, tag: str | None) -> UsageRecord:
        record = await self.get(reference)
        if tag is not None and record.tag != tag:
            raise Stale("这条记录刚刚有了变动，请刷新后再操作。")
        return record

    async def _save(
        self, act: Act, was: UsageRecord, after: UsageRecord, event: AuditEvent
    ) -> UsageRecord:
        async def work(unit: Unit) -> UsageRecord:
            await self._put(unit, act, was, after, event)
            return after

        return await act.commit(work)

    async def _put(
        self, unit: Unit, act: Act, was: UsageRecord, after: UsageRecord, event: AuditEvent
    ) -> None:
        await self._store.replace(unit, after, was=was)
        await unit.audit(event)
        if after.notice is not None:
            text = f"{after.title}：{after.steps[-1].text}"
            await self._telling.told(unit, act, after, "用电信用记录有变动", text)
        if STANDING & {was.state, after.state}:
            await self._hand_over(unit, act, kind=KIND, thing_id=after.id, version=after.revision)


def _the_same(there: UsageRecord, wanted: Report) -> UsageRecord:
    """Whose it is, is not compared once the record names nobody any more."""
    if there.holder:
        wanted = replace(wanted, whose=there.report.whose)
    if there.report != wanted:
        raise Conflict(f"编号 {wanted.reference} 已经报送过，内容与这次不同。")
    return there
