"""Agents and helpers: inviting, accepting, confirming, ending."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.identifiers import mask_name, mask_phone
from domain.subjects.delegations import DelegationKind, Told, state_text
from domain.time import last_day
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import CivilDate, Id, Input, Instant, Opaque, Output, PageQuery, PersonName

StateName = Literal["invited", "lapsed", "active", "suspended", "expired", "withdrawn", "resigned"]


class NewDelegation(Input):
    """Whom to invite, what for and until when."""

    subject_id: Id = Field(title="办理主体")
    kind: DelegationKind = Field(title="代办类型")
    name: PersonName = Field(title="姓名")
    phone: str = Field(min_length=1, max_length=32, title="手机号")
    scope: list[str] = Field(min_length=1, max_length=8, title="代办范围")
    ends_on: CivilDate = Field(title="截止日期")


class DelegationView(Output):
    """A delegation; name and telephone of who was invited are masked."""

    id: str
    kind: DelegationKind
    name: str
    phone: str
    uscc: str | None
    subject_name: str
    scope: list[str]
    ends_on: str
    state: StateName
    state_text: str
    created_at: Instant
    accepted_at: Instant | None
    invitation: str | None = Field(description="The secret to be handed over; only once")
    invitation_expires_at: Instant | None


class DelegationViews(Output):
    """Newest first."""

    items: list[DelegationView]
    next: str | None


class DelegationsQuery(PageQuery):
    """Which page, given by which subject."""

    subject_id: Id = Field(title="办理主体")


class Invitation(Input):
    """The secret of an invitation."""

    invitation: Opaque = Field(title="邀请码")


class Confirmation(Input):
    """The enterprise as the successor represents it."""

    subject_id: Id = Field(title="办理主体")


def show_delegation(told: Told) -> DelegationView:
    """A natural person's name is masked, an enterprise's is public."""
    delegation = told.delegation
    waiting = delegation.accepted_at is None and delegation.closed_at is None
    name = delegation.subject_name
    return DelegationView(
        id=delegation.id,
        kind=delegation.kind,
        name=mask_name(delegation.name),
        phone=mask_phone(delegation.phone),
        uscc=delegation.uscc,
        subject_name=name if delegation.uscc else mask_name(name),
        scope=list(delegation.scope),
        ends_on=last_day(delegation.ends_at).isoformat(),
        state=told.state.value,
        state_text=state_text(told),
        created_at=delegation.created_at,
        accepted_at=delegation.accepted_at,
        invitation=told.invitation,
        invitation_expires_at=delegation.invitation_expires_at if waiting else None,
    )


class DelegationsHandler(BaseHandler):
    """What a subject gave."""

    @endpoint(
        Audience.PERSON,
        Permission.DELEGATE,
        "The agents of my enterprise, or my helpers",
        query=DelegationsQuery,
        answers={200: DelegationViews},
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """Newest first; a successor also sees those of the former representative."""
        query = self.query(DelegationsQuery)
        of = f"delegations:{query.subject_id}"
        page = await self.house.delegations.of(
            person_id=self.actor,
            subject_id=query.subject_id,
            now=self.now,
            ask=self.ask(query, of=of),
        )
        items = [show_delegation(told) for told in page.items]
        views = DelegationViews(items=items, next=self.next_cursor(page, of=of))
        self.show(HTTPStatus.OK, views)

    @endpoint(
        Audience.PERSON,
        Permission.DELEGATE,
        "Invite an agent or a helper",
        body=NewDelegation,
        idempotent=True,
        answers={201: DelegationView},
        refusals=frozenset({403, 404, 409}),
        rate="delegate",
        service="delegations",
    )
    async def post(self) -> None:
        """The invitation's secret is shown this once."""
        wanted = self.read(NewDelegation)
        await self.show_once(
            lambda act: self.house.delegations.invite(act, **wanted.model_dump()),
            lambda told: (HTTPStatus.CREATED, show_delegation(told)),
        )


class DelegationHandler(BaseHandler):
    """One delegation."""

    @endpoint(
        Audience.PERSON,
        Permission.ACCEPT_DELEGATIONS,
        "Withdraw a delegation, or resign from it",
        answers={204: None},
        refusals=frozenset({404}),
    )
    async def delete(self, delegation_id: str) -> None:
        """It holds from the next request."""
        await self.house.delegations.end(self.act(), delegation_id=delegation_id)
        self.no_content()


class ConfirmationHandler(BaseHandler):
    """Succession."""

    @endpoint(
        Audience.PERSON,
        Permission.DELEGATE,
        "Take on an agent whom the former representative invited",
        body=Confirmation,
        answers={200: DelegationView},
        refusals=frozenset({403, 404, 409}),
        rate="delegate",
        service="delegations",
    )
    async def put(self, delegation_id: str) -> None:
        """Again is fine."""
        subject_id = self.read(Confirmation).subject_id
        told = await self.house.delegations.confirm(
            self.act(), delegation_id=delegation_id, subject_id=subject_id
        )
        self.show(HTTPStatus.OK, show_delegation(told))


class PreviewHandler(BaseHandler):
    """Before accepting."""

    @endpoint(
        Audience.PERSON,
        Permission.ACCEPT_DELEGATIONS,
        "What I am invited to",
        body=Invitation,
        answers={200: DelegationView},
        refusals=frozenset({403, 404, 409}),
        rate="invitation",
    )
    async def post(self) -> None:
        """For who was invited only; the secret never stands in an address."""
        told = await self.house.delegations.preview(
            person_id=self.actor, invitation=self.read(Invitation).invitation, now=self.now
        )
        self.show(HTTPStatus.OK, show_delegation(told))


class AcceptanceHandler(BaseHandler):
    """Accepting."""

    @endpoint(
        Audience.PERSON,
        Permission.ACCEPT_DELEGATIONS,
        "Accept an invitation",
        body=Invitation,
        idempotent=True,
        answers={200: DelegationView},
        refusals=frozenset({403, 404, 409}),
        rate="invitation",
        service="delegations",
    )
    async def post(self) -> None:
        """From now on the caller acts for the subject, as far as the scope goes."""
        invitation = self.read(Invitation).invitation
        await self.show_once(
            lambda act: self.house.delegations.accept(act, invitation=invitation),
            lambda told: (HTTPStatus.OK, show_delegation(told)),
        )


ROUTES = [
    Route("/v1/delegations", DelegationsHandler),
    Route("/v1/delegations/{delegation_id}", DelegationHandler),
    Route("/v1/delegations/{delegation_id}/confirmation", ConfirmationHandler),
    Route("/v1/invitations/preview", PreviewHandler),
    Route("/v1/invitations/acceptance", AcceptanceHandler),
]
