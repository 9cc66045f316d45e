"""What promises need from outside: stores, numbers, turns, the report, the identity agency."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from domain.content_checks import Judged, Scene
from domain.errors import DomainError
from domain.pages import Ask, Page
from domain.promises.promises import Promise, State
from domain.report_facts import ReportFacts
from domain.subjects.subjects import Duty, Subject
from domain.transactions import Act, Unit


@dataclass(frozen=True, kw_only=True)
class SigningCheck:
    """An identity check for one signing; its ticket opens the agency's camera.

    Passed at the counter, its ``method`` says so, it began when it was passed, and its ticket is
    its receipt: the number of the counter case.
    """

    id: str
    promise_id: str
    person_id: str
    ticket: str = field(repr=False)
    begun_at: datetime
    expires_at: datetime
    method: str = ""


class PromiseStore(Protocol):
    """Promises, their canonical snapshots and their letters."""

    async def add(self, unit: Unit, promise: Promise) -> None:
        """A new draft."""

    async def get(self, promise_id: str) -> Promise | None:
        """By id."""

    async def of_subject(self, subject_id: str, *, ask: Ask) -> Page[Promise]:
        """Those drafted under one right to act, newest first."""

    async def of_about(self, about: str, *, ask: Ask) -> Page[Promise]:
        """All of a promisor, newest first."""

    async def by_code(self, code: str) -> Promise | None:
        """By promise code."""

    async def broken(self, about: str) -> Sequence[Promise]:
        """Those of a promisor that are found broken, at most 100."""

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[Promise]:
        """All in one of these states, what changed last first."""

    async def to_decide(self, *, ask: Ask) -> Page[Promise]:
        """Those in which the office has something to decide, the earliest deadline first."""

    async def drafts(self, subject_id: str) -> int:
        """How many drafts there are under one right to act."""

    async def replace(self, unit: Unit, promise: Promise, *, was: Promise) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def remove(self, unit: Unit, promise: Promise) -> None:
        """A draft goes; Stale when it moved on."""

    async def next_number(self, unit: Unit, counter: str) -> int:
        """The next of a counter: without gaps, since it commits with the row that carries it."""

    async def keep(self, unit: Unit, *, promise_id: str, snapshot: bytes) -> None:
        """What was signed: the canonical snapshot."""

    async def snapshot(self, promise_id: str) -> bytes | None:
        """The canonical snapshot."""

    async def keep_pdf(self, unit: Unit, *, promise_id: str, pdf: bytes) -> None:
        """The letter, or the letter with its time-stamp."""

    async def pdf(self, promise_id: str) -> bytes | None:
        """The letter."""

    async def add_check(self, unit: Unit, check: SigningCheck) -> None:
        """An identity check begun."""

    async def check(self, check_id: str) -> SigningCheck | None:
        """By id."""

    async def spend(self, unit: Unit, check: SigningCheck, *, receipt: str) -> None:
        """Use a receipt up; raises Conflict, as the unit ends, if it was used before."""

    async def text(self, text_hash: str) -> str | None:
        """A text that was in force, exactly as it was shown."""


class Places(Protocol):
    """Few prepare at a time, so that who came first is ready first."""

    def place(self) -> AbstractAsyncContextManager[None]:
        """For what is done before a turn; raises Unavailable where none comes free in time."""


class FindReport(Protocol):
    """Credit reports, narrowly."""

    async def __call__(self, act: Act, *, report_id: str) -> ReportFacts:
        """The report, with the look recorded; raises as for reading."""


class UsageEntry(Protocol):
    """An entry in the record of electricity use."""

    @property
    def id(self) -> str:
        """Also how the municipal platform knows it."""

    @property
    def title(self) -> str:
        """What it is."""

    @property
    def on(self) -> date:
        """Its last day."""

    @property
    def keeper(self) -> str:
        """Who reported it."""


class UsageEntries(Protocol):
    """The record of electricity use, narrowly."""

    async def __call__(self, about: str, *, today: date, years: int) -> Sequence[UsageEntry]:
        """Entries whose event is not over for so many years."""


class Acting(Protocol):
    """For whom a person acts."""

    async def require(
        self, *, person_id: str, subject_id: str, duty: Duty, now: datetime
    ) -> Subject:
        """The subject; NotFound when it is not theirs, OutOfScope when not for this."""

    async def match_again(self, act: Act, *, principal_id: str) -> None:
        """Match a representative again; raises when the right has ended."""

    async def of(self, *, person_id: str, now: datetime) -> Sequence[Subject]:
        """All subjects of a person."""


class HoldRight(Protocol):
    """Rights to act, narrowly."""

    async def __call__(self, unit: Unit, subject_id: str, *, otherwise: DomainError) -> None:
        """It stands until this commits; else ``otherwise`` is raised as the unit ends."""


class RequireConsent(Protocol):
    """Consents, narrowly."""

    async def __call__(self, *, person_id: str, agreement: str) -> object:
        """Raise ConsentRequired when there is none."""


class Checks(Protocol):
    """WeChat's check of what people write, narrowly."""

    async def text(self, *, person_id: str, text: str, scene: Scene) -> Judged:
        """What WeChat says of a text now; pending when it does not serve."""

    async def keep(
        self, unit: Unit, act: Act, *, object_id: str, text: str, scene: Scene, judged: Judged
    ) -> None:
        """What was said of the text of a thing that is saved now; a pending one goes on."""

    async def known(self, object_id: str) -> Judged | None:
        """What is known of a thing; None when it was never checked."""


class Matters(Protocol):
    """What promises are given for, narrowly."""

    async def moved(self, unit: Unit, act: Act, promise: Promise) -> None:
        """It was signed, taken back, or found to stand otherwise; commits with that.

        Raises:
            Conflict: what it was given for does not allow that.
        """
