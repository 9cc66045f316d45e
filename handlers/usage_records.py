"""Usage records as JSON: seen by whom they are about, and objected to."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.usage_records.following import Shown
from domain.usage_records.records import STATES, Objection
from domain.workdays import Deadline
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Id, Input, Instant, OneLine, Output, PageQuery

Reason = Annotated[OneLine, StringConstraints(min_length=5, max_length=500)]
KindName = Literal["arrears", "theft", "breach_of_use"]
StateName = Literal[
    "watched",
    "to_serve",
    "noticed",
    "objected",
    "dismissed",
    "proposed",
    "entered",
    "revoking",
    "closed",
    "revoked",
]


class UsageRecordsQuery(PageQuery):
    """Which page, about which subject."""

    subject_id: Id = Field(title="办理主体")


class UsageObjection(Input):
    """What is wrong."""

    reason: Reason = Field(title="异议理由")


class LastDayView(Output):
    """The last day of a clock; provisional while the calendar does not reach so far."""

    on: date
    provisional: bool


class UsagePaperView(Output):
    """The document: of arrears the demand for payment, else what found it."""

    issuer: str
    number: str
    on: date | None


class UsageObjectionView(Output):
    """What was objected, by when it is decided, and the answer; ``upheld`` is null until then."""

    reason: str
    raised_at: Instant
    decide_by: LastDayView
    upheld: bool | None
    answer: str


class UsageStepView(Output):
    """What happened."""

    at: Instant
    text: str


class UsageRecordView(Output):
    """A usage record as it stands. ``amount`` is in fen.

    ``ripens_on`` is the last day on which arrears may still be paid without entering the record.
    """

    id: str
    reference: str
    kind: KindName
    kind_label: str
    state: StateName
    state_text: str
    account: str
    amount: int | None
    bill_due_on: date | None
    paper: UsagePaperView
    found: str
    excuse: str
    paid_on: date | None
    ripens_on: date | None
    object_by: LastDayView | None
    may_object: bool
    objection: UsageObjectionView | None
    entered_on: date | None
    reported_at: Instant
    steps: list[UsageStepView]


class UsageRecordViews(Output):
    """Newest first."""

    items: list[UsageRecordView]
    next: str | None


def _view(shown: Shown) -> UsageRecordView:
    record, report = shown.record, shown.record.report
    return UsageRecordView(
        id=record.id,
        reference=report.reference,
        kind=report.kind.value,
        kind_label=report.kind.label,
        state=record.state.value,
        state_text=STATES[record.state],
        account=report.account,
        amount=report.amount,
        bill_due_on=report.bill_due_on,
        paper=UsagePaperView(
            issuer=report.paper.issuer, number=report.paper.number, on=report.paper.on
        ),
        found=report.found,
        excuse=record.excuse,
        paid_on=record.paid_on,
        ripens_on=shown.ripens_on,
        object_by=_last_day(shown.object_by) if shown.object_by else None,
        may_object=shown.may_object,
        objection=_objection(record.objection) if record.objection else None,
        entered_on=record.entered_on,
        reported_at=record.reported_at,
        steps=[UsageStepView(at=step.at, text=step.text) for step in record.steps],
    )


def _objection(objection: Objection) -> UsageObjectionView:
    return UsageObjectionView(
        reason=objection.reason,
        raised_at=objection.at,
        decide_by=_last_day(objection.decide_by),
        upheld=objection.upheld,
        answer=objection.answer,
    )


def _last_day(deadline: Deadline) -> LastDayView:
    return LastDayView(on=deadline.day, provisional=deadline.provisional)


class UsageRecordsHandler(BaseHandler):
    """Those about a subject."""

    @endpoint(
        Audience.PERSON,
        Permission.FOLLOW_OWN_USAGE,
        "Arrears, theft and breach of use that were reported of a subject",
        query=UsageRecordsQuery,
        answers={200: UsageRecordViews},
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """Newest first."""
        query = self.query(UsageRecordsQuery)
        of = f"usage-records:{query.subject_id}"
        page = await self.house.usage_records.of(
            person_id=self.actor,
            subject_id=query.subject_id,
            ask=self.ask(query, of=of),
            now=self.now,
        )
        items = [_view(shown) for shown in page.items]
        self.show(HTTPStatus.OK, UsageRecordViews(items=items, next=self.next_cursor(page, of=of)))


class UsageRecordHandler(BaseHandler):
    """One of them."""

    @endpoint(
        Audience.PERSON,
        Permission.FOLLOW_OWN_USAGE,
        "How a usage record stands",
        answers={200: UsageRecordView},
        refusals=frozenset({403, 404}),
    )
    async def get(self, record_id: str) -> None:
        """With its clocks and each step."""
        shown = await self.house.usage_records.get(
            person_id=self.actor, record_id=record_id, now=self.now
        )
        self.show(HTTPStatus.OK, _view(shown))


class UsageObjectionHandler(BaseHandler):
    """Objecting."""

    @endpoint(
        Audience.PERSON,
        Permission.FOLLOW_OWN_USAGE,
        "Object to what is to enter the record of electricity use",
        body=UsageObjection,
        idempotent=True,
        asks_outside=True,
        answers={201: UsageRecordView},
        refusals=frozenset({403, 404, 409}),
        rate="objection",
    )
    async def post(self, record_id: str) -> None:
        """Once, while there is time; a clock that runs closes with no service."""
        reason = self.read(UsageObjection).reason
        await self.show_once(
            lambda act: self.house.usage_records.object_to(act, record_id=record_id, reason=reason),
            lambda shown: (HTTPStatus.CREATED, _view(shown)),
        )


ROUTES = [
    Route("/v1/usage-records", UsageRecordsHandler),
    Route("/v1/usage-records/{record_id}", UsageRecordHandler),
    Route("/v1/usage-records/{record_id}/objection", UsageObjectionHandler),
]
