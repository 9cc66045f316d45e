"""The public register of promises: plain, since everybody may read it; gone when its time is over.

A part of a name is found by its pairs of characters, and then looked for as a whole.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Any

from pymongo import DeleteOne, ReplaceOne, UpdateOne

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import unit_of
from domain.pages import Ask, Page
from domain.promises.register import Entry, Line, grams
from domain.time import day_ends
from domain.transactions import Unit


class MongoPromiseRegister:
    """One document an entry, under its promise code."""

    def __init__(self, database: Database) -> None:
        self._register = database["promise_register"]

    async def put(self, unit: Unit, entry: Entry) -> None:
        """A new one, or the same again."""
        document: Document = {
            "_id": entry.code,
            "v": 1,
            "promise_id": entry.promise_id,
            "person_id": entry.person_id,
            "name": entry.name,
            "uscc": entry.uscc,
            "kind": entry.kind,
            "title": entry.title,
            "signed_on": entry.signed_on.isoformat(),
            "until": entry.until.isoformat(),
            "state": entry.state,
            # Entries of a day follow one another by their codes.
            "at": datetime.combine(entry.signed_on, time(), UTC),
            "gone_at": day_ends(entry.until),
            "lines": [{"label": line.label, "value": line.value} for line in entry.lines],
            # A masked name finds nobody.
            "grams": list(grams(entry.name)) if entry.uscc else [],
        }
        put = ReplaceOne({"_id": entry.code}, document, upsert=True)
        unit_of(unit).last("promise_register", put)

    async def take_out(self, unit: Unit, code: str) -> None:
        """It is shown no more."""
        unit_of(unit).last("promise_register", DeleteOne({"_id": code}))

    async def say(self, unit: Unit, code: str, *, state: str) -> None:
        """How it is performed, where it is shown."""
        said = UpdateOne({"_id": code}, {"$set": {"state": state}})
        unit_of(unit).last("promise_register", said)

    async def get(self, code: str, *, today: date) -> Entry | None:
        """By promise code, while it is shown."""
        row = await self._register.find_one({"_id": code, **_shown(today)})
        return _entry(row) if row else None

    async def of_uscc(self, uscc: str, *, today: date, ask: Ask) -> Page[Entry]:
        """Those of an organisation, newest first."""
        return await self._page({"uscc": uscc}, today, ask)

    async def named(self, words: str, *, today: date, ask: Ask) -> Page[Entry]:
        """Those whose name contains this, newest first."""
        chosen = {"grams": {"$all": list(grams(words))}, "name": {"$regex": re.escape(words)}}
        return await self._page(chosen, today, ask)

    async def newest(self, *, today: date, ask: Ask) -> Page[Entry]:
        """All, newest first."""
        return await self._page({}, today, ask)

    async def _page(self, chosen: dict[str, Any], today: date, ask: Ask) -> Page[Entry]:
        return await newest_first(
            self._register, {**chosen, **_shown(today)}, ask, by="at", read=_entry
        )


def _shown(today: date) -> Document:
    return {"until": {"$gte": today.isoformat()}}


def _entry(row: Document) -> Entry:
    return Entry(
        code=row["_id"],
        promise_id=row["promise_id"],
        person_id=row["person_id"],
        name=row["name"],
        uscc=row["uscc"],
        kind=row["kind"],
        title=row["title"],
        signed_on=date.fromisoformat(row["signed_on"]),
        until=date.fromisoformat(row["until"]),
        state=row["state"],
        lines=tuple(Line(**line) for line in row["lines"]),
    )
