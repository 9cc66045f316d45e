"""What became of lectures: how many saw them, how far, which pages; by series and by month.

People who are not signed in are counted nowhere, and who is erased no more. A viewer is somebody
who truly watched for a while, once for each lecture; a minute counts for who watched most of it.
What was watched was watched: a lecture that is withdrawn keeps its figures.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.lectures.lectures import Lecture, ever_shown
from domain.lectures.reading import Shown
from domain.time import civil_date

MINUTE = 60_000
MOST_LECTURES = 500
MOST_FALLS = 3


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Of one lecture: people, by minute of its recording (from 0) and page (from 1)."""

    viewers: int = 0
    minutes: Mapping[int, int] = field(default_factory=dict)
    pages: Mapping[int, int] = field(default_factory=dict)
    registered: int = 0
    waiting: int = 0
    certified: int = 0


class Counts(Protocol):
    """What was counted."""

    async def of(
        self, recordings: Mapping[str, str], *, withdrawn: Collection[str]
    ) -> Mapping[str, Counted]:
        """By lecture; each is given with the recording whose minutes count, or with none.

        Of those that are withdrawn, registrations are those that the withdrawal ended.
        """


class Reading(Protocol):
    """Lectures with their files, narrowly."""

    async def with_files(self, lectures: Sequence[Lecture]) -> Sequence[Shown]:
        """These, each with its series and files."""


class LecturesBy(Protocol):
    """Lectures, narrowly."""

    async def get(self, lecture_id: str) -> Lecture | None:
        """By id."""

    async def ever_shown(self, *, series: str, most: int) -> Sequence[Lecture]:
        """Those that are shown, or were, the latest to begin first; of one series, or of all."""


@dataclass(frozen=True, kw_only=True)
class Fall:
    """So many fewer watched this minute than the one before."""

    minute: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class LectureFigures:
    """One lecture and what was counted of it."""

    shown: Shown
    counted: Counted

    @property
    def month(self) -> str:
        """The month it begins in, Shanghai: 2026-12; empty when it has no time."""
        at = self.shown.lecture.programme.begins_at
        return f"{civil_date(at):%Y-%m}" if at else ""

    @property
    def curve(self) -> Sequence[int]:
        """How many watched each minute of the recording."""
        recording = self.shown.asset(self.shown.lecture.programme.recording)
        length = recording.found.duration_ms if recording else 0
        return [self.counted.minutes.get(one, 0) for one in range(-(-length // MINUTE))]

    @property
    def pages(self) -> Sequence[int]:
        """How many looked at each page of the slides."""
        slides = self.shown.asset(self.shown.lecture.programme.slides)
        count = slides.found.pages if slides else 0
        return [self.counted.pages.get(one, 0) for one in range(1, count + 1)]

    @property
    def falls(self) -> Sequence[Fall]:
        """Where most stopped watching: at most three, the greatest first."""
        curve = self.curve
        lost = [
            Fall(minute=minute, lost=curve[minute - 1] - curve[minute])
            for minute in range(1, len(curve))
            if curve[minute] < curve[minute - 1]
        ]
        return sorted(lost, key=lambda one: (-one.lost, one.minute))[:MOST_FALLS]

    @property
    def mean_percent(self) -> int | None:
        """How much of the recording a viewer watched; None without viewers or recording."""
        curve, viewers = self.curve, self.counted.viewers
        if not curve or not viewers:
            return None
        return min(100, sum(curve) * 100 // (len(curve) * viewers))


@dataclass(frozen=True, kw_only=True)
class Total:
    """Of several lectures together: people are counted once for each lecture."""

    name: str
    lectures: int
    viewers: int
    registered: int
    certified: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Of the latest lectures: each, by series and by month; ``more`` says there were older ones."""

    rows: Sequence[LectureFigures]
    series: Sequence[Total]
    months: Sequence[Total]
    more: bool


class Figures:
    """Counted lectures."""

    def __init__(self, *, lectures: LecturesBy, reading: Reading, counts: Counts) -> None:
        self._lectures = lectures
        self._reading = reading
        self._counts = counts

    async def of(self, lecture_id: str) -> LectureFigures:
        """One that is shown, or was; raises NotFound."""
        lecture = ever_shown(await self._lectures.get(lecture_id), "这个讲座还没有发布过。")
        return (await self._counted(await self._reading.with_files([lecture])))[0]

    async def overview(self, *, series: str = "") -> Overview:
        """The latest 500 that are shown, or were; of one series, or of all."""
        found = await self._lectures.ever_shown(series=series, most=MOST_LECTURES + 1)
        shown = await self._reading.with_files(found[:MOST_LECTURES])
        rows = await self._counted(shown)
        return Overview(
            rows=rows,
            series=_totals(rows, [one.shown.series for one in rows]),
            months=sorted(
                _totals(rows, [one.month for one in rows]), key=lambda one: one.name, reverse=True
            ),
            more=len(found) > MOST_LECTURES,
        )

    async def _counted(self, shown: Sequence[Shown]) -> Sequence[LectureFigures]:
        recordings = {one.lecture.id: one.lecture.programme.recording for one in shown}
        withdrawn = {one.lecture.id for one in shown if not one.lecture.shown}
        found = await self._counts.of(recordings, withdrawn=withdrawn)
        return [LectureFigures(shown=one, counted=found[one.lecture.id]) for one in shown]


def _totals(rows: Sequence[LectureFigures], names: Sequence[str]) -> Sequence[Total]:
    found: dict[str, list[Counted]] = {}
    for row, name in zip(rows, names, strict=True):
        found.setdefault(name, []).append(row.counted)
    return [
        Total(
            name=name,
            lectures=len(some),
            viewers=sum(one.viewers for one in some),
            registered=sum(one.registered for one in some),
            certified=sum(one.certified for one in some),
        )
        for name, some in sorted(found.items())
    ]
