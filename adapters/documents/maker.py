"""Making papers in processes of their own: typesetting and signing never hold the event loop."""

import asyncio
import multiprocessing
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, TypeVarTuple
from urllib.parse import urlsplit

from adapters.documents import certificate_sheet, promise_sheet, qr
from adapters.documents import fonts as font_files
from adapters.documents.canonical import canonical_json, sha256_hex
from adapters.documents.fonts import Speller, drawable, find_fonts
from adapters.documents.keys import DocumentKeys, KeyMaterial
from adapters.documents.sheet import TEMPLATES, Drawing, draw
from adapters.documents.signing import Sealer
from adapters.documents.snapshot import instant, read
from adapters.documents.stamping import NoRoom, raisable, signature_digest, stamped
from adapters.documents.typesetting import Typesetter
from adapters.processes import belong_to_owner
from domain.errors import Unavailable
from domain.timestamps import Stamps, TimeStamp

OTHERS: Mapping[str, Callable[[Mapping[str, object], Speller], Drawing]] = {
    "promise": promise_sheet.draw,
    "certificate": certificate_sheet.draw,
}
"""What is no report draws itself."""
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, kw_only=True)
class SignedDocument:
    """A paper as made: the signed PDF, its pages, how many characters are boxed, two SHA-256.

    ``time_stamp`` says what the file holds, or what is still to be had.
    """

    pdf: bytes
    sha256: str
    pages: int
    boxed: int
    canonical_sha256: str
    time_stamp: TimeStamp = TimeStamp.NONE


@dataclass(frozen=True, kw_only=True)
class RaisedDocument:
    """A paper with a document time-stamp, and its SHA-256."""

    pdf: bytes
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PaperSettings:
    """Everything that a worker begins with; papers are checked at ``{public_url}/v/``."""

    templates: Path
    keys: KeyMaterial
    public_url: str
    font_folders: tuple[Path, ...] = font_files.FOLDERS


class PaperPress:
    """Makes papers one after another in the process that holds it."""

    def __init__(self, settings: PaperSettings) -> None:
        fonts = find_fonts(settings.font_folders)
        self._public_url = settings.public_url
        self._drawable = drawable(fonts)
        self._material: KeyMaterial | None = None
        self.sign_with(settings.keys)
        self._typesetter = Typesetter(
            settings.templates,
            templates={*TEMPLATES, promise_sheet.TEMPLATE, certificate_sheet.TEMPLATE},
            fonts=fonts,
        )

    def sign_with(self, material: KeyMaterial) -> None:
        """Seal with these keys from now on; without effect when it does."""
        if material == self._material:
            return
        self._keys: DocumentKeys = material.keys()
        self._material = material
        self._sealer = Sealer(self._keys)

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
        other = OTHERS.get(report["edition"])
        drawing = (other(snapshot, speller) if other else draw(report, speller)) | {
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
        keys: Callable[[], KeyMaterial] | None = None,
        stamps: Stamps | None = None,
        workers: int = 1,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Check fonts and keys here, where a mistake can still be told in a sentence.

        ``keys`` gives those in force at each making; without it, those of the settings are.
        Without ``stamps`` papers carry no time-stamp.

        Raises:
            FontsMissing: A font is not installed.
            DocumentKeyError: A key cannot be used.
        """
        find_fonts(settings.font_folders)
        settings.keys.keys()
        self._keys = keys or (lambda: settings.keys)
        self._stamps = stamps
        self._settings = settings
        self._workers = workers
        self._clock = clock
        self._pool = self._start()

    async def make(
        self, *, snapshot: Mapping[str, object], code: str, check_code: str
    ) -> SignedDocument:
        """The paper; a worker that dies is replaced and the work tried once more.

        It is stamped if the authority serves at once; if not, it says that a stamp is pending.

        Raises:
            NotCanonical: The snapshot holds a float.
            Unavailable: Workers died twice on it.
        """
        keys, signed_at = self._keys(), self._clock()
        document = await self._worked(_make, keys, snapshot, code, check_code, signed_at)
        if self._stamps is None:
            return document
        try:
            token = await self._stamps.stamp(signature_digest(document.pdf))
            pdf = stamped(document.pdf, token)
        except (Unavailable, NoRoom):
            return replace(document, time_stamp=TimeStamp.PENDING)
        return replace(document, pdf=pdf, sha256=sha256_hex(pdf), time_stamp=TimeStamp.STAMPED)

    async def raised(self, pdf: bytes) -> RaisedDocument:
        """The paper with a document time-stamp appended.

        Raises:
            Unavailable: The authority did not serve, or there is none.
        """
        if self._stamps is None:
            raise Unavailable("没有配置时间戳服务。", system="timestamp")
        prepared = await self._worked(raisable, pdf)
        token = await self._stamps.stamp(prepared.digest)
        try:
            raised = prepared.raised(token)
        except NoRoom as refused:
            raise Unavailable(system="timestamp") from refused
        return RaisedDocument(pdf=raised, sha256=sha256_hex(raised))

    async def _worked(self, work: Callable[[*Ts], T], *asked: *Ts) -> T:
        for _ in range(2):
            pool = self._pool
            try:
                return await asyncio.get_running_loop().run_in_executor(pool, work, *asked)
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
            initargs=(replace(self._settings, keys=self._keys()),),
        )


_press: list[PaperPress] = []
"""The one press of a worker process; empty in every other."""


def _open_press(settings: PaperSettings) -> None:
    belong_to_owner()
    _press.append(PaperPress(settings))


def _ready() -> bool:
    return bool(_press)


def _make(
    keys: KeyMaterial,
    snapshot: Mapping[str, object],
    code: str,
    check_code: str,
    signed_at: datetime,
) -> SignedDocument:
    press = _press[0]
    press.sign_with(keys)
    return press.make(snapshot=snapshot, code=code, check_code=check_code, signed_at=signed_at)
