"""Applications for electricity: what they say is one ciphertext; each file another."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first, oldest_first
from adapters.mongo.transactions import Collision, session_of
from domain.electricity.applications import (
    Against,
    Application,
    Breach,
    By,
    Channel,
    Later,
    Manager,
    Material,
    Premises,
    Proof,
    Returned,
    State,
    Step,
    Survey,
    Wanted,
)
from domain.electricity.staff_view import follows_by
from domain.errors import Stale
from domain.pages import Ask, Page
from domain.time import day_ends
from domain.transactions import Unit

NAME = "electricity_applications"
FILES = "electricity_files"
DueDay = Callable[[Application], date | None]
# Where nobody has to act by a day: such applications come last.
NO_DAY = date(9998, 12, 31)
MOVED_ON = "这份申请刚刚有了变动，请刷新后再操作。"


class MongoElectricity:
    """``number`` is there from the first submission on; until then a draft can lapse."""

    def __init__(self, database: Database, *, drafts_last: timedelta, due_day: DueDay) -> None:
        self._applications = database[NAME]
        self._files = database[FILES]
        self._cipher = database.cipher
        self._drafts_last = drafts_last
        self._due_day = due_day

    async def add(self, unit: Unit, application: Application) -> None:
        """A new draft."""
        document = await self._document(application)
        await self._applications.insert_one(document, session=session_of(unit))

    async def get(self, application_id: str) -> Application | None:
        """By id."""
        row = await self._applications.find_one({"_id": application_id})
        return read_application(row) if row else None

    async def by_number(self, number: str) -> Application | None:
        """By number."""
        row = await self._applications.find_one({"number": number})
        return read_application(row) if row else None

    async def of_subject(self, subject_id: str, *, ask: Ask) -> Page[Application]:
        """Those begun under one right to act, newest first."""
        return await self._page({"subject_id": subject_id}, ask)

    async def of_about(self, about: str, *, ask: Ask) -> Page[Application]:
        """All of an applicant, newest first."""
        return await self._page({"about": about}, ask)

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[Application]:
        """All in one of these states, who has waited there longest first."""
        chosen = {"state": {"$in": [state.value for state in states]}}
        return await oldest_first(
            self._applications, chosen, ask, by="since", read=read_application
        )

    async def due_first(self, states: Iterable[State], *, ask: Ask) -> Page[Application]:
        """All in one of these states, the earliest deadline first; without one last."""
        chosen = {"state": {"$in": [state.value for state in states]}}
        return await oldest_first(
            self._applications, chosen, ask, by="due_at", read=read_application
        )

    async def drafts(self, subject_id: str) -> int:
        """How many drafts there are under one right to act."""
        chosen = {"subject_id": subject_id, "state": State.DRAFT.value}
        return int(await self._applications.count_documents(chosen))

    async def replace(self, unit: Unit, application: Application, *, was: Application) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        document = await self._document(application)
        session = session_of(unit)
        try:
            result = await self._applications.replace_one(
                {"_id": was.id, "revision": was.revision}, document, session=session
            )
        except DuplicateKeyError as error:
            raise Collision from error
        if result.matched_count == 0:
            raise Stale(MOVED_ON)
        if application.materials:
            lapse = (
                {"$set": {"gone_at": document["gone_at"]}}
                if "gone_at" in document
                else {"$unset": {"gone_at": ""}}
            )
            await self._files.update_many({"application_id": was.id}, lapse, session=session)

    async def remove(self, unit: Unit, application: Application) -> None:
        """A draft goes with its files; Stale when it moved on."""
        chosen = {
            "_id": application.id,
            "revision": application.revision,
            "state": State.DRAFT.value,
        }
        result = await self._applications.delete_one(chosen, session=session_of(unit))
        if result.deleted_count == 0:
            raise Stale(MOVED_ON)
        files = {"application_id": application.id}
        await self._files.delete_many(files, session=session_of(unit))

    async def keep_file(
        self, unit: Unit, *, application: Application, material_id: str, content: bytes
    ) -> None:
        """A file as it is to be read again; it lapses with its draft."""
        document: Document = {
            "_id": material_id,
            "v": 1,
            "application_id": application.id,
            "content": await self._cipher.random("report", content),
            **self._lapse(application),
        }
        await self._files.insert_one(document, session=session_of(unit))

    async def file(self, *, application_id: str, material_id: str) -> bytes | None:
        """A file of this application."""
        row = await self._files.find_one({"_id": material_id, "application_id": application_id})
        return bytes(row["content"]) if row else None

    async def drop_file(self, unit: Unit, *, application_id: str, material_id: str) -> None:
        """A file goes."""
        chosen = {"_id": material_id, "application_id": application_id}
        await self._files.delete_one(chosen, session=session_of(unit))

    async def _page(self, chosen: Document, ask: Ask) -> Page[Application]:
        return await newest_first(
            self._applications, chosen, ask, by="created_at", read=read_application
        )

    def _lapse(self, application: Application) -> Document:
        """What was handed in once never lapses, not even as a draft again."""
        if application.state is State.DRAFT and not application.number:
            return {"gone_at": application.changed_at + self._drafts_last}
        return {}

    async def _document(self, application: Application) -> Document:
        said = {name: value for name, value in asdict(application).items() if name in SAID}
        text = json.dumps(said, ensure_ascii=False, default=_plain)
        return {
            "_id": application.id,
            "v": 1,
            **{name: getattr(application, name) for name in PLAIN},
            **({"number": application.number} if application.number else {}),
            "business": application.wanted.business,
            "state": application.state.value,
            "proof": application.proof.value,
            "channel": application.channel.value,
            "breach": application.breach.value if application.breach else None,
            "reminded": list(application.reminded),
            "due_at": day_ends(self._due_day(application) or NO_DAY),
            **_following(application),
            "content": await self._cipher.random("report", text),
            **self._lapse(application),
        }


def _following(application: Application) -> Document:
    day = follows_by(application)
    return {"follows_on": day.isoformat()} if day else {}


PLAIN = (
    *("person_id", "subject_id", "principal_id", "principal_person", "about", "uscc", "green"),
    *("sample", "report_id", "promise_id", "promise_code", "applied", "created_at", "changed_at"),
    *("since", "revision"),
)
SAID = frozenset(
    {"applicant", "identifier", "wanted", "materials", "later", "against", "manager", "returned"}
    | {"survey", "plan", "new_account", "energised_on", "steps"}
)


def read_application(row: Document) -> Application:
    """An application as the domain knows it."""
    said = json.loads(row["content"])
    wanted = said["wanted"]
    premises = wanted["premises"]
    return Application(
        id=row["_id"],
        number=row.get("number", ""),
        **{name: row[name] for name in PLAIN},
        state=State(row["state"]),
        proof=Proof(row["proof"]),
        channel=Channel(row["channel"]),
        breach=Breach(row["breach"]) if row["breach"] else None,
        reminded=tuple(row["reminded"]),
        **{name: said[name] for name in ("applicant", "identifier", "plan", "new_account")},
        wanted=Wanted(**{**wanted, "premises": Premises(premises) if premises else None}),
        materials=tuple(Material(**_at(one, "added_at")) for one in said["materials"]),
        later=tuple(Later(**_on(one, "due")) for one in said["later"]),
        against=tuple(Against(**one) for one in said["against"]),
        manager=Manager(**said["manager"]) if said["manager"] else None,
        returned=_returned(said["returned"]) if said["returned"] else None,
        survey=Survey(**_at(said["survey"], "begins_at", "ends_at")) if said["survey"] else None,
        energised_on=date.fromisoformat(said["energised_on"]) if said["energised_on"] else None,
        steps=tuple(_step(one) for one in said["steps"]),
    )


def _returned(kept: dict[str, Any]) -> Returned:
    papers, came_from = tuple(kept["papers"]), State(kept["came_from"])
    return Returned(**{**_on(kept, "due"), "papers": papers, "came_from": came_from})


def _step(kept: dict[str, Any]) -> Step:
    return Step(**{**_at(kept, "at"), "state": State(kept["state"]), "by": By(kept["by"])})


def _at(kept: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**kept, **{name: datetime.fromisoformat(kept[name]) for name in names}}


def _on(kept: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**kept, **{name: date.fromisoformat(kept[name]) for name in names}}


def _plain(value: object) -> str:
    """A date, an instant or a code as text."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not kept as text: {value!r}")
