"""Making papers in processes of their own: typesetting and signing never hold the event loop."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import wait
from pathlib import Path
from urllib.parse import urlsplit

from adapters.documents import fonts as font_files
from adapters.documents import qr
from adapters.documents.canonical import canonical_json, sha256_hex
from adapters.documents.fonts import Speller, drawable, find_fonts
from adapters.documents.keys import KeyFiles, load_keys
from adapters.documents.sheet import TEMPLATES, draw
from adapters.documents.signing import Sealer
from adapters.documents.snapshot import instant, read
from adapters.documents.typesetting import Typesetter
from domain.errors import Unavailable


@dataclass(frozen=True, kw_only=True)
class SignedDocument:
    """A paper as made: the signed PDF, its pages, how many characters are boxed, two SHA-256."""

    pdf: bytes
    sha256: str
    pages: int
    boxed: int
    canonical_sha256: str


@dataclass(frozen=True, kw_only=True)
class PaperSettings:
    """Everything that a worker loads; papers are checked at ``{public_url}/v/``."""

    templates: Path
    keys: KeyFiles
    public_url: str
    font_folders: tuple[Path, ...] = font_files.FOLDERS


class PaperPress:
    """Makes papers one after another in the process that holds it."""

    def __init__(self, settings: PaperSettings) -> None:
        fonts = find_fonts(settings.font_folders)
        self._public_url = settings.public_url
        self._drawable = drawable(fonts)
        self._keys = load_keys(settings.keys)
        self._sealer = Sealer(self._keys)
        self._typesetter = Typesetter(settings.templates, templates=TEMPLATES, fonts=fonts)

    def make(
        self, *, snapshot: Mapping[str, object], code: str, check_code: str, signed_at: datetime
    ) -> SignedDocument:
        """Draw, set and sign; ``pdf`` starts with the unsigned PDF/A."""
        report, speller = read(snapshot), Speller(self._drawable)
        canonical = canonical_json(snapshot)
        canonical_sha256 = sha256_hex(canonical)
        token = qr.make_token(
            number=report["number"],
            canonical_sha256=canonical_sha256,
            expires_at=instant(report["expires_at"]),
            key=self._keys.qr_key,
            kid=self._keys.qr_key_id,
        )
        picture = qr.picture(qr.address(public_url=self._public_url, code=code, token=token))
        drawing = draw(report, speller) | {
            "public_url": self._public_url,
            "host": urlsplit(self._public_url).netloc,
            "check_code": f"{check_code[:4]} {check_code[4:]}",
            "qr": picture.svg,
            "qr_mm": picture.width_mm,
        }
        unsigned = self._typesetter.set(
            drawing, canonical=canonical, dated=instant(report["generated_at"])
        )
        signed = self._sealer.sign(unsigned, signed_at=signed_at)
        return SignedDocument(
            pdf=signed.pdf,
            sha256=sha256_hex(signed.pdf),
            pages=signed.pages,
            boxed=speller.boxed,
            canonical_sha256=canonical_sha256,
        )


class DocumentMaker:
    """Makes papers in a pool of warm worker processes."""

    def __init__(
        self,
        settings: PaperSettings,
        *,
        workers: int = 1,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Check fonts and keys here, where a mistake can still be told in a sentence.

        Raises:
            FontsMissing: A font is not installed.
            DocumentKeyError: A key cannot be used.
        """
        find_fonts(settings.font_folders)
        load_keys(settings.keys)
        self._settings = settings
        self._workers = workers
        self._clock = clock
        self._pool = self._start()

    async def make(
        self, *, snapshot: Mapping[str, object], code: str, check_code: str
    ) -> SignedDocument:
        """The paper; a worker that dies is replaced and the work tried once more.

        Raises:
            NotCanonical: The snapshot holds a float.
            Unavailable: Workers died twice on it.
        """
        signed_at = self._clock()
        for _ in range(2):
            pool = self._pool
            try:
                return await asyncio.get_running_loop().run_in_executor(
                    pool, _make, snapshot, code, check_code, signed_at
                )
            except BrokenProcessPool:
                if self._pool is pool:
                    self._pool = self._start()
        raise Unavailable("报告文件暂时无法生成，请稍后再试。", system="documents")

    async def warm(self) -> None:
        """Have every worker load its fonts now rather than with the first report."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            *(loop.run_in_executor(self._pool, _ready) for _ in range(self._workers))
        )

    async def aclose(self) -> None:
        """End the workers; what they are at is finished."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_open_press,
            initargs=(self._settings,),
        )


_press: list[PaperPress] = []
"""The one press of a worker process; empty in every other."""


def _open_press(settings: PaperSettings) -> None:
    # Ctrl-C goes to the whole group; the owner decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_owner, daemon=True).start()
    _press.append(PaperPress(settings))


def _end_with_owner() -> None:
    owner = multiprocessing.parent_process()
    if owner is not None:
        wait([owner.sentinel])
        os._exit(1)


def _ready() -> bool:
    return bool(_press)


def _make(
    snapshot: Mapping[str, object], code: str, check_code: str, signed_at: datetime
) -> SignedDocument:
    return _press[0].make(snapshot=snapshot, code=code, check_code=check_code, signed_at=signed_at)
