"""What looks rest on, as it is now: consents, shares, and the rights to act behind them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorCollection

from adapters.mongo.database import Database, Document
from domain.looks import Behind, ConsentBehind, Look, ShareBehind

Rights = Mapping[str, list[Document]]


class MongoAuthorityDesk:
    """Three reads for a page of looks, however many there are on it."""

    def __init__(self, database: Database) -> None:
        self._consents = database["consents"]
        self._shares = database["shares"]
        self._subjects = database["subjects"]

    async def behind(self, looks: Sequence[Look], *, now: datetime) -> Mapping[str, Behind]:
        """By the id of the look."""
        shares = await _by_id(
            self._shares, [look.authority for look in looks if look.role == "recipient"]
        )
        resting = [look.authority for look in looks if look.role != "recipient"]
        resting += [share.get("consent_id", "") for share in shares.values()]
        consents = await _by_id(self._consents, resting)
        people = {look.viewer for look in looks if look.role != "recipient"}
        rights = await self._rights(people | {share["person_id"] for share in shares.values()})
        return {
            look.id: Behind(
                consent=_consent(consents.get(look.authority)),
                share=_share(shares.get(look.authority), consents, rights, now),
                right_stands=_stands(look, rights, now),
            )
            for look in looks
        }

    async def _rights(self, people: set[str]) -> Rights:
        rights: dict[str, list[Document]] = {}
        fields = ("person_id", "role", "uscc", "principal_person", "ended_at", "suspended_at")
        chosen = {"person_id": {"$in": list(people)}, "ended_at": None}
        rows = self._subjects.find(chosen, dict.fromkeys((*fields, "ends_at"), 1))
        async for row in rows:
            rights.setdefault(row["person_id"], []).append(row)
        return rights


async def _by_id(
    collection: "AsyncIOMotorCollection[Document]", ids: Sequence[str]
) -> dict[str, Document]:
    if not ids:
        return {}
    rows = collection.find({"_id": {"$in": sorted(set(ids))}})
    return {row["_id"]: row async for row in rows}


def _consent(row: Document | None) -> ConsentBehind | None:
    if row is None:
        return None
    return ConsentBehind(
        title=row["title"],
        person_id=row["person_id"],
        given_at=row["given_at"],
        withdrawn_at=row["withdrawn_at"],
    )


def _share(
    row: Document | None, consents: Mapping[str, Document], rights: Rights, now: datetime
) -> ShareBehind | None:
    if row is None:
        return None
    return ShareBehind(
        recipient=row["recipient"],
        purpose=row["purpose"],
        person_id=row["person_id"],
        created_at=row["created_at"],
        over=_over(row, consents.get(row.get("consent_id", "")), rights, now),
    )


def _over(share: Document, consent: Document | None, rights: Rights, now: datetime) -> str:
    """Why a share opens nothing any more; empty while it does."""
    if share["revoked_at"] is not None:
        return "分享已收回"
    if consent is None or consent["withdrawn_at"] is not None:
        return "分享所依据的授权已撤回"
    own = share["subject_id"] == share["person_id"]
    if not own and not any(
        one["_id"] == share["subject_id"] and _holds(one, now)
        for one in rights.get(share["person_id"], [])
    ):
        return "分享人的办理权限已结束"
    if now >= share["ends_at"]:
        return "分享已到期"
    return "分享已用完" if share["once"] and share["opened_at"] is not None else ""


def _stands(look: Look, rights: Rights, now: datetime) -> bool:
    if look.role not in {"legal_representative", "agent", "helper"}:
        return True
    return any(
        one["role"] == look.role
        and (one["_id"] == look.subject_id or _about(one) == look.about)
        and _holds(one, now)
        for one in rights.get(look.viewer, [])
    )


def _about(row: Document) -> str:
    return str(row["uscc"] or row.get("principal_person", row["person_id"]))


def _holds(row: Document, now: datetime) -> bool:
    over = row.get("ends_at") is not None and now >= row["ends_at"]
    return row.get("suspended_at") is None and not over
