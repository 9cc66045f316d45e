"""Files that people hand in: known by what they are, not by what they are called."""

import unicodedata
from dataclasses import dataclass
from typing import Protocol

from domain.errors import DomainError, Kind

LONGEST_NAME = 80


class UnfitFile(DomainError):
    """A file that is not what may be handed in; the sentence says why."""

    code = "unfit_file"
    kind = Kind.INVALID
    title = "文件不符合要求"

    def __init__(self, detail: str, *, because: str) -> None:
        super().__init__(detail)
        self.because = because


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A file as it is kept: an image anew from its pixels, a document as it came.

    ``width`` and ``height`` are those of an image.
    """

    media_type: str
    content: bytes
    width: int = 0
    height: int = 0


class Inspect(Protocol):
    """Looks into a file."""

    async def __call__(self, content: bytes) -> Fit:
        """What it is; raises UnfitFile for what it must not be."""


def shown_name(name: str) -> str:
    """What a file was called, without any folder and what nobody sees."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in bare if unicodedata.category(char)[0] != "C")
    return unicodedata.normalize("NFC", seen).strip()[-LONGEST_NAME:] or "文件"
