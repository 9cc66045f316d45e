"""Files kept in a folder, as a store keeps them: to be given out, and to be looked at."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from domain.media.ports import File, Stored

PIECE = 64 * 1024


class FolderStore:
    """A MediaStore over a folder; without ``local`` it tells nobody where its files lie."""

    def __init__(self, folder: Path, *, local: bool = True) -> None:
        self.folder = folder
        self.local = local
        self.read_bytes = 0

    def path(self, key: str) -> str:
        return str(self.folder / key) if self.local else ""

    async def head(self, key: str) -> Stored | None:
        path = self.folder / key
        if not path.is_file():
            return None
        found = path.stat()
        at = datetime.fromtimestamp(found.st_mtime, UTC)
        return Stored(key=key, size=found.st_size, stored_at=at)

    async def read(self, key: str, *, start: int, end: int) -> AsyncIterator[bytes]:
        with await asyncio.to_thread((self.folder / key).open, "rb") as file:
            file.seek(start)
            while start < end:
                piece = file.read(min(PIECE, end - start))
                if not piece:
                    raise OSError("shorter than it was")
                start += len(piece)
                self.read_bytes += len(piece)
                yield piece

    async def write(self, key: str, pieces: AsyncIterator[bytes]) -> int:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = b"".join([piece async for piece in pieces])
        path.write_bytes(whole)
        return len(whole)

    async def remove(self, prefix: str) -> None:
        shutil.rmtree(self.folder / prefix, ignore_errors=True)


def keep(folder: Path, file: File, content: bytes) -> File:
    """The file with its bytes, where the store keeps it; it knows size, hash and time."""
    path = folder / file.key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return File(
        asset_id=file.asset_id,
        rendition=file.rendition,
        name=file.name,
        media_type=file.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        stored_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )
