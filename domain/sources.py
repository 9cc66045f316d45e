"""What the credit platform, the registry and the identity check tell us, and the ports to them.

Every port may raise ``Unavailable``; nothing an agency sends, or fails to send, raises else
than what is named here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from domain.errors import DomainError, Kind

Severity = Literal["minor", "general", "serious"]
EnterpriseKind = Literal[
    "enterprise", "individual_business", "government", "public_institution", "social_organisation"
]
SubjectKind = EnterpriseKind | Literal["person"]


class ReceiptUnknown(DomainError):
    """The agency never gave this receipt, or gave it more than ten minutes ago."""

    code = "receipt_unknown"
    kind = Kind.INVALID
    title = "刷脸凭据无效"

    def __init__(self, detail: str = "刷脸凭据无效或已过期，请重新刷脸。") -> None:
        super().__init__(detail)


class DocumentNotServed(Exception):
    """The agency cannot compare a face with the photograph of such a document."""


class ReceiptMismatch(DomainError):
    """The receipt belongs to another identity check."""

    code = "receipt_mismatch"
    kind = Kind.CONFLICT
    title = "刷脸凭据不符"

    def __init__(self, detail: str = "这份刷脸凭据不属于本次核验，请重新刷脸。") -> None:
        super().__init__(detail)


@dataclass(frozen=True, kw_only=True)
class SourceRecord:
    """One record as the source holds it.

    ``section`` is one of registration (of a person: identity), licences, penalties, honours,
    serious_lists, abnormal_lists, promises, evaluations, judgments, others,
    compulsory_measures, criminal_judgments; each has its fixed keys in ``values``, where the
    empty string stands for what is not known. ``field`` is the code of the field of
    administration, empty where the source does not say. The last three fields speak of
    penalties and are None elsewhere.
    """

    section: str
    id: str
    values: Mapping[str, str]
    field: str = ""
    severity: Severity | None = None
    publicity_ends_on: date | None = None
    repaired_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PlatformReport:
    """All the platform knows of one organisation or person.

    ``as_of`` is the oldest instant in it; ``sample`` says that all of it is invented.
    """

    kind: SubjectKind
    as_of: datetime
    labels: tuple[str, ...]
    records: tuple[SourceRecord, ...]
    sample: bool = False


@dataclass(frozen=True, kw_only=True)
class RegisteredEnterprise:
    """An enterprise as the registry has it; ``status`` in the registry's words, 存续 if alive."""

    uscc: str
    name: str
    kind: EnterpriseKind
    status: str


@dataclass(frozen=True, kw_only=True)
class Match:
    """Whether a person is the legal representative; None for an enterprise nobody registered.

    ``sample`` says that both are invented: any number of reviewers may be them.
    """

    matched: bool
    enterprise: RegisteredEnterprise | None
    sample: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckTicket:
    """What lets a person look into the agency's camera, for ``expires_in`` seconds."""

    ticket: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What the agency found, how, and when (UTC)."""

    passed: bool
    method: str
    confirmed_at: datetime


class Registry(Protocol):
    """Who stands behind an enterprise."""

    async def match_representative(self, *, uscc: str, name: str, id_number: str) -> Match:
        """Ask whether this person is the enterprise's legal representative."""
        ...


class CreditSource(Protocol):
    """Where public credit information comes from."""

    async def fetch_sections(self, uscc: str, *, request_id: str) -> PlatformReport:
        """Read all sections whole, or raise ``Unavailable``, permanent if it knows no such one."""
        ...

    async def fetch_person(self, *, name: str, id_number: str, request_id: str) -> PlatformReport:
        """The same of a natural person; the number comes back masked."""
        ...


class IdentityCheck(Protocol):
    """The agency that compares a face with the photograph on file."""

    async def begin(self, *, request_id: str, name: str, id_number: str) -> CheckTicket:
        """Open a check; the same ``request_id`` may be sent again.

        Raises:
            DocumentNotServed: there is no face check for such a document.
        """
        ...

    async def confirm(self, *, receipt: str, request_id: str) -> Confirmation:
        """Redeem the receipt the person brought back; repeating it gives the same answer.

        Raises:
            ReceiptUnknown: never given, or too old.
            ReceiptMismatch: given for another ``request_id``.
        """
        ...
