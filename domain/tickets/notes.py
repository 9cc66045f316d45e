"""Internal notes: for staff alone, and nothing that a citizen's request can reach.

They share neither a class nor a store nor a collection with messages, so that no slip of a query
can show one for the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.errors import Fault, Invalid
from domain.transactions import Act, Unit

LONGEST_NOTE = 2000
MOST_NOTES = 200


@dataclass(frozen=True, kw_only=True)
class Note:
    """What one of the staff wrote for the others."""

    id: str
    ticket_id: str
    author: str
    at: datetime
    text: str


class NoteStore(Protocol):
    """Notes."""

    async def add(self, unit: Unit, note: Note) -> None:
        """A new one."""

    async def of(self, ticket_id: str) -> Sequence[Note]:
        """Those of a ticket in the order they were written, the last 200."""


class Notes:
    """Writing and reading; who may is judged by the desk before."""

    def __init__(self, *, store: NoteStore) -> None:
        self._store = store

    async def add(self, unit: Unit, act: Act, *, ticket_id: str, text: str) -> Note:
        """A note that commits with the transaction.

        Raises:
            Invalid: empty or too long.
        """
        text = text.strip()
        if not 0 < len(text) <= LONGEST_NOTE:
            detail = f"备注应为 1 至 {LONGEST_NOTE} 个字。"
            raise Invalid([Fault(pointer="/text", code="text", detail=detail)])
        note = Note(id=act.draw.id(), ticket_id=ticket_id, author=act.actor, at=act.at, text=text)
        await self._store.add(unit, note)
        await unit.audit(act.event("ticket.noted", ticket_id, note=note.id))
        return note

    async def of(self, ticket_id: str) -> Sequence[Note]:
        """All that can be read."""
        return await self._store.of(ticket_id)
