"""Civil time: stored instants are UTC, rules and texts are Asia/Shanghai."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def civil_date(instant: datetime) -> date:
    """The day it is in Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def day_ends(day: date) -> datetime:
    """The instant (UTC) at which a day in Shanghai is over."""
    after = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    return after.astimezone(UTC)


def last_day(end: datetime) -> date:
    """The last day in Shanghai that has an instant before ``end``."""
    return civil_date(end - timedelta(milliseconds=1))


def in_words(instant: datetime) -> str:
    """2026年11月23日 15:30, Shanghai."""
    local = instant.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def day_in_words(instant: datetime) -> str:
    """2026年11月23日, Shanghai."""
    return date_in_words(civil_date(instant))


def date_in_words(day: date) -> str:
    """2026年11月23日."""
    return f"{day.year}年{day.month}月{day.day}日"


def deadline_in_words(at: datetime) -> str:
    """2026年11月23日（含）前 where the whole day is left, else 2026年11月23日 15:30 前."""
    day = last_day(at)
    return f"{date_in_words(day)}（含）前" if day_ends(day) == at else f"{in_words(at)} 前"


def left_in_words(day: date, today: date) -> str:
    """还剩 3 天, 今天到期, or 已逾期 2 天: so that nobody needs the colour of it."""
    days = (day - today).days
    if days == 0:
        return "今天到期"
    return f"还剩 {days} 天" if days > 0 else f"已逾期 {-days} 天"


def years_before(day: date, years: int) -> date:
    """The same day so many years ago; of 29 February, where there was none, the day before."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where that month has none, its last day.

    Civil Code, article 202.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def first_day_beyond(day: date, years: int) -> date:
    """The first day from which, looking back so many years, ``day`` is seen no more."""
    after = day + timedelta(days=365 * years)
    while years_before(after, years) <= day:
        after += timedelta(days=1)
    return after
