"""Requesting, following and revoking credit reports."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.credit_reports.form import Wording
from domain.credit_reports.ports import Acting, ActingFor, ReportStore, RequireConsent
from domain.credit_reports.reading import AGREEMENT, NotIssued
from domain.credit_reports.reports import (
    ISSUED,
    NUMBER_ALPHABET,
    UNFINISHED,
    CreditReport,
    State,
    make_number,
)
from domain.errors import DomainError, Fault, Invalid, Kind, NotFound, Stale
from domain.pages import Ask, Page
from domain.transactions import SYSTEM, Act, Unit

FETCH = "credit_report.fetch"


class NotForPersons(DomainError):
    """Reports are made for organisations."""

    code = "not_for_persons"
    kind = Kind.FORBIDDEN
    title = "请选择企业"


@dataclass(frozen=True, kw_only=True)
class Requested:
    """The answer to a request: a new report, or the identical one that exists."""

    report: CreditReport
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
    ) -> None:
        self._store = store
        self._acting = acting
        self._require_consent = require_consent
        self._wording = wording
        self._reuse = reuse

    async def request(self, act: Act, *, subject_id: str, purpose: str) -> Requested:
        """Accept a request at once; the report is made after.

        Raises:
            Invalid: no such purpose.
            NotFound: the caller does not act for the subject.
            NotForPersons: the subject is a natural person.
            ConsentRequired: the subject's authorisation is missing.
        """
        if purpose not in self._wording.purposes:
            detail = "请从列表中选择查询用途。"
            raise Invalid([Fault(pointer="/purpose", code="unknown", detail=detail)])
        subject = await self._acting(person_id=act.actor, subject_id=subject_id)
        if subject.uscc is None:
            raise NotForPersons("目前为企业和个体工商户出具报告，请先绑定企业并切换办理身份。")
        consent = await self._require_consent(
            person_id=act.actor, agreement=AGREEMENT, subject_id=subject_id
        )
        report = _asked(act, subject, subject.uscc, purpose=purpose, consent_id=consent.id)

        async def work(unit: Unit) -> Requested:
            known = await self._store.latest(
                person_id=act.actor, subject_id=subject_id, purpose=purpose
            )
            if known is not None and self._serves(known, act.at):
                return Requested(report=known, new=False)
            await self._store.add(unit, report)
            await unit.audit(act.event("credit_report.requested", report.id, purpose=purpose))
            await unit.send(act.message(FETCH, report.id))
            return Requested(report=report, new=True)

        return await act.commit(work)

    async def get(self, *, person_id: str, report_id: str) -> CreditReport:
        """The report's standing, without any credit information.

        Raises:
            NotFound: none of the caller's.
        """
        report = await self._store.get(report_id)
        if report is None or report.person_id != person_id:
            raise NotFound
        return report

    async def of(self, *, person_id: str, subject_id: str | None, ask: Ask) -> Page[CreditReport]:
        """A person's reports, newest first."""
        return await self._store.of(person_id=person_id, subject_id=subject_id, ask=ask)

    async def revoke(self, act: Act, *, report_id: str, reason: str, tag: str) -> CreditReport:
        """Take the paper back: whoever checks it sees that it was revoked.

        Raises:
            NotFound: none of the caller's.
            Stale: it is not as ``tag`` says any more.
            NotIssued: there is no paper, or it is revoked already.
        """
        report = await self.get(person_id=act.actor, report_id=report_id)
        if tag != report.tag(act.at):
            by = "系统" if report.changed_by == SYSTEM else "您本人"
            raise Stale(f"这份报告已被{by}更新，请刷新后再操作。")
        if report.state not in ISSUED or report.state is State.REVOKED:
            raise NotIssued("只有已出具且未作废的报告可以作废。")
        after = report.revoked(now=act.at, reason=reason, by=act.actor)

        async def work(unit: Unit) -> CreditReport:
            await self._store.replace(unit, after, was=report)
            await unit.audit(act.event("credit_report.revoked", report_id))
            return after

        return await act.commit(work)

    def _serves(self, report: CreditReport, now: datetime) -> bool:
        if report.state in UNFINISHED:
            return True
        return report.state_at(now) is State.READY and now - report.requested_at < self._reuse


def _asked(
    act: Act, subject: ActingFor, uscc: str, *, purpose: str, consent_id: str
) -> CreditReport:
    return CreditReport(
        id=act.draw.id(),
        number=make_number(act.at, act.draw.pick(NUMBER_ALPHABET, 8)),
        person_id=act.actor,
        subject_id=subject.id,
        subject_name=subject.name,
        uscc=uscc,
        purpose=purpose,
        consent_id=consent_id,
        requested_at=act.at,
        changed_by=act.actor,
    )
