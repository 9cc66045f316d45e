"""Files of lectures in the console: sent in parts by a script, followed, run again, removed."""

import base64
import binascii
import re
from http import HTTPStatus
from typing import Literal

from pydantic import Field
from tornado.http1connection import HTTP1Connection

from domain.lectures.desk import Row
from domain.lectures.lectures import lecture_named
from domain.media.assets import ASSET_STATES, KINDS, Asset, AssetState, Kind
from domain.media.processing import STEP_WORDS
from domain.media.uploads import MOST, PART_SIZE, Upload, size_in_words
from domain.staff.roles import Right
from domain.time import in_words
from handlers import problems
from handlers.console import ConsoleForm, ConsoleHandler, refuse_unmarked
from handlers.endpoint import Audience, Endpoint, Route, endpoint
from handlers.fields import Input, OneLine, Output
from handlers.live_script import UPLOAD
from handlers.pages import HTML

ALL = "/console/media"
ONE = f"{ALL}/{{asset_id}}"
BYTES = "application/octet-stream"
PART_SECONDS = 600
# RFC 9530, of which this is the one digest that every browser can make.
DIGEST = re.compile(r"(?:^|[,\s])sha-256=:([A-Za-z0-9+/=]{44}):")
KindName = Literal["recording", "slides", "subtitles", "cover", "document"]
ACCEPTS = {
    Kind.RECORDING: "video/*,audio/*,.mkv,.flv",
    Kind.SLIDES: ".pdf,.ppt,.pptx",
    Kind.SUBTITLES: ".vtt",
    Kind.COVER: "image/jpeg,image/png,image/webp",
    Kind.DOCUMENT: ".pdf,image/jpeg,image/png,image/webp",
}
# The same in words, as the adapters tell them by their content.
FORMATS = {
    Kind.RECORDING: (
        "MP4、MOV、MKV、WebM、AVI、FLV、WMV、MPEG、TS 视频，或 MP3、M4A、AAC、WAV、FLAC、OGG 声音"
    ),
    Kind.SLIDES: "PDF、PPT、PPTX",
    Kind.SUBTITLES: "WebVTT（.vtt），UTF-8 或 GBK 编码",
    Kind.COVER: "JPG、PNG、WebP 图片",
    Kind.DOCUMENT: "PDF，或 JPG、PNG、WebP 图片",
}
STEP_STATES = {"waiting": "等待", "working": "进行中", "done": "完成", "failed": "失败"}
MADE = {
    "video": "视频",
    "hls": "分段视频",
    "audio": "声音（省流量）",
    "poster": "封面",
    "document": "文档",
    "pages": "页面图片",
    "previews": "页面预览",
    "subtitles": "字幕",
    "cover": "封面",
}
TAKEN = frozenset({403, 404, 409})


class BeginForm(ConsoleForm):
    """A file that is to be sent."""

    of: OneLine = Field(min_length=1, max_length=64, title="所属讲座")
    kind: KindName = Field(title="文件用途")
    name: OneLine = Field(min_length=1, max_length=255, title="文件名")
    size: str = Field(pattern=r"^[0-9]{1,15}$", title="文件大小")


class FinishForm(ConsoleForm):
    """The SHA-256 (hex) over the digests of all parts, in order."""

    digest: str = Field(pattern="^[0-9a-f]{64}$", title="校验值")


class MediaQuery(Input):
    """Whose files."""

    of: OneLine = Field(min_length=1, max_length=64, title="所属讲座")


class StepView(Output):
    """One step of the work."""

    name: str
    words: str
    state: Literal["waiting", "working", "done", "failed"]
    percent: int
    why: str = Field(description="Why it failed, in a sentence")


class MediaView(Output):
    """How far a file is."""

    id: str
    kind: KindName
    name: str
    size: int
    state: Literal["uploading", "processing", "ready", "failed"]
    words: str
    part_size: int
    parts: int
    missing: list[int] = Field(description="Numbers, from 1, of parts that did not come")
    steps: list[StepView]


def show_media(upload: Upload) -> MediaView:
    """As a script reads it."""
    asset = upload.asset
    return MediaView(
        id=asset.id,
        kind=asset.kind.value,
        name=asset.name,
        size=asset.size,
        state=asset.state.value,
        words=ASSET_STATES[asset.state],
        part_size=PART_SIZE,
        parts=upload.parts,
        missing=list(upload.missing),
        steps=[
            StepView(
                name=one.name,
                words=STEP_WORDS[one.name],
                state=one.state.value,
                percent=one.percent,
                why=one.why,
            )
            for one in asset.steps
        ],
    )


class _MediaPage(ConsoleHandler):
    async def asset(self, asset_id: str) -> Asset:
        """The file; raises NotFound."""
        return (await self.house.media.uploads.state(asset_id=asset_id)).asset

    async def lecture(self, of: str) -> Row:
        """The lecture that files belong to; raises NotFound."""
        return await self.house.lectures.desk.lecture(lecture_named(of))


class MediaHandler(_MediaPage):
    """All files of one lecture."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "The files of a lecture, as a page",
        query=MediaQuery,
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self) -> None:
        """With a form to send another, for who may."""
        of = self.query(MediaQuery).of
        self.page(
            HTTPStatus.OK,
            "console_media.html",
            scripts=(UPLOAD,),
            of=of,
            lecture=await self.lecture(of),
            assets=await self.house.media.assets.of(of),
            kinds={kind.value: word for kind, word in KINDS.items()},
            words=KINDS,
            accepts={kind.value: accepts for kind, accepts in ACCEPTS.items()},
            formats={kind.value: words for kind, words in FORMATS.items()},
            most={kind.value: size_in_words(most) for kind, most in MOST.items()},
            states=ASSET_STATES,
            size_in_words=size_in_words,
            in_words=in_words,
        )

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Begin to send a file of a lecture in parts",
        form=BeginForm,
        answers={200: MediaView},
        refusals=TAKEN,
        rate="media",
    )
    async def post(self) -> None:
        """What it is too large for is refused before a byte is sent."""
        form = self.read_form_of_mine(BeginForm)
        upload = await self.house.media.uploads.begin(
            self.act(), kind=Kind(form.kind), name=form.name, size=int(form.size), of=form.of
        )
        self.show(HTTPStatus.OK, show_media(upload))


class OneMediaHandler(_MediaPage):
    """One file."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "A file of a lecture with what was made of it, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, asset_id: str) -> None:
        """The steps, and what came of them to look at and to hear."""
        asset = await self.asset(asset_id)
        self.page(
            HTTPStatus.OK,
            "console_media_file.html",
            scripts=(UPLOAD,),
            asset=asset,
            lecture=await self.lecture(asset.of),
            at_work=asset.state in {AssetState.UPLOADING, AssetState.PROCESSING},
            kinds=KINDS,
            states=ASSET_STATES,
            steps=STEP_WORDS,
            step_states=STEP_STATES,
            made=MADE,
            size_in_words=size_in_words,
            in_words=in_words,
            moments=[_moment(one) for one in asset.found.changes],
            lasts=_moment(asset.found.duration_ms),
        )


class MediaStateHandler(ConsoleHandler):
    """How far one file is."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "How far a file of a lecture is",
        answers={200: MediaView},
        refusals=frozenset({404}),
    )
    async def get(self, asset_id: str) -> None:
        """Asked by the script each two seconds while it is worked on."""
        upload = await self.house.media.uploads.state(asset_id=asset_id)
        self.show(HTTPStatus.OK, show_media(upload))


class MediaPartHandler(ConsoleHandler):
    """One part."""

    async def prepare(self) -> None:
        """Who may send is given time: eight MiB over a poor line take minutes."""
        await super().prepare()
        if self._refusal is None and isinstance(self.request.connection, HTTP1Connection):
            self.request.connection.set_body_timeout(PART_SECONDS)

    def most_bytes(self, declared: Endpoint) -> int:  # noqa: ARG002 - of a part, whatever is declared
        """Of one part: what is larger is refused by its header."""
        return PART_SIZE

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Send one part of a file, with its Content-Digest",
        raw={BYTES: {"type": "string", "format": "binary"}},
        answers={204: None},
        refusals=TAKEN,
        rate="media-part",
    )
    async def put(self, asset_id: str, part: str) -> None:
        """In any order, and again where it did not come through."""
        refuse_unmarked(self)
        await self.house.media.uploads.put(
            self.act(),
            asset_id=asset_id,
            number=int(part) if part.isascii() and part.isdecimal() else 0,
            content=bytes(self._received),
            sha256=self._digest(),
        )
        self.no_content()

    def _digest(self) -> str:
        found = DIGEST.search(self.request.headers.get("Content-Digest", ""))
        try:
            return base64.b64decode(found[1], validate=True).hex() if found else self._missing()
        except binascii.Error:
            return self._missing()

    def _missing(self) -> str:
        detail = "缺少校验值（Content-Digest: sha-256=:…:），无法核对这一段。"
        raise problems.missing_header("Content-Digest", detail)


class MediaFinishHandler(ConsoleHandler):
    """The end of an upload."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Say that all parts of a file are sent; the work on it begins",
        form=FinishForm,
        answers={200: MediaView},
        refusals=TAKEN,
    )
    async def post(self, asset_id: str) -> None:
        """Asked twice, it is as it is."""
        form = self.read_form_of_mine(FinishForm)
        uploads = self.house.media.uploads
        asset = await uploads.finish(self.act(), asset_id=asset_id, digest=form.digest)
        self.show(HTTPStatus.OK, show_media(Upload(asset=asset, missing=())))


class MediaAgainHandler(ConsoleHandler):
    """What failed, once more."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Work once more on a file that failed",
        form=ConsoleForm,
        answers={303: HTML},
        refusals=TAKEN,
    )
    async def post(self, asset_id: str) -> None:
        """From the step that failed."""
        self.read_form_of_mine(ConsoleForm)
        await self.house.media.processing.again(self.act(), asset_id=asset_id)
        self.lead(f"{ALL}/{asset_id}")


class MediaRemovalHandler(_MediaPage):
    """A file that is not needed."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Remove a file of a lecture with all that was made of it",
        form=ConsoleForm,
        answers={303: HTML},
        refusals=TAKEN,
    )
    async def post(self, asset_id: str) -> None:
        """For good; what a lecture uses stays, and where it is used is said."""
        self.back = (f"{ALL}/{asset_id}", "返回这个文件")
        self.read_form_of_mine(ConsoleForm)
        of = (await self.asset(asset_id)).of
        await self.house.media.processing.remove(self.act(), asset_id=asset_id)
        self.lead(f"{ALL}?of={of}")


def _moment(milliseconds: int) -> str:
    hours, rest = divmod(milliseconds // 1000, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


ROUTES = [
    Route(ALL, MediaHandler),
    Route(ONE, OneMediaHandler),
    Route(f"{ONE}/state", MediaStateHandler),
    Route(f"{ONE}/finish", MediaFinishHandler),
    Route(f"{ONE}/again", MediaAgainHandler),
    Route(f"{ONE}/removal", MediaRemovalHandler),
    # Before those of what was made of a file, none of which is called so.
    Route(f"{ONE}/parts/{{part}}", MediaPartHandler),
]
