"""The watching of lectures: addresses of replays, how far people are, and how many they were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.errors import DuplicateKeyError

from adapters.keys import hash_of_secret
from adapters.mongo.coalescing import reads
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of, unit_of
from domain.lectures.addresses import Address
from domain.lectures.hours import Hours
from domain.lectures.spans import merged
from domain.lectures.watching import Progress, Sitting
from domain.pages import Ask, Page
from domain.transactions import Unit

COUNTS = "lecture_counts"
HOURS = "lecture_hours"
VIEWS = ("views",)
OWN = frozenset({"_id", "v"})
PLAIN = (
    *("lecture_id", "person_id", "recording", "duration_ms", "slide_pages", "changed_at"),
    *("position_ms", "moved_at", "playing", "revision"),
)
PLAIN_HOURS = ("left_ms", "looks_left_ms", "left_until", "revision")


class MongoReplayAddresses:
    """Found by the hash of their secret, which is nowhere."""

    def __init__(self, database: Database) -> None:
        self._addresses = database["replay_addresses"]
        self._reads = reads(self._addresses, lambda row: row)

    async def add(self, unit: Unit, address: Address) -> None:
        """A new one."""
        said = asdict(address)
        kept = {"_id": hash_of_secret(said.pop("secret")), "v": 1, **said}
        await self._addresses.insert_one(kept, session=session_of(unit))

    async def get(self, secret: str) -> Address | None:
        """By its secret; None when unknown."""
        row = await self._reads.ask(hash_of_secret(secret))
        if row is None:
            return None
        return Address(secret=secret, **{name: row[name] for name in row if name not in OWN})


class MongoProgress:
    """One document of each person, lecture and recording; of each person one for all hours."""

    def __init__(self, database: Database) -> None:
        self._progress = database["lecture_progress"]
        self._viewers = database["lecture_viewers"]
        self._counts = database[COUNTS]
        self._hours = database[HOURS]

    async def get(self, *, lecture_id: str, person_id: str, recording: str) -> Progress | None:
        """Of one person and recording."""
        row = await self._progress.find_one({"_id": _name(lecture_id, person_id, recording)})
        return read_progress(row) if row else None

    async def read(
        self, unit: Unit, *, lecture_id: str, person_id: str, recording: str
    ) -> Progress | None:
        """The same, as this transaction sees it."""
        wanted = {"_id": _name(lecture_id, person_id, recording)}
        row = await self._progress.find_one(wanted, session=session_of(unit))
        return read_progress(row) if row else None

    async def sat(
        self, unit: Unit, *, lecture_id: str, person_id: str, sitting_id: str
    ) -> Progress | None:
        """That of a sitting of the person's, as this transaction sees it."""
        wanted = {"person_id": person_id, "lecture_id": lecture_id, "sittings.id": sitting_id}
        row = await self._progress.find_one(wanted, session=session_of(unit))
        return read_progress(row) if row else None

    async def add(self, unit: Unit, progress: Progress) -> None:
        """A new one; the transaction starts over when there is one."""
        try:
            await self._progress.insert_one(_document(progress), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def replace(self, unit: Unit, progress: Progress, *, was: Progress) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""
        document = _document(progress)
        result = await self._progress.replace_one(
            {"_id": document["_id"], "revision": was.revision}, document, session=session_of(unit)
        )
        if result.matched_count == 0:
            raise Collision

    async def hours(self, unit: Unit, person_id: str) -> Hours:
        """Those of a person over all lectures, as this transaction sees them."""
        row = await self._hours.find_one({"_id": person_id}, session=session_of(unit))
        if row is None:
            return Hours(person_id=person_id)
        # What a migration put together may lie over itself.
        spent = merged((start, end) for start, end in row["spent"])
        plain = {name: row[name] for name in PLAIN_HOURS}
        return Hours(person_id=person_id, spent=spent, **plain)

    async def keep_hours(self, unit: Unit, hours: Hours, *, was: Hours) -> None:
        """Save at the end, as ``replace`` does."""
        plain = {name: getattr(hours, name) for name in PLAIN_HOURS}
        spent = [list(one) for one in hours.spent]
        row: Document = {"_id": hours.person_id, "v": 1, "spent": spent, **plain}
        known = {"_id": hours.person_id, "revision": was.revision}
        write = ReplaceOne(known, row) if was.revision else InsertOne(row)
        unit_of(unit).require(HOURS, write, otherwise=Collision())

    async def of(self, person_id: str, *, ask: Ask) -> Page[Progress]:
        """All of a person's, by when they changed, newest first."""
        chosen = {"person_id": person_id}
        return await newest_first(self._progress, chosen, ask, by="changed_at", read=read_progress)

    async def first_view(self, unit: Unit, *, lecture_id: str, person_id: str) -> bool:
        """Note that a person saw the lecture; whether it is the first time."""
        row: Document = {"_id": f"{lecture_id}/{person_id}"}
        session = session_of(unit)
        if await self._viewers.find_one(row, {"_id": 1}, session=session):
            return False
        row |= {"v": 1, "lecture_id": lecture_id, "person_id": person_id}
        try:
            await self._viewers.insert_one(row, session=session)
        except DuplicateKeyError as error:
            raise Collision from error
        return True

    async def count(
        self,
        unit: Unit,
        *,
        lecture_id: str,
        recording: str,
        viewed: bool,
        minutes: Sequence[int],
        pages: Sequence[int],
    ) -> None:
        """One more person viewed it, and watched these minutes, and looked at these pages."""
        if viewed:
            _increase(unit, lecture_id, lecture_id, VIEWS)
        more = _fields(minutes, pages)
        if more:
            _increase(unit, f"{lecture_id}/{recording}", lecture_id, more)

    async def views(self, lecture_ids: Sequence[str]) -> Mapping[str, int]:
        """How many people saw each."""
        found = self._counts.find({"_id": {"$in": list(lecture_ids)}}, {"views": 1})
        views = {row["_id"]: int(row.get("views", 0)) async for row in found}
        return dict.fromkeys(lecture_ids, 0) | views


def uncount_view(unit: Unit, lecture_id: str) -> None:
    """One person fewer saw the lecture."""
    _decrease(unit, lecture_id, VIEWS)


def uncount(unit: Unit, progress: Progress) -> None:
    """One person fewer watched these minutes, and looked at these pages."""
    fewer = _fields(progress.minutes, progress.pages)
    if fewer:
        _decrease(unit, f"{progress.lecture_id}/{progress.recording}", fewer)


def _fields(minutes: Iterable[int], pages: Iterable[int]) -> Sequence[str]:
    return [*(f"minutes.{one}" for one in minutes), *(f"pages.{one}" for one in pages)]


def _increase(unit: Unit, name: str, lecture_id: str, fields: Sequence[str]) -> None:
    """At the end of the transaction, so that others wait shortly for a lecture that many watch."""
    change: Any = {
        "$inc": dict.fromkeys(fields, 1),
        "$setOnInsert": {"v": 1, "lecture_id": lecture_id},
    }
    unit_of(unit).last(COUNTS, UpdateOne({"_id": name}, change, upsert=True))


def _decrease(unit: Unit, name: str, fields: Sequence[str]) -> None:
    change: Any = {"$inc": dict.fromkeys(fields, -1)}
    unit_of(unit).last(COUNTS, UpdateOne({"_id": name}, change))


def _name(lecture_id: str, person_id: str, recording: str) -> str:
    return f"{lecture_id}/{person_id}/{recording}"


def _document(progress: Progress) -> Document:
    return {
        "_id": _name(progress.lecture_id, progress.person_id, progress.recording),
        "v": 1,
        "sittings": [asdict(one) for one in progress.sittings],
        "seen": [list(one) for one in progress.seen],
        "pages": list(progress.pages),
        "speed": float(progress.speed),
        **{name: getattr(progress, name) for name in PLAIN},
    }


def read_progress(row: Document) -> Progress:
    """As the domain knows it."""
    return Progress(
        sittings=tuple(Sitting(**one) for one in row["sittings"]),
        seen=tuple((start, end) for start, end in row["seen"]),
        pages=tuple(row["pages"]),
        speed=row["speed"],
        **{name: row[name] for name in PLAIN},
    )
