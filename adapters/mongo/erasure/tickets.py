"""What becomes of tickets: the figures stay and count for the butlers; nobody is named in them.

What the person wrote goes, in messages and drafts, and their traces in what staff wrote. Whoever
stood in for them in the log is a random id.
"""

import json
from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import AGAIN, ERASED_NAME, Ways, instead, redacted
from domain.erasure.erasures import Leaver, Sweep, Swept
from domain.tickets.events import MOST_EVENTS
from domain.transactions import Unit

FEW = 20
PLACES = ("person_id", "subject_id", "principal_id", "principal_person", "about")


class TicketSweeps:
    """By the collections of tickets."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        ways = self._ways
        return {
            "ticket_drafts": ways.deleting("ticket_drafts", _theirs),
            "ticket_messages": ways.changing("ticket_messages", _written, self._unsaid),
            "tickets": self._tickets,
        }

    async def _unsaid(self, leaver: Leaver, _: Document) -> Document:
        text = await self._ways.database.cipher.random("report", ERASED_NAME)
        return {"author": leaver.stand_in, "text": text, "images": []}

    async def _tickets(self, unit: Unit, leaver: Leaver, _: str, /) -> Swept:
        rows = await self._ways.rows(unit, "tickets", _asked(leaver), most=FEW)
        for row in rows:
            for name, field in (("ticket_messages", "text"), ("ticket_notes", "note")):
                await self._redact(unit, leaver, name, field, row["_id"])
            await self._ways.set(unit, "tickets", row, await self._of_nobody(leaver, row))
        return Swept(changed=len(rows), after=AGAIN if rows else "")

    async def _redact(
        self, unit: Unit, leaver: Leaver, name: str, field: str, ticket_id: str
    ) -> None:
        """What staff wrote keeps all but the person's traces."""
        for one in await self._ways.rows(unit, name, {"ticket_id": ticket_id}, most=MOST_EVENTS):
            clean = redacted(one[field], leaver)
            if clean != one[field]:
                text = await self._ways.database.cipher.random("report", clean)
                await self._ways.set(unit, name, one, {field: text})

    async def _of_nobody(self, leaver: Leaver, row: Document) -> Document:
        """Without words and names."""
        words = {**json.loads(row["words"]), "said": "", "name": "", "phone": ""}
        text = json.dumps(words, ensure_ascii=False)
        return {
            **{place: instead(row[place], leaver) for place in PLACES},
            "words": await self._ways.database.cipher.random("report", text),
            "log": [{**event, "actor": instead(event["actor"], leaver)} for event in row["log"]],
        }


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}


def _written(leaver: Leaver) -> Mapping[str, Any]:
    return {"author": leaver.person_id}


def _asked(leaver: Leaver) -> Mapping[str, Any]:
    return {"$or": [{"person_id": leaver.person_id}, {"principal_person": leaver.person_id}]}
