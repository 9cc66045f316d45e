"""Where ratings, complaints, judgements and monthly sheets are kept."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from domain.judging.complaints import Complaint, State
from domain.judging.facts import (
    ComplaintTally,
    Rated,
    RatedTicket,
    RatingTally,
    Upheld,
    UpheldComplaint,
)
from domain.judging.judgements import Judgement
from domain.judging.judgements import State as JudgementState
from domain.judging.ratings import Rating
from domain.judging.sheets import Sheet
from domain.pages import Ask, Page
from domain.transactions import Unit


class RatingStore(Protocol):
    """Ratings; a cycle of a ticket has one."""

    async def add(self, unit: Unit, rating: Rating) -> None:
        """A new one; the transaction starts over when the cycle has one."""

    async def replace(self, unit: Unit, rating: Rating, *, was: Rating) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def of_cycle(self, ticket_id: str, cycle: int) -> Rating | None:
        """That of one resolution."""

    async def of_ticket(self, ticket_id: str) -> Sequence[Rating]:
        """Those of a ticket, oldest cycle first, at most 100."""

    async def of_resolver(self, staff_id: str, *, ask: Ask) -> Page[Rating]:
        """Those of what one butler resolved, by when it was resolved, newest first."""

    def rated(
        self, begin: datetime, end: datetime, *, of: str | None = None
    ) -> AsyncIterator[Rated]:
        """The ratings of what each butler, or one, resolved in that time."""

    def tallied(self, begin: datetime, end: datetime) -> AsyncIterator[RatingTally]:
        """The same by place and butler."""

    async def below_five(
        self, staff_id: str, begin: datetime, end: datetime, *, limit: int
    ) -> Sequence[RatedTicket]:
        """Those below five stars of what one resolved in that time, newest first."""


class ComplaintStore(Protocol):
    """Complaints; the number is unique, and a ticket has one open at a time."""

    async def add(self, unit: Unit, complaint: Complaint) -> None:
        """A new one; the transaction starts over when its number or an open one is there."""

    async def replace(self, unit: Unit, complaint: Complaint, *, was: Complaint) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def get(self, complaint_id: str) -> Complaint | None:
        """By id."""

    async def by_number(self, number: str) -> Complaint | None:
        """By number."""

    async def open_of(self, ticket_id: str) -> Complaint | None:
        """The open one of a ticket."""

    async def of_ticket(self, ticket_id: str) -> Sequence[Complaint]:
        """Those of a ticket, newest first, at most 100."""

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[Complaint]:
        """All in one of these states, newest first."""

    async def due_first(self, *, limit: int) -> Sequence[Complaint]:
        """The open ones by when they are due."""

    async def about(self, staff_id: str, *, ask: Ask) -> Page[Complaint]:
        """Those about one butler, newest first."""

    def upheld(
        self, begin: datetime, end: datetime, *, about: str | None = None
    ) -> AsyncIterator[Upheld]:
        """How many about each butler, or one, were upheld in that time."""

    def tallied(self, begin: datetime, end: datetime) -> AsyncIterator[ComplaintTally]:
        """Those opened in that time, by place, butler and state."""

    async def upheld_about(
        self, staff_id: str, begin: datetime, end: datetime, *, limit: int
    ) -> Sequence[UpheldComplaint]:
        """Those about one that were upheld in that time, newest first."""


class JudgementStore(Protocol):
    """Judgements; of each butler there is one of a period, and one pending at a time."""

    async def add(self, unit: Unit, judgement: Judgement) -> None:
        """A new one; the transaction starts over when there is one."""

    async def replace(self, unit: Unit, judgement: Judgement, *, was: Judgement) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def get(self, judgement_id: str) -> Judgement | None:
        """By id."""

    async def last_of(self, staff_id: str) -> Judgement | None:
        """That of the latest period of one butler."""

    async def of(self, staff_id: str, *, ask: Ask) -> Page[Judgement]:
        """Those of one butler, newest first."""

    async def in_state(self, states: Iterable[JudgementState], *, ask: Ask) -> Page[Judgement]:
        """All in one of these states, what changed last first."""


class SheetStore(Protocol):
    """Monthly sheets; a version of a month is there once, and never changes."""

    async def add(self, unit: Unit, sheet: Sheet) -> None:
        """A new one; the transaction starts over when that version is there."""

    async def get(self, of: str, version: int) -> Sheet | None:
        """One version of a month."""

    async def last(self, of: str) -> Sheet | None:
        """The latest version of a month."""

    async def months(self, *, limit: int) -> Sequence[Sheet]:
        """Every version, the latest month and version first, without its rows."""

    async def of_butler(self, staff_id: str, *, limit: int) -> Sequence[Sheet]:
        """The last version of each of the latest months, with this butler's row alone."""
