"""The queue: what is due next, and above it what needs a look; and finding one by its facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from domain.identifiers import BadIdentifier, parse_mobile, parse_uscc
from domain.pages import Ask, Page
from domain.staff.accounts import StaffAccount
from domain.staff.roles import Right
from domain.tickets.owning import Owning
from domain.tickets.tickets import State, Ticket

SOON = timedelta(hours=4)
# Counts stop here: more than so many are "99+" to a person.
COUNTED = 100
MOST_FOUND = 50


class Part(Enum):
    """Which part of the queue."""

    MINE = "mine"
    OVERDUE = "overdue"
    SOON = "soon"
    WAITING = "waiting"
    UNASSIGNED = "unassigned"
    ENDED = "ended"


PARTS: Mapping[Part, str] = {
    Part.MINE: "待办",
    Part.OVERDUE: "已超时",
    Part.SOON: "4 小时内到期",
    Part.WAITING: "等待市民",
    Part.UNASSIGNED: "未分派",
    Part.ENDED: "已结束",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Whose tickets, in what states, due until when. Empty means all that may be seen."""

    butler_id: str | None = None
    places: tuple[str, ...] | None = None
    states: tuple[State, ...] = (State.OPEN,)
    due_from: datetime | None = None
    due_before: datetime | None = None


class QueueStore(Protocol):
    """Tickets by what is due."""

    async def due_first(self, wanted: Wanted, *, ask: Ask) -> Page[Ticket]:
        """The earliest due first."""

    async def latest(self, wanted: Wanted, *, ask: Ask) -> Page[Ticket]:
        """What changed last first: for what is due no more."""

    async def counts(self, wanted: Sequence[Wanted], *, most: int) -> Sequence[int]:
        """How many of each, counted to ``most``."""

    async def of_phone(self, phone: str, *, most: int) -> Sequence[Ticket]:
        """Of a caller, newest first."""

    async def of_uscc(self, uscc: str, *, most: int) -> Sequence[Ticket]:
        """About an enterprise, newest first."""

    async def by_number(self, number: str) -> Ticket | None:
        """By number."""


class PlacesOf(Protocol):
    """Who serves where."""

    async def __call__(self, staff_id: str) -> tuple[str, ...]:
        """The places that a butler serves."""


class Queue:
    """A butler's own, or all of it for who supervises."""

    def __init__(self, *, store: QueueStore, owning: Owning, places_of: PlacesOf) -> None:
        self._store = store
        self._owning = owning
        self._places_of = places_of

    async def page(
        self, part: Part, *, me: StaffAccount, everybody: bool, ask: Ask, now: datetime
    ) -> Page[Ticket]:
        """One part of it; ``everybody`` is for who may supervise, and shows what all have."""
        wanted = await self.wanted(part, me=me, everybody=everybody, now=now)
        if part in {Part.ENDED, Part.WAITING}:
            return await self._store.latest(wanted, ask=ask)
        return await self._store.due_first(wanted, ask=ask)

    async def counts(
        self, *, me: StaffAccount, everybody: bool, now: datetime
    ) -> Mapping[Part, int]:
        """How many are in each part, counted to 100."""
        parts = (Part.MINE, Part.OVERDUE, Part.SOON, Part.WAITING, Part.UNASSIGNED)
        wanted = await self._wanted(parts, me, everybody, now)
        return dict(zip(parts, await self._store.counts(wanted, most=COUNTED), strict=True))

    async def find(self, text: str, *, me: StaffAccount) -> Sequence[Ticket]:
        """By number, telephone of a caller, or uscc: what is theirs to work on, newest first."""
        text = text.strip()
        found = [one for one in await self._by_fact(text) if await self._owning.may_work(me, one)]
        return found[:MOST_FOUND]

    async def _by_fact(self, text: str) -> Sequence[Ticket]:
        ticket = await self._store.by_number(text.upper())
        if ticket:
            return [ticket]
        try:
            return await self._store.of_uscc(str(parse_uscc(text)), most=MOST_FOUND)
        except BadIdentifier:
            pass  # No uscc: it may be a telephone number.
        try:
            return await self._store.of_phone(str(parse_mobile(text)), most=MOST_FOUND)
        except BadIdentifier:
            return []

    async def wanted(
        self, part: Part, *, me: StaffAccount, everybody: bool, now: datetime
    ) -> Wanted:
        """What belongs to a part of it."""
        [wanted] = await self._wanted([part], me, everybody, now)
        return wanted

    async def _wanted(
        self, parts: Sequence[Part], me: StaffAccount, everybody: bool, now: datetime
    ) -> list[Wanted]:
        """Nothing for a butler who serves no more: nothing is theirs to work on."""
        supervises = me.may(Right.SUPERVISE_TICKETS)
        places = None if supervises else await self._places_of(me.id)
        if places == ():
            return [Wanted(butler_id=me.id, places=()) for _ in parts]
        butler = None if everybody and supervises else me.id
        return [_of_part(part, butler, places, now) for part in parts]


def _of_part(
    part: Part, butler: str | None, places: tuple[str, ...] | None, now: datetime
) -> Wanted:
    match part:
        case Part.MINE:
            return Wanted(butler_id=butler)
        case Part.OVERDUE:
            return Wanted(butler_id=butler, due_before=now)
        case Part.SOON:
            return Wanted(butler_id=butler, due_from=now, due_before=now + SOON)
        case Part.WAITING:
            return Wanted(butler_id=butler, states=(State.WAITING,))
        case Part.ENDED:
            states = (State.RESOLVED, State.CLOSED, State.MERGED)
            return Wanted(butler_id=butler, states=states)
        case Part.UNASSIGNED:
            return Wanted(butler_id="", places=places)
