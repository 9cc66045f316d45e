"""What becomes of usage records: the supplier's report stays, what the person wrote of it goes.

A report is about whoever has the ID number, account or not; it is kept as long as its own rule
says. That somebody with an account objected, and in which words, is theirs.
"""

import json
from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import ERASED_NAME, Ways, redacted
from domain.erasure.erasures import Leaver, Sweep


class UsageSweeps:
    """By the collection of usage records."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        return {"usage_records": self._ways.changing("usage_records", _theirs, self._unsaid)}

    async def _unsaid(self, leaver: Leaver, row: Document) -> Document:
        """An objection that waits keeps its words, without the name, for who decides it."""
        said = json.loads(row["content"])
        objection = said["objection"]
        if objection:
            waits = objection["upheld"] is None
            reason = redacted(objection["reason"], leaver) if waits else ERASED_NAME
            objection["reason"] = reason
        text = json.dumps(said, ensure_ascii=False)
        return {
            "person_id": leaver.stand_in,
            "content": await self._ways.database.cipher.random("report", text),
        }


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}
