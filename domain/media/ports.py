"""What media need from outside, narrowly: where bytes are kept, and what is known of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.media.assets import Asset
from domain.transactions import Unit


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One file as it is kept: its bytes, and since when; ``path`` where it lies on this machine."""

    key: str
    size: int
    stored_at: datetime
    path: str = ""


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


class MediaStore(Protocol):
    """Where bytes are kept: a local folder, or an object store that speaks S3."""

    async def head(self, key: str) -> Stored | None:
        """What is kept under a key; None when nothing is."""

    def read(self, key: str, *, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to, not including, ``end``, piece by piece."""

    async def write(self, key: str, pieces: AsyncIterator[bytes]) -> int:
        """Keep them under a key, all or nothing; how many there were."""

    async def remove(self, prefix: str) -> None:
        """Remove all that begins with it; without effect where nothing does."""


class Assets(Protocol):
    """What is known of files."""

    async def add(self, unit: Unit, asset: Asset) -> None:
        """A new one."""

    async def get(self, asset_id: str) -> Asset | None:
        """By id."""

    async def some(self, ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of these that there are, by id."""

    async def of(self, what: str) -> Sequence[Asset]:
        """All that belong to something, the newest first, at most 200."""

    async def replace(self, unit: Unit, asset: Asset, *, was: Asset) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""


class Files(Protocol):
    """The files that may be given out, each of a rendition of an asset."""

    async def file(self, *, asset_id: str, rendition: str, name: str) -> File | None:
        """One of them; None when there is none."""

    async def keep(self, unit: Unit, files: Sequence[File]) -> None:
        """Those of a rendition, in place of what was kept of it before."""

    async def remove_of(self, unit: Unit, asset_id: str) -> None:
        """No file of this asset may be given out any more."""
