"""Counter cases. What the person gave is encrypted; a clerk finds a case by its number."""

from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.counter import CaseState, CounterCase, Reason
from domain.transactions import Unit
from domain.values import VerifiedIdentity


class MongoCounterCases:
    """One document a case; ``standing`` is the person's id while it is open."""

    def __init__(self, database: Database) -> None:
        self._cases = database["counter_cases"]
        self._cipher = database.cipher

    async def standing(self, *, person_id: str, unit: Unit | None = None) -> CounterCase | None:
        """The open case of a person, as the transaction sees it if one is given."""
        session = session_of(unit) if unit is not None else None
        row = await self._cases.find_one({"standing": person_id}, session=session)
        return _case(row) if row else None

    async def save(self, unit: Unit, case: CounterCase) -> None:
        """Insert or replace; a number or a person that has one already starts over."""
        document: Document = {
            "_id": case.id,
            "v": 1,
            "number": case.number,
            "person_id": case.person_id,
            "reason": case.reason.value,
            "name": await self._cipher.random("person", case.given.name),
            "id_number": await self._cipher.random("person", case.given.id_number),
            "opened_at": case.opened_at,
            "state": case.state.value,
        }
        if case.state is CaseState.OPEN:
            document["standing"] = case.person_id
        try:
            await self._cases.replace_one(
                {"_id": case.id}, document, upsert=True, session=session_of(unit)
            )
        except DuplicateKeyError as error:
            raise Collision from error


def _case(row: Document) -> CounterCase:
    return CounterCase(
        id=row["_id"],
        number=row["number"],
        person_id=row["person_id"],
        reason=Reason(row["reason"]),
        given=VerifiedIdentity(name=row["name"], id_number=row["id_number"]),
        opened_at=row["opened_at"],
        state=CaseState(row["state"]),
    )
