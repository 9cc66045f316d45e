"""Drafts: what somebody was writing, kept on the server until it is sent or thirty days old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.transactions import Act, Unit

LASTS = timedelta(days=30)
LONGEST_DRAFT = 4000
# What is being written of a ticket that is not there yet.
NEW = "new"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What ``owner``, a person or an account, was writing about a ticket."""

    ticket_id: str
    owner: str
    text: str
    at: datetime


class DraftStore(Protocol):
    """Drafts, one of an owner for a ticket."""

    async def put(self, unit: Unit, draft: Draft) -> None:
        """Instead of what was there."""

    async def get(self, *, ticket_id: str, owner: str) -> Draft | None:
        """What was written last."""

    async def drop(self, unit: Unit, *, ticket_id: str, owner: str) -> None:
        """It was sent, or is not wanted."""


class Drafts:
    """Keeping what is written; it is nobody's but its owner's, and no event of the ticket."""

    def __init__(self, *, store: DraftStore) -> None:
        self._store = store

    async def save(self, act: Act, *, ticket_id: str, text: str) -> Draft | None:
        """Keep it; an empty one goes."""
        draft = Draft(ticket_id=ticket_id, owner=act.actor, text=text[:LONGEST_DRAFT], at=act.at)

        async def work(unit: Unit) -> Draft | None:
            if not draft.text.strip():
                await self._store.drop(unit, ticket_id=ticket_id, owner=act.actor)
                return None
            await self._store.put(unit, draft)
            return draft

        return await act.record(work)

    async def of(self, *, ticket_id: str, owner: str) -> Draft | None:
        """What its owner wrote last."""
        return await self._store.get(ticket_id=ticket_id, owner=owner)

    async def sent(self, unit: Unit, act: Act, *, ticket_id: str) -> None:
        """It goes with what it became."""
        await self._store.drop(unit, ticket_id=ticket_id, owner=act.actor)
