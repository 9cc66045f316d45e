"""Where a butler stands: suspended, restored, gone for good; an unused account serves nobody."""

import pytest

from domain.butlers.butlers import ButlerState
from domain.transactions import Conflict
from tests.domain.butlers.team import at, butler

NOW = at("2026-03-09")


def test_who_is_suspended_serves_again_once_restored() -> None:
    suspended = butler("a").suspended(reason="逾期答复", now=NOW)
    assert not suspended.serves
    assert (suspended.reason, suspended.since) == ("逾期答复", NOW)
    assert suspended.restored(reason="整改完成", now=NOW).serves


def test_who_left_is_gone_for_good() -> None:
    gone = butler("a").suspended(reason="逾期答复", now=NOW).exited(reason="评价退出", now=NOW)
    assert gone.state is ButlerState.EXITED
    for move in (gone.restored, gone.suspended, gone.exited):
        with pytest.raises(Conflict, match="已退出"):
            move(reason="再来", now=NOW)


def test_an_account_that_is_out_of_use_serves_nobody() -> None:
    out = butler("a", in_use=False)
    assert not out.serves
    assert out.standing == "账号已停用"


def test_every_change_is_another_revision() -> None:
    first = butler("a")
    after = first.described(agency="另一机构", places=("x", "x"), skills=(), hours=None)
    assert after.places == ("x",)
    assert first.tag != after.tag
