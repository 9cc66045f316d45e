"""The monthly sheet: what happened in each place and with each butler, and how it came out.

It is drawn up once, some days after the month is over, and stands: what changes later changes no
sheet. A corrected one is a new version that says so, and the one before stays.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.judging.complaints import OPEN, State
from domain.judging.facts import ComplaintTally, RatingTally, Tally, median
from domain.judging.period import Period, month
from domain.judging.terms import Terms

# Whoever or whatever has no name: no butler had it, or no place.
NOBODY = ""
MOST_VERSIONS = 20


@dataclass(frozen=True, kw_only=True)
class Row:
    """One place or one butler. ``minutes`` is the median of the first responses; None of none.

    ``answered`` are those of ``opened`` that were first answered within 24 hours; ``rated`` and
    ``stars`` are of what was resolved in the month; the complaints are those opened in it.
    """

    key: str
    opened: int = 0
    answered: int = 0
    minutes: int | None = None
    resolved: int = 0
    reopened: int = 0
    rated: int = 0
    stars: int = 0
    complaints: int = 0
    upheld: int = 0
    not_upheld: int = 0
    withdrawn: int = 0

    @property
    def undecided(self) -> int:
        """Complaints that were open when the sheet was drawn up."""
        return self.complaints - self.upheld - self.not_upheld - self.withdrawn

    @property
    def mean(self) -> int:
        """The mean rating in hundredths of a star, cut; 0 of none."""
        return self.stars * 100 // self.rated if self.rated else 0


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One version of a month. ``drawn_by`` is empty where it was drawn up in time by itself."""

    month: str
    version: int
    drawn_at: datetime
    drawn_by: str
    reason: str
    total: Row
    places: tuple[Row, ...]
    butlers: tuple[Row, ...]

    @property
    def id(self) -> str:
        """2026-10.1."""
        return f"{self.month}.{self.version}"

    @property
    def is_corrected(self) -> bool:
        """Whether it stands for an earlier one."""
        return self.version > 1


@dataclass(frozen=True, kw_only=True)
class Tallies:
    """Everything that a sheet counts."""

    work: tuple[Tally, ...]
    ratings: tuple[RatingTally, ...]
    complaints: tuple[ComplaintTally, ...]


def drawn(tallies: Tallies, *, of: str, version: int, by: str, reason: str, now: datetime) -> Sheet:
    """A sheet of what was counted."""
    return Sheet(
        month=of,
        version=version,
        drawn_at=now,
        drawn_by=by,
        reason=reason,
        total=_row(NOBODY, tallies.work, tallies.ratings, tallies.complaints),
        places=tuple(_rows(tallies, lambda one: one.place_id)),
        butlers=tuple(_rows(tallies, lambda one: one.staff_id)),
    )


def drawn_from(of: str, terms: Terms) -> datetime:
    """From when on a month can be drawn up: its last day is over, and so are its clocks."""
    return month(of).ends + timedelta(days=terms.sheet_days)


def is_over(of: str, *, terms: Terms, now: datetime) -> bool:
    """Whether a month can be drawn up."""
    return now >= drawn_from(of, terms)


def period_of(of: str) -> Period:
    """Its instants; raises Invalid."""
    return month(of)


_Any = Tally | RatingTally | ComplaintTally


def _rows(tallies: Tallies, key: Callable[[_Any], str]) -> Iterable[Row]:
    everything: tuple[_Any, ...] = (*tallies.work, *tallies.ratings, *tallies.complaints)
    for name in sorted({key(one) for one in everything}):
        yield _row(
            name,
            [one for one in tallies.work if key(one) == name],
            [one for one in tallies.ratings if key(one) == name],
            [one for one in tallies.complaints if key(one) == name],
        )


def _row(
    key: str,
    work: Iterable[Tally],
    ratings: Iterable[RatingTally],
    complaints: Iterable[ComplaintTally],
) -> Row:
    work, ratings = tuple(work), tuple(ratings)
    minutes: Counter[int] = Counter()
    for one in work:
        minutes.update(one.minutes)
    ended = _ended(complaints)
    return Row(
        key=key,
        opened=sum(one.opened for one in work),
        answered=sum(one.in_time for one in work),
        minutes=median(minutes),
        resolved=sum(one.resolved for one in work),
        reopened=sum(one.reopened for one in work),
        rated=sum(one.ratings for one in ratings),
        stars=sum(one.stars for one in ratings),
        complaints=sum(ended.values()),
        upheld=ended.get(State.UPHELD, 0),
        not_upheld=ended.get(State.NOT_UPHELD, 0),
        withdrawn=ended.get(State.WITHDRAWN, 0),
    )


def _ended(complaints: Iterable[ComplaintTally]) -> Mapping[State, int]:
    """How many in each state; the open ones are together."""
    counted: Counter[State] = Counter()
    for one in complaints:
        state = State(one.state)
        counted[State.OPENED if state in OPEN else state] += one.count
    return counted
