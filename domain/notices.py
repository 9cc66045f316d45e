"""Notices: what a person is told, kept in an inbox that no outage can lose.

A notice is written in the transaction of what it tells of, together with the work of carrying it
further where its kind is carried; the inbox always has it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.errors import NotFound
from domain.pages import Ask, Page
from domain.transactions import Act, NoticeKind, Unit

CARRY = "message"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice. ``link`` is the page of the mini program where one can go on, or empty.

    From ``until`` on it is news no more, and no message carries it.
    """

    id: str
    person_id: str
    at: datetime
    title: str
    text: str
    link: str
    read_at: datetime | None = None
    kind: NoticeKind = NoticeKind.OTHER
    until: datetime | None = None


class NoticeStore(Protocol):
    """Inboxes."""

    async def add(self, unit: Unit, notice: Notice) -> None:
        """A new one."""

    async def get(self, notice_id: str) -> Notice | None:
        """By id."""

    async def of(self, *, person_id: str, ask: Ask) -> Page[Notice]:
        """A person's, newest first."""

    async def unread(self, *, person_id: str) -> int:
        """How many, counted to 100."""

    async def replace(self, unit: Unit, notice: Notice) -> None:
        """Save that it was read."""


class Notices:
    """Telling and reading; notices of the ``carried`` kinds are left for another channel too."""

    def __init__(self, *, store: NoticeStore, carried: Collection[NoticeKind] = ()) -> None:
        self._store = store
        self._carried = frozenset(carried)

    async def tell(
        self,
        unit: Unit,
        act: Act,
        *,
        person_id: str,
        title: str,
        text: str,
        link: str = "",
        kind: NoticeKind = NoticeKind.OTHER,
        until: datetime | None = None,
    ) -> None:
        """Leave a notice that commits with the transaction; from ``until`` on none carries it."""
        notice = Notice(
            id=act.draw.id(),
            person_id=person_id,
            at=act.at,
            title=title,
            text=text,
            link=link,
            kind=kind,
            until=until,
        )
        await self._store.add(unit, notice)
        if kind in self._carried:
            await unit.send(act.message(CARRY, notice.id))

    async def of(self, *, person_id: str, ask: Ask) -> Page[Notice]:
        """A person's notices, newest first."""
        return await self._store.of(person_id=person_id, ask=ask)

    async def unread(self, *, person_id: str) -> int:
        """How many a person has not read, counted to 100."""
        return await self._store.unread(person_id=person_id)

    async def read(self, act: Act, *, notice_id: str) -> None:
        """The person has read it.

        Raises:
            NotFound: none of the caller's.
        """
        notice = await self._store.get(notice_id)
        if notice is None or notice.person_id != act.actor:
            raise NotFound
        if notice.read_at is not None:
            return
        after = replace(notice, read_at=act.at)

        async def work(unit: Unit) -> None:
            await self._store.replace(unit, after)
            await unit.audit(act.event("notice.read", notice.id))

        await act.commit(work)
