"""Binding a WeChat to an account of the console, on the phone that scanned its code."""

from http import HTTPStatus

from pydantic import Field

from domain.alerts.binding import Asked, Binding, Subscription
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Instant, Opaque, Output

REFUSALS = frozenset({404, 409})


class StaffCode(Input):
    """The secret that a scanned code carries."""

    secret: Opaque = Field(title="二维码内容")


class StaffSubscription(Output):
    """What WeChat asks before it takes a message of this kind."""

    template_id: str
    title: str
    about: str = Field(description="When a message of it comes")
    left: int = Field(description="How many may still be sent")


class StaffBindingAsked(Output):
    """Whose account asks for it; the name is masked."""

    name: str
    expires_at: Instant
    subscription: StaffSubscription


class StaffBinding(Output):
    """An account of the console whose work this WeChat is told of."""

    id: str
    name: str
    bound_at: Instant
    subscription: StaffSubscription


class StaffBindings(Output):
    """All of the caller's."""

    items: list[StaffBinding]


class StaffBindingsHandler(BaseHandler):
    """What my WeChat is bound to."""

    @endpoint(
        Audience.PERSON,
        Permission.BIND_STAFF_WECHAT,
        "To which accounts of the console my WeChat is bound",
        answers={200: StaffBindings},
    )
    async def get(self) -> None:
        """Mostly none."""
        found = await self.house.contacting.bindings(person_id=self.actor)
        self.show(HTTPStatus.OK, StaffBindings(items=[_binding(one) for one in found]))

    @endpoint(
        Audience.PERSON,
        Permission.BIND_STAFF_WECHAT,
        "Bind my WeChat to the account of the console whose code I scanned",
        body=StaffCode,
        idempotent=True,
        answers={201: StaffBinding},
        refusals=REFUSALS,
        rate="staff-binding",
    )
    async def post(self) -> None:
        """The code is used up."""
        secret = self.read(StaffCode).secret
        await self.show_once(
            lambda act: self.house.contacting.confirm(act, secret=secret),
            lambda made: (HTTPStatus.CREATED, _binding(made)),
        )


class StaffBindingPreviewHandler(BaseHandler):
    """Before binding."""

    @endpoint(
        Audience.PERSON,
        Permission.BIND_STAFF_WECHAT,
        "Which account of the console the code I scanned belongs to",
        body=StaffCode,
        answers={200: StaffBindingAsked},
        refusals=REFUSALS,
        rate="staff-binding",
    )
    async def post(self) -> None:
        """The code is the caller's from now on; its secret never stands in an address."""
        secret = self.read(StaffCode).secret
        asked = await self.house.contacting.preview(self.act(), secret=secret)
        self.show(HTTPStatus.OK, _asked(asked))


class StaffBindingHandler(BaseHandler):
    """One of them."""

    @endpoint(
        Audience.PERSON,
        Permission.BIND_STAFF_WECHAT,
        "Have my WeChat told of an account's work no more",
        answers={204: None},
        refusals=REFUSALS,
    )
    async def delete(self, binding_id: str) -> None:
        """The account's holder is told."""
        await self.house.contacting.take_back(self.act(), binding_id=binding_id)
        self.no_content()


def _asked(asked: Asked) -> StaffBindingAsked:
    return StaffBindingAsked(
        name=asked.name, expires_at=asked.ends_at, subscription=_asks(asked.subscription)
    )


def _binding(made: Binding) -> StaffBinding:
    return StaffBinding(
        id=made.bound.id,
        name=made.name,
        bound_at=made.bound.at,
        subscription=_asks(made.subscription),
    )


def _asks(one: Subscription) -> StaffSubscription:
    return StaffSubscription(
        template_id=one.template_id, title=one.title, about=one.about, left=one.left
    )


ROUTES = [
    Route("/v1/staff-bindings", StaffBindingsHandler),
    Route("/v1/staff-bindings/preview", StaffBindingPreviewHandler),
    Route("/v1/staff-bindings/{binding_id}", StaffBindingHandler),
]
