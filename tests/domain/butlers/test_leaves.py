"""Leave: not in the past, not twice at once, and nobody stands in for who stands in for them."""

from datetime import timedelta

import pytest

from domain.butlers.butlers import Butler, ButlerState, Leave, LeaveState
from domain.butlers.leaves import faults_of
from domain.errors import NotFound
from domain.transactions import Conflict
from tests.domain.butlers.team import at, butler, leave

NOW = at("2026-03-09", "10:00")
MONDAY = at("2026-03-16", "00:00")
WEEK = (MONDAY, MONDAY + timedelta(days=5))


def told(asked: Leave, of: Butler, *others: Butler) -> dict[str, str]:
    known = {one.staff_id: one for one in others}
    return {
        fault.pointer: fault.detail for fault in faults_of(asked, butler=of, others=known, now=NOW)
    }


def test_a_leave_with_somebody_to_stand_in_is_fine() -> None:
    assert told(leave(*WEEK, "b"), butler("a"), butler("b")) == {}
    # Who falls ill in the morning asks for the day.
    assert told(leave(at("2026-03-09", "08:00"), at("2026-03-09", "18:00")), butler("a")) == {}


def test_every_fault_is_named_at_once() -> None:
    wrong = leave(at("2026-03-01"), at("2026-02-01"), reason="病")
    assert told(wrong, butler("a")) == {
        "/reason": "“请假事由”应为 2 至 200 个字。",
        "/ends": "“结束时间”应晚于“开始时间”。",
        "/begins": "“开始时间”不能早于今天。",
    }


def test_what_is_over_too_long_or_far_ahead_is_refused() -> None:
    over = leave(at("2026-03-09", "08:00"), at("2026-03-09", "09:00"))
    assert told(over, butler("a")) == {"/ends": "“结束时间”已经过去，不能补请。"}
    long = leave(MONDAY, MONDAY + timedelta(days=367))
    assert told(long, butler("a")) == {"/ends": "一次请假最多 366 天。"}
    far = leave(NOW + timedelta(days=400), NOW + timedelta(days=401))
    assert told(far, butler("a")) == {"/begins": "最多提前 366 天请假。"}


@pytest.mark.parametrize("state", [LeaveState.PROPOSED, LeaveState.GRANTED])
def test_two_leaves_of_one_butler_never_overlap(state: LeaveState) -> None:
    busy = butler("a", leaves=(leave(*WEEK, state=state),))
    again = leave(WEEK[1] - timedelta(hours=1), WEEK[1] + timedelta(days=1), id="again")
    assert told(again, busy) == {
        "/begins": "与已有的请假（2026年3月16日 00:00 至 2026年3月21日 00:00）重叠。"
    }
    assert told(leave(WEEK[1], WEEK[1] + timedelta(days=1), id="after"), busy) == {}


def test_who_stands_in_is_somebody_else_who_is_there() -> None:
    asked = leave(*WEEK, "b")
    assert told(leave(*WEEK, "a"), butler("a")) == {"/stand_in": "代班人不能是请假者本人。"}
    assert told(asked, butler("a")) == {"/stand_in": "没有这位信用管家，请重新选择代班人。"}
    gone = butler("b", state=ButlerState.EXITED)
    assert told(asked, butler("a"), gone) == {"/stand_in": "管家b已退出，不能代班。"}
    away = butler("b", leaves=(leave(*WEEK),))
    assert "无人代班" in told(asked, butler("a"), away)["/stand_in"]


def test_nobody_stands_in_for_who_stands_in_for_them_however_long_the_way() -> None:
    asked = leave(*WEEK, "b")
    back = butler("b", leaves=(leave(*WEEK, "a"),))
    assert told(asked, butler("a"), back) == {
        "/stand_in": "管家b在此期间请假，由管家a代班，不能互相代班。"
    }
    further = butler("b", leaves=(leave(*WEEK, "c"),))
    there = butler("c", leaves=(leave(*WEEK, "a"),))
    assert "不能互相代班" in told(asked, butler("a"), further, there)["/stand_in"]


def test_a_way_back_at_another_time_is_none() -> None:
    """Somebody stands in on Monday for whom they ask to stand in on Thursday."""
    early = (WEEK[0], WEEK[0] + timedelta(days=1))
    late = (WEEK[0] + timedelta(days=3), WEEK[1])
    further = butler("b", leaves=(leave(*early, "c"),))
    there = butler("c", leaves=(leave(*late, "a"),))
    assert told(leave(*WEEK, "b"), butler("a"), further, there) == {}


def test_only_the_office_decides_and_only_once() -> None:
    asking = butler("a", leaves=(leave(*WEEK, state=LeaveState.PROPOSED, id="one"),))
    with pytest.raises(Conflict, match="自己"):
        asking.decided("one", granted=True, by="a")
    granted = asking.decided("one", granted=True, by="office")
    assert granted.leave("one").decided_by == "office"
    with pytest.raises(Conflict, match="已批准"):
        granted.decided("one", granted=False, by="office", answer="人手不足")
    with pytest.raises(NotFound):
        granted.leave("other")


def test_a_leave_taken_back_frees_the_time_and_one_that_runs_ends_now() -> None:
    granted = butler("a", leaves=(leave(*WEEK, id="one"),))
    assert granted.withdrawn("one", now=NOW).granted == ()
    during = WEEK[0] + timedelta(days=2)
    assert granted.withdrawn("one", now=during).leave("one").ends == during
    with pytest.raises(Conflict, match="已经结束"):
        granted.withdrawn("one", now=WEEK[1])
