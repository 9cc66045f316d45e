"""How many messages an hour, and what several are called."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.alerts.alerts import Channel
from domain.alerts.pushes import WINDOW, Pace, Push, title_of
from tests.domain.alerts.world import MORNING, told


def push(name: str, minute: int, *, digest: bool = False) -> Push:
    when = MORNING + timedelta(minutes=minute)
    return Push(
        id=name,
        staff_id="s",
        channel=Channel.SMS,
        alerts=("a",),
        title="t",
        at=when,
        changed_at=when,
        digest=digest,
    )


@given(st.lists(st.integers(0, 300), max_size=40), st.integers(1, 8))
def test_who_waits_until_there_is_room_never_gets_more_within_an_hour(
    minutes: list[int], most: int
) -> None:
    pace, sent = Pace(staff_id="s"), []
    for number, minute in enumerate(sorted(minutes)):
        wanted = MORNING + timedelta(minutes=minute)
        when = max(wanted, pace.frees_at(wanted, most=most), *(sent or [wanted]))
        assert pace.room(when, most=most) > 0
        late = int((when - MORNING).total_seconds() // 60)
        pace = pace.after(push(str(number), late))
        sent.append(when)
    for when in sent:
        assert sum(when <= other < when + WINDOW for other in sent) <= most


def test_what_surely_did_not_arrive_is_not_counted() -> None:
    one = push("a", 0, digest=True)
    pace = Pace(staff_id="s").after(one)
    assert (pace.room(one.at, most=1), pace.digest_on) == (0, "2026-11-23")
    back = pace.without(one)
    assert (back.room(one.at, most=1), back.digest_on) == (1, "")


def test_one_is_called_by_its_title_and_several_by_their_number() -> None:
    alerts = [told(f"k{number}", MORNING) for number in range(3)]
    assert title_of(alerts[:1], digest=True) == "有一件工单即将到期"
    assert title_of(alerts, digest=True) == "您有 3 条工作提醒"
    assert title_of(alerts, digest=False) == "您有 3 条待办提醒"
