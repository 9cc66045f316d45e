"""Replays: where one is watched, what it takes, and each of its files by its address.

A player sends no headers of ours, so an address is itself the permission; what a playlist names
lies beside it, under the same address.
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from urllib.parse import quote

from pydantic import Field

from domain.errors import DomainError
from domain.lectures.replaying import Replay
from domain.media.assets import Asset
from domain.media.ports import File
from domain.media.processing import AUDIO, DOCUMENT, HLS, PAGES, POSTER, VIDEO
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Instant, Output
from handlers.giving import FileHandler
from handlers.house import House

PREVIEWS, SUBTITLES = "previews", "subtitles"
ANY = "*/*"
BYTES: Mapping[int, str | None] = {200: ANY, 206: ANY, 304: None}
# Shows pictures and plays; a page that is led here runs nothing.
POLICY = "default-src 'none'; sandbox"
ONLY_SAVED = "application/pdf"


class FileView(Output):
    """A file to be had; sizes are of all of it, and shown before it is played."""

    url: str
    size: int = Field(description="Bytes, of all of it")
    media_type: str


class StreamView(FileView):
    """One that is played."""

    width: int
    height: int
    kbit: int = Field(description="Kilobits that a second takes")


class PageView(Output):
    """A page of the slides, counted from 1."""

    page: int
    url: str
    preview: str


class SlidesView(Output):
    """The slides, page by page, and whole."""

    document: FileView | None
    pages: list[PageView]


class AttachedView(FileView):
    """A file that goes with the lecture."""

    name: str


class ChapterView(Output):
    """A part of the recording, from this moment on."""

    at_ms: int
    title: str


class CueView(Output):
    """From this moment on this page is shown."""

    at_ms: int
    page: int


class ReplayView(Output):
    """All that a player needs; what the lecture does not have is null."""

    lecture_id: str
    title: str
    recording: str | None = Field(description="Which one it is: another has its own progress")
    duration_ms: int
    expires_at: Instant | None = Field(description="When the addresses are over; null: never")
    hls: StreamView | None
    video: StreamView | None
    audio: StreamView | None = Field(description="Sound alone, to go with the slides")
    poster: str | None
    cover: str | None
    subtitles: str | None
    slides: SlidesView | None
    attachments: list[AttachedView]
    chapters: list[ChapterView]
    cues: list[CueView]


class Shelf:
    """The addresses of a lecture's files."""

    def __init__(self, base: str) -> None:
        self._base = base

    def url(self, asset: Asset, rendition: str, name: str = "") -> str | None:
        """Of one file, by default the one that one begins with; None where it was not made."""
        made = asset.rendition(rendition)
        if made is None:
            return None
        return f"{self._base}/{asset.id}/{rendition}/{quote(name or made.first)}"

    def stream(self, asset: Asset, rendition: str) -> StreamView | None:
        """What is played."""
        made, url = asset.rendition(rendition), self.url(asset, rendition)
        if made is None or url is None:
            return None
        return StreamView(
            url=url,
            size=made.size,
            media_type=made.media_type,
            width=made.width,
            height=made.height,
            kbit=made.kbit,
        )

    def file(self, asset: Asset) -> FileView | None:
        """The document that it is."""
        made, url = asset.rendition(DOCUMENT), self.url(asset, DOCUMENT)
        if made is None or url is None:
            return None
        return FileView(url=url, size=made.size, media_type=made.media_type)

    def slides(self, asset: Asset) -> SlidesView:
        """Page by page."""
        pages = []
        for page in range(1, asset.found.pages + 1):
            name = f"{page:04}.jpg"
            url, preview = self.url(asset, PAGES, name), self.url(asset, PREVIEWS, name)
            if url and preview:
                pages.append(PageView(page=page, url=url, preview=preview))
        return SlidesView(document=self.file(asset), pages=pages)

    def attached(self, asset: Asset) -> AttachedView | None:
        """Under its name."""
        file = self.file(asset)
        return AttachedView(name=asset.name, **file.model_dump()) if file else None


def open_shelf(house: House, lecture_id: str) -> Shelf:
    """Where everybody finds what is open to all: of each lecture that is shown its pictures too."""
    return Shelf(f"{house.public_url}/media/{lecture_id}")


def show_replay(replay: Replay, *, house: House) -> ReplayView:
    """As the API shows it."""
    shown, address = replay.shown, replay.address
    shelf = open_shelf(house, shown.lecture.id)
    if address is not None:
        shelf = Shelf(f"{house.public_url}/m/{address.secret}")
    programme = shown.lecture.programme
    recording, cover = shown.asset(programme.recording), shown.asset(programme.cover)
    slides, subtitles = shown.asset(programme.slides), shown.asset(programme.subtitles)
    attached = [shelf.attached(one) for i in programme.attachments if (one := shown.asset(i))]
    return ReplayView(
        lecture_id=shown.lecture.id,
        title=programme.title,
        recording=recording.id if recording else None,
        duration_ms=replay.duration_ms,
        expires_at=address.expires_at if address else None,
        hls=shelf.stream(recording, HLS) if recording else None,
        video=shelf.stream(recording, VIDEO) if recording else None,
        audio=shelf.stream(recording, AUDIO) if recording else None,
        poster=shelf.url(recording, POSTER) if recording else None,
        cover=shelf.url(cover, "cover") if cover else None,
        subtitles=shelf.url(subtitles, SUBTITLES) if subtitles else None,
        slides=shelf.slides(slides) if slides else None,
        attachments=[one for one in attached if one],
        chapters=[ChapterView(at_ms=one.at_ms, title=one.title) for one in programme.chapters],
        cues=[CueView(at_ms=one.at_ms, page=one.page) for one in programme.cues],
    )


class AddressHandler(BaseHandler):
    """The address of a replay for one person."""

    @endpoint(
        Audience.PERSON,
        Permission.WATCH_LECTURES,
        "An address by which a player watches the replay, for twice its length and an hour",
        answers={201: ReplayView},
        refusals=frozenset({403, 404, 410}),
        rate="replay",
    )
    async def post(self, lecture_id: str) -> None:
        """Good as long as this session holds and its person may watch; nothing of value moves."""
        replay = await self.house.watching.replays.address(self.act(), lecture_id=lecture_id)
        self.show(HTTPStatus.CREATED, show_replay(replay, house=self.house))


class ReplayHandler(BaseHandler):
    """A replay that is open to all."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "Where a replay that is open to all is watched",
        answers={200: ReplayView},
        refusals=frozenset({403, 404, 410}),
    )
    async def get(self, lecture_id: str) -> None:
        """Without signing in; of one that is restricted it says what to do."""
        replay = await self.house.watching.replays.open(lecture_id=lecture_id, now=self.now)
        self.show(HTTPStatus.OK, show_replay(replay, house=self.house))


class LectureFileHandler(FileHandler):
    """What both ways to a file share."""

    async def hand(self, find: Callable[[], Awaitable[File]], *, kept_by: str) -> None:
        """Whoever keeps it asks each time whether it still may be seen; so do we as it goes."""
        file = await find()

        async def still() -> bool:
            try:
                return (await find()).key == file.key
            except DomainError:
                return False

        self.set_header("Cache-Control", f"{kept_by}, no-cache")
        self.set_header("Content-Security-Policy", POLICY)
        if file.media_type == ONLY_SAVED:
            self.set_header("Content-Disposition", f'attachment; filename="{quote(file.name)}"')
        watching = self.house.watching
        await self.give(file, store=watching.store, hand_over=watching.hand_over, still=still)


class AddressedFileHandler(LectureFileHandler):
    """A file behind an address."""

    @endpoint(
        Audience.PUBLIC,
        Permission.FETCH_FILE_BY_ADDRESS,
        "A file of a replay, or a range of it, by an address that is the permission",
        answers=BYTES,
        refusals=frozenset({404, 410, 412, 416}),
    )
    async def get(self, replay_secret: str, asset_id: str, rendition: str, name: str) -> None:
        """Whoever was given the address may, as long as its person may."""
        house = self.house
        await self.hand(
            lambda: house.watching.replays.file(
                secret=replay_secret,
                asset_id=asset_id,
                rendition=rendition,
                name=name,
                now=house.clock(),
            ),
            kept_by="private",
        )


class OpenFileHandler(LectureFileHandler):
    """A file that everybody may see."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "A file of a replay that is open to all, or a range of it; of any lecture its pictures",
        answers=BYTES,
        refusals=frozenset({404, 410, 412, 416}),
    )
    async def get(self, lecture_id: str, asset_id: str, rendition: str, name: str) -> None:
        """Without signing in."""
        house = self.house
        await self.hand(
            lambda: house.watching.replays.open_file(
                lecture_id=lecture_id,
                asset_id=asset_id,
                rendition=rendition,
                name=name,
                now=house.clock(),
            ),
            kept_by="public",
        )


ROUTES = [
    Route("/v1/lectures/{lecture_id}/address", AddressHandler),
    Route("/v1/lectures/{lecture_id}/replay", ReplayHandler),
    Route("/m/{replay_secret}/{asset_id}/{rendition}/{name}", AddressedFileHandler),
    Route("/media/{lecture_id}/{asset_id}/{rendition}/{name}", OpenFileHandler),
]
