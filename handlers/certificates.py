"""Certificates of attendance: asked for, listed, fetched."""

from datetime import date
from http import HTTPStatus

from pydantic import Field

from domain.lectures.certificates import Certificate
from domain.lectures.earning import Prospect
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Instant, Output, PageQuery

OF = "certificates"
PDF = "application/pdf"


class CertificateView(Output):
    """A certificate as its holder sees it."""

    id: str
    number: str
    lecture_id: str
    title: str
    speaker: str
    held_on: date | None
    watched_minutes: int
    watched_percent: int
    issued_at: Instant
    sample: bool
    ready: bool = Field(description="Whether its paper is made; it is within seconds")


class CertificateViews(Output):
    """The last issued first."""

    items: list[CertificateView]
    next: str | None


class ProspectView(Output):
    """How one stands with the certificate of a lecture."""

    certificate_percent: int | None = Field(
        description="How much of the recording is watched for one; null for none"
    )
    watched_percent: int
    real_named: bool = Field(description="A certificate is made out to a verified real name only")
    certificate: CertificateView | None = Field(description="The one that is there already")


def show_prospect(prospect: Prospect) -> ProspectView:
    """As the API shows it."""
    return ProspectView(
        certificate_percent=prospect.wanted,
        watched_percent=prospect.percent,
        real_named=prospect.real_named,
        certificate=show_certificate(prospect.has) if prospect.has else None,
    )


def show_certificate(one: Certificate) -> CertificateView:
    """As the API shows it."""
    return CertificateView(
        id=one.id,
        number=one.number,
        lecture_id=one.lecture_id,
        title=one.title,
        speaker=one.speaker,
        held_on=one.held_on,
        watched_minutes=one.watched_minutes,
        watched_percent=one.watched_percent,
        issued_at=one.issued_at,
        sample=one.sample,
        ready=one.paper is not None,
    )


class CertificateOfLectureHandler(BaseHandler):
    """How far one is from it, and asking for it."""

    @endpoint(
        Audience.PERSON,
        Permission.WATCH_LECTURES,
        "How one stands with the certificate of a lecture",
        answers={200: ProspectView},
        refusals=frozenset({404, 410}),
    )
    async def get(self, lecture_id: str) -> None:
        """What it takes is told before anybody watches.

        Of a withdrawn lecture it is told who has one, or had watched enough for one; 410 to others.
        """
        prospect = await self.house.watching.earning.prospect(
            lecture_id=lecture_id, person_id=self.actor, now=self.now
        )
        self.show(HTTPStatus.OK, show_prospect(prospect))

    @endpoint(
        Audience.PERSON,
        Permission.WATCH_LECTURES,
        "Ask for the certificate of a lecture that one watched as far as it takes",
        idempotent=True,
        answers={201: CertificateView},
        refusals=frozenset({403, 404, 409, 410}),
        rate="certificate",
    )
    async def post(self, lecture_id: str) -> None:
        """Once for a recording; asked for again it is the same.

        Whoever had watched enough of a lecture before it was withdrawn may still ask for it.
        """
        certifying = self.house.watching.certifying
        await self.show_once(
            lambda act: certifying.issue(act, lecture_id=lecture_id),
            lambda one: (HTTPStatus.CREATED, show_certificate(one)),
        )


class CertificatesHandler(BaseHandler):
    """One's own."""

    @endpoint(
        Audience.PERSON,
        Permission.WATCH_LECTURES,
        "The certificates that one was issued, the last first",
        query=PageQuery,
        answers={200: CertificateViews},
    )
    async def get(self) -> None:
        """Each with its number."""
        page = self.query(PageQuery)
        found = await self.house.watching.certifying.of(self.actor, ask=self.ask(page, of=OF))
        items = [show_certificate(one) for one in found.items]
        shown = CertificateViews(items=items, next=self.next_cursor(found, of=OF))
        self.show(HTTPStatus.OK, shown)


class CertificatePaperHandler(BaseHandler):
    """The paper."""

    @endpoint(
        Audience.PERSON,
        Permission.WATCH_LECTURES,
        "Fetch the signed paper of a certificate",
        answers={200: PDF},
        refusals=frozenset({404}),
        rate="file",
    )
    async def get(self, certificate_id: str) -> None:
        """The signed PDF."""
        one, pdf = await self.house.watching.certifying.paper(
            certificate_id=certificate_id, person_id=self.actor
        )
        self.set_header("Content-Disposition", f'inline; filename="{one.number}.pdf"')
        self.answer(HTTPStatus.OK, PDF, pdf)


ROUTES = [
    Route("/v1/lectures/{lecture_id}/certificate", CertificateOfLectureHandler),
    Route("/v1/certificates", CertificatesHandler),
    Route("/v1/certificates/{certificate_id}/paper", CertificatePaperHandler),
]
