"""The supervisor's board: how it stands now, by butler, and over the last days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from domain.tickets.queue import COUNTED, SOON, Wanted
from domain.tickets.stepping import Escalation
from domain.tickets.tickets import State
from domain.time import civil_date, day_ends

DAYS = 14
MOST_BUTLERS = 60
MOST_STEPS = 20
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class OfDay:
    """Tickets opened on one day: how many, and of how many it is known that they were in time."""

    day: date
    opened: int
    in_time: int
    late: int

    @property
    def share(self) -> int | None:
        """Percent in time of those of which it is known; None of none."""
        known = self.in_time + self.late
        return self.in_time * 100 // known if known else None


@dataclass(frozen=True, kw_only=True)
class OfButler:
    """What one butler has, each counted to 100."""

    staff_id: str
    name: str
    open: int
    overdue: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """All of it at one instant."""

    counts: Mapping[str, int]
    butlers: Sequence[OfButler]
    days: Sequence[OfDay]
    escalations: Sequence[tuple[Escalation, str]]


class BoardStore(Protocol):
    """What is counted."""

    async def count(self, wanted: Wanted, *, most: int) -> int:
        """How many, counted to ``most``."""

    async def opened(self, begin: datetime, end: datetime) -> tuple[int, int, int]:
        """Of those opened in this time: how many, in time, and late."""

    async def numbers(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Their numbers, by id."""


class Steps(Protocol):
    """Steps that clocks took."""

    async def latest(self, *, least: int, most: int) -> Sequence[Escalation]:
        """The last that went at least so far."""


class Active(Protocol):
    """Butlers, narrowly."""

    async def __call__(self) -> Mapping[str, str]:
        """Names of those who serve, by id."""


class Boards:
    """Each figure is a bounded count over an index."""

    def __init__(self, *, store: BoardStore, steps: Steps, active: Active) -> None:
        self._store = store
        self._steps = steps
        self._active = active

    async def now(self, now: datetime) -> Board:
        """As it stands at this instant."""
        escalations = await self._steps.latest(least=75, most=MOST_STEPS)
        numbers = await self._store.numbers([one.ticket_id for one in escalations])
        return Board(
            counts=await self._counts(None, now),
            butlers=await self._butlers(now),
            days=[await self._day(civil_date(now) - n * DAY) for n in reversed(range(DAYS))],
            escalations=[(one, numbers.get(one.ticket_id, "")) for one in escalations],
        )

    async def _counts(self, butler_id: str | None, now: datetime) -> Mapping[str, int]:
        parts = {
            "open": Wanted(butler_id=butler_id),
            "overdue": Wanted(butler_id=butler_id, due_before=now),
            "soon": Wanted(butler_id=butler_id, due_from=now, due_before=now + SOON),
            "waiting": Wanted(butler_id=butler_id, states=(State.WAITING,)),
            "unassigned": Wanted(butler_id=""),
        }
        return {
            name: await self._store.count(wanted, most=COUNTED) for name, wanted in parts.items()
        }

    async def _butlers(self, now: datetime) -> Sequence[OfButler]:
        """Who has most overdue comes first."""
        names = await self._active()
        found = []
        for staff_id, name in sorted(names.items())[:MOST_BUTLERS]:
            counts = await self._counts(staff_id, now)
            found.append(
                OfButler(
                    staff_id=staff_id,
                    name=name,
                    open=counts["open"],
                    overdue=counts["overdue"],
                    waiting=counts["waiting"],
                )
            )
        return sorted(found, key=lambda one: (-one.overdue, -one.open, one.staff_id))

    async def _day(self, day: date) -> OfDay:
        opened, in_time, late = await self._store.opened(day_ends(day - DAY), day_ends(day))
        return OfDay(day=day, opened=opened, in_time=in_time, late=late)
