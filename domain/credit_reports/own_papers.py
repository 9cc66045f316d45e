"""Which credit reports are a person's own data, to be exported with the rest.

A natural person's report is theirs whether or not the authorisation stands: withdrawing it ends
showing to others, not the right to a copy (Personal Information Protection Law, art. 44 to 50).
An enterprise's is the enterprise's: its content is given only while the right to read it stands.
Whoever only requested it keeps the record of having done so.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from domain.consent import Agreement
from domain.credit_reports.ports import ReportStore
from domain.credit_reports.reading import Granted, RightsDesk, entitled
from domain.credit_reports.reports import ISSUED, CreditReport, State
from domain.errors import DomainError
from domain.exports.ports import Grant, IncludedReport
from domain.looks import OWN_DATA, ViewerRole
from domain.pages import MOST, Ask, Page
from domain.subjects.subjects import Duty

NOT_ISSUED = "没有出具，没有内容。"
NOT_YOURS = "企业的报告只在您仍有查看权限时提供内容。"
REVOKED = "报告已作废，不再提供文件，内容见同名的 JSON 文件。"


class PersonsReports(ReportStore, Protocol):
    """Reports, also by who requested them."""

    async def of_person(self, person_id: str, *, ask: Ask) -> Page[CreditReport]:
        """All that a person requested, for whomever, newest first."""


class OwnPapers:
    """The reports a person requested, with the content that is theirs."""

    def __init__(
        self, *, store: PersonsReports, desk: RightsDesk, authorisation: Agreement
    ) -> None:
        self._store = store
        self._desk = desk
        self._authorisation = authorisation

    async def of(self, *, person_id: str, now: datetime) -> AsyncIterator[IncludedReport]:
        """One at a time, so that no more than one paper is in memory."""
        desk = self._rights_at(now)
        async for report in self._all(person_id):
            granted = await desk.grant(report, person_id) is not None
            yield await self._included(report, granted=granted, state=report.state_at(now))

    async def grants(
        self, *, person_id: str, report_ids: Sequence[str], now: datetime
    ) -> Sequence[Grant]:
        """By what right the person has these now; those without are left out."""
        wanted, desk = set(report_ids), self._rights_at(now)
        found = []
        async for report in self._all(person_id):
            grant = await desk.grant(report, person_id) if report.id in wanted else None
            if grant is not None:
                found.append(grant)
        return found

    async def _all(self, person_id: str) -> AsyncIterator[CreditReport]:
        ask: Ask | None = Ask(limit=MOST)
        while ask is not None:
            page = await self._store.of_person(person_id, ask=ask)
            for report in page.items:
                yield report
            ask = Ask(limit=MOST, after=page.next) if page.next else None

    def _rights_at(self, now: datetime) -> "_Rights":
        return _Rights(self._desk, self._authorisation, now)

    async def _included(
        self, report: CreditReport, *, granted: bool, state: State
    ) -> IncludedReport:
        revoked = state is State.REVOKED
        has = granted and state in ISSUED
        return IncludedReport(
            id=report.id,
            number=report.number,
            snapshot=await self._store.snapshot(report.id) if has else None,
            pdf=await self._store.pdf(report.id) if has and not revoked else None,
            note=_note(granted=granted, issued=state in ISSUED, revoked=revoked),
        )


class _Rights:
    """The rights to many reports of one moment: asked for once for each subject and principal."""

    def __init__(self, desk: RightsDesk, authorisation: Agreement, now: datetime) -> None:
        self._desk = desk
        self._authorisation = authorisation
        self._now = now
        self._known: dict[tuple[str, str], Granted | None] = {}

    async def grant(self, report: CreditReport, person_id: str) -> Grant | None:
        """By what right the person has this one now, or None."""
        if report.uscc is None and report.principal_id == person_id:
            return _granted(report, role="self", authority=OWN_DATA)
        if report.state not in ISSUED:
            return None
        key = (report.subject_id, report.principal_id)
        if key not in self._known:
            self._known[key] = await self._ask(report, person_id)
        granted = self._known[key]
        if granted is None:
            return None
        return _granted(report, role=granted.footing.role, authority=granted.consent_id)

    async def _ask(self, report: CreditReport, person_id: str) -> Granted | None:
        rights = await self._desk.rights(session_id="", report_id=report.id)
        if rights is None:
            return None
        try:
            return entitled(
                rights,
                person_id=person_id,
                duty=Duty.READ,
                authorisation=self._authorisation,
                now=self._now,
            )
        except DomainError:
            return None


def _granted(report: CreditReport, *, role: ViewerRole, authority: str) -> Grant:
    return Grant(
        report_id=report.id,
        number=report.number,
        person_id=report.person_id,
        subject_id=report.subject_id,
        about=report.about,
        purpose=report.purpose,
        role=role,
        authority=authority,
    )


def _note(*, granted: bool, issued: bool, revoked: bool) -> str:
    if not issued:
        return NOT_ISSUED
    if not granted:
        return NOT_YOURS
    return REVOKED if revoked else ""
