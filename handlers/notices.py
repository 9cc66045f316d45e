"""What the caller is told."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.messages.service import Delivery
from domain.notices import Notice
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Instant, Output, PageQuery
from handlers.messages import KindName

OF = "notices"
DeliveryName = Literal["pending", "sending", "sent", "failed", "unknown", "inbox", "gathered"]


class DeliveryView(Output):
    """Whether WeChat carried it too."""

    state: DeliveryName
    text: str = Field(description="The same in words")


class NoticeView(Output):
    """One notice."""

    id: str
    at: Instant
    title: str
    text: str
    link: str = Field(description="The page where one can go on; empty when there is none")
    read: bool
    kind: KindName
    delivery: DeliveryView


class NoticeViews(Output):
    """Newest first."""

    items: list[NoticeView]
    unread: int = Field(description="How many are unread, counted to 100")
    next: str | None


class NoticeRead(Input):
    """It was read."""

    read: Literal[True] = Field(title="已读")


class NoticesHandler(BaseHandler):
    """The inbox."""

    @endpoint(
        Audience.PERSON,
        Permission.READ_OWN_NOTICES,
        "What I am told",
        query=PageQuery,
        answers={200: NoticeViews},
    )
    async def get(self) -> None:
        """Newest first, read ones too."""
        query = self.query(PageQuery)
        notices = self.house.notices
        page = await notices.of(person_id=self.actor, ask=self.ask(query, of=OF))
        delivered = await self.house.messages.deliveries(
            page.items, person_id=self.actor, now=self.now
        )
        views = NoticeViews(
            items=[_view(notice, delivered[notice.id]) for notice in page.items],
            unread=await notices.unread(person_id=self.actor),
            next=self.next_cursor(page, of=OF),
        )
        self.show(HTTPStatus.OK, views)


class NoticeHandler(BaseHandler):
    """One notice."""

    @endpoint(
        Audience.PERSON,
        Permission.READ_OWN_NOTICES,
        "I have read this",
        body=NoticeRead,
        answers={204: None},
        refusals=frozenset({404}),
    )
    async def put(self, notice_id: str) -> None:
        """Again is fine."""
        self.read(NoticeRead)
        await self.house.notices.read(self.act(), notice_id=notice_id)
        self.no_content()


def _view(notice: Notice, delivery: Delivery) -> NoticeView:
    return NoticeView(
        id=notice.id,
        at=notice.at,
        title=notice.title,
        text=notice.text,
        link=notice.link,
        read=notice.read_at is not None,
        kind=notice.kind.value,
        delivery=DeliveryView(state=delivery.state.value, text=delivery.text),
    )


ROUTES = [
    Route("/v1/notices", NoticesHandler),
    Route("/v1/notices/{notice_id}", NoticeHandler),
]
