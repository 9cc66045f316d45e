"""What judging needs from outside, narrowly: tickets, butlers, staff, the stores, WeChat's checks.

Nothing here says what a ticket is: only what was resolved, by whom, in time or not.
"""

from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.butlers.butlers import Butler
from domain.content_checks import Judged, Scene
from domain.judging.facts import LateTicket, Tally, Worked
from domain.staff.roles import Role
from domain.transactions import Act, Unit


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """The last resolution of a ticket. ``resolver`` is the account that resolved it."""

    ticket_id: str
    number: str
    cycle: int
    resolver: str
    resolved_at: datetime
    place_id: str
    item: str
    person_id: str
    in_time: bool


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """Whom a complaint about a ticket concerns: who resolved it last, else who has it, or empty.

    ``cycle`` is that of the last resolution; 0 before any.
    """

    ticket_id: str
    number: str
    cycle: int
    butler: str
    place_id: str
    item: str
    person_id: str


class Tickets(Protocol):
    """What is known of tickets. ``number`` is how the citizen knows one."""

    async def resolution(self, number: str, *, person_id: str) -> Resolution | None:
        """The last one of a ticket of this person; None before any.

        Raises:
            NotFound: no ticket of theirs.
        """

    async def concerned(self, number: str, *, person_id: str) -> Concerned:
        """Whom a complaint of this person about it concerns.

        Raises:
            NotFound: no ticket of theirs.
        """

    async def took_part(self, ticket_id: str) -> AbstractSet[str]:
        """The accounts that had it, answered in it or resolved it."""

    def worked(
        self, begin: datetime, end: datetime, *, by: str | None = None
    ) -> AsyncIterator[Worked]:
        """What each, or one, resolved from ``begin`` until before ``end``."""

    async def late(
        self, staff_id: str, begin: datetime, end: datetime, *, limit: int
    ) -> Sequence[LateTicket]:
        """What one resolved in that time and not within its 24 hours, newest first."""

    def tallies(self, begin: datetime, end: datetime) -> AsyncIterator[Tally]:
        """What happened in that time, by place and butler."""


class Follow(Protocol):
    """Who may follow a ticket now."""

    async def __call__(self, *, person_id: str, number: str, now: datetime) -> object:
        """Pass.

        Raises:
            NotFound: they have nothing to do with it, or not any more.
            OutOfScope: they act for whom it is about, but not in this.
        """


class Butlers(Protocol):
    """Credit butlers, narrowly."""

    async def all(self) -> Sequence[Butler]:
        """Every butler, with their name."""

    async def suspend(self, unit: Unit, act: Act, *, staff_id: str, reason: str) -> object:
        """They hand over what is open, and get no tickets until restored; raises Conflict."""

    async def exit(self, unit: Unit, act: Act, *, staff_id: str, reason: str) -> object:
        """They hand over what is open, and get no tickets any more; raises Conflict."""

    async def restore(self, unit: Unit, act: Act, *, staff_id: str, reason: str) -> object:
        """They serve again; raises Conflict when they are not suspended."""


class RolesOf(Protocol):
    """Staff accounts, narrowly."""

    async def __call__(self, staff_id: str) -> Sequence[Role]:
        """As what somebody works here; none for who is gone."""


class PersonOf(Protocol):
    """Staff as the people they are, as far as that is known."""

    async def __call__(self, staff_id: str) -> str:
        """The person whose WeChat an account has bound; empty where none is."""


class Checks(Protocol):
    """WeChat's check of what people write, narrowly."""

    async def text(self, *, person_id: str, text: str, scene: Scene) -> Judged:
        """What WeChat says of a text now; pending when it does not serve."""

    async def known(self, object_id: str) -> Judged | None:
        """What is known of the text of a thing; None when it was never checked."""

    async def keep(
        self, unit: Unit, act: Act, *, object_id: str, text: str, scene: Scene, judged: Judged
    ) -> None:
        """What was said of the text of a thing that is saved now; a pending one goes on."""
