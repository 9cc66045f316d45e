"""People and their identity checks."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from adapters.mongo.coalescing import reads
from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.errors import NotFound
from domain.people.people import Check, Person, Verification
from domain.transactions import Conflict, Unit


class MongoPeople:
    """Names, numbers and phones are encrypted; the ID number is found by equality only."""

    def __init__(self, database: Database) -> None:
        self._people = database["people"]
        self._checks = database["identity_checks"]
        self._receipts = database["identity_receipts"]
        self._cipher = database.cipher
        self._reads = reads(self._people, _staying)

    async def begin(
        self, unit: Unit, *, person_id: str, now: datetime, reviewer: bool = False
    ) -> None:
        """An unverified person with nothing but an id."""
        person = Person(id=person_id, since=now, reviewer=reviewer)
        await self._people.insert_one(await self._document(person), session=session_of(unit))

    async def get(self, person_id: str) -> Person:
        """The person; NotFound when erased."""
        person = await self._reads.ask(person_id)
        if person is None:
            raise NotFound
        return person

    async def names(self, person_ids: Sequence[str]) -> Mapping[str, str]:
        """The proven names of people, by id; who has none is left out."""
        chosen = {"_id": {"$in": list(person_ids)}, "name": {"$exists": True}}
        rows = self._people.find(chosen, {"name": 1})
        return {row["_id"]: row["name"] async for row in rows}

    async def save(self, unit: Unit, person: Person, *, was: Person) -> None:
        """Against the revision read; what changed meanwhile starts the transaction over."""
        try:
            result = await self._people.replace_one(
                {"_id": was.id, "revision": was.revision},
                await self._document(person),
                session=session_of(unit),
            )
        except DuplicateKeyError as error:
            raise Collision from error
        if result.matched_count == 0:
            raise Collision

    async def forget_phone(self, unit: Unit, *, person_id: str) -> bool:
        """No telephone any more; whether there was one."""
        result = await self._people.update_one(
            {"_id": person_id, "phone": {"$exists": True}},
            {"$unset": {"phone": ""}, "$inc": {"revision": 1}},
            session=session_of(unit),
        )
        return result.modified_count == 1

    async def owner(self, unit: Unit, *, id_number: str) -> Person | None:
        """Who has proven this ID number, as this transaction sees it."""
        wanted = {"id_number": await self._cipher.equal("person", id_number)}
        row = await self._people.find_one(wanted, session=session_of(unit))
        return _person(row) if row else None

    async def holder(self, id_number: str) -> str | None:
        """The id of who has proven this ID number."""
        wanted = {"id_number": await self._cipher.equal("person", id_number)}
        row = await self._people.find_one(wanted, {"_id": 1})
        return row["_id"] if row else None

    async def add_check(self, unit: Unit, check: Check) -> None:
        """A check begun."""
        await self._checks.insert_one(
            {
                "_id": check.id,
                "v": 1,
                "person_id": check.person_id,
                "name": await self._cipher.random("person", check.name),
                "id_number": await self._cipher.equal("person", check.id_number),
                "ticket": await self._cipher.random("person", check.ticket),
                "begun_at": check.begun_at,
                "expires_at": check.expires_at,
                "done": check.done,
            },
            session=session_of(unit),
        )

    async def check(self, check_id: str) -> Check | None:
        """By id."""
        row = await self._checks.find_one({"_id": check_id})
        return _check(row) if row else None

    async def finish_check(self, unit: Unit, check: Check, *, receipt: str) -> None:
        """Done, by a receipt that no other check has used."""
        session = session_of(unit)
        spent = {
            "_id": _digest(receipt),
            "v": 1,
            "check_id": check.id,
            "expires_at": check.expires_at,
        }
        try:
            await self._receipts.insert_one(spent, session=session)
        except DuplicateKeyError as error:
            raise Conflict("这张核验回执已经用过，请重新发起实名认证。") from error
        await self._checks.update_one(
            {"_id": check.id, "done": False},
            {"$set": {"done": check.done, "led_to": check.led_to}},
            session=session,
        )

    async def fail_check(self, unit: Unit, check: Check) -> bool:
        """Done and failed; whether it was neither before."""
        result = await self._checks.update_one(
            {"_id": check.id, "done": False},
            {"$set": {"done": True, "failed": True}},
            session=session_of(unit),
        )
        return result.modified_count == 1

    async def spent(self, check: Check, *, receipt: str) -> bool:
        """Whether this check was finished by this receipt."""
        wanted = {"_id": _digest(receipt), "check_id": check.id}
        return await self._receipts.find_one(wanted) is not None

    async def _document(self, person: Person) -> Document:
        document: Document = {
            "_id": person.id,
            "v": 1,
            "since": person.since,
            "revision": person.revision,
        }
        if person.name is not None:
            document["name"] = await self._cipher.random("person", person.name)
        if person.reviewer:
            document["reviewer"] = True
        if person.id_number is not None:
            # One sample may be several reviewers': it is nobody's own.
            field = "sample_number" if person.reviewer else "id_number"
            document[field] = await self._cipher.equal("person", person.id_number)
        if person.phone is not None:
            document["phone"] = await self._cipher.equal("person", person.phone)
        if person.verification is not None:
            document["verification"] = {
                "method": person.verification.method,
                "at": person.verification.at,
            }
        if person.failures:
            document["failures"] = list(person.failures)
        return document


def _staying(row: Document) -> Person | None:
    return None if row.get("leaving") else _person(row)


def _person(row: Document) -> Person:
    proven = row.get("verification")
    return Person(
        id=row["_id"],
        since=row["since"],
        name=row.get("name"),
        id_number=row.get("id_number", row.get("sample_number")),
        reviewer=row.get("reviewer", False),
        phone=row.get("phone"),
        verification=Verification(method=proven["method"], at=proven["at"]) if proven else None,
        failures=tuple(row.get("failures", ())),
        revision=row["revision"],
    )


def _check(row: Document) -> Check:
    return Check(
        id=row["_id"],
        person_id=row["person_id"],
        name=row["name"],
        id_number=row["id_number"],
        ticket=row["ticket"],
        begun_at=row["begun_at"],
        expires_at=row["expires_at"],
        done=row["done"],
        led_to=row.get("led_to"),
        failed=row.get("failed", False),
    )


def _digest(receipt: str) -> str:
    return hashlib.sha256(receipt.encode()).hexdigest()
