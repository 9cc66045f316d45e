"""Requesting, following and revoking credit reports."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.credit_reports.forms.editions import Asked, Choice, For, choose
from domain.credit_reports.forms.wording import Wording
from domain.credit_reports.ports import Acting, Annotations, ReportStore, RequireConsent
from domain.credit_reports.reading import AGREEMENT, NotIssued
from domain.credit_reports.reports import (
    ISSUED,
    NUMBER_ALPHABET,
    UNFINISHED,
    CreditReport,
    State,
    changed_by,
    make_number,
)
from domain.errors import NotFound, Stale
from domain.pages import Ask, Page
from domain.subjects.subjects import Duty, Footing, NotVerified, Subject
from domain.time import civil_date
from domain.transactions import Act, Unit

FETCH = "credit_report.fetch"


@dataclass(frozen=True, kw_only=True)
class Held:
    """A report, by what right the caller has to do with it, and a note of standing objections."""

    report: CreditReport
    footing: Footing
    note: str


@dataclass(frozen=True, kw_only=True)
class Requested:
    """The answer to a request: a new report, or the identical one that exists."""

    held: Held
    new: bool


class CreditReports:
    """One person's way with their reports; a report that is not theirs is not found."""

    def __init__(
        self,
        *,
        store: ReportStore,
        acting: Acting,
        require_consent: RequireConsent,
        wording: Wording,
        reuse: timedelta,
        annotations: Annotations,
    ) -> None:
        self._store = store
        self._acting = acting
        self._require_consent = require_consent
        self._wording = wording
        self._reuse = reuse
        self._annotations = annotations

    async def request(self, act: Act, *, subject_id: str, asked: Asked) -> Requested:
        """Accept a request at once; the report is made after.

        Raises:
            Invalid: no such purpose or edition, or not for this subject, period or fields.
            NotFound: the caller does not act for the subject.
            OutOfScope: the caller's scope does not cover this.
            NotVerified: for oneself, before the real name is proven.
            ConsentRequired: the subject's authorisation is missing.
        """
        subject = await self._acting.require(
            person_id=act.actor, subject_id=subject_id, duty=Duty.REQUEST, now=act.at
        )
        if not subject.name:
            raise NotVerified
        whose: For = "enterprise" if subject.uscc else "self"
        choice = choose(self._wording, asked, subject=whose, today=civil_date(act.at))
        consent = await self._require_consent(
            person_id=subject.principal_person,
            agreement=AGREEMENT,
            subject_id=subject.principal_id,
        )
        report = _asked(act, subject, choice, consent_id=consent.id)
        note = await self._note(report)

        async def work(unit: Unit) -> Requested:
            known = await self._store.latest(report)
            if known is not None and await self._serves(known, act.at):
                return Requested(held=Held(report=known, footing=subject, note=note), new=False)
            await self._store.add(unit, report)
            await unit.audit(
                act.event(
                    "credit_report.requested",
                    report.id,
                    purpose=choice.purpose,
                    role=subject.role,
                    principal=subject.principal_id,
                )
            )
            await unit.send(act.message(FETCH, report.id))
            return Requested(held=Held(report=report, footing=subject, note=note), new=True)

        return await act.commit(work)

    async def get(
        self, *, person_id: str, report_id: str, now: datetime, duty: Duty = Duty.FOLLOW
    ) -> Held:
        """The report's standing, without any credit information.

        Raises:
            NotFound: the caller has nothing to do with it.
            OutOfScope: the caller's scope does not cover this.
        """
        report = await self._store.get(report_id)
        if report is None:
            raise NotFound
        footing = await self._acting.footing(
            person_id=person_id,
            subject_id=report.subject_id,
            principal_id=report.principal_id,
            duty=duty,
            now=now,
        )
        return Held(report=report, footing=footing, note=await self._note(report))

    async def of(
        self, *, person_id: str, subject_id: str | None, now: datetime, ask: Ask
    ) -> Page[Held]:
        """Reports, newest first: all of a principal, an agent's own, or all the caller requested.

        Raises:
            NotFound: not the caller's subject.
            OutOfScope: the caller's scope does not cover this.
        """
        if subject_id is None:
            standing = {
                one.id: one
                for one in await self._acting.of(person_id=person_id, now=now)
                if one.holds(now) and one.may(Duty.FOLLOW)
            }
            page = await self._store.requested(
                person_id=person_id, subject_ids=list(standing), ask=ask
            )
            return await self._held(page, standing)
        subject = await self._acting.require(
            person_id=person_id, subject_id=subject_id, duty=Duty.FOLLOW, now=now
        )
        if subject.role == "agent":
            page = await self._store.requested(
                person_id=person_id, subject_ids=[subject.id], ask=ask
            )
        else:
            page = await self._store.of_principal(subject.principal_id, ask=ask)
        return await self._held(page, {}, subject)

    async def revoke(self, act: Act, *, report_id: str, reason: str, tag: str) -> Held:
        """Take the paper back: whoever checks it sees that it was revoked.

        Raises:
            NotFound: none of the caller's.
            OutOfScope: the caller's scope does not cover this.
            Stale: it is not as ``tag`` says any more.
            NotIssued: there is no paper, or it is revoked already.
        """
        held = await self.get(
            person_id=act.actor, report_id=report_id, now=act.at, duty=Duty.REVOKE
        )
        report = held.report
        if tag != report.tag(act.at):
            by = changed_by(report, act.actor)
            raise Stale(f"这份报告已被{by}更新，请刷新后再操作。")
        if report.state not in ISSUED or report.state is State.REVOKED:
            raise NotIssued("只有已出具且未作废的报告可以作废。")
        after = report.revoked(now=act.at, reason=reason, by=act.actor)

        async def work(unit: Unit) -> Held:
            await self._store.replace(unit, after, was=report)
            await unit.audit(act.event("credit_report.revoked", report_id, role=held.footing.role))
            return replace(held, report=after)

        return await act.commit(work)

    async def _note(self, report: CreditReport) -> str:
        return (await self._annotations.notes([report.about])).get(report.about, "")

    async def _held(
        self, page: Page[CreditReport], among: Mapping[str, Footing], one: Footing | None = None
    ) -> Page[Held]:
        notes = await self._annotations.notes([report.about for report in page.items])
        return Page(
            items=tuple(
                Held(
                    report=report,
                    footing=one or among[report.subject_id],
                    note=notes.get(report.about, ""),
                )
                for report in page.items
            ),
            next=page.next,
        )

    async def _serves(self, report: CreditReport, now: datetime) -> bool:
        """Whether it says what a new one would: no objection was raised or decided since."""
        if report.state in UNFINISHED:
            return True
        if report.state_at(now) is not State.READY or now - report.requested_at >= self._reuse:
            return False
        return not await self._annotations.changed_since(report.about, report.requested_at)


def _asked(act: Act, subject: Subject, choice: Choice, *, consent_id: str) -> CreditReport:
    return CreditReport(
        id=act.draw.id(),
        number=make_number(act.at, act.draw.pick(NUMBER_ALPHABET, 8)),
        person_id=act.actor,
        subject_id=subject.id,
        principal_id=subject.principal_id,
        subject_name=subject.name,
        uscc=subject.uscc,
        purpose=choice.purpose,
        edition=choice.edition,
        period=choice.period,
        fields=choice.fields,
        consent_id=consent_id,
        requested_at=act.at,
        changed_by=act.actor,
    )
