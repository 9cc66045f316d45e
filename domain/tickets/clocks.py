"""The clocks of a ticket, each a pure function of its log: nothing is ever counted in a counter.

So that a change of priority, service item or place loses no pause: terms and hours are those of
now, what happened is what happened. The order of the log rules. Processes' clocks differ by some
minutes, hence nothing counts as earlier than what stands before it in the log.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Protocol

from domain.hours import NOTHING, BusinessHours, Due
from domain.tickets.events import Event, Happened


class ClockKind(Enum):
    """What a clock measures, in the order in which they matter."""

    # By the law of the promise every hour counts, also of nights and holidays.
    PROMISE = "promise"
    # By business hours, as all that follow.
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class ClockState(Enum):
    """Whether time counts."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long each clock may run, of a service item at a priority."""

    promise: timedelta
    first_response: timedelta
    next_response: timedelta
    resolution: timedelta

    def __post_init__(self) -> None:
        if min(self.promise, self.first_response, self.next_response, self.resolution) <= NOTHING:
            raise ValueError("a term is longer than nothing")

    def of(self, kind: ClockKind) -> timedelta:
        """How long this clock may run."""
        return {
            ClockKind.PROMISE: self.promise,
            ClockKind.FIRST_RESPONSE: self.first_response,
            ClockKind.NEXT_RESPONSE: self.next_response,
            ClockKind.RESOLUTION: self.resolution,
        }[kind]


class Measure(Protocol):
    """Which time counts."""

    def elapsed(self, begin: datetime, end: datetime) -> timedelta:
        """How much from one instant to a later one; nothing when it is not later."""

    def due(self, begin: datetime, budget: timedelta) -> Due:
        """The first instant by which so much has counted since ``begin``."""


class Absolute:
    """Every hour counts, and none depends on a calendar."""

    def elapsed(self, begin: datetime, end: datetime) -> timedelta:
        """What the clock on the wall says."""
        return max(end - begin, NOTHING)

    def due(self, begin: datetime, budget: timedelta) -> Due:
        """So much later."""
        return Due(at=(begin + max(budget, NOTHING)).astimezone(UTC), provisional=False)


ABSOLUTE = Absolute()
EVERY = frozenset(ClockKind)
# What happened, and the instant at which it counts.
_Told = tuple[Event, datetime]


@dataclass(frozen=True, kw_only=True)
class Span:
    """From when a run counted until it paused; ``before`` is what had counted by then."""

    since: datetime
    before: timedelta


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How one run of a clock stands.

    ``run``: the n-th of its kind, from 1; what happens later never renumbers it. ``due`` is there
    while it runs. ``late``: it went on after it was due; to the very instant it is in time.
    """

    kind: ClockKind
    run: int
    began_at: datetime
    state: ClockState
    elapsed: timedelta
    budget: timedelta
    late: bool
    due: Due | None = None
    stopped_at: datetime | None = None
    stopped_by: Happened | None = None
    spans: tuple[Span, ...] = field(repr=False)
    measure: Measure = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """Such as ``first_response:2``, never of two runs of a ticket: names what was done once."""
        return f"{self.kind.value}:{self.run}"

    @property
    def overdue(self) -> bool:
        """Late, and not over; a pause does not hide it."""
        return self.late and self.state is not ClockState.STOPPED

    @property
    def met(self) -> bool | None:
        """Whether it was in time; None before it is over."""
        return not self.late if self.state is ClockState.STOPPED else None

    def reaches(self, percent: int) -> Due | None:
        """While it runs, by when so much of the budget is used, which may be past."""
        if self.state is not ClockState.RUNNING:
            return None
        return _used(self.budget * percent / 100, self.spans, self.measure)

    def elapsed_at(self, now: datetime) -> timedelta:
        """What it says at a later instant, if nothing happens until then."""
        if self.state is not ClockState.RUNNING:
            return self.elapsed
        last = self.spans[-1]
        return max(self.elapsed, last.before + self.measure.elapsed(last.since, now))


def readings(
    log: Sequence[Event], *, terms: Terms, hours: BusinessHours, now: datetime
) -> tuple[Reading, ...]:
    """The last run of each kind that ever began."""
    runs, at = _runs(log, now)
    last = {run.kind: run for run in runs}
    return tuple(_reading(last[kind], terms, hours, at) for kind in ClockKind if kind in last)


def all_runs(
    log: Sequence[Event],
    *,
    terms: Terms,
    hours: BusinessHours,
    now: datetime,
    kinds: Container[ClockKind] = EVERY,
) -> tuple[Reading, ...]:
    """Every run of these kinds there ever was, in the order in which they began."""
    runs, at = _runs(log, now)
    return tuple(_reading(run, terms, hours, at) for run in runs if run.kind in kinds)


def next_due(readings: Iterable[Reading]) -> Reading | None:
    """Of those that run, what is due first; of two at once the kind that matters more."""
    order = list(ClockKind)
    running = [(one.due.at, order.index(one.kind), one) for one in readings if one.due]
    return min(running, key=lambda found: found[:2])[2] if running else None


def _runs(log: Sequence[Event], now: datetime) -> tuple[Sequence["_Run"], datetime]:
    """The runs that the log tells, and until when: at least to the last thing that happened."""
    in_order, story = _in_order(log), _Story()
    for event, at in _without_undone_merges(in_order):
        _MEANING[event.what](story, event, at)
    return story.runs, max(now, in_order[-1][1]) if in_order else now


class _Run:
    """One run while the log is told."""

    def __init__(self, kind: ClockKind, number: int, at: datetime) -> None:
        self.kind = kind
        self.number = number
        self.began_at = at
        self.since: datetime | None = at
        self.ran: list[tuple[datetime, datetime]] = []
        self.stopped_at: datetime | None = None
        self.stopped_by: Happened | None = None

    def pause(self, at: datetime) -> None:
        if self.since is not None:
            self.ran.append((self.since, at))
            self.since = None

    def resume(self, at: datetime) -> None:
        if self.since is None:
            self.since = at

    def stop(self, at: datetime, by: Happened) -> None:
        self.pause(at)
        self.stopped_at, self.stopped_by = at, by

    @property
    def state(self) -> ClockState:
        if self.stopped_at is not None:
            return ClockState.STOPPED
        return ClockState.PAUSED if self.since is None else ClockState.RUNNING


_RESPONSES = (ClockKind.PROMISE, ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)
_FROM_THE_BEGINNING = (ClockKind.PROMISE, ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)


class _Story:
    """What the log tells, event by event; ``going`` are the runs that are not over."""

    def __init__(self) -> None:
        self.runs: list[_Run] = []
        self.going: dict[ClockKind, _Run] = {}
        self.answered = False
        self._counted: Counter[ClockKind] = Counter()

    def begins(self, _: Event, at: datetime) -> None:
        # What is open already does not begin anew: that would forgive what has elapsed.
        if not self.going:
            self.answered = False
            for kind in _FROM_THE_BEGINNING:
                self._begin(kind, at)

    def asked(self, event: Event, at: datetime) -> None:
        if self.going and self.answered and ClockKind.NEXT_RESPONSE not in self.going:
            self._begin(ClockKind.NEXT_RESPONSE, at)
        self.resumed(event, at)

    def answers(self, event: Event, at: datetime) -> None:
        self.responded(event, at)
        if event.waits and ClockKind.RESOLUTION in self.going:
            self.going[ClockKind.RESOLUTION].pause(at)
        else:
            self.resumed(event, at)

    def responded(self, event: Event, at: datetime) -> None:
        self.answered = True
        for kind in _RESPONSES:
            self._stop(kind, at, event.what)

    def resumed(self, _: Event, at: datetime) -> None:
        if ClockKind.RESOLUTION in self.going:
            self.going[ClockKind.RESOLUTION].resume(at)

    def ends(self, event: Event, at: datetime) -> None:
        for kind in ClockKind:
            self._stop(kind, at, event.what)

    def _begin(self, kind: ClockKind, at: datetime) -> None:
        self._counted[kind] += 1
        run = self.going[kind] = _Run(kind, self._counted[kind], at)
        self.runs.append(run)

    def _stop(self, kind: ClockKind, at: datetime, by: Happened) -> None:
        run = self.going.pop(kind, None)
        if run is not None:
            run.stop(at, by)


# Whatever is not here starts, pauses and ends nothing, and its instant moves no other.
_MEANING: Mapping[Happened, Callable[[_Story, Event, datetime], None]] = {
    Happened.OPENED: _Story.begins,
    Happened.REOPENED: _Story.begins,
    Happened.ASKED: _Story.asked,
    Happened.ANSWERED: _Story.answers,
    Happened.RESUMED: _Story.resumed,
    Happened.RESOLVED: _Story.ends,
    Happened.CLOSED: _Story.ends,
    Happened.MERGED: _Story.ends,
    Happened.UNMERGED: _Story.responded,
}


def _in_order(log: Sequence[Event]) -> list[_Told]:
    """What has a meaning, each with the instant at which it counts."""
    told: list[_Told] = []
    for event in log:
        if event.what in _MEANING:
            told.append((event, max(told[-1][1], event.at) if told else event.at))
    return told


def _without_undone_merges(log: Sequence[_Told]) -> Sequence[_Told]:
    """As if they had never been; an answer of the meantime stands where it was given."""
    kept: list[_Told] = []
    merged: int | None = None
    for event, at in log:
        if event.what is Happened.MERGED and merged is not None:
            continue
        if event.what is Happened.MERGED:
            merged = len(kept)
        elif event.what is Happened.UNMERGED and merged is not None:
            kept[merged:] = _meanwhile(kept[merged:], (event, at))
        # Reopened, it is a ticket of its own again, and that merge stays an ending.
        if event.what in {Happened.UNMERGED, Happened.REOPENED}:
            merged = None
        if event.what is not Happened.UNMERGED:
            kept.append((event, at))
    return kept


def _meanwhile(since: Sequence[_Told], unmerged: _Told) -> Sequence[_Told]:
    """What happened from a merge until it was undone, without the merge."""
    (_, merged_at), *between = since
    event, until = unmerged
    if event.answered_at is None:
        return between
    answered_at = min(max(event.answered_at, merged_at), until)
    place = sum(at <= answered_at for _, at in between)
    return [*between[:place], (event, answered_at), *between[place:]]


def _reading(run: _Run, terms: Terms, hours: BusinessHours, now: datetime) -> Reading:
    budget = terms.of(run.kind)
    measure = ABSOLUTE if run.kind is ClockKind.PROMISE else hours
    ran = run.ran if run.since is None else [*run.ran, (run.since, now)]
    spans, elapsed = [], NOTHING
    for since, until in ran:
        spans.append(Span(since=since, before=elapsed))
        elapsed += measure.elapsed(since, until)
    runs = run.state is ClockState.RUNNING
    due = _used(budget, spans, measure) if runs or elapsed >= budget else None
    return Reading(
        kind=run.kind,
        run=run.number,
        began_at=run.began_at,
        state=run.state,
        elapsed=elapsed,
        budget=budget,
        late=due is not None and any(until > max(since, due.at) for since, until in ran),
        due=due if runs else None,
        stopped_at=run.stopped_at,
        stopped_by=run.stopped_by,
        spans=tuple(spans),
        measure=measure,
    )


def _used(budget: timedelta, spans: Sequence[Span], measure: Measure) -> Due:
    """By when so much was used: in the last span before which it was not."""
    span = next((one for one in reversed(spans) if one.before < budget), spans[0])
    return measure.due(span.since, budget - span.before)
