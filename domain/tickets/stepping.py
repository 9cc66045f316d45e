"""What clocks ask for by themselves: escalation, reminding who does not answer, closing.

A step has a name that never comes twice, such as ``promise:1:75``: the 75 percent of the first run
of the promise. It is taken in the transaction that saves its name, so that any number of
schedulers, killed or with clocks that jump, take each once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.tickets.clock_words import CLOCKS
from domain.tickets.clocks import ClockState, Reading
from domain.tickets.events import Event, Happened
from domain.tickets.tickets import State, Ticket

LEVELS = (50, 75, 100)
# Waiting for the citizen: reminded after two days, closed after seven.
REMIND_AFTER = timedelta(days=2)
CLOSE_AFTER = timedelta(days=7)


class Does(Enum):
    """What a step does."""

    ESCALATE = "escalate"
    REMIND = "remind"
    CLOSE = "close"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step, and when it is due (UTC)."""

    name: str
    at: datetime
    does: Does
    level: int = 0
    reading: Reading | None = None


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """A step that was taken: how far a clock was, and which accounts were told."""

    ticket_id: str
    name: str
    level: int
    due_at: datetime
    at: datetime
    told: tuple[str, ...]


def steps_of(ticket: Ticket, readings: Sequence[Reading]) -> tuple[Step, ...]:
    """Every step that is still to come, or overdue, soonest first."""
    if not ticket.active:
        return ()
    coming = (*_escalations(readings), *_of_waiting(ticket))
    left = (step for step in coming if step.name not in ticket.stepped)
    return tuple(sorted(left, key=lambda step: (step.at, step.level, step.name)))


def stepped(ticket: Ticket, taken: Sequence[Step]) -> Ticket:
    """These were taken. The tag stays: a clock is nothing that a reply could overlook."""
    names = (*ticket.stepped, *(step.name for step in taken))
    return replace(ticket, stepped=names, revision=ticket.revision + 1)


def next_step(ticket: Ticket, readings: Sequence[Reading]) -> datetime | None:
    """When the next step is due; None when none ever is."""
    steps = steps_of(ticket, readings)
    return steps[0].at if steps else None


def in_words(step: Step) -> str:
    """已用去“首次答复”时限的 75%, or that it is over."""
    if step.reading is None:
        return ""
    clock = CLOCKS[step.reading.kind]
    if step.level >= LEVELS[-1]:
        return f"“{clock}”已超时"
    return f"“{clock}”时限已用去 {step.level}%"


def _escalations(readings: Sequence[Reading]) -> Iterator[Step]:
    for reading in readings:
        if reading.state is not ClockState.RUNNING:
            continue
        for level in LEVELS:
            reached = reading.reaches(level)
            if reached is not None:
                yield Step(
                    name=f"{reading.name}:{level}",
                    at=reached.at,
                    does=Does.ESCALATE,
                    level=level,
                    reading=reading,
                )


def _of_waiting(ticket: Ticket) -> Iterator[Step]:
    """Counted from when it was put to the citizen; the place in the log names the run.

    A merged ticket waits for nobody: taken apart, the citizen has the whole time again.
    """
    if ticket.state is not State.WAITING:
        return
    number, event = _put_to_citizen(ticket.log)
    yield Step(name=f"waiting:{number}:remind", at=event.at + REMIND_AFTER, does=Does.REMIND)
    yield Step(name=f"waiting:{number}:close", at=event.at + CLOSE_AFTER, does=Does.CLOSE)


def _put_to_citizen(log: Sequence[Event]) -> tuple[int, Event]:
    puts = {Happened.ANSWERED, Happened.UNMERGED}
    numbered = [(n, one) for n, one in enumerate(log) if one.what in puts]
    return numbered[-1]
