"""An export's states, and what a person is told in each."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.exports.exports import Export, Made, State, requested, state_text

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
NEW = requested(export_id="export", person_id="alice", now=AT)
MADE = Made(parts=2, size=5_000_000, sha256="ab", reports=("report",))


def test_an_export_is_kept_seven_days_from_when_it_is_ready() -> None:
    ready = NEW.making().ready(MADE, now=AT + timedelta(hours=1))
    assert ready.expires_at == AT + timedelta(days=7, hours=1)
    assert ready.holds(ready.expires_at - timedelta(milliseconds=1))
    assert not ready.holds(ready.expires_at)


def test_each_step_is_a_revision() -> None:
    ready = NEW.making().ready(MADE, now=AT)
    assert [one.revision for one in (NEW, NEW.making(), ready)] == [0, 1, 2]
    assert (ready.made, ready.ready_at) == (MADE, AT)


@pytest.mark.parametrize(
    ("export", "state", "words"),
    [
        (NEW, State.REQUESTED, "完成后会发消息告诉您"),
        (NEW.making(), State.MAKING, "正在制作"),
        (NEW.making().ready(MADE, now=AT), State.READY, "可下载至2026年11月30日 15:30"),
        (NEW.making().failed(), State.FAILED, "请重新申请"),
    ],
)
def test_a_person_is_told_what_comes_next(export: Export, state: State, words: str) -> None:
    assert export.state is state
    assert words in state_text(export)
