"""Slides: a PDF opened and drawn page by page, in a process that a hostile file may not hold up.

PPT and PPTX are looked into before LibreOffice gets them.
"""

import asyncio
import mmap
import multiprocessing
import os
import re
import resource
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import pypdfium2
import pypdfium2.raw

from adapters.media.kinds import OLE
from adapters.processes import belong_to_owner
from domain.errors import Unavailable
from domain.files import UnfitFile
from domain.media.ports import Tell

T = TypeVar("T")

MOST_PAGES = 500
SIDE, PREVIEW = 1600, 320
QUALITY = 85
MOST_TEXT = 4000
MOST_MEMORY = 3 * 2**29
TO_BEGIN, TO_OPEN, A_PAGE = 30, 20, 20
PRESENTATION = "ppt/presentation.xml"
ONE_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml", re.ASCII)
MOST_NAMES = 20_000
# Five times the largest file that is taken: of slides, pictures make the most, and do not shrink.
MOST_UNPACKED, PIECE = 2**30, 2**16
# What reading a ZIP raises: where a password is wanted, a RuntimeError.
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(MemoryError, RuntimeError, ValueError),
)
# Streams of what PowerPoint wrote before 2007, and of what it locks, by their names in a file.
OLD_SLIDES = "PowerPoint Document".encode("utf-16-le")
LOCKED = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptedSummary"))
# Of the ways of packing those that PowerPoint knows.
PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

BROKEN = "PDF 无法打开，可能已损坏，请重新导出后上传。"
ENCRYPTED = "PDF 设有密码，请去掉密码后再上传。"
LOCKED_SLIDES = "PPT 设有密码，请去掉密码后再上传。"
NO_SLIDES = "这个文件不是 PowerPoint 演示文稿，或已损坏，请上传 PDF 或 PPT、PPTX 课件。"
TOO_LARGE = "PPTX 解压后超过 1 GB，可能已损坏。请在 PowerPoint 或 WPS 中另存为 PDF 后上传。"


@dataclass(frozen=True)
class _Unfit:
    """Why a file is unfit, as it comes back from the other process."""

    because: str
    detail: str


@dataclass(frozen=True)
class Page:
    """One page as it was drawn: the larger picture's size, and the words on it."""

    width: int
    height: int
    text: str


class Pages:
    """A PDF in a process of its own."""

    def __init__(self, pool: ProcessPoolExecutor, file: Path) -> None:
        self._pool = pool
        self._file = file

    async def count(self) -> int:
        """How many pages there are; raises UnfitFile for none, too many, and what is no PDF."""
        return await self._ask(TO_OPEN, "PDF", count_pages, str(self._file))

    async def drawn(self, number: int, *, large: Path, small: Path) -> Page:
        """A page, counted from 1, as two pictures; raises UnfitFile."""
        what = f"PDF 第 {number} 页"
        return await self._ask(A_PAGE, what, draw, str(self._file), number, str(large), str(small))

    async def hold_slides(self) -> None:
        """Raise UnfitFile for what is no presentation, locked, of too many pages or too large."""
        await self._ask(TO_OPEN, "文件", look_for_slides, str(self._file))

    async def _ask(
        self, seconds: float, what: str, do: Callable[..., T | _Unfit], *given: object
    ) -> T:
        try:
            work = asyncio.get_running_loop().run_in_executor(self._pool, do, *given)
            found = await asyncio.wait_for(work, seconds)
        except (TimeoutError, BrokenProcessPool):
            detail = f"{what}过于复杂，无法在规定时间内读取，请简化或重新导出后上传。"
            raise UnfitFile(detail, because="unreadable") from None
        if isinstance(found, _Unfit):
            raise UnfitFile(found.detail, because=found.because)
        return found


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Pages]:
    """A process that reads the file, ended when the block is left, whatever it is doing.

    Raises:
        Unavailable: no process begins in time.
    """
    pool = ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )
    try:
        try:
            ready = asyncio.get_running_loop().run_in_executor(pool, os.getpid)
            await asyncio.wait_for(ready, TO_BEGIN)
        except (TimeoutError, BrokenProcessPool):
            raise Unavailable("系统繁忙，稍后会自动再试。", system="files") from None
        yield Pages(pool, file)
    finally:
        for process in list((pool._processes or {}).values()):  # noqa: SLF001 - no other way to end one
            process.kill()
        await asyncio.shield(asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True))


async def draw_all(file: Path, large: Path, small: Path, *, tell: Tell) -> Sequence[Page]:
    """Every page, into two folders, as ``0001.jpg`` and so on; raises UnfitFile, Unavailable."""
    made = []
    async with opened(file) as pages:
        count = await pages.count()
        for number in range(1, count + 1):
            name = f"{number:04}.jpg"
            made.append(await pages.drawn(number, large=large / name, small=small / name))
            await tell(number * 100 // count)
    return made


async def judge_pdf(file: Path) -> int:
    """How many pages a PDF has; raises UnfitFile, Unavailable."""
    async with opened(file) as pages:
        return await pages.count()


async def judge_presentation(file: Path) -> None:
    """Raise UnfitFile where a PPT or PPTX is none, is locked, or is too much to be converted."""
    async with opened(file) as pages:
        await pages.hold_slides()


def _begin() -> None:
    belong_to_owner()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def count_pages(file: str) -> int | _Unfit:
    """In the other process: without opening any page."""
    try:
        document = _document(file)
    except pypdfium2.PdfiumError as error:
        locked = "assword" in str(error)
        return _Unfit("encrypted", ENCRYPTED) if locked else _Unfit("broken", BROKEN)
    if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document) != -1:
        return _Unfit("encrypted", "PDF 设有密码或权限限制，请去掉后再上传。")
    count = len(document)
    if count > MOST_PAGES:
        detail = f"PDF 有 {count} 页，课件最多 {MOST_PAGES} 页，请拆分或删减后再上传。"
        return _Unfit("too_many_pages", detail)
    return count or _Unfit("broken", BROKEN)


def draw(file: str, number: int, large: str, small: str) -> Page | _Unfit:
    """In the other process: one page, drawn once and made smaller once."""
    try:
        page = _document(file)[number - 1]
        picture = page.render(scale=SIDE / max(*page.get_size(), 1)).to_pil().convert("RGB")
        text = page.get_textpage().get_text_bounded()[:MOST_TEXT]
    except Exception:  # noqa: BLE001 - a hostile page has the library raise whatever it likes
        return _Unfit("broken", f"PDF 第 {number} 页无法读取，请重新导出后上传。")
    picture.thumbnail((SIDE, SIDE))
    picture.save(large, "JPEG", quality=QUALITY, optimize=True)
    width, height = picture.size
    picture.thumbnail((PREVIEW, PREVIEW))
    picture.save(small, "JPEG", quality=QUALITY, optimize=True)
    return Page(width, height, " ".join(text.split()))


def look_for_slides(file: str) -> _Unfit | None:
    """In the other process: by the names in it, and by unpacking a ZIP, as much as may be in it."""
    try:
        with Path(file).open("rb") as opened:
            if opened.read(len(OLE)) == OLE:
                return _look_into_old(opened.fileno())
        with zipfile.ZipFile(file) as packed:
            return _look_into(packed)
    except UNREADABLE:
        return _Unfit("wrong_type", NO_SLIDES)


def _look_into_old(file: int) -> _Unfit | None:
    with mmap.mmap(file, 0, access=mmap.ACCESS_READ) as content:
        if any(content.find(name) >= 0 for name in LOCKED):
            return _Unfit("encrypted", LOCKED_SLIDES)
        return None if content.find(OLD_SLIDES) >= 0 else _Unfit("wrong_type", NO_SLIDES)


def _look_into(packed: zipfile.ZipFile) -> _Unfit | None:
    names = packed.namelist()[:MOST_NAMES]
    if PRESENTATION not in names:
        return _Unfit("wrong_type", NO_SLIDES)
    # Hidden ones count as well: what is more takes minutes to convert.
    count = sum(ONE_SLIDE.fullmatch(name) is not None for name in names)
    if count > MOST_PAGES:
        detail = f"PPTX 有 {count} 页，课件最多 {MOST_PAGES} 页，请拆分或删减后再上传。"
        return _Unfit("too_many_pages", detail)
    return _Unfit("too_large", TOO_LARGE) if _unpacks_to_too_much(packed) else None


def _unpacks_to_too_much(packed: zipfile.ZipFile) -> bool:
    left = MOST_UNPACKED
    for one in packed.infolist():
        if one.compress_type not in PACKINGS:
            raise zipfile.BadZipFile
        # What it says of its size may be less than what comes out of it.
        one.file_size = MOST_UNPACKED + 1
        with packed.open(one) as file:
            while piece := file.read(PIECE):
                left -= len(piece)
                if left < 0:
                    return True
    return False


@lru_cache(maxsize=1)
def _document(file: str) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(file)
