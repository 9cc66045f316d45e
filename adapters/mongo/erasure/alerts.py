"""What becomes of alerts to the staff: what they say of the person goes."""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import Ways
from domain.erasure.erasures import Leaver, Sweep

GONE = "当事人已注销账号，内容已删除。"


class AlertSweeps:
    """Staff keep that they were told and when, not of whom."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._secret = ways.database.cipher.random

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        return {"alerts": self._ways.changing("alerts", _about, self._of_nobody)}

    async def _of_nobody(self, _: Leaver, __: Document) -> Document:
        return {"text": await self._secret("person", GONE), "about": ""}


def _about(leaver: Leaver) -> Mapping[str, Any]:
    return {"about": leaver.person_id}
