"""What the district sets for judging: how long each thing is open, and from where a rule is met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


class Level(Enum):
    """How far a judgement goes."""

    WARNING = "warning"
    SUSPENSION = "suspension"
    EXIT = "exit"

    @property
    def label(self) -> str:
        """As people read it."""
        return LEVELS[self]

    @property
    def weight(self) -> int:
        """The higher, the graver."""
        return ORDER.index(self)


LEVELS: Mapping[Level, str] = {
    Level.WARNING: "警示",
    Level.SUSPENSION: "暂停服务",
    Level.EXIT: "退出",
}
ORDER = tuple(Level)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """From where a level is met: each of the three alone suffices.

    ``in_time_below`` is in percent, ``mean_below`` in hundredths of a star; a share or a mean that
    is exactly there is not below. ``upheld_from`` is how many upheld complaints are enough.
    """

    in_time_below: int
    mean_below: int
    upheld_from: int


@dataclass(frozen=True, kw_only=True)
class Terms:
    """``days`` is the rolling period that is judged, ``least`` without how many nothing is judged.

    ``rate_days`` is how long after a resolution a first rating is taken. ``heard_hours`` is how
    long the butler has for a word before a complaint is upheld, ``hearing_days`` (working days)
    before a judgement is proposed. ``sheet_days`` after its end a month is drawn up; after
    ``kept_years`` all goes.
    """

    days: int
    least: int
    rules: Mapping[Level, Rule]
    rate_days: int
    heard_hours: int
    hearing_days: int
    sheet_days: int
    kept_years: int

    @property
    def rate_within(self) -> timedelta:
        """How long after a resolution it may be rated for the first time."""
        return timedelta(days=self.rate_days)

    @property
    def heard_within(self) -> timedelta:
        """How long the butler has for a word on a complaint."""
        return timedelta(hours=self.heard_hours)
