"""Credit reports: request, standing, content, file, revocation."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from domain.credit_reports.forms.editions import EDITIONS, Asked
from domain.credit_reports.ports import FileAddress
from domain.credit_reports.reports import Period, state_text
from domain.credit_reports.service import Held, Requested
from domain.identifiers import mask_name
from domain.subjects.subjects import Duty
from domain.timestamps import SENTENCES as STAMP_SENTENCES
from handlers.base import JSON, BaseHandler
from handlers.credit_report_content import Labelled, PeriodView, Snapshot
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import CivilDate, Id, Input, Instant, Output, PageQuery

PDF = "application/pdf"
StateName = Literal[
    "queued", "fetching", "delayed", "failed", "ready", "expired", "superseded", "revoked"
]


class Purpose(Output):
    """What a report may be requested for."""

    code: str
    label: str


class Purposes(Output):
    """All purposes."""

    items: list[Purpose]


class NewPeriod(Input):
    """From the first day to the last, both included."""

    first: CivilDate = Field(alias="from", title="起始日期")
    until: CivilDate = Field(title="截止日期")


class NewCreditReport(Input):
    """For whom and what for; a certificate takes a period and fields of administration."""

    subject_id: Id = Field(title="办理主体")
    purpose: str = Field(min_length=1, max_length=40, title="查询用途")
    edition: str | None = Field(default=None, min_length=1, max_length=40, title="报告版本")
    period: NewPeriod | None = Field(default=None, title="证明期间")
    fields: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(
        default=[], max_length=100, title="领域"
    )

    def asked(self) -> Asked:
        """As the domain takes it."""
        days = self.period
        return Asked(
            purpose=self.purpose,
            edition=self.edition,
            period=Period(first=days.first, last=days.until) if days else None,
            fields=tuple(self.fields),
        )


class CreditReportStatus(Output):
    """Where a report stands; no credit information."""

    id: str
    number: str
    subject_id: str
    subject_name: str
    purpose: str
    purpose_label: str
    state: StateName
    state_text: str
    requested_at: Instant
    ready_at: Instant | None
    expires_at: Instant | None
    pages: int | None
    time_stamp: Literal["none", "pending", "stamped"] | None = Field(
        description="What stands about the time of the seal; null until the paper exists"
    )
    time_stamp_text: str
    superseded_by: str | None
    edition: str
    edition_label: str
    period: PeriodView | None
    fields: list[Labelled]
    requested_by: str = Field(description="Who requested it, as the reader may know")
    objection_note: str = Field(description="Said while an objection about the subject stands")
    may: list[str] = Field(description="What the reader may do: read, request, revoke, share, …")


class CreditReports(Output):
    """The caller's, newest first."""

    items: list[CreditReportStatus]
    next: str | None


class ReportsQuery(PageQuery):
    """Which page, of whose."""

    subject_id: Id | None = Field(default=None, title="办理主体")


class FileAddressView(Output):
    """Where the paper can be fetched without sign-in, for a while."""

    url: str
    expires_at: Instant


class Revocation(Input):
    """Why the paper is taken back."""

    reason: str = Field(min_length=1, max_length=200, title="作废原因")


class _ReportAnswers(BaseHandler):
    async def status_of(self, *held: Held) -> list[CreditReportStatus]:
        """The standing of reports as of now."""
        others = {one.report.person_id for one in held} - {self.actor}
        names = await self.house.people.masked_names(list(others)) if others else {}
        return [self._status(one, names) for one in held]

    def _status(self, held: Held, names: Mapping[str, str]) -> CreditReportStatus:
        report = held.report
        issue = report.issue
        mine = report.person_id == self.actor
        return CreditReportStatus(
            id=report.id,
            number=report.number,
            subject_id=report.subject_id,
            subject_name=report.subject_name if report.uscc else mask_name(report.subject_name),
            purpose=report.purpose,
            purpose_label=self.house.purposes.get(report.purpose, report.purpose),
            state=report.state_at(self.now).value,
            state_text=state_text(report, self.now),
            requested_at=report.requested_at,
            ready_at=issue.at if issue else None,
            expires_at=issue.expires_at if issue else None,
            pages=issue.pages if issue else None,
            time_stamp=issue.time_stamp.value if issue else None,
            time_stamp_text=STAMP_SENTENCES[issue.time_stamp] if issue else "",
            superseded_by=report.superseded_by,
            edition=report.edition,
            edition_label=EDITIONS[report.edition].label,
            period=_period(report.period),
            fields=[
                Labelled(code=code, label=self.house.fields.get(code, code))
                for code in report.fields
            ],
            requested_by="本人" if mine else names.get(report.person_id, "其他办理人"),
            objection_note=held.note,
            may=[duty.value for duty in Duty if held.footing.may(duty)],
        )

    async def show_report(self, held: Held) -> None:
        """The standing with its tag."""
        (status,) = await self.status_of(held)
        self.set_header("ETag", held.report.tag(self.now))
        self.show(HTTPStatus.OK, status)


class PurposesHandler(BaseHandler):
    """Purposes."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "What a report may be requested for",
        answers={200: Purposes},
    )
    async def get(self) -> None:
        """Readable before sign-in."""
        items = [Purpose(code=code, label=label) for code, label in self.house.purposes.items()]
        self.show(HTTPStatus.OK, Purposes(items=items))


class CreditReportsHandler(_ReportAnswers):
    """The caller's reports."""

    @endpoint(
        Audience.PERSON,
        Permission.READ_OWN_REPORTS,
        "My credit reports",
        query=ReportsQuery,
        answers={200: CreditReports},
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """Newest first; of one subject if asked."""
        query = self.query(ReportsQuery)
        of = f"credit-reports:{query.subject_id or ''}"
        page = await self.house.credit_reports.of(
            person_id=self.actor,
            subject_id=query.subject_id,
            now=self.now,
            ask=self.ask(query, of=of),
        )
        items = await self.status_of(*page.items)
        self.show(HTTPStatus.OK, CreditReports(items=items, next=self.next_cursor(page, of=of)))

    @endpoint(
        Audience.PERSON,
        Permission.REQUEST_OWN_REPORTS,
        "Request a credit report; an identical recent one is given again",
        body=NewCreditReport,
        idempotent=True,
        answers={202: CreditReportStatus, 200: CreditReportStatus},
        refusals=frozenset({403, 404, 409}),
        rate="report",
        service="credit-report",
    )
    async def post(self) -> None:
        """Accepted at once with its number; made after."""
        wanted = self.read(NewCreditReport)

        def show(requested: Requested) -> tuple[int, CreditReportStatus]:
            status = HTTPStatus.ACCEPTED if requested.new else HTTPStatus.OK
            return status, self._status(requested.held, {})

        await self.show_once(
            lambda act: self.house.credit_reports.request(
                act, subject_id=wanted.subject_id, asked=wanted.asked()
            ),
            show,
        )


class CreditReportHandler(_ReportAnswers):
    """One report's standing."""

    @endpoint(
        Audience.PERSON,
        Permission.READ_OWN_REPORTS,
        "Where a report stands",
        answers={200: CreditReportStatus},
        tagged=True,
        refusals=frozenset({403, 404}),
    )
    async def get(self, report_id: str) -> None:
        """No credit information, so no look is recorded."""
        held = await self.house.credit_reports.get(
            person_id=self.actor, report_id=report_id, now=self.now
        )
        await self.show_report(held)


class CreditReportContentHandler(BaseHandler):
    """One report's content."""

    @endpoint(
        Audience.PERSON,
        Permission.READ_OWN_REPORTS,
        "Read a report; the look is recorded first",
        answers={200: Snapshot},
        session_with_rights=True,
        refusals=frozenset({403, 404, 409}),
    )
    async def get(self, report_id: str) -> None:
        """The immutable snapshot."""
        self.answer(
            HTTPStatus.OK,
            JSON,
            await self.house.reading.read(self.act(), report_id=report_id),
        )


class FileAddressesHandler(BaseHandler):
    """Addresses of the paper."""

    @endpoint(
        Audience.PERSON,
        Permission.READ_OWN_REPORTS,
        "An address for the paper, good for ten minutes at most",
        idempotent=True,
        answers={201: FileAddressView},
        refusals=frozenset({403, 404, 409}),
        rate="file-address",
        service="credit-report",
    )
    async def post(self, report_id: str) -> None:
        """The address is itself the permission, and dies with the right behind it."""

        def show(address: FileAddress) -> tuple[int, FileAddressView]:
            url = f"{self.house.public_url}/f/{address.secret}"
            return HTTPStatus.CREATED, FileAddressView(url=url, expires_at=address.expires_at)

        await self.show_once(lambda act: self.house.reading.address(act, report_id=report_id), show)


class FileHandler(BaseHandler):
    """The paper behind an address."""

    @endpoint(
        Audience.PUBLIC,
        Permission.FETCH_FILE_BY_ADDRESS,
        "Fetch a file by its address",
        answers={200: PDF},
        refusals=frozenset({404}),
        rate="file",
    )
    async def get(self, file_secret: str) -> None:
        """The look is recorded first."""
        file = await self.house.reading.file(self.act(), secret=file_secret)
        self.set_header("Content-Disposition", f'inline; filename="{file.name}"')
        self.answer(HTTPStatus.OK, PDF, file.pdf)


class RevocationHandler(_ReportAnswers):
    """Taking a paper back."""

    @endpoint(
        Audience.PERSON,
        Permission.REVOKE_OWN_REPORTS,
        "Revoke a report",
        body=Revocation,
        conditional=True,
        tagged=True,
        answers={200: CreditReportStatus},
        refusals=frozenset({403, 404, 409}),
    )
    async def put(self, report_id: str) -> None:
        """Against the state that was read (If-Match)."""
        tag = self.if_match()
        reason = self.read(Revocation).reason
        held = await self.house.credit_reports.revoke(
            self.act(), report_id=report_id, reason=reason, tag=tag
        )
        await self.show_report(held)


def _period(period: Period | None) -> PeriodView | None:
    if period is None:
        return None
    days = {"from": period.first.isoformat(), "until": period.last.isoformat()}
    return PeriodView.model_validate(days)


ROUTES = [
    Route("/v1/purposes", PurposesHandler),
    Route("/v1/credit-reports", CreditReportsHandler),
    Route("/v1/credit-reports/{report_id}", CreditReportHandler),
    Route("/v1/credit-reports/{report_id}/content", CreditReportContentHandler),
    Route("/v1/credit-reports/{report_id}/file-addresses", FileAddressesHandler),
    Route("/v1/credit-reports/{report_id}/revocation", RevocationHandler),
    Route("/f/{file_secret}", FileHandler),
]
