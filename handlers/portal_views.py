"""What the portal shows of a lecture: on its pages, and in its feed (https://jsonfeed.org)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import ClassVar
from urllib.parse import quote

from pydantic import Field

from domain.lectures.lectures import PHASES, Lecture, Phase, kept_back, phase_of
from domain.lectures.live import OPENS_BEFORE
from domain.lectures.programme import ACCESSES, Access, LiveKind, Programme
from domain.lectures.reading import Shown
from domain.media.assets import Asset
from domain.media.processing import AUDIO, DOCUMENT, HLS, PAGES, POSTER, VIDEO
from domain.time import in_words
from handlers.fields import Instant, Output
from handlers.replays import SUBTITLES, Shelf

FEED = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"
TITLE = "信用越秀 · 云讲堂"
LANGUAGE = "zh-CN"
COVER = "cover"
PDF = "application/pdf"
IN_MINI_PROGRAM = "微信小程序“信用越秀”的云讲堂中"
# What is played of a recording, the best first, and what each is called.
STREAMS = {HLS: "自动选择清晰度", VIDEO: "视频", AUDIO: "仅声音"}


@dataclass(frozen=True, kw_only=True)
class Media:
    """A file of a lecture, by its path on this site."""

    path: str
    media_type: str
    name: str
    size: int
    seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Card:
    """A lecture as the portal shows it; without streams, slides and files unless open to all.

    ``begun`` is whether its recording no longer waits for it to begin.
    """

    lecture: Lecture
    series: str
    phase: Phase
    phase_words: str
    access: str
    for_all: bool
    begun: bool
    is_open: bool
    picture: str
    streams: Sequence[Media]
    subtitles: str
    slides: Sequence[str]
    documents: Sequence[Media]

    @property
    def whole(self) -> Sequence[Media]:
        """What of its streams is one file, and may be taken along."""
        return [one for one in self.streams if one.name != STREAMS[HLS]]

    @property
    def path(self) -> str:
        """Its page."""
        return f"/lectures/{self.lecture.id}"


class Author(Output):
    """Who speaks."""

    name: str


class Attachment(Output):
    """A recording or a document."""

    url: str
    mime_type: str
    title: str
    size_in_bytes: int
    duration_in_seconds: int | None = None


class Extension(Output):
    """What a lecture has beyond an article."""

    about: str
    begins_at: Instant | None = None
    ends_at: Instant | None = None
    phase: str
    phase_label: str
    access: str
    slides: list[str]
    subtitles: str | None = None


class Item(Output):
    """One lecture."""

    id: str
    url: str
    title: str
    content_html: str
    image: str | None = None
    date_published: Instant | None = None
    date_modified: Instant
    authors: list[Author]
    tags: list[str]
    language: str
    attachments: list[Attachment]
    lecture: Extension = Field(serialization_alias="_credit_yuexiu")


class Feed(Output):
    """A page of the feed; what there is nothing to say of is left out."""

    served_as: ClassVar[str] = FEED
    version: str
    title: str
    description: str
    home_page_url: str
    feed_url: str
    next_url: str | None = None
    language: str
    items: list[Item]


def card_of(shown: Shown, *, now: datetime, shelf: str = "") -> Card:
    """A lecture at this moment; its files are where everybody has them, or on another shelf."""
    lecture, programme = shown.lecture, shown.lecture.programme
    begun = not kept_back(programme, now)
    is_open = bool(shelf) or (begun and programme.access is Access.PUBLIC)
    at = shelf or f"/media/{lecture.id}"
    recording, slides = shown.asset(programme.recording), shown.asset(programme.slides)
    subtitles = shown.asset(programme.subtitles)
    phase = phase_of(programme, now)
    return Card(
        lecture=lecture,
        series=shown.series,
        phase=phase,
        phase_words=PHASES[phase],
        access=ACCESSES[programme.access],
        for_all=programme.access is Access.PUBLIC,
        begun=begun,
        is_open=is_open,
        picture=_picture(shown, at),
        streams=_streams(at, recording) if is_open and recording else (),
        subtitles=_path(at, subtitles, SUBTITLES) if is_open and subtitles else "",
        slides=_slides(at, slides) if is_open and slides else (),
        documents=_documents(shown, at) if is_open else (),
    )


def live_in_words(programme: Programme) -> str:
    """Where it is held live and how one gets there; empty where it is not."""
    begins = programme.begins_at
    if programme.live_kind is LiveKind.NONE or begins is None:
        return ""
    if programme.live_kind is LiveKind.CHANNELS:
        return f"在微信视频号直播，请在{IN_MINI_PROGRAM}预约和进入。"
    return f"入口在{IN_MINI_PROGRAM}，{in_words(begins - OPENS_BEFORE)} 起开放。"


def places_in_words(left: int | None) -> str:
    """How many may still have a place, and where to register; empty where nobody need."""
    if left is None:
        return ""
    if left > 0:
        return f"还剩 {left} 个名额，先到先得，请在{IN_MINI_PROGRAM}报名。"
    return f"名额已满，可以在{IN_MINI_PROGRAM}候补。"


def saved_as(name: str, media_type: str) -> str:
    """The name of a document: of slides that came as PPTX one gets the PDF made of them."""
    if media_type != PDF or name.lower().endswith(".pdf"):
        return name
    return f"{PurePath(name).stem}.pdf"


def feed_of(cards: Sequence[Card], *, public_url: str, limit: int, cursor: str | None) -> Feed:
    """A page of the feed, with whole addresses."""
    here = f"{public_url}/feeds/lectures.json"
    return Feed(
        version=VERSION,
        title=TITLE,
        description="越秀区信用知识讲座：直播预告、课件和回放。",
        home_page_url=f"{public_url}/lectures",
        feed_url=here,
        next_url=f"{here}?limit={limit}&cursor={quote(cursor)}" if cursor else None,
        language=LANGUAGE,
        items=[_item(one, public_url) for one in cards],
    )


def _item(card: Card, at: str) -> Item:
    programme = card.lecture.programme
    return Item(
        id=card.lecture.id,
        url=f"{at}{card.path}",
        title=programme.title,
        content_html=programme.outline,
        image=f"{at}{card.picture}" if card.picture else None,
        date_published=card.lecture.shown_at,
        date_modified=card.lecture.changed_at,
        authors=[Author(name=programme.speaker)],
        tags=[tag for tag in (card.series, programme.topic) if tag],
        language=LANGUAGE,
        attachments=[_attachment(one, at) for one in (*card.streams, *card.documents)],
        lecture=Extension(
            about=f"{at}/docs",
            begins_at=programme.begins_at,
            ends_at=programme.ends_at,
            phase=card.phase.value,
            phase_label=card.phase_words,
            access=programme.access.value,
            slides=[f"{at}{one}" for one in card.slides],
            subtitles=f"{at}{card.subtitles}" if card.subtitles else None,
        ),
    )


def _attachment(media: Media, at: str) -> Attachment:
    return Attachment(
        url=f"{at}{media.path}",
        mime_type=media.media_type,
        title=media.name,
        size_in_bytes=media.size,
        duration_in_seconds=media.seconds or None,
    )


def _path(at: str, asset: Asset, rendition: str, name: str = "") -> str:
    """Where a file is; empty where it was not made."""
    return Shelf(at).url(asset, rendition, name) or ""


def _picture(shown: Shown, at: str) -> str:
    """Its cover, else the poster of its recording."""
    programme = shown.lecture.programme
    for asset_id, rendition in ((programme.cover, COVER), (programme.recording, POSTER)):
        asset = shown.asset(asset_id)
        if asset and (path := _path(at, asset, rendition)):
            return path
    return ""


def _streams(at: str, recording: Asset) -> Sequence[Media]:
    return [
        Media(
            path=_path(at, recording, name),
            media_type=made.media_type,
            name=words,
            size=made.size,
            seconds=recording.found.duration_ms // 1000,
        )
        for name, words in STREAMS.items()
        if (made := recording.rendition(name))
    ]


def _slides(at: str, slides: Asset) -> Sequence[str]:
    pages = range(1, slides.found.pages + 1)
    found = (_path(at, slides, PAGES, f"{page:04}.jpg") for page in pages)
    return [path for path in found if path]


def _documents(shown: Shown, at: str) -> Sequence[Media]:
    """The slides as a whole and what is attached, under their names."""
    programme = shown.lecture.programme
    assets = [shown.asset(one) for one in (programme.slides, *programme.attachments)]
    return [
        Media(
            path=_path(at, asset, DOCUMENT),
            media_type=made.media_type,
            name=saved_as(asset.name, made.media_type),
            size=made.size,
        )
        for asset in assets
        if asset and (made := asset.rendition(DOCUMENT))
    ]
