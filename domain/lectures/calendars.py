"""A lecture as an entry of a calendar (RFC 5545): the same entry whatever becomes of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import NotFound
from domain.lectures.around_ports import LecturesOf
from domain.lectures.lectures import Lecture, ever_shown
from domain.lectures.live import OPENS_BEFORE
from domain.lectures.programme import LIVE_KINDS, LiveKind, Programme

ALARM_BEFORE = timedelta(minutes=30)
SUFFIX = "云讲堂"
CANCELLED = "已取消"


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One entry. ``sequence`` grows with whatever changes; the ``uid`` never does.

    One that is ``cancelled`` says no word of the lecture, which may be why it was withdrawn.
    """

    uid: str
    sequence: int
    stamp: datetime
    begins_at: datetime
    ends_at: datetime
    title: str
    description: str = ""
    place: str = ""
    url: str = ""
    cancelled: bool = False
    alarm_before: timedelta = ALARM_BEFORE


class WriteCalendar(Protocol):
    """A calendar file."""

    def __call__(self, appointment: Appointment) -> bytes:
        """With this entry alone."""


class Calendars:
    """What a phone takes into its own calendar."""

    def __init__(self, *, lectures: LecturesOf, write: WriteCalendar, public_url: str) -> None:
        self._lectures = lectures
        self._write = write
        self._public_url = public_url

    async def get(self, lecture_id: str) -> bytes:
        """The file; that of a lecture that is withdrawn is cancelled, and names it no more.

        Raises:
            NotFound: it was never shown, or it is not held at any time.
        """
        lecture = ever_shown(await self._lectures.get(lecture_id))
        return self._write(appointment_of(lecture, public_url=self._public_url))


def appointment_of(lecture: Lecture, *, public_url: str) -> Appointment:
    """The entry of a lecture; raises NotFound where it is not held at any time."""
    programme = lecture.programme
    if programme.begins_at is None or programme.ends_at is None:
        raise NotFound
    entry = Appointment(
        uid=f"{lecture.id}@{public_url.partition('://')[2].partition(':')[0]}",
        sequence=lecture.revision,
        stamp=lecture.changed_at,
        begins_at=programme.begins_at,
        ends_at=programme.ends_at,
        title=CANCELLED,
        cancelled=not lecture.shown,
    )
    return (
        entry if entry.cancelled else _said(entry, programme, f"{public_url}/lectures/{lecture.id}")
    )


def _said(entry: Appointment, programme: Programme, url: str) -> Appointment:
    speaker = "，".join(filter(None, (programme.speaker, programme.speaker_post)))
    return replace(
        entry,
        title=f"{programme.title}（{SUFFIX}）",
        description=f"主讲人：{speaker}\n适合：{programme.audience}\n{url}",
        place=_place(programme.live_kind),
        url=url,
    )


def _place(kind: LiveKind) -> str:
    if kind is LiveKind.NONE:
        return "小程序“信用越秀”云讲堂回看"
    if kind is LiveKind.CHANNELS:
        return f"{LIVE_KINDS[kind]}直播，从小程序“信用越秀”云讲堂进入"
    minutes = int(OPENS_BEFORE.total_seconds()) // 60
    return f"线上直播，开始前 {minutes} 分钟在小程序“信用越秀”云讲堂查看地址"
