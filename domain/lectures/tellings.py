"""What is told to many of a lecture: new, soon, at another time, withdrawn; each told once.

How far it has come is saved with every few notices, in their transaction: whoever takes it over
goes on behind the last who was told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.lectures.lectures import Lecture
from domain.lectures.registrations import STANDING, WATCHING, State
from domain.time import in_words

DAY_BEFORE = timedelta(days=1)
SOON_BEFORE = timedelta(minutes=10)
# What should be told a day before is not told in the last hours: it would be news of another kind.
DAY_ENDS = timedelta(hours=2)


class What(Enum):
    """What is told."""

    NEW = "new"
    DAY = "day"
    SOON = "soon"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


REMINDERS = frozenset({What.DAY, What.SOON})
TITLES: Mapping[What, str] = {
    What.NEW: "云讲堂上新",
    What.DAY: "讲座开播提醒",
    What.SOON: "讲座即将开始",
    What.MOVED: "讲座时间有变动",
    What.WITHDRAWN: "讲座已取消",
}
# What had begun is not called off: its replay is taken away.
TAKEN_AWAY = "讲座已下线"
TEXTS: Mapping[What, str] = {
    What.NEW: "《{title}》已经发布，主讲人：{speaker}，时间：{begins}。",
    What.DAY: "您报名的讲座《{title}》将于 {begins} 开始，请留出时间。",
    What.SOON: "您报名的讲座《{title}》将于 {begins} 开始，现在可以进入。",
    What.MOVED: "您报名的讲座《{title}》改为 {begins} 开始，原定时间作废，报名继续有效。",
    What.WITHDRAWN: "您报名的讲座《{title}》已下线，报名随之结束。下线理由：{reason}",
}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One thing that is told. ``begins_at`` is the time of which it speaks.

    ``round`` is that of the registrations it is for; ``after`` the last who was told; ``reason``
    why it was withdrawn.
    """

    id: str
    lecture_id: str
    what: What
    title: str
    speaker: str
    begins_at: datetime
    begun_at: datetime
    round: int = 0
    reason: str = ""
    after: str = ""
    told: int = 0
    over: bool = False
    revision: int = 0

    @property
    def heading(self) -> str:
        """The title of its notices, which names nobody."""
        if self.what is What.WITHDRAWN and self.begins_at <= self.begun_at:
            return TAKEN_AWAY
        return TITLES[self.what]

    @property
    def words(self) -> str:
        """What a person reads."""
        return TEXTS[self.what].format(
            title=self.title,
            speaker=self.speaker,
            begins=in_words(self.begins_at),
            reason=self.reason,
        )

    @property
    def listeners(self) -> frozenset[State]:
        """Whom of those who registered it is for: who watches the replay alone has no date."""
        if self.what in REMINDERS:
            return frozenset({State.CONFIRMED})
        return STANDING | WATCHING if self.what is What.WITHDRAWN else STANDING

    @property
    def until(self) -> datetime | None:
        """From when on it is no news any more; None for what stays so."""
        return self.begins_at if self.what in {*REMINDERS, What.MOVED} else None

    def went_on(self, *, after: str, told: int, over: bool) -> "Telling":
        """So many more were told."""
        return replace(
            self,
            after="" if over else after,
            told=self.told + told,
            over=over,
            revision=self.revision + 1,
        )

    def ended(self) -> "Telling":
        """Nobody else is told: it is not so any more."""
        return replace(self, after="", over=True, revision=self.revision + 1)

    def still_true(self, lecture: Lecture, now: datetime) -> bool:
        """Whether it may be told now: no reminder comes late, or of a time that is not so."""
        if self.what is What.WITHDRAWN:
            return True
        same = lecture.shown and lecture.programme.begins_at == self.begins_at
        if self.what is What.NEW:
            return lecture.shown
        if self.what is What.MOVED:
            return same
        return same and due(self.begins_at, now) is self.what


def telling_of(lecture: Lecture, what: What, *, round_: int, now: datetime) -> Telling:
    """What is to be told of a lecture; the same thing has the same id, so that it is told once."""
    begins_at = lecture.programme.begins_at
    if begins_at is None:
        raise ValueError("a lecture that is shown begins at some time")
    apart = lecture.revision if what in {What.MOVED, What.WITHDRAWN} else 0
    moment = int(begins_at.timestamp()) if what in REMINDERS else 0
    return Telling(
        id=f"{lecture.id}:{what.value}:{round_}:{moment or apart}",
        lecture_id=lecture.id,
        what=what,
        title=lecture.programme.title,
        speaker=lecture.programme.speaker,
        begins_at=begins_at,
        begun_at=now,
        round=round_,
        reason=lecture.reason,
    )


def due(begins_at: datetime, now: datetime) -> What | None:
    """The reminder whose time it is."""
    if begins_at - SOON_BEFORE <= now < begins_at:
        return What.SOON
    if begins_at - DAY_BEFORE <= now < begins_at - DAY_ENDS:
        return What.DAY
    return None


def next_wake(begins_at: datetime, now: datetime) -> timedelta | None:
    """How long to sleep until the next reminder; None after the last."""
    ahead = [begins_at - before - now for before in (DAY_BEFORE, SOON_BEFORE)]
    return next((left for left in ahead if left > timedelta()), None)
