"""What exports need from outside: their store, the sections, one's own reports, the archive."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.exports.exports import Export
from domain.looks import Look, ViewerRole
from domain.pages import Ask, Page
from domain.transactions import Unit

Row = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one kind of record says of a person: ``columns`` are names of fields, in Chinese.

    ``words`` say in Chinese what the codes in a field mean, by field and code.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    rows: Callable[[], AsyncIterator[Row]]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class IncludedReport:
    """A report of the person's: its content as JSON and its paper, or a note why one is missing."""

    id: str
    number: str
    snapshot: bytes | None
    pdf: bytes | None
    note: str


@dataclass(frozen=True, kw_only=True)
class IncludedImage:
    """An image that the person attached, as it is kept."""

    id: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """By what right the person has the content of a report, for the look that records it."""

    report_id: str
    number: str
    person_id: str
    subject_id: str
    about: str
    purpose: str
    role: ViewerRole
    authority: str


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What goes into an archive."""

    export_id: str
    made_at: datetime
    sections: Sequence[Section]
    reports: AsyncIterator[IncludedReport]
    images: AsyncIterator[IncludedImage]


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address that is itself the permission to fetch one archive, for a while."""

    secret: str
    export_id: str
    person_id: str
    session_id: str
    made_at: datetime
    expires_at: datetime


class ExportStore(Protocol):
    """Exports and the parts of their archives."""

    async def add(self, unit: Unit, export: Export) -> None:
        """A new one; the transaction starts over when an unfinished one of the person exists."""

    async def unfinished(self, person_id: str) -> Export | None:
        """The one of a person that is not made yet."""

    async def get(self, export_id: str) -> Export | None:
        """By id."""

    async def of(self, person_id: str, *, ask: Ask) -> Page[Export]:
        """A person's, newest first."""

    async def replace(self, unit: Unit, export: Export, *, was: Export) -> None:
        """Save against the revision that was read; ExportGone when it has gone or moved on."""

    async def add_part(self, unit: Unit, export: Export, *, ordinal: int, content: bytes) -> None:
        """One part of the archive in the making; ExportGone when the export has."""

    async def drop_parts(self, unit: Unit, export_id: str) -> None:
        """Whatever an earlier attempt left."""

    async def drop_others(self, unit: Unit, export: Export) -> None:
        """Every earlier export of the same person, with its archive."""

    async def part(self, export_id: str, ordinal: int) -> bytes | None:
        """One part of an archive."""


class AddressStore(Protocol):
    """Addresses of archives, kept by the hash of their secret."""

    async def add(self, unit: Unit, address: Address) -> None:
        """A new one."""

    async def find(self, secret: str) -> Address | None:
        """By its secret; None when unknown."""


class Sections(Protocol):
    """All sections of a person."""

    def __call__(self, *, person_id: str, now: datetime) -> Sequence[Section]:
        """Nothing is read before a section's rows are asked for."""


class OwnReports(Protocol):
    """The credit reports that are a person's own data."""

    def of(self, *, person_id: str, now: datetime) -> AsyncIterator[IncludedReport]:
        """Each that the person requested, with its content where it is theirs to have."""

    async def grants(
        self, *, person_id: str, report_ids: Sequence[str], now: datetime
    ) -> Sequence[Grant]:
        """By what right the person has these now; those without are left out."""


class OwnImages(Protocol):
    """The images that are a person's own data."""

    def of(self, *, person_id: str) -> AsyncIterator[IncludedImage]:
        """One at a time; none that was found risky."""


class Archive(Protocol):
    """How an archive is written."""

    def pieces(self, contents: Contents) -> AsyncIterator[bytes]:
        """Its bytes, piece by piece, none larger than one part."""


class RecordLooks(Protocol):
    """The durable record of looks, many at once."""

    async def __call__(self, looks: Sequence[Look], /) -> None:
        """All are written when this returns; raises when one could not be."""


class SessionHolds(Protocol):
    """Sessions, narrowly."""

    async def __call__(self, *, session_id: str, now: datetime) -> object:
        """Raise SignInAgain when it has ended."""
