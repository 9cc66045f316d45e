"""What becomes of accounts, sessions, identity checks, rights to act, consents and notices."""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import (
    AGAIN,
    ERASED_NAME,
    Ways,
    in_turn,
    instead,
    redacted,
)
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.erasure.rules import Kind
from domain.reviewers import APART
from domain.transactions import Unit


class PeopleSweeps:
    """Most of it goes; what belongs to others names nobody from then on."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._secret = ways.database.cipher.random

    def all(self) -> Mapping[str, Sweep]:
        """By collection; rights to act last, since others are found by them."""
        ways = self._ways
        return {
            "idempotent_replies": ways.deleting(
                "idempotent_replies", lambda leaver: {"caller": leaver.caller}
            ),
            "outbox": ways.deleting("outbox", lambda leaver: {"object_id": leaver.person_id}),
            "wechat_accounts": in_turn(
                ways.deleting("wechat_accounts", _theirs), self._accounts_apart
            ),
            "reviewers": self._reviewers,
            "counter_cases": ways.deleting("counter_cases", _theirs),
            "identity_checks": self._checks,
            "consents": ways.keeping(
                "consents",
                _theirs,
                Kind.CONSENT,
                lambda leaver, row: row["withdrawn_at"] or leaver.at,
            ),
            "notices": in_turn(
                ways.deleting("notices", _theirs),
                ways.walking("notices", _told, self._notice_of_another),
            ),
            "delegations": in_turn(
                ways.deleting("delegations", lambda leaver: {"about": leaver.person_id}),
                ways.changing("delegations", _delegated, self._delegation_of_another),
                self._invitations,
            ),
            "subjects": in_turn(
                ways.deleting("subjects", _theirs),
                ways.changing("subjects", _under, self._subject_of_another),
            ),
        }

    async def last(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """The person's own row, and the ended sessions that told their devices of the erasure."""
        sessions = await self._ways.delete(unit, "sessions", _theirs(leaver))
        people = await self._ways.delete(unit, "people", {"_id": leaver.person_id})
        return Swept(gone=sessions + people)

    async def _checks(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """With their receipts; also those begun on another WeChat that led to this person."""
        wanted: list[Mapping[str, Any]] = [
            {"person_id": leaver.person_id},
            {"led_to": leaver.person_id},
        ]
        if leaver.id_number:
            number = await self._ways.database.cipher.equal("person", leaver.id_number)
            wanted.append({"id_number": number})
        rows = await self._ways.rows(unit, "identity_checks", {"$or": wanted})
        ids = {"$in": [row["_id"] for row in rows]}
        if rows:
            await self._ways.delete(unit, "identity_receipts", {"check_id": ids})
            await self._ways.delete(unit, "identity_checks", {"_id": ids})
        return Swept(gone=len(rows), after=AGAIN if rows else "")

    async def _accounts_apart(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """The same WeChat as a reviewer's; not one that has signed in anew since."""
        openids = await self._openids(leaver)
        apart = {"appid": {"$regex": f"^{APART}"}, "openid": {"$in": openids}}
        gone = await self._ways.delete(unit, "wechat_accounts", apart) if openids else 0
        return Swept(gone=gone)

    async def _reviewers(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        openids = await self._openids(leaver)
        chosen = {"openid": {"$in": openids}, "added_at": {"$lte": leaver.at}}
        return Swept(gone=await self._ways.delete(unit, "reviewers", chosen) if openids else 0)

    async def _openids(self, leaver: Leaver) -> list[Any]:
        equal = self._ways.database.cipher.equal
        return [await equal("account", openid) for openid in leaver.openids]

    async def _notice_of_another(self, leaver: Leaver, row: Document) -> Document:
        """What others were told of the person says it without the name."""
        text = redacted(row["text"], leaver)
        return {} if text == row["text"] else {"text": await self._secret("person", text)}

    async def _invitations(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """What others wrote of the person to invite them, and any that was taken on."""
        if not leaver.phone:
            return Swept()
        equal = self._ways.database.cipher.equal
        wanted = {"reached_by": await equal("person", leaver.phone)}
        rows = await self._ways.rows(unit, "delegations", wanted)
        nobody = {
            "name": await self._secret("person", ERASED_NAME),
            "phone": await self._secret("person", ""),
            "reached_by": await equal("person", ""),
        }
        for row in rows:
            await self._ways.set(unit, "delegations", row, nobody)
        return Swept(changed=len(rows), after=AGAIN if rows else "")

    async def _delegation_of_another(self, leaver: Leaver, row: Document) -> Document:
        changes: Document = {
            "principal_person": instead(row["principal_person"], leaver),
            "accepted_by": instead(row["accepted_by"], leaver),
        }
        if row["accepted_by"] == leaver.person_id:
            changes["name"] = await self._secret("person", ERASED_NAME)
            changes["phone"] = await self._secret("person", "")
            changes["reached_by"] = await self._ways.database.cipher.equal("person", "")
        return changes

    async def _subject_of_another(self, leaver: Leaver, row: Document) -> Document:
        changes: Document = {"principal_person": leaver.stand_in}
        if row["principal_id"] == leaver.person_id:
            changes["principal_id"] = leaver.stand_in
            changes["name"] = await self._secret("person", ERASED_NAME)
        return changes


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}


def _told(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": {"$in": list(leaver.counterparts)}}


def _delegated(leaver: Leaver) -> Mapping[str, Any]:
    named = [{"principal_person": leaver.person_id}, {"accepted_by": leaver.person_id}]
    return {"about": {"$in": list(leaver.abouts)}, "$or": named}


def _under(leaver: Leaver) -> Mapping[str, Any]:
    return {
        "principal_id": {"$in": list(leaver.principals)},
        "principal_person": leaver.person_id,
    }
