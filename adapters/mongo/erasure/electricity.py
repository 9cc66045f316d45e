"""What becomes of applications for electricity: a person's go, an enterprise's name nobody."""

import json
from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import AGAIN, Ways, in_turn, instead, redacted
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.transactions import Unit

NAME = "electricity_applications"


class ElectricitySweeps:
    """Of an enterprise's, whatever names the person goes; whose it is stays."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        return {NAME: in_turn(self._own, self._ways.changing(NAME, _named, self._of_another))}

    async def _own(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        """Of the person for themself, and drafts; with the files."""
        drafts = {"person_id": leaver.person_id, "state": "draft"}
        wanted = {"$or": [{"about": leaver.person_id}, drafts]}
        rows = await self._ways.rows(unit, NAME, wanted)
        ids = {"$in": [row["_id"] for row in rows]}
        if rows:
            await self._ways.delete(unit, "electricity_files", {"application_id": ids})
            await self._ways.delete(unit, NAME, {"_id": ids})
        return Swept(gone=len(rows), after=AGAIN if rows else "")

    async def _of_another(self, leaver: Leaver, row: Document) -> Document:
        """Of an enterprise, begun by the person, or by an agent under them."""
        said = json.loads(row["content"])
        if leaver.name and said["wanted"]["contact"] == leaver.name:
            said["wanted"]["phone"] = ""
        whose = {name: said[name] for name in ("applicant", "identifier")}
        text = redacted(json.dumps(said, ensure_ascii=False), leaver)
        text = json.dumps({**json.loads(text), **whose}, ensure_ascii=False)
        return {
            "person_id": instead(row["person_id"], leaver),
            "principal_person": instead(row["principal_person"], leaver),
            "content": await self._ways.database.cipher.random("report", text),
        }


def _named(leaver: Leaver) -> Mapping[str, Any]:
    named = [{"person_id": leaver.person_id}, {"principal_person": leaver.person_id}]
    return {"$or": named}
