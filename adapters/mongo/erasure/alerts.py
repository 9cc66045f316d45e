"""What becomes of alerts to the staff, and of the WeChat of somebody who is told of their work."""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import AGAIN, ROWS, Ways
from adapters.mongo.transactions import session_of
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.transactions import Unit

GONE = "当事人已注销账号，内容已删除。"
BINDING = ("binding_id", "openid", "person_id", "bound_at")


class AlertSweeps:
    """Staff keep that they were told and when, not of whom; and their account what it chose."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._contacts = ways.database["staff_contacts"]

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        return {
            "alerts": self._ways.changing("alerts", _about, self._of_nobody),
            "staff_contacts": self._unbind,
        }

    async def _of_nobody(self, _: Leaver, __: Document) -> Document:
        return {"text": await self._ways.database.cipher.random("person", GONE), "about": ""}

    async def _unbind(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """By person and by WeChat; a code that they scanned is good no more."""
        equal = self._ways.database.cipher.equal
        openids = [await equal("account", openid) for openid in leaver.openids]
        scanned = {"asking.person_id": leaver.person_id}
        theirs = {"$or": [{"person_id": leaver.person_id}, {"openid": {"$in": openids}}, scanned]}
        rows = await self._ways.rows(unit, "staff_contacts", theirs)
        for row in rows:
            change: Document = {"$unset": dict.fromkeys(BINDING, ""), "$inc": {"revision": 1}}
            if (row["asking"] or {}).get("person_id") == leaver.person_id:
                change["$set"] = {"asking": None}
            await self._contacts.update_one({"_id": row["_id"]}, change, session=session_of(unit))
        return Swept(changed=len(rows), after=AGAIN if len(rows) == ROWS else "")


def _about(leaver: Leaver) -> Mapping[str, Any]:
    return {"about": leaver.person_id}
