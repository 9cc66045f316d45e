"""Who leaves: by what their traces are found, and what there is of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from adapters.mongo.database import Database, Document, MongoSession
from adapters.mongo.legal_hold import holder_of
from adapters.mongo.transactions import session_of
from domain.credit_reports.reports import UNFINISHED
from domain.erasure.erasures import Census, Leaver
from domain.erasure.rules import Kind
from domain.transactions import Unit


class MongoLeavers:
    """``caller_name`` is how the kept replies of a caller are called."""

    def __init__(
        self, database: Database, *, hmac_key: bytes, caller_name: Callable[[str], str]
    ) -> None:
        self._database = database
        self._hmac_key = hmac_key
        self._caller_name = caller_name

    async def leave(
        self, unit: Unit, *, person_id: str, stand_in: str, number: str, now: datetime
    ) -> Leaver | None:
        """From now on there is no such person, and their identity is free; None when none was.

        The row stays, empty, so that nothing made under its id meanwhile escapes the sweeps.
        """
        session = session_of(unit)
        row = await self._database["people"].find_one({"_id": person_id}, session=session)
        if row is None or row.get("leaving"):
            return None
        await self._database["people"].replace_one(
            {"_id": person_id},
            {
                "_id": person_id,
                "v": 1,
                "since": row["since"],
                "revision": row["revision"] + 1,
                "leaving": True,
            },
            session=session,
        )
        return await self._leaver(session, row, stand_in=stand_in, number=number, now=now)

    async def census(self, *, person_id: str) -> Census:
        """What there is of somebody, by the queries that the sweeps ask."""
        principals, abouts, subjects = await self._rights(person_id, None)
        mine = {"person_id": person_id}
        reports = {"principal_id": {"$in": principals}}
        issued = {**reports, "issue": {"$exists": True}}
        looked = {"about": {"$in": abouts}, "viewer": person_id}
        looks = {"$or": [{"about": person_id}, looked]}
        standing = {"standing": {"$exists": True}, "subject_id": {"$in": [*subjects, person_id]}}
        unfinished = {"state": {"$in": [state.value for state in UNFINISHED]}}
        return Census(
            goes={
                name: await self._count(collection, query)
                for name, (collection, query) in _going(mine, reports).items()
            },
            keeps={
                Kind.LOOK.value: await self._count("looks", looks),
                Kind.CONSENT.value: await self._count("consents", mine),
                Kind.PAPER.value: await self._count("credit_reports", issued),
                Kind.OBJECTION.value: await self._count("objections", {"about": person_id}),
                Kind.PROMISE.value: await self._count(
                    "promises", {**mine, "signature": {"$exists": True}}
                ),
                Kind.USAGE.value: await self._about_number(person_id),
            },
            newest=await self._newest(looks, issued),
            **await self._acting(mine, principals),
            unfinished=await self._count("credit_reports", {**unfinished, "$or": [mine, reports]}),
            objections=await self._count("objections", standing),
        )

    async def _about_number(self, person_id: str) -> int:
        """What the supplier reported of the person's ID number."""
        row = await self._database["people"].find_one({"_id": person_id}, {"id_number": 1})
        if row is None or "id_number" not in row:
            return 0
        number = await self._database.cipher.equal("person", row["id_number"])
        return await self._count("usage_records", {"number": number})

    async def _acting(self, mine: Document, principals: list[str]) -> dict[str, int]:
        under = {"principal_id": {"$in": principals}, "ended_at": None}
        taken = {**mine, "ended_at": None, "role": {"$in": ["agent", "helper"]}}
        return {
            "agents": await self._count("subjects", {**under, "role": "agent"}),
            "helpers": await self._count("subjects", {**under, "role": "helper"}),
            "received": await self._count("subjects", taken),
        }

    async def _newest(self, looks: Document, issued: Document) -> dict[str, datetime]:
        """From when the longest kept of a kind counts, where that is not the erasure itself."""
        found = {}
        look = await self._database["looks"].find_one(looks, {"at": 1}, sort=[("at", -1)])
        paper = await self._database["credit_reports"].find_one(
            issued, {"issue.expires_at": 1}, sort=[("issue.expires_at", -1)]
        )
        if look is not None:
            found[Kind.LOOK.value] = look["at"]
        if paper is not None:
            found[Kind.PAPER.value] = paper["issue"]["expires_at"]
        return found

    async def _count(self, name: str, query: Document) -> int:
        return int(await self._database[name].count_documents(query))

    async def _leaver(
        self, session: MongoSession, row: Document, *, stand_in: str, number: str, now: datetime
    ) -> Leaver:
        person_id = row["_id"]
        principals, abouts, subjects = await self._rights(person_id, session)
        found = self._database["wechat_accounts"].find({"person_id": person_id}, session=session)
        accounts = [account async for account in found]
        id_number = str(row.get("id_number", row.get("sample_number", "")))
        return Leaver(
            person_id=person_id,
            stand_in=stand_in,
            number=number,
            at=now,
            holder=holder_of(self._hmac_key, id_number or person_id),
            caller=self._caller_name(person_id),
            name=row.get("name", ""),
            id_number=id_number,
            phone=row.get("phone", ""),
            openids=tuple([account["openid"] for account in accounts]),
            accounts=tuple([account["_id"] for account in accounts]),
            principals=tuple(principals),
            subjects=tuple(subjects),
            abouts=tuple(abouts),
            counterparts=await self._counterparts(session, person_id, abouts),
        )

    async def _rights(
        self, person_id: str, session: MongoSession | None
    ) -> tuple[list[str], list[str], list[str]]:
        """Principals, whose credit, and subjects, ended ones too."""
        rows = self._database["subjects"].find({"person_id": person_id}, session=session)
        principals, abouts, subjects = [person_id], set(), []
        async for row in rows:
            subjects.append(row["_id"])
            if row["role"] == "legal_representative":
                principals.append(row["_id"])
            abouts.add(str(row["uscc"] or row.get("principal_person", person_id)))
        return principals, sorted(abouts - {person_id}), subjects

    async def _counterparts(
        self, session: MongoSession, person_id: str, abouts: list[str]
    ) -> tuple[str, ...]:
        """Whom the person delegated to or was delegated by, and who else acts for the same."""
        people: set[str | None] = set(abouts)
        wanted: dict[str, Any] = {"about": {"$in": [*abouts, person_id]}}
        async for row in self._database["delegations"].find(wanted, session=session):
            people |= {row["principal_person"], row["accepted_by"]}
        wanted = {"uscc": {"$in": abouts}}
        async for row in self._database["subjects"].find(wanted, session=session):
            people.add(row["person_id"])
        return tuple(sorted(one for one in people if one and one != person_id))


def _going(mine: Document, reports: Document) -> dict[str, tuple[str, Document]]:
    """What is counted of what goes: in which collection, by what query."""
    return {
        "reports": ("credit_reports", reports),
        "shares": ("shares", mine),
        "notices": ("notices", mine),
        "sessions": ("sessions", mine),
        "enterprises": ("subjects", {**mine, "role": "legal_representative"}),
    }
