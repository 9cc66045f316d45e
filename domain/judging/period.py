"""Periods of civil time: the rolling one that is judged, and a month."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.errors import Fault, Invalid
from domain.time import civil_date, day_ends, months_after

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Period:
    """From one instant until before another."""

    begins: datetime
    ends: datetime


def rolling(now: datetime, days: int) -> Period:
    """So many whole days in Shanghai until the day it is now begins."""
    today = civil_date(now)
    return Period(begins=day_begins(today - days * DAY), ends=day_begins(today))


def until_now(now: datetime, days: int) -> Period:
    """The same, and what has happened today so far."""
    return Period(begins=rolling(now, days).begins, ends=now)


def month(text: str) -> Period:
    """Of 2026-11, from its first instant until before that of the next.

    Raises:
        Invalid: it is no month.
    """
    try:
        first = date.fromisoformat(f"{text}-01")
        begins, ends = day_begins(first), day_begins(months_after(first, 1))
    except (ValueError, OverflowError):
        detail = "“月份”应为年月，例如 2026-11。"
        raise Invalid([Fault(pointer="/month", code="month", detail=detail)]) from None
    return Period(begins=begins, ends=ends)


def month_before(now: datetime) -> str:
    """The last month that is over, as 2026-10."""
    first = civil_date(now).replace(day=1)
    return f"{first - DAY:%Y-%m}"


def day_begins(day: date) -> datetime:
    """Its first instant (UTC)."""
    return day_ends(day - DAY)
