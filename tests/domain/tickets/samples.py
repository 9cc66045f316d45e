"""A ticket to begin with, and acts at chosen hours of Monday, 30 November 2026."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from domain.hours import BusinessHours, Interval, standard_week
from domain.tickets import moves
from domain.tickets.clocks import Terms
from domain.tickets.events import By
from domain.tickets.tickets import Asker, Origin, Source, Ticket
from domain.transactions import Act
from domain.workdays import Calendar

# Nine o'clock in Shanghai.
BEGIN = datetime(2026, 11, 30, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS = BusinessHours(
    calendar=Calendar(
        covered_from=date(2026, 1, 1),
        horizon=date(2027, 12, 31),
        holidays=frozenset(),
        workdays=frozenset(),
    ),
    week=standard_week(
        Interval(begins=time(9), ends=time(12)), Interval(begins=time(14), ends=time(18))
    ),
)
TERMS = Terms(
    promise=24 * HOUR, first_response=2 * HOUR, next_response=4 * HOUR, resolution=21 * HOUR
)


class _Draw:
    def id(self) -> str:
        raise AssertionError

    def secret(self) -> str:
        raise AssertionError

    def pick(self, alphabet: str, length: int) -> str:
        return alphabet[0] * length


async def _commit(_work: Any, /, *, turn: str = "") -> Any:
    raise AssertionError(turn)


def at(hours: float, actor: str = "wang") -> Act:
    """An act so many hours after the ticket was opened."""
    return Act(at=BEGIN + hours * HOUR, actor=actor, trace_id="t", draw=_Draw(), commit=_commit)


def new(**changes: Any) -> Ticket:
    """Just opened by a citizen."""
    ticket = moves.opened(
        at(0, "citizen"),
        ticket_id="one",
        number="GJ1",
        asker=Asker(person_id="citizen"),
        origin=Origin(source=Source.MINI_PROGRAM),
        item="consulting",
        place_id="tower",
        by=By.CITIZEN,
        said="怎么修复？",
    )
    return replace(ticket, **changes)
