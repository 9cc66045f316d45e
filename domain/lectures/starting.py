"""Lectures that the district's files bring: drafts to go on from, brought once each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from domain.lectures import programme as rules
from domain.lectures.lectures import Lecture
from domain.lectures.ports import Clean, LectureStore
from domain.lectures.programme import Programme
from domain.lectures.series import Series
from domain.lectures.versions import Version
from domain.transactions import Act, Unit
from domain.versions import EDITABLE, VersionState


@dataclass(frozen=True, kw_only=True)
class Starter:
    """One file: ``code`` is its own for good, ``fingerprint`` names what it says now."""

    code: str
    series: str
    programme: Programme
    fingerprint: str


class Brought(Enum):
    """What became of a file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"


class StartedVersions(Protocol):
    """Versions that came from files."""

    async def started(self, code: str) -> tuple[Version, str] | None:
        """What a file brought, as it is now, and the fingerprint it was brought under."""

    async def start(self, unit: Unit, version: Version, *, starter: Starter) -> None:
        """The first of a file; the transaction starts over when another process just did it."""

    async def restart(
        self, unit: Unit, version: Version, *, was: Version, starter: Starter
    ) -> None:
        """The same as the file says now; Stale when it moved on."""


class Starting:
    """Brings what the files say; what somebody has worked on is theirs and stays."""

    def __init__(self, *, store: LectureStore, versions: StartedVersions, clean: Clean) -> None:
        self._store = store
        self._versions = versions
        self._clean = clean

    async def bring(self, act: Act, starters: Sequence[Starter]) -> Mapping[str, Brought]:
        """Each by its code; again and again without doubling.

        A draft that nobody has touched follows its file. Raises Invalid for what no version may
        say.
        """
        return {one.code: await self._bring(act, one) for one in starters}

    async def _bring(self, act: Act, starter: Starter) -> Brought:
        rules.check(starter.programme)
        outline = await self._clean(starter.programme.outline)
        wanted = replace(starter.programme, outline=outline)
        rules.check(wanted)
        found = await self._versions.started(starter.code)
        if found is None:
            await self._start(act, starter, wanted)
            return Brought.NEW
        version, fingerprint = found
        if fingerprint == starter.fingerprint:
            return Brought.SAME
        if not version.from_content or version.state not in EDITABLE:
            return Brought.KEPT
        await self._restart(act, starter, version, wanted)
        return Brought.CHANGED

    async def _start(self, act: Act, starter: Starter, wanted: Programme) -> None:
        lecture = Lecture(id=act.draw.id(), created_at=act.at, changed_at=act.at)
        version_id = act.draw.id()

        async def work(unit: Unit) -> None:
            series = await self._series(unit, act, starter.series)
            version = Version(
                id=version_id,
                lecture_id=lecture.id,
                number=1,
                programme=replace(wanted, series=series),
                state=VersionState.DRAFT,
                editors=(),
                changed_by=act.actor,
                created_at=act.at,
                changed_at=act.at,
            )
            await self._versions.start(unit, version, starter=starter)
            await self._store.add(unit, lecture)
            await unit.audit(act.event("lecture.brought", lecture.id))

        await act.commit(work)

    async def _restart(self, act: Act, starter: Starter, was: Version, wanted: Programme) -> None:
        async def work(unit: Unit) -> None:
            series = await self._series(unit, act, starter.series)
            after = replace(
                was,
                programme=replace(wanted, series=series),
                changed_by=act.actor,
                changed_at=act.at,
                revision=was.revision + 1,
            )
            await self._versions.restart(unit, after, was=was, starter=starter)
            await unit.audit(act.event("lecture.brought", was.lecture_id))

        await act.commit(work)

    async def _series(self, unit: Unit, act: Act, title: str) -> str:
        known = next((one.id for one in await self._store.series() if one.title == title), None)
        if known is not None:
            return known
        series = Series(id=act.draw.id(), title=title)
        await self._store.add_series(unit, series)
        await unit.audit(act.event("lecture_series.added", series.id))
        return series.id
