"""The words of lectures that are shown: found by pairs of signs, and then read as they are.

The rarest pair leads: of the index only the lectures that have it are read, in the order of the
list, and of those only what has the others too. Of a lecture that has not begun, the pairs that are
``told`` already decide: neither a hit nor the end of a page says what its slides hold.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pymongo import DESCENDING

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of
from domain.lectures.searching import (
    SHOWN_ONLY,
    Entry,
    Hit,
    grams_of,
    hit_of,
    lines_of,
    needed,
    told_grams_of,
)
from domain.pages import MOST, Ask, Page, Place
from domain.transactions import Unit

# Beyond so many a pair is common, however many more there are.
COUNTED = 2_000
# So many lectures are read as they are for one page.
MOST_READ = 500
# And so many signs of them: long lectures are read fewer at a time.
MOST_SIGNS_READ = 3_000_000
AT_A_TIME = 20
ORDER = [("begins_at", DESCENDING), ("_id", DESCENDING)]
BY_GRAM = [("grams", 1), *ORDER]


class MongoLectureSearch:
    """One document of each lecture that is shown."""

    def __init__(self, database: Database) -> None:
        self._search = database["lecture_search"]

    async def keep(self, unit: Unit, entry: Entry) -> None:
        """In place of what was kept of it before."""
        await self._search.replace_one(
            {"_id": entry.lecture_id}, document_of(entry), upsert=True, session=session_of(unit)
        )

    async def remove(self, unit: Unit, lecture_id: str) -> None:
        """It is not found any more."""
        await self._search.delete_one({"_id": lecture_id}, session=session_of(unit))

    async def find(self, words: Sequence[str], *, ask: Ask, now: datetime) -> Page[Hit]:
        """Lectures in which all of these words stand, the latest to begin first.

        A page may hold fewer than were asked for and still say where to go on: no request reads
        more than a bounded number.
        """
        limit, grams = min(ask.limit, MOST), await self._rarest_first(words)
        found = self._search.find(_chosen(grams, ask.after, now)).hint(BY_GRAM).sort(ORDER)
        hits: list[Hit] = []
        place: Place | None = None
        count = signs = 0
        async for row in found.limit(MOST_READ + 1).batch_size(AT_A_TIME):
            count += 1
            if len(hits) == limit or count > MOST_READ or signs > MOST_SIGNS_READ:
                return Page(items=tuple(hits), next=place)
            signs += sum(len(line) for some in row["lines"].values() for line in some)
            hit = hit_of(_entry(row), words, now=now)
            # Others are served between one lecture and the next.
            await asyncio.sleep(0)
            place = Place(at=row["begins_at"], id=row["_id"])
            if hit is not None:
                hits.append(hit)
        return Page(items=tuple(hits), next=None)

    async def _rarest_first(self, words: Sequence[str]) -> Sequence[str]:
        grams = list(dict.fromkeys(gram for word in words for gram in needed(word)))
        counted = (self._search.count_documents({"grams": one}, limit=COUNTED) for one in grams)
        counts = dict(zip(grams, await asyncio.gather(*counted), strict=True))
        return sorted(grams, key=counts.__getitem__)


def _chosen(grams: Sequence[str], after: Place | None, now: datetime) -> Document:
    first, *others = grams
    begun_or_told = [{"begins_at": {"$lte": now}}, {"told": {"$all": list(grams)}}]
    chosen: Document = {"grams": first, "$and": [{"$or": begun_or_told}]}
    if others:
        # Said in this way it cannot lead: the index is entered by the first alone.
        chosen["$nor"] = [{"grams": {"$nin": [gram]}} for gram in others]
    if after is not None:
        chosen["begins_at"] = {"$lte": after.at}
        chosen["$or"] = [{"begins_at": {"$lt": after.at}}, {"_id": {"$lt": after.id}}]
    return chosen


def document_of(entry: Entry) -> Document:
    """As it is kept."""
    return {
        "_id": entry.lecture_id,
        "v": 2,
        "begins_at": entry.begins_at,
        "title": entry.title,
        "speaker": entry.speaker,
        "grams": sorted(grams_of(entry)),
        "told": sorted(told_grams_of(entry)),
        "texts": {field: list(texts) for field, texts in entry.texts.items()},
        "moments": [{"page": page, "at_ms": at} for page, at in entry.moments.items()],
        "spoken": list(entry.spoken),
        "lines": lines_of(entry.texts),
    }


async def keep_what_is_open(database: Database) -> None:
    """Documents of before say what is told, and no more what not everybody may watch."""
    search = database["lecture_search"]
    async for row in search.find({"told": {"$exists": False}}):
        entry = _entry(row)
        if row["closed"]:
            texts = {name: some for name, some in entry.texts.items() if name not in SHOWN_ONLY}
            entry = replace(entry, texts=texts, lines={}, moments={}, spoken=())
        await search.replace_one({"_id": row["_id"]}, document_of(entry))


def _entry(row: Document) -> Entry:
    return Entry(
        lecture_id=row["_id"],
        title=row["title"],
        speaker=row["speaker"],
        begins_at=row["begins_at"],
        texts=row["texts"],
        moments={one["page"]: one["at_ms"] for one in row["moments"]},
        spoken=row["spoken"],
        lines=row["lines"],
    )
