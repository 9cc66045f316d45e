"""Questions to the speakers in the console: answered, left with a reason, or hidden."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.content_checks import Verdict
from domain.lectures.questions import MOST_ANSWER, MOST_REASON, QUESTION_STATES, QuestionState
from domain.staff.roles import Right
from domain.time import in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import Id, PageQuery, Paragraphs
from handlers.pages import HTML

QUESTIONS = "/console/lecture-questions"
MAY = frozenset({403, 404, 409, 412})
CAUTIONS = {
    Verdict.PENDING: "微信内容安全检测尚未完成，完成前不能答复",
    Verdict.REVIEW: "微信内容安全检测未能确定，请自行判断是否适合公开",
    Verdict.RISKY: "微信内容安全检测认为含有不宜内容，不能公开答复",
}


class QuestionsQuery(PageQuery):
    """In which state, and to which lecture; without one to all."""

    state: Literal["open", "waiting", "returned", "answered", "left", "hidden"] = Field(
        default="open", title="状态"
    )
    lecture: Id | Literal[""] = Field(default="", title="讲座")


class QuestionForm(ConsoleForm):
    """One move of an editor."""

    move: Literal["answer", "leave", "hide"] = Field(title="办理")
    tag: str = Field(min_length=1, max_length=40, title="版本")
    text: Annotated[Paragraphs, StringConstraints(max_length=MOST_ANSWER)] = Field(
        default="", title="内容"
    )


class AnswerReviewForm(ConsoleForm):
    """A reviewer agrees with an answer, or sends it back."""

    move: Literal["release", "return"] = Field(title="决定")
    tag: str = Field(min_length=1, max_length=40, title="版本")
    text: Annotated[Paragraphs, StringConstraints(max_length=MOST_ANSWER)] = Field(
        default="", title="理由"
    )


class ConsoleQuestionsHandler(ConsoleHandler):
    """All of them."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Questions to the speakers by state, as a page",
        query=QuestionsQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Open ones by who has waited longest."""
        query = self.query(QuestionsQuery)
        of = f"console-lecture-questions:{query.state}:{query.lecture}"
        page = await self.house.around.questions.all(
            QuestionState(query.state), lecture_id=query.lecture, ask=self.ask(query, of=of)
        )
        self.page(
            HTTPStatus.OK,
            "console_lecture_questions.html",
            questions=page.items,
            titles={one.question.lecture_id: "" for one in page.items}
            | await self._titles({one.question.lecture_id for one in page.items}),
            chosen=query.state,
            lecture=query.lecture,
            next=self.next_cursor(page, of=of),
            states=QUESTION_STATES,
            cautions=CAUTIONS,
            in_words=in_words,
        )

    async def _titles(self, ids: set[str]) -> dict[str, str]:
        found = {one: await self.house.around.lecture_of(one) for one in ids}
        return {one: lecture.programme.title for one, lecture in found.items() if lecture}


class _QuestionPage(ConsoleHandler):
    back = (QUESTIONS, "返回讲座提问")

    async def show_one(self, question_id: str, status: int, typed: Typed) -> None:
        """With what may be done now."""
        checked = await self.house.around.questions.get(question_id)
        question = checked.question
        lecture = await self.house.around.lecture_of(question.lecture_id)
        self.page(
            status,
            "console_lecture_question.html",
            question=question,
            title=lecture.programme.title if lecture else "",
            typed=typed,
            caution=CAUTIONS.get(checked.verdict, ""),
            may_answer=checked.verdict in {Verdict.PASS, Verdict.REVIEW}
            and question.state is not QuestionState.HIDDEN,
            states=QUESTION_STATES,
            answer_most=MOST_ANSWER,
            reason_most=MOST_REASON,
            in_words=in_words,
        )


class ConsoleQuestionHandler(_QuestionPage):
    """One of them."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "One question to a speaker, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, question_id: str) -> None:
        """Who asked is not told."""
        await self.show_one(question_id, HTTPStatus.OK, Typed())


class QuestionHandlingHandler(_QuestionPage):
    """An editor's moves."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Answer a question, leave it with a reason, or hide it",
        form=QuestionForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, question_id: str) -> None:
        """Against the state that was seen; who asked is told."""

        async def do() -> None:
            form = self.read_form_of_mine(QuestionForm)
            desk, act = self.house.around.questions, self.act()
            if form.move == "answer":
                await desk.answer(act, question_id=question_id, tag=form.tag, answer=form.text)
            elif form.move == "leave":
                await desk.leave(act, question_id=question_id, tag=form.tag, reason=form.text)
            else:
                await desk.hide(act, question_id=question_id, tag=form.tag, reason=form.text)
            self.lead(f"{QUESTIONS}/{question_id}")

        await self.attempt(do, lambda status, typed: self.show_one(question_id, status, typed))


class AnswerReviewHandler(_QuestionPage):
    """What a reviewer is asked to look at, and the decision."""

    back = ("/console", "返回工作台")

    @endpoint(
        Audience.STAFF,
        Right.REVIEW_LECTURES,
        "An answer that WeChat did not pass, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, question_id: str) -> None:
        """With its question; who asked is not told."""
        await self.show_one(question_id, HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.REVIEW_LECTURES,
        "Show an answer that WeChat did not pass, or send it back to its editor",
        form=AnswerReviewForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, question_id: str) -> None:
        """Never by who wrote it."""

        async def do() -> None:
            form = self.read_form_of_mine(AnswerReviewForm)
            desk, act = self.house.around.questions, self.act()
            if form.move == "release":
                await desk.release(act, question_id=question_id, tag=form.tag)
            else:
                await desk.give_back(act, question_id=question_id, tag=form.tag, reason=form.text)
            self.lead(f"{QUESTIONS}/{question_id}/review")

        await self.attempt(do, lambda status, typed: self.show_one(question_id, status, typed))


ROUTES = [
    Route(QUESTIONS, ConsoleQuestionsHandler),
    Route(f"{QUESTIONS}/{{question_id}}", ConsoleQuestionHandler),
    Route(f"{QUESTIONS}/{{question_id}}/handling", QuestionHandlingHandler),
    Route(f"{QUESTIONS}/{{question_id}}/review", AnswerReviewHandler),
]
