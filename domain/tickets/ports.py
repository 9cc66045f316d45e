"""What tickets need from outside, narrowly: stores, places and butlers, images, who is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.butlers.assigning import Choice, Load
from domain.hours import BusinessHours
from domain.pages import Ask, Page
from domain.subjects.subjects import Duty, Footing, Subject
from domain.tickets.messages import Message
from domain.tickets.stepping import Escalation
from domain.tickets.tickets import Ticket
from domain.transactions import Act, Unit


class TicketStore(Protocol):
    """Tickets; the number is unique."""

    async def add(self, unit: Unit, ticket: Ticket) -> None:
        """A new one; the transaction starts over when there is one of this number."""

    async def get(self, ticket_id: str, *, unit: Unit | None = None) -> Ticket | None:
        """By id; as a unit sees it, where there is one."""

    async def by_number(self, number: str) -> Ticket | None:
        """By number."""

    async def replace(self, unit: Unit, ticket: Ticket, *, was: Ticket) -> None:
        """Save against the revision that was read; the transaction starts over when it moved on."""

    async def of_subject(self, subject_id: str, *, ask: Ask) -> Page[Ticket]:
        """Those asked under one right to act, newest first."""

    async def of_about(self, about: str, *, principal_id: str, ask: Ask) -> Page[Ticket]:
        """All about an enterprise or a person, newest first."""

    async def to_step(self, now: datetime, *, most: int) -> Sequence[str]:
        """The ids of tickets whose clocks ask for something now, who waits longest first."""

    async def put_off(self, unit: Unit, ticket_id: str, *, until: datetime) -> None:
        """Its clocks ask for nothing until then, or until it is saved again."""

    async def loads(self, unit: Unit, butlers: Sequence[str]) -> Mapping[str, Load]:
        """How much each butler has open, and when one was given to them last, as the unit sees it.

        Of two units that give to one butler the later one starts over, and counts anew.
        """

    async def active_about(self, about: str, *, most: int) -> Sequence[Ticket]:
        """Active tickets about an enterprise or a person, the newest."""

    async def of_butler(self, butler_id: str, *, most: int) -> Sequence[Ticket]:
        """Active tickets of a butler, some of them."""

    async def merged_into(self, ticket_id: str) -> Sequence[Ticket]:
        """Those that are the same matter as this, at most 50."""


class MessageStore(Protocol):
    """Messages between citizen and staff."""

    async def add(self, unit: Unit, message: Message) -> None:
        """A new one."""

    async def of(self, ticket_id: str, *, before: int | None, most: int) -> Sequence[Message]:
        """The last of a ticket before the ``before``-th, in the order they were written."""


class EscalationStore(Protocol):
    """Steps that clocks took."""

    async def add(self, unit: Unit, escalation: Escalation) -> None:
        """A new one; the transaction starts over when it was taken before."""

    async def of(self, ticket_id: str) -> Sequence[Escalation]:
        """Those of a ticket, oldest first."""


class Acting(Protocol):
    """For whom a person acts."""

    async def require(
        self, *, person_id: str, subject_id: str, duty: Duty, now: datetime
    ) -> Subject:
        """The subject; NotFound when it is not theirs, OutOfScope when not for this."""

    async def footing(
        self, *, person_id: str, subject_id: str, principal_id: str, duty: Duty, now: datetime
    ) -> Footing:
        """By what right the person may do this; NotFound or OutOfScope."""


class Hours(Protocol):
    """When somebody works at a place."""

    async def __call__(self, place_id: str) -> BusinessHours:
        """Its business hours, or the district's."""


class Choose(Protocol):
    """Who works on a ticket."""

    async def __call__(
        self, unit: Unit, *, place_id: str, item: str, now: datetime, besides: frozenset[str]
    ) -> Choice:
        """By place, skill, load and fairness; never one of ``besides``.

        Raises:
            NotFound: the district has this place or service item no more.
        """


class Images(Protocol):
    """Images that were uploaded before."""

    async def bind(
        self, unit: Unit, act: Act, *, ids: Sequence[str], owner: str, to: str
    ) -> object:
        """They belong to this from now on; Invalid for one that is not the owner's, or bound."""


class Staff(Protocol):
    """Accounts, narrowly."""

    async def name(self, staff_id: str) -> str:
        """As people read it; of one that is not there any more, 原信用管家."""


class Serves(Protocol):
    """Who works where."""

    async def __call__(self, *, staff_id: str, place_id: str) -> bool:
        """Whether a butler, neither suspended nor gone, serves a place."""
