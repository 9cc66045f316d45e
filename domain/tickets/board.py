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
class Opened:
    """Tickets of one day: how many were opened, and of how many it is known how it went."""

    opened: int = 0
    in_time: int = 0
    late: int = 0


@dataclass(frozen=True, kw_only=True)
class Held:
    """What one butler has."""

    open: int = 0
    overdue: int = 0
    waiting: int = 0


@dataclass(frozen=True, kw_only=True)
class OfDay(Opened):
    """Tickets opened on one day."""

    day: date

    @property
    def share(self) -> int | None:
        """Percent in time of those of which it is known; None of none."""
        known = self.in_time + self.late
        return self.in_time * 100 // known if known else None


@dataclass(frozen=True, kw_only=True)
class OfButler(Held):
    """What one butler has, by name."""

    staff_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """All of it at one instant."""

    counts: Mapping[str, int]
    butlers: Sequence[OfButler]
    days: Sequence[OfDay]
    escalations: Sequence[tuple[Escalation, str]]


class Figures(Protocol):
    """What is counted over all tickets; where there are many, as it was half a minute ago."""

    async def opened(self, begin: datetime, end: datetime) -> Mapping[date, Opened]:
        """Of those opened in this time, by day."""

    async def held(self, now: datetime) -> Mapping[str, Held]:
        """What each butler has who has anything, by id."""


class BoardStore(Protocol):
    """What is read of tickets as they are now."""

    async def counts(self, wanted: Sequence[Wanted], *, most: int) -> Sequence[int]:
        """How many of each, counted to ``most``."""

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
    """A few commands, however many tickets and butlers there are."""

    def __init__(
        self, *, store: BoardStore, figures: Figures, steps: Steps, active: Active
    ) -> None:
        self._store = store
        self._figures = figures
        self._steps = steps
        self._active = active

    async def now(self, now: datetime) -> Board:
        """As it stands at this instant."""
        escalations = await self._steps.latest(least=75, most=MOST_STEPS)
        numbers = await self._store.numbers([one.ticket_id for one in escalations])
        return Board(
            counts=await self._counts(now),
            butlers=await self._butlers(now),
            days=await self._days(civil_date(now)),
            escalations=[(one, numbers.get(one.ticket_id, "")) for one in escalations],
        )

    async def _counts(self, now: datetime) -> Mapping[str, int]:
        parts = {
            "open": Wanted(),
            "overdue": Wanted(due_before=now),
            "soon": Wanted(due_from=now, due_before=now + SOON),
            "waiting": Wanted(states=(State.WAITING,)),
            "unassigned": Wanted(butler_id=""),
        }
        counts = await self._store.counts(list(parts.values()), most=COUNTED)
        return dict(zip(parts, counts, strict=True))

    async def _butlers(self, now: datetime) -> Sequence[OfButler]:
        """Who has most overdue comes first; who serves and has nothing is there too."""
        held = await self._figures.held(now)
        found = [
            OfButler(staff_id=staff_id, name=name, **vars(held.get(staff_id, Held())))
            for staff_id, name in (await self._active()).items()
        ]
        found.sort(key=lambda one: (-one.overdue, -one.open, one.staff_id))
        return found[:MOST_BUTLERS]

    async def _days(self, today: date) -> Sequence[OfDay]:
        """The last two weeks, oldest first."""
        days = [today - n * DAY for n in reversed(range(DAYS))]
        opened = await self._figures.opened(day_ends(days[0] - DAY), day_ends(today))
        return [OfDay(day=day, **vars(opened.get(day, Opened()))) for day in days]
