"""Civil time: stored instants are UTC, rules and texts are Asia/Shanghai."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def civil_date(instant: datetime) -> date:
    """The day it is in Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def in_words(instant: datetime) -> str:
    """2026年11月23日 15:30, Shanghai."""
    local = instant.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def day_in_words(instant: datetime) -> str:
    """2026年11月23日, Shanghai."""
    local = instant.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日"
