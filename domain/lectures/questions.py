"""A question to the speaker: asked by a person, answered by an editor, read by everybody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.errors import Fault, Invalid
from domain.lectures.programme import Programme
from domain.transactions import Conflict

MOST_SIGNS = 500
MOST_ANSWER = 2000
MOST_REASON = 200
MOST_OPEN = 5
ASKED_UNTIL = timedelta(days=7)


class QuestionState(Enum):
    """How it stands."""

    OPEN = "open"
    WAITING = "waiting"
    RETURNED = "returned"
    ANSWERED = "answered"
    LEFT = "left"
    HIDDEN = "hidden"


QUESTION_STATES: Mapping[QuestionState, str] = {
    QuestionState.OPEN: "待答复",
    QuestionState.WAITING: "答复待审核",
    QuestionState.RETURNED: "答复已退回",
    QuestionState.ANSWERED: "已答复",
    QuestionState.LEFT: "未予答复",
    QuestionState.HIDDEN: "已隐藏",
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. ``slot`` is which of the person's open ones it is, counted from 1.

    ``reason`` says why it is left without an answer, or hidden; or to the editors alone why its
    answer was sent back, until another is shown. ``sent_back`` is whether a reviewer sent an answer
    back, and none has been agreed with since, also where it was left without one meanwhile.
    ``person_id`` never leaves the room: nobody reads who asked.
    """

    id: str
    lecture_id: str
    person_id: str
    text: str
    state: QuestionState
    slot: int
    asked_at: datetime
    changed_at: datetime
    answer: str = ""
    reason: str = ""
    sent_back: bool = False
    handled_by: str = ""
    revision: int = 0

    @property
    def tag(self) -> str:
        """Which state this is."""
        return f'"{self.revision}"'

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state is QuestionState.OPEN

    @property
    def told(self) -> bool:
        """Whether what was answered may be read, by who asked too."""
        return self.state not in {QuestionState.WAITING, QuestionState.RETURNED}

    @property
    def as_asked(self) -> "Question":
        """As who asked reads it: what passes between editor and reviewer waits, unread."""
        if self.told:
            return self
        return replace(self, state=QuestionState.WAITING, answer="", reason="")

    def answered(self, answer: str, *, passed: bool, by: str, now: datetime) -> "Question":
        """With an answer, or with a better one.

        Unless it passed its check it waits; also after one that was sent back, since a machine
        does not overrule who did so.

        Raises:
            Conflict: it is hidden.
        """
        self._require(set(QuestionState) - {QuestionState.HIDDEN}, "答复")
        shown = passed and not self.sent_back
        state = QuestionState.ANSWERED if shown else QuestionState.WAITING
        reason = "" if self.told else self.reason
        return self._moved(state, by=by, now=now, answer=answer, reason=reason)

    def released(self, *, by: str, now: datetime) -> "Question":
        """With the answer that waited; raises Conflict, also for who wrote it."""
        self._reviewed(by, "公开答复")
        return self._moved(QuestionState.ANSWERED, by=by, now=now, reason="", sent_back=False)

    def returned(self, reason: str, *, by: str, now: datetime) -> "Question":
        """To be answered anew, for a reason that editors read; raises Conflict as ``released``."""
        self._reviewed(by, "退回答复")
        return self._moved(QuestionState.RETURNED, by=by, now=now, reason=reason, sent_back=True)

    def left(self, reason: str, *, by: str, now: datetime) -> "Question":
        """Without an answer, for a reason that the asker reads; raises Conflict."""
        self._require({QuestionState.OPEN, QuestionState.RETURNED}, "不予答复")
        return self._moved(QuestionState.LEFT, by=by, now=now, answer="", reason=reason)

    def hidden(self, reason: str, *, by: str, now: datetime) -> "Question":
        """Shown to nobody but its asker, with the answer that was told; raises Conflict."""
        self._require(set(QuestionState) - {QuestionState.HIDDEN}, "隐藏")
        told = self.answer if self.told else ""
        return self._moved(QuestionState.HIDDEN, by=by, now=now, answer=told, reason=reason)

    def _reviewed(self, by: str, move: str) -> None:
        self._require({QuestionState.WAITING}, move)
        if self.handled_by == by:
            raise Conflict("答复和审核的不能是同一人。")

    def _require(self, states: Collection[QuestionState], move: str) -> None:
        if self.state not in states:
            raise Conflict(f"这个问题的状态是“{QUESTION_STATES[self.state]}”，不能{move}。")

    def _moved(
        self, state: QuestionState, *, by: str, now: datetime, **changed: str | bool
    ) -> "Question":
        return replace(
            self,
            state=state,
            handled_by=by,
            changed_at=now,
            revision=self.revision + 1,
            **changed,  # type: ignore[arg-type]  # names of its own fields
        )


def require_time(programme: Programme, now: datetime) -> None:
    """Raise Conflict when the lecture ended more than seven days ago."""
    ends_at = programme.ends_at
    if ends_at is not None and now >= ends_at + ASKED_UNTIL:
        raise Conflict("讲座结束已超过 7 天，不再收集问题。")


def require_text(text: str, *, pointer: str, label: str, most: int) -> str:
    """What somebody wrote; raises Invalid where it is nothing, or too much."""
    if not text:
        raise Invalid([Fault(pointer=pointer, code="missing", detail=f"请填写“{label}”。")])
    if len(text) > most:
        detail = f"“{label}”最多 {most} 个字。"
        raise Invalid([Fault(pointer=pointer, code="string_too_long", detail=detail)])
    return text


def free_slot(taken: Sequence[int]) -> int:
    """The first that is free; raises Conflict when as many questions as may be are open."""
    free = set(range(1, MOST_OPEN + 1)) - set(taken)
    if not free:
        raise Conflict(f"您在这个讲座已有 {MOST_OPEN} 个问题待答复，请等答复后再提问。")
    return min(free)
