"""Objections to a record in a report."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.objections.objections import Shown
from domain.workdays import Deadline
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Id, Input, Instant, Output, PageQuery

StateName = Literal[
    "raised", "passed", "checking", "extended", "upheld", "rejected", "undeliverable"
]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]


class NewObjection(Input):
    """Which record of the report, and what is wrong with it."""

    record_id: str = Field(min_length=1, max_length=200, title="信息条目")
    section: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        title="信息类别",
        description="The title it stands under: its group's, or its section's when that has none."
        " Needed only where records of several have the same id",
    )
    reason: Reason = Field(title="异议理由")


class DeadlineView(Output):
    """The last day for the decision; provisional while the calendar does not reach so far."""

    on: date
    provisional: bool


class StepView(Output):
    """What happened, as the person was told."""

    at: Instant
    text: str


class ObjectionView(Output):
    """An objection as it stands; ``deadline`` is null until the platform has accepted it.

    Section, record, reason and opinion are empty for who may follow it but not read the report;
    who raised it always sees the reason.
    """

    id: str
    report_id: str
    report_number: str
    section_title: str
    record_title: str
    reason: str
    state: StateName
    state_text: str
    raised_at: Instant
    deadline: DeadlineView | None
    overdue: bool
    opinion: str
    steps: list[StepView]


class ObjectionViews(Output):
    """Newest first."""

    items: list[ObjectionView]
    next: str | None


class ObjectionsQuery(PageQuery):
    """Which page, about which subject."""

    subject_id: Id = Field(title="办理主体")


def _view(shown: Shown) -> ObjectionView:
    objection = shown.objection
    return ObjectionView(
        id=objection.id,
        report_id=objection.report_id,
        report_number=objection.report_number,
        section_title=objection.section_title,
        record_title=objection.record_title,
        reason=objection.reason,
        state=objection.state.value,
        state_text=shown.text,
        raised_at=objection.raised_at,
        deadline=_deadline(shown.deadline),
        overdue=shown.overdue,
        opinion=objection.opinion,
        steps=[StepView(at=step.at, text=step.text) for step in objection.steps],
    )


def _deadline(deadline: Deadline | None) -> DeadlineView | None:
    if deadline is None:
        return None
    return DeadlineView(on=deadline.day, provisional=deadline.provisional)


class ReportObjectionsHandler(BaseHandler):
    """Objecting."""

    @endpoint(
        Audience.PERSON,
        Permission.OBJECT_TO_OWN_RECORDS,
        "Object to a record in a report; every later copy says so at once",
        body=NewObjection,
        idempotent=True,
        asks_outside=True,
        answers={201: ObjectionView},
        refusals=frozenset({403, 404, 409}),
        rate="objection",
        service="objections",
    )
    async def post(self, report_id: str) -> None:
        """Passed to the platform after, by itself."""
        wanted = self.read(NewObjection)
        await self.show_once(
            lambda act: self.house.objections.raise_one(
                act,
                report_id=report_id,
                record_id=wanted.record_id,
                section=wanted.section,
                reason=wanted.reason,
            ),
            lambda shown: (HTTPStatus.CREATED, _view(shown)),
        )


class ObjectionsHandler(BaseHandler):
    """Objections about a subject."""

    @endpoint(
        Audience.PERSON,
        Permission.OBJECT_TO_OWN_RECORDS,
        "Objections about a subject",
        query=ObjectionsQuery,
        answers={200: ObjectionViews},
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """All that the caller may follow; an agent, those raised as its agent."""
        query = self.query(ObjectionsQuery)
        of = f"objections:{query.subject_id}"
        page = await self.house.objections.of(
            person_id=self.actor,
            subject_id=query.subject_id,
            ask=self.ask(query, of=of),
            now=self.now,
        )
        items = [_view(shown) for shown in page.items]
        self.show(HTTPStatus.OK, ObjectionViews(items=items, next=self.next_cursor(page, of=of)))


class ObjectionHandler(BaseHandler):
    """One objection."""

    @endpoint(
        Audience.PERSON,
        Permission.OBJECT_TO_OWN_RECORDS,
        "How an objection stands",
        answers={200: ObjectionView},
        refusals=frozenset({403, 404}),
    )
    async def get(self, objection_id: str) -> None:
        """Each step, and by when it is to be decided."""
        shown = await self.house.objections.get(
            person_id=self.actor, objection_id=objection_id, now=self.now
        )
        self.show(HTTPStatus.OK, _view(shown))


ROUTES = [
    Route("/v1/credit-reports/{report_id}/objections", ReportObjectionsHandler),
    Route("/v1/objections", ObjectionsHandler),
    Route("/v1/objections/{objection_id}", ObjectionHandler),
]
