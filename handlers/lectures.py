"""Cloud lectures for everybody: the list, one lecture, the series."""

from typing import Literal

from pydantic import Field

from domain.lectures.lectures import PHASES, phase_of
from domain.lectures.programme import ACCESSES
from domain.lectures.reading import Shown
from domain.media.assets import Asset
from domain.media.processing import AUDIO, PAGES, VIDEO
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Instant, Output, PageQuery
from handlers.house import House
from handlers.tagged import show_tagged


class LecturesQuery(PageQuery):
    """Which page, of one series or of all."""

    series: str = Field(default="", max_length=64, title="系列")
    when: Literal["any", "coming", "over"] = Field(
        default="any",
        title="时间",
        description="Only those that are live or still to begin, or only all others",
    )


class LectureView(Output):
    """A lecture in a list."""

    id: str
    title: str
    series_id: str
    series: str
    topic: str
    speaker: str
    speaker_post: str
    audience: str
    begins_at: Instant
    ends_at: Instant
    phase: Literal["upcoming", "live", "ended", "replay"]
    phase_words: str
    access: Literal["public", "signed_in", "real_named", "registered"] = Field(
        description="Who may watch the replay"
    )
    access_words: str
    cover_url: str | None
    duration_ms: int = Field(description="Of the recording; 0 while there is none")
    pages: int = Field(description="Of the slides; 0 while there are none")
    places: int | None = Field(description="How many may register; null for no registration")
    certificate_percent: int | None = Field(
        description="How much of the recording is watched for a certificate, which is made out to "
        "a verified real name; null for none"
    )


class ChapterView(Output):
    """A part of the recording, from this moment on."""

    at_ms: int
    title: str


class DocumentView(Output):
    """A document to take along."""

    id: str
    name: str
    size: int


class LectureDetailView(LectureView):
    """All that is said of a lecture."""

    outline: str = Field(description="Clean HTML: paragraphs, headings, lists, tables, https links")
    chapters: list[ChapterView]
    documents: list[DocumentView]
    video_size: int | None = Field(description="Bytes that it takes to watch the whole replay")
    listening_size: int | None = Field(
        description="Bytes of the sound alone, together with the pages of the slides"
    )


class LecturesView(Output):
    """A page of lectures: of those that are coming the first to begin first, else the last."""

    items: list[LectureView]
    next: str | None


class SeriesView(Output):
    """Lectures that belong together."""

    id: str
    title: str
    summary: str


class SeriesListView(Output):
    """Series of which a lecture is shown, by title."""

    items: list[SeriesView]


def file_url(house: House, lecture_id: str, asset: Asset, rendition: str) -> str | None:
    """Where everybody may see the first file of a rendition; None where there is none."""
    made = asset.rendition(rendition)
    if made is None:
        return None
    return f"{house.public_url}/media/{lecture_id}/{asset.id}/{rendition}/{made.first}"


def sizes(shown: Shown) -> dict[str, int | None]:
    """What a replay takes, seen or listened to; None where it cannot be had so."""
    one = shown.lecture.programme
    recording, slides = shown.asset(one.recording), shown.asset(one.slides)
    video = recording.rendition(VIDEO) if recording else None
    sound = recording.rendition(AUDIO) if recording else None
    pages = slides.rendition(PAGES) if slides else None
    return {
        "video_size": video.size if video else None,
        "listening_size": sound.size + (pages.size if pages else 0) if sound else None,
    }


def cover_url(house: House, shown: Shown) -> str | None:
    """The picture of a lecture: its cover, else the poster of its recording."""
    programme, lecture_id = shown.lecture.programme, shown.lecture.id
    for asset_id, rendition in ((programme.cover, "cover"), (programme.recording, "poster")):
        asset = shown.asset(asset_id)
        if asset and (url := file_url(house, lecture_id, asset, rendition)):
            return url
    return None


class _LectureHandler(BaseHandler):
    def _said(self, shown: Shown) -> dict[str, object]:
        """What a list and a page both say."""
        one = shown.lecture.programme
        recording, slides = shown.asset(one.recording), shown.asset(one.slides)
        phase = phase_of(one, self.now)
        return {
            "id": shown.lecture.id,
            "title": one.title,
            "series_id": one.series,
            "series": shown.series,
            "topic": one.topic,
            "speaker": one.speaker,
            "speaker_post": one.speaker_post,
            "audience": one.audience,
            "begins_at": one.begins_at,
            "ends_at": one.ends_at,
            "phase": phase.value,
            "phase_words": PHASES[phase],
            "access": one.access.value,
            "access_words": ACCESSES[one.access],
            "cover_url": cover_url(self.house, shown),
            "duration_ms": recording.found.duration_ms if recording else 0,
            "pages": slides.found.pages if slides else 0,
            "places": one.places,
            "certificate_percent": one.certificate_percent,
        }


class LecturesHandler(_LectureHandler):
    """All lectures that are shown."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "Cloud lectures: all of them, what is coming, or what is over",
        query=LecturesQuery,
        answers={200: LecturesView, 304: None},
    )
    async def get(self) -> None:
        """With an ETag: who has it already is told so.

        What is coming begins with what is live, and with the first to begin; all others, and all
        together, with the latest to begin.
        """
        query = self.query(LecturesQuery)
        of = f"lectures:{query.when}:{query.series}"
        series, ask = query.series, self.ask(query, of=of)
        lectures = self.house.lectures.lectures
        if query.when == "coming":
            page = await lectures.coming(series=series, now=self.now, ask=ask)
        elif query.when == "over":
            page = await lectures.over(series=series, now=self.now, ask=ask)
        else:
            page = await lectures.all(series=series, ask=ask)
        items = [LectureView.model_validate(self._said(one)) for one in page.items]
        show_tagged(self, LecturesView(items=items, next=self.next_cursor(page, of=of)))


class LectureHandler(_LectureHandler):
    """One lecture."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "One cloud lecture",
        answers={200: LectureDetailView, 304: None},
        refusals=frozenset({404, 410}),
    )
    async def get(self, lecture_id: str) -> None:
        """410 says that it was shown and is not any more."""
        shown = await self.house.lectures.lectures.get(lecture_id)
        one = shown.lecture.programme
        documents = [asset for i in one.attachments if (asset := shown.asset(i))]
        view = {
            **self._said(shown),
            "outline": one.outline,
            "chapters": [{"at_ms": c.at_ms, "title": c.title} for c in one.chapters],
            **sizes(shown),
            "documents": [{"id": a.id, "name": a.name, "size": a.size} for a in documents],
        }
        show_tagged(self, LectureDetailView.model_validate(view))


class LectureSeriesHandler(BaseHandler):
    """All series that residents read of."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The series of cloud lectures",
        answers={200: SeriesListView, 304: None},
    )
    async def get(self) -> None:
        """Those of which a lecture is shown."""
        items = [
            SeriesView(id=one.id, title=one.title, summary=one.summary)
            for one in await self.house.lectures.lectures.series()
        ]
        show_tagged(self, SeriesListView(items=items))


ROUTES = [
    Route("/v1/lectures", LecturesHandler),
    Route("/v1/lecture-series", LectureSeriesHandler),
    Route("/v1/lectures/{lecture_id}", LectureHandler),
]
