"""The ways a collection is gone through: some rows at a time, in the transaction of one step."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from adapters.mongo.database import Database, Document
from adapters.mongo.legal_hold import MongoLegalHold
from adapters.mongo.transactions import session_of
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.erasure.rules import Held, Kind, Rules
from domain.transactions import Unit

ROWS = 200
ERASED_NAME = "已注销用户"
AGAIN = "again"

Query = Callable[[Leaver], Mapping[str, Any]]


class Ways:
    """What the sweeps of all rooms share."""

    def __init__(self, database: Database, *, hold: MongoLegalHold, rules: Rules) -> None:
        self.database = database
        self.hold = hold
        self.rules = rules

    async def rows(
        self, unit: Unit | None, name: str, query: Mapping[str, Any], *, most: int = ROWS
    ) -> list[Document]:
        """The first rows, as this transaction sees them; or beside it, where none can change."""
        session = session_of(unit) if unit else None
        found = self.database[name].find(dict(query), session=session).limit(most)
        return [row async for row in found]

    async def delete(self, unit: Unit, name: str, query: Mapping[str, Any]) -> int:
        """Rows that are known to be few; how many."""
        result = await self.database[name].delete_many(dict(query), session=session_of(unit))
        return result.deleted_count

    def deleting(self, name: str, query: Query) -> Sweep:
        """Every row the query finds goes."""

        async def sweep(unit: Unit, leaver: Leaver, _: str, /) -> Swept:
            found = self.database[name].find(
                dict(query(leaver)), {"_id": 1}, session=session_of(unit)
            )
            ids = [row["_id"] async for row in found.limit(ROWS)]
            if ids:
                await self.delete(unit, name, {"_id": {"$in": ids}})
            return Swept(gone=len(ids), after=AGAIN if len(ids) == ROWS else "")

        return sweep

    def changing(
        self, name: str, query: Query, change: Callable[[Leaver, Document], Awaitable[Document]]
    ) -> Sweep:
        """Every row the query finds gets what ``change`` says, and is found no more by it."""

        async def sweep(unit: Unit, leaver: Leaver, _: str, /) -> Swept:
            rows = await self.rows(unit, name, query(leaver))
            for row in rows:
                await self.set(unit, name, row, await change(leaver, row))
            return Swept(changed=len(rows), after=AGAIN if len(rows) == ROWS else "")

        return sweep

    def keeping(
        self, name: str, query: Query, kind: Kind, since: Callable[[Leaver, Document], datetime]
    ) -> Sweep:
        """Every row the query finds moves to legal hold, or goes when its time is over."""

        async def sweep(unit: Unit, leaver: Leaver, _: str, /) -> Swept:
            rows = await self.rows(unit, name, query(leaver))
            total = Swept()
            for row in rows:
                total += await self.keep(unit, leaver, kind, row, since=since(leaver, row))
            if rows:
                await self.delete(unit, name, {"_id": {"$in": [row["_id"] for row in rows]}})
            return total + Swept(after=AGAIN if len(rows) == ROWS else "")

        return sweep

    def walking(
        self, name: str, query: Query, change: Callable[[Leaver, Document], Awaitable[Document]]
    ) -> Sweep:
        """Rows that only ``change`` can judge, in the order of their ids; most stay as they are."""

        async def sweep(unit: Unit, leaver: Leaver, after: str, /) -> Swept:
            wanted = {"$and": [dict(query(leaver)), {"_id": {"$gt": after}}]}
            found = self.database[name].find(wanted, session=session_of(unit))
            rows = [row async for row in found.sort("_id", ASCENDING).limit(ROWS)]
            changed = 0
            for row in rows:
                changes = await change(leaver, row)
                if changes:
                    await self.set(unit, name, row, changes)
                    changed += 1
            return Swept(changed=changed, after=rows[-1]["_id"] if len(rows) == ROWS else "")

        return sweep

    async def set(self, unit: Unit, name: str, row: Document, changes: Document) -> None:
        """Some fields of one row."""
        await self.database[name].update_one(
            {"_id": row["_id"]}, {"$set": changes}, session=session_of(unit)
        )

    async def keep(
        self,
        unit: Unit,
        leaver: Leaver,
        kind: Kind,
        row: Document,
        *,
        since: datetime,
        content: Mapping[str, object] | None = None,
        found_by: Mapping[str, str] | None = None,
    ) -> Swept:
        """One thing to legal hold, naming its rule and its end; what is over is not kept."""
        rule = self.rules.of(kind)
        ends_at = rule.ends(since)
        if ends_at <= leaver.at:
            return Swept(gone=1)
        held = Held(
            id=row["_id"],
            kind=kind,
            rule=rule.code,
            source=rule.source,
            kept_at=leaver.at,
            ends_at=ends_at,
            content=content if content is not None else _whole(row),
            holder=leaver.holder,
            **(found_by or {}),
        )
        await self.hold.keep(unit, held)
        return Swept(kept=1, kept_until=ends_at)


def in_turn(*sweeps: Sweep) -> Sweep:
    """Several sweeps of one collection, one after the other."""
    names = [str(number) for number in range(len(sweeps))]

    async def sweep(unit: Unit, leaver: Leaver, after: str, /) -> Swept:
        place, _, within = after.partition(":")
        number = names.index(place) if place else 0
        swept = await sweeps[number](unit, leaver, within)
        if swept.after:
            return swept + Swept(after=f"{number}:{swept.after}")
        return swept + Swept(after=f"{number + 1}:" if number + 1 < len(sweeps) else "")

    return sweep


def redacted(text: str, leaver: Leaver) -> str:
    """A text of somebody else's without what names the person."""
    for trace in (leaver.id_number, leaver.phone, leaver.phone.removeprefix("+86"), leaver.name):
        if trace:
            text = text.replace(trace, ERASED_NAME)
    return text


def redacted_throughout(said: Any, leaver: Leaver) -> Any:
    """Whatever was written in it, each text of it, without what names the person."""
    if isinstance(said, str):
        return redacted(said, leaver)
    if isinstance(said, list):
        return [redacted_throughout(one, leaver) for one in said]
    if isinstance(said, dict):
        return {name: redacted_throughout(one, leaver) for name, one in said.items()}
    return said


def instead(value: str | None, leaver: Leaver) -> str | None:
    """The one who stands in, where the person was named."""
    return leaver.stand_in if value == leaver.person_id else value


def _whole(row: Document) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "v"}


def without(row: Document, names: Sequence[str]) -> dict[str, object]:
    """A row but for some fields."""
    return {name: value for name, value in _whole(row).items() if name not in names}
