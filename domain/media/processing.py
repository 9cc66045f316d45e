"""How a file is worked on: the steps by kind, and what each of them changes.

The steps go one after another. What a step made is kept under names of its own, so that a step
which is worked again, because its worker was killed, takes the place of what it made before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.files import UnfitFile
from domain.media.assets import Asset, AssetState, Kind, Step, StepState
from domain.media.ports import Made
from domain.transactions import Conflict

# Recordings take hours, and have places of their own beside all other files.
WORK, RECORDING = "media.work", "media.recording"
SWEEP = "media.sweep"

JOIN, PROBE, VIDEO, HLS, AUDIO, POSTER = "join", "probe", "video", "hls", "audio", "poster"
CHANGES, PDF, PAGES, CUES, PICTURE, DOCUMENT = (
    *("changes", "pdf", "pages"),
    *("cues", "picture", "document"),
)
STEPS: Mapping[Kind, Sequence[str]] = {
    Kind.RECORDING: (JOIN, PROBE, VIDEO, HLS, AUDIO, POSTER, CHANGES),
    Kind.SLIDES: (JOIN, PDF, PAGES),
    Kind.SUBTITLES: (JOIN, CUES),
    Kind.COVER: (JOIN, PICTURE),
    Kind.DOCUMENT: (JOIN, DOCUMENT),
}
STEP_WORDS: Mapping[str, str] = {
    JOIN: "合并并核对文件",
    PROBE: "识别格式与时长",
    VIDEO: "转换视频",
    HLS: "生成分段视频（720p、360p）",
    AUDIO: "提取省流量的声音",
    POSTER: "截取封面",
    CHANGES: "查找画面切换",
    PDF: "读取课件",
    PAGES: "逐页转换为图片",
    CUES: "检查字幕",
    PICTURE: "处理图片",
    DOCUMENT: "检查附件",
}
# What has no picture needs none of these, and what has no sound needs no sound.
OF_PICTURE = frozenset({VIDEO, HLS, POSTER, CHANGES})
OF_SOUND = frozenset({AUDIO})
WHOLE = 100
# Why a step fails that may go well another time: the machine was slow, a program is missing, gave
# up or may not be kept apart here, the store had lost something, all files together were too much.
# Whatever else a file is unfit for, it stays unfit for.
PASSING = frozenset(
    {
        *("given_up", "lost", "no_office", "not_apart", "no_room", "not_converted"),
        *("too_slow", "cannot", "unreadable"),
    }
)
# Before the message is put aside for an operator, the editor is told.
MOST_FAILURES = 18


class NotFailed(Conflict):
    """Only what failed is run again."""

    code = "not_failed"
    title = "不需要重新处理"


class UnfitForGood(Conflict):
    """The file would fail again."""

    code = "unfit_for_good"
    title = "重新处理不会成功"


def topic_of(asset: Asset) -> str:
    """Among which messages the work on it waits."""
    return RECORDING if asset.kind is Kind.RECORDING else WORK


def planned(asset: Asset, now: datetime) -> Asset:
    """All of it is there; the work begins."""
    steps = tuple(Step(name=name) for name in STEPS[asset.kind])
    return asset.moved(now, state=AssetState.PROCESSING, steps=steps)


def next_step(asset: Asset) -> str | None:
    """What is to be done; None when nothing is, or when it failed."""
    if asset.state is not AssetState.PROCESSING:
        return None
    return next((one.name for one in asset.steps if one.state is not StepState.DONE), None)


def done(asset: Asset, step: str, made: Made, now: datetime) -> Asset:
    """A step is over; with the last one the file may be shown."""
    steps = tuple(
        replace(one, state=StepState.DONE, percent=WHOLE, why="") if one.name == step else one
        for one in asset.steps
        if one.name not in made.needless
    )
    names = {one.name for one in made.renditions}
    kept = [one for one in asset.renditions if one.name not in names]
    over = all(one.state is StepState.DONE for one in steps)
    return asset.moved(
        now,
        state=AssetState.READY if over else asset.state,
        steps=steps,
        renditions=(*kept, *made.renditions),
        found=made.found or asset.found,
        sha256=made.sha256 or asset.sha256,
    )


def failed(asset: Asset, step: str, unfit: UnfitFile, now: datetime) -> Asset:
    """The file is not fit for a step; why is for the editor to read."""
    for_good = unfit.because not in PASSING
    steps = tuple(
        replace(one, state=StepState.FAILED, why=unfit.detail, unfit=for_good)
        if one.name == step
        else one
        for one in asset.steps
    )
    return asset.moved(now, state=AssetState.FAILED, steps=steps)


def again(asset: Asset, now: datetime) -> Asset:
    """What failed is to be worked once more, from the step that failed.

    Raises:
        NotFailed: it did not fail.
        UnfitForGood: it would fail again.
    """
    if not asset.failed:
        raise NotFailed("这个文件没有处理失败，不需要重新处理。")
    if not asset.may_be_tried_again:
        raise UnfitForGood("失败的原因在文件本身，重新处理也不会成功。请把文件改好后重新上传。")
    steps = tuple(
        Step(name=one.name) if one.state is not StepState.DONE else one for one in asset.steps
    )
    return asset.moved(now, state=AssetState.PROCESSING, steps=steps)
