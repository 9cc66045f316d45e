"""Cloud lectures: what is shown, and every version of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import Enum

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo import versions
from adapters.mongo.coalescing import reads
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first, oldest_first
from adapters.mongo.schema.lectures import EVER_SHOWN
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.lectures.lectures import Lecture, Standing
from domain.lectures.programme import LONGEST, Access, Chapter, Cue, LiveKind, Programme
from domain.lectures.series import MOST_SERIES, NAMED, Proposal, Series
from domain.lectures.starting import Starter
from domain.lectures.versions import Version
from domain.pages import Ask, Page
from domain.transactions import Conflict, Unit
from domain.versions import VersionState

TAKEN = "这个讲座已有一个在办的新版本，请先办结它，或在它上面修改。"
PLAIN = ("created_at", "changed_at", "version_id", "shown_at", "reason", "revision")
PLAIN_VERSION = (
    *("lecture_id", "number", "made_from", "reviewed_by", "reason"),
    *("publish_at", "published_at"),
)


class MongoLectures:
    """Lectures and series."""

    def __init__(self, database: Database) -> None:
        self._lectures = database["lectures"]
        self._reads = reads(self._lectures, _lecture)
        self._series = database["lecture_series"]

    async def add(self, unit: Unit, lecture: Lecture) -> None:
        """A new one."""
        await self._lectures.insert_one(_document(lecture), session=session_of(unit))

    async def get(self, lecture_id: str) -> Lecture | None:
        """By id; those who ask at one moment share a command: each range of a film asks."""
        return await self._reads.ask(lecture_id)

    async def some(self, ids: Sequence[str]) -> Mapping[str, Lecture]:
        """Those of these that there are, by id."""
        found = self._lectures.find({"_id": {"$in": list(ids)}})
        return {row["_id"]: _lecture(row) async for row in found}

    async def read(self, unit: Unit, lecture_id: str) -> Lecture | None:
        """By id, as this transaction sees it."""
        row = await self._lectures.find_one({"_id": lecture_id}, session=session_of(unit))
        return _lecture(row) if row else None

    async def replace(self, unit: Unit, lecture: Lecture, *, was: Lecture) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""
        result = await self._lectures.replace_one(
            {"_id": was.id, "revision": was.revision},
            _document(lecture),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def all(self, *, ask: Ask) -> Page[Lecture]:
        """Every one, the newest made first."""
        return await newest_first(self._lectures, {}, ask, by="created_at", read=_lecture)

    async def shown(self, *, series: str, ask: Ask) -> Page[Lecture]:
        """Those that are shown, the latest to begin first; of a series, or of all."""
        chosen = {**_of(series), "begins_at": {"$exists": True}}
        return await newest_first(self._lectures, chosen, ask, by="begins_at", read=_lecture)

    async def coming(self, *, series: str, now: datetime, ask: Ask) -> Page[Lecture]:
        """Of them those that are live or begin after ``now``, the first to begin first."""
        # None lasts longer than that: what began before is not even looked at.
        chosen = {
            **_of(series),
            "begins_at": {"$gt": now - LONGEST},
            "$and": [{"$or": [{"begins_at": {"$gt": now}}, _live(now)]}],
        }
        return await oldest_first(self._lectures, chosen, ask, by="begins_at", read=_lecture)

    async def over(self, *, series: str, now: datetime, ask: Ask) -> Page[Lecture]:
        """Of them all others, the latest to begin first."""
        chosen = {**_of(series), "begins_at": {"$lte": now}, "$nor": [_live(now)]}
        return await newest_first(self._lectures, chosen, ask, by="begins_at", read=_lecture)

    async def lately(self, *, ask: Ask) -> Page[Lecture]:
        """Those that are shown, the last to be shown first."""
        chosen = {"begins_at": {"$exists": True}}
        return await newest_first(self._lectures, chosen, ask, by="shown_at", read=_lecture)

    async def ever_shown(self, *, series: str, most: int) -> Sequence[Lecture]:
        """Those that are shown, or were: the latest to begin first; of a series, or of all."""
        chosen: Document = {"programme.series": series} if series else {}
        chosen["shown_at"] = EVER_SHOWN
        order = [("programme.begins_at", DESCENDING), ("_id", DESCENDING)]
        return [_lecture(row) async for row in self._lectures.find(chosen).sort(order).limit(most)]

    async def series(self) -> Sequence[Series]:
        """All series by title."""
        found = self._series.find().sort("title", ASCENDING).limit(MOST_SERIES)
        return [_one_series(row) async for row in found]

    async def series_shown(self) -> Collection[str]:
        """Ids of those to which a lecture belongs that is shown."""
        return set(await self._lectures.distinct("series", {"series": {"$exists": True}}))

    async def add_series(self, unit: Unit, series: Series) -> None:
        """A new one; raises Conflict when the title is taken."""
        try:
            await self._series.insert_one(_series_document(series), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Conflict(NAMED) from error

    async def replace_series(self, unit: Unit, series: Series, *, was: Series) -> None:
        """Save against what was read; raises Stale when it moved on, Conflict as adding does."""
        try:
            result = await self._series.replace_one(
                {"_id": was.id, "revision": was.revision},
                _series_document(series),
                session=session_of(unit),
            )
        except DuplicateKeyError as error:
            raise Conflict(NAMED) from error
        if result.matched_count == 0:
            raise Stale("这个系列刚刚有了变动，请重新打开后再操作。")


class MongoLectureVersions:
    """Every version of every lecture, and which files they name."""

    def __init__(self, database: Database) -> None:
        self._versions = database["lecture_versions"]

    async def add(self, unit: Unit, version: Version) -> None:
        """A new one; raises Conflict while another of its lecture is in work."""
        await versions.add(self._versions, unit, _version_document(version), taken=TAKEN)

    async def started(self, code: str) -> tuple[Version, str] | None:
        """What a file brought, as it is now, and the fingerprint it was brought under."""
        row = await self._versions.find_one({"brought": code})
        return (_version(row), row["fingerprint"]) if row else None

    async def start(self, unit: Unit, version: Version, *, starter: Starter) -> None:
        """The first of a file; the transaction starts over when another process just did it."""
        brought = {"brought": starter.code, "fingerprint": starter.fingerprint}
        await versions.bring(self._versions, unit, _version_document(version) | brought)

    async def restart(
        self, unit: Unit, version: Version, *, was: Version, starter: Starter
    ) -> None:
        """The same as the file says now; Stale when it moved on."""
        await self.replace(unit, version, was=was)
        await self._versions.update_one(
            {"_id": version.id},
            {"$set": {"fingerprint": starter.fingerprint}},
            session=session_of(unit),
        )

    async def get(self, version_id: str) -> Version | None:
        """By id."""
        row = await self._versions.find_one({"_id": version_id})
        return _version(row) if row else None

    async def replace(self, unit: Unit, version: Version, *, was: Version) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        document = _version_document(version)
        await versions.replace(
            self._versions, unit, document, was=was, while_there=("in_work", "files")
        )

    async def of(self, lecture_id: str, *, ask: Ask) -> Page[Version]:
        """All of a lecture, newest first."""
        return await newest_first(
            self._versions, {"lecture_id": lecture_id}, ask, by="created_at", read=_version
        )

    async def in_work(self, lecture_ids: Sequence[str]) -> Mapping[str, Version]:
        """Those that are not decided, by lecture: at most one of each."""
        found = self._versions.find({"in_work": {"$in": list(lecture_ids)}})
        return {row["lecture_id"]: _version(row) async for row in found}

    async def numbered(self, lecture_id: str) -> int:
        """The highest number of a version of a lecture; 0 when there is none."""
        row = await self._versions.find_one(
            {"lecture_id": lecture_id}, {"number": 1}, sort=[("number", DESCENDING)]
        )
        return int(row["number"]) if row else 0

    async def using(self, asset_id: str) -> Sequence[Version]:
        """All versions that are not withdrawn and name this file, the newest first."""
        found = self._versions.find({"files": asset_id}).sort("created_at", DESCENDING)
        return [_version(row) async for row in found]


def _of(series: str) -> Document:
    return {"series": series} if series else {}


def _live(now: datetime) -> Document:
    """Those that have not ended and are held live, or will be."""
    return {
        "programme.ends_at": {"$gt": now},
        "programme.live_kind": {"$ne": LiveKind.NONE.value},
    }


async def title_of(database: Database, lecture_id: str) -> str:
    """What a lecture is called; empty when there is none."""
    row = await database["lectures"].find_one({"_id": lecture_id}, {"programme.title": 1})
    return str(row["programme"]["title"]) if row else ""


def _one_series(row: Document) -> Series:
    proposed = row.get("proposed")
    return Series(
        id=row["_id"],
        title=row["title"],
        summary=row["summary"],
        proposed=Proposal(**proposed) if proposed else None,
        revision=row["revision"],
    )


def _series_document(series: Series) -> Document:
    plain = {name: getattr(series, name) for name in ("title", "summary", "revision")}
    document: Document = {"_id": series.id, "v": 1, **plain}
    if series.proposed:
        document["proposed"] = asdict(series.proposed)
    return document


def _document(lecture: Lecture) -> Document:
    document: Document = {
        "_id": lecture.id,
        "v": 1,
        **{name: getattr(lecture, name) for name in PLAIN},
        "standing": lecture.standing.value,
        "programme": _programme_document(lecture.programme),
    }
    if lecture.shown and lecture.programme.begins_at:
        document["begins_at"] = lecture.programme.begins_at
        document["series"] = lecture.programme.series
    return document


def _lecture(row: Document) -> Lecture:
    return Lecture(
        id=row["_id"],
        **{name: row[name] for name in PLAIN},
        standing=Standing(row["standing"]),
        programme=_programme(row["programme"]),
    )


def _version_document(version: Version) -> Document:
    document: Document = {
        **versions.document_of(version, of=version.lecture_id),
        **{name: getattr(version, name) for name in PLAIN_VERSION},
        "programme": _programme_document(version.programme),
    }
    if version.state is not VersionState.WITHDRAWN and version.programme.files:
        document["files"] = list(version.programme.files)
    return document


def _version(row: Document) -> Version:
    return Version(
        **versions.fields_of(row),
        **{name: row[name] for name in PLAIN_VERSION},
        programme=_programme(row["programme"]),
    )


def _programme_document(programme: Programme) -> Document:
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, value in asdict(programme).items()
    }


def _programme(kept: Document) -> Programme:
    return Programme(
        **{
            **kept,
            "live_kind": LiveKind(kept["live_kind"]),
            "access": Access(kept["access"]),
            "attachments": tuple(kept["attachments"]),
            "chapters": tuple(Chapter(**one) for one in kept["chapters"]),
            "cues": tuple(Cue(**one) for one in kept["cues"]),
        }
    )
