"""What the partner interface needs from outside: its stores, the partner's system, applications."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain.electricity.applications import Application
from domain.grid.cases import Case, Delivery, DeliveryState
from domain.grid.comparing import Comparison, Theirs
from domain.grid.events import Event, EventState, Received
from domain.pages import Ask, Page
from domain.transactions import Unit


class Cases(Protocol):
    """Applications with the partner. A write starts over what was read out of date."""

    async def get(self, application_id: str) -> Case | None:
        """By the application's id."""

    async def by_number(self, number: str) -> Case | None:
        """By its number."""

    async def add(self, unit: Unit, case: Case) -> None:
        """A new one."""

    async def replace(self, unit: Unit, case: Case, *, was: Case) -> None:
        """Save against the revision that was read."""

    async def all(self, *, after: str, limit: int) -> Sequence[Case]:
        """By number, those after this one."""


class Events(Protocol):
    """What the partner told."""

    async def of(self, application_id: str) -> Sequence[Received]:
        """All of an application, in the order they came."""

    async def get(self, received_id: str) -> Received | None:
        """By our id."""

    async def add(self, unit: Unit, received: Received) -> None:
        """A new one; starts over when its place was taken meanwhile."""

    async def replace(self, unit: Unit, received: Received, *, was: Received) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def in_state(self, states: Collection[EventState], *, ask: Ask) -> Page[Received]:
        """Those in one of these states, newest first."""


class Deliveries(Protocol):
    """What goes to the partner."""

    async def add(self, unit: Unit, delivery: Delivery) -> None:
        """A new one."""

    async def get(self, delivery_id: str) -> Delivery | None:
        """By id."""

    async def of(self, application_id: str) -> Sequence[Delivery]:
        """All of an application, by place."""

    async def replace(self, unit: Unit, delivery: Delivery, *, was: Delivery) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def in_state(self, states: Collection[DeliveryState], *, ask: Ask) -> Page[Delivery]:
        """Those in one of these states, newest first."""


class Comparisons(Protocol):
    """What the daily comparisons found."""

    async def of_day(self, day: date) -> Comparison | None:
        """Of a day."""

    async def keep(self, unit: Unit, comparison: Comparison) -> None:
        """One a day; the transaction starts over when there is one."""

    async def newest(self, *, most: int) -> Sequence[Comparison]:
        """The last ones, newest first."""


@dataclass(frozen=True, kw_only=True)
class TheirEvents:
    """Events that were asked for, in order, and the last sequence there is."""

    items: tuple[Event, ...]
    last: int


@dataclass(frozen=True, kw_only=True)
class TheirPage:
    """Some of all applications the partner has, and where to go on."""

    items: tuple[Theirs, ...]
    next: str


class PowerGrid(Protocol):
    """The partner's system."""

    async def deliver(self, delivery: Delivery) -> datetime:
        """Hand over; since when they have it. Unavailable, permanent when they refuse it."""

    async def events(self, number: str, *, after: int) -> TheirEvents:
        """Those after this sequence; Unavailable."""

    async def applications(self, *, cursor: str) -> TheirPage:
        """A page of all they have; Unavailable."""


class Applications(Protocol):
    """Applications, narrowly."""

    async def get(self, application_id: str) -> Application | None:
        """By id."""

    async def file(self, *, application_id: str, material_id: str) -> bytes | None:
        """A file handed in for it."""


class Given(Protocol):
    """A consent, narrowly."""

    @property
    def id(self) -> str:
        """Its id."""


class RequireConsent(Protocol):
    """The consent to providing an application to the supplier, narrowly."""

    async def __call__(self, *, person_id: str, subject_id: str) -> Given:
        """The one that stands; raises ConsentRequired."""
