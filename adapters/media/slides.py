"""Slides: a PDF opened and drawn page by page, in a process that a hostile file may not hold up.

PPT and PPTX become PDF by LibreOffice where it is installed, in a profile of its own that is gone
afterwards; elsewhere the editor is asked for a PDF.
"""

import asyncio
import multiprocessing
import os
import resource
import shutil
import signal
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import pypdfium2
import pypdfium2.raw

from adapters.processes import belong_to_owner, limited
from domain.errors import Unavailable
from domain.files import UnfitFile
from domain.media.ports import Tell

T = TypeVar("T")

MOST_PAGES = 500
SIDE, PREVIEW = 1600, 320
QUALITY = 85
MOST_TEXT = 4000
MOST_MEMORY = 3 * 2**29
TO_BEGIN, TO_OPEN, A_PAGE, TO_CONVERT = 30, 20, 20, 180
GONE_AFTER = 5
# What LibreOffice is told: it runs no macros, and follows no link, to a proxy that is not there.
REGISTRY = 'xmlns:oor="http://openoffice.org/2001/registry"'
SCRIPTING = "Office.Common/Security/Scripting"
CLOSED = (
    (SCRIPTING, "DisableMacrosExecution", "true"),
    (SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
PRESENTATION = "ppt/presentation.xml"
MOST_NAMES = 20_000
# Five times the largest file that is taken: of slides, pictures make the most, and do not shrink.
MOST_UNPACKED, PIECE = 2**30, 2**16
# What reading a ZIP raises: where a password is wanted, a RuntimeError.
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(MemoryError, RuntimeError, ValueError),
)
# Of the ways of packing those that PowerPoint knows.
PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# Of LibreOffice, that reserves far more than it uses; and of each file that it writes.
MOST_OF_OFFICE, MOST_WRITTEN = 2**32, 2**29

BROKEN = "PDF 无法打开，可能已损坏，请重新导出后上传。"
ENCRYPTED = "PDF 设有密码，请去掉密码后再上传。"
NO_OFFICE = "服务器没有安装 LibreOffice，无法转换 PPT。请在 PowerPoint 或 WPS 中另存为 PDF 后上传。"
NO_SLIDES = "这个文件不是 PowerPoint 演示文稿，或已损坏，请上传 PDF 或 PPT、PPTX 课件。"
TOO_LARGE = "PPTX 解压后超过 1 GB，可能已损坏。请在 PowerPoint 或 WPS 中另存为 PDF 后上传。"
NOT_CONVERTED = "PPT 无法转换，可能已损坏或设有密码。请在 PowerPoint 或 WPS 中另存为 PDF 后上传。"


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
        """Raise UnfitFile where a ZIP is no presentation, or one that unpacks to too much."""
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
    """Raise UnfitFile where a ZIP is no sound presentation, or unpacks to more than 1 GiB."""
    async with opened(file) as pages:
        await pages.hold_slides()


async def to_pdf(file: Path, folder: Path) -> Path:
    """Slides of LibreOffice's making; raises UnfitFile where it is missing or cannot."""
    office = shutil.which("soffice")
    if office is None:
        raise UnfitFile(NO_OFFICE, because="no_office")
    # It leaves its first process, so both it and whatever it began are ended by the time.
    words = [*limited(memory=MOST_OF_OFFICE, written=MOST_WRITTEN), "timeout", "-k"]
    words += [str(GONE_AFTER), str(TO_CONVERT), office, "--headless", "--norestore"]
    words += [f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "pdf"]
    await asyncio.to_thread(_lay_profile, folder / "profile" / "user")
    process = await asyncio.create_subprocess_exec(
        *(*words, "--outdir", str(folder / "out"), str(file)),
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await process.wait()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    made = sorted((folder / "out").glob("*.pdf"))
    if process.returncode != 0 or not made:
        raise UnfitFile(NOT_CONVERTED, because="not_converted")
    return made[0]


def _lay_profile(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in CLOSED
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><oor:items {REGISTRY}>{items}</oor:items>'
    (folder / "registrymodifications.xcu").write_text(text, encoding="utf-8")


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
    """In the other process: by the names in it, and by unpacking it, as much as may be in it."""
    try:
        with zipfile.ZipFile(file) as packed:
            if PRESENTATION not in packed.namelist()[:MOST_NAMES]:
                return _Unfit("wrong_type", NO_SLIDES)
            return _Unfit("too_large", TOO_LARGE) if _unpacks_to_too_much(packed) else None
    except UNREADABLE:
        return _Unfit("wrong_type", NO_SLIDES)


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
