"""Butlers, their shifts, and the gaps that were told; why somebody is away is ciphertext."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DeleteOne, ReplaceOne
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document, MongoSession
from adapters.mongo.places import read_week, week_document
from adapters.mongo.transactions import session_of, unit_of
from domain.butlers.butlers import Butler, ButlerState, Leave, LeaveState
from domain.butlers.ports import KnownGap
from domain.butlers.roster import Shift
from domain.errors import Stale
from domain.staff.accounts import StaffState
from domain.staff.roles import Role
from domain.transactions import Conflict, Unit

MOST, MOST_OF_PLACE, MOST_SHIFTS, MOST_GAPS = 500, 200, 500, 100
# A shift is kept as long as anybody may ask who had it.
KEPT = timedelta(days=400)


class MongoButlers:
    """One document each, under the id of the account, whose name and use are read with it.

    ``held`` only grows: whoever relies on somebody writes to it, so that a change collides.
    """

    def __init__(self, database: Database) -> None:
        self._butlers = database["butlers"]
        self._staff = database["staff"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, butler: Butler) -> None:
        """A new one; raises Conflict when the account has a record already."""
        document = {**await self._document(butler), "held": 0}
        try:
            await self._butlers.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Conflict("这个账号已经登记为信用管家。") from error

    async def get(self, staff_id: str, *, unit: Unit | None = None) -> Butler | None:
        """By id; as a unit sees it, where there is one."""
        found = await self.many([staff_id], unit=unit)
        return found[0] if found else None

    async def many(
        self, staff_ids: Collection[str], *, unit: Unit | None = None
    ) -> Sequence[Butler]:
        """Those of these ids that there are."""
        return await self._find({"_id": {"$in": list(staff_ids)}}, MOST, unit)

    async def of_place(self, place_id: str) -> Sequence[Butler]:
        """Whose place it is, whatever their state, at most 200."""
        return await self._find({"places": place_id}, MOST_OF_PLACE)

    async def all(self) -> Sequence[Butler]:
        """Every butler, at most 500."""
        return await self._find({}, MOST)

    async def replace(self, unit: Unit, butler: Butler, *, was: Butler) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._butlers.update_one(
            {"_id": was.staff_id, "revision": was.revision},
            {"$set": await self._document(butler)},
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale("这位信用管家的登记刚刚有了变动，请刷新后再操作。")

    async def hold(self, unit: Unit, staff_id: str) -> None:
        """Nothing of this butler changes until the unit commits: who changes it collides."""
        await self._butlers.update_one(
            {"_id": staff_id}, {"$inc": {"held": 1}}, session=session_of(unit)
        )

    async def _find(
        self, chosen: Mapping[str, Any], most: int, unit: Unit | None = None
    ) -> list[Butler]:
        session = session_of(unit) if unit else None
        rows = await self._butlers.find(chosen, session=session).limit(most).to_list(most)
        accounts = await self._accounts([row["_id"] for row in rows], session)
        return [_butler(row, accounts.get(row["_id"])) for row in rows]

    async def _accounts(
        self, staff_ids: Sequence[str], session: MongoSession | None
    ) -> Mapping[str, Document]:
        if not staff_ids:
            return {}
        chosen = {"_id": {"$in": list(staff_ids)}}
        fields = {"name": 1, "roles": 1, "state": 1}
        return {row["_id"]: row async for row in self._staff.find(chosen, fields, session=session)}

    async def _document(self, butler: Butler) -> Document:
        return {
            "_id": butler.staff_id,
            "v": 1,
            "agency": butler.agency,
            "places": list(butler.places),
            "skills": list(butler.skills),
            "hours": week_document(butler.hours),
            "state": butler.state.value,
            "since": butler.since,
            "content": await self._cipher.random("account", _content(butler)),
            "revision": butler.revision,
        }


class MongoShifts:
    """One document each."""

    def __init__(self, database: Database) -> None:
        self._shifts = database["roster_shifts"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, shift: Shift) -> None:
        """A new one."""
        document: Document = {
            "_id": shift.id,
            "v": 1,
            "place_id": shift.place_id,
            "staff_id": shift.staff_id,
            "begins": shift.begins,
            "ends": shift.ends,
            "note": await self._cipher.random("account", shift.note),
            "put_by": shift.put_by,
            "put_at": shift.put_at,
            "gone_at": shift.ends + KEPT,
        }
        await self._shifts.insert_one(document, session=session_of(unit))

    async def get(self, shift_id: str) -> Shift | None:
        """By id."""
        row = await self._shifts.find_one({"_id": shift_id})
        return _shift(row) if row else None

    async def remove(self, unit: Unit, shift: Shift) -> None:
        """It is no more; Stale when it was gone."""
        result = await self._shifts.delete_one({"_id": shift.id}, session=session_of(unit))
        if result.deleted_count == 0:
            raise Stale("这次值班已被取消，请刷新页面。")

    async def of_place(self, place_id: str, *, begin: datetime, end: datetime) -> Sequence[Shift]:
        """Those that have an instant of this time, at most 500."""
        chosen = {"place_id": place_id, "ends": {"$gt": begin}, "begins": {"$lt": end}}
        rows = self._shifts.find(chosen).sort("ends", ASCENDING).limit(MOST_SHIFTS)
        return [_shift(row) async for row in rows]


class MongoGaps:
    """Gaps that were told, as long as they are ahead."""

    def __init__(self, database: Database) -> None:
        self._gaps = database["roster_gaps"]

    async def of_place(self, place_id: str) -> Sequence[KnownGap]:
        """Those of a place, at most 100."""
        rows = self._gaps.find({"place_id": place_id}).sort("begins", ASCENDING).limit(MOST_GAPS)
        return [_gap(row) async for row in rows]

    async def settle(
        self, unit: Unit, *, keep: Sequence[KnownGap], drop: Sequence[KnownGap]
    ) -> None:
        """What is a gap now, and what is none any more."""
        own = unit_of(unit)
        for gap in keep:
            document = {
                "v": 1,
                **{name: value for name, value in vars(gap).items() if name != "id"},
            }
            own.last("roster_gaps", ReplaceOne({"_id": gap.id}, document, upsert=True))
        for gap in drop:
            own.last("roster_gaps", DeleteOne({"_id": gap.id}))

    async def all(self) -> Sequence[KnownGap]:
        """All, the next first, at most 500."""
        rows = self._gaps.find().sort("begins", ASCENDING).limit(MOST)
        return [_gap(row) async for row in rows]


def _content(butler: Butler) -> str:
    said = {
        "reason": butler.reason,
        "leaves": [
            {
                **vars(leave),
                "begins": leave.begins.isoformat(),
                "ends": leave.ends.isoformat(),
                "asked_at": leave.asked_at.isoformat(),
                "state": leave.state.value,
            }
            for leave in butler.leaves
        ],
    }
    return json.dumps(said, ensure_ascii=False)


def _butler(row: Document, account: Document | None) -> Butler:
    said = json.loads(row["content"])
    return Butler(
        staff_id=row["_id"],
        name=account["name"] if account else "原信用管家",
        in_use=account is not None and _in_use(account),
        agency=row["agency"],
        places=tuple(row["places"]),
        skills=tuple(row["skills"]),
        hours=read_week(row["hours"]),
        state=ButlerState(row["state"]),
        since=row["since"],
        reason=said["reason"],
        leaves=tuple(_leave(leave) for leave in said["leaves"]),
        revision=row["revision"],
    )


def _in_use(account: Document) -> bool:
    return account["state"] == StaffState.ACTIVE.value and Role.BUTLER.value in account["roles"]


def _leave(kept: Mapping[str, Any]) -> Leave:
    return Leave(
        **{
            **kept,
            "begins": datetime.fromisoformat(kept["begins"]),
            "ends": datetime.fromisoformat(kept["ends"]),
            "asked_at": datetime.fromisoformat(kept["asked_at"]),
            "state": LeaveState(kept["state"]),
        }
    )


def _shift(row: Document) -> Shift:
    return Shift(
        id=row["_id"],
        place_id=row["place_id"],
        staff_id=row["staff_id"],
        begins=row["begins"],
        ends=row["ends"],
        note=row["note"],
        put_by=row["put_by"],
        put_at=row["put_at"],
    )


def _gap(row: Document) -> KnownGap:
    return KnownGap(
        id=row["_id"],
        place_id=row["place_id"],
        begins=row["begins"],
        ends=row["ends"],
        since_before=row["since_before"],
        goes_on=row["goes_on"],
        found_at=row["found_at"],
    )
