"""A complaint: 24 hours of its own, handled by somebody else, upheld once heard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.judging import complaint_moves as moves
from domain.judging.complaints import PROMISE, Cause, Complaint, State, Who
from domain.transactions import Conflict
from tests.domain.judging.samples import (
    AT,
    BUTLER,
    HOUR,
    OFFICER,
    OTHER_BUTLER,
    TERMS,
    complaint,
)

NOBODY: frozenset[str] = frozenset()


def taken(was: Complaint | None = None) -> Complaint:
    return moves.taken(
        was or complaint(), by=OFFICER, is_butler=False, took_part=NOBODY, now=AT + HOUR
    )


def decided(
    was: Complaint,
    *,
    upheld: bool = True,
    by: str = OFFICER,
    after: timedelta = 5 * HOUR,
    is_butler: bool = False,
    took_part: frozenset[str] = NOBODY,
) -> Complaint:
    return moves.decided(
        was,
        upheld=upheld,
        reason="核实录音和工单记录",
        by=by,
        is_butler=is_butler,
        took_part=took_part,
        terms=TERMS,
        now=AT + after,
    )


def test_it_is_taken_answered_and_decided_with_a_reason() -> None:
    answered = moves.answered(
        taken(),
        by=OFFICER,
        text="正在核实",
        is_butler=False,
        took_part=NOBODY,
        now=AT + 2 * HOUR,
    )
    after = decided(answered)
    assert (after.state, after.decided_by, after.reason) == (
        State.UPHELD,
        OFFICER,
        "核实录音和工单记录",
    )
    assert [(step.by, step.text) for step in after.steps] == [
        (Who.CITIZEN, "收到投诉，由信用办处理，24 小时内答复。"),
        (Who.OFFICE, "信用办已受理。"),
        (Who.OFFICE, "信用办答复：正在核实"),
        (Who.OFFICE, "经核实，投诉成立：核实录音和工单记录"),
    ]


@given(after=st.timedeltas(timedelta(), timedelta(hours=72)))
def test_its_clock_is_24_absolute_hours_to_the_decision(after: timedelta) -> None:
    was = complaint()
    assert was.due_at == AT + PROMISE
    assert was.is_overdue(AT + after) is (after > PROMISE)
    assert ("还剩" in was.left_in_words(AT + after)) is (after <= PROMISE)
    ended = decided(taken(was), upheld=False, after=after)
    assert ended.is_overdue(AT + timedelta(days=365)) is (after > PROMISE)
    assert ("超过时限" in ended.left_in_words(AT + after)) is (after > PROMISE)


def test_how_late_it_is_stands_in_words() -> None:
    was = complaint()
    assert was.left_in_words(AT + timedelta(hours=20, minutes=30)) == "还剩 3 小时 30 分钟"
    assert was.left_in_words(AT + 25 * HOUR) == "已超过 24 小时时限 1 小时 0 分钟"


@pytest.mark.parametrize(
    ("by", "is_butler", "took_part"),
    [
        (BUTLER, False, NOBODY),
        (OFFICER, False, frozenset({OFFICER, OTHER_BUTLER})),
        (OTHER_BUTLER, True, NOBODY),
    ],
    ids=["resolved it", "answered in it", "is a butler"],
)
def test_nobody_handles_a_complaint_about_their_own_work(
    by: str, *, is_butler: bool, took_part: frozenset[str]
) -> None:
    with pytest.raises(Conflict):
        moves.taken(complaint(), by=by, is_butler=is_butler, took_part=took_part, now=AT)


def test_who_answered_in_the_ticket_after_taking_the_complaint_decides_it_no_more() -> None:
    with pytest.raises(Conflict, match="参与过"):
        decided(taken(), took_part=frozenset({OFFICER}))
    again = moves.given_back(taken(), by=OFFICER, reason="参与了工单", now=AT + 2 * HOUR)
    assert (again.state, again.handler) == (State.OPENED, "")


def test_only_who_has_taken_it_decides_it() -> None:
    with pytest.raises(Conflict, match="受理人"):
        decided(taken(), by="another-officer")
    with pytest.raises(Conflict, match="待信用办受理"):
        decided(complaint())


@given(after=st.timedeltas(timedelta(), 8 * HOUR))
def test_it_is_upheld_once_the_butler_had_a_word_or_time_for_one(after: timedelta) -> None:
    heard = after >= TERMS.heard_within
    if heard:
        assert decided(taken(), after=after).state is State.UPHELD
    else:
        with pytest.raises(Conflict, match="还可以在2026年3月2日 14:00前回应"):
            decided(taken(), after=after)
    stated = moves.stated(taken(), by=BUTLER, text="当时在外勤", now=AT + after)
    assert decided(stated, after=after).state is State.UPHELD
    assert decided(taken(), upheld=False, after=after).state is State.NOT_UPHELD
    assert decided(taken(complaint(butler="")), after=after).state is State.UPHELD


def test_the_butler_has_one_word_while_it_is_open() -> None:
    stated = moves.stated(complaint(), by=BUTLER, text="当时在外勤", now=AT)
    assert stated.statement is not None
    assert stated.statement.text == "当时在外勤"
    with pytest.raises(Conflict, match="每件投诉回应一次"):
        moves.stated(stated, by=BUTLER, text="再说一句", now=AT)
    with pytest.raises(Conflict, match="被投诉的"):
        moves.stated(complaint(), by=OTHER_BUTLER, text="不是我", now=AT)
    with pytest.raises(Conflict, match="投诉不成立"):
        moves.stated(decided(taken(), upheld=False), by=BUTLER, text="晚了", now=AT + 9 * HOUR)


def test_what_stars_opened_takes_words_once() -> None:
    was = complaint(stars=2)
    assert (was.cause, was.steps[0].by) == (Cause.STARS, Who.SYSTEM)
    worded = moves.with_words(was, words="来了三次都没有办", now=AT + HOUR)
    assert (worded.cause, worded.words) == (Cause.WORDS, "来了三次都没有办")
    with pytest.raises(Conflict, match="TS260302000001"):
        moves.with_words(worded, words="来了四次都没有办", now=AT + HOUR)


@pytest.mark.parametrize("words", ["", "不好", "啊" * 501])
def test_words_are_neither_too_few_nor_too_many(words: str) -> None:
    with pytest.raises(Invalid):
        moves.with_words(complaint(stars=1), words=words, now=AT)


MOVES: dict[str, Callable[[Complaint], Complaint]] = {
    "take": taken,
    "decide": decided,
    "withdraw": lambda was: moves.withdrawn(was, by=Who.CITIZEN, reason="不投诉了。", now=AT),
    "give back": lambda was: moves.given_back(was, by=OFFICER, reason="请假", now=AT),
    "state": lambda was: moves.stated(was, by=BUTLER, text="说明", now=AT),
    "word": lambda was: moves.with_words(was, words="来了三次都没有办", now=AT),
    "rate": lambda was: moves.rated_low(was, stars=1, now=AT),
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("upheld", [True, False])
def test_what_is_decided_stays_decided(move: str, *, upheld: bool) -> None:
    with pytest.raises(Conflict):
        MOVES[move](decided(taken(), upheld=upheld))


@given(ways=st.lists(st.sampled_from(sorted(MOVES)), max_size=12))
def test_every_way_ends_in_one_state_with_its_reason_and_who(ways: list[str]) -> None:
    one = complaint(stars=1)
    for way in ways:
        try:
            after = MOVES[way](one)
        except Conflict:
            continue
        assert (after.revision, len(after.steps)) == (one.revision + 1, len(one.steps) + 1)
        assert after.steps[-1].text
        one = after
    assert one.is_open is (one.ended_at is None)
    assert one.is_open or one.reason
    assert one.about == BUTLER
