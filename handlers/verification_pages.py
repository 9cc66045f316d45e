"""``/v/…``: what a QR code opens on any phone, and a form for who types on a PC."""

from http import HTTPStatus

from pydantic import Field

from domain.verification import Standing, Verdict
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input
from handlers.pages import HTML, PageHandler
from handlers.uploads import UploadHandler
from handlers.verification import show_verdict

TITLES = {
    Standing.VALID: "真实有效",
    Standing.EXPIRED: "已过期",
    Standing.REVOKED: "已作废",
    Standing.SUPERSEDED: "已被新报告取代",
    Standing.NOT_OURS: "未查到",
}


class TypedForm(Input):
    """The form of the page."""

    number: str = Field(min_length=1, max_length=64, title="编号")
    check_code: str = Field(min_length=1, max_length=32, title="校验码")


class _VerdictPage(PageHandler):
    def show_verdict_page(self, verdict: Verdict, *, by_file: bool = False) -> None:
        """One page for every verdict."""
        self.page(
            HTTPStatus.OK,
            "verdict.html",
            verdict=show_verdict(verdict),
            title=_title(verdict),
            by_file=by_file,
            typed_number=verdict.number if verdict.counts_withheld else "",
        )


class VerificationFormHandler(_VerdictPage):
    """Typing."""

    @endpoint(
        Audience.PUBLIC, Permission.VERIFY_PAPER, "The page to check a paper", answers={200: HTML}
    )
    async def get(self) -> None:
        """A form for number and check code, and one for the file."""
        self.page(HTTPStatus.OK, "verification.html", typed_number="")

    @endpoint(
        Audience.PUBLIC,
        Permission.VERIFY_PAPER,
        "Check a paper by number and check code, as a page",
        form=TypedForm,
        answers={200: HTML},
        rate="verify",
    )
    async def post(self) -> None:
        """The verdict as a page."""
        typed = self.read_form(TypedForm)
        verdict = await self.house.verification.by_number(
            self.act(), number=typed.number, check_code=typed.check_code
        )
        self.show_verdict_page(verdict)


class VerificationFileHandler(UploadHandler, _VerdictPage):
    """Uploading."""

    @endpoint(
        Audience.PUBLIC,
        Permission.VERIFY_PAPER,
        "Check an uploaded PDF, which is not stored, as a page",
        upload=True,
        answers={200: HTML},
        rate="upload",
    )
    async def post(self) -> None:
        """The verdict as a page."""
        verdict = await self.house.verification.by_file(self.act(), sha256=self.uploaded_sha256())
        self.show_verdict_page(verdict, by_file=True)


class VerificationPageHandler(_VerdictPage):
    """Scanning."""

    @endpoint(
        Audience.PUBLIC,
        Permission.VERIFY_PAPER,
        "What a QR code opens",
        answers={200: HTML},
        rate="verify",
    )
    async def get(self, code: str) -> None:
        """Standing, number, issue date, masked subject, pages and counts: nothing else."""
        self.show_verdict_page(await self.house.verification.by_code(self.act(), code=code))


def _title(verdict: Verdict) -> str:
    if not verdict.sample:
        return TITLES[verdict.standing]
    sample = "样例承诺书" if verdict.of_promise else "样例报告"
    if verdict.of_certificate:
        sample = "样例学习证书"
    return sample if verdict.standing is Standing.VALID else f"{sample}，{TITLES[verdict.standing]}"


ROUTES = [
    Route("/v/", VerificationFormHandler),
    Route("/v/file", VerificationFileHandler),
    Route("/v/{code}", VerificationPageHandler),
]
