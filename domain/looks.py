"""Every look at someone's credit: who, when, whose, why, on what authority.

Kept at least five years and shown to the subject (Shenzhen credit regulation art. 45 is the
published model). If the record cannot be written, the look fails.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal, Protocol

from domain.pages import Ask, Page


class Action(Enum):
    """What was done with the report."""

    READ = "read"
    DOWNLOAD = "download"
    VERIFY_CODE = "verify_code"
    VERIFY_NUMBER = "verify_number"
    VERIFY_FILE = "verify_file"
    SHARE_READ = "share_read"
    SHARE_DOWNLOAD = "share_download"


ViewerRole = Literal["self", "legal_representative", "agent", "helper", "recipient", "holder"]


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look. ``about`` is whose credit it is: a uscc, or the id of a natural person.

    ``authority`` is the consent it rests on, the share for a recipient, or ``paper`` for who
    holds the paper; ``viewer_name`` is what a recipient said of themself, ``viewer_purpose`` what
    the report was shared with them for.
    """

    id: str
    at: datetime
    viewer: str
    role: ViewerRole
    about: str
    person_id: str
    subject_id: str
    report_id: str
    report_number: str
    action: Action
    purpose: str
    authority: str
    trace_id: str
    viewer_name: str = ""
    viewer_purpose: str = ""


class LookBook(Protocol):
    """The durable record of looks."""

    async def record(self, look: Look) -> None:
        """Written and journaled by a majority when this returns; raises when it could not be."""

    async def of_about(self, about: str, *, ask: Ask) -> Page[Look]:
        """Looks at somebody's credit, newest first."""

    async def of_requested(self, *, person_id: str, subject_id: str, ask: Ask) -> Page[Look]:
        """Looks at the reports that a person requested under a subject, newest first."""


class Acting(Protocol):
    """For whom a person may act, narrowly."""

    async def __call__(self, *, person_id: str, subject_id: str, now: datetime) -> "ActingFor":
        """The subject; NotFound when it is not theirs, OutOfScope when they may not read."""


class ActingFor(Protocol):
    """The narrow part of a subject that looks need."""

    @property
    def role(self) -> str:
        """By what right the person acts."""

    @property
    def about(self) -> str:
        """Whose credit it is."""


class Looks:
    """What a subject may read about who looked."""

    def __init__(self, *, book: LookBook, acting: Acting) -> None:
        self._book = book
        self._acting = acting

    async def of(self, *, person_id: str, subject_id: str, now: datetime, ask: Ask) -> Page[Look]:
        """Every look at the subject's credit, newest first; an agent's own reports only.

        Raises:
            NotFound: not the caller's subject.
            OutOfScope: the caller may not read for it.
        """
        subject = await self._acting(person_id=person_id, subject_id=subject_id, now=now)
        if subject.role == "agent":
            return await self._book.of_requested(
                person_id=person_id, subject_id=subject_id, ask=ask
            )
        return await self._book.of_about(subject.about, ask=ask)
