"""What a file is, told by its content, in a process of its own that a hostile file may not hold up.

An image is decoded and made anew from its pixels: what was hidden in it, or said of the place it
was taken, is gone. A PDF is opened and kept as it came; it is only ever given out as a download.
"""

import asyncio
import io
import multiprocessing
import os
import re
import resource
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw
from PIL import Image, ImageOps, UnidentifiedImageError

from adapters.processes import belong_to_owner
from domain.errors import Unavailable
from domain.files import Fit, UnfitFile

JPEG, PDF = "image/jpeg", "application/pdf"
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 88
LONGEST_SIDE = 4000
# A photograph is decoded within two; who uploads as often as is let holds nobody up for good.
SECONDS = 8
# To begin a process takes one, and on a machine that is busy many: that is no file's fault.
BEGINNING_SECONDS = 30
# Cameras and programs write a dozen at most; each is as much work as a whole image.
MOST_SCANS = 40
# The largest image that is taken needs a gigabyte; a few bytes of PDF may unpack to twice that.
MOST_MEMORY = 3 * 2**29
# Where a PDF may begin (ISO 32000-1, annex H): within its first kilobyte.
HEAD = 1024
# Of a JPEG: what begins a segment with a length, which no entropy-coded data holds.
SEGMENT = re.compile(rb"\xff+([^\x00\x01\xff\xd0-\xd7])(..)?", re.DOTALL)
SCAN, END = b"\xda", b"\xd9"
NO_IMAGE = "这里只能添加 JPG、PNG 或 WebP 图片；PDF 等其他文件请截图后添加。"
NO_TYPE = "文件内容不是 JPG、PNG、WebP 图片或 PDF（改后缀名没有用），请重新选择。"
BROKEN_IMAGE = "图片无法读取，可能已损坏，请重新拍摄或选择。"
BROKEN_PDF = "PDF 无法打开，可能已损坏，请重新导出后上传。"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Pixels of an image, the longest side that one is kept with, pages of a PDF.

    Where a PDF may have no page, only images are taken.
    """

    pixels: int
    pages: int
    side: int = LONGEST_SIDE


@dataclass(frozen=True)
class _Refused:
    """Why a file is unfit, as it comes back from the other process."""

    because: str
    detail: str


class Inspector:
    """Looks into one file after another."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pool: ProcessPoolExecutor | None = None
        self._turn = asyncio.Lock()

    async def __call__(self, content: bytes) -> Fit:
        """What it is.

        Raises:
            UnfitFile: no image or PDF, too large, encrypted, broken, or it held the process up.
            Unavailable: no process begins in time.
        """
        async with self._turn:
            found = await self._looked_into(content)
        if isinstance(found, _Refused):
            raise UnfitFile(found.detail, because=found.because)
        return found

    async def _looked_into(self, content: bytes) -> Fit | _Refused:
        pool, loop = await self._begun(), asyncio.get_running_loop()
        try:
            work = loop.run_in_executor(pool, inspect, content, self._limits)
            return await asyncio.wait_for(work, SECONDS)
        except (TimeoutError, BrokenProcessPool):
            await self._give_up()
            return _Refused("unreadable", "文件无法在规定时间内读取，请重新导出或拍摄后上传。")

    async def _begun(self) -> ProcessPoolExecutor:
        """The process, ready to look."""
        if self._pool is not None:
            return self._pool
        self._pool = pool = ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
        )
        try:
            ready = asyncio.get_running_loop().run_in_executor(pool, os.getpid)
            await asyncio.wait_for(ready, BEGINNING_SECONDS)
        except (TimeoutError, BrokenProcessPool):
            await self._give_up()
            raise Unavailable("系统繁忙，暂时无法读取文件，请稍后再试。", system="files") from None
        return pool

    async def _give_up(self) -> None:
        """End the process that a file held up or broke; the next file gets another."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        processes = list((pool._processes or {}).values())  # noqa: SLF001 - no other way to end one
        for process in processes:
            process.kill()
        await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    async def aclose(self) -> None:
        """End the process."""
        if self._pool is not None:
            await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
            self._pool = None


def _begin() -> None:
    """Called first in the process: what asks for more memory than a file may need ends there."""
    belong_to_owner()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def inspect(content: bytes, limits: Limits) -> Fit | _Refused:
    """What the bytes are, whatever the file was called."""
    if b"%PDF-" in content[:HEAD]:
        return _document(content, limits) if limits.pages else _Refused("wrong_type", NO_IMAGE)
    return _image(content, limits)


def _image(content: bytes, limits: Limits) -> Fit | _Refused:
    # Judged below by our own limit, before a pixel is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return _Refused("wrong_type", NO_TYPE if limits.pages else NO_IMAGE)
    with image:
        width, height = image.size
        if width * height > limits.pixels:
            most = limits.pixels // 10_000
            return _Refused("too_many_pixels", f"图片超过 {most} 万像素，请缩小后再上传。")
        if image.format not in ("PNG", "WEBP") and _scans(content) > MOST_SCANS:
            return _Refused("too_many_scans", "图片的存储方式过于复杂，请重新拍摄或另存后上传。")
        try:
            plain = _anew(image, limits.side)
            return Fit(
                media_type=JPEG, content=_written(plain), width=plain.width, height=plain.height
            )
        except Exception:  # noqa: BLE001 - a hostile file has Pillow raise whatever it likes
            return _Refused("broken", BROKEN_IMAGE)


def _scans(content: bytes) -> int:
    """How often a JPEG has all of its pixels gone over."""
    scans, at = 0, 2
    while found := SEGMENT.search(content, at):
        if found[1] == END:
            break
        scans += found[1] == SCAN
        at = found.end(1) + int.from_bytes(found[2] or b"")
    return scans


def _anew(image: Image.Image, side: int) -> Image.Image:
    """Upright, opaque, without anything but its pixels."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((side, side))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        upright = Image.new("RGB", layered.size, "white")
        upright.paste(layered, mask=layered.getchannel("A"))
    plain = upright.convert("RGB")
    # Pillow would write a comment on.
    plain.info.clear()
    return plain


def _written(plain: Image.Image) -> bytes:
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()


def _document(content: bytes, limits: Limits) -> Fit | _Refused:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            return _Refused("encrypted", "PDF 设有密码，请去掉密码后再上传。")
        return _Refused("broken", BROKEN_PDF)
    with document:
        if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document) != -1:
            return _Refused("encrypted", "PDF 设有密码或权限限制，请去掉后再上传。")
        pages = len(document)
        if not 0 < pages <= limits.pages:
            return _Refused("too_many_pages", f"PDF 应为 1 至 {limits.pages} 页，请拆分后再上传。")
        with suppress(pypdfium2.PdfiumError):
            # Of the page no more than that it is there: what it draws may unpack to gigabytes.
            document.get_page_size(0)
            return Fit(media_type=PDF, content=content)
    return _Refused("broken", BROKEN_PDF)
