"""What credit reports need from outside: stores, and the support rooms, narrowly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.credit_reports.reports import CreditReport
from domain.pages import Ask, Page
from domain.subjects.subjects import Duty, Footing, Subject
from domain.transactions import Act, Unit


class ReportStore(Protocol):
    """Reports, their snapshots and their papers."""

    async def add(self, unit: Unit, report: CreditReport) -> None:
        """A new one; the transaction starts over when an unfinished identical one exists."""

    async def get(self, report_id: str) -> CreditReport | None:
        """By id."""

    async def latest(self, like: CreditReport) -> CreditReport | None:
        """The newest that asks for the same.

        The same person, subject, principal, purpose, edition, period and fields.
        """

    async def of_principal(self, principal_id: str, *, ask: Ask) -> Page[CreditReport]:
        """All that belong to a principal, newest first."""

    async def requested(
        self, *, person_id: str, subject_ids: Sequence[str], ask: Ask
    ) -> Page[CreditReport]:
        """Those a person requested under these subjects, newest first."""

    async def replace(self, unit: Unit, report: CreditReport, *, was: CreditReport) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def ready_before(self, report: CreditReport) -> Sequence[CreditReport]:
        """Earlier ready reports that ask for the same, at most 100."""

    async def keep(self, unit: Unit, *, report_id: str, snapshot: bytes, pdf: bytes) -> None:
        """The immutable snapshot and the signed paper."""

    async def keep_raised(self, unit: Unit, *, report_id: str, pdf: bytes) -> None:
        """The paper again, with more after it: its time-stamp."""

    async def snapshot(self, report_id: str) -> bytes | None:
        """The snapshot as JSON bytes."""

    async def pdf(self, report_id: str) -> bytes | None:
        """The signed paper, with its time-stamp as soon as there is one."""


@dataclass(frozen=True, kw_only=True)
class FileAddress:
    """An address that is itself the permission to fetch one file, for a while."""

    secret: str
    report_id: str
    person_id: str
    session_id: str
    made_at: datetime
    expires_at: datetime


class FileAddressStore(Protocol):
    """File addresses, kept by the hash of their secret."""

    async def add(self, unit: Unit, address: FileAddress) -> None:
        """A new one."""

    async def find(self, secret: str) -> FileAddress | None:
        """By its secret; None when unknown."""


class Acting(Protocol):
    """For whom a person acts, and what for."""

    async def of(self, *, person_id: str, now: datetime) -> Sequence[Subject]:
        """All subjects of a person."""

    async def require(
        self, *, person_id: str, subject_id: str, duty: Duty, now: datetime
    ) -> Subject:
        """The subject; NotFound when it is not theirs, OutOfScope when not for this."""

    async def footing(
        self, *, person_id: str, subject_id: str, principal_id: str, duty: Duty, now: datetime
    ) -> Footing:
        """By what right the person may do this with what exists."""

    async def match_again(self, act: Act, *, principal_id: str) -> None:
        """Match a representative again; raises when the right has ended."""


class ConsentGiven(Protocol):
    """The narrow part of a consent that reports need."""

    @property
    def id(self) -> str:
        """What a look rests on."""


class RequireConsent(Protocol):
    """Consents, narrowly."""

    async def __call__(self, *, person_id: str, agreement: str, subject_id: str) -> ConsentGiven:
        """Raise ConsentRequired when there is none."""


class HoldConsent(Protocol):
    """Consents, narrowly: that none is withdrawn before this commits."""

    async def __call__(
        self, unit: Unit, *, person_id: str, agreement: str, subject_id: str
    ) -> bool:
        """Whether one stands until then."""


class Annotations(Protocol):
    """What reports say of objections that stand."""

    async def of(self, about: str) -> Mapping[tuple[str, str], str]:
        """A sentence for each record of this subject objected to, by section and record id."""

    async def notes(self, abouts: Sequence[str]) -> Mapping[str, str]:
        """What the reader of an earlier copy is told, by subject; only where one stands."""

    async def changed_since(self, about: str, at: datetime) -> bool:
        """Whether a report of that time may say something else than one made now."""
