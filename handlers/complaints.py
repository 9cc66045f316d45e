"""Complaints as JSON: made and followed by the ticket's citizen."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.judging.complaint_moves import LEAST_WORDS
from domain.judging.complaints import ACTORS, MOST_WORDS, STATES, Complaint
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Instant, Output, Paragraphs

Words = Annotated[Paragraphs, StringConstraints(min_length=LEAST_WORDS, max_length=MOST_WORDS)]
StateName = Literal["opened", "taken", "upheld", "not_upheld", "withdrawn"]
# Who handles it is shown as the office: a clerk answers for the office, not for themself.
OFFICE = "信用办"


class ComplaintInput(Input):
    """What was wrong."""

    text: Words = Field(title="投诉内容")


class ComplaintAnswerView(Output):
    """A word of the office on the way."""

    at: Instant
    text: str


class ComplaintStepView(Output):
    """What happened, and in what part somebody did it."""

    at: Instant
    by: str
    text: str


class ComplaintView(Output):
    """A complaint as it stands.

    ``due_at`` is 24 hours after it was opened, whatever the hour; ``overdue`` says honestly
    whether that was not kept, and ``time_text`` how much is left, or by how much it is late.
    """

    number: str
    ticket_number: str
    cause: Literal["stars", "words"]
    stars: int | None
    text: str
    state: StateName
    state_text: str
    handled_by: str
    opened_at: Instant
    due_at: Instant
    overdue: bool
    time_text: str
    ended_at: Instant | None
    reason: str
    answers: list[ComplaintAnswerView]
    steps: list[ComplaintStepView]
    may_withdraw: bool


class ComplaintViews(Output):
    """Newest first."""

    items: list[ComplaintView]


class _Complaints(BaseHandler):
    def view(self, complaint: Complaint) -> ComplaintView:
        """As its citizen sees it now."""
        return ComplaintView(
            number=complaint.number,
            ticket_number=complaint.ticket_number,
            cause=complaint.cause.value,
            stars=complaint.stars,
            text=complaint.words,
            state=complaint.state.value,
            state_text=STATES[complaint.state],
            handled_by=OFFICE,
            opened_at=complaint.opened_at,
            due_at=complaint.due_at,
            overdue=complaint.is_overdue(self.now),
            time_text=complaint.left_in_words(self.now),
            ended_at=complaint.ended_at,
            reason=complaint.reason,
            answers=[ComplaintAnswerView(at=one.at, text=one.text) for one in complaint.answers],
            steps=[
                ComplaintStepView(at=step.at, by=ACTORS[step.by], text=step.text)
                for step in complaint.steps
            ],
            may_withdraw=complaint.is_open,
        )


class TicketComplaintsHandler(_Complaints):
    """Those of a ticket."""

    @endpoint(
        Audience.PERSON,
        Permission.RATE_BUTLER,
        "Complaints about a ticket",
        answers={200: ComplaintViews},
        refusals=frozenset({404}),
    )
    async def get(self, number: str) -> None:
        """Newest first, at most 100."""
        found = await self.house.judging.complaining.of(person_id=self.actor, number=number)
        self.show(HTTPStatus.OK, ComplaintViews(items=[self.view(one) for one in found]))

    @endpoint(
        Audience.PERSON,
        Permission.RATE_BUTLER,
        "Complain about a ticket; what two stars or fewer have opened takes the words",
        body=ComplaintInput,
        idempotent=True,
        asks_outside=True,
        answers={201: ComplaintView},
        refusals=frozenset({404, 409}),
        rate="complaint",
    )
    async def post(self, number: str) -> None:
        """One is open of a ticket at a time; it closes with no service."""
        words = self.read(ComplaintInput).text
        await self.show_once(
            lambda act: self.house.judging.complaining.complain(act, number=number, words=words),
            lambda made: (HTTPStatus.CREATED, self.view(made)),
        )


class ComplaintHandler(_Complaints):
    """One of them."""

    @endpoint(
        Audience.PERSON,
        Permission.RATE_BUTLER,
        "How a complaint stands",
        answers={200: ComplaintView},
        refusals=frozenset({404}),
    )
    async def get(self, complaint_number: str) -> None:
        """With its deadline and each step."""
        complaint = await self.house.judging.complaining.get(
            person_id=self.actor, number=complaint_number
        )
        self.show(HTTPStatus.OK, self.view(complaint))


class ComplaintWithdrawalHandler(_Complaints):
    """Taking one back."""

    @endpoint(
        Audience.PERSON,
        Permission.RATE_BUTLER,
        "Withdraw a complaint that is not decided",
        idempotent=True,
        answers={200: ComplaintView},
        refusals=frozenset({404, 409}),
        rate="complaint",
    )
    async def post(self, complaint_number: str) -> None:
        """However far it is."""
        await self.show_once(
            lambda act: self.house.judging.complaining.withdraw(act, number=complaint_number),
            lambda made: (HTTPStatus.OK, self.view(made)),
        )


ROUTES = [
    Route("/v1/tickets/{number}/complaints", TicketComplaintsHandler),
    Route("/v1/complaints/{complaint_number}", ComplaintHandler),
    Route("/v1/complaints/{complaint_number}/withdrawal", ComplaintWithdrawalHandler),
]
