"""Watching what was reported: told once it is ripe, and told again once nobody may object more.

A message of the outbox sleeps, a day at the longest: so whoever works it, on whatever clock,
finds by the record itself what has been told.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.time import civil_date, day_ends
from domain.transactions import Act, Again, AuditEvent, Unit
from domain.usage_records import moves
from domain.usage_records.ports import UsageStore
from domain.usage_records.records import State, Terms, UsageRecord, objection_until, ripe, ripens_on
from domain.usage_records.telling import Telling
from domain.workdays import Calendar

WATCH = "usage_record.watch"
LONGEST_NAP = timedelta(days=1)
WATCHING = frozenset({State.WATCHED, State.TO_SERVE, State.NOTICED})


class Ripening:
    """What a worker does with the message of a report."""

    def __init__(
        self, *, store: UsageStore, telling: Telling, calendar: Calendar, terms: Terms
    ) -> None:
        self._store = store
        self._telling = telling
        self._calendar = calendar
        self._terms = terms

    async def work(self, act: Act, *, record_id: str) -> Again | None:
        """Tell what has come due, and sleep until the next; nothing once others decide."""
        record = await self._store.get(record_id)
        if record is None or record.state not in WATCHING or record.over_told:
            return None
        if record.state is State.NOTICED:
            return await self._over(act, record)
        if not ripe(record, today=civil_date(act.at), terms=self._terms):
            last = ripens_on(record, self._terms)
            return _nap(day_ends(last) if last else act.at, act.at)
        if await self._telling.reached(act, record.report.whose):
            after = moves.noticed(record, terms=self._terms, calendar=self._calendar, now=act.at)
            event = act.event("usage_record.noticed", record.id)
            await self._save(act, record, after, event, "拟记入用电信用记录，请尽快核对")
        elif record.state is State.WATCHED:
            after = moves.to_serve(record, terms=self._terms, now=act.at)
            event = act.event("usage_record.to_serve", record.id)
            await self._save(act, record, after, event, "")
        return Again(after=LONGEST_NAP)

    async def _over(self, act: Act, record: UsageRecord) -> Again | None:
        """Once the time to object is over for certain, it is told, once."""
        until = objection_until(record, terms=self._terms, calendar=self._calendar)
        if until is None:
            return None
        if until.provisional or civil_date(act.at) <= until.day:
            return _nap(day_ends(until.day), act.at)
        after = replace(record, over_told=True, revision=record.revision + 1)
        title = "用电信用记录异议期限已过"
        event = act.event("usage_record.objection_over", record.id)
        await self._save(act, record, after, event, title)
        return None

    async def _save(
        self, act: Act, was: UsageRecord, after: UsageRecord, event: AuditEvent, title: str
    ) -> None:
        over = after.over_told
        text = "没有收到异议，将提请复核是否进入信用记录。" if over else after.steps[-1].text

        async def work(unit: Unit) -> None:
            await self._store.replace(unit, after, was=was)
            await unit.audit(event)
            if title:
                await self._telling.told(unit, act, after, title, f"{after.title}：{text}")

        await act.commit(work)


def _nap(until: datetime, now: datetime) -> Again:
    return Again(after=max(min(until - now, LONGEST_NAP), timedelta(minutes=1)))
