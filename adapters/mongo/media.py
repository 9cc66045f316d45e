"""What is known of media: files, the parts of uploads, and what may be given out of each."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import PyMongoError

from adapters.mongo.coalescing import reads
from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.media.assets import Asset, AssetState, Found, Kind, Rendition, Step, StepState
from domain.media.ports import File, Part
from domain.media.uploads import NotUploading
from domain.transactions import Unit

log = structlog.get_logger()

ASSETS, PARTS, FILES = "media_assets", "media_parts", "media_files"
MOST_OF = 200
MOST_KNOWN = 8192
# Of hours of subtitles these are megabytes, and a list is of many files.
LISTS = ("texts", "changes")
LIGHT = {f"found.{name}": 0 for name in LISTS}
PLAIN = ("of", "name", "size", "added_by", "added_at", "changed_at", "sha256", "revision")


class MongoAssets:
    """What is known of files."""

    def __init__(self, database: Database) -> None:
        self._assets = database[ASSETS]

    async def add(self, unit: Unit, asset: Asset) -> None:
        """A new one."""
        await self._assets.insert_one(_document(asset), session=session_of(unit))

    async def get(self, asset_id: str) -> Asset | None:
        """By id."""
        row = await self._assets.find_one({"_id": asset_id})
        return _asset(row) if row else None

    async def some(self, ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of these that there are, by id, without ``texts`` and ``changes``."""
        found = self._assets.find({"_id": {"$in": list(ids)}}, LIGHT)
        return {row["_id"]: _asset(row) async for row in found}

    async def whole(self, ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of these that there are, by id, with all that was found in them."""
        found = self._assets.find({"_id": {"$in": list(ids)}})
        return {row["_id"]: _asset(row) async for row in found}

    async def of(self, what: str) -> Sequence[Asset]:
        """All that belong to something, the newest first, at most 200; as light as ``some``."""
        found = self._assets.find({"of": what}, LIGHT).sort("_id", DESCENDING).limit(MOST_OF)
        return [_asset(row) async for row in found]

    async def replace(self, unit: Unit, asset: Asset, *, was: Asset) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""
        result = await self._assets.replace_one(
            {"_id": was.id, "revision": was.revision}, _document(asset), session=session_of(unit)
        )
        if result.matched_count == 0:
            raise Collision

    async def remove(self, unit: Unit, asset: Asset) -> None:
        """It goes; the transaction starts over if it moved on."""
        result = await self._assets.delete_one(
            {"_id": asset.id, "revision": asset.revision}, session=session_of(unit)
        )
        if result.deleted_count == 0:
            raise Collision

    async def total(self, unit: Unit) -> int:
        """How many bytes all files have together: as they came, and what was made of them."""
        one = {"$add": ["$size", {"$sum": "$renditions.size"}]}
        summed: list[Document] = [{"$group": {"_id": None, "size": {"$sum": one}}}]
        found = self._assets.aggregate(summed, session=session_of(unit))
        return sum([int(row["size"]) async for row in found])

    async def uploading(self, unit: Unit) -> Sequence[Asset]:
        """All uploads that are not over."""
        wanted = {"state": AssetState.UPLOADING.value}
        found = self._assets.find(wanted, session=session_of(unit))
        return [_asset(row) async for row in found]

    async def given_up(self, before: datetime, *, most: int) -> Sequence[Asset]:
        """Uploads that are not over and of which nothing came since then."""
        wanted = {"state": AssetState.UPLOADING.value, "changed_at": {"$lte": before}}
        found = self._assets.find(wanted).sort("changed_at", ASCENDING).limit(most)
        return [_asset(row) async for row in found]

    async def like_it_at_work(self, asset: Asset) -> bool:
        """Whether somebody works on another of the same kind and editor."""
        others = {"_id": {"$ne": asset.id}, "added_by": asset.added_by, "kind": asset.kind.value}
        at_work = {"state": AssetState.PROCESSING.value, "steps.state": StepState.WORKING.value}
        return await self._assets.find_one({**others, **at_work}, {"_id": 1}) is not None

    async def working(self, asset_id: str, *, step: str, percent: int, why: str = "") -> bool:
        """So far is a step that is not over; False when there is no such file any more.

        ``why`` says what it waits for.

        While the database is away nobody is told: an hour's work is not given up for news.
        """
        try:
            return await self._told(asset_id, step, percent, why)
        except PyMongoError as error:
            log.warning("progress_not_told", error=type(error).__name__)
            return True

    async def _told(self, asset_id: str, step: str, percent: int, why: str) -> bool:
        under_way = [StepState.WAITING.value, StepState.WORKING.value]
        now = {"state": StepState.WORKING.value, "percent": percent, "why": why}
        undone = {"name": step, "state": {"$in": under_way}}
        result = await self._assets.update_one(
            {"_id": asset_id, "steps": {"$elemMatch": undone}},
            {"$set": {f"steps.$.{name}": value for name, value in now.items()}},
        )
        # One that is over meanwhile is still there.
        return bool(result.matched_count or await self._assets.count_documents({"_id": asset_id}))


class MongoParts:
    """Which parts of uploads are in."""

    def __init__(self, database: Database) -> None:
        self._assets = database[ASSETS]
        self._parts = database[PARTS]

    async def of(self, asset_id: str) -> Sequence[Part]:
        """Those of a file, by their numbers."""
        found = self._parts.find({"asset_id": asset_id}).sort("number", ASCENDING)
        return [_part(row) async for row in found]

    async def one(self, asset_id: str, number: int) -> Part | None:
        """The one of this number; None when it did not come."""
        row = await self._parts.find_one({"_id": _part_name(asset_id, number)})
        return _part(row) if row else None

    async def add(self, unit: Unit, asset_id: str, part: Part, *, at: datetime) -> bool:
        """One that came; False where another is in under its number, which stays.

        The file moves on: who ends the upload just then counts the parts anew, and who sends
        another part of this number finds this one. The very same that is in changes nothing, so
        that nobody keeps an upload for ever by sending it again.
        """
        session, part_id = session_of(unit), _part_name(asset_id, part.number)
        here = await self._parts.find_one({"_id": part_id}, session=session)
        if here is not None:
            return _part(here) == part
        touched = await self._assets.update_one(
            {"_id": asset_id, "state": AssetState.UPLOADING.value},
            {"$set": {"changed_at": at}, "$inc": {"revision": 1}},
            session=session,
        )
        if touched.matched_count == 0:
            raise NotUploading("这个文件已经传完或已删除，不再接收内容。")
        row = {"_id": part_id, "v": 1, "asset_id": asset_id, **asdict(part)}
        await self._parts.insert_one(row, session=session)
        return True

    async def remove(self, unit: Unit, asset_id: str) -> None:
        """All of a file."""
        await self._parts.delete_many({"asset_id": asset_id}, session=session_of(unit))


class MongoFiles:
    """The files that may be given out."""

    def __init__(self, database: Database) -> None:
        self._files = database[FILES]
        self._reads = reads(self._files, _file)

    async def file(self, *, asset_id: str, rendition: str, name: str) -> File | None:
        """One of them; None when there is none."""
        return await self._reads.ask(_file_name(asset_id, rendition, name))

    async def keep(self, unit: Unit, files: Sequence[File]) -> None:
        """Those of a rendition, or of several, in place of what was kept of each before."""
        session = session_of(unit)
        for asset_id, rendition in {(one.asset_id, one.rendition) for one in files}:
            wanted = {"asset_id": asset_id, "rendition": rendition}
            await self._files.delete_many(wanted, session=session)
        rows = [
            {"_id": _file_name(one.asset_id, one.rendition, one.name), "v": 1, **asdict(one)}
            for one in files
        ]
        if rows:
            await self._files.insert_many(rows, session=session)

    async def remove_of(self, unit: Unit, asset_id: str) -> None:
        """No file of this asset may be given out any more."""
        await self._files.delete_many({"asset_id": asset_id}, session=session_of(unit))


class LastingFiles:
    """Files of what is shown: none of them changes or goes while a version names it.

    So each is asked for once, and the latest thousands stay in hand. What is not there is asked
    for each time.
    """

    def __init__(self, files: MongoFiles) -> None:
        self._files = files
        self._known: OrderedDict[str, File] = OrderedDict()

    async def file(self, *, asset_id: str, rendition: str, name: str) -> File | None:
        """One of them; None when there is none."""
        called = _file_name(asset_id, rendition, name)
        if found := self._known.get(called):
            self._known.move_to_end(called)
            return found
        found = await self._files.file(asset_id=asset_id, rendition=rendition, name=name)
        if found is not None:
            self._known[called] = found
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return found


def _part_name(asset_id: str, number: int) -> str:
    return f"{asset_id}:{number}"


def _part(row: Document) -> Part:
    return Part(number=row["number"], size=row["size"], sha256=row["sha256"])


def _file_name(asset_id: str, rendition: str, name: str) -> str:
    return f"{asset_id}/{rendition}/{name}"


def _file(row: Document) -> File:
    return File(**{name: value for name, value in row.items() if name not in {"_id", "v"}})


def _document(asset: Asset) -> Document:
    return {
        "_id": asset.id,
        "v": 1,
        "kind": asset.kind.value,
        "state": asset.state.value,
        "steps": [{**asdict(one), "state": one.state.value} for one in asset.steps],
        "renditions": [asdict(one) for one in asset.renditions],
        "found": _lists(asdict(asset.found)),
        **{name: getattr(asset, name) for name in PLAIN},
    }


def _lists(found: dict[str, Any]) -> Document:
    """Sequences as the database keeps them."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in found.items()
    }


def _asset(row: Document) -> Asset:
    found = row["found"]
    return Asset(
        id=row["_id"],
        kind=Kind(row["kind"]),
        state=AssetState(row["state"]),
        steps=tuple(Step(**{**one, "state": StepState(one["state"])}) for one in row["steps"]),
        renditions=tuple(Rendition(**one) for one in row["renditions"]),
        found=Found(**{**found, **{name: tuple(found.get(name, ())) for name in LISTS}}),
        **{name: row[name] for name in PLAIN},
    )
