"""Lectures as everybody sees them: only what is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.lectures.lectures import Lecture, require_shown
from domain.lectures.ports import AssetsOf, LectureStore
from domain.lectures.series import Series
from domain.media.assets import Asset
from domain.pages import Ask, Page


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A lecture with its series and its files, by id."""

    lecture: Lecture
    series: str
    assets: Mapping[str, Asset]

    def asset(self, asset_id: str) -> Asset | None:
        """One of its files, where it is there and may be shown."""
        found = self.assets.get(asset_id)
        return found if found is not None and found.ready else None


class Lectures:
    """What is shown, read."""

    def __init__(self, *, store: LectureStore, assets: AssetsOf) -> None:
        self._store = store
        self._assets = assets

    async def get(self, lecture_id: str) -> Shown:
        """One of them.

        Raises:
            NotFound: there is none, or it was never shown.
            Withdrawn: it was shown, and is not any more.
        """
        lecture = require_shown(await self._store.get(lecture_id))
        return (await self.with_files([lecture]))[0]

    async def all(self, *, series: str, ask: Ask) -> Page[Shown]:
        """The latest to begin first; of one series, or of all."""
        return await self._with_files(await self._store.shown(series=series, ask=ask))

    async def coming(self, *, series: str, now: datetime, ask: Ask) -> Page[Shown]:
        """Of them those that are live or still to begin, the first to begin first."""
        return await self._with_files(await self._store.coming(series=series, now=now, ask=ask))

    async def over(self, *, series: str, now: datetime, ask: Ask) -> Page[Shown]:
        """Of them all others, the latest to begin first."""
        return await self._with_files(await self._store.over(series=series, now=now, ask=ask))

    async def lately(self, *, ask: Ask) -> Page[Shown]:
        """All, the last to be shown first."""
        return await self._with_files(await self._store.lately(ask=ask))

    async def series(self) -> Sequence[Series]:
        """Those to which a lecture belongs that is shown, by title: others nobody reviewed."""
        shown = await self._store.series_shown()
        return [one for one in await self._store.series() if one.id in shown]

    async def with_files(self, lectures: Sequence[Lecture]) -> Sequence[Shown]:
        """These, each with its series and those of its files that there are."""
        wanted = sorted({one for lecture in lectures for one in lecture.programme.files})
        assets = await self._assets.some(wanted)
        titles = {one.id: one.title for one in await self._store.series()}
        return [
            Shown(
                lecture=one,
                series=titles.get(one.programme.series, ""),
                assets={i: assets[i] for i in one.programme.files if i in assets},
            )
            for one in lectures
        ]

    async def _with_files(self, page: Page[Lecture]) -> Page[Shown]:
        return Page(items=tuple(await self.with_files(page.items)), next=page.next)
