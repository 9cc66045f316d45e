"""What media need from outside, narrowly: where bytes are kept, and what is known of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.media.assets import Asset, Found, Rendition
from domain.transactions import Unit

Tell = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One file as it is kept: its bytes, and since when."""

    key: str
    size: int
    stored_at: datetime


@dataclass(frozen=True, kw_only=True)
class File:
    """One file that may be given out; ``name`` is its name within the rendition.

    The store keeps it under ``key``; ``sha256`` (hex) is of its bytes.
    """

    asset_id: str
    rendition: str
    name: str
    media_type: str
    size: int
    sha256: str
    stored_at: datetime

    @property
    def key(self) -> str:
        """Where its bytes are."""
        return f"media/{self.asset_id}/{self.rendition}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of an upload, counted from 1; ``sha256`` (hex) is of its bytes."""

    number: int
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a step gave: renditions with their files, what was found, steps that are not needed.

    ``found`` is None where nothing was; ``sha256`` (hex) is of the whole file, from the step that
    joined it.
    """

    renditions: Sequence[Rendition] = ()
    files: Sequence[File] = ()
    found: Found | None = None
    sha256: str = ""
    needless: frozenset[str] = frozenset()


async def all_at_once(content: bytes) -> AsyncIterator[bytes]:
    """What is in memory already, as a store takes it."""
    yield content


class MediaStore(Protocol):
    """Where bytes are kept: a local folder, or an object store that speaks S3."""

    def path(self, key: str) -> str:
        """Where on this machine what is kept under a key lies; empty when elsewhere."""

    async def head(self, key: str) -> Stored | None:
        """What is kept under a key; None when nothing is."""

    def read(self, key: str, *, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to, not including, ``end``, piece by piece."""

    async def write(self, key: str, pieces: AsyncIterator[bytes]) -> int:
        """Keep them under a key, all or nothing; how many there were."""

    async def remove(self, prefix: str) -> None:
        """Remove all that begins with it, a whole folder; without effect where nothing does."""

    async def remove_one(self, key: str) -> None:
        """Remove what is kept under this very key; without effect where nothing is."""


class Assets(Protocol):
    """What is known of files."""

    async def add(self, unit: Unit, asset: Asset) -> None:
        """A new one."""

    async def get(self, asset_id: str) -> Asset | None:
        """By id."""

    async def some(self, ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of these that there are, by id: to be shown, without ``texts`` and ``changes``."""

    async def whole(self, ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of these that there are, by id, with all that was found in them."""

    async def of(self, what: str) -> Sequence[Asset]:
        """All that belong to something, the newest first, at most 200; as light as ``some``."""

    async def replace(self, unit: Unit, asset: Asset, *, was: Asset) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""

    async def remove(self, unit: Unit, asset: Asset) -> None:
        """It goes; the transaction starts over if it moved on."""

    async def total(self, unit: Unit) -> int:
        """How many bytes all files have together: as they came, and what was made of them."""

    async def uploading(self, unit: Unit) -> Sequence[Asset]:
        """All uploads that are not over."""

    async def given_up(self, before: datetime, *, most: int) -> Sequence[Asset]:
        """Uploads that are not over and of which nothing came since then."""

    async def like_it_at_work(self, asset: Asset) -> bool:
        """Whether somebody works on another of the same kind and editor."""

    async def working(self, asset_id: str, *, step: str, percent: int, why: str = "") -> bool:
        """So far is a step that is not over; False when there is no such file any more.

        ``why`` says what it waits for.

        Told outside of any transaction, and against no revision: it is nothing but news.
        """


class Parts(Protocol):
    """Which parts of uploads are in."""

    async def of(self, asset_id: str) -> Sequence[Part]:
        """Those of a file, by their numbers."""

    async def one(self, asset_id: str, number: int) -> Part | None:
        """The one of this number; None when it did not come."""

    async def add(self, unit: Unit, asset_id: str, part: Part, *, at: datetime) -> bool:
        """One that came; False where another is in under its number, which stays.

        The very same that is in changes nothing. The transaction starts over when the file moved
        on meanwhile; raises NotUploading when it is not being uploaded any more.
        """

    async def remove(self, unit: Unit, asset_id: str) -> None:
        """All of a file."""


class Belongs(Protocol):
    """Whether files may be attached to something."""

    async def __call__(self, of: str) -> None:
        """Raises NotFound when it is not there, or not for this caller to change."""


class Unused(Protocol):
    """Whether a file may go."""

    async def __call__(self, asset: Asset) -> None:
        """Raises Conflict where something shows it, or is to."""


class Workshop(Protocol):
    """Where files are worked on."""

    async def __call__(self, asset: Asset, step: str, *, at: datetime, tell: Tell) -> Made:
        """Work one step; ``tell`` is told how many percent are done, rarely.

        The same file gives the same bytes under the same names each time.

        Raises:
            UnfitFile: the file is not what it should be; the sentence says why.
        """


class Files(Protocol):
    """The files that may be given out, each of a rendition of an asset."""

    async def file(self, *, asset_id: str, rendition: str, name: str) -> File | None:
        """One of them; None when there is none."""

    async def keep(self, unit: Unit, files: Sequence[File]) -> None:
        """Those of a rendition, in place of what was kept of it before."""

    async def remove_of(self, unit: Unit, asset_id: str) -> None:
        """No file of this asset may be given out any more."""
