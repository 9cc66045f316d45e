"""Versions of a text: each move from each state, which one is in force, what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import FOLDER
from content.promises import load_promises
from domain.differences import Mark
from domain.errors import Invalid
from domain.promises.differences import differences
from domain.promises.templates import MOST_SIGNS, Publicity, Term
from domain.promises.texts import (
    EDITABLE_FIELDS,
    Edited,
    Version,
    check,
    in_force,
    wording_of,
)
from domain.time import civil_date
from domain.transactions import Conflict
from domain.versions import VersionState

NOW = datetime(2026, 11, 29, 4, tzinfo=UTC)
TODAY = date(2026, 11, 29)
TEMPLATE = load_promises(FOLDER).templates["materials-later"]
WORDING = wording_of(TEMPLATE)
# A text waits for its day as published; no move of its own leads to this state.
WAITS = VersionState.SCHEDULED
EDITED = Edited(**{name: getattr(WORDING, name) for name in EDITABLE_FIELDS})


def version(state: VersionState = VersionState.DRAFT, **given: Any) -> Version:
    return replace(
        Version(
            id="version",
            template="materials-later",
            wording=WORDING,
            why="按新规定修改",
            state=state,
            editors=("editor",),
            changed_by="editor",
            created_at=NOW,
            changed_at=NOW,
        ),
        **given,
    )


def publish(one: Version, *, by: str = "reviewer", day: date | None = None) -> Version:
    return one.published(from_day=day, number=2, after=NOW, by=by, now=NOW)


Move = Callable[[Version], Version]
MOVES: dict[str, tuple[Move, VersionState, set[VersionState]]] = {
    "change": (
        lambda one: one.changed(EDITED, why="再改", by="second", now=NOW),
        VersionState.DRAFT,
        {VersionState.DRAFT, VersionState.RETURNED},
    ),
    "submit": (
        lambda one: one.submitted(by="editor", now=NOW),
        VersionState.IN_REVIEW,
        {VersionState.DRAFT, VersionState.RETURNED},
    ),
    "give up": (
        lambda one: one.given_up(by="editor", now=NOW),
        VersionState.WITHDRAWN,
        {VersionState.DRAFT, VersionState.RETURNED, VersionState.IN_REVIEW},
    ),
    "return": (
        lambda one: one.returned(reason="措辞", by="reviewer", now=NOW),
        VersionState.RETURNED,
        {VersionState.IN_REVIEW},
    ),
    "publish": (publish, VersionState.PUBLISHED, {VersionState.IN_REVIEW}),
}


@pytest.mark.parametrize("state", [one for one in VersionState if one is not WAITS])
@pytest.mark.parametrize("name", MOVES)
def test_a_move_is_made_from_its_states_and_from_no_other(name: str, state: VersionState) -> None:
    move, to, allowed = MOVES[name]
    one = version(state)
    if state in allowed:
        assert move(one).state is to
        assert move(one).revision == one.revision + 1
    else:
        with pytest.raises(Conflict, match="目前的状态是"):
            move(one)


def test_nobody_reviews_what_they_wrote_in_part() -> None:
    one = version().changed(EDITED, why="再改", by="second", now=NOW)
    one = one.submitted(by="third", now=NOW)
    assert one.editors == ("editor", "second", "third")
    for who in one.editors:
        with pytest.raises(Conflict, match="不能是同一人"):
            publish(one, by=who)
        with pytest.raises(Conflict, match="不能是同一人"):
            one.returned(reason="措辞", by=who, now=NOW)
    assert publish(one).reviewed_by == "reviewer"


def test_a_text_of_a_later_day_is_in_force_from_the_first_instant_of_that_day() -> None:
    one = publish(version(VersionState.IN_REVIEW), day=TODAY + timedelta(days=2))
    begins = datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert one.in_force_at == begins
    assert not one.holds(begins - timedelta(milliseconds=1))
    assert one.holds(begins)
    assert civil_date(begins) == TODAY + timedelta(days=2)
    for day in (TODAY, TODAY - timedelta(days=1)):
        with pytest.raises(Invalid, match="晚于今天"):
            publish(version(VersionState.IN_REVIEW), day=day)


def test_only_what_is_not_in_force_yet_is_recalled() -> None:
    coming = publish(version(VersionState.IN_REVIEW), day=TODAY + timedelta(days=1))
    recalled = coming.recalled(reason="暂缓", by="reviewer", now=NOW)
    assert (recalled.state, recalled.reason) == (VersionState.WITHDRAWN, "暂缓")
    with pytest.raises(Conflict, match="不能是同一人"):
        coming.recalled(reason="暂缓", by="editor", now=NOW)
    with pytest.raises(Conflict, match="已经生效"):
        coming.recalled(reason="暂缓", by="reviewer", now=NOW + timedelta(days=1))
    with pytest.raises(Conflict, match="已经生效"):
        publish(version(VersionState.IN_REVIEW)).recalled(reason="", by="reviewer", now=NOW)


@given(
    st.lists(
        st.tuples(st.integers(-3, 3), st.one_of(st.none(), st.integers(1, 3))),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 4),
)
def test_of_all_publications_at_once_the_last_is_in_force_whatever_the_clocks_say(
    told: list[tuple[int, int | None]], later: int
) -> None:
    """Each publisher's clock is some seconds off; a dated one takes its turn on its day."""
    published: list[Version] = []
    for number, (off, days) in enumerate(told, 1):
        now = NOW + timedelta(seconds=number + off)
        standing = in_force(published, now)
        after = standing.in_force_at if standing and standing.in_force_at else now
        day = civil_date(now) + timedelta(days=days) if days else None
        one = version(VersionState.IN_REVIEW, id=str(number))
        published.append(
            one.published(from_day=day, number=number, after=after, by="reviewer", now=now)
        )
        if day is None:
            assert in_force(published, now) is published[-1]
    now = NOW + timedelta(days=later, seconds=60)
    due = [one for one in published if one.from_day and one.from_day <= civil_date(now)]
    found = in_force(published, now)
    if due:
        last = max(one.from_day for one in due if one.from_day)
        assert found is [one for one in due if one.from_day == last][-1]
    else:
        at_once = [one for one in published if one.from_day is None]
        assert found is (at_once[-1] if at_once else None)


def test_every_fault_of_a_text_is_named_at_once() -> None:
    wrong = replace(
        EDITED,
        version="2026-11",
        title="",
        matter="由" * 513,
        content="容" * 4001,
        liability="责" * 4001,
        consequence="",
        publicities=(Publicity.CIRCLE,),
        circle="",
        shown_days=0,
        valid_days=3651,
        term=Term(days=0, counting="working", duty=""),
    )
    with pytest.raises(Invalid) as refused:
        check(wrong, taken={"2026-11"})
    assert {fault.pointer for fault in refused.value.faults} == {
        *("/version", "/title", "/matter", "/content", "/liability", "/consequence"),
        *("/circle", "/shown_days", "/valid_days", "/term", "/duty"),
    }
    with pytest.raises(Invalid, match="公开方式"):
        check(replace(EDITED, publicities=()), taken=())


def test_a_text_may_have_the_full_length_of_the_national_template() -> None:
    full = {
        name: "字" * most
        for name, most in MOST_SIGNS.items()
        if name in {"version", "title", "matter", "content", "liability", "consequence", "circle"}
    }
    check(replace(EDITED, **full), taken=())  # type: ignore[arg-type]


def test_a_wording_put_on_its_template_is_the_template() -> None:
    for template in load_promises(FOLDER).templates.values():
        assert wording_of(template).on(template) == template
        assert wording_of(template).on(TEMPLATE).text == template.text


# -- what differs --------------------------------------------------------------------------

TEXTS = st.text(alphabet="一二三，。\n", max_size=60).map(str.strip)


@given(TEXTS, TEXTS)
def test_what_differs_tells_both_texts_in_full(was: str, now: str) -> None:
    sections = differences(replace(WORDING, content=was), replace(WORDING, content=now))
    [section] = [one for one in sections if one.label == "承诺内容"]
    told = [piece for line in section.lines for piece in line]

    def read(mark: Mark) -> str:
        return "".join(one.text for one in told if one.mark in {Mark.SAME, mark})

    assert read(Mark.GONE) == was.replace("\n", "")
    assert read(Mark.NEW) == now.replace("\n", "")
    assert not any(one.differs for one in sections if one is not section)
    if was == now:
        assert not section.differs


def test_a_sign_that_changed_in_a_line_is_told_alone() -> None:
    now = replace(WORDING, term=replace(WORDING.term or Term(days=1, counting="calendar", duty="")))
    now = replace(now, shown_days=365, matter=WORDING.matter.replace("承诺期限", "规定期限"))
    sections = [one for one in differences(WORDING, now) if one.differs]
    assert [one.label for one in sections] == ["承诺事由", "公示天数"]
    marked = [(piece.mark, piece.text) for piece in sections[0].lines[0]]
    assert (Mark.GONE, "承诺") in marked
    assert (Mark.NEW, "规定") in marked


def test_what_every_field_says_is_compared() -> None:
    other = replace(
        WORDING,
        version="2027-01",
        title="甲",
        matter="乙",
        content="丙",
        liability="丁",
        consequence="戊",
        publicities=(Publicity.PRIVATE,),
        shown_days=1,
        circle="己",
        term=None,
        valid_days=9,
    )
    same = {one.label for one in differences(WORDING, other) if not one.differs}
    assert same == {"承诺类型", "受理单位"}
