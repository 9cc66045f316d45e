"""Signing a promise with one's identity proven at the counter instead of by face."""

from http import HTTPStatus

from pydantic import Field

from domain.counter.cases import STATES, CaseState, CounterCase
from domain.counter.ports import Office
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Instant, Output
from handlers.people import CounterStateName, CounterStepView

MAY = frozenset({403, 404, 409})


class SigningCaseView(Output):
    """A counter case for one signing; ``check_id`` and ``receipt`` are what signing takes then."""

    number: str
    reason: str
    state: CounterStateName
    state_text: str
    steps: list[CounterStepView] = Field(description="What the counter has done, oldest first")
    check_id: str | None = Field(description="Once released: the identity check to sign with")
    receipt: str | None = Field(description="Once released: its receipt, good for one signature")
    good_until: Instant | None = Field(description="Until when it may be signed with")
    address: str
    hours: str
    telephone: str


def show_case(case: CounterCase, office: Office) -> SigningCaseView:
    """A case as JSON."""
    released = case.state is CaseState.RELEASED
    return SigningCaseView(
        number=case.number,
        reason=case.reason.sentence,
        state=case.state.value,
        state_text=STATES[case.state],
        steps=[CounterStepView(at=step.at, text=step.text) for step in case.steps],
        check_id=case.id if released else None,
        receipt=case.number if released else None,
        good_until=case.good_until,
        address=office.address,
        hours=office.hours,
        telephone=office.telephone,
    )


class SigningCaseHandler(BaseHandler):
    """The counter case of a signing."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "How the counter stands with proving who signs a draft",
        answers={200: SigningCaseView},
        refusals=frozenset({403, 404}),
    )
    async def get(self, promise_id: str) -> None:
        """The newest; once released, what signing takes."""
        case = await self.house.signing_at_counter.of(self.act(), promise_id=promise_id)
        self.show(HTTPStatus.OK, show_case(case, self.house.office))

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Have my identity for signing a draft proven at the counter",
        idempotent=True,
        answers={201: SigningCaseView},
        refusals=MAY,
        rate="identity-check",
        service="promises",
    )
    async def post(self, promise_id: str) -> None:
        """The same case while it is open; the person signs on their own phone afterwards."""
        await self.show_once(
            lambda act: self.house.signing_at_counter.ask(act, promise_id=promise_id),
            lambda case: (HTTPStatus.CREATED, show_case(case, self.house.office)),
        )


ROUTES = [Route("/v1/promises/{promise_id}/counter-case", SigningCaseHandler)]
