"""What a recording is: read by ffmpeg, and gone through once from beginning to end.

ffmpeg names no broken index or missing end by a code, so its words are read; but among them it
prints what is written in the file, line breaks and all. So what the streams are is read from what
it says of its output, which takes nothing of that over, and complaints from the lines that bear the
name of one of its parts. What a file says of its length is believed only as far as its contents
reach.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.media.ffmpeg import BARE, Broken, Input, run, said_of
from domain.files import UnfitFile
from domain.media.ports import Tell

SECONDS_TO_OPEN = 60
# A fast disk gives gigabytes within these.
SECONDS_TO_READ = 1800
LONGEST_MS = 12 * 3600 * 1000
SHORTEST_MS = 500
# As it is written, whatever shape it is shown in: what it takes to look at a picture. And of these
# so many a second, counted, whatever the file says.
LARGEST_SIDE, MOST_PIXELS = 8192, 4096 * 2304
MOST_FRAMES = 120
USUAL_FPS = 25.0
MOST_FPS = 60.0
# No more than twice as many pictures are made as came; of a screen on which little moves, as many a
# second as it takes to see a slide turn.
STILL_FPS = 5.0
# How far what is there may fall short of what the file says.
SHORT_MS, SHORT_PART = 2000, 50
# Where it is looked whether pictures come: in hundredths of its length.
LOOKS = (0, 40, 80)
READ_UNTIL, DONE = 80, 100

NO_INDEX = (
    "视频没有索引（moov），多半是录制或导出没有正常结束，无法播放。"
    "请用录制软件修复或重新导出后再传。"
)
BROKEN_INDEX = "视频的索引已损坏，读不出画面或声音，请重新导出后再传。"
BROKEN = "音视频文件已损坏，无法读取，请重新导出后再传。"
TOO_LARGE = "画面有 {}×{} 像素，最多 4096×2304（4K），请导出为 1080p 或 4K 后再传。"
TOO_MANY = "画面每秒超过 {} 帧，请导出为每秒 25 至 60 帧后再传。"
NOTHING = "文件里既没有画面也没有声音，请重新选择。"
ENCRYPTED = "音视频有版权加密，无法处理，请换成未加密的文件。"

OUTPUT = "\nOutput #0, null, to 'pipe:':\n"
MAPPED = ("-map", "0:V:0?", "-map", "0:a:0?")
NULL = (*BARE, "-f", "null", "-")
EMPTY = "Output file does not contain any stream"
DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d)\.(\d\d)", re.MULTILINE)
PICTURE = re.compile(r"^  Stream #0:\d+: Video: (\w+)(?: \(([^)/]*)\))?(.*)", re.MULTILINE)
SOUND = re.compile(r"^  Stream #0:\d+: Audio: (\w+)", re.MULTILINE)
SIZE = re.compile(r"[ ,](\d{2,5})x(\d{2,5})[ ,\[]")
PIXELS = re.compile(r"SAR (\d+):(\d+)")
RATE = re.compile(r"([\d.]+) fps")
TURNED = re.compile(r"rotation of (-?\d+)")
FRAMES = re.compile(r"frame=\s*(\d+)")
PLAYED = re.compile(r"time=(\d+):(\d\d):(\d\d)\.(\d\d)")
H264_PROFILES = frozenset({"Constrained Baseline", "Baseline", "Main", "High"})
QUARTER, HALF = 90, 180


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The pictures of a recording, upright and with square pixels; ``plain`` as phones play them.

    ``profile`` is of H.264 only.
    """

    codec: str
    profile: str
    width: int
    height: int
    fps: float
    plain: bool

    @property
    def short(self) -> int:
        """Its shorter side."""
        return min(self.width, self.height)


@dataclass(frozen=True, kw_only=True)
class Probed:
    """What a recording is; ``sound`` names the codec, empty where it has none."""

    format: str
    duration_ms: int
    picture: Picture | None
    sound: str


async def probe(path: Path, reading: str, *, tell: Tell) -> Probed:
    """Open it, go through it, and look for pictures at its beginning, middle and end.

    Raises:
        UnfitFile: it is broken, not whole, encrypted, too long, or has nothing in it; its picture
            is too large, or there are too many a second.
    """
    source = Input(path=path, format=reading)
    words = ["-nostats", *source.words, *MAPPED, "-c", "copy", "-t", "0", *NULL]
    opened = (await said_of(words, seconds=SECONDS_TO_OPEN)).said
    streams = _streams(opened, reading)
    picture, sound = _picture(streams), SOUND.search(streams)
    if picture is None and sound is None:
        raise UnfitFile(NOTHING, because="nothing")
    declared = _time(DURATION.search(opened))
    duration, frames = await _gone_through(source, declared, tell)
    _judge(duration, frames)
    await _looked(source, duration, seen=picture is not None, heard=sound is not None)
    await tell(DONE)
    return Probed(
        format=reading,
        duration_ms=duration,
        picture=picture and replace(picture, fps=_rate(picture.fps, duration, frames)),
        sound=sound[1] if sound else "",
    )


def _streams(opened: str, reading: str) -> str:
    """What ffmpeg says of the streams that it found."""
    if _complains(opened, "moov atom not found"):
        raise UnfitFile(NO_INDEX, because="no_index")
    streams = _of_output(opened)
    if "(encv" in streams or "(enca" in streams or _complains(opened, "encrypted"):
        raise UnfitFile(ENCRYPTED, because="encrypted")
    broken = BROKEN_INDEX if reading == "mov" else BROKEN
    if not streams:
        raise UnfitFile(broken, because="broken")
    # Here a file may only choose with which words it is refused.
    if EMPTY in streams and reading == "mov" and "Stream #0" not in opened:
        raise UnfitFile(broken, because="broken")
    return streams


def _of_output(said: str) -> str:
    """What it says since it began to write; empty where it did not come to that."""
    _, begun, after = said.rpartition(OUTPUT)
    return after if begun else ""


def _complains(said: str, words: str) -> bool:
    """Whether a part of ffmpeg says so: what a file says of itself stands further in."""
    lines = (line.lower() for line in said.splitlines() if line.startswith("["))
    return any(words in line for line in lines)


def _picture(streams: str) -> Picture | None:
    found = PICTURE.search(streams)
    if found is None:
        return None
    size = SIZE.search(found[3])
    if size is None:
        raise UnfitFile(BROKEN_INDEX, because="broken")
    width, height = int(size[1]), int(size[2])
    picture = _upright(found, width, height, streams)
    longest = max(width, height, picture.width, picture.height)
    if width * height > MOST_PIXELS or longest > LARGEST_SIDE:
        raise UnfitFile(TOO_LARGE.format(width, height), because="too_large")
    return picture


def _upright(found: re.Match[str], width: int, height: int, streams: str) -> Picture:
    pixels, rate, turned = PIXELS.search(found[3]), RATE.search(found[3]), TURNED.search(streams)
    wide, tall = (int(pixels[1]), int(pixels[2])) if pixels else (1, 1)
    square = wide == tall or not wide or not tall
    if not square:
        width = max(width * wide // tall, 2)
    angle = int(turned[1]) % HALF if turned else 0
    if angle == QUARTER:
        width, height = height, width
    profile = (found[2] or "").strip()
    fps = float(rate[1]) if rate and 1 <= float(rate[1]) <= MOST_FPS else USUAL_FPS
    plain = found[1] == "h264" and profile in H264_PROFILES and "yuv420p" in found[3]
    return Picture(
        codec=found[1],
        profile=profile,
        width=width,
        height=height,
        fps=fps,
        plain=plain and square and turned is None,
    )


async def _gone_through(source: Input, declared: int, tell: Tell) -> tuple[int, int]:
    """How long it is, in ms, and how many pictures there are, by what is in it."""
    words = [*source.words, *MAPPED, "-c", "copy", *NULL]
    try:
        said = await run(
            ["-stats", *words],
            seconds=SECONDS_TO_READ,
            lasts=declared,
            tell=tell,
            until=READ_UNTIL,
        )
    except Broken:
        raise UnfitFile(BROKEN, because="broken") from None
    there = _last_time(said)
    if not there:
        raise UnfitFile(BROKEN_INDEX if source.format == "mov" else BROKEN, because="broken")
    missing = max(SHORT_MS, declared // SHORT_PART)
    if declared and (there + missing < declared or _complains(said, "partial file")):
        detail = (
            f"文件不完整：标明长 {_in_words(declared)}，实际只有 {_in_words(there)}，"
            "可能没有复制或下载完，请重新导出后再传。"
        )
        raise UnfitFile(detail, because="not_whole")
    shown = FRAMES.findall(_of_output(said))
    return there, int(shown[-1]) if shown else 0


def _judge(duration: int, frames: int) -> None:
    if duration < SHORTEST_MS:
        raise UnfitFile("录像太短，里面几乎没有内容，请检查后再传。", because="too_short")
    if duration > LONGEST_MS:
        raise UnfitFile("录像超过 12 小时，请拆分后再传。", because="too_long")
    # The last second may be less than one.
    if frames > MOST_FRAMES * (duration // 1000 + 1):
        raise UnfitFile(TOO_MANY.format(MOST_FRAMES), because="too_many_frames")


def _rate(said: float, duration: int, frames: int) -> float:
    return min(said, max(2 * frames * 1000 / duration, STILL_FPS))


async def _looked(source: Input, duration: int, *, seen: bool, heard: bool) -> None:
    """Whether what the index points at is what it says."""
    # What has no index is read on from its beginning.
    places = LOOKS if source.format == "mov" else LOOKS[:1]
    for place in places if seen else ():
        at = Input(path=source.path, format=source.format, at=duration * place // 100)
        words = [*at.words, "-map", "0:V:0", "-t", "2", *NULL]
        ended = await said_of(["-stats", *words], seconds=SECONDS_TO_OPEN)
        shown = FRAMES.findall(_of_output(ended.said))
        if not shown or int(shown[-1]) == 0:
            raise UnfitFile(BROKEN_INDEX, because="broken")
    if heard:
        words = [*source.words, "-map", "0:a:0", "-t", "2", *NULL]
        ended = await said_of(["-stats", *words], seconds=SECONDS_TO_OPEN)
        if ended.code != 0 or not _last_time(ended.said):
            raise UnfitFile(BROKEN_INDEX, because="broken")


def _last_time(said: str) -> int:
    times = list(PLAYED.finditer(_of_output(said)))
    return _time(times[-1]) if times else 0


def _time(found: re.Match[str] | None) -> int:
    if found is None:
        return 0
    hours, minutes, seconds, hundredths = map(int, found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + hundredths * 10


def _in_words(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"
