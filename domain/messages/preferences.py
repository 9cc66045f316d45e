"""What a person wants to be told in WeChat, and when: pure rules over Shanghai's clock.

The inbox has every notice at once, whatever is chosen here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum

from domain.errors import Fault, Invalid
from domain.time import SHANGHAI
from domain.transactions import NoticeKind

NO_QUIET = "免打扰的开始和结束不能是同一时刻；不需要免打扰时请关闭。"
DAY = timedelta(days=1)
# What a kind of message is called.
LABELS: Mapping[NoticeKind, str] = {
    NoticeKind.REPORT_READY: "报告已出具",
    NoticeKind.REPORT_FAILED: "报告未能出具",
    NoticeKind.SHARE: "分享的报告被打开",
    NoticeKind.DELEGATION: "代办授权变更",
    NoticeKind.OBJECTION: "异议办理进展",
    NoticeKind.PROMISE: "信用承诺进展",
    NoticeKind.ELECTRICITY: "用电申请进展",
    NoticeKind.USAGE: "用电信用记录",
    NoticeKind.TICKET: "信用管家工单进展",
    NoticeKind.LECTURE: "云讲堂",
    NoticeKind.ACCOUNT: "账号与绑定变动",
    NoticeKind.ERASURE: "账号注销",
    NoticeKind.OTHER: "其他",
}


class Way(Enum):
    """How notices of one kind come."""

    NOW = "now"
    DIGEST = "digest"
    INBOX = "inbox"


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """Hours of the day, in Shanghai, in which nothing is sent; they may span midnight."""

    begins: time
    ends: time

    def covers(self, at: datetime) -> bool:
        """Whether it is quiet then; the end itself is not."""
        now = at.astimezone(SHANGHAI).time()
        if self.begins < self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends

    def over(self, at: datetime) -> datetime:
        """The first moment from ``at`` on that is not quiet."""
        return next_at(self.ends, at) if self.covers(at) else at


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """A person's; ``revision`` 0 was never saved."""

    person_id: str
    ways: Mapping[NoticeKind, Way]
    quiet: Quiet | None
    digest_at: time
    revision: int = 0

    @property
    def tag(self) -> str:
        """The ETag."""
        return f'"{self.revision}"'

    def way(self, kind: NoticeKind) -> Way:
        """How this kind comes; at once unless chosen otherwise."""
        return self.ways.get(kind, Way.NOW)

    def ready_at(self, kind: NoticeKind, told_at: datetime, now: datetime) -> datetime:
        """From when on a notice may be sent: ``now`` or before, or later than ``now``."""
        ready = next_at(self.digest_at, told_at) if self.way(kind) is Way.DIGEST else told_at
        ready = max(ready, now)
        return self.quiet.over(ready) if self.quiet else ready

    def waits(self, kind: NoticeKind, told_at: datetime) -> bool:
        """Whether it did not go out when it was told, so that others may have joined it."""
        quiet = self.quiet is not None and self.quiet.covers(told_at)
        return quiet or self.way(kind) is Way.DIGEST

    def chosen(
        self, *, ways: Mapping[NoticeKind, Way], quiet: Quiet | None, digest_at: time
    ) -> "Preferences":
        """As the person wants it from now on.

        Raises:
            Invalid: the quiet hours would be none, or all day.
        """
        if quiet is not None and quiet.begins == quiet.ends:
            raise Invalid([Fault(pointer="/quiet/ends", code="same_time", detail=NO_QUIET)])
        return replace(
            self, ways=ways, quiet=quiet, digest_at=digest_at, revision=self.revision + 1
        )


def next_at(clock: time, at: datetime) -> datetime:
    """The first moment from ``at`` on at which Shanghai's clocks show this."""
    local = at.astimezone(SHANGHAI)
    that_day = datetime.combine(local.date(), clock, SHANGHAI)
    found = that_day if that_day >= local else that_day + DAY
    return found.astimezone(UTC)
