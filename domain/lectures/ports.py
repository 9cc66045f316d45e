"""What the editing of lectures needs from outside, narrowly."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.lectures.lectures import Lecture
from domain.lectures.series import Series
from domain.lectures.versions import Version
from domain.media.assets import Asset
from domain.pages import Ask, Page
from domain.transactions import Act, Unit


class LectureStore(Protocol):
    """Lectures, and series of them."""

    async def add(self, unit: Unit, lecture: Lecture) -> None:
        """A new one."""

    async def get(self, lecture_id: str) -> Lecture | None:
        """By id."""

    async def read(self, unit: Unit, lecture_id: str) -> Lecture | None:
        """By id, as this transaction sees it."""

    async def replace(self, unit: Unit, lecture: Lecture, *, was: Lecture) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""

    async def all(self, *, ask: Ask) -> Page[Lecture]:
        """Every one, the newest made first."""

    async def shown(self, *, series: str, ask: Ask) -> Page[Lecture]:
        """Those that are shown, the latest to begin first; of a series, or of all."""

    async def coming(self, *, series: str, now: datetime, ask: Ask) -> Page[Lecture]:
        """Of them those that are live or begin after ``now``, the first to begin first."""

    async def over(self, *, series: str, now: datetime, ask: Ask) -> Page[Lecture]:
        """Of them all others, the latest to begin first."""

    async def lately(self, *, ask: Ask) -> Page[Lecture]:
        """Those that are shown, the last to be shown first."""

    async def series(self) -> Sequence[Series]:
        """All series by title."""

    async def series_shown(self) -> Collection[str]:
        """Ids of those to which a lecture belongs that is shown."""

    async def add_series(self, unit: Unit, series: Series) -> None:
        """A new one; raises Conflict when the title is taken."""

    async def replace_series(self, unit: Unit, series: Series, *, was: Series) -> None:
        """Save against what was read; raises Stale when it moved on, Conflict as adding does."""


class VersionStore(Protocol):
    """Every version of every lecture."""

    async def add(self, unit: Unit, version: Version) -> None:
        """A new one; raises Conflict while another of its lecture is in work."""

    async def get(self, version_id: str) -> Version | None:
        """By id."""

    async def replace(self, unit: Unit, version: Version, *, was: Version) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def of(self, lecture_id: str, *, ask: Ask) -> Page[Version]:
        """All of a lecture, newest first."""

    async def in_work(self, lecture_ids: Sequence[str]) -> Mapping[str, Version]:
        """Those that are not decided, by lecture: at most one of each."""

    async def numbered(self, lecture_id: str) -> int:
        """The highest number of a version of a lecture; 0 when there is none."""

    async def using(self, asset_id: str) -> Sequence[Version]:
        """All versions that are not withdrawn and name this file, the newest first."""


class AssetsOf(Protocol):
    """Files, narrowly."""

    async def some(self, ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of these that there are, by id, without ``texts`` and ``changes``."""

    async def whole(self, ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of these that there are, by id, with all that was found in them."""


class Clean(Protocol):
    """Text with markup, made harmless."""

    async def __call__(self, html: str) -> str:
        """The same without anything that could run, load or mislead; others go on meanwhile."""


class Words(Protocol):
    """Text with markup, read."""

    def __call__(self, html: str) -> str:
        """What a person reads of it, a line for each block."""


class OnShown(Protocol):
    """Another part of the room hears, in the transaction, that what is shown has changed."""

    async def __call__(self, unit: Unit, act: Act, *, was: Lecture, now: Lecture) -> None:
        """Shown first or anew, or withdrawn: both states tell."""
