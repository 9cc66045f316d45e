"""Messages in WeChat: how each kind comes, and what may still be sent."""

from collections.abc import Sequence
from datetime import time
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from domain.messages.preferences import LABELS, Preferences, Quiet, Way
from domain.messages.service import Offer
from domain.transactions import NoticeKind
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Output

KindName = Literal[
    "report_ready",
    "report_failed",
    "share",
    "delegation",
    "objection",
    "promise",
    "electricity",
    "ticket",
    "lecture",
    "usage",
    "account",
    "erasure",
    "other",
]
WayName = Literal["now", "digest", "inbox"]
TWICE = "同一类消息只能选择一种通知方式。"
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHours(Input):
    """In Shanghai; from the first on, before the second; they may span midnight."""

    begins: Clock = Field(title="免打扰开始")
    ends: Clock = Field(title="免打扰结束")


class ChosenWay(Input):
    """How one kind comes."""

    kind: KindName = Field(title="消息类别")
    way: WayName = Field(title="通知方式")


def _once_each(kinds: list[ChosenWay]) -> list[ChosenWay]:
    if len({one.kind for one in kinds}) < len(kinds):
        raise PydanticCustomError("repeated", "{detail}", {"detail": TWICE})
    return kinds


class MessageChoice(Input):
    """Everything at once; a kind that is not named comes at once."""

    kinds: Annotated[list[ChosenWay], AfterValidator(_once_each)] = Field(
        title="各类消息", max_length=20
    )
    quiet: QuietHours | None = Field(title="免打扰时段")
    digest_at: Clock = Field(title="汇总时间")


class KindView(Output):
    """One kind of message; the inbox has all of them, whatever the way."""

    kind: KindName
    label: str
    way: WayName


class QuietView(Output):
    """In Shanghai."""

    begins: Clock
    ends: Clock


class MessagePreferences(Output):
    """How messages come."""

    kinds: list[KindView]
    quiet: QuietView | None
    digest_at: Clock


class Occasion(Output):
    """Which button is going to be tapped."""

    occasion: str = Field(
        alias="for", title="场景", pattern=r"^[a-z][a-z-]{0,19}$", description="credit-report"
    )


class SubscriptionView(Output):
    """One template that may be asked about."""

    template_id: str
    title: str
    about: str = Field(description="When a message of it comes")
    left: int = Field(description="How many may still be sent")


class SubscriptionViews(Output):
    """At most three; none where everything is switched off."""

    items: list[SubscriptionView]


class MessagePreferencesHandler(BaseHandler):
    """How messages come."""

    @endpoint(
        Audience.PERSON,
        Permission.CHOOSE_OWN_MESSAGES,
        "How messages come to me",
        answers={200: MessagePreferences},
        tagged=True,
    )
    async def get(self) -> None:
        """As chosen, or as the district has it."""
        self._show(await self.house.messages.preferences(person_id=self.actor))

    @endpoint(
        Audience.PERSON,
        Permission.CHOOSE_OWN_MESSAGES,
        "Choose how messages come to me",
        body=MessageChoice,
        conditional=True,
        tagged=True,
        answers={200: MessagePreferences},
    )
    async def put(self) -> None:
        """Against what was read (If-Match)."""
        tag = self.if_match()
        choice = self.read(MessageChoice)
        chosen = await self.house.messages.choose(
            self.act(),
            ways={NoticeKind(one.kind): Way(one.way) for one in choice.kinds},
            quiet=_quiet(choice.quiet),
            digest_at=_clock(choice.digest_at),
            tag=tag,
        )
        self._show(chosen)

    def _show(self, preferences: Preferences) -> None:
        self.set_header("ETag", preferences.tag)
        quiet = preferences.quiet
        view = MessagePreferences(
            kinds=[
                KindView(kind=one.kind.value, label=LABELS[one.kind], way=one.way.value)
                for one in self.house.messages.kinds(preferences)
            ],
            quiet=None
            if quiet is None
            else QuietView(begins=_written(quiet.begins), ends=_written(quiet.ends)),
            digest_at=_written(preferences.digest_at),
        )
        self.show(HTTPStatus.OK, view)


class SubscriptionsHandler(BaseHandler):
    """What a view names before its button is tapped."""

    @endpoint(
        Audience.PERSON,
        Permission.CHOOSE_OWN_MESSAGES,
        "What may be sent to me after a tap, and how often still",
        query=Occasion,
        answers={200: SubscriptionViews},
        refusals=frozenset({404}),
    )
    async def get(self) -> None:
        """At most three templates."""
        occasion = self.query(Occasion).occasion
        offers = await self.house.messages.offers(person_id=self.actor, occasion=occasion)
        self.show(HTTPStatus.OK, SubscriptionViews(items=_views(offers)))


def _views(offers: Sequence[Offer]) -> list[SubscriptionView]:
    return [
        SubscriptionView(
            template_id=offer.template.id,
            title=offer.template.title,
            about=offer.template.about,
            left=offer.left,
        )
        for offer in offers
    ]


def _quiet(hours: QuietHours | None) -> Quiet | None:
    if hours is None:
        return None
    return Quiet(begins=_clock(hours.begins), ends=_clock(hours.ends))


def _clock(written: str) -> time:
    return time.fromisoformat(written)


def _written(clock: time) -> str:
    return f"{clock:%H:%M}"


ROUTES = [
    Route("/v1/me/message-preferences", MessagePreferencesHandler),
    Route("/v1/me/subscriptions", SubscriptionsHandler),
]
