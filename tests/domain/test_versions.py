"""The moves that every kind of version shares; its desks show that they are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from domain.errors import Invalid
from domain.transactions import Conflict
from domain.versions import REASON_MOST, Version, VersionState, said

S = VersionState
NOW = datetime(2026, 11, 29, 4, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Notice(Version):
    """A kind of thing that nothing else of the house knows."""

    text: str = "停电通知"


def notice(state: VersionState = S.DRAFT) -> Notice:
    return Notice(
        id="notice",
        state=state,
        editors=("ed",),
        changed_by="ed",
        created_at=NOW,
        changed_at=NOW,
    )


Move = Callable[[Notice], Notice]
MOVES: Mapping[str, tuple[Move, set[VersionState], VersionState]] = {
    "submit": (lambda one: one.submitted(by="e2", now=NOW), {S.DRAFT, S.RETURNED}, S.IN_REVIEW),
    "give up": (
        lambda one: one.given_up(by="e2", now=NOW),
        {S.DRAFT, S.RETURNED, S.IN_REVIEW, S.SCHEDULED},
        S.WITHDRAWN,
    ),
    "return": (
        lambda one: one.returned(reason="措辞", by="re", now=NOW),
        {S.IN_REVIEW, S.SCHEDULED},
        S.RETURNED,
    ),
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("name", MOVES)
def test_each_move_is_from_its_states_only(name: str, state: VersionState) -> None:
    move, states, leads_to = MOVES[name]
    was = notice(state)
    if state not in states:
        with pytest.raises(Conflict, match="目前的状态是"):
            move(was)
        return
    after = move(was)
    assert (after.state, after.tag, after.text) == (leads_to, '"1"', was.text)


def test_who_wrote_or_submitted_a_part_of_it_hands_nothing_back() -> None:
    waits = notice().submitted(by="e2", now=NOW)
    for editor in ("ed", "e2"):
        with pytest.raises(Conflict, match="不能是同一人"):
            waits.returned(reason="措辞", by=editor, now=NOW)


@pytest.mark.parametrize("reason", ["", "理" * (REASON_MOST + 1)])
def test_a_reason_is_given_and_no_essay(reason: str) -> None:
    with pytest.raises(Invalid, match="请填写理由"):
        said(reason)
    assert said("理" * REASON_MOST)
