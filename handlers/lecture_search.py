"""Finding lectures by what is said in them."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.lectures.searching import LABELS, MOST_SIGNS, Hit
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Instant, OneLine, Output, PageQuery

FieldName = Literal["title", "speaker", "topic", "outline", "slides", "subtitles"]


class LectureSearchQuery(PageQuery):
    """Which page, and what is looked for."""

    q: OneLine = Field(min_length=1, max_length=MOST_SIGNS, title="查找内容")


class HitView(Output):
    """A lecture in which everything that was looked for stands; where the first word is."""

    lecture_id: str
    title: str
    speaker: str
    begins_at: Instant
    field: FieldName
    field_label: str
    snippet: str
    page: int | None = Field(description="Of the slides, from 1")
    at_ms: int | None = Field(
        description="When that page is shown, or this is said, in the recording"
    )


class HitViews(Output):
    """The latest to begin first; a page may hold fewer than were asked for and still go on."""

    items: list[HitView]
    next: str | None


def _hit(hit: Hit) -> HitView:
    return HitView(
        lecture_id=hit.lecture_id,
        title=hit.title,
        speaker=hit.speaker,
        begins_at=hit.begins_at,
        field=hit.field,  # type: ignore[arg-type]  # one of the labels' names
        field_label=LABELS[hit.field],
        snippet=hit.snippet,
        page=hit.page,
        at_ms=hit.at_ms,
    )


class LectureSearchHandler(BaseHandler):
    """Searching."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "Find lectures by title, speaker, topic and outline, slides and subtitles open to all",
        query=LectureSearchQuery,
        answers={200: HitViews},
        rate="lectures",
    )
    async def get(self) -> None:
        """Several words stand apart by blanks: all of them must be there.

        Slides and subtitles are looked through once a lecture has begun whose replay is for all.
        """
        query = self.query(LectureSearchQuery)
        of = f"lecture-search:{query.q}"
        finding = self.house.around.finding
        page = await finding.find(query.q, ask=self.ask(query, of=of), now=self.now)
        items = [_hit(one) for one in page.items]
        self.show(HTTPStatus.OK, HitViews(items=items, next=self.next_cursor(page, of=of)))


ROUTES = [Route("/v1/lectures/search", LectureSearchHandler)]
