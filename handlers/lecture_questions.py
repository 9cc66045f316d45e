"""Questions to the speaker as JSON: what everybody may read names nobody who asked."""

from http import HTTPStatus
from typing import Annotated, Literal, cast

from pydantic import Field, StringConstraints

from domain.lectures.questions import MOST_SIGNS, QUESTION_STATES, Question
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Instant, Output, PageQuery, Paragraphs

StateName = Literal["open", "waiting", "answered", "left", "hidden"]


class QuestionInput(Input):
    """What somebody wants to know."""

    text: Annotated[Paragraphs, StringConstraints(max_length=MOST_SIGNS)] = Field(title="问题")


class AnsweredView(Output):
    """A question and its answer, as everybody reads them."""

    id: str
    text: str
    answer: str
    asked_at: Instant
    answered_at: Instant


class AnsweredViews(Output):
    """The last answered first."""

    items: list[AnsweredView]
    next: str | None


class MyQuestionView(Output):
    """One of one's own."""

    id: str
    text: str
    state: StateName
    state_label: str
    answer: str | None
    reason: str | None = Field(description="Why it has no answer, or is hidden")
    asked_at: Instant
    changed_at: Instant


class MyQuestionViews(Output):
    """Newest first."""

    items: list[MyQuestionView]
    next: str | None


def _answered(question: Question) -> AnsweredView:
    return AnsweredView(
        id=question.id,
        text=question.text,
        answer=question.answer,
        asked_at=question.asked_at,
        answered_at=question.changed_at,
    )


def _mine(whole: Question) -> MyQuestionView:
    question = whole.as_asked
    return MyQuestionView(
        id=question.id,
        text=question.text,
        # Of those that it has as who asked reads it.
        state=cast("StateName", question.state.value),
        state_label=QUESTION_STATES[question.state],
        answer=question.answer or None,
        reason=question.reason or None,
        asked_at=question.asked_at,
        changed_at=question.changed_at,
    )


class QuestionsHandler(BaseHandler):
    """Questions to one lecture."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "Questions to the speaker that were answered",
        query=PageQuery,
        answers={200: AnsweredViews},
        refusals=frozenset({404, 410}),
        rate="lectures",
    )
    async def get(self, lecture_id: str) -> None:
        """The last answered first; nobody reads who asked."""
        query, of = self.query(PageQuery), f"lecture-questions:{lecture_id}"
        page = await self.house.around.asking.answered(
            lecture_id=lecture_id, ask=self.ask(query, of=of)
        )
        items = [_answered(one) for one in page.items]
        self.show(HTTPStatus.OK, AnsweredViews(items=items, next=self.next_cursor(page, of=of)))

    @endpoint(
        Audience.PERSON,
        Permission.ATTEND_LECTURES,
        "Ask the speaker, until seven days after the lecture",
        body=QuestionInput,
        idempotent=True,
        asks_outside=True,
        answers={201: MyQuestionView},
        refusals=frozenset({404, 409, 410}),
        rate="lecture-question",
    )
    async def post(self, lecture_id: str) -> None:
        """Checked first; shown to others once it is answered."""
        said = self.read(QuestionInput)
        await self.show_once(
            lambda act: self.house.around.asking.ask(act, lecture_id=lecture_id, text=said.text),
            lambda question: (HTTPStatus.CREATED, _mine(question)),
        )


class MyQuestionsHandler(BaseHandler):
    """One's own questions to one lecture."""

    @endpoint(
        Audience.PERSON,
        Permission.ATTEND_LECTURES,
        "My questions to the speaker of a lecture, however they stand",
        query=PageQuery,
        answers={200: MyQuestionViews},
        refusals=frozenset({404}),
    )
    async def get(self, lecture_id: str) -> None:
        """Newest first."""
        query, of = self.query(PageQuery), f"my-lecture-questions:{lecture_id}"
        page = await self.house.around.asking.mine(
            lecture_id=lecture_id, person_id=self.actor, ask=self.ask(query, of=of)
        )
        items = [_mine(one) for one in page.items]
        self.show(HTTPStatus.OK, MyQuestionViews(items=items, next=self.next_cursor(page, of=of)))


ROUTES = [
    Route("/v1/lectures/{lecture_id}/questions", QuestionsHandler),
    Route("/v1/lectures/{lecture_id}/questions/mine", MyQuestionsHandler),
]
