"""Asking the speaker: what is written is checked first, and shown to others once it is answered.

So is the answer: what WeChat finds risky is not taken, and what it does not pass, since it cannot
judge it or has not seen who asked for two hours, waits for the eyes of a reviewer.
"""

from dataclasses import dataclass

from domain.content_checks import Judged, Scene, Verdict, refusal
from domain.errors import Fault, Invalid, NotFound, Stale
from domain.lectures.around_ports import Checks, LecturesOf, QuestionStore
from domain.lectures.lectures import ever_shown, require_shown
from domain.lectures.questions import (
    MOST_ANSWER,
    MOST_REASON,
    MOST_SIGNS,
    Question,
    QuestionState,
    free_slot,
    require_text,
    require_time,
)
from domain.lectures.telling import DeskTelling
from domain.pages import Ask, Page
from domain.transactions import Act, AuditEvent, Conflict, NoticeKind, Tell, Unit

MOVED = "这个问题刚刚有了变动，请重新打开后再操作。"
# Answered, left or hidden: the text says which.
TITLE = "讲座提问已处理"
WORDS = {
    QuestionState.ANSWERED: "您在讲座《{title}》的提问已有答复。",
    QuestionState.LEFT: "您在讲座《{title}》的提问未予答复：{reason}",
    QuestionState.HIDDEN: "您在讲座《{title}》的提问已被隐藏：{reason}",
}


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A question, and what WeChat's check says of it."""

    question: Question
    verdict: Verdict


class Asking:
    """For who asks."""

    def __init__(self, *, lectures: LecturesOf, store: QuestionStore, checks: Checks) -> None:
        self._lectures = lectures
        self._store = store
        self._checks = checks

    async def ask(self, act: Act, *, lecture_id: str, text: str) -> Question:
        """Before, during and until seven days after the lecture.

        Raises:
            NotFound, Withdrawn: the lecture is not shown.
            Conflict: it ended long ago, or five of the person's questions are open.
            Invalid: nothing, more than 500 signs, or what WeChat finds risky. What it cannot judge
                now is taken, and waits for its check.
        """
        require_time(require_shown(await self._lectures.get(lecture_id)).programme, act.at)
        text = require_text(text, pointer="/text", label="问题", most=MOST_SIGNS)
        judged = await judged_of(self._checks, text, person_id=act.actor, what="问题")

        async def work(unit: Unit) -> Question:
            taken = await self._store.slots(unit, lecture_id=lecture_id, person_id=act.actor)
            question = Question(
                id=act.draw.id(),
                lecture_id=lecture_id,
                person_id=act.actor,
                text=text,
                state=QuestionState.OPEN,
                slot=free_slot(taken),
                asked_at=act.at,
                changed_at=act.at,
            )
            await self._store.add(unit, question)
            await unit.audit(act.event("lecture_question.asked", question.id, of=lecture_id))
            await self._checks.keep(
                unit, act, object_id=question.id, text=text, scene=Scene.COMMENT, judged=judged
            )
            return question

        return await act.commit(work)

    async def answered(self, *, lecture_id: str, ask: Ask) -> Page[Question]:
        """What everybody may read, the last answered first; raises NotFound, Withdrawn."""
        require_shown(await self._lectures.get(lecture_id))
        return await self._store.answered(lecture_id=lecture_id, ask=ask)

    async def mine(self, *, lecture_id: str, person_id: str, ask: Ask) -> Page[Question]:
        """One's own to a lecture, also a withdrawn one, newest first, however they stand.

        Raises:
            NotFound: it was never shown.
        """
        ever_shown(await self._lectures.get(lecture_id), "没有这个讲座。")
        return await self._store.mine(lecture_id=lecture_id, person_id=person_id, ask=ask)


async def judged_of(checks: Checks, text: str, *, person_id: str, what: str) -> Judged:
    """What WeChat says of what one of the two writes; raises Invalid for what it finds risky."""
    judged = await checks.text(person_id=person_id, text=text, scene=Scene.COMMENT)
    if judged.verdict is Verdict.RISKY:
        detail = refusal(judged, what=what)
        raise Invalid([Fault(pointer="/text", code="risky_content", detail=detail)])
    return judged


class QuestionDesk:
    """For the editors, who answer what passed or what they looked at themselves."""

    def __init__(
        self,
        *,
        lectures: LecturesOf,
        store: QuestionStore,
        checks: Checks,
        tell: Tell,
        telling: DeskTelling,
    ) -> None:
        self._lectures = lectures
        self._store = store
        self._checks = checks
        self._tell = tell
        self._telling = telling

    async def all(self, state: QuestionState, *, lecture_id: str = "", ask: Ask) -> Page[Checked]:
        """Of one lecture or of all; open ones by who has waited longest, others newest first."""
        page = await self._store.in_state(state, lecture_id=lecture_id, ask=ask)
        items = [Checked(question=one, verdict=await self._verdict(one)) for one in page.items]
        return Page(items=tuple(items), next=page.next)

    async def get(self, question_id: str) -> Checked:
        """One of them; raises NotFound."""
        question = await self._store.get(question_id)
        if question is None:
            raise NotFound("没有这个问题。")
        return Checked(question=question, verdict=await self._verdict(question))

    async def answer(self, act: Act, *, question_id: str, tag: str, answer: str) -> Question:
        """Shown with the question to everybody once it passed; then who asked is told.

        It is checked as what is shown to who asked: WeChat checks for its own users alone.

        Raises:
            NotFound, Stale.
            Invalid: nothing, more than 2,000 signs, or what WeChat finds risky.
            Conflict: the question's check is not done, or found it risky; or WeChat does not
                serve, so that the answer waits.
        """
        answer = require_text(answer, pointer="/text", label="答复", most=MOST_ANSWER)
        seen = await self._seen(question_id, tag)
        if seen.verdict is Verdict.PENDING:
            raise Conflict("这个问题的微信内容安全检测尚未完成，请稍后再答复。")
        if seen.verdict is Verdict.RISKY:
            raise Conflict("微信内容安全检测认为这个问题含有不宜内容，只能隐藏或不予答复。")
        was = seen.question
        judged = await judged_of(self._checks, answer, person_id=was.person_id, what="答复")
        if judged.verdict is Verdict.PENDING:
            raise Conflict("微信内容安全检测暂时不可用，答复尚未公开，请稍后再提交。")
        passed, check = judged.verdict is Verdict.PASS, judged.verdict.value
        now = was.answered(answer, passed=passed, by=act.actor, now=act.at)
        event = act.event("lecture_question.answered", now.id, of=now.lecture_id, check=check)
        return await self._save(act, now, was=was, event=event)

    async def release(self, act: Act, *, question_id: str, tag: str) -> Question:
        """An answer that waited is shown, by a reviewer; raises NotFound, Stale, Conflict."""
        was = (await self._seen(question_id, tag)).question
        now = was.released(by=act.actor, now=act.at)
        event = act.event("lecture_question.released", now.id, of=now.lecture_id)
        return await self._save(act, now, was=was, event=event)

    async def give_back(self, act: Act, *, question_id: str, tag: str, reason: str) -> Question:
        """An answer that waited is to be written anew; who wrote it reads why.

        Raises:
            NotFound, Stale, Conflict.
            Invalid: no reason, or more than 200 signs.
        """
        reason = require_text(reason, pointer="/text", label="理由", most=MOST_REASON)
        was = (await self._seen(question_id, tag)).question
        now = was.returned(reason, by=act.actor, now=act.at)
        event = act.event("lecture_question.returned", now.id, of=now.lecture_id)
        return await self._save(act, now, was=was, event=event)

    async def leave(self, act: Act, *, question_id: str, tag: str, reason: str) -> Question:
        """No answer, for a reason that the asker reads; raises NotFound, Stale, Conflict."""
        reason = require_text(reason, pointer="/text", label="理由", most=MOST_REASON)
        was = (await self._seen(question_id, tag)).question
        now = was.left(reason, by=act.actor, now=act.at)
        event = act.event("lecture_question.left", now.id, of=now.lecture_id)
        return await self._save(act, now, was=was, event=event)

    async def hide(self, act: Act, *, question_id: str, tag: str, reason: str) -> Question:
        """Nobody else reads it any more; raises NotFound, Stale, Conflict."""
        reason = require_text(reason, pointer="/text", label="理由", most=MOST_REASON)
        was = (await self._seen(question_id, tag)).question
        now = was.hidden(reason, by=act.actor, now=act.at)
        event = act.event("lecture_question.hidden", now.id, of=now.lecture_id)
        return await self._save(act, now, was=was, event=event)

    async def _seen(self, question_id: str, tag: str) -> Checked:
        seen = await self.get(question_id)
        if seen.question.tag != tag:
            raise Stale(MOVED)
        return seen

    async def _verdict(self, question: Question) -> Verdict:
        judged = await self._checks.known(question.id)
        return judged.verdict if judged else Verdict.REVIEW

    async def _save(self, act: Act, now: Question, *, was: Question, event: AuditEvent) -> Question:
        lecture = await self._lectures.get(now.lecture_id)
        title = lecture.programme.title if lecture else ""

        async def work(unit: Unit) -> Question:
            await self._store.replace(unit, now, was=was)
            await unit.audit(event)
            if now.state is QuestionState.RETURNED:
                await self._telling.answer_returned(unit, act, now, writer=was.handled_by)
            if now.person_id and now.state in WORDS:
                await self._tell(
                    unit,
                    act,
                    person_id=now.person_id,
                    title=TITLE,
                    text=WORDS[now.state].format(title=title, reason=now.reason),
                    link=f"/lectures/{now.lecture_id}",
                    kind=NoticeKind.LECTURE,
                )
            return now

        return await act.commit(work)
