"""What can be applied for, the papers each needs, and how long each step takes; content says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.electricity.applications import (
    APPLICANTS,
    OVER,
    Application,
    By,
    Manager,
    Premises,
    Proof,
    State,
)
from domain.time import civil_date
from domain.workdays import Calendar, Deadline

Category = Literal["organisation", "individual_business", "person"]
# The one paper that report and promise take the place of.
TITLE_PROOF = "title_proof"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Something to be handed in. A ``deferrable`` one may follow later in the green channel."""

    code: str
    label: str
    hint: str
    required: bool
    deferrable: bool


@dataclass(frozen=True, kw_only=True)
class Business:
    """A kind of application; ``code`` is the grid's business code where it is known.

    ``days`` are working days by state: how long whoever has to act may take there.
    """

    code: str
    label: str
    grid_code: str
    increase: bool
    categories: tuple[Category, ...]
    most_watts: int
    papers: tuple[Paper, ...]
    days: Mapping[State, int]


@dataclass(frozen=True, kw_only=True)
class Files:
    """What may be handed in: bytes and pixels or pages of one file, and how many files."""

    most_bytes: int
    most: int
    most_pixels: int
    most_pages: int


@dataclass(frozen=True, kw_only=True)
class Terms:
    """All of them, and what holds for each. ``later_days`` are calendar or working days.

    ``account`` is the pattern of an account number, ``good_years`` how far back a good user's
    record of usage is clean.
    """

    businesses: Mapping[str, Business]
    later_days: int
    later_working: bool
    return_days: int
    draft_days: int
    good_years: int
    account: str
    managers: tuple[Manager, ...]
    files: Files

    @property
    def papers(self) -> Mapping[str, str]:
        """The name of each paper by its code."""
        return {
            paper.code: paper.label
            for business in self.businesses.values()
            for paper in business.papers
        }


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Who has to act, and by when; counted anew at each look, as the calendar says by then."""

    by: By
    due: Deadline

    def over(self, today: date) -> bool:
        """Whether the last day has passed."""
        return today > self.due.day


def proof_for(premises: Premises | None) -> Proof:
    """Who has a title shows it; who has none shows credit and promises."""
    return Proof.TITLE if premises is Premises.TITLED else Proof.CREDIT


def papers_needed(business: Business, proof: Proof) -> tuple[Paper, ...]:
    """Every paper of the business; of the title proof nothing where credit takes its place."""
    return tuple(
        paper for paper in business.papers if proof is Proof.TITLE or paper.code != TITLE_PROOF
    )


def clock_of(application: Application, business: Business, calendar: Calendar) -> Clock | None:
    """Until when whoever has to act may take; None where nobody has to."""
    if application.state in OVER:
        return None
    by = By.APPLICANT if application.state in APPLICANTS else By.SUPPLIER
    if application.state is State.RETURNED and application.returned is not None:
        returned = application.returned
        return Clock(by=by, due=Deadline(day=returned.due, provisional=returned.provisional))
    days = business.days.get(application.state)
    if days is None:
        return None
    return Clock(by=by, due=calendar.after(civil_date(application.since), days))
