"""What becomes of messages in WeChat and their consents, of content checks and of exports."""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.erasure.ways import AGAIN, Ways
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.transactions import Unit


class MessageSweeps:
    """All of it goes; results of checks name nobody and go by themselves."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        ways = self._ways
        return {
            "messages": ways.deleting("messages", _theirs),
            "message_preferences": ways.deleting(
                "message_preferences", lambda leaver: {"_id": leaver.person_id}
            ),
            "message_consents": ways.deleting(
                "message_consents", lambda leaver: {"account_id": {"$in": list(leaver.accounts)}}
            ),
            "content_checks": ways.deleting("content_checks", _theirs),
            "data_exports": self._exports,
            "data_export_addresses": ways.deleting("data_export_addresses", _theirs),
        }

    async def _exports(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """With their archives; one in the making collides with this, and is made no more."""
        rows = await self._ways.rows(unit, "data_exports", _theirs(leaver), most=1)
        ids = {"$in": [row["_id"] for row in rows]}
        if rows:
            await self._ways.delete(unit, "data_export_parts", {"export_id": ids})
            await self._ways.delete(unit, "data_exports", {"_id": ids})
        return Swept(gone=len(rows), after=AGAIN if rows else "")


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}
