"""Search among what is shown; what is found changes in the transaction that shows it."""

from datetime import datetime

from domain.lectures.around_ports import SearchIndex
from domain.lectures.lectures import Lecture
from domain.lectures.ports import AssetsOf, Words
from domain.lectures.searching import Hit, entry_of, words_of
from domain.pages import Ask, Page
from domain.transactions import Act, Unit


class Finding:
    """The index and what is asked of it."""

    def __init__(self, *, index: SearchIndex, assets: AssetsOf, words: Words) -> None:
        self._index = index
        self._assets = assets
        self._words = words

    async def __call__(self, unit: Unit, act: Act, *, was: Lecture, now: Lecture) -> None:
        """Hears what is shown: it is found from now on, as it is now, or not any more."""
        del act, was
        if not now.shown:
            await self._index.remove(unit, now.id)
            return
        programme = now.programme
        assets = await self._assets.whole([one for one in programme.files if one])
        outline = self._words(programme.outline)
        await self._index.keep(unit, entry_of(now.id, programme, assets, outline=outline))

    async def find(self, query: str, *, ask: Ask, now: datetime) -> Page[Hit]:
        """Lectures in which every word stands, the latest to begin first.

        Raises:
            Invalid: nothing to look for, or more than 40 signs.
        """
        return await self._index.find(words_of(query), ask=ask, now=now)
