"""What is read of a notice that is not sent yet: from when on it will be, or why never."""

from datetime import datetime, time, timedelta

import pytest

from domain.messages.preferences import Preferences, Quiet, Way
from domain.messages.service import waiting_in_words
from domain.notices import Notice
from domain.time import SHANGHAI
from domain.transactions import NoticeKind

NIGHT = datetime(2026, 11, 30, 23, 5, tzinfo=SHANGHAI)
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=SHANGHAI)
WAITS = "等待发送微信通知"


def words(
    at: datetime,
    way: Way = Way.NOW,
    *,
    now: datetime | None = None,
    lasts: timedelta | None = None,
) -> str:
    """Of a notice told then; ``lasts`` is for how long it is news."""
    notice = Notice(
        id="n",
        person_id="p",
        at=at,
        title="",
        text="",
        link="",
        kind=NoticeKind.LECTURE,
        until=at + lasts if lasts else None,
    )
    chosen = Preferences(
        person_id="p",
        ways={NoticeKind.LECTURE: way},
        quiet=Quiet(begins=time(22), ends=time(8)),
        digest_at=time(9),
    )
    return waiting_in_words(notice, chosen, now=now or at)


@pytest.mark.parametrize(
    ("at", "way", "text"),
    [
        (NOON, Way.NOW, WAITS),
        (NIGHT, Way.NOW, f"{WAITS}：现在是免打扰时段，2026年12月1日 08:00 以后发送"),
        (NOON, Way.DIGEST, f"{WAITS}：您选择了每天汇总，2026年12月1日 09:00 以后发送"),
        (NIGHT, Way.DIGEST, f"{WAITS}：您选择了每天汇总，2026年12月1日 09:00 以后发送"),
    ],
)
def test_it_says_from_when_on_it_is_sent(at: datetime, way: Way, text: str) -> None:
    assert words(at, way) == text


def test_once_the_hours_are_over_it_simply_waits() -> None:
    assert words(NIGHT, now=NIGHT + timedelta(hours=9)) == WAITS


def test_a_reminder_that_will_be_over_by_then_is_not_promised() -> None:
    over = "仅站内消息：等到可以发送时，提醒的时间已过"
    assert words(NIGHT, lasts=timedelta(minutes=10)) == over
    assert words(NIGHT, lasts=timedelta(days=1)).startswith(f"{WAITS}：现在是免打扰时段")


@pytest.mark.parametrize("at", [NOON, NIGHT])
def test_what_waits_is_not_promised_to_who_wants_it_in_the_inbox_alone_by_now(at: datetime) -> None:
    assert words(at, Way.INBOX) == "仅站内消息：您在消息设置中选择了只看站内消息"
