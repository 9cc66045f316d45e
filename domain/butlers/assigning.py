"""Who gets a ticket, and why: by place, duty, skill, load and fairness, told in sentences.

Nothing is left to chance: the same butlers, loads and instant give the same choice and the same
reasons, in whatever order they are read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from domain.butlers.butlers import Butler
from domain.butlers.items import ServiceItem
from domain.butlers.roster import Duty, Team, short
from domain.butlers.rostering import Roster
from domain.errors import NotFound

# So far ahead it is looked who comes on duty: beyond the longest holidays.
AHEAD = timedelta(days=40)
# Longer than a weekend.
SOON = timedelta(days=4)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Load:
    """How many tickets somebody has open, and when they were last given one."""

    open: int = 0
    last_assigned_at: datetime | None = None


NOTHING = Load()


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may get it: with the duty that runs now, or else the next one there.

    ``of_place``: one of the place's own butlers, rather than somebody who only comes in for them.
    """

    butler: Butler
    of_place: bool
    duty: Duty | None

    @property
    def staff_id(self) -> str:
        """Whose id it is."""
        return self.butler.staff_id


@dataclass(frozen=True, kw_only=True)
class Group:
    """Those who serve a place; ``name`` is empty where no place was named."""

    name: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Who gets it, or nobody where ``staff_id`` is empty; and why, for whoever reads the ticket.

    ``retry_at`` is when somebody comes on duty who may get it, where nobody can now.
    """

    staff_id: str
    reasons: tuple[str, ...]
    retry_at: datetime | None = None


def group_of(team: Team, *, name: str, begin: datetime, end: datetime) -> Group:
    """Those who serve a place, each with the first duty between two instants.

    Mostly everybody has one within days, so the rest is looked at only where somebody has none.
    """
    own = {one.staff_id: one for one in team.butlers}
    first = _first_duties(team, begin, min(end, begin + SOON))
    if not own.keys() <= first.keys():
        first = _first_duties(team, begin, end)
    coming_in = {staff_id: team.others[staff_id] for staff_id in first if staff_id not in own}
    return Group(
        name=name,
        candidates=tuple(
            Candidate(butler=butler, of_place=staff_id in own, duty=first.get(staff_id))
            for staff_id, butler in sorted({**coming_in, **own}.items())
        ),
    )


def _first_duties(team: Team, begin: datetime, end: datetime) -> dict[str, Duty]:
    first: dict[str, Duty] = {}
    for duty in team.duties(begin, end):
        first.setdefault(duty.staff_id, duty)
    return first


def choose(
    groups: Sequence[Group],
    *,
    item: ServiceItem,
    loads: Mapping[str, Load],
    now: datetime,
    besides: frozenset[str] = frozenset(),
    skill_first: bool = True,
) -> Choice:
    """From the first group in which somebody can take it: a building's, then its street's.

    On duty, skilled, with least to do, waiting longest; in this order. Never who does not serve,
    is on leave now, or is to be passed over (``besides``).
    """
    passed_over: list[str] = []
    for group in groups:
        able = [one for one in group.candidates if _able(one, now, besides)]
        ready, how = _ready(able, item, now)
        if ready:
            chosen, why = _fairly(ready, item, loads, skill_first=skill_first)
            reasons = (*passed_over, _where(chosen, group), how(chosen), *why)
            return Choice(staff_id=chosen.staff_id, reasons=tuple(filter(None, reasons)))
        passed_over.append(_why_nobody(group, besides))
    retry_at = min(_comings(groups, now, besides), default=None)
    after = f"将在 {short(retry_at)} 后分派" if retry_at else "请信用办指派"
    return Choice(staff_id="", reasons=(*passed_over, after), retry_at=retry_at)


def _fairly(
    ready: list[Candidate], item: ServiceItem, loads: Mapping[str, Load], *, skill_first: bool
) -> tuple[Candidate, list[str]]:
    """One of those who are as ready as one another."""
    if skill_first:
        ready, skilled = _skilled(ready, item)
        ready, least = _least(ready, loads)
    else:
        ready, least = _least(ready, loads)
        ready, skilled = _skilled(ready, item)
    chosen, waited = _longest(ready, loads)
    return chosen, [skilled, least, waited]


def _able(one: Candidate, now: datetime, besides: frozenset[str]) -> bool:
    butler = one.butler
    return butler.serves and butler.away(now) is None and one.staff_id not in besides


def _ready(
    able: Sequence[Candidate], item: ServiceItem, now: datetime
) -> tuple[list[Candidate], Callable[[Candidate], str]]:
    """On duty now; else who comes first within the promise; else all of the place."""
    on_duty = [one for one in able if one.duty and one.duty.holds(now)]
    if on_duty:
        return on_duty, lambda one: "" if one.duty and one.duty.for_whom else "此刻在岗"
    begins = {
        one.staff_id: one.duty.begins
        for one in able
        if one.duty and one.duty.begins <= now + item.promise
    }
    if begins:
        soonest = min(begins.values())
        first = [one for one in able if begins.get(one.staff_id) == soonest]
        return first, lambda _: f"此刻无人在岗，{short(soonest)} 最先到岗"
    hours = int(item.promise.total_seconds() // 3600)
    mine = [one for one in able if one.of_place]
    return mine, lambda one: f"{hours} 小时内无人到岗，{_comes(one)}"


def _comes(one: Candidate) -> str:
    return f"其 {short(one.duty.begins)} 到岗" if one.duty else "其在职且未请假"


def _where(one: Candidate, group: Group) -> str:
    if one.duty and one.duty.for_whom:
        return f"{one.duty.for_whom}请假，由其代班"
    if not one.of_place:
        return f"在{group.name}值班"
    return f"负责{group.name}" if group.name else "未指明服务点，从全区信用管家中分派"


def _skilled(some: Sequence[Candidate], item: ServiceItem) -> tuple[list[Candidate], str]:
    if not item.skill:
        return list(some), ""
    able = [one for one in some if item.skill in one.butler.skills]
    if able:
        return able, f"擅长{item.skill_name}"
    return list(some), f"可分派的人中没有人登记擅长{item.skill_name}"


def _least(some: Sequence[Candidate], loads: Mapping[str, Load]) -> tuple[list[Candidate], str]:
    counts = {one.staff_id: loads.get(one.staff_id, NOTHING).open for one in some}
    least = min(counts.values())
    found = [one for one in some if counts[one.staff_id] == least]
    if len(counts) == 1:
        return found, f"在办 {least} 件"
    same = "为同组最少" if max(counts.values()) > least else "与同组其他人相同"
    return found, f"在办 {least} 件，{same}"


def _longest(some: Sequence[Candidate], loads: Mapping[str, Load]) -> tuple[Candidate, str]:
    """One of them; who was never given any has waited longest, and then ids decide."""

    def last(one: Candidate) -> datetime:
        return loads.get(one.staff_id, NOTHING).last_assigned_at or NEVER

    chosen = min(some, key=lambda one: (last(one), one.staff_id))
    if len(some) == 1:
        return chosen, ""
    return chosen, "尚未分派过" if last(chosen) == NEVER else "距上次分派最久"


def _comings(groups: Iterable[Group], now: datetime, besides: frozenset[str]) -> Iterator[datetime]:
    """When anybody comes on duty who may get it then."""
    for group in groups:
        for one in group.candidates:
            if one.duty and one.butler.serves and one.staff_id not in besides:
                yield max(one.duty.begins, now)


def _why_nobody(group: Group, besides: frozenset[str]) -> str:
    name = group.name or "全区"
    serving = [one for one in group.candidates if one.of_place and one.butler.serves]
    if not serving:
        return f"{name}没有在岗服务的信用管家"
    left = [one for one in serving if one.staff_id not in besides]
    if not left:
        return f"{name}没有其他可以受理的信用管家"
    return f"{name}此刻无人在岗，{_named(one.butler.name for one in left)}请假且无人代班"


def _named(names: Iterable[str]) -> str:
    all_names = sorted(names)
    shown = "、".join(all_names[:MOST_NAMED])
    return shown if len(all_names) <= MOST_NAMED else f"{shown}等 {len(all_names)} 人"


class LoadsOf(Protocol):
    """What everybody has to do, narrowly."""

    async def __call__(self, staff_ids: Sequence[str], /) -> Mapping[str, Load]:
        """By id; who has nothing may be left out."""


class Assigning:
    """A building without anybody falls back on its street; no place means the whole district."""

    def __init__(self, *, roster: Roster, items: Mapping[str, ServiceItem]) -> None:
        self._roster = roster
        self._items = items

    async def choose(
        self,
        *,
        place_id: str,
        item: str,
        now: datetime,
        loads_of: LoadsOf,
        besides: frozenset[str] = frozenset(),
    ) -> Choice:
        """Who gets a ticket, or why nobody does and when to try again.

        Raises:
            NotFound: there is no such place or service item.
        """
        wanted = self._items.get(item)
        if wanted is None:
            raise NotFound("没有这项服务。")
        groups = await self._groups(place_id, now)
        able = {one.staff_id for group in groups for one in group.candidates}
        return choose(
            groups,
            item=wanted,
            loads=await loads_of(sorted(able)),
            now=now,
            besides=besides,
            skill_first=self._roster.coverage.skill_first,
        )

    async def _groups(self, place_id: str, now: datetime) -> list[Group]:
        """A place's, and its street's."""
        place = await self._roster.place(place_id)
        places = [place, *([await self._roster.place(place.parent)] if place.parent else [])]
        until = now + AHEAD
        groups = []
        for one in places:
            team = await self._roster.team(one, begin=now, end=until)
            groups.append(group_of(team, name=one.name, begin=now, end=until))
        return groups
