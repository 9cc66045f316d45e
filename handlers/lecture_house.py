"""What the handlers of cloud lectures are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.lectures.desk import LectureDesk
from domain.lectures.figures import Figures
from domain.lectures.ports import Words
from domain.lectures.reading import Lectures
from domain.media.assets import Asset


class Files(Protocol):
    """The files of lectures, narrowly."""

    async def of(self, what: str) -> Sequence[Asset]:
        """All that belong to something, the newest first."""

    async def some(self, ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of these that there are, by id, without ``texts`` and ``changes``."""

    async def whole(self, ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of these that there are, by id, with all that was found in them."""


@dataclass(frozen=True, kw_only=True)
class LectureHouse:
    """The services of cloud lectures."""

    desk: LectureDesk
    lectures: Lectures
    files: Files
    figures: Figures
    words: Words
