"""ffmpeg as a child of ours: it ends with us, in time, within its memory, and reads one file.

It is told how the one input is to be read, by what its bytes are, and may open nothing but files
of this machine by name; the formats that name further files are never chosen. What it writes is
limited in size. It is ended when who waits for it is cancelled.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import structlog

from adapters.processes import ended, limited
from domain.errors import Unavailable
from domain.files import UnfitFile
from domain.media.ports import Tell

log = structlog.get_logger()

GIB = 1 << 30
MOST_MEMORY = 4 * GIB
MOST_WRITTEN = 8 * GIB
THREADS = "2"
# Of what it says, at the beginning and at the end.
KEPT = 1 << 16
# Nothing of the moment goes into what is made: the same file gives the same bytes.
ALIKE = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
BARE = ("-map_metadata", "-1", "-map_chapters", "-1")
TIME = re.compile(r"out_time_us=(\d+)")
DISK_IS_FULL = "No space left on device"
LATE = "文件无法在规定时间内处理完，请压缩后再传。"


@dataclass(frozen=True, kw_only=True)
class Input:
    """One file of this machine and how ffmpeg is to read it.

    ``at`` is where to begin, in ms, or with the picture before, which may have stood for minutes.
    """

    path: Path
    format: str
    at: int = 0

    @property
    def words(self) -> list[str]:
        """As ffmpeg is told."""
        begin = ["-noaccurate_seek", "-ss", f"{self.at / 1000:.3f}"] if self.at else []
        reading = ["-protocol_whitelist", "file", "-f", self.format]
        return [*reading, *begin, "-i", f"file:{self.path}"]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How it ended, and the last it said."""

    code: int
    said: str


class Broken(Exception):
    """ffmpeg could not do it; ``said`` is the last it said of it."""

    def __init__(self, said: str) -> None:
        super().__init__(said[-400:])
        self.said = said


@asynccontextmanager
async def started(
    words: Sequence[str], *, seconds: float
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The child, ended at the latest when the block is left; raises UnfitFile when it is late."""
    process = await asyncio.create_subprocess_exec(
        *_confined(),
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-hide_banner", "-nostdin", "-y"),
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Whatever a file makes of it, it finds none of our settings there.
        env={},
    )
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield process
    except TimeoutError:
        if not limit.expired():
            raise
        raise UnfitFile(LATE, because="too_slow") from None
    finally:
        await ended(process)


async def run(
    words: Sequence[str],
    *,
    seconds: float,
    lasts: int = 0,
    tell: Tell | None = None,
    until: int = 100,
) -> str:
    """Do it, telling how far it is of ``lasts`` ms, as at most ``until`` percent; what it said.

    Raises:
        Broken: it could not.
        UnfitFile: it is late.
        Unavailable: the disk is full, which is no fault of the file.
    """
    told = ("-progress", "pipe:1", "-stats_period", "1")
    async with started([*told, *words], seconds=seconds) as process:
        said, _ = await asyncio.gather(_said(process), _follow(process, lasts, tell, until))
        code = await process.wait()
    if code == 0:
        return said
    log.info("ffmpeg_ended", code=code)
    if DISK_IS_FULL in said:
        raise Unavailable("服务器存储空间不足，稍后会自动再试。", system="media")
    raise Broken(said)


async def said_of(words: Sequence[str], *, seconds: float) -> Ended:
    """What it says, however it ends; raises UnfitFile when it is late."""
    async with started(words, seconds=seconds) as process:
        said, _ = await asyncio.gather(_said(process), _follow(process, 0, None, 0))
        return Ended(code=await process.wait(), said=said)


async def frames(
    words: Sequence[str], size: int, *, seconds: float, take: Callable[[bytes], Awaitable[None]]
) -> None:
    """Give ``take`` each picture of so many bytes that it writes; raises as ``run``."""
    async with started([*words, "pipe:1"], seconds=seconds) as process:
        said = asyncio.create_task(_said(process))
        try:
            await _each(process, size, take)
            code = await process.wait()
            if code != 0:
                raise Broken(await said)
        finally:
            said.cancel()


async def _each(
    process: asyncio.subprocess.Process, size: int, take: Callable[[bytes], Awaitable[None]]
) -> None:
    pictures = process.stdout
    if pictures is None:
        return
    with suppress(asyncio.IncompleteReadError):
        while True:
            await take(await pictures.readexactly(size))


async def _said(process: asyncio.subprocess.Process) -> str:
    """How it began and how it ended; a broken file has it say something of each frame."""
    first, last = b"", b""
    if process.stderr is None:
        return ""
    while piece := await process.stderr.read(KEPT):
        more = max(KEPT - len(first), 0)
        first += piece[:more]
        last = (last + piece[more:])[-KEPT:]
    return (first + last).decode(errors="replace")


async def _follow(
    process: asyncio.subprocess.Process, lasts: int, tell: Tell | None, until: int
) -> None:
    if process.stdout is None:
        return
    async for line in process.stdout:
        found = TIME.match(line.decode(errors="replace"))
        if found and tell and lasts:
            await tell(min(int(found[1]) // 1000 * until // lasts, until))


def _confined() -> list[str]:
    """Words before the command: it dies with its owner, and may not take or write without end."""
    dies = shutil.which("setpriv")
    if not dies:
        raise Unavailable("服务器缺少 util-linux，无法处理音视频。", system="media")
    return [
        *limited(memory=MOST_MEMORY, written=MOST_WRITTEN),
        *(dies, "--pdeathsig", "KILL", "--no-new-privs", "--"),
    ]
