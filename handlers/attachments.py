"""Images that people attach, and the addresses that are themselves the permission to see one."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.attachments.attachments import View
from domain.transactions import Act
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Endpoint, Permission, Route, endpoint, endpoints_of
from handlers.fields import Instant, Output
from handlers.house import House
from handlers.uploads import AROUND, MOST_IMAGE, KeptFileHandler

JPEG = "image/jpeg"
# A browser that is led here shows pixels and runs nothing.
POLICY = "default-src 'none'; sandbox"


class AttachmentView(Output):
    """An image as one viewer sees it."""

    id: str
    by: Literal["citizen", "staff"]
    state: Literal["pending", "pass", "review", "risky"] = Field(
        description="What the check of content found; pending until it was made"
    )
    width: int
    height: int
    shown: Literal["open", "folded", "withheld"] = Field(
        description="Folded: not known to be harmless, to be opened on purpose"
    )
    words: str = Field(description="What stands in the place of an image that is not open")
    url: str | None = Field(description="Good for ten minutes; null for one that is not open")
    expires_at: Instant | None


def show_attachment(view: View, *, house: House) -> AttachmentView:
    """As the API shows it."""
    one, address = view.attachment, view.address
    return AttachmentView(
        id=one.id,
        by=one.by.value,
        state=one.state.value,
        width=one.width,
        height=one.height,
        shown=view.look.value,
        words=view.words,
        url=f"{house.public_url}/i/{address.secret}" if address else None,
        expires_at=address.expires_at if address else None,
    )


class AttachmentsHandler(KeptFileHandler):
    """Adding an image, before what it goes with is sent."""

    def most_bytes(self, declared: Endpoint) -> int:
        """Of an image as it comes."""
        return min(declared.body_limit, MOST_IMAGE + AROUND)

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "Add an image, which is made anew from its pixels; it goes after a day unless attached",
        upload=True,
        idempotent=True,
        answers={201: AttachmentView},
        refusals=frozenset({409}),
        rate="attachment",
    )
    async def post(self) -> None:
        """Nobody else sees it, and nobody checks it, until it is attached.

        It closes with no service: what was asked before goes on, with images too.
        """
        content = self.uploaded()

        def take(act: Act) -> Awaitable[View]:
            return self.house.attachments.take(act, owner=self.actor, content=content)

        def show(view: View) -> tuple[int, AttachmentView]:
            return HTTPStatus.CREATED, show_attachment(view, house=self.house)

        await self.show_once(take, show)


class AttachmentHandler(BaseHandler):
    """One image of the caller's."""

    @endpoint(
        Audience.PERSON,
        Permission.ASK_BUTLER,
        "Take back an image that is not attached yet",
        answers={204: None},
        refusals=frozenset({404}),
    )
    async def delete(self, attachment_id: str) -> None:
        """With its bytes and addresses."""
        await self.house.attachments.drop(self.act(), attachment_id=attachment_id, owner=self.actor)
        self.no_content()


class ImageHandler(BaseHandler):
    """The image behind an address."""

    @endpoint(
        Audience.PUBLIC,
        Permission.FETCH_FILE_BY_ADDRESS,
        "Fetch an image by its address",
        answers={200: JPEG},
        refusals=frozenset({404}),
        rate="image",
    )
    async def get(self, image_secret: str) -> None:
        """Whoever was given the address may, for as long as it lasts."""
        picture = await self.house.attachments.read(self.act(), secret=image_secret)
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Content-Disposition", 'inline; filename="image.jpg"')
        self.answer(HTTPStatus.OK, picture.media_type, picture.content)

    @property
    def endpoint(self) -> Endpoint:
        """Of a HEAD too: who fetches for others, as WeChat may, asks first."""
        if self.request.method == "HEAD":
            return endpoints_of(type(self))["GET"]
        return super().endpoint


ROUTES = [
    Route("/v1/attachments", AttachmentsHandler),
    Route("/v1/attachments/{attachment_id}", AttachmentHandler),
    Route("/i/{image_secret}", ImageHandler),
]
