"""What is made of a recording: a plain video, one in segments, the sound alone, a picture of it.

Nothing is made larger than it came. Each picture in segments can begin anew every two seconds, in
both sizes at the same moments, so that a phone may change between them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.media.ffmpeg import ALIKE, BARE, THREADS, Broken, Input, run
from adapters.media.probing import Picture, Probed
from domain.files import UnfitFile
from domain.media.ports import Tell

# Shorter and longer side of the largest picture that is made, and how many a second.
TALL, WIDE, MOST_FPS = 720, 1280, 30.0
SMALL = 360
SEGMENT, KEY = 6, 2
# A step may take four times as long as the recording, as 4K at 60 pictures a second does on a slow
# machine, and this besides; but of none longer than a working day.
TIMES, BESIDES, MOST_SECONDS = 4, 300, 8 * 3600
# Of the sound alone, whatever the file around it adds; and what is tried when that was too much.
MOST_SOUND = 32_000
SOUND_RATES = ("24k", "20k", "16k")
FRONT = ("-movflags", "+faststart")
CANNOT = "音视频无法转换，文件可能已损坏或编码特殊，请用常用软件重新导出为 MP4 后再传。"
POSTER_SIDE = 1280


@dataclass(frozen=True, kw_only=True)
class Size:
    """One size in segments: its name, the bits a second of its picture at most, of its sound."""

    name: str
    short: int
    crf: int
    most: str
    buffer: str
    sound: str
    level: str
    codec: str


SIZES = (
    Size(
        name="720p", short=TALL, crf=23, most="1800k", buffer="3600k", sound="96k", level="3.1",
        codec="avc1.4d401f",
    ),
    Size(
        name="360p", short=SMALL, crf=25, most="500k", buffer="1000k", sound="64k", level="3.0",
        codec="avc1.4d401e",
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Source:
    """A recording on this machine, and what it is."""

    path: Path
    probed: Probed

    @property
    def input(self) -> Input:
        """As ffmpeg reads it."""
        return Input(path=self.path, format=self.probed.format)

    @property
    def seconds(self) -> float:
        """How long a step may take."""
        return min(BESIDES + TIMES * self.probed.duration_ms / 1000, MOST_SECONDS)


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A size as it was made of one recording."""

    size: Size
    width: int
    height: int


def fitted(picture: Picture, short: int) -> tuple[int, int]:
    """Width and height, even, no larger than it is, than so much and than a phone shows."""
    longest = short * WIDE // TALL
    scale = min(1.0, short / picture.short, longest / max(picture.width, picture.height))
    return _even(picture.width * scale), _even(picture.height * scale)


def rungs(picture: Picture) -> Sequence[Rung]:
    """The sizes that make sense for a picture, the largest first."""
    sizes = SIZES if picture.short > SMALL else SIZES[1:]
    made = []
    for size in sizes:
        width, height = fitted(picture, size.short)
        made.append(Rung(size=size, width=width, height=height))
    return made


def playable(probed: Probed) -> bool:
    """Whether phones play it as it is, put into another file."""
    picture = probed.picture
    return (
        picture is not None
        and picture.plain
        and picture.short <= TALL
        and max(picture.width, picture.height) <= WIDE
        and probed.sound in {"", "aac"}
    )


async def make_video(source: Source, to: Path, *, tell: Tell) -> tuple[int, int]:
    """H.264 with AAC, the index in front; its width and height. Raises UnfitFile."""
    picture = _picture(source)
    width, height = fitted(picture, TALL)
    if playable(source.probed):
        written = ["-c", "copy"]
        width, height = picture.width, picture.height
    else:
        written = [*_filter(source, width, height), *_h264(SIZES[0]), *_aac("96k", channels=2)]
    streams = ["-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn"]
    await _made(source, [*streams, *written, *FRONT, "-f", "mp4", f"file:{to}"], tell)
    return width, height


async def make_hls(source: Source, folder: Path, *, tell: Tell) -> Sequence[Rung]:
    """Segments and a playlist of each size, and the playlist of both. Raises UnfitFile."""
    picture = _picture(source)
    made = rungs(picture)
    words: list[str] = []
    for rung in made:
        words += ["-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn"]
        words += [*_filter(source, rung.width, rung.height), *_h264(rung.size)]
        words += [*_aac(rung.size.sound, channels=2), *_segments(folder, rung.size.name)]
    await _made(source, words, tell)
    heard = bool(source.probed.sound)
    playlist = _playlist(folder, made, heard=heard)
    (folder / "index.m3u8").write_text(playlist, encoding="utf-8")
    return made


async def make_audio(source: Source, to: Path, *, tell: Tell) -> None:
    """The sound alone, at most 32 kbit a second with all that the file adds. Raises UnfitFile.

    Of a second or less, what the file adds outweighs the sound: nobody waits for that.
    """
    for rate in SOUND_RATES:
        words = ["-map", "0:a:0", "-vn", "-sn", "-dn", "-af", "aresample=24000"]
        words += [*_aac(rate, channels=1), *FRONT, "-f", "mp4", f"file:{to}"]
        await _made(source, words, tell)
        if (
            await asyncio.to_thread(to.stat)
        ).st_size * 8000 <= MOST_SOUND * source.probed.duration_ms:
            return


async def make_poster(source: Source, to: Path) -> tuple[int, int]:
    """A picture from its beginning that is like those around it. Raises UnfitFile."""
    picture = _picture(source)
    width, height = fitted(picture, TALL)
    at = Input(
        path=source.path,
        format=source.probed.format,
        at=min(source.probed.duration_ms // 10, 60_000),
    )
    chosen = f"thumbnail=50,scale={width}:{height},setsar=1,format=yuvj420p"
    words = ["-map", "0:V:0", "-vf", chosen, "-frames:v", "1", "-q:v", "3", "-update", "1"]
    try:
        await run(
            [*at.words, *words, *BARE, *ALIKE, "-f", "image2", f"file:{to}"], seconds=source.seconds
        )
    except Broken:
        raise UnfitFile(CANNOT, because="cannot") from None
    return width, height


async def _made(source: Source, words: Sequence[str], tell: Tell) -> None:
    told = [*source.input.words, *BARE, *ALIKE, *words]
    try:
        await run(told, seconds=source.seconds, lasts=source.probed.duration_ms, tell=tell)
    except Broken:
        raise UnfitFile(CANNOT, because="cannot") from None


def _picture(source: Source) -> Picture:
    if source.probed.picture is None:
        raise UnfitFile("文件里没有画面。", because="no_picture")
    return source.probed.picture


def _filter(source: Source, width: int, height: int) -> list[str]:
    """Pictures at even times to the end: a slide that stands still may be a single one."""
    rate = min(_picture(source).fps, MOST_FPS)
    drawn = (
        f"fps={rate:g}:eof_action=pass,scale={width}:{height}:flags=bicubic,setsar=1,format=yuv420p"
    )
    lasts = f"{source.probed.duration_ms / 1000:.3f}"
    return ["-vf", f"{drawn},tpad=stop=-1:stop_mode=clone", "-t", lasts]


def _h264(size: Size) -> list[str]:
    return [
        *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-level", size.level),
        *("-crf", str(size.crf), "-maxrate", size.most, "-bufsize", size.buffer),
        *("-threads", THREADS, "-sc_threshold", "0", "-g", "600"),
        *("-force_key_frames", f"expr:gte(t,n_forced*{KEY})"),
    ]


def _aac(rate: str, *, channels: int) -> list[str]:
    return ["-c:a", "aac", "-b:a", rate, "-ac", str(channels)]


def _segments(folder: Path, name: str) -> list[str]:
    return [
        *("-f", "hls", "-hls_time", str(SEGMENT), "-hls_playlist_type", "vod"),
        *("-hls_flags", "independent_segments", "-hls_segment_type", "mpegts"),
        *("-start_number", "1", "-hls_segment_filename", f"file:{folder}/{name}-%05d.ts"),
        f"file:{folder}/{name}.m3u8",
    ]


def _playlist(folder: Path, made: Sequence[Rung], *, heard: bool) -> str:
    """What a player chooses by; rates are those of the segments as they came out (RFC 8216)."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rung in made:
        peak, average = _rates(folder, rung.size.name)
        codecs = f"{rung.size.codec},mp4a.40.2" if heard else rung.size.codec
        rates = f"BANDWIDTH={peak},AVERAGE-BANDWIDTH={average}"
        size = f'RESOLUTION={rung.width}x{rung.height},CODECS="{codecs}"'
        lines += [f"#EXT-X-STREAM-INF:{rates},{size}", f"{rung.size.name}.m3u8"]
    return "\n".join(lines) + "\n"


def _rates(folder: Path, name: str) -> tuple[int, int]:
    """Bits a second: of the densest segment, and of all."""
    peak, bits, seconds, lasts = 0.0, 0, 0.0, 0.0
    for line in (folder / f"{name}.m3u8").read_text(encoding="utf-8").splitlines():
        if line.startswith("#EXTINF:"):
            lasts = float(line.removeprefix("#EXTINF:").partition(",")[0])
        elif line and not line.startswith("#"):
            size = (folder / line).stat().st_size * 8
            peak = max(peak, size / max(lasts, 0.1))
            bits, seconds = bits + size, seconds + lasts
    return int(peak) + 1, int(bits / max(seconds, 0.1)) + 1


def _even(side: float) -> int:
    return max(round(side / 2) * 2, 2)
