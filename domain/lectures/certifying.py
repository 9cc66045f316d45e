"""Issuing certificates of attendance; their papers are made after the act, by a worker."""

from typing import Protocol

from domain.errors import NotFound, Unavailable
from domain.lectures.certificates import (
    SUFFIX,
    Certificate,
    CertificatePaper,
    Stationery,
    earned,
    make_number,
    snapshot,
)
from domain.lectures.claiming import require_earned
from domain.lectures.lectures import Lecture, ever_shown
from domain.lectures.programme import Programme
from domain.lectures.watch_ports import LecturesOf, MayWatch, ProgressStore
from domain.lectures.watching import MINUTE_MS, Progress
from domain.pages import Ask, Page
from domain.papers import Papers
from domain.people.people import Person
from domain.time import civil_date
from domain.timestamps import TimeStamp
from domain.transactions import LEGIBLE, Act, Again, AuditEvent, Unit, ever_more_rarely

PAPER = "certificate.paper"
RAISE = "certificate.raise"
UNMADE = "证书文件正在生成，请稍后再试。"


class People(Protocol):
    """Persons, narrowly."""

    async def get(self, person_id: str) -> Person:
        """By id; raises NotFound."""


class CertificateStore(Protocol):
    """Certificates and their PDFs."""

    async def add(self, unit: Unit, certificate: Certificate) -> None:
        """A new one; the transaction starts over when the person has one of this recording."""

    async def of_recording(
        self, unit: Unit, *, person_id: str, recording: str
    ) -> Certificate | None:
        """A person's, as this transaction sees it."""

    async def get(self, certificate_id: str) -> Certificate | None:
        """By id."""

    async def of(self, person_id: str, *, ask: Ask) -> Page[Certificate]:
        """A person's, the last issued first."""

    async def replace(self, unit: Unit, certificate: Certificate, *, was: Certificate) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""

    async def keep_pdf(self, unit: Unit, *, certificate_id: str, pdf: bytes) -> None:
        """In place of the one before."""

    async def pdf(self, certificate_id: str) -> bytes | None:
        """Its bytes."""


class Certifying:
    """Certificates, asked for and made."""

    def __init__(
        self,
        *,
        store: CertificateStore,
        lectures: LecturesOf,
        progress: ProgressStore,
        may_watch: MayWatch,
        people: People,
        papers: Papers,
        stationery: Stationery,
    ) -> None:
        self._store = store
        self._lectures = lectures
        self._progress = progress
        self._may_watch = may_watch
        self._people = people
        self._papers = papers
        self._stationery = stationery

    async def issue(self, act: Act, *, lecture_id: str) -> Certificate:
        """The caller's for the recording that is shown; who has it is given it again.

        Of a withdrawn lecture it is the recording that was shown last, for who had earned it.

        Raises:
            NotFound: the lecture was never shown.
            Withdrawn: it is not any more, and the caller had not earned it.
            NoCertificates, NotWatched, NameNotProven: why not, and what to do.
            NotBegun: the lecture is still to be held.
            NeedsRealName, NeedsRegistration: the caller may not watch it, or not any more.
        """
        lecture = ever_shown(await self._lectures.get(lecture_id))
        programme = lecture.programme
        person = await self._people.get(act.actor)

        async def work(unit: Unit) -> Certificate:
            has = await self._store.of_recording(
                unit, person_id=act.actor, recording=programme.recording
            )
            if has is not None:
                return has
            found = await self._progress.read(
                unit, lecture_id=lecture_id, person_id=act.actor, recording=programme.recording
            )
            await self._require(act, lecture, found)
            certificate = self._new(act, programme, found, person)
            await self._store.add(unit, certificate)
            await unit.send(act.message(PAPER, certificate.id))
            await unit.audit(act.event("certificate.issued", certificate.id, of=lecture_id))
            return certificate

        return await act.commit(work)

    async def of(self, person_id: str, *, ask: Ask) -> Page[Certificate]:
        """A person's, the last issued first."""
        return await self._store.of(person_id, ask=ask)

    async def paper(self, *, certificate_id: str, person_id: str) -> tuple[Certificate, bytes]:
        """The PDF of one's own; raises NotFound, also while it is being made."""
        certificate = await self._store.get(certificate_id)
        if certificate is None or certificate.person_id != person_id:
            raise NotFound
        pdf = await self._store.pdf(certificate_id)
        if pdf is None:
            raise NotFound(UNMADE)
        return certificate, pdf

    async def make(self, act: Act, *, certificate_id: str, attempt: int) -> Again | None:
        """Set, sign and keep the PDF; again later when it cannot be made now."""
        certificate = await self._store.get(certificate_id)
        if certificate is None or certificate.paper is not None:
            return None
        said = snapshot(certificate, self._stationery)
        try:
            printed = await self._papers.make(act, snapshot=said, number=certificate.number)
        except Unavailable:
            return ever_more_rarely(attempt)
        made = printed.paper
        paper = CertificatePaper(
            pages=made.pages,
            file_sha256=made.sha256,
            code_hash=printed.code_hash,
            check_hash=printed.check_hash,
            time_stamp=made.time_stamp,
        )
        event = act.event("certificate.made", certificate.id)
        await self._keep(act, certificate, certificate.on_paper(paper), made.pdf, event=event)
        return None

    async def raise_one(self, act: Act, *, certificate_id: str, attempt: int) -> Again | None:
        """Add the time-stamp that was pending."""
        certificate = await self._store.get(certificate_id)
        pdf = await self._store.pdf(certificate_id)
        if certificate is None or certificate.paper is None or pdf is None:
            return None
        if certificate.paper.time_stamp is not TimeStamp.PENDING:
            return None
        try:
            raised = await self._papers.raised(pdf)
        except Unavailable:
            return ever_more_rarely(attempt)
        after = certificate.stamped(raised.sha256)
        event = act.event("certificate.stamped", certificate.id)
        await self._keep(act, certificate, after, raised.pdf, event=event)
        return None

    async def _require(self, act: Act, lecture: Lecture, found: Progress | None) -> None:
        if lecture.shown:
            await self._may_watch(lecture, person_id=act.actor, now=act.at)
            return
        await require_earned(
            lecture, found, may_watch=self._may_watch, person_id=act.actor, now=act.at
        )

    def _new(
        self, act: Act, programme: Programme, found: Progress | None, person: Person
    ) -> Certificate:
        progress, holder = earned(programme, found, person)
        return Certificate(
            id=act.draw.id(),
            number=make_number(act.at, act.draw.pick(LEGIBLE, SUFFIX)),
            lecture_id=progress.lecture_id,
            recording=programme.recording,
            person_id=act.actor,
            holder=holder,
            title=programme.title,
            speaker=programme.speaker,
            held_on=civil_date(programme.begins_at) if programme.begins_at else None,
            watched_minutes=progress.seen_ms // MINUTE_MS,
            watched_percent=progress.percent,
            issued_at=act.at,
            sample=self._stationery.sample or person.reviewer,
        )

    async def _keep(
        self, act: Act, was: Certificate, after: Certificate, pdf: bytes, *, event: AuditEvent
    ) -> None:
        async def work(unit: Unit) -> None:
            await self._store.replace(unit, after, was=was)
            await self._store.keep_pdf(unit, certificate_id=after.id, pdf=pdf)
            if after.paper and after.paper.time_stamp is TimeStamp.PENDING:
                await unit.send(act.message(RAISE, after.id))
            await unit.audit(event)

        await act.commit(work)
