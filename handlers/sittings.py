"""Watching: a sitting is opened, its player tells how far it is, somebody goes on elsewhere."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from domain.lectures.sittings import Watched
from domain.lectures.watching import MOST_LOOKS, MOST_SEGMENTS, Beat, Look, Progress, Segment
from domain.pages import Page
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Instant, Output, PageQuery

OF = "watched"
# A week: no recording is as long.
MOST_MS = 7 * 24 * 3600 * 1000
FASTEST_SAID = 100

Milliseconds = Annotated[int, Field(ge=0, le=MOST_MS)]
Speed = Annotated[float, Field(ge=0.1, le=FASTEST_SAID, allow_inf_nan=False, strict=False)]


class SegmentBody(Input):
    """A stretch that was played."""

    from_ms: Milliseconds = Field(title="起点")
    to_ms: Milliseconds = Field(title="终点")
    speed: Speed = Field(default=1.0, title="播放速度")


class LookBody(Input):
    """A page of the slides that was shown."""

    page: int = Field(ge=1, le=10_000, title="页码")
    ms: Milliseconds = Field(title="时长", description="Counts from 1000 on, a second")


class BeatBody(Input):
    """What a player tells."""

    number: int = Field(ge=0, le=2**31 - 1, title="编号", description="Counts those of a sitting")
    position_ms: Milliseconds = Field(title="播放位置")
    playing: bool = Field(title="正在播放")
    speed: Speed = Field(default=1.0, title="播放速度")
    segments: list[SegmentBody] = Field(
        default=[],
        max_length=MOST_SEGMENTS,
        title="播放过的片段",
        description="All that was played and not told yet; told again it adds nothing",
    )
    looks: list[LookBody] = Field(default=[], max_length=MOST_LOOKS, title="看过的课件页")


class ProgressView(Output):
    """How far somebody is."""

    recording: str
    duration_ms: int
    resume_ms: int = Field(description="Where to go on")
    watched_ms: int = Field(description="Truly played, each part once")
    watched_percent: int


class SittingView(ProgressView):
    """A sitting that was opened."""

    sitting_id: str


class WatchedView(ProgressView):
    """A lecture that was watched."""

    lecture_id: str
    title: str
    shown: bool = Field(description="False: it was withdrawn, and nothing of it is given out")
    certificate_reached: bool = Field(
        description="Watched as far as its certificate takes; a withdrawn one may still be claimed"
    )
    changed_at: Instant


class WatchedViews(Output):
    """The last first."""

    items: list[WatchedView]
    next: str | None


def show_progress(progress: Progress, now: datetime) -> ProgressView:
    """As the API shows it."""
    return ProgressView(
        recording=progress.recording,
        duration_ms=progress.duration_ms,
        resume_ms=progress.resume_at(now),
        watched_ms=progress.seen_ms,
        watched_percent=progress.percent,
    )


def show_watched(page: Page[Watched], now: datetime, *, next_cursor: str | None) -> WatchedViews:
    """As the API shows it."""
    items = [
        WatchedView(
            lecture_id=one.lecture.id,
            title=one.lecture.programme.title,
            shown=one.lecture.shown,
            certificate_reached=one.reached,
            changed_at=one.progress.changed_at,
            **show_progress(one.progress, now).model_dump(),
        )
        for one in page.items
    ]
    return WatchedViews(items=items, next=next_cursor)


class SittingsHandler(BaseHandler):
    """Opening a player."""

    @endpoint(
        Audience.PERSON,
        Permission.WATCH_LECTURES,
        "Open a sitting: from now on its time is counted; answers where to go on",
        answers={201: SittingView},
        refusals=frozenset({403, 404, 409, 410}),
        rate="sitting",
    )
    async def post(self, lecture_id: str) -> None:
        """Opened twice it does no harm: side by side they count as one."""
        sittings = self.house.watching.sittings
        sitting_id, progress = await sittings.open(self.act(), lecture_id=lecture_id)
        shown = show_progress(progress, self.now).model_dump()
        self.show(HTTPStatus.CREATED, SittingView(sitting_id=sitting_id, **shown))


class BeatsHandler(BaseHandler):
    """What a player tells."""

    @endpoint(
        Audience.PERSON,
        Permission.WATCH_LECTURES,
        "Tell what was played since, and where the player stands",
        body=BeatBody,
        answers={200: ProgressView},
        refusals=frozenset({403, 404, 409}),
        rate="beat",
    )
    async def post(self, lecture_id: str, sitting_id: str) -> None:
        """Told again, late or out of order it adds nothing twice: it needs no key."""
        body = self.read(BeatBody)
        beat = Beat(
            number=body.number,
            position_ms=body.position_ms,
            playing=body.playing,
            speed=body.speed,
            segments=[Segment(**one.model_dump()) for one in body.segments],
            looks=[Look(**one.model_dump()) for one in body.looks],
        )
        progress = await self.house.watching.sittings.hear(
            self.act(), lecture_id=lecture_id, sitting_id=sitting_id, beat=beat
        )
        self.show(HTTPStatus.OK, show_progress(progress, self.now))


class ProgressHandler(BaseHandler):
    """How far one is with a lecture."""

    @endpoint(
        Audience.PERSON,
        Permission.WATCH_LECTURES,
        "How far one is with a lecture, and where to go on",
        answers={200: ProgressView},
        refusals=frozenset({404, 410}),
    )
    async def get(self, lecture_id: str) -> None:
        """Nothing watched yet is an answer too."""
        progress = await self.house.watching.sittings.of(self.act(), lecture_id=lecture_id)
        self.show(HTTPStatus.OK, show_progress(progress, self.now))


class WatchedHandler(BaseHandler):
    """What one watched."""

    @endpoint(
        Audience.PERSON,
        Permission.WATCH_LECTURES,
        "The lectures that one watched, the last first",
        query=PageQuery,
        answers={200: WatchedViews},
    )
    async def get(self) -> None:
        """To go on with."""
        page = self.query(PageQuery)
        found = await self.house.watching.sittings.mine(
            person_id=self.actor, ask=self.ask(page, of=OF), now=self.now
        )
        cursor = self.next_cursor(found, of=OF)
        self.show(HTTPStatus.OK, show_watched(found, self.now, next_cursor=cursor))


ROUTES = [
    Route("/v1/lectures/{lecture_id}/sittings", SittingsHandler),
    Route("/v1/lectures/{lecture_id}/sittings/{sitting_id}/beats", BeatsHandler),
    Route("/v1/lectures/{lecture_id}/progress", ProgressHandler),
    Route("/v1/me/watched", WatchedHandler),
]
