"""Ratings as JSON: one of each resolution, given and changed by the ticket's citizen."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.judging.giving import Shown
from domain.judging.ratings import MOST_TEXT, Rating
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Instant, Output, Paragraphs


class RatingInput(Input):
    """What the citizen thinks of it."""

    stars: int = Field(ge=1, le=5, title="星级")
    text: Annotated[Paragraphs, StringConstraints(max_length=MOST_TEXT)] = Field(
        default="", title="评价内容"
    )


class RatingVersionView(Output):
    """What was said at one time."""

    at: Instant
    stars: int
    text: str


class RatingView(Output):
    """The rating of one resolution; ``versions`` are oldest first, the last one counts."""

    cycle: int
    stars: int
    text: str
    versions: list[RatingVersionView]
    closes_at: Instant


class TicketRatingView(Output):
    """The last resolution of a ticket and its rating; ``earlier`` are of resolutions before it.

    ``may_rate`` says whether it may be given, or changed, now.
    """

    number: str
    cycle: int
    resolved_at: Instant
    may_rate: bool
    rating: RatingView | None
    earlier: list[RatingView]


def _view(shown: Shown) -> TicketRatingView:
    return TicketRatingView(
        number=shown.resolution.number,
        cycle=shown.resolution.cycle,
        resolved_at=shown.resolution.resolved_at,
        may_rate=shown.may_rate,
        rating=_rating(shown.rating) if shown.rating else None,
        earlier=[_rating(one) for one in shown.earlier],
    )


def _rating(rating: Rating) -> RatingView:
    return RatingView(
        cycle=rating.cycle,
        stars=rating.now.stars,
        text=rating.now.text,
        versions=[
            RatingVersionView(at=one.at, stars=one.stars, text=one.text) for one in rating.versions
        ],
        closes_at=rating.closes_at,
    )


class RatingHandler(BaseHandler):
    """The rating of a ticket."""

    @endpoint(
        Audience.PERSON,
        Permission.RATE_BUTLER,
        "The rating of the last resolution of a ticket, and those of earlier ones",
        tagged=True,
        answers={200: TicketRatingView},
        refusals=frozenset({404}),
    )
    async def get(self, number: str) -> None:
        """With every version; the tag is there before it was given too."""
        self._show(
            await self.house.judging.giving.get(person_id=self.actor, number=number, now=self.now)
        )

    @endpoint(
        Audience.PERSON,
        Permission.RATE_BUTLER,
        "Rate the last resolution of a ticket, or change the rating within 72 hours",
        body=RatingInput,
        conditional=True,
        tagged=True,
        answers={200: TicketRatingView},
        refusals=frozenset({404, 409, 412}),
        rate="rating",
    )
    async def put(self, number: str) -> None:
        """Against the state that was read; two stars or fewer open a complaint."""
        tag = self.if_match()
        said = self.read(RatingInput)
        self._show(
            await self.house.judging.giving.rate(
                self.act(), number=number, tag=tag, stars=said.stars, text=said.text
            )
        )

    def _show(self, shown: Shown) -> None:
        self.set_header("ETag", shown.tag)
        self.show(HTTPStatus.OK, _view(shown))


ROUTES = [Route("/v1/tickets/{number}/rating", RatingHandler)]
