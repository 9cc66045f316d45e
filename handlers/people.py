"""The caller: phone, real name, and what they see of themself."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.counter.cases import STATES, CounterCase
from domain.counter.ports import Office
from domain.identifiers import mask_identity_number, mask_name, mask_phone
from domain.people.people import Check, Myself
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import IdNumber, Input, Instant, Opaque, Output, PersonName

CounterReasonName = Literal["document_not_served", "checks_failed", "signing_asked"]
CounterStateName = Literal["open", "confirmed", "returned", "released", "refused", "settled"]


class PhoneCode(Input):
    """A code of the getPhoneNumber button; not the wx.login code."""

    code: Opaque = Field(title="手机号凭证")


class RealName(Input):
    """Name and ID number as on the document."""

    name: PersonName = Field(title="姓名")
    id_number: IdNumber = Field(title="身份证件号码")


class Receipt(Input):
    """What the identity agency gave the person."""

    receipt: Opaque = Field(title="核验回执")


class VerificationView(Output):
    """How and when the real name was proven."""

    method: str
    at: Instant


class CounterStepView(Output):
    """Something that happened at the counter."""

    at: Instant
    text: str


class CounterView(Output):
    """The open counter case: what to say there, and where and when."""

    number: str
    reason_code: CounterReasonName
    reason: str
    state: CounterStateName
    state_text: str
    steps: list[CounterStepView] = Field(description="What the counter has done, oldest first")
    address: str
    hours: str
    telephone: str


class Me(Output):
    """The caller, masked."""

    id: str
    verified: bool
    name: str | None
    id_number: str | None
    phone: str | None
    verification: VerificationView | None
    counter: CounterView | None
    reviewer: bool


class IdentityCheckView(Output):
    """A check begun: the ticket opens the agency's page."""

    id: str
    ticket: str
    expires_at: Instant


def show_me(me: Myself, office: Office) -> Me:
    """What a person sees of themself."""
    person, proven, case = me.person, me.person.verification, me.case
    return Me(
        id=person.id,
        verified=proven is not None,
        name=mask_name(person.name) if person.name else None,
        id_number=mask_identity_number(person.id_number) if person.id_number else None,
        phone=mask_phone(person.phone) if person.phone else None,
        verification=VerificationView(method=proven.method, at=proven.at) if proven else None,
        counter=_counter(case, office) if case else None,
        reviewer=person.reviewer,
    )


def _counter(case: CounterCase, office: Office) -> CounterView:
    return CounterView(
        number=case.number,
        reason_code=case.reason.value,
        reason=case.reason.sentence,
        state=case.state.value,
        state_text=STATES[case.state],
        steps=[CounterStepView(at=step.at, text=step.text) for step in case.steps],
        address=office.address,
        hours=office.hours,
        telephone=office.telephone,
    )


def _show_check(check: Check) -> tuple[int, IdentityCheckView]:
    view = IdentityCheckView(id=check.id, ticket=check.ticket, expires_at=check.expires_at)
    return HTTPStatus.CREATED, view


class MeHandler(BaseHandler):
    """The caller."""

    @endpoint(Audience.PERSON, Permission.MANAGE_OWN_IDENTITY, "Who I am", answers={200: Me})
    async def get(self) -> None:
        """Masked name, number and phone."""
        me = await self.house.people.myself(person_id=self.actor)
        self.show(HTTPStatus.OK, show_me(me, self.house.office))


class PhoneHandler(BaseHandler):
    """The caller's phone."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_IDENTITY,
        "Set my phone number by a code of the getPhoneNumber button",
        body=PhoneCode,
        idempotent=True,
        asks_outside=True,
        answers={200: Me},
        refusals=frozenset({409}),
        rate="phone",
    )
    async def post(self) -> None:
        """The code is bound to the WeChat account of this session."""
        code = self.read(PhoneCode).code
        await self.show_once(
            lambda act: self.house.people.set_phone(act, code=code),
            lambda me: (HTTPStatus.OK, show_me(me, self.house.office)),
        )


class IdentityChecksHandler(BaseHandler):
    """Real-name checks."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_IDENTITY,
        "Begin a real-name check",
        body=RealName,
        idempotent=True,
        asks_outside=True,
        answers={201: IdentityCheckView},
        refusals=frozenset({403, 409, 503}),
        rate="identity-check",
        service="identity",
    )
    async def post(self) -> None:
        """Judge name and number, and ask the agency for a ticket."""
        real = self.read(RealName)
        await self.show_once(
            lambda act: self.house.people.begin_check(
                act, name=real.name, id_number=real.id_number
            ),
            _show_check,
        )


class ReceiptHandler(BaseHandler):
    """The end of a check."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_IDENTITY,
        "Finish a real-name check with the agency's receipt",
        body=Receipt,
        idempotent=True,
        asks_outside=True,
        answers={200: Me},
        refusals=frozenset({403, 404, 409, 503}),
        rate="identity-check",
        service="identity",
    )
    async def post(self, check_id: str) -> None:
        """The agency confirms the receipt to us."""
        receipt = self.read(Receipt).receipt
        await self.show_once(
            lambda act: self.house.people.finish_check(act, check_id=check_id, receipt=receipt),
            lambda me: (HTTPStatus.OK, show_me(me, self.house.office)),
        )


ROUTES = [
    Route("/v1/me", MeHandler),
    Route("/v1/me/phone", PhoneHandler),
    Route("/v1/me/identity-checks", IdentityChecksHandler),
    Route("/v1/me/identity-checks/{check_id}/receipt", ReceiptHandler),
]
