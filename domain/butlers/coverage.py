"""Watching that every place has somebody: shifts that close a gap, and the office told of each.

One standing message of the outbox is worked every hour by whatever process; so whoever works it
finds by the rows themselves what was told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.alerts.alerts import Urgency
from domain.alerts.ports import OfRole, TellStaff
from domain.butlers.ports import ButlerStore, GapStore, KnownGap, PlaceStore, ShiftStore
from domain.butlers.roster import Gap, Shift
from domain.butlers.rostering import Roster
from domain.errors import Fault, Invalid, NotFound
from domain.staff.roles import Role
from domain.transactions import Act, Again, Unit

WATCH = "roster.watch"
EVERY = timedelta(hours=1)
LONGEST_SHIFT = timedelta(hours=24)
AHEAD = timedelta(days=366)
NOTE_MOST = 100
MOST_NAMED = 5
MOST_LOOKED_AT = 30


class Watching:
    """What a worker does with the standing message."""

    def __init__(
        self,
        *,
        places: PlaceStore,
        roster: Roster,
        gaps: GapStore,
        tell_staff: TellStaff,
        of_role: OfRole,
    ) -> None:
        self._places = places
        self._roster = roster
        self._gaps = gaps
        self._tell_staff = tell_staff
        self._of_role = of_role

    async def work(self, act: Act) -> Again:
        """Look at every place as far ahead as the district says, and again in an hour."""
        names: dict[str, str] = {}
        keep: list[KnownGap] = []
        drop: list[KnownGap] = []
        new: list[KnownGap] = []
        until = act.at + self._roster.coverage.warn
        for place in await self._places.all():
            found = await self._roster.gaps(place.id, act.at, until)
            known = await self._gaps.of_place(place.id)
            there = settled(act, found, known)
            names[place.id] = place.name
            keep += [one for one in there.keep if one not in known]
            drop += there.drop
            new += there.new
        if keep or drop or new:
            await self._commit(act, keep=keep, drop=drop, new=new, names=names)
        return Again(after=EVERY)

    async def standing(self, now: datetime) -> Sequence[Gap]:
        """The gaps that were told, the next first; those a duty has closed since are left out.

        That is looked at for the first 30 places; of more, each is as it was told within the hour.
        """
        told = [gap for gap in await self._gaps.all() if gap.ends > now]
        places = list(dict.fromkeys(gap.place_id for gap in told))[:MOST_LOOKED_AT]
        until = now + self._roster.coverage.warn
        found = [gap for one in places for gap in await self._roster.gaps(one, now, until)]
        rest = [gap for gap in told if gap.place_id not in places]
        return sorted([*found, *rest], key=lambda gap: (gap.begins, gap.place_id))

    async def _commit(
        self,
        act: Act,
        *,
        keep: Sequence[KnownGap],
        drop: Sequence[KnownGap],
        new: Sequence[KnownGap],
        names: Mapping[str, str],
    ) -> None:
        office = await self._of_role(Role.OFFICE) if new else ()

        async def work(unit: Unit) -> None:
            await self._gaps.settle(unit, keep=(*keep, *new), drop=drop)
            for gap in new:
                await unit.audit(act.event("roster.gap_found", gap.place_id, gap=gap.id))
            for gaps in _together(new):
                for staff_id in office:
                    await self._tell(unit, act, gaps, names, staff_id)

        await act.commit(work)

    async def _tell(
        self,
        unit: Unit,
        act: Act,
        gaps: Sequence[KnownGap],
        names: Mapping[str, str],
        staff_id: str,
    ) -> None:
        first = gaps[0]
        alone = len(gaps) == 1
        where = "、".join(names[one.place_id] for one in gaps[:MOST_NAMED])
        more = "" if len(gaps) <= MOST_NAMED else f"等 {len(gaps)} 个服务点"
        await self._tell_staff(
            unit,
            act,
            staff_id=staff_id,
            title="有服务点将无人在岗" if alone else f"有 {len(gaps)} 个服务点将无人在岗",
            text=f"{where}{more}{first.span}无人在岗，请安排值班。",
            link=f"/console/places/{first.place_id}" if alone else "/console/roster",
            urgency=Urgency.NOW,
            key=f"roster.gap:{first.id}",
        )


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What of the known gaps is still one, what is none any more, and what is new."""

    keep: Sequence[KnownGap]
    drop: Sequence[KnownGap]
    new: Sequence[KnownGap]


def settled(act: Act, found: Sequence[Gap], known: Sequence[KnownGap]) -> Settled:
    """The gaps of a place now, against those that were told.

    A gap that shares any instant with a known one is that gap, as far as it goes now. So one that
    shrinks, grows, or falls in two by a shift is not told again.
    """
    keep: list[KnownGap] = []
    new: list[KnownGap] = []
    left = list(known)
    for gap in found:
        told = next((one for one in known if gap.meets(one.begins, one.ends)), None)
        row = KnownGap(
            **{**vars(gap), **_kept(gap, told, act.at)},
            id=told.id if told in left and told else act.draw.id(),
            found_at=told.found_at if told else act.at,
        )
        left = [one for one in left if one != told]
        (keep if told else new).append(row)
    return Settled(keep=keep, drop=left, new=new)


def _kept(gap: Gap, told: KnownGap | None, now: datetime) -> Mapping[str, object]:
    """What has begun keeps its beginning: how far back it is looked at moves on."""
    if told is None or gap.begins > now:
        return {}
    return {"begins": told.begins, "since_before": told.since_before}


def _together(gaps: Iterable[KnownGap]) -> Iterable[Sequence[KnownGap]]:
    """Those of one and the same time: a holiday is told once, not once for each place."""
    found: dict[tuple[datetime, datetime], list[KnownGap]] = {}
    for gap in gaps:
        found.setdefault((gap.begins, gap.ends), []).append(gap)
    return found.values()


class Shifts:
    """Holiday duty, as the office puts it into the roster."""

    def __init__(self, *, store: ShiftStore, places: PlaceStore, butlers: ButlerStore) -> None:
        self._store = store
        self._places = places
        self._butlers = butlers

    async def put(
        self,
        act: Act,
        *,
        place_id: str,
        staff_id: str,
        begins: datetime,
        ends: datetime,
        note: str = "",
    ) -> Shift:
        """Somebody is on duty at a place from one instant to another.

        Raises:
            NotFound: there is no such place.
            Invalid: every faulty field is named.
        """
        if await self._places.get(place_id) is None:
            raise NotFound("没有这个服务点。")
        shift = Shift(
            id=act.draw.id(),
            staff_id=staff_id,
            place_id=place_id,
            begins=begins,
            ends=ends,
            note=note.strip(),
            put_by=act.actor,
            put_at=act.at,
        )
        faults = await self._faults(shift, act.at)
        if faults:
            raise Invalid(faults)

        async def work(unit: Unit) -> Shift:
            await self._store.add(unit, shift)
            await unit.audit(act.event("roster.shift_put", shift.id, butler=staff_id))
            return shift

        return await act.commit(work)

    async def remove(self, act: Act, *, place_id: str, shift_id: str) -> None:
        """Take a shift out of the roster; raises NotFound, Stale."""
        shift = await self._store.get(shift_id)
        if shift is None or shift.place_id != place_id:
            raise NotFound("没有这次值班。")

        async def work(unit: Unit) -> None:
            await self._store.remove(unit, shift)
            await unit.audit(act.event("roster.shift_removed", shift.id, butler=shift.staff_id))

        await act.commit(work)

    async def of_place(self, place_id: str, *, begin: datetime, end: datetime) -> Sequence[Shift]:
        """Those of a place at some time."""
        return await self._store.of_place(place_id, begin=begin, end=end)

    async def _faults(self, shift: Shift, now: datetime) -> list[Fault]:
        found: dict[str, str] = {}
        butler = await self._butlers.get(shift.staff_id)
        if butler is None or not butler.serves:
            found["staff_id"] = "请选择一位在岗服务的信用管家。"
        elif any(leave.meets(shift.begins, shift.ends) for leave in butler.granted):
            found["staff_id"] = f"{butler.name}在此期间请假，不能值班。"
        if shift.ends <= shift.begins:
            found["ends"] = "“结束时间”应晚于“开始时间”。"
        elif shift.ends <= now:
            found["ends"] = "“结束时间”已经过去。"
        elif shift.ends - shift.begins > LONGEST_SHIFT:
            found["ends"] = "一次值班最多 24 小时，请分次安排。"
        elif shift.begins - now > AHEAD:
            found["begins"] = f"最多提前 {AHEAD.days} 天安排值班。"
        if len(shift.note) > NOTE_MOST:
            found["note"] = f"“说明”最多 {NOTE_MOST} 个字。"
        return [
            Fault(pointer=f"/{field}", code=field, detail=detail) for field, detail in found.items()
        ]
