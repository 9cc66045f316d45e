"""Places in lectures: one room of each lecture, one registration of each person in it."""

from collections.abc import Awaitable, Sequence

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.lectures.registrations import Registration, Room, State
from domain.pages import Ask, Page
from domain.transactions import Unit

ROOM = ("round", "confirmed", "waiting", "came", "revision")
PLAIN = (
    *("lecture_id", "person_id", "round", "number", "registered_at", "changed_at", "revision"),
)


class MongoRegistrations:
    """Rooms are written in every transaction that changes a place: so none is given twice."""

    def __init__(self, database: Database) -> None:
        self._rooms = database["lecture_rooms"]
        self._registrations = database["lecture_registrations"]

    async def room(self, unit: Unit, lecture_id: str) -> Room | None:
        """That of a lecture, as this transaction sees it; None before anybody came."""
        return _room(await self._rooms.find_one({"_id": lecture_id}, session=session_of(unit)))

    async def room_now(self, lecture_id: str) -> Room | None:
        """The same, as it is at this moment."""
        return _room(await self._rooms.find_one({"_id": lecture_id}))

    async def keep_room(self, unit: Unit, room: Room) -> None:
        """Save the next revision; the transaction starts over if it is there already."""
        document = {"_id": room.lecture_id, "v": 1, **{one: getattr(room, one) for one in ROOM}}
        if room.revision == 1:
            await _insert(self._rooms.insert_one(document, session=session_of(unit)))
            return
        was = {"_id": room.lecture_id, "revision": room.revision - 1}
        result = await self._rooms.replace_one(was, document, session=session_of(unit))
        if result.matched_count == 0:
            raise Collision

    async def get(self, *, lecture_id: str, person_id: str) -> Registration | None:
        """A person's, as it stands."""
        row = await self._registrations.find_one({"lecture_id": lecture_id, "person_id": person_id})
        return read_registration(row) if row else None

    async def read(self, unit: Unit, *, lecture_id: str, person_id: str) -> Registration | None:
        """The same, as this transaction sees it."""
        row = await self._registrations.find_one(
            {"lecture_id": lecture_id, "person_id": person_id}, session=session_of(unit)
        )
        return read_registration(row) if row else None

    async def add(self, unit: Unit, registration: Registration) -> None:
        """A new one; the transaction starts over when the person has one."""
        document = _document(registration)
        await _insert(self._registrations.insert_one(document, session=session_of(unit)))

    async def replace(self, unit: Unit, registration: Registration, *, was: Registration) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""
        result = await self._registrations.replace_one(
            {"_id": was.id, "revision": was.revision},
            _document(registration),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def first_waiting(self, unit: Unit, room: Room, *, limit: int) -> Sequence[Registration]:
        """Who has waited longest in this round, in order."""
        found = self._registrations.find(
            _waiting(room.lecture_id, room.round), session=session_of(unit)
        )
        rows = await found.sort("number", ASCENDING).limit(limit).to_list(limit)
        return [read_registration(row) for row in rows]

    async def ahead(self, registration: Registration, *, unit: Unit | None = None) -> int:
        """How many wait before one who waits."""
        chosen = _waiting(registration.lecture_id, registration.round)
        chosen["number"] = {"$lt": registration.number}
        session = session_of(unit) if unit else None
        return await self._registrations.count_documents(chosen, session=session)

    async def round_now(self, lecture_ids: Sequence[str]) -> dict[str, int]:
        """Which round it is, by lecture."""
        found = self._rooms.find({"_id": {"$in": list(lecture_ids)}}, {"round": 1})
        return {row["_id"]: row["round"] async for row in found}

    async def of(self, *, person_id: str, ask: Ask) -> Page[Registration]:
        """A person's, the last to register first."""
        return await newest_first(
            self._registrations,
            {"person_id": person_id},
            ask,
            by="registered_at",
            read=read_registration,
        )


def _room(row: Document | None) -> Room | None:
    return Room(lecture_id=row["_id"], **{one: row[one] for one in ROOM}) if row else None


async def _insert(inserting: Awaitable[object]) -> None:
    try:
        await inserting
    except DuplicateKeyError as error:
        raise Collision from error


def _waiting(lecture_id: str, round_: int) -> Document:
    return {"lecture_id": lecture_id, "round": round_, "state": State.WAITING.value}


def _document(registration: Registration) -> Document:
    return {
        "_id": registration.id,
        "v": 1,
        **{name: getattr(registration, name) for name in PLAIN},
        "state": registration.state.value,
    }


def read_registration(row: Document) -> Registration:
    """As the domain knows it."""
    return Registration(
        id=row["_id"], **{name: row[name] for name in PLAIN}, state=State(row["state"])
    )
