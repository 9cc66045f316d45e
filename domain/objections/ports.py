"""What objections need from outside beside the platform's desk, narrowly."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.content_checks import Judged, Scene
from domain.objections.objections import Objection
from domain.pages import Ask, Page
from domain.subjects.subjects import Duty, Subject
from domain.transactions import Act, Unit
from domain.values import VerifiedIdentity


class ObjectionStore(Protocol):
    """Objections. About one subject only so many stand at a time."""

    async def add(self, unit: Unit, objection: Objection) -> None:
        """A new one; the transaction starts over when one stands on this record already."""

    async def get(self, objection_id: str) -> Objection | None:
        """By id."""

    async def replace(self, unit: Unit, objection: Objection, *, was: Objection) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def standing_about(self, about: str) -> Sequence[Objection]:
        """Those about a subject that wait for a decision, in the order they were raised."""

    async def counts_about(self, abouts: Sequence[str]) -> Mapping[str, int]:
        """How many stand about each of these subjects."""

    async def changed_since(self, about: str, at: datetime) -> bool:
        """Whether one about this subject was raised or ended at that time or later."""

    async def of_subject(self, subject_id: str, ask: Ask) -> Page[Objection]:
        """Those raised under one right to act, newest first."""

    async def of_about(self, about: str, ask: Ask) -> Page[Objection]:
        """All about a subject of credit, newest first."""


class ObjectedRecord(Protocol):
    """A record in a report, as far as an objection to it needs to know."""

    @property
    def report_number(self) -> str:
        """Of the report."""

    @property
    def about(self) -> str:
        """Whose credit it is: the uscc, or the id of the natural person."""

    @property
    def uscc(self) -> str | None:
        """None for a natural person."""

    @property
    def subject_id(self) -> str:
        """The right under which the caller objects."""

    @property
    def principal_person(self) -> str:
        """Who stands for the subject by own right."""

    @property
    def section(self) -> str:
        """The platform's name of its section."""

    @property
    def section_title(self) -> str:
        """As printed."""

    @property
    def title(self) -> str:
        """What the record is known by, as printed."""


class FindRecord(Protocol):
    """Reports, narrowly."""

    async def __call__(
        self, act: Act, *, report_id: str, record_id: str, section: str | None
    ) -> ObjectedRecord | None:
        """The record the caller may object to; None when it is not in that report.

        Raises what reading the report raises, OutOfScope for who may not object, and Invalid
        when records of several sections have the id and the section's title is not given.
        """


class IdentityOf(Protocol):
    """People, narrowly."""

    async def __call__(self, person_id: str) -> VerifiedIdentity | None:
        """Proven name and ID number; None when erased or unproven."""


class RightsOf(Protocol):
    """All for whom a person acts."""

    async def __call__(self, *, person_id: str, now: datetime) -> Sequence[Subject]:
        """Suspended ones too; NotFound when the person is erased."""


class Representing(Protocol):
    """Subjects, narrowly."""

    async def __call__(self, uscc: str) -> Sequence[Subject]:
        """The standing legal representatives of an enterprise."""


class RequireConsent(Protocol):
    """Consents to reports, narrowly."""

    async def __call__(self, *, person_id: str, subject_id: str) -> object:
        """Raise ConsentRequired when none stands."""


class Acting(Protocol):
    """For whom a person may do something."""

    async def __call__(
        self, *, person_id: str, subject_id: str, duty: Duty, now: datetime
    ) -> Subject:
        """The subject; NotFound when it is not theirs, OutOfScope when it does not cover that."""


class Checks(Protocol):
    """Checks of what people write, narrowly."""

    async def text(self, *, person_id: str, text: str, scene: Scene) -> Judged:
        """What is known of it now; pending when that cannot be told."""

    async def keep(
        self, unit: Unit, act: Act, *, object_id: str, text: str, scene: Scene, judged: Judged
    ) -> None:
        """Keep what was said; a pending text goes on being checked."""


class Known(Protocol):
    """What is known of the text of a thing."""

    async def __call__(self, object_id: str) -> Judged | None:
        """None when it was never checked."""
