"""Every look at someone's credit: who, when, whose, why, on what authority.

Kept at least five years and shown to the subject (Shenzhen credit regulation art. 45 is the
published model). If the record cannot be written, the look fails.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from domain.pages import Ask, Page


class Action(Enum):
    """What was done with the report."""

    READ = "read"
    DOWNLOAD = "download"
    VERIFY_CODE = "verify_code"
    VERIFY_NUMBER = "verify_number"
    VERIFY_FILE = "verify_file"


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look. ``authority`` is the consent it rests on, or ``paper`` for who holds the paper."""

    id: str
    at: datetime
    viewer: str
    person_id: str
    subject_id: str
    report_id: str
    report_number: str
    action: Action
    purpose: str
    authority: str
    trace_id: str


class LookBook(Protocol):
    """The durable record of looks."""

    async def record(self, look: Look) -> None:
        """Written and journaled by a majority when this returns; raises when it could not be."""

    async def of(self, *, person_id: str, subject_id: str, ask: Ask) -> Page[Look]:
        """Looks at a subject's reports that a person requested, newest first."""


class Looks:
    """What a subject may read about who looked."""

    def __init__(self, *, book: LookBook) -> None:
        self._book = book

    async def of(self, *, person_id: str, subject_id: str, ask: Ask) -> Page[Look]:
        """Newest first."""
        return await self._book.of(person_id=person_id, subject_id=subject_id, ask=ask)
