"""Checking a paper, for programs: by code, by number and check code, by file."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.credit_reports.forms.editions import EDITIONS
from domain.verification import Verdict
from handlers.base import BaseHandler
from handlers.credit_report_content import CountView
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Instant, Output
from handlers.uploads import UploadHandler

TimeStampName = Literal["none", "pending", "stamped"]
PaperName = Literal["report", "promise", "certificate"]
StandingName = Literal["valid", "expired", "revoked", "superseded", "not_ours"]


class Typed(Input):
    """What is printed under the QR code, to be typed; blanks, dashes and case do not count."""

    number: str = Field(min_length=1, max_length=64, title="编号")
    check_code: str = Field(min_length=1, max_length=32, title="校验码")


class PaperFactView(Output):
    """Something the paper says, to be compared."""

    label: str
    value: str


class VerdictView(Output):
    """What a paper is worth now; all but the standing is null or empty when it is not ours."""

    status: StandingName
    status_text: str
    number: str | None
    issued_on: str | None
    expires_at: Instant | None = Field(description="Null: a certificate, which does not expire")
    subject: str | None
    edition: str | None
    edition_label: str | None
    pages: int | None
    counts: list[CountView]
    sample: bool = Field(description="An invented paper, which proves nothing")
    time_stamp: TimeStampName | None = Field(description="What stands about the time of the seal")
    time_stamp_text: str
    paper: PaperName | None = Field(description="What kind of paper it is")
    facts: list[PaperFactView] = Field(description="Of a promise or certificate: what it says")
    counts_withheld: bool = Field(
        description="A natural person's: number and check code must be typed to see the counts"
    )


def show_verdict(verdict: Verdict) -> VerdictView:
    """A verdict as JSON."""
    return VerdictView(
        status=verdict.standing.value,
        status_text=verdict.sentence,
        number=verdict.number,
        issued_on=verdict.issued_on.isoformat() if verdict.issued_on else None,
        expires_at=verdict.expires_at,
        subject=verdict.subject,
        edition=verdict.edition,
        edition_label=_edition_label(verdict),
        pages=verdict.pages,
        counts=[
            CountView(code=count.code, label=count.label, count=count.count)
            for count in verdict.counts
        ],
        sample=verdict.sample,
        time_stamp=verdict.time_stamp.value if verdict.time_stamp else None,
        time_stamp_text=verdict.time_stamp_text,
        paper=_paper(verdict),
        facts=[PaperFactView(label=one.label, value=one.value) for one in verdict.facts],
        counts_withheld=verdict.counts_withheld,
    )


def _paper(verdict: Verdict) -> PaperName | None:
    if verdict.edition is None:
        return None
    if verdict.of_certificate:
        return "certificate"
    return "promise" if verdict.of_promise else "report"


def _edition_label(verdict: Verdict) -> str | None:
    if verdict.edition is None:
        return None
    if verdict.of_certificate:
        return "学习证书"
    return "信用承诺书" if verdict.of_promise else EDITIONS[verdict.edition].label


class VerificationHandler(BaseHandler):
    """By number."""

    @endpoint(
        Audience.PUBLIC,
        Permission.VERIFY_PAPER,
        "Check a paper by number and check code",
        body=Typed,
        answers={200: VerdictView},
        rate="verify",
    )
    async def post(self) -> None:
        """A wrong number and a wrong check code are answered alike."""
        typed = self.read(Typed)
        verdict = await self.house.verification.by_number(
            self.act(), number=typed.number, check_code=typed.check_code
        )
        self.show(HTTPStatus.OK, show_verdict(verdict))


class VerificationCodeHandler(BaseHandler):
    """By QR code."""

    @endpoint(
        Audience.PUBLIC,
        Permission.VERIFY_PAPER,
        "Check a paper by the code of its QR",
        answers={200: VerdictView},
        rate="verify",
    )
    async def get(self, code: str) -> None:
        """The same answer as the page."""
        verdict = await self.house.verification.by_code(self.act(), code=code)
        self.show(HTTPStatus.OK, show_verdict(verdict))


class VerificationFilesHandler(UploadHandler):
    """By file."""

    @endpoint(
        Audience.PUBLIC,
        Permission.VERIFY_PAPER,
        "Check an uploaded PDF, which is not stored",
        upload=True,
        answers={200: VerdictView},
        rate="upload",
    )
    async def post(self) -> None:
        """Only its hash leaves this handler."""
        sha256 = self.uploaded_sha256()
        verdict = await self.house.verification.by_file(self.act(), sha256=sha256)
        self.show(HTTPStatus.OK, show_verdict(verdict))


ROUTES = [
    Route("/v1/verification", VerificationHandler),
    Route("/v1/verification/files", VerificationFilesHandler),
    Route("/v1/verification/{code}", VerificationCodeHandler),
]
