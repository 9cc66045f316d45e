"""Electricity before anybody signs in: what can be applied for, and four questions."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.electricity.applications import Premises
from handlers.base import BaseHandler
from handlers.electricity import Code
from handlers.electricity_views import (
    GuideView,
    LikelyView,
    PremisesName,
    show_guide,
    show_likely,
)
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input

Said = Literal["yes", "no"]


class CheckQuery(Input):
    """Four questions before anybody signs in."""

    business: Code = Field(title="业务类型")
    premises: PremisesName = Field(title="产权情况")
    bad_record: Said = Field(
        title="失信记录",
        description="A serious list, an abnormal list, a judgment or promise not performed",
    )
    bad_usage: Said = Field(
        title="用电失信记录", description="Arrears, theft, breach in three years"
    )


class GuideHandler(BaseHandler):
    """What there is to know beforehand."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "What can be applied for, the papers needed, the days per step",
        answers={200: GuideView},
    )
    async def get(self) -> None:
        """Without sign-in."""
        self.show(HTTPStatus.OK, show_guide(self.house.electricity_guide.terms))


class SelfCheckHandler(BaseHandler):
    """Four questions."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The likely way, by four answers; it promises nothing",
        query=CheckQuery,
        answers={200: LikelyView},
        refusals=frozenset({404}),
    )
    async def get(self) -> None:
        """Without sign-in; nothing is kept."""
        asked = self.query(CheckQuery)
        likely = self.house.electricity_guide.check(
            business=asked.business,
            premises=Premises(asked.premises),
            bad_record=asked.bad_record == "yes",
            bad_usage=asked.bad_usage == "yes",
        )
        self.show(HTTPStatus.OK, show_likely(likely))


ROUTES = [
    Route("/v1/electricity/guide", GuideHandler),
    Route("/v1/electricity/self-check", SelfCheckHandler),
]
