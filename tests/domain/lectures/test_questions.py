"""Questions to the speaker: what passes between editor and reviewer, and what an asker reads."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.lectures.questions import Question, QuestionState
from domain.transactions import Conflict

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
ASKED = Question(
    id="q",
    lecture_id="l",
    person_id="p",
    text="问",
    state=QuestionState.OPEN,
    slot=1,
    asked_at=NOW,
    changed_at=NOW,
)
WAITING = ASKED.answered("答", passed=False, by="editor", now=NOW)
RETURNED = WAITING.returned("没有依据", by="reviewer", now=NOW)


def test_who_wrote_an_answer_neither_releases_it_nor_sends_it_back() -> None:
    with pytest.raises(Conflict, match="不能是同一人"):
        WAITING.released(by="editor", now=NOW)
    with pytest.raises(Conflict, match="不能是同一人"):
        WAITING.returned("没有依据", by="editor", now=NOW)


def test_who_sent_an_answer_back_and_wrote_another_does_not_review_it() -> None:
    again = RETURNED.answered("另一个答复", passed=True, by="reviewer", now=NOW)
    with pytest.raises(Conflict, match="不能是同一人"):
        again.released(by="reviewer", now=NOW)
    assert again.released(by="editor", now=NOW).state is QuestionState.ANSWERED


def test_after_an_answer_was_sent_back_none_is_shown_without_a_reviewer() -> None:
    """However often it is written anew, and whatever WeChat says of it."""
    again = RETURNED.answered("改过的答复", passed=True, by="editor", now=NOW)
    assert (again.state, again.reason) == (QuestionState.WAITING, "没有依据")
    again = again.answered("又改过的答复", passed=True, by="editor", now=NOW)
    assert again.state is QuestionState.WAITING
    shown = again.released(by="reviewer", now=NOW)
    assert (shown.state, shown.answer, shown.reason) == (
        *(QuestionState.ANSWERED, "又改过的答复", ""),
    )
    better = shown.answered("更好的答复", passed=True, by="editor", now=NOW)
    assert better.state is QuestionState.ANSWERED


def test_who_leaves_a_question_whose_answer_was_sent_back_does_not_get_around_the_reviewer() -> (
    None
):
    left = RETURNED.left("与讲座无关", by="editor", now=NOW)
    again = left.answered("没有依据的答复", passed=True, by="editor", now=NOW)
    assert (again.state, again.reason) == (QuestionState.WAITING, "")
    assert again.released(by="reviewer", now=NOW).state is QuestionState.ANSWERED
    # Where none was sent back, a better thought needs no reviewer.
    left = ASKED.left("与讲座无关", by="editor", now=NOW)
    answered = left.answered("答", passed=True, by="editor", now=NOW)
    assert answered.state is QuestionState.ANSWERED


@pytest.mark.parametrize(
    "state", [state for state in QuestionState if state is not QuestionState.WAITING]
)
def test_only_an_answer_that_waits_is_reviewed(state: QuestionState) -> None:
    question = replace(WAITING, state=state)
    with pytest.raises(Conflict, match="不能公开答复"):
        question.released(by="reviewer", now=NOW)
    with pytest.raises(Conflict, match="不能退回答复"):
        question.returned("没有依据", by="reviewer", now=NOW)


@pytest.mark.parametrize("question", [WAITING, RETURNED])
def test_who_asked_reads_of_an_answer_under_review_that_it_waits(question: Question) -> None:
    read = question.as_asked
    assert (read.state, read.answer, read.reason) == (QuestionState.WAITING, "", "")


@pytest.mark.parametrize("move", ["left", "hidden"])
def test_an_answer_that_was_sent_back_is_never_read_by_who_asked(move: str) -> None:
    ended = getattr(RETURNED, move)("与讲座无关", by="editor", now=NOW)
    assert (ended.as_asked.answer, ended.as_asked.reason) == ("", "与讲座无关")
