"""A person's way with usage records: seeing those about oneself or one's enterprise, objecting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.content_checks import Scene, Verdict, refusal
from domain.errors import Fault, Invalid, NotFound
from domain.pages import Ask, Page
from domain.subjects.subjects import Duty, NotVerified, OutOfScope, Subject
from domain.time import civil_date
from domain.transactions import Act, Unit
from domain.usage_records import moves
from domain.usage_records.ports import Acting, Checks, IdentityOf, UsageStore
from domain.usage_records.records import State, Terms, UsageRecord, objection_until, ripens_on
from domain.usage_records.telling import Telling, is_same
from domain.workdays import Calendar, Deadline

# An agent for reports or for electricity; a helper who may read.
SEE = (Duty.READ, Duty.ELECTRICITY)
OBJECT = (Duty.OBJECT, Duty.ELECTRICITY)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A record as whom it is about sees it: with its clocks, and whether objecting is open."""

    record: UsageRecord
    ripens_on: date | None
    object_by: Deadline | None
    may_object: bool


class Following:
    """What is about nobody the caller acts for is not found."""

    def __init__(
        self,
        *,
        store: UsageStore,
        acting: Acting,
        identity_of: IdentityOf,
        checks: Checks,
        telling: Telling,
        calendar: Calendar,
        terms: Terms,
    ) -> None:
        self._store = store
        self._acting = acting
        self._identity_of = identity_of
        self._checks = checks
        self._telling = telling
        self._calendar = calendar
        self._terms = terms

    async def of(self, *, person_id: str, subject_id: str, ask: Ask, now: datetime) -> Page[Shown]:
        """Those about a subject, newest first.

        Raises:
            NotFound, OutOfScope: the caller does not act for the subject, or not in this.
            NotVerified: for a natural person, before the real name is proven.
        """
        subject = await self._subject(person_id, subject_id, now)
        number = subject.uscc or await self._id_number(subject)
        page = await self._store.of_whose(number, ask=ask)
        mine = [one for one in page.items if await self._concerns(subject, one)]
        return Page(items=tuple(self.show(one, now) for one in mine), next=page.next)

    async def get(self, *, person_id: str, record_id: str, now: datetime) -> Shown:
        """One of them.

        Raises:
            NotFound, OutOfScope: the caller acts for nobody it is about, or not in this.
        """
        return self.show(await self._theirs(person_id, record_id, SEE, now), now)

    async def object_to(self, act: Act, *, record_id: str, reason: str) -> Shown:
        """Object to what is to enter the record, once, while there is time.

        Raises:
            NotFound, OutOfScope: as for ``get``.
            Invalid: WeChat finds the reason risky. One it cannot judge now is taken.
            Conflict: it was objected to, or the time for it is over.
        """
        was = await self._theirs(act.actor, record_id, OBJECT, act.at)
        after = moves.objected(
            was,
            reason=reason,
            by=act.actor,
            terms=self._terms,
            calendar=self._calendar,
            now=act.at,
        )
        scene = Scene.COMMENT
        judged = await self._checks.text(person_id=act.actor, text=reason, scene=scene)
        if judged.verdict is Verdict.RISKY:
            detail = refusal(judged, what="异议理由")
            raise Invalid([Fault(pointer="/reason", code="risky_content", detail=detail)])

        async def work(unit: Unit) -> Shown:
            await self._store.replace(unit, after, was=was)
            await self._checks.keep(
                unit, act, object_id=was.id, text=reason, scene=scene, judged=judged
            )
            await unit.audit(act.event("usage_record.objected", was.id))
            text = f"{after.title}：{after.steps[-1].text}"
            await self._telling.told(unit, act, after, "用电信用记录有变动", text)
            return self.show(after, act.at)

        return await act.commit(work)

    def show(self, record: UsageRecord, now: datetime) -> Shown:
        """With its clocks."""
        until = objection_until(record, terms=self._terms, calendar=self._calendar)
        in_time = until is not None and civil_date(now) <= until.day
        return Shown(
            record=record,
            ripens_on=ripens_on(record, self._terms),
            object_by=until,
            may_object=record.state is State.NOTICED and in_time,
        )

    async def _theirs(
        self, person_id: str, record_id: str, duties: Sequence[Duty], now: datetime
    ) -> UsageRecord:
        record = await self._store.get(record_id)
        if record is None:
            raise NotFound
        rights = [
            one
            for one in await self._acting.of(person_id=person_id, now=now)
            if one.holds(now) and await self._concerns(one, record)
        ]
        if not rights:
            raise NotFound
        if not any(one.may(duty) for one in rights for duty in duties):
            raise OutOfScope
        return record

    async def _subject(self, person_id: str, subject_id: str, now: datetime) -> Subject:
        for one in await self._acting.of(person_id=person_id, now=now):
            if one.id == subject_id and one.holds(now):
                if not any(one.may(duty) for duty in SEE):
                    raise OutOfScope
                return one
        raise NotFound

    async def _concerns(self, subject: Subject, record: UsageRecord) -> bool:
        whose = record.report.whose
        if subject.uscc is not None or whose.uscc:
            return subject.uscc == whose.uscc
        identity = await self._identity_of(subject.principal_person)
        if identity is None:
            return False
        if record.holder:
            # Their name left with their account; that of somebody else stayed.
            return not whose.name and record.holder == self._store.holder_of(identity.id_number)
        return is_same(whose, identity)

    async def _id_number(self, subject: Subject) -> str:
        identity = await self._identity_of(subject.principal_person)
        if identity is None:
            raise NotVerified
        return identity.id_number
