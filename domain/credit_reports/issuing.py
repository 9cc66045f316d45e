"""Making an accepted report: ask the platform, set the paper, issue it, once.

An outage never loses a request: the report is delayed and asked for again, ever more rarely,
until a limit after which it fails with a sentence the person can act on.
"""

from datetime import timedelta
from typing import Protocol

from domain.consent import ConsentRequired
from domain.credit_reports.forms.editions import build, counts_in
from domain.credit_reports.forms.wording import Wording
from domain.credit_reports.ports import (
    Acting,
    Annotations,
    HoldConsent,
    ReportStore,
    RequireConsent,
)
from domain.credit_reports.raising import RAISE
from domain.credit_reports.reading import AGREEMENT
from domain.credit_reports.reports import (
    UNFINISHED,
    CreditReport,
    Issue,
    State,
)
from domain.errors import NotFound, Stale, Unavailable
from domain.papers import Papers
from domain.sources import CreditSource, PlatformReport
from domain.subjects.subjects import (
    Actors,
    Duty,
    NotInBusiness,
    NotRepresentative,
    OutOfScope,
    Subject,
)
from domain.timestamps import TimeStamp
from domain.transactions import Act, Again, NoticeKind, Tell, Unit, ever_more_rarely

GIVE_UP_AFTER = timedelta(days=3)
RIGHT_ENDED = "授权已撤回或企业已解除绑定，申请已终止。"
REPLACED = "登记信息显示法定代表人已变更或企业已注销，企业绑定已解除，申请已终止。"


class RightEnded(Exception):
    """The right behind a report ended just before it would have been issued."""


class Canonical(Protocol):
    """RFC 8785 bytes of a snapshot."""

    def __call__(self, snapshot: dict[str, object], /) -> bytes:
        """Canonical JSON, UTF-8."""


class Issuing:
    """What a worker does with one fetch message."""

    def __init__(
        self,
        *,
        store: ReportStore,
        acting: Acting,
        people: Actors,
        require_consent: RequireConsent,
        hold_consent: HoldConsent,
        source: CreditSource,
        papers: Papers,
        canonical: Canonical,
        wording: Wording,
        annotations: Annotations,
        tell: Tell,
    ) -> None:
        self._store = store
        self._acting = acting
        self._people = people
        self._require_consent = require_consent
        self._hold_consent = hold_consent
        self._source = source
        self._papers = papers
        self._canonical = canonical
        self._wording = wording
        self._annotations = annotations
        self._tell = tell

    async def work(self, act: Act, *, report_id: str, attempt: int) -> Again | None:
        """Bring one report forward; ``Again`` when the platform did not serve this time.

        ``act.commit`` is fenced: it commits only while this worker holds the message. A right
        that ends meanwhile ends before the report is issued, which then never is, or after; a
        report that was ended meanwhile stays as it is.
        """
        report = await self._store.get(report_id)
        if report is None or report.state not in UNFINISHED:
            return None
        try:
            return await self._make(act, report, attempt)
        except Stale:
            found = await self._store.get(report_id)
            if found is None or found.state not in UNFINISHED:
                return None
            raise

    async def _make(self, act: Act, report: CreditReport, attempt: int) -> Again | None:
        report = await self._save(act, report, report.fetching())
        if await self._wanted(act, report) is None:
            await self._save(act, report, report.failed(RIGHT_ENDED))
            return None
        try:
            said = await self._said(act, report)
        except Unavailable as outage:
            return await self._not_served(act, report, outage, attempt)
        except (NotFound, NotRepresentative, NotInBusiness):
            await self._save(act, report, report.failed(REPLACED if report.uscc else RIGHT_ENDED))
            return None
        # Asked again: the platform may have taken its time, and the right have ended meanwhile.
        subject = await self._wanted(act, report)
        if subject is None:
            await self._save(act, report, report.failed(RIGHT_ENDED))
            return None
        try:
            await self._issue(act, report, said, subject)
        except RightEnded:
            await self._save(act, report, report.failed(RIGHT_ENDED))
        return None

    async def _said(self, act: Act, report: CreditReport) -> PlatformReport:
        if report.uscc is None:
            identity = (await self._people.get(report.principal_id)).identity
            if identity is None:
                raise NotFound
            return await self._source.fetch_person(
                name=identity.name, id_number=identity.id_number, request_id=report.id
            )
        await self._acting.match_again(act, principal_id=report.principal_id)
        return await self._source.fetch_sections(report.uscc, request_id=report.id)

    async def _wanted(self, act: Act, report: CreditReport) -> Subject | None:
        """The subject, while the person acts for it and its authorisation stands."""
        try:
            subject = await self._acting.require(
                person_id=report.person_id,
                subject_id=report.subject_id,
                duty=Duty.REQUEST,
                now=act.at,
            )
            await self._require_consent(
                person_id=subject.principal_person,
                agreement=AGREEMENT,
                subject_id=subject.principal_id,
            )
        except (NotFound, OutOfScope, ConsentRequired):
            return None
        return subject

    async def _not_served(
        self, act: Act, report: CreditReport, outage: Unavailable, attempt: int
    ) -> Again | None:
        if outage.permanent:
            await self._save(act, report, report.failed(outage.detail))
            return None
        if act.at - report.requested_at >= GIVE_UP_AFTER:
            await self._save(
                act, report, report.failed("市公共信用信息平台连续三天没有响应，请重新申请。")
            )
            return None
        await self._save(act, report, report.delayed())
        return ever_more_rarely(attempt)

    async def _issue(
        self, act: Act, report: CreditReport, said: PlatformReport, subject: Subject
    ) -> None:
        annotations = await self._annotations.of(report.about)
        snapshot = build(report, said, self._wording, annotations)
        printed = await self._papers.make(act, snapshot=snapshot, number=report.number)
        paper = printed.paper
        issue = Issue(
            at=act.at,
            expires_at=report.requested_at + self._wording.texts[report.edition].validity,
            pages=paper.pages,
            boxed=paper.boxed,
            file_sha256=paper.sha256,
            canonical_sha256=paper.canonical_sha256,
            code_hash=printed.code_hash,
            check_hash=printed.check_hash,
            counts=counts_in(snapshot),
            sample=bool(snapshot["sample"]),
            time_stamp=paper.time_stamp,
        )
        after = report.issued(issue)
        canonical = self._canonical(snapshot)

        async def work(unit: Unit) -> None:
            if not await self._still(unit, subject):
                raise RightEnded
            await self._put_out(unit, act, after, issue, was=report)
            await self._store.keep(unit, report_id=report.id, snapshot=canonical, pdf=paper.pdf)
            await self._tell_done(unit, act, after)

        await act.commit(work)

    async def _still(self, unit: Unit, subject: Subject) -> bool:
        """Whether the authorisation stands, until this commits."""
        return await self._hold_consent(
            unit,
            person_id=subject.principal_person,
            agreement=AGREEMENT,
            subject_id=subject.principal_id,
        )

    async def _put_out(
        self, unit: Unit, act: Act, after: CreditReport, issue: Issue, *, was: CreditReport
    ) -> None:
        await self._store.replace(unit, after, was=was)
        for earlier in await self._store.ready_before(after):
            await self._store.replace(unit, earlier.superseded(after), was=earlier)
            await unit.audit(act.event("credit_report.superseded", earlier.id))
        if issue.time_stamp is TimeStamp.PENDING:
            await unit.send(act.message(RAISE, after.id))
        await unit.audit(
            act.event(
                "credit_report.issued",
                after.id,
                canonical=issue.canonical_sha256,
                time_stamp=issue.time_stamp.value,
            )
        )

    async def _save(self, act: Act, was: CreditReport, after: CreditReport) -> CreditReport:
        async def work(unit: Unit) -> CreditReport:
            await self._store.replace(unit, after, was=was)
            await unit.audit(act.event(f"credit_report.{after.state.value}", after.id))
            if after.state is State.FAILED:
                await self._tell_done(unit, act, after)
            return after

        return await act.commit(work)

    async def _tell_done(self, unit: Unit, act: Act, report: CreditReport) -> None:
        """Who asked for it has left the page long since, when the platform took its time."""
        failed = report.state is State.FAILED
        await self._tell(
            unit,
            act,
            kind=NoticeKind.REPORT_FAILED if failed else NoticeKind.REPORT_READY,
            person_id=report.person_id,
            title="信用报告未能出具" if failed else "信用报告已出具",
            text=f"报告 {report.number}：{report.reason}"
            if failed
            else f"报告 {report.number} 已出具，可查看、下载和分享。",
            link="/reports" if failed else f"/reports/{report.id}",
        )
