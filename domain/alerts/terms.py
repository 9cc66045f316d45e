"""How a district has its staff told: hours, pace, patience."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol

from domain.alerts.alerts import Alert, Channel, Urgency
from domain.hours import BusinessHours, Interval


class Working(Protocol):
    """Who works when."""

    async def __call__(self, staff_id: str, at: datetime, /) -> bool:
        """Whether this member of the staff is at work at this instant."""


class Rostered(Protocol):
    """Who is on a roster."""

    async def __call__(self, staff_id: str, at: datetime, /) -> bool | None:
        """Whether they are on duty at this instant; None for who is on no roster."""


class WorkingHours:
    """By the roster, and whoever is on none in the hours of the office."""

    def __init__(self, office: BusinessHours, *, roster: Rostered | None = None) -> None:
        self._office = office
        self._roster = roster

    async def __call__(self, staff_id: str, at: datetime, /) -> bool:
        """Whether this member of the staff is at work at this instant."""
        on_duty = await self._roster(staff_id, at) if self._roster is not None else None
        return self._office.open_at(at) if on_duty is None else on_duty


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What holds for all, and how who has chosen nothing is told.

    At most ``most`` messages an hour to one person. An SMS follows when WeChat has said nothing
    for ``doubt``; what became of an SMS is asked for as long as ``receipt``. An alert of the
    digest that no channel can carry is given ``grace`` to be read; who is not at work for
    ``away`` is told by somebody else. ``always`` are names of alerts that go out at any hour.
    ``week`` is when the office works.
    """

    most: int
    doubt: timedelta
    receipt: timedelta
    grace: timedelta
    away: timedelta
    always: frozenset[str]
    digest_at: time
    ways: Mapping[Urgency, tuple[Channel, ...]]
    week: Mapping[int, tuple[Interval, ...]]

    def at_any_hour(self, alert: Alert) -> bool:
        """Whether it does not wait for working hours."""
        return alert.name in self.always
