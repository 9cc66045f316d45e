"""The slow oracle: a ticket lived minute by minute, each clock a list of the minutes it ticked.

It shares nothing with the clocks but the names of things: no span, no sum, no replay. Of a merge
it lives two lives at once, one that stopped and one that never did, and takes the true one.
"""

from bisect import bisect_left
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from chinese_calendar.constants import holidays, workdays

from domain.tickets.events import Event, Happened
from domain.time import SHANGHAI
from tests.domain.tickets.histories import FIRST_MONDAY, MINUTE, SILENT, Place

FROM, DAYS, IN_A_DAY = FIRST_MONDAY, 325, 1440
CLOCK = [f"{of_day // 60:02}:{of_day % 60:02}" for of_day in range(IN_A_DAY)]


def minute(at: datetime) -> int:
    """Which minute it is; instants of these lives are whole ones."""
    return (at - FROM) // MINUTE


def instant(number: int) -> datetime:
    """When a minute begins."""
    return FROM + number * MINUTE


@cache
def working(place: Place) -> bytes:
    """For every minute of the year whether somebody works at a place."""
    return bytes(open_now for day in range(DAYS) for open_now in working_on(place, day))


@cache
def worked(place: Place) -> list[int]:
    """Every minute of the year in which somebody works at a place."""
    return [number for number, open_now in enumerate(working(place)) if open_now]


def working_on(place: Place, number: int) -> list[bool]:
    """The same of one day, by the library's own tables."""
    hours = place.value
    day = FROM.astimezone(SHANGHAI).date() + timedelta(days=number)
    weekday = day.weekday()
    if day in holidays and day not in workdays:
        return [False] * IN_A_DAY
    if day in workdays and not hours.week.get(weekday):
        weekday = hours.instead
    written = [
        (f"{one.begins:%H:%M}", f"{one.ends:%H:%M}".replace("23:59", "24:00"))
        for one in hours.week.get(weekday, ())
    ]
    return [any(begins <= clock < ends for begins, ends in written) for clock in CLOCK]


@dataclass
class Lived:
    """One run: its minutes, and those of them in which it ticked."""

    began: int
    went: list[int] = field(default_factory=list)
    ticks: list[int] = field(default_factory=list)
    paused: bool = False
    stopped: int | None = None

    def stop(self, at: int) -> None:
        """No later minute counts."""
        if self.stopped is None:
            self.stopped = at
            self.went = [number for number in self.went if number < at]
            self.ticks = [number for number in self.ticks if number < at]

    def late(self, budget: timedelta) -> bool:
        """Whether it went on for a minute after the last of its budget."""
        needed = budget // MINUTE
        return len(self.ticks) >= needed and self.went[-1] > self.ticks[needed - 1]


@dataclass
class Life:
    """All runs by their names."""

    runs: dict[str, Lived] = field(default_factory=dict)
    open: bool = False
    answered: bool = False

    def last(self, kind: str) -> Lived | None:
        """The last run of a kind."""
        return next((run for name, run in reversed(self.runs.items()) if kind in name), None)

    def begin(self, kind: str, at: int) -> None:
        """One more of a kind."""
        number = 1 + sum(name.startswith(kind) for name in self.runs)
        self.runs[f"{kind}:{number}"] = Lived(at)

    def respond(self, at: int) -> None:
        """The citizen has an answer."""
        self.answered = True
        for kind in ("promise", "first_response", "next_response"):
            if run := self.last(kind):
                run.stop(at)

    def end(self, at: int) -> None:
        """Nothing goes on."""
        self.open = False
        for run in self.runs.values():
            run.stop(at)

    def happens(self, event: Event, at: int) -> None:
        """What an event means."""
        what = event.what
        if what in {Happened.OPENED, Happened.REOPENED}:
            self.open, self.answered = True, False
            for kind in ("promise", "first_response", "resolution"):
                self.begin(kind, at)
        if not self.open:
            return
        resolution = self.last("resolution")
        assert resolution
        if what is Happened.ASKED:
            resolution.paused = False
            waiting = self.last("next_response")
            if self.answered and (waiting is None or waiting.stopped is not None):
                self.begin("next_response", at)
        if what is Happened.ANSWERED:
            self.respond(at)
            resolution.paused = event.facts.get("waits") == "yes"
        if what is Happened.RESUMED:
            resolution.paused = False
        if what in {Happened.RESOLVED, Happened.CLOSED, Happened.MERGED}:
            self.end(at)

    def tick(self, number: int, *, open_now: bool) -> None:
        """One minute passes."""
        for name, run in self.runs.items():
            if run.stopped is None and not run.paused:
                run.went.append(number)
                if open_now or name.startswith("promise"):
                    run.ticks.append(number)


def lived(
    log: tuple[Event, ...], *, place: Place, now: datetime
) -> tuple[dict[str, Lived], datetime]:
    """Every run of a ticket by its name, and until when it was lived: all of the log happened."""
    left = [event for event in log if event.what not in SILENT]
    life, unmerged, merged_at = Life(), None, 0
    number = minute(log[0].at)
    while True:
        while left and minute(left[0].at) <= number:
            event = left.pop(0)
            if event.what is Happened.MERGED:
                unmerged, merged_at = deepcopy(life), number
            if event.what is Happened.UNMERGED and unmerged:
                life, unmerged = unmerged, None
                if answered := event.facts.get("answered_at"):
                    at = minute(datetime.fromisoformat(answered))
                    life.respond(min(max(at, merged_at), number))
            life.happens(event, number)
        if not left and number >= minute(now):
            return life.runs, instant(number)
        for one in filter(None, (life, unmerged)):
            one.tick(number, open_now=bool(working(place)[number]))
        number += 1


def due(run: Lived, budget: timedelta, *, name: str, place: Place, now: datetime) -> datetime:
    """When the last minute of the budget is over, of a run that goes on and is not paused."""
    needed = budget // MINUTE
    if len(run.ticks) >= needed:
        return instant(run.ticks[needed - 1] + 1)
    missing = needed - len(run.ticks)
    if name.startswith("promise"):
        return now + missing * MINUTE
    coming = worked(place)
    return instant(coming[bisect_left(coming, minute(now)) + missing - 1] + 1)
