"""Reading a report and handing out its paper: rights first, then the durable look, then the bytes.

Session, the right to act and the authorisation are read together at each request, so that
sign-out, unbinding, the end of a delegation and withdrawal hold from the next one on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.consent import Agreement, ConsentRequired
from domain.credit_reports.ports import FileAddress, FileAddressStore, ReportStore
from domain.credit_reports.reports import ISSUED, State
from domain.errors import DomainError, NotFound
from domain.identity import SignInAgain
from domain.looks import Action, Look, LookBook
from domain.subjects.subjects import Duty, Footing, footing_of
from domain.transactions import Act, Conflict, Unit

AGREEMENT = "credit-report"
ADDRESS_LASTS = timedelta(minutes=10)
ADDRESS_OVER = "这个文件地址已失效，请回到小程序重新打开。"


class NotIssued(Conflict):
    """There is no paper yet, or no more."""

    code = "not_issued"
    title = "报告目前不可查看"


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A session that has not been ended."""

    person_id: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class StandingConsent:
    """A consent that was not withdrawn, and the hash of its text."""

    id: str
    text_hash: str


@dataclass(frozen=True, kw_only=True)
class Rights:
    """All that decides whether a report may be read, as of one moment.

    ``footings`` are all who might have to do with it, ``consents`` are found by the principal's
    person and subject.
    """

    session: OpenSession | None
    report_id: str
    number: str
    person_id: str
    subject_id: str
    principal_id: str
    about: str
    purpose: str
    state: State
    footings: tuple[Footing, ...]
    consents: Mapping[tuple[str, str], StandingConsent]


@dataclass(frozen=True, kw_only=True)
class Granted:
    """The rights to a report, by which of them the caller reads, and the consent behind it."""

    rights: Rights
    footing: Footing
    consent_id: str


class RightsDesk(Protocol):
    """Reads session and rights in one go."""

    async def rights(self, *, session_id: str, report_id: str) -> Rights | None:
        """As last committed; None when there is no such report."""


class SessionHolds(Protocol):
    """Sessions, narrowly."""

    async def __call__(self, *, session_id: str, now: datetime) -> object:
        """Raise SignInAgain when it has ended."""


@dataclass(frozen=True, kw_only=True)
class File:
    """A paper handed out."""

    name: str
    pdf: bytes


class Reading:
    """One person's reading of their reports; a report that is not theirs is not found."""

    def __init__(
        self,
        *,
        desk: RightsDesk,
        store: ReportStore,
        addresses: FileAddressStore,
        looks: LookBook,
        authorisation: Agreement,
        session_holds: SessionHolds,
    ) -> None:
        self._desk = desk
        self._store = store
        self._addresses = addresses
        self._looks = looks
        self._authorisation = authorisation
        self._session_holds = session_holds

    async def read(self, act: Act, *, report_id: str, action: Action = Action.READ) -> bytes:
        """The snapshot as JSON bytes, after the look is durably recorded.

        Raises:
            SignInAgain: the session has ended.
            NotFound: none of the caller's, or the caller no longer acts for its subject.
            OutOfScope: the caller's scope does not cover reading.
            ConsentRequired: the authorisation was withdrawn.
            NotIssued: there is nothing to read yet.
        """
        granted = await self.granted(act, report_id=report_id)
        await self._looks.record(_look(act, granted, action))
        snapshot = await self._store.snapshot(report_id)
        if snapshot is None:
            raise NotFound
        return snapshot

    async def address(self, act: Act, *, report_id: str) -> FileAddress:
        """An address for the paper, good for ten minutes and while the right lasts.

        Raises:
            SignInAgain, NotFound, ConsentRequired, NotIssued: as for reading; a revoked paper
                is not given.
        """
        refuse_revoked((await self.granted(act, report_id=report_id)).rights)

        async def work(unit: Unit) -> FileAddress:
            address = FileAddress(
                secret=act.draw.secret(),
                report_id=report_id,
                person_id=act.actor,
                session_id=act.session_id,
                made_at=act.at,
                expires_at=act.at + ADDRESS_LASTS,
            )
            await self._addresses.add(unit, address)
            await unit.audit(act.event("credit_report.address_made", report_id))
            return address

        return await act.commit(work)

    async def file(self, act: Act, *, secret: str) -> File:
        """The paper behind an address, after the look is durably recorded.

        Raises:
            NotFound: unknown, over, or the right behind it has ended.
        """
        address = await self._addresses.find(secret)
        if address is None or address.expires_at <= act.at:
            raise NotFound(ADDRESS_OVER)
        holder = replace(act, actor=address.person_id, session_id=address.session_id)
        try:
            granted = await self.granted(holder, report_id=address.report_id)
            refuse_revoked(granted.rights)
        except DomainError as ended:
            raise NotFound(ADDRESS_OVER) from ended
        await self._looks.record(_look(holder, granted, Action.DOWNLOAD))
        pdf = await self._store.pdf(address.report_id)
        if pdf is None:
            raise NotFound
        return File(name=f"{granted.rights.number}.pdf", pdf=pdf)

    async def granted(self, act: Act, *, report_id: str, duty: Duty = Duty.READ) -> Granted:
        """By what right the caller may read the report now.

        Raises:
            SignInAgain, NotFound, OutOfScope, ConsentRequired, NotIssued: as for reading.
        """
        rights = await self._desk.rights(session_id=act.session_id, report_id=report_id)
        if rights is None:
            await self._session_holds(session_id=act.session_id, now=act.at)
            raise NotFound
        session = rights.session
        if session is None:
            await self._session_holds(session_id=act.session_id, now=act.at)
        if session is None or session.person_id != act.actor or session.expires_at <= act.at:
            raise SignInAgain
        return entitled(
            rights,
            person_id=act.actor,
            duty=duty,
            authorisation=self._authorisation,
            now=act.at,
        )


def entitled(
    rights: Rights, *, person_id: str, duty: Duty, authorisation: Agreement, now: datetime
) -> Granted:
    """By what right a person may do this with an issued report, under the authorisation.

    Raises:
        NotFound, OutOfScope, ConsentRequired, NotIssued: they may not.
    """
    footing = footing_of(
        person_id,
        subject_id=rights.subject_id,
        principal_id=rights.principal_id,
        among=rights.footings,
        duty=duty,
        now=now,
    )
    consent = rights.consents.get((footing.principal_person, footing.principal_id))
    if consent is None or consent.text_hash != authorisation.text_hash:
        raise ConsentRequired(f"请先阅读并同意《{authorisation.title}》。")
    if rights.state not in ISSUED:
        raise NotIssued("报告还没有出具，请稍后再看。")
    return Granted(rights=rights, footing=footing, consent_id=consent.id)


def refuse_revoked(rights: Rights) -> None:
    """A paper that was taken back is not handed out; raises NotIssued."""
    if rights.state is State.REVOKED:
        raise NotIssued("报告已作废，不再提供文件。")


def _look(act: Act, granted: Granted, action: Action) -> Look:
    rights = granted.rights
    return Look(
        id=act.draw.id(),
        at=act.at,
        viewer=act.actor,
        role=granted.footing.role,
        about=rights.about,
        person_id=rights.person_id,
        subject_id=rights.subject_id,
        report_id=rights.report_id,
        report_number=rights.number,
        action=action,
        purpose=rights.purpose,
        authority=granted.consent_id,
        trace_id=act.trace_id,
    )
