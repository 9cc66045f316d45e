"""Starter lectures: a file each in a folder, brought as drafts by a command."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from content.files import ContentError, Strict, parsed, read
from domain.errors import Invalid
from domain.lectures.programme import LiveKind, Programme, check
from domain.lectures.starting import Starter
from domain.time import SHANGHAI

FOLDER = "lectures"
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
MOST = 200


class _Lecture(Strict):
    sample: bool = False
    title: str = Field(min_length=1)
    series: str = Field(min_length=1, max_length=40)
    topic: str
    speaker: str
    speaker_post: str
    audience: str
    begins_at: datetime
    ends_at: datetime
    live_kind: Literal["none", "channels", "other"] = "none"
    live_address: str = ""
    places: int | None = None
    certificate_percent: int | None = None
    outline: str


@dataclass(frozen=True, kw_only=True)
class Starters:
    """All files, by their names; ``files`` says which are labelled samples."""

    starters: tuple[Starter, ...]
    files: dict[str, _Lecture]


def load_lectures(folder: Path) -> Starters:
    """Read and check.

    Raises:
        ContentError: a file is malformed, or says what no lecture may say.
    """
    paths = sorted((folder / FOLDER).glob("*.toml"))
    if len(paths) > MOST:
        raise ContentError(f"{FOLDER}: more than {MOST} lectures")
    files = {path.name: parsed(path, _Lecture) for path in paths}
    starters = tuple(_starter(path, files[path.name]) for path in paths)
    return Starters(starters=starters, files={f"{FOLDER}/{name}": files[name] for name in files})


def _starter(path: Path, written: _Lecture) -> Starter:
    if not CODE.fullmatch(path.stem):
        raise ContentError(f"{path.name}: named by small letters, digits and hyphens")
    given = written.model_dump(exclude={"sample", "series", "live_kind"})
    programme = Programme(
        **{
            **given,
            "live_kind": LiveKind(written.live_kind),
            "begins_at": _instant(written.begins_at),
            "ends_at": _instant(written.ends_at),
        }
    )
    try:
        check(programme)
    except Invalid as invalid:
        faults = "; ".join(f"{one.pointer}: {one.detail}" for one in invalid.faults)
        raise ContentError(f"{path.name}: {faults}") from invalid
    return Starter(
        code=path.stem,
        series=written.series,
        programme=programme,
        fingerprint=hashlib.sha256(read(path).encode()).hexdigest(),
    )


def _instant(at: datetime) -> datetime:
    """A time without a zone is Shanghai's."""
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
