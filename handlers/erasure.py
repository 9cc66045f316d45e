"""Erasing one's account: what goes and stays is shown before, how it stands by a number after."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.erasure.erasures import WORD, Erasure, Keeping, Plan, state_text
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Instant, Output

GOES = {
    "reports": "信用报告正文和文件",
    "shares": "分享链接及打开记录",
    "notices": "站内消息",
    "sessions": "登录记录",
    "enterprises": "企业绑定",
}


class GoesView(Output):
    """What is removed, and how many there are now."""

    what: str
    count: int


class KeptView(Output):
    """What a rule keeps: ``until`` is the last end date, null when there is nothing to keep."""

    rule: str
    title: str
    source: str
    sample: bool = Field(description="The source is a model or a choice, not a duty of law")
    keeps: str
    count: int
    until: Instant | None


class PlanView(Output):
    """Told before anything is done."""

    confirm: str = Field(description="The word to be typed")
    goes: list[GoesView]
    always_goes: str
    kept: list[KeptView]
    follows: list[str]


class Confirmation(Input):
    """The word, typed by the person."""

    confirm: str = Field(max_length=20, title="确认", examples=[WORD])


class ErasureView(Output):
    """How an erasure stands; nothing of whose it was."""

    number: str
    state: Literal["leaving", "swept", "done"]
    state_text: str
    requested_at: Instant
    done_at: Instant | None


def _plan_view(plan: Plan) -> PlanView:
    return PlanView(
        confirm=WORD,
        goes=[GoesView(what=GOES[name], count=count) for name, count in plan.goes.items()],
        always_goes="姓名、证件号码、手机号、微信标识，实名核验记录、窗口办理记录和代办授权。",
        kept=[_kept_view(one) for one in plan.keeps],
        follows=list(plan.follows),
    )


def _kept_view(one: Keeping) -> KeptView:
    return KeptView(
        rule=one.rule.code,
        title=one.rule.title,
        source=one.rule.source,
        sample=one.rule.sample,
        keeps=one.rule.keeps,
        count=one.count,
        until=one.until,
    )


def _view(erasure: Erasure) -> ErasureView:
    return ErasureView(
        number=erasure.number,
        state=erasure.state.value,
        state_text=state_text(erasure),
        requested_at=erasure.requested_at,
        done_at=erasure.done_at,
    )


class MyErasureHandler(BaseHandler):
    """One's own account."""

    @endpoint(
        Audience.PERSON,
        Permission.ERASE_OWN_ACCOUNT,
        "What an erasure of my account removes, what is kept by which rule, and until when",
        answers={200: PlanView},
        refusals=frozenset({404}),
    )
    async def get(self) -> None:
        """Nothing is done yet."""
        plan = await self.house.erasing.plan(person_id=self.actor, now=self.now)
        self.show(HTTPStatus.OK, _plan_view(plan))

    @endpoint(
        Audience.PERSON,
        Permission.ERASE_OWN_ACCOUNT,
        "Erase my account; needs a sign-in of the last ten minutes and the typed word",
        body=Confirmation,
        idempotent=True,
        answers={202: ErasureView},
        refusals=frozenset({403, 404}),
        rate="erasure",
    )
    async def post(self) -> None:
        """At once nobody can act as the person any more; the rest follows by itself."""
        wanted = self.read(Confirmation)
        await self.show_once(
            lambda act: self.house.erasing.ask(act, confirm=wanted.confirm.strip()),
            lambda erasure: (HTTPStatus.ACCEPTED, _view(erasure)),
        )


class ErasureHandler(BaseHandler):
    """One erasure, for who holds its number."""

    @endpoint(
        Audience.PUBLIC,
        Permission.FOLLOW_ERASURE,
        "How an erasure stands",
        answers={200: ErasureView},
        refusals=frozenset({404}),
        rate="erasure-status",
    )
    async def get(self, erasure_number: str) -> None:
        """It tells nothing of the person."""
        self.show(HTTPStatus.OK, _view(await self.house.erasing.status(number=erasure_number)))


ROUTES = [
    Route("/v1/me/erasure", MyErasureHandler),
    Route("/v1/erasures/{erasure_number}", ErasureHandler),
]
