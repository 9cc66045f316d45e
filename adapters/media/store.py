"""Where media are kept: a folder of this machine, or an object store that speaks S3.

Both take a file whole or not at all. Who reads a folder directly finds a file at its ``path``.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from adapters.disk import hold_room
from domain.errors import Unavailable
from domain.media.ports import Stored

PIECE, SPAN = 1 << 18, 1 << 24
# What one write holds in memory: so many of so large.
CHUNK, CHUNKS = 8 << 20, 2
# What fails after these is an outage.
RETRIES, RETRIED_FOR = 3, timedelta(seconds=20)


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """An object store that speaks S3: ``endpoint`` is empty for Amazon's own."""

    name: str
    endpoint: str
    region: str
    key_id: str
    secret: str


class ObjectMedia:
    """Bytes under keys."""

    def __init__(self, store: LocalStore | S3Store, *, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    def path(self, key: str) -> str:
        """Where on this machine what is kept under a key lies; empty for a bucket."""
        return str(self._folder / key) if self._folder else ""

    async def head(self, key: str) -> Stored | None:
        """What is kept under a key; None when nothing is."""
        try:
            found = await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise _unavailable() from error
        return Stored(key=key, size=found["size"], stored_at=found["last_modified"])

    async def read(self, key: str, *, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to, not including, ``end``, piece by piece.

        Raises:
            FileNotFoundError: nothing is kept under the key.
        """
        try:
            # One request for each span: none lasts as long as a slow reader of gigabytes.
            for begin in range(start, end, SPAN):
                span = (begin, min(begin + SPAN, end))
                got = await obstore.get_async(self._store, key, options={"range": span})
                async for piece in got.stream(min_chunk_size=PIECE):
                    yield bytes(piece)
        except BaseError as error:
            raise _unavailable() from error

    async def write(self, key: str, pieces: AsyncIterator[bytes]) -> int:
        """Keep them under a key, all or nothing; how many there were.

        Raises:
            Unavailable: the store does not answer, or the folder's disk has too little left.
        """
        counted = _Counted(pieces, folder=self._folder)
        try:
            await obstore.put_async(
                self._store, key, counted.all(), chunk_size=CHUNK, max_concurrency=CHUNKS
            )
        except BaseError as error:
            # The store says what went wrong in words of its own, whoever raised it.
            raise counted.failed or _unavailable() from error
        return counted.size

    async def remove(self, prefix: str) -> None:
        """Remove all that begins with it, a whole folder; without effect where nothing does."""
        try:
            async for some in obstore.list(self._store, prefix.rstrip("/"), chunk_size=1000):
                await obstore.delete_async(self._store, [one["path"] for one in some])
        except FileNotFoundError:
            # Somebody else removes the same.
            pass
        except BaseError as error:
            raise _unavailable() from error
        if self._folder:
            # What a killed write left under a name of its own is not listed.
            await asyncio.to_thread(shutil.rmtree, self._folder / prefix, ignore_errors=True)

    async def remove_one(self, key: str) -> None:
        """Remove what is kept under this very key; without effect where nothing is."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except BaseError as error:
            raise _unavailable() from error


class _Counted:
    """Pieces on their way into a store: how many bytes there were, and what ended them early."""

    def __init__(self, pieces: AsyncIterator[bytes], *, folder: Path | None) -> None:
        self._pieces = pieces
        self._folder = folder
        self.size = 0
        self.failed: Exception | None = None

    async def all(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._pieces:
                if self._folder:
                    hold_room(self._folder)
                self.size += len(piece)
                yield piece
        except Exception as error:
            self.failed = error
            raise


def local_media(folder: Path) -> ObjectMedia:
    """In a folder, which is made."""
    return ObjectMedia(
        LocalStore(folder.absolute(), mkdir=True, automatic_cleanup=True),
        folder=folder.absolute(),
    )


def bucket_media(bucket: Bucket) -> ObjectMedia:
    """In a bucket; nothing is sent yet."""
    store = S3Store(
        bucket.name,
        region=bucket.region,
        endpoint=bucket.endpoint or f"https://s3.{bucket.region}.amazonaws.com",
        access_key_id=bucket.key_id,
        secret_access_key=bucket.secret,
        client_options={"allow_http": bucket.endpoint.startswith("http://")},
        retry_config={"max_retries": RETRIES, "retry_timeout": RETRIED_FOR},
    )
    return ObjectMedia(store)


def _unavailable() -> Unavailable:
    return Unavailable("文件存储暂时无法使用，请稍后再试。", system="media")
