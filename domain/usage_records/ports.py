"""What usage records need from outside, narrowly: the store, rights to act, people, WeChat."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from domain.content_checks import Judged, Scene
from domain.pages import Ask, Page
from domain.subjects.subjects import Subject
from domain.transactions import Act, Unit
from domain.usage_records.records import State, UsageRecord
from domain.usage_records.reports import Whose
from domain.values import VerifiedIdentity


class UsageStore(Protocol):
    """Usage records; the reference of the supplier is unique."""

    async def add(self, unit: Unit, record: UsageRecord) -> None:
        """A new one; the transaction starts over when there is one of this reference."""

    async def get(self, record_id: str) -> UsageRecord | None:
        """By id."""

    async def by_reference(self, reference: str) -> UsageRecord | None:
        """By the reference of the supplier."""

    async def replace(self, unit: Unit, record: UsageRecord, *, was: UsageRecord) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def of_whose(self, number: str, *, ask: Ask) -> Page[UsageRecord]:
        """All about a uscc or an ID number, newest first."""

    async def standing(self, number: str) -> Sequence[UsageRecord]:
        """Those about a uscc or an ID number that have entered the record, at most 100."""

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[UsageRecord]:
        """All in one of these states, what changed last first."""

    def holder_of(self, number: str) -> str:
        """The keyed hash of an ID number."""


class Acting(Protocol):
    """For whom a person acts."""

    async def of(self, *, person_id: str, now: datetime) -> Sequence[Subject]:
        """All subjects of a person."""

    async def representing(self, uscc: str) -> Sequence[Subject]:
        """The standing legal representatives of an enterprise."""


class IdentityOf(Protocol):
    """People, narrowly."""

    async def __call__(self, person_id: str) -> VerifiedIdentity | None:
        """Proven name and ID number; None while unproven, or when gone."""


class HolderOf(Protocol):
    """People by their ID number, narrowly."""

    async def __call__(self, id_number: str) -> str | None:
        """The id of who has proven this number here."""


class Checks(Protocol):
    """WeChat's check of what people write, narrowly."""

    async def text(self, *, person_id: str, text: str, scene: Scene) -> Judged:
        """What WeChat says of a text now; pending when it does not serve."""

    async def keep(
        self, unit: Unit, act: Act, *, object_id: str, text: str, scene: Scene, judged: Judged
    ) -> None:
        """What was said of the text of a thing that is saved now; a pending one goes on."""


class HandOver(Protocol):
    """Contributions to the municipal platform, narrowly."""

    async def __call__(
        self, unit: Unit, act: Act, *, kind: str, thing_id: str, version: int
    ) -> None:
        """It is to be told from this version on; commits with what changed it."""


def number_of(whose: Whose) -> str:
    """By what somebody is known: the uscc, or the ID number."""
    return whose.uscc or whose.id_number
