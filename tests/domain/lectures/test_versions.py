"""A version's moves: by whom, from which state, and what each leaves behind."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.errors import Invalid
from domain.lectures.versions import FARTHEST, Version
from domain.transactions import Conflict
from domain.versions import VersionState
from tests.domain.lectures.samples import NOW, WHOLE, version

LATER = NOW + timedelta(days=1)
S = VersionState

MOVES: dict[str, tuple[Callable[[Version], Version], set[VersionState], VersionState | None]] = {
    "written": (lambda v: v.written(WHOLE, by="e2", now=NOW), {S.DRAFT, S.RETURNED}, None),
    "submitted": (lambda v: v.submitted(by="e2", now=NOW), {S.DRAFT, S.RETURNED}, S.IN_REVIEW),
    "given up": (
        lambda v: v.given_up(by="ed", now=NOW),
        {S.DRAFT, S.RETURNED, S.IN_REVIEW, S.SCHEDULED},
        S.WITHDRAWN,
    ),
    "returned": (
        lambda v: v.returned(reason="改", by="re", now=NOW),
        {S.IN_REVIEW, S.SCHEDULED},
        S.RETURNED,
    ),
    "scheduled": (
        lambda v: v.scheduled(publish_at=LATER, by="re", now=NOW),
        {S.IN_REVIEW},
        S.SCHEDULED,
    ),
    "published": (lambda v: v.published(by="re", now=NOW), {S.IN_REVIEW}, S.PUBLISHED),
    "came due": (lambda v: v.came_due(by="re", now=NOW), {S.SCHEDULED}, S.PUBLISHED),
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("move", MOVES)
def test_each_move_is_from_its_states_only(move: str, state: VersionState) -> None:
    make, states, leads_to = MOVES[move]
    was = version(state)
    if state not in states:
        with pytest.raises(Conflict, match="不能"):
            make(was)
        return
    after = make(was)
    assert (after.state, after.revision) == (leads_to or state, was.revision + 1)


@pytest.mark.parametrize("move", ["returned", "scheduled", "published"])
def test_who_wrote_it_decides_nothing(move: str) -> None:
    make, states, _ = MOVES[move]
    for editors in (("re",), ("ed", "re")):
        with pytest.raises(Conflict, match="不能是同一人"):
            make(version(next(iter(states)), editors=editors))


def test_whoever_wrote_or_submitted_it_is_an_editor_of_it() -> None:
    after = version().written(WHOLE, by="e2", now=NOW).submitted(by="e3", now=NOW)
    assert after.editors == ("ed", "e2", "e3")


@pytest.mark.parametrize("at", [NOW, NOW - timedelta(minutes=1), NOW + FARTHEST + timedelta(1)])
def test_a_minute_that_is_past_or_too_far_is_refused(at: object) -> None:
    with pytest.raises(Invalid, match="晚于现在"):
        version(S.IN_REVIEW).scheduled(publish_at=at, by="re", now=NOW)  # type: ignore[arg-type]


def test_its_minute_comes_once() -> None:
    waits = version(S.IN_REVIEW).scheduled(publish_at=LATER, by="re", now=NOW)
    assert [waits.due(at) for at in (NOW, LATER, LATER + timedelta(days=9))] == [False, True, True]
    shown = waits.came_due(by="re", now=LATER)
    assert (shown.due(LATER), shown.published_at) == (False, LATER)
    assert waits.returned(reason="改", by="re", now=NOW).publish_at is None
