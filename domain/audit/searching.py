"""Searching the audit log: by who, what act, about what, within a month at the most.

Events hold no personal data, and what is searched for is audited itself: which of the fields were
filled in and for which days, and what they led to; not what was typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from domain.audit.proving import NotProven, Proof
from domain.audit.sealing import Leaf
from domain.audit.trail import Sealed, Trails
from domain.errors import Fault, Invalid, NotFound
from domain.pages import Ask, Page
from domain.time import SHANGHAI, day_ends
from domain.transactions import Act, AuditEvent

MOST_DAYS = 31


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is searched for; what is empty does not matter.

    ``actor`` is a login name of staff or an id, ``about`` a number or an id.
    """

    since: date
    until: date
    actor: str = ""
    action: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The same as the log knows it: ids, and instants."""

    begins: datetime
    ends: datetime
    actor: str
    action: str
    objects: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event, and who it was where it was staff; ``seal`` is None until it has a leaf."""

    event: AuditEvent
    login: str
    seal: Sealed | None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One event with its proof, or with why there is none."""

    shown: Event
    proof: Proof | None
    altered: bool


class SearchStore(Protocol):
    """The log, as it is searched."""

    async def staff_of(self, login: str) -> str | None:
        """Who of the staff has this login name."""

    async def logins(self, ids: Sequence[str]) -> dict[str, str]:
        """The login names of those that are staff, by id."""

    async def objects_of(self, number: str) -> Sequence[str]:
        """The ids of whatever has this number."""

    async def find(self, chosen: Chosen, *, ask: Ask) -> Page[AuditEvent]:
        """Newest first."""

    async def event(self, event_id: str) -> AuditEvent | None:
        """By id."""

    async def leaf(self, event_id: str) -> Leaf | None:
        """An event in the form that is hashed."""


class AuditSearch:
    """What the security auditor asks of the log."""

    def __init__(self, *, store: SearchStore, trails: Trails) -> None:
        self._store = store
        self._trails = trails

    async def search(self, act: Act, wanted: Wanted, *, ask: Ask) -> Page[Event]:
        """A page of events, newest first.

        Raises:
            Invalid: the days are not a span, or more than a month.
        """
        judge(wanted)
        chosen = await self._chosen(wanted)
        await self._record(act, wanted, chosen)
        page = await self._store.find(chosen, ask=ask)
        return Page(items=tuple(await self._shown(page.items)), next=page.next)

    async def open(self, act: Act, *, event_id: str) -> Opened:
        """One event with all its facts, and its proof as far as there is one.

        Raises:
            NotFound: there is none.
        """
        event, leaf = await self._store.event(event_id), await self._store.leaf(event_id)
        if event is None or leaf is None:
            raise NotFound("没有这条审计记录。")
        told = act.event("audit.read", event_id)
        await act.commit(lambda unit: unit.audit(told))
        [shown] = await self._shown([event])
        try:
            proof = await self._trails.proof(leaf)
        except NotProven:
            return Opened(shown=shown, proof=None, altered=True)
        return Opened(shown=shown, proof=proof, altered=False)

    async def _shown(self, events: Sequence[AuditEvent]) -> list[Event]:
        seals = await self._trails.seals([one.id for one in events])
        logins = await self._store.logins(sorted({one.actor for one in events}))
        return [
            Event(event=one, login=logins.get(one.actor, ""), seal=seals.get(one.id))
            for one in events
        ]

    async def _chosen(self, wanted: Wanted) -> Chosen:
        actor = await self._store.staff_of(wanted.actor) if wanted.actor else None
        objects = await self._store.objects_of(wanted.about) if wanted.about else ()
        return Chosen(
            begins=datetime(
                wanted.since.year, wanted.since.month, wanted.since.day, tzinfo=SHANGHAI
            ),
            ends=day_ends(wanted.until),
            actor=actor or wanted.actor,
            action=wanted.action,
            objects=(*objects, wanted.about) if wanted.about else (),
        )

    async def _record(self, act: Act, wanted: Wanted, chosen: Chosen) -> None:
        by = [name for name in ("actor", "action", "about") if getattr(wanted, name)]
        facts = {
            "by": ",".join(by),
            "since": wanted.since.isoformat(),
            "until": wanted.until.isoformat(),
        }
        if chosen.actor != wanted.actor:
            facts["actor"] = chosen.actor
        if len(chosen.objects) > 1:
            facts["about"] = ",".join(chosen.objects[:-1])
        event = act.event("audit.searched", "", **facts)
        await act.commit(lambda unit: unit.audit(event))


def judge(wanted: Wanted) -> None:
    """Raise Invalid for days that are no span of a month at the most."""
    if wanted.until < wanted.since:
        detail = "“截止日期”不能早于“开始日期”。"
    elif wanted.until - wanted.since >= timedelta(days=MOST_DAYS):
        detail = f"一次最多查询 {MOST_DAYS} 天，请缩短起止日期。"
    else:
        return
    raise Invalid([Fault(pointer="/query/until", code="span", detail=detail)])
