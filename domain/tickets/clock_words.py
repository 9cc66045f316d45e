"""How a clock stands, in words: nobody needs a colour to know it, and none is told too much.

What is left is rounded down, and so is what it is over by. The promise counts every hour; of the
others it is said that working time is meant.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.tickets.clocks import ClockKind, ClockState, Reading
from domain.tickets.events import Happened
from domain.workdays import DAY

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

CLOCKS: Mapping[ClockKind, str] = {
    ClockKind.PROMISE: "24 小时响应",
    ClockKind.FIRST_RESPONSE: "首次答复",
    ClockKind.NEXT_RESPONSE: "后续答复",
    ClockKind.RESOLUTION: "办结",
}
PAUSED = "已暂停，等待市民回复"
STOPPED: Mapping[Happened, str] = {
    Happened.ANSWERED: "已答复",
    Happened.UNMERGED: "已答复",
    Happened.RESOLVED: "已办结",
    Happened.CLOSED: "已关闭",
}
MERGED = "已并入其他工单"


def left_in_words(reading: Reading, now: datetime) -> str:
    """还剩 3 小时 20 分, 已超 2 小时工作时间, 已暂停，等待市民回复: whatever there is to say."""
    over = reading.elapsed_at(now) - reading.budget
    if reading.state is ClockState.STOPPED:
        return _stopped(reading, over)
    if reading.state is ClockState.PAUSED:
        return f"{_overdue(reading, over)}，{PAUSED}" if reading.overdue else PAUSED
    if reading.overdue or (reading.due is not None and now > reading.due.at):
        return _overdue(reading, over)
    if -over < MINUTE:
        return "还剩不到 1 分钟"
    return f"还剩 {_measured(reading, -over)}"


def _stopped(reading: Reading, over: timedelta) -> str:
    """Of a ticket that went into another nobody can say yet whether it was in time."""
    if reading.stopped_by is None or reading.stopped_by is Happened.MERGED:
        return MERGED
    ended = STOPPED[reading.stopped_by]
    return f"{ended}，在时限内" if reading.met else f"{ended}，超时{_by(reading, over)}"


def _overdue(reading: Reading, over: timedelta) -> str:
    return f"已超{_by(reading, over) or '时'}"


def _by(reading: Reading, over: timedelta) -> str:
    """By how much; nothing when no minute of working time has passed since."""
    return f" {_measured(reading, over)}" if over >= MINUTE else ""


def _measured(reading: Reading, span: timedelta) -> str:
    if reading.kind is ClockKind.PROMISE:
        return _days_in_words(span) if span >= 2 * DAY else _hours_in_words(span)
    return f"{_hours_in_words(span)}工作时间"


def _days_in_words(span: timedelta) -> str:
    """2 天 3 小时; working time knows no such days."""
    days, rest = divmod(span, DAY)
    return f"{days} 天 {rest // HOUR} 小时" if rest >= HOUR else f"{days} 天"


def _hours_in_words(span: timedelta) -> str:
    """3 小时 20 分, 3 小时, 20 分钟."""
    hours, rest = divmod(span, HOUR)
    minutes = rest // MINUTE
    if not hours:
        return f"{minutes} 分钟"
    return f"{hours} 小时 {minutes} 分" if minutes else f"{hours} 小时"
