"""Time as the stand-ins see it: passed in, so that a test moves on without waiting."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], float]
"""Gives unix seconds."""

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai_day(at: float) -> date:
    """The calendar day, in China, of these unix seconds."""
    return datetime.fromtimestamp(at, _SHANGHAI).date()


def instant(at: float) -> str:
    """These unix seconds as the partners write them: 2026-11-23T07:30:02Z."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def morning(at: float, *, days: int) -> float:
    """Half past nine in Shanghai, so many days later."""
    day = shanghai_day(at) + timedelta(days=days)
    return datetime.combine(day, time(9, 30), _SHANGHAI).timestamp()
