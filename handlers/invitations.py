"""Handing an invitation over: its mini-program code and its link."""

from http import HTTPStatus

from domain.subjects.handing_over import Link
from handlers.base import BaseHandler
from handlers.delegations import Invitation
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Instant, Output


class LinkView(Output):
    """An address that opens the mini program, and until when."""

    url: str
    expires_at: Instant


def _view(link: Link) -> LinkView:
    return LinkView(url=link.url, expires_at=link.expires_at)


class CodeHandler(BaseHandler):
    """The code."""

    @endpoint(
        Audience.PERSON,
        Permission.DELEGATE,
        "The mini-program code that opens an invitation of mine",
        body=Invitation,
        answers={200: "image/jpeg"},
        refusals=frozenset({404, 409, 503}),
        rate="invitation-code",
        service="delegations",
    )
    async def post(self) -> None:
        """An image; the secret stands in the body, never in an address of ours."""
        image, media_type = await self.house.handing_over.code(
            person_id=self.actor, invitation=self.read(Invitation).invitation, now=self.now
        )
        self.answer(HTTPStatus.OK, media_type, image)


class LinkHandler(BaseHandler):
    """The link."""

    @endpoint(
        Audience.PERSON,
        Permission.DELEGATE,
        "A link that opens an invitation of mine from outside WeChat",
        body=Invitation,
        answers={200: LinkView},
        refusals=frozenset({404, 409, 503}),
        rate="invitation-code",
        service="delegations",
    )
    async def post(self) -> None:
        """It ends when the invitation does."""
        link = await self.house.handing_over.link(
            person_id=self.actor, invitation=self.read(Invitation).invitation, now=self.now
        )
        self.show(HTTPStatus.OK, _view(link))


ROUTES = [
    Route("/v1/invitations/code", CodeHandler),
    Route("/v1/invitations/link", LinkHandler),
]
