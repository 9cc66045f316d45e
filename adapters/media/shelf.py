"""What was made of a file, put into the store under its names, and hashed on the way."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.media.assets import Rendition
from domain.media.ports import File, MediaStore

PIECE = 1 << 20
TYPES = {
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".jpg": "image/jpeg",
    ".vtt": "text/vtt",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is said of a rendition; ``duration_ms`` is 0 for what does not last.

    ``counted`` are the files one of which is played at a time: all, where none is named.
    """

    name: str
    first: str
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    counted: str = ""


class Shelf:
    """Renditions of one file, as a step of work makes them."""

    def __init__(self, store: MediaStore, *, asset_id: str, at: datetime) -> None:
        self._store = store
        self._asset_id = asset_id
        self._at = at
        self.renditions: list[Rendition] = []
        self.files: list[File] = []

    async def put(self, shown: Shown, paths: Sequence[Path]) -> None:
        """These files under their names, and none that was there before."""
        await self._store.remove(f"media/{self._asset_id}/{shown.name}/")
        files = [await self._file(shown.name, path) for path in paths]
        played = sum(one.size for one in files if one.name.startswith(shown.counted))
        self.files += files
        self.renditions.append(
            Rendition(
                name=shown.name,
                first=shown.first,
                media_type=TYPES[Path(shown.first).suffix],
                size=sum(one.size for one in files),
                files=len(files),
                width=shown.width,
                height=shown.height,
                kbit=-(-played * 8 // shown.duration_ms) if shown.duration_ms else 0,
            )
        )

    async def _file(self, rendition: str, path: Path) -> File:
        hashed = hashlib.sha256()

        async def pieces() -> AsyncIterator[bytes]:
            with path.open("rb") as file:
                while piece := await asyncio.to_thread(file.read, PIECE):
                    hashed.update(piece)
                    yield piece

        size = await self._store.write(f"media/{self._asset_id}/{rendition}/{path.name}", pieces())
        return File(
            asset_id=self._asset_id,
            rendition=rendition,
            name=path.name,
            media_type=TYPES[path.suffix],
            size=size,
            sha256=hashed.hexdigest(),
            stored_at=self._at,
        )
