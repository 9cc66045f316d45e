"""Delegations; of an invitation's secret only the hash is kept."""

from collections.abc import Sequence
from datetime import datetime

from adapters.keys import hash_of_secret
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.pages import Ask, Page
from domain.subjects.delegations import Delegation
from domain.transactions import Unit


class MongoDelegations:
    """Names and telephones are encrypted; they are compared by the domain.

    ``reached_by`` is the telephone so encrypted that it is found again, for an erasure only.
    """

    def __init__(self, database: Database) -> None:
        self._delegations = database["delegations"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, delegation: Delegation, *, invitation: str) -> None:
        """A new one."""
        document = await self._document(delegation)
        document["invitation_hash"] = hash_of_secret(invitation)
        await self._delegations.insert_one(document, session=session_of(unit))

    async def get(self, delegation_id: str) -> Delegation | None:
        """By id."""
        row = await self._delegations.find_one({"_id": delegation_id})
        return _delegation(row) if row else None

    async def invited(self, invitation: str) -> Delegation | None:
        """By the invitation's secret."""
        row = await self._delegations.find_one({"invitation_hash": hash_of_secret(invitation)})
        return _delegation(row) if row else None

    async def of(self, about: str, *, ask: Ask) -> Page[Delegation]:
        """All of an enterprise or a person, newest first."""
        chosen = {"about": about}
        return await newest_first(self._delegations, chosen, ask, by="created_at", read=_delegation)

    async def open(self, unit: Unit, about: str, *, now: datetime) -> int:
        """How many have not closed, lapsed or expired."""
        waiting = {"accepted_at": None, "invitation_expires_at": {"$gt": now}}
        active = {"accepted_at": {"$ne": None}, "ends_at": {"$gt": now}}
        chosen = {"about": about, "closed_at": None, "$or": [waiting, active]}
        return await self._delegations.count_documents(chosen, session=session_of(unit))

    async def open_with(
        self, unit: Unit, *, person_id: str, abouts: Sequence[str]
    ) -> tuple[Delegation, ...]:
        """Those about these that the person gave or took on, and that are not closed."""
        given_or_taken = [{"principal_person": person_id}, {"accepted_by": person_id}]
        rows = self._delegations.find(
            {"about": {"$in": list(abouts)}, "closed_at": None, "$or": given_or_taken},
            session=session_of(unit),
        )
        return tuple([_delegation(row) async for row in rows])

    async def replace(self, unit: Unit, delegation: Delegation, *, was: Delegation) -> None:
        """Save against the revision read; the transaction starts over when it moved on."""
        result = await self._delegations.update_one(
            {"_id": was.id, "revision": was.revision},
            {"$set": await self._document(delegation)},
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def _document(self, delegation: Delegation) -> Document:
        return {
            "_id": delegation.id,
            "v": 1,
            "kind": delegation.kind,
            "about": delegation.about,
            "principal_id": delegation.principal_id,
            "principal_person": delegation.principal_person,
            "uscc": delegation.uscc,
            "subject_name": await self._cipher.random("person", delegation.subject_name),
            "name": await self._cipher.random("person", delegation.name),
            "phone": await self._cipher.random("person", delegation.phone),
            "reached_by": await self._cipher.equal("person", delegation.phone),
            "scope": list(delegation.scope),
            "ends_at": delegation.ends_at,
            "created_at": delegation.created_at,
            "invitation_expires_at": delegation.invitation_expires_at,
            "accepted_by": delegation.accepted_by,
            "accepted_at": delegation.accepted_at,
            "closed_at": delegation.closed_at,
            "closed_because": delegation.closed_because,
            "revision": delegation.revision,
        }


def _delegation(row: Document) -> Delegation:
    stored = {key: value for key, value in row.items() if key not in STORED_ONLY}
    return Delegation(**{**stored, "id": row["_id"], "scope": tuple(row["scope"])})


STORED_ONLY = frozenset({"_id", "v", "invitation_hash", "reached_by"})
