"""What a version of a lecture says, and what it must say before it may be shown.

Moments of a recording are whole milliseconds from its beginning.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import Enum

from domain.errors import Fault, Invalid
from domain.media.assets import KINDS, Asset, Kind

LONGEST = timedelta(days=3)
MOST_CHAPTERS = 100
MOST_CUES = 1000
MOST_ATTACHMENTS = 10
MOST_PLACES = 100_000
MOST_SIGNS: Mapping[str, int] = {
    "title": 60,
    "topic": 60,
    "speaker": 40,
    "speaker_post": 80,
    "audience": 100,
    "live_address": 300,
    "outline": 20_000,
}
CHAPTER_SIGNS = 60
WHOLE = 100
FINDER = re.compile(r"sph[A-Za-z0-9]{3,37}")


class Access(Enum):
    """Who may watch the replay."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    REAL_NAMED = "real_named"
    REGISTERED = "registered"


ACCESSES: Mapping[Access, str] = {
    Access.PUBLIC: "所有人",
    Access.SIGNED_IN: "登录用户",
    Access.REAL_NAMED: "已实名的用户",
    Access.REGISTERED: "已报名的用户",
}


class LiveKind(Enum):
    """Where it is held live."""

    NONE = "none"
    CHANNELS = "channels"
    OTHER = "other"


LIVE_KINDS: Mapping[LiveKind, str] = {
    LiveKind.NONE: "不直播",
    LiveKind.CHANNELS: "微信视频号",
    LiveKind.OTHER: "其他地址",
}


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A part of the recording, from this moment on."""

    at_ms: int
    title: str


@dataclass(frozen=True, kw_only=True)
class Cue:
    """From this moment on this page of the slides is shown, counted from 1."""

    at_ms: int
    page: int


@dataclass(frozen=True, kw_only=True)
class Programme:
    """All that an editor says of a lecture.

    ``live_address`` is a finderUserName of WeChat Channels, or an https address. ``places`` is how
    many may register, None for no registration at all. ``certificate_percent`` of the recording
    must be watched for a certificate; None for none. ``outline`` is clean HTML. ``cover`` and the
    like are ids of files.
    """

    title: str = ""
    series: str = ""
    topic: str = ""
    speaker: str = ""
    speaker_post: str = ""
    audience: str = ""
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    live_kind: LiveKind = LiveKind.NONE
    live_address: str = ""
    access: Access = Access.PUBLIC
    places: int | None = None
    certificate_percent: int | None = None
    outline: str = ""
    cover: str = ""
    slides: str = ""
    recording: str = ""
    subtitles: str = ""
    attachments: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    cues: tuple[Cue, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The ids of all its files."""
        single = (self.cover, self.slides, self.recording, self.subtitles)
        return tuple(one for one in (*single, *self.attachments) if one)


FIELDS = tuple(field.name for field in fields(Programme))
LABELS: Mapping[str, str] = {
    "title": "标题",
    "series": "系列",
    "topic": "主题",
    "speaker": "主讲人",
    "speaker_post": "主讲人单位和职务",
    "audience": "适合谁听",
    "begins_at": "开始时间",
    "ends_at": "结束时间",
    "live_kind": "直播方式",
    "live_address": "直播地址",
    "access": "谁可以看回放",
    "places": "报名名额",
    "certificate_percent": "发证须看满",
    "outline": "内容提要",
    "cover": "封面",
    "slides": "课件",
    "recording": "录像",
    "subtitles": "字幕",
    "attachments": "附件",
    "chapters": "章节",
    "cues": "课件翻页",
}
PLACES_OF: Mapping[str, Kind] = {
    "cover": Kind.COVER,
    "slides": Kind.SLIDES,
    "recording": Kind.RECORDING,
    "subtitles": Kind.SUBTITLES,
}


def page_at(cues: Sequence[Cue], at_ms: int) -> int:
    """The page shown at a moment; the first before the first cue."""
    return next((cue.page for cue in reversed(cues) if cue.at_ms <= at_ms), 1)


def moment_of(cues: Sequence[Cue], page: int) -> int | None:
    """When a page is shown first; None for one that never is."""
    return next((cue.at_ms for cue in cues if cue.page == page), None)


def check(programme: Programme) -> None:
    """Raise Invalid with everything that no version may say, finished or not."""
    faults = [*_texts(programme), *_times(programme), *_live(programme), *_counts(programme)]
    faults += [*_chapters(programme), *_cues(programme)]
    if faults:
        raise Invalid(faults)


def check_whole(programme: Programme, assets: Mapping[str, Asset], *, of: str) -> None:
    """Raise Invalid with everything that keeps it from being shown.

    ``assets`` are those of its files that there are; each must be ready and belong to ``of``.
    """
    check(programme)
    needed = ("title", "series", "topic", "speaker", "audience", "begins_at", "ends_at", "outline")
    faults = [
        fault(name, "missing", f"请填写“{LABELS[name]}”。")
        for name in needed
        if not getattr(programme, name)
    ]
    if programme.live_kind is LiveKind.NONE and not programme.recording:
        faults.append(fault("recording", "missing", "没有直播的讲座须有录像。"))
    for name, kind in PLACES_OF.items():
        faults += _file(name, getattr(programme, name), kind, assets, of)
    for one in programme.attachments:
        faults += _file("attachments", one, Kind.DOCUMENT, assets, of)
    faults += [*_alone(programme), *_within(programme, assets)]
    if faults:
        raise Invalid(faults)


def fault(name: str, code: str, detail: str) -> Fault:
    """One of a field, by its name or a pointer under it."""
    return Fault(pointer=f"/{name}", code=code, detail=detail)


def _texts(programme: Programme) -> Iterator[Fault]:
    for name, most in MOST_SIGNS.items():
        if len(getattr(programme, name)) > most:
            yield fault(name, "too_long", f"“{LABELS[name]}”最多 {most} 个字。")


def _times(programme: Programme) -> Iterator[Fault]:
    begins, ends = programme.begins_at, programme.ends_at
    if begins and ends and not begins < ends <= begins + LONGEST:
        yield fault("ends_at", "order", "“结束时间”应晚于“开始时间”，且不超过 3 天。")


def _live(programme: Programme) -> Iterator[Fault]:
    address = programme.live_address
    if programme.live_kind is LiveKind.CHANNELS and not _finder_user_name(address):
        yield fault(
            "live_address", "finder", "视频号直播请填写视频号 ID（以 sph 开头，在视频号助手查看）。"
        )
    if programme.live_kind is LiveKind.OTHER and not _https(address):
        yield fault("live_address", "address", "直播地址应以 https:// 开头，且不含空格。")
    if programme.live_kind is LiveKind.NONE and address:
        yield fault("live_address", "unused", "选择“不直播”时不填直播地址。")


def _finder_user_name(text: str) -> bool:
    """WeChat Channels' id of an account: sph and signs (wx.openChannelsLive, finderUserName)."""
    return bool(FINDER.fullmatch(text))


def _https(text: str) -> bool:
    host = text.removeprefix("https://")
    return text.startswith("https://") and bool(host.strip("/")) and text.split() == [text]


def _counts(programme: Programme) -> Iterator[Fault]:
    places, percent = programme.places, programme.certificate_percent
    if places is not None and not 1 <= places <= MOST_PLACES:
        yield fault("places", "range", f"“报名名额”应为 1 至 {MOST_PLACES}。")
    if percent is not None and not 1 <= percent <= WHOLE:
        yield fault("certificate_percent", "range", "“发证须看满”应为 1 至 100。")
    if len(programme.attachments) > MOST_ATTACHMENTS:
        yield fault("attachments", "too_many", f"附件最多 {MOST_ATTACHMENTS} 个。")


def _chapters(programme: Programme) -> Iterator[Fault]:
    if len(programme.chapters) > MOST_CHAPTERS:
        yield fault("chapters", "too_many", f"章节最多 {MOST_CHAPTERS} 个。")
    before = -1
    for n, one in enumerate(programme.chapters):
        if not 0 < len(one.title) <= CHAPTER_SIGNS:
            detail = f"第 {n + 1} 个章节的标题应为 1 至 {CHAPTER_SIGNS} 个字。"
            yield fault(f"chapters/{n}", "title", detail)
        if one.at_ms <= before:
            yield fault(f"chapters/{n}", "order", f"第 {n + 1} 个章节应晚于前一个。")
        before = one.at_ms


def _cues(programme: Programme) -> Iterator[Fault]:
    if len(programme.cues) > MOST_CUES:
        yield fault("cues", "too_many", f"翻页点最多 {MOST_CUES} 个。")
    before = -1
    for n, one in enumerate(programme.cues):
        if one.at_ms <= before:
            yield fault(f"cues/{n}", "order", f"第 {n + 1} 个翻页点应晚于前一个。")
        if one.page < 1:
            yield fault(f"cues/{n}", "page", f"第 {n + 1} 个翻页点的页码应从 1 起。")
        before = one.at_ms


def _file(
    name: str, asset_id: str, kind: Kind, assets: Mapping[str, Asset], of: str
) -> Iterator[Fault]:
    if not asset_id:
        return
    asset = assets.get(asset_id)
    if asset is None or asset.of != of or asset.kind is not kind:
        yield fault(name, "unknown", f"“{LABELS[name]}”所选的文件已不存在，请重新选择。")
    elif asset.failed:
        detail = f"{KINDS[kind]}“{asset.name}”处理失败，请换用其他文件后送审。"
        yield fault(name, "failed", detail)
    elif not asset.ready:
        yield fault(name, "not_ready", f"{KINDS[kind]}“{asset.name}”尚未处理完成，不能送审。")


def _alone(programme: Programme) -> Iterator[Fault]:
    """What makes no sense without something else."""
    if programme.access is Access.REGISTERED and programme.places is None:
        yield fault("places", "alone", "回放只供已报名的用户观看时，须填报名名额。")
    for name in ("subtitles", "chapters"):
        if getattr(programme, name) and not programme.recording:
            yield fault(name, "alone", f"没有录像时不设“{LABELS[name]}”。")
    if programme.cues and not (programme.recording and programme.slides):
        yield fault("cues", "alone", "课件翻页须有录像和课件。")


def _within(programme: Programme, assets: Mapping[str, Asset]) -> Iterator[Fault]:
    recording, slides = assets.get(programme.recording), assets.get(programme.slides)
    if recording and recording.ready:
        for name in ("chapters", "cues"):
            for n, one in enumerate(getattr(programme, name)):
                if one.at_ms >= recording.found.duration_ms:
                    detail = f"“{LABELS[name]}”第 {n + 1} 个晚于录像的结尾。"
                    yield fault(f"{name}/{n}", "beyond", detail)
    if slides and slides.ready:
        for n, cue in enumerate(programme.cues):
            if cue.page > slides.found.pages:
                detail = f"第 {n + 1} 个翻页点的页码超过课件的 {slides.found.pages} 页。"
                yield fault(f"cues/{n}", "page", detail)
