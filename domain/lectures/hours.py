"""A person's time in front of lectures, by our own clock: each moment counts once over all of them.

What was played, and which pages were looked at, is told afterwards and paid for with the time that
went by; what is left of it is there for what comes late. So nobody is believed more than went by,
whatever number of lectures, windows and devices tell of it side by side.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.lectures.spans import Spans, length, merged, without

# For each millisecond that went by, in quarters.
BELIEVED, QUARTERS = 5, 4
# Unspent time that one beat leaves to the next: as many as three may be late, and come after it.
LEFT_MS = 30_000
# After so long a silence there may be more to tell than one beat holds: it may follow at once.
SILENT_MS, TOLD_WITHIN = 30_000, timedelta(minutes=1)
# With more stretches than these the oldest become one: of what lies between nobody tells any more.
MOST_SPENT = 100


@dataclass(frozen=True, kw_only=True)
class Hours:
    """One person's.

    ``spent`` is the time of the clock that was counted already; ``left_ms`` is what of it may still
    pay for what is played, ``looks_left_ms`` for pages that are looked at: until ``left_until`` all
    of it, then little.
    """

    person_id: str
    spent: Spans = ()
    left_ms: int = 0
    looks_left_ms: int = 0
    left_until: datetime | None = None
    revision: int = 0

    def went(self, since: datetime, until: datetime, *, now: datetime) -> "Hours":
        """With what of this time was counted for nothing yet, to pay with."""
        new = without((_clock(since), _clock(until)), self.spent)
        silent = length(new) > SILENT_MS
        believed, kept = length(new) * BELIEVED // QUARTERS, _kept(self, now)
        return replace(
            kept,
            spent=_few(merged((*self.spent, *new))),
            left_ms=kept.left_ms + believed,
            looks_left_ms=kept.looks_left_ms + believed,
            left_until=now + TOLD_WITHIN if silent else self.left_until,
            revision=self.revision + 1,
        )

    def of_before(self, at: datetime) -> "Hours":
        """To pay for what was played until then: with nothing that later time left."""
        if not self.spent or self.spent[-1][1] <= _clock(at):
            return self
        return replace(self, left_ms=0, looks_left_ms=0)

    def paid(self, *, left_ms: int, looks_left_ms: int, now: datetime) -> "Hours":
        """With what is left once a beat is paid for."""
        return _kept(replace(self, left_ms=left_ms, looks_left_ms=looks_left_ms), now)


def _kept(hours: Hours, now: datetime) -> Hours:
    """Much is left only as long as there may be more to tell."""
    if hours.left_until is not None and now <= hours.left_until:
        return hours
    return replace(
        hours,
        left_ms=min(hours.left_ms, LEFT_MS),
        looks_left_ms=min(hours.looks_left_ms, LEFT_MS),
    )


def _few(spent: Spans) -> Spans:
    over = len(spent) - MOST_SPENT
    return spent if over <= 0 else ((spent[0][0], spent[over][1]), *spent[over + 1 :])


def _clock(at: datetime) -> int:
    return round(at.timestamp() * 1000)
