"""Places and their tenants. Neither is a person's: a place is public, a tenant is an enterprise."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from typing import Any

from pymongo import ASCENDING, DESCENDING, InsertOne
from pymongo.errors import DuplicateKeyError

from adapters.mongo.coalescing import reads
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first, oldest_first
from adapters.mongo.transactions import Collision, session_of, unit_of
from domain.butlers.places import Place, PlaceKind, Tenancy
from domain.butlers.weeks import Week
from domain.errors import Stale
from domain.hours import Interval
from domain.pages import Ask, Page
from domain.transactions import Conflict, Unit

MOST = 2000
MOST_TENANCIES = 100


class MongoPlaces:
    """One document each; the code is unique."""

    def __init__(self, database: Database) -> None:
        self._places = database["places"]
        self._reads = reads(self._places, _place)

    async def add(self, unit: Unit, place: Place) -> None:
        """A new one; raises Conflict when the code is taken."""
        try:
            await self._places.insert_one(_place_document(place), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Conflict("这个编号已被其他服务点使用。") from error

    async def bring(self, unit: Unit, place: Place) -> None:
        """One of the content; the unit starts over when another process just brought it."""
        added = InsertOne(_place_document(place))
        unit_of(unit).require(self._places.name, added, otherwise=Collision())

    async def get(self, place_id: str) -> Place | None:
        """By id."""
        return await self._reads.ask(place_id)

    async def replace(self, unit: Unit, place: Place, *, was: Place) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        try:
            result = await self._places.replace_one(
                {"_id": was.id, "revision": was.revision},
                _place_document(place),
                session=session_of(unit),
            )
        except DuplicateKeyError as error:
            raise Conflict("这个编号已被其他服务点使用。") from error
        if result.matched_count == 0:
            raise Stale("这个服务点刚刚有了变动，请刷新后再操作。")

    async def search(
        self, *, text: str, kind: PlaceKind | None, open_only: bool, ask: Ask
    ) -> Page[Place]:
        """Those with this text in name or address, or as the code; in the order they came.

        There are some hundreds of places, so each is looked at.
        """
        chosen: dict[str, Any] = {}
        if text:
            part = {"$regex": re.escape(text), "$options": "i"}
            chosen["$or"] = [{"name": part}, {"address": part}, {"code": text.upper()}]
        if kind is not None:
            chosen["kind"] = kind.value
        if open_only:
            chosen["open"] = True
        # Paging adds an $or of its own.
        return await oldest_first(
            self._places, {"$and": [chosen]} if chosen else {}, ask, by="added_at", read=_place
        )

    async def all(self) -> Sequence[Place]:
        """Every place, by code, at most 2,000."""
        rows = self._places.find().sort("code", ASCENDING).limit(MOST)
        return [_place(row) async for row in rows]

    async def many(self, place_ids: Collection[str]) -> Sequence[Place]:
        """Those of these ids that there are."""
        rows = self._places.find({"_id": {"$in": list(place_ids)}}).limit(MOST)
        return [_place(row) async for row in rows]


class MongoTenancies:
    """``standing`` is there only while the tenancy has no last day, and is unique."""

    def __init__(self, database: Database) -> None:
        self._tenancies = database["tenancies"]

    async def add(self, unit: Unit, tenancy: Tenancy) -> None:
        """A new one; raises Conflict when the enterprise is in this room of the place already."""
        try:
            document = _tenancy_document(tenancy)
            await self._tenancies.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Conflict("这家企业已登记在这个房号，不能重复登记。") from error

    async def get(self, tenancy_id: str) -> Tenancy | None:
        """By id."""
        row = await self._tenancies.find_one({"_id": tenancy_id})
        return _tenancy(row) if row else None

    async def replace(self, unit: Unit, tenancy: Tenancy, *, was: Tenancy) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._tenancies.replace_one(
            {"_id": was.id, "revision": was.revision},
            _tenancy_document(tenancy),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale("这条入驻刚刚有了变动，请刷新后再操作。")

    async def in_place(self, place_id: str, *, ask: Ask) -> Page[Tenancy]:
        """Those of a place, newest first."""
        chosen = {"place_id": place_id}
        return await newest_first(self._tenancies, chosen, ask, by="added_at", read=_tenancy)

    async def of(self, uscc: str, *, today: date) -> Sequence[Tenancy]:
        """Those of an enterprise that hold today, latest first, at most 100."""
        day = today.isoformat()
        chosen = {
            "uscc": uscc,
            "since": {"$lte": day},
            "$or": [{"until": None}, {"until": {"$gte": day}}],
        }
        rows = (
            self._tenancies.find(chosen)
            .sort([("since", DESCENDING), ("_id", DESCENDING)])
            .limit(MOST_TENANCIES)
        )
        return [_tenancy(row) async for row in rows]


def week_document(week: Week | None) -> Document | None:
    """Working hours as they are kept: by weekday, each interval as two times of the day."""
    if week is None:
        return None
    return {
        str(day): [[one.begins.isoformat(), one.ends.isoformat()] for one in intervals]
        for day, intervals in week.items()
    }


def read_week(kept: Mapping[str, Any] | None) -> Week | None:
    """As the domain knows them."""
    if kept is None:
        return None
    return {
        int(day): tuple(
            Interval(begins=time.fromisoformat(begins), ends=time.fromisoformat(ends))
            for begins, ends in intervals
        )
        for day, intervals in kept.items()
    }


def _place_document(place: Place) -> Document:
    return {
        "_id": place.id,
        "v": 1,
        "code": place.code,
        "name": place.name,
        "kind": place.kind.value,
        "address": place.address,
        "parent": place.parent,
        "hours": week_document(place.hours),
        "agency": place.agency,
        "open": place.open,
        "added_at": place.added_at,
        "revision": place.revision,
    }


def _place(row: Document) -> Place:
    return Place(
        id=row["_id"],
        code=row["code"],
        name=row["name"],
        kind=PlaceKind(row["kind"]),
        address=row["address"],
        parent=row["parent"],
        hours=read_week(row["hours"]),
        agency=row["agency"],
        open=row["open"],
        added_at=row["added_at"],
        revision=row["revision"],
    )


def _tenancy_document(tenancy: Tenancy) -> Document:
    document: Document = {
        "_id": tenancy.id,
        "v": 1,
        "place_id": tenancy.place_id,
        "uscc": tenancy.uscc,
        "name": tenancy.name,
        "room": tenancy.room,
        "since": tenancy.since.isoformat(),
        "until": tenancy.until.isoformat() if tenancy.until else None,
        "added_at": tenancy.added_at,
        "revision": tenancy.revision,
    }
    if tenancy.until is None:
        document["standing"] = f"{tenancy.place_id}:{tenancy.uscc}:{tenancy.room}"
    return document


def _tenancy(row: Document) -> Tenancy:
    return Tenancy(
        id=row["_id"],
        place_id=row["place_id"],
        uscc=row["uscc"],
        name=row["name"],
        room=row["room"],
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        added_at=row["added_at"],
        revision=row["revision"],
    )
