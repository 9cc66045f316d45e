"""What was done in a time, counted; each figure can be traced to what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

MOST_EVIDENCE = 100


@dataclass(frozen=True, kw_only=True)
class Worked:
    """What one butler resolved in a time: how many, how many of them in time, the last late one."""

    staff_id: str
    counted: int
    in_time: int
    late_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Rated:
    """The ratings of what one butler resolved: how many, all stars, the last of one to four."""

    staff_id: str
    ratings: int
    stars: int
    last_at: Mapping[int, datetime]


@dataclass(frozen=True, kw_only=True)
class Upheld:
    """Complaints about one butler that were upheld: how many, and the last."""

    staff_id: str
    upheld: int
    upheld_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One butler's figures over a period. The instants tell what is newer than a judgement.

    ``rated_at`` is when a rating of so many stars, below five, was last given.
    """

    counted: int = 0
    in_time: int = 0
    ratings: int = 0
    stars: int = 0
    upheld: int = 0
    late_at: datetime | None = None
    upheld_at: datetime | None = None
    rated_at: Mapping[int, datetime] = field(default_factory=dict)

    @property
    def late(self) -> int:
        """How many were not in time."""
        return self.counted - self.in_time

    @property
    def share(self) -> int:
        """The share in time in tenths of a percent, cut, never rounded up; 0 of none."""
        return self.in_time * 1000 // self.counted if self.counted else 0

    @property
    def mean(self) -> int:
        """The mean rating in hundredths of a star, cut; 0 of none."""
        return self.stars * 100 // self.ratings if self.ratings else 0


@dataclass(frozen=True, kw_only=True)
class LateTicket:
    """A resolution whose 24 hours were not kept."""

    number: str
    cycle: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RatedTicket:
    """A rating that is part of a mean, without what was written."""

    number: str
    cycle: int
    stars: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class UpheldComplaint:
    """A complaint that was upheld."""

    number: str
    ticket_number: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the figures rest on, newest first, at most 100 of each; ratings below five stars."""

    late: tuple[LateTicket, ...] = ()
    rated: tuple[RatedTicket, ...] = ()
    upheld: tuple[UpheldComplaint, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What happened in a month in one place by one butler, counted.

    ``staff_id`` is empty for what nobody has. ``in_time`` are those of ``opened`` that were first
    answered within 24 hours; ``minutes`` counts first responses by whole minutes.
    """

    place_id: str
    staff_id: str
    opened: int = 0
    in_time: int = 0
    minutes: Mapping[int, int] = field(default_factory=dict)
    resolved: int = 0
    reopened: int = 0


@dataclass(frozen=True, kw_only=True)
class RatingTally:
    """The ratings of what one butler resolved in one place in a month, counted."""

    place_id: str
    staff_id: str
    ratings: int
    stars: int


@dataclass(frozen=True, kw_only=True)
class ComplaintTally:
    """Complaints about one butler in one place that were opened in a month, by their state now."""

    place_id: str
    staff_id: str
    state: str
    count: int


def median(minutes: Mapping[int, int]) -> int | None:
    """The middle of values that are counted; of two the larger, so that nothing looks faster."""
    total = sum(minutes.values())
    passed = 0
    for value in sorted(minutes):
        passed += minutes[value]
        if 2 * passed > total:
            return value
    return None
