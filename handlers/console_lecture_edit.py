"""Writing a version of a lecture in the console; what was typed is not lost when it is refused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from domain.lectures.lectures import named
from domain.lectures.programme import (
    ACCESSES,
    LIVE_KINDS,
    MOST_ATTACHMENTS,
    MOST_SIGNS,
    PLACES_OF,
    Access,
    LiveKind,
    Programme,
)
from domain.lectures.timeline import chapter_lines, cue_lines, proposed, read_timeline
from domain.lectures.versions import Version
from domain.media.assets import ASSET_STATES, Asset, Kind
from domain.staff.roles import Right
from domain.time import SHANGHAI
from domain.transactions import Conflict
from domain.versions import EDITABLE, VERSION_STATES
from handlers.console import ConsoleForm, ConsoleHandler, Typed
from handlers.console_lectures import LECTURES, MAY, VERSIONS, Line, Tag, compared
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import LocalTime, Paragraphs
from handlers.live_script import OUTLINE, TIMELINE
from handlers.pages import HTML
from handlers.roster_forms import or_nothing

Count = Annotated[int, Field(strict=False)]
Some = Annotated[Count | None, BeforeValidator(or_nothing)]
FileId = Annotated[str, Field(max_length=64)]
Long = Annotated[Paragraphs, Field(max_length=2 * MOST_SIGNS["outline"])]


class LectureForm(ConsoleForm):
    """All that an editor says of a lecture, but the timeline."""

    move: Literal["write"] = Field(title="办理")
    tag: Tag = Field(default="", title="版本")
    over: Tag = Field(default="", title="以我填写的内容为准")
    title: Line = Field(default="", title="标题")
    series: FileId = Field(default="", title="系列")
    topic: Line = Field(default="", title="主题")
    speaker: Line = Field(default="", title="主讲人")
    speaker_post: Line = Field(default="", title="主讲人单位和职务")
    audience: Line = Field(default="", title="适合谁听")
    begins_at: LocalTime = Field(default=None, title="开始时间")
    ends_at: LocalTime = Field(default=None, title="结束时间")
    live_kind: Literal["none", "channels", "other"] = Field(default="none", title="直播方式")
    live_address: Line = Field(default="", title="直播地址")
    access: Literal["public", "signed_in", "real_named", "registered"] = Field(
        default="public", title="谁可以看回放"
    )
    places: Some = Field(default=None, title="报名名额")
    certificate_percent: Some = Field(default=None, title="发证须看满")
    outline: Long = Field(default="", title="内容提要")
    cover: FileId = Field(default="", title="封面")
    slides: FileId = Field(default="", title="课件")
    recording: FileId = Field(default="", title="录像")
    subtitles: FileId = Field(default="", title="字幕")
    attachments: list[FileId] = Field(default=[], max_length=MOST_ATTACHMENTS, title="附件")

    @field_validator("attachments", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    def programme(self) -> Programme:
        """As the domain takes it."""
        given = self.model_dump(exclude={"move", "tag", "over", "xsrf"})
        return Programme(
            **{
                **given,
                "live_kind": LiveKind(self.live_kind),
                "access": Access(self.access),
                "attachments": tuple(dict.fromkeys(self.attachments)),
            }
        )


class TimelineForm(ConsoleForm):
    """Chapters and pages, a line each; or the wish for a proposal."""

    move: Literal["time"] = Field(title="办理")
    wish: Literal["", "propose", "accept"] = Field(default="", title="翻页建议")
    tag: Tag = Field(default="", title="版本")
    over: Tag = Field(default="", title="以我填写的内容为准")
    chapters: Long = Field(default="", title="章节")
    cues: Long = Field(default="", title="课件翻页")

    def timed(self, programme: Programme) -> Programme:
        """With what was typed; raises Invalid naming every line that cannot be read."""
        chapters, cues = read_timeline(self.chapters, self.cues)
        return replace(programme, chapters=chapters, cues=cues)


class _EditPage(ConsoleHandler):
    back = (LECTURES, "返回云讲堂")

    async def editable(self, version_id: str) -> Version:
        """A version that may be written; raises NotFound, Conflict."""
        version = await self.house.lectures.desk.version(version_id)
        if version.state not in EDITABLE:
            state = VERSION_STATES[version.state]
            raise Conflict(f"这个版本目前的状态是“{state}”，不能修改。")
        return version

    async def files_of(self, version: Version) -> Sequence[Asset]:
        """Those of its lecture."""
        return await self.house.lectures.files.of(named(version.lecture_id))

    async def against(
        self, version: Version, typed: Typed, wanted: Programme | None
    ) -> Mapping[str, object]:
        """What a form is saved against, and what differs when somebody else was faster.

        It stays what was seen when the form was first opened: only ``over``, which is asked for by
        a button of its own beside the differences, goes over what stands now.
        """
        move = next(iter(typed.values.get("move", ())), "")
        sections = None
        if wanted is not None:
            found = await compared(self.house.lectures, version.programme, wanted)
            sections = [one for one in found if one.differs]
        return {
            "tag": typed.of(move, "tag") if move else version.tag,
            "sections": sections,
            "over": version.tag if wanted is not None and version.state in EDITABLE else "",
        }


class LectureEditHandler(_EditPage):
    """The form of one version."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "The form of a version of a lecture, as a page",
        answers={200: HTML},
        refusals=frozenset({404, 409}),
    )
    async def get(self, version_id: str) -> None:
        """Once it is under review it is not written any more."""
        await self.show_form(await self.editable(version_id), HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Write a version of a lecture anew",
        form=LectureForm,
        long_form=True,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, version_id: str) -> None:
        """Against the state that was seen: who else wrote meanwhile is named."""

        async def do() -> None:
            form = self.read_form_of_mine(LectureForm)
            await self.house.lectures.desk.write(
                self.act(),
                version_id=version_id,
                tag=form.over or form.tag,
                programme=form.programme(),
            )
            self.lead(f"{VERSIONS}/{version_id}")

        async def again(status: int, typed: Typed) -> None:
            version = await self.house.lectures.desk.version(version_id)
            await self.show_form(version, status, typed)

        await self.attempt(do, again)

    async def show_form(self, version: Version, status: int, typed: Typed) -> None:
        """The form, with what was typed and what is wrong with it."""
        wanted = None
        if status == HTTPStatus.PRECONDITION_FAILED:
            now = version.programme
            wanted = replace(
                self.read_form(LectureForm).programme(), chapters=now.chapters, cues=now.cues
            )
        files = await self.files_of(version)
        self.page(
            status,
            "console_lecture_edit.html",
            version=version,
            programme=version.programme,
            series=await self.house.lectures.desk.series(),
            files=_offered(files, chosen=_chosen(version, typed)),
            words=ASSET_STATES,
            live_kinds=LIVE_KINDS,
            accesses=ACCESSES,
            most=MOST_SIGNS,
            local=local,
            typed=typed,
            scripts=(OUTLINE,),
            **await self.against(version, typed, wanted),
        )


class TimelineHandler(_EditPage):
    """Chapters and pages of one version."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "The timeline of a version of a lecture, as a page",
        answers={200: HTML},
        refusals=frozenset({404, 409}),
    )
    async def get(self, version_id: str) -> None:
        """With the recording to play beside."""
        await self.show_timeline(await self.editable(version_id), HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Set chapters and pages of a version of a lecture, or have pages proposed",
        form=TimelineForm,
        long_form=True,
        answers={200: HTML, 303: HTML},
        refusals=MAY,
    )
    async def post(self, version_id: str) -> None:
        """A proposal is shown only: it counts once it was looked at and set."""
        form = self.read_form_of_mine(TimelineForm)
        if form.wish:
            await self._propose(version_id, form)
            return

        async def do() -> None:
            chapters, cues = read_timeline(form.chapters, form.cues)
            await self.house.lectures.desk.set_timeline(
                self.act(),
                version_id=version_id,
                tag=form.over or form.tag,
                chapters=chapters,
                cues=cues,
            )
            self.lead(f"{VERSIONS}/{version_id}")

        async def again(status: int, typed: Typed) -> None:
            version = await self.house.lectures.desk.version(version_id)
            await self.show_timeline(version, status, typed)

        await self.attempt(do, again)

    async def _propose(self, version_id: str, form: TimelineForm) -> None:
        """Pages that somebody has set stay until the proposal is accepted."""
        version = await self.editable(version_id)
        lines, why = await self._proposed(version)
        taken = form.wish == "accept" or not form.cues.strip()
        typed = Typed(
            why=[why] if why else [],
            values={
                "move": [form.move],
                "tag": [form.tag],
                "chapters": [form.chapters],
                "cues": [lines if lines and taken else form.cues],
            },
        )
        await self.show_timeline(version, HTTPStatus.OK, typed, proposal="" if taken else lines)

    async def _proposed(self, version: Version) -> tuple[str, str]:
        """Lines of pages, or why there are none."""
        files = await self.house.lectures.files.whole(version.programme.files)
        recording = files.get(version.programme.recording)
        slides = files.get(version.programme.slides)
        if not (recording and recording.ready and slides and slides.ready):
            return "", "录像和课件处理完成后才能提出建议。"
        cues = proposed(recording.found.changes, slides.found.pages)
        # The first page, which every recording begins with, is no change.
        if not cues[1:]:
            return "", "没有找到画面变化，请手工标记。"
        return cue_lines(cues), ""

    async def show_timeline(
        self, version: Version, status: int, typed: Typed, *, proposal: str = ""
    ) -> None:
        """With what was typed."""
        programme, wanted = version.programme, None
        if status == HTTPStatus.PRECONDITION_FAILED:
            wanted = self.read_form(TimelineForm).timed(programme)
        files = await self.house.lectures.files.some(programme.files)
        self.page(
            status,
            "console_lecture_timeline.html",
            version=version,
            programme=programme,
            recording=files.get(programme.recording),
            slides=files.get(programme.slides),
            chapters=chapter_lines(programme.chapters),
            cues=cue_lines(programme.cues),
            proposal=proposal,
            typed=typed,
            scripts=(TIMELINE,),
            **await self.against(version, typed, wanted),
        )


def _chosen(version: Version, typed: Typed) -> frozenset[str]:
    """The files of a version, and those that were chosen in the form."""
    names = (*PLACES_OF, "attachments")
    given = (one for name in names for one in typed.values.get(name, ()))
    return frozenset((*version.programme.files, *given))


def _offered(files: Sequence[Asset], *, chosen: Collection[str]) -> Mapping[str, Sequence[Asset]]:
    """Files by what they are for: what failed is no choice, but is not hidden where it is one."""
    fit = [one for one in files if not one.failed or one.id in chosen]
    return {kind.value: [one for one in fit if one.kind is kind] for kind in Kind}


def local(at: datetime | None) -> str:
    """As a field of a form takes it: 2026-11-30T09:00, Shanghai."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}" if at else ""


ROUTES = [
    Route(f"{VERSIONS}/{{version_id}}/edit", LectureEditHandler),
    Route(f"{VERSIONS}/{{version_id}}/timeline", TimelineHandler),
]
