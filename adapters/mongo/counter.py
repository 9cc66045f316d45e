"""Counter cases. What the person gave and what was seen and said of it is encrypted.

``standing`` is there and unique while a case is open: the person, or the promise to be signed.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.counter.cases import CaseKind, CaseState, Confirmation, CounterCase, Reason, Step
from domain.errors import Stale
from domain.transactions import Unit
from domain.values import VerifiedIdentity

MOST = 100


class MongoCounterCases:
    """One document a case; a clerk finds it by its number."""

    def __init__(self, database: Database) -> None:
        self._cases = database["counter_cases"]
        self._cipher = database.cipher

    async def standing(self, of: str, *, unit: Unit | None = None) -> CounterCase | None:
        """The open case of a person or a promise, as the transaction sees it if one is given."""
        session = session_of(unit) if unit is not None else None
        return _case(await self._cases.find_one({"standing": of}, session=session))

    async def get(self, case_id: str) -> CounterCase | None:
        """By id."""
        return _case(await self._cases.find_one({"_id": case_id}))

    async def by_number(self, number: str) -> CounterCase | None:
        """By the number named at the counter."""
        return _case(await self._cases.find_one({"number": number}))

    async def of_object(self, object_id: str) -> CounterCase | None:
        """The newest about one thing."""
        newest = [("opened_at", DESCENDING), ("_id", DESCENDING)]
        return _case(await self._cases.find_one({"object_id": object_id}, sort=newest))

    async def in_state(self, states: Iterable[CaseState]) -> Sequence[CounterCase]:
        """Those in one of these states, oldest first, at most 100."""
        rows = self._cases.find({"state": {"$in": [state.value for state in states]}})
        oldest = rows.sort([("opened_at", ASCENDING), ("_id", ASCENDING)]).limit(MOST)
        return [case async for row in oldest if (case := _case(row))]

    async def add(self, unit: Unit, case: CounterCase) -> None:
        """A new one; a number that is taken, or another open one, starts over."""
        try:
            await self._cases.insert_one(await self._document(case), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def replace(self, unit: Unit, case: CounterCase, *, was: CounterCase) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        # Cases of before clerks worked on them have no revision.
        revision: object = was.revision or {"$in": [None, 0]}
        result = await self._cases.replace_one(
            {"_id": was.id, "revision": revision},
            await self._document(case),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale("这件窗口业务刚刚有了变动，请刷新后再操作。")

    async def _document(self, case: CounterCase) -> Document:
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
            "kind": case.kind.value,
            "content": await self._cipher.random("person", _content(case)),
            "revision": case.revision,
        }
        if case.object_id:
            document["object_id"] = case.object_id
        if case.good_until is not None:
            document["good_until"] = case.good_until
        if case.standing:
            document["standing"] = case.standing
        return document


def _content(case: CounterCase) -> str:
    said = {
        "confirmation": asdict(case.confirmation) if case.confirmation else None,
        "steps": [asdict(step) for step in case.steps],
    }
    return json.dumps(said, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"not kept as text: {value!r}")


def _case(row: Document | None) -> CounterCase | None:
    if row is None:
        return None
    said = json.loads(row["content"]) if "content" in row else {"confirmation": None, "steps": []}
    return CounterCase(
        id=row["_id"],
        number=row["number"],
        person_id=row["person_id"],
        reason=Reason(row["reason"]),
        given=VerifiedIdentity(name=row["name"], id_number=row["id_number"]),
        opened_at=row["opened_at"],
        kind=CaseKind(row.get("kind", CaseKind.IDENTITY.value)),
        object_id=row.get("object_id", ""),
        state=CaseState(row["state"]),
        confirmation=_confirmation(said["confirmation"]),
        good_until=row.get("good_until"),
        steps=tuple(
            Step(at=datetime.fromisoformat(step["at"]), text=step["text"]) for step in said["steps"]
        ),
        revision=row.get("revision", 0),
    )


def _confirmation(kept: dict[str, Any] | None) -> Confirmation | None:
    if kept is None:
        return None
    times = {name: datetime.fromisoformat(kept[name]) for name in ("at", "until")}
    return Confirmation(**{**kept, **times})
