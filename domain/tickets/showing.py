"""A ticket as somebody reads it: names instead of ids, and its history in words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.butlers.items import PRIORITIES, ServiceItem
from domain.tickets.clocks import Reading
from domain.tickets.events import By, Event, Happened
from domain.tickets.keeping import Clocked, Clocks
from domain.tickets.tickets import REASONS, Reason, Ticket

GONE = "原信用管家"
NO_PLACE = "原服务点"
NO_ITEM = "原服务事项"


class Names(Protocol):
    """Of accounts and places, many at once."""

    async def staff(self, ids: Collection[str]) -> Mapping[str, str]:
        """By id; who is not there is left out."""

    async def named(self, ids: Collection[str]) -> Mapping[str, str]:
        """By id; what is not there is left out."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the history."""

    at: datetime
    text: str
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A ticket with its clocks, and what its ids are called."""

    ticket: Ticket
    readings: tuple[Reading, ...]
    item: str
    place: str
    butler: str
    staff: Mapping[str, str]
    places: Mapping[str, str]
    items: Mapping[str, str]


class Showing:
    """Looks up all names of some tickets in two queries."""

    def __init__(self, *, names: Names, clocks: Clocks, items: Mapping[str, ServiceItem]) -> None:
        self._names = names
        self._clocks = clocks
        self._items = {code: item.name for code, item in items.items()}

    async def all(self, tickets: Sequence[Ticket], *, now: datetime) -> list[Shown]:
        """As they stand at this instant."""
        staff = await self._names.staff({one.butler_id for one in tickets} - {""})
        places = await self._names.named({one.place_id for one in tickets})
        clocked = [await self._clocks.of(one, now=now) for one in tickets]
        return [self._shown(one, staff, places) for one in clocked]

    async def one(self, clocked: Clocked) -> Shown:
        """With the names of all who ever acted in it."""
        ticket = clocked.ticket
        staff = await self._names.staff(set(_accounts(ticket)) - {""})
        places = await self._names.named({ticket.place_id, *_places(ticket.log)})
        return self._shown(clocked, staff, places)

    def _shown(
        self, clocked: Clocked, staff: Mapping[str, str], places: Mapping[str, str]
    ) -> Shown:
        ticket = clocked.ticket
        return Shown(
            ticket=ticket,
            readings=clocked.readings,
            item=self._items.get(ticket.item, NO_ITEM),
            place=places.get(ticket.place_id, NO_PLACE),
            butler=staff.get(ticket.butler_id, GONE) if ticket.butler_id else "",
            staff=staff,
            places=places,
            items=self._items,
        )


# As the citizen reads it; what is not here is for staff alone. Several may act for one subject: of
# none it is said that it was who reads.
FOR_CITIZENS: Mapping[Happened, str] = {
    Happened.OPENED: "已提交",
    Happened.ASSIGNED: "已分派信用管家",
    Happened.TRANSFERRED: "转由另一位信用管家办理",
    Happened.ASKED: "补充了内容",
    Happened.THANKED: "留言",
    Happened.ANSWERED: "信用管家已答复",
    Happened.RESUMED: "继续办理",
    Happened.REOPENED: "重新打开了工单",
    Happened.ITEM_CHANGED: "服务事项已调整",
    Happened.PLACE_CHANGED: "服务点已调整",
    Happened.MERGED: "已合并到另一张工单",
    Happened.UNMERGED: "恢复单独办理",
}
FOR_STAFF: Mapping[Happened, str] = {
    **FOR_CITIZENS,
    Happened.ASKED: "市民补充",
    Happened.THANKED: "市民留言（不计时）",
    Happened.ANSWERED: "答复市民",
    Happened.RESUMED: "结束等待，继续办理",
    Happened.REOPENED: "市民重新打开",
    Happened.PRIORITY_CHANGED: "优先级",
    Happened.ITEM_CHANGED: "服务事项",
    Happened.PLACE_CHANGED: "服务点",
    Happened.JOINED: "另一张工单合并进来",
}
ENDINGS = frozenset({Happened.RESOLVED, Happened.CLOSED})


def for_citizen(shown: Shown) -> tuple[Line, ...]:
    """Every step that concerns the citizen, oldest first; nobody of the staff is named."""
    return tuple(_lines(shown, FOR_CITIZENS, "信用管家请您补充"))


def for_staff(shown: Shown) -> tuple[Line, ...]:
    """Every step, with who made it."""
    return tuple(
        Line(at=line.at, text=line.text, who=_who(event, shown))
        for event, line in zip(
            shown.ticket.log, _lines(shown, FOR_STAFF, "请市民补充", everything=True), strict=True
        )
    )


def _lines(
    shown: Shown, words: Mapping[Happened, str], asks_back: str, *, everything: bool = False
) -> Iterable[Line]:
    for event in shown.ticket.log:
        if event.what in ENDINGS:
            reason = REASONS[Reason(event.facts["reason"])]
            yield Line(at=event.at, text=f"已结束：{reason}")
        elif event.waits:
            yield Line(at=event.at, text=asks_back)
        elif event.what in words:
            detail = _detail(event, shown) if everything else ""
            yield Line(at=event.at, text=words[event.what] + detail)


def _detail(event: Event, shown: Shown) -> str:
    """To whom, or from what to what."""
    names: Mapping[str, str]
    match event.what:
        case Happened.ASSIGNED | Happened.TRANSFERRED:
            to = event.facts.get("to", "")
            return f"：{shown.staff.get(to, GONE)}" if to else "：收回，待重新分派"
        case Happened.PRIORITY_CHANGED:
            names = {one.value: label for one, label in PRIORITIES.items()}
        case Happened.ITEM_CHANGED:
            names = shown.items
        case Happened.PLACE_CHANGED:
            names = shown.places
        case _:
            return ""
    came_from, to = event.facts["came_from"], event.facts["to"]
    return f"：由“{names.get(came_from, came_from)}”改为“{names.get(to, to)}”"


def _who(event: Event, shown: Shown) -> str:
    if event.by is By.STAFF:
        return shown.staff.get(event.actor, GONE)
    return "市民" if event.by is By.CITIZEN else "系统"


def _accounts(ticket: Ticket) -> Iterable[str]:
    yield ticket.butler_id
    for event in ticket.log:
        if event.by is By.STAFF:
            yield event.actor
        if event.what in {Happened.ASSIGNED, Happened.TRANSFERRED}:
            yield event.facts.get("to", "")


def _places(log: Sequence[Event]) -> Iterable[str]:
    for event in log:
        if event.what is Happened.PLACE_CHANGED:
            yield from (event.facts["came_from"], event.facts["to"])
