"""What is shown changes: at once by a reviewer, or when the minute of a version comes.

The version, the lecture, what else of the room hears of it and what the editors are told commit
together, so that nothing is shown twice and nobody is told of what is not shown.
"""

from collections.abc import Sequence
from datetime import timedelta

from domain.errors import NotFound, Stale
from domain.lectures.lectures import Lecture
from domain.lectures.ports import LectureStore, OnShown, VersionStore
from domain.lectures.telling import DeskTelling
from domain.lectures.versions import Version
from domain.transactions import Act, Again, Unit
from domain.versions import VersionState

PUBLISH = "lecture.publish"


class Showing:
    """Puts a version in front of everybody, and takes a lecture away."""

    def __init__(
        self,
        *,
        store: LectureStore,
        versions: VersionStore,
        telling: DeskTelling,
        on_shown: Sequence[OnShown],
    ) -> None:
        self._store = store
        self._versions = versions
        self._telling = telling
        self._on_shown = tuple(on_shown)

    async def show(self, unit: Unit, act: Act, version: Version) -> Lecture:
        """In this transaction; the version is published already."""
        was = await self._read(unit, version.lecture_id)
        now = was.showing(version.id, version.programme, now=act.at)
        await self._store.replace(unit, now, was=was)
        await unit.audit(act.event("lecture.shown", now.id, version=version.id))
        await self._heard(unit, act, was, now)
        await self._telling.shown(unit, act, version)
        return now

    async def withdraw(self, unit: Unit, act: Act, *, lecture_id: str, reason: str) -> Lecture:
        """In this transaction; raises Conflict when it is not shown."""
        was = await self._read(unit, lecture_id)
        now = was.withdrawn(reason=reason, now=act.at)
        await self._store.replace(unit, now, was=was)
        await unit.audit(act.event("lecture.withdrawn", now.id))
        await self._heard(unit, act, was, now)
        version = await self._versions.get(was.version_id)
        if version is not None:
            await self._telling.withdrawn(unit, act, version, now)
        return now

    async def work(self, act: Act, *, version_id: str) -> Again | None:
        """Show a version at its minute, once; sleep until then.

        One that was handed back, given up or shown meanwhile is none of this message's any more.
        """
        version = await self._versions.get(version_id)
        if version is None or version.state is not VersionState.SCHEDULED:
            return None
        if not version.due(act.at) and version.publish_at is not None:
            return Again(after=version.publish_at - act.at)
        after = version.came_due(by=version.reviewed_by, now=act.at)

        async def work(unit: Unit) -> None:
            await self._versions.replace(unit, after, was=version)
            await self.show(unit, act, after)

        try:
            await act.commit(work)
        except Stale:
            # Somebody else moved it in this moment: what it is now is looked at anew.
            return Again(after=timedelta())
        return None

    async def _read(self, unit: Unit, lecture_id: str) -> Lecture:
        found = await self._store.read(unit, lecture_id)
        if found is None:
            raise NotFound("没有这个讲座。")
        return found

    async def _heard(self, unit: Unit, act: Act, was: Lecture, now: Lecture) -> None:
        for hear in self._on_shown:
            await hear(unit, act, was=was, now=now)
