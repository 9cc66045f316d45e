"""What becomes of usage records: the supplier's report stays and counts, and names nobody.

A report is about whoever has the ID number, account or not; it is kept as long as its own rule
says. Name and number move to legal hold, and what is left of the number is a keyed hash. That
somebody with an account objected, and in which words, is theirs.
"""

import json
from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import (
    AGAIN,
    ERASED_NAME,
    Ways,
    in_turn,
    instead,
    redacted_throughout,
)
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.erasure.rules import Kind
from domain.names import normal_name
from domain.transactions import Unit

FEW = 50


class UsageSweeps:
    """By the collection of usage records."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        said = self._ways.changing("usage_records", _theirs, self._unsaid)
        return {"usage_records": in_turn(self._own, said)}

    async def _own(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """About the person's ID number; who has none proven is in no record."""
        if not leaver.id_number:
            return Swept()
        ways = self._ways
        number = await ways.database.cipher.equal("person", leaver.id_number)
        rows = await ways.rows(unit, "usage_records", {"number": number}, most=FEW)
        total = Swept()
        for row in rows:
            whose = json.loads(row["content"])["report"]["whose"]
            kept = {"reference": row["reference"], "kind": row["kind"]}
            kept |= {"name": whose["name"], "id_number": whose["id_number"]}
            total += await ways.keep(unit, leaver, Kind.USAGE, row, since=leaver.at, content=kept)
            await ways.set(unit, "usage_records", row, await self._of_nobody(leaver, row))
        return total + Swept(after=AGAIN if rows else "")

    async def _of_nobody(self, leaver: Leaver, row: Document) -> Document:
        """Found by the hash of the number; a name that is not the person's stays as reported."""
        changes = await self._unsaid(leaver, row)
        return {**changes, "number": None, "holder": leaver.holder}

    async def _unsaid(self, leaver: Leaver, row: Document) -> Document:
        """An objection that waits keeps its words, without the name, for who decides it."""
        said = json.loads(row["content"])
        whose = said["report"]["whose"]
        if whose["id_number"] and whose["id_number"] == leaver.id_number:
            theirs = whose["name"] == normal_name(leaver.name)
            whose |= {"name": "" if theirs else whose["name"], "id_number": ""}
        objection = said["objection"]
        if objection and row["person_id"] == leaver.person_id and objection["upheld"] is not None:
            objection["reason"] = ERASED_NAME
        text = json.dumps(redacted_throughout(said, leaver), ensure_ascii=False)
        return {
            "person_id": instead(row["person_id"], leaver),
            "content": await self._ways.database.cipher.random("report", text),
        }


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}
