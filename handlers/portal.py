"""Cloud lectures on the district's portal: pages for browsers and a JSON feed, cached by anybody.

Only what is shown stands here; recordings, slides and files only of lectures that are open to
all: who watches another goes to the mini program.
"""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from domain.lectures.lectures import Lecture, Phase
from domain.lectures.reading import Shown
from domain.lectures.searching import LABELS, MOST_SIGNS
from domain.media.uploads import size_in_words
from domain.pages import Page
from domain.time import in_words
from handlers.base import ROBOTS
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import OneLine, Opaque, PageQuery
from handlers.house import House
from handlers.pages import HTML, POLICY, PageHandler
from handlers.portal_views import (
    FEED,
    Card,
    Feed,
    card_of,
    feed_of,
    live_in_words,
    places_in_words,
)
from handlers.tagged import SHARED, answer_tagged

OF = "portal-lectures"
# A lecture is played here: recordings and subtitles come from ourselves, and nothing else does.
PLAYING = f"media-src 'self'; {POLICY}"


class PortalQuery(PageQuery):
    """Which page, of one series or of all, or of what was found; what links add is passed over."""

    model_config = ConfigDict(extra="ignore")

    series: Opaque | None = Field(default=None, max_length=64, title="系列")
    when: Literal["any", "coming"] = Field(default="any", title="时间")
    q: OneLine = Field(default="", max_length=MOST_SIGNS, title="查找内容")


class FeedQuery(PageQuery):
    """Which page of the feed."""


class _PortalPage(PageHandler):
    back = ("/lectures", "返回云讲堂")

    def show_shared(self, template: str, *, listed: bool, **values: object) -> None:
        """A page that is the same for everybody, kept for a minute; 304 to who has it already.

        ``listed``, it may be found by search engines.
        """
        said = {**values, "listed": listed, "in_words": in_words, "size_in_words": size_in_words}
        if listed:
            self.clear_header(ROBOTS)
        page = self.written(template, said)
        self.set_header("Content-Security-Policy", PLAYING)
        self.set_header("Referrer-Policy", "no-referrer")
        answer_tagged(self, f"{HTML}; charset=utf-8", page, cache=SHARED)

    def cards(self, page: Page[Shown]) -> list[Card]:
        """These lectures as they are now."""
        return [card_of(one, now=self.now) for one in page.items]


class PortalHandler(_PortalPage):
    """The lecture zone."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The cloud lectures, as a page for the district's portal",
        query=PortalQuery,
        answers={200: HTML, 304: None},
        rate="lectures",
    )
    async def get(self) -> None:
        """By series or all of them, what is coming first; or those in which something stands."""
        query = self.query(PortalQuery)
        if query.q:
            await self._found(query)
            return
        lectures, series = self.house.lectures.lectures, query.series or ""
        ahead, past = f"{OF}:coming:{series}", f"{OF}:over:{series}"
        coming = over = Page[Shown](items=(), next=None)
        if query.when == "coming" or not query.cursor:
            ask = self.ask(query, of=ahead)
            coming = await lectures.coming(series=series, now=self.now, ask=ask)
        if query.when != "coming":
            over = await lectures.over(series=series, now=self.now, ask=self.ask(query, of=past))
        known = await lectures.series()
        # A cursor is another one tomorrow: the lectures behind it are found by themselves. Of names
        # of series that anybody may think up there is no end.
        first, real = query.cursor is None, not series or series in {one.id for one in known}
        self.show_shared(
            "lectures.html",
            listed=first and real and query.when == "any",
            coming=self.cards(coming),
            over=self.cards(over),
            series=known,
            chosen=series,
            more_coming=self.next_cursor(coming, of=ahead),
            next=self.next_cursor(over, of=past),
            most=MOST_SIGNS,
        )

    async def _found(self, query: PortalQuery) -> None:
        of = f"{OF}:found:{query.q}"
        finding = self.house.around.finding
        page = await finding.find(query.q, ask=self.ask(query, of=of), now=self.now)
        self.show_shared(
            "lectures_found.html",
            listed=False,
            hits=page.items,
            words=query.q,
            labels=LABELS,
            next=self.next_cursor(page, of=of),
            most=MOST_SIGNS,
        )


class PortalLectureHandler(_PortalPage):
    """One lecture."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "One cloud lecture with its slides and replay, as a page",
        answers={200: HTML, 304: None},
        refusals=frozenset({404, 410}),
        rate="lectures",
    )
    async def get(self, lecture_id: str) -> None:
        """Played by the browser itself, without a script."""
        shown = await self.house.lectures.lectures.get(lecture_id)
        card = card_of(shown, now=self.now)
        self.show_shared(
            "lecture.html",
            listed=card.for_all,
            card=card,
            programme=shown.lecture.programme,
            upcoming=card.phase in {Phase.UPCOMING, Phase.LIVE},
            preview="",
            **await joining(self.house, shown.lecture, now=self.now),
        )


class FeedHandler(_PortalPage):
    """For programs of the portal."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The cloud lectures as a JSON Feed 1.1",
        query=FeedQuery,
        answers={200: Feed, 304: None},
        rate="lectures",
    )
    async def get(self) -> None:
        """The last to be shown first; ``next_url`` leads on."""
        query = self.query(FeedQuery)
        page = await self.house.lectures.lectures.lately(ask=self.ask(query, of=OF))
        cursor = self.next_cursor(page, of=OF)
        feed = feed_of(
            self.cards(page), public_url=self.house.public_url, limit=query.limit, cursor=cursor
        )
        body = feed.model_dump_json(by_alias=True, exclude_none=True).encode()
        answer_tagged(self, FEED, body, cache=SHARED)


async def joining(house: House, lecture: Lecture, *, now: datetime) -> dict[str, str]:
    """How one takes part in a lecture that is not over, for its page."""
    ends = lecture.programme.ends_at
    if ends and ends <= now:
        return {"live": "", "places": ""}
    left = await house.around.registering.places_left(lecture)
    return {"live": live_in_words(lecture.programme), "places": places_in_words(left)}


ROUTES = [
    Route("/lectures", PortalHandler),
    Route("/lectures/{lecture_id}", PortalLectureHandler),
    Route("/feeds/lectures.json", FeedHandler),
]
