"""The roster (排班), purely: who is on duty when, and which hours have nobody."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.butlers.butlers import Butler, Leave
from domain.butlers.places import Place
from domain.butlers.weeks import Week
from domain.hours import BusinessHours
from domain.time import SHANGHAI
from domain.workdays import Calendar


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A duty beside the working hours, as on a holiday (值班): a butler, a place, two instants."""

    id: str
    staff_id: str
    place_id: str
    begins: datetime
    ends: datetime
    put_by: str
    put_at: datetime
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Somebody is on duty from one instant to another.

    ``for_whom`` is the name of who is on leave meanwhile, where somebody stands in.
    """

    staff_id: str
    name: str
    begins: datetime
    ends: datetime
    for_whom: str = ""
    shift: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether it runs at this instant."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, kw_only=True)
class Gap:
    """From one instant to another nobody is on duty at a place.

    ``since_before`` and ``goes_on``: it may reach further back or ahead than was looked at.
    """

    place_id: str
    begins: datetime
    ends: datetime
    since_before: bool = False
    goes_on: bool = False

    @property
    def span(self) -> str:
        """From when to when, in words."""
        if self.since_before and self.goes_on:
            return "一直"
        begins = "此前" if self.since_before else short(self.begins)
        return f"{begins}起" if self.goes_on else f"{begins} 至 {short(self.ends)}"

    def meets(self, begins: datetime, ends: datetime) -> bool:
        """Whether it has an instant of this time."""
        return self.begins < ends and begins < self.ends


@dataclass(frozen=True, kw_only=True)
class Team:
    """Who serves a place, and whoever may come in for them.

    ``week`` holds for who has no hours of their own. ``others`` are all who stand in for anybody,
    directly or further on, and who have a shift here.
    """

    place: Place
    butlers: tuple[Butler, ...]
    week: Week
    calendar: Calendar
    others: Mapping[str, Butler] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()

    @property
    def anybody(self) -> bool:
        """Whether somebody serves here at all."""
        return bool(self.shifts) or any(one.serves for one in self.butlers)

    def duties(self, begin: datetime, end: datetime) -> tuple[Duty, ...]:
        """Every duty of this time, in the order they begin; cut where the time is."""
        # Most work in the hours of the place: these are looked up once.
        usual = self._spans(self.week, begin, end)
        found = [
            duty
            for butler in self.butlers
            if butler.serves
            for opens, closes in (
                usual if butler.hours is None else self._spans(butler.hours, begin, end)
            )
            for duty in self._filled(butler, opens, closes, "")
        ]
        for shift in self.shifts:
            holder = self._known(shift.staff_id)
            if holder is not None and holder.serves:
                since, until = max(begin, shift.begins), min(end, shift.ends)
                found += self._filled(holder, since, until, "", shift=True)
        return tuple(sorted(found, key=_in_order))

    def gaps(self, begin: datetime, end: datetime, *, longest: timedelta) -> tuple[Gap, ...]:
        """Each time within this one, as long as ``longest`` or longer, in which nobody is on duty.

        So a promise of that many absolute hours that begins there has nobody to keep it.
        """
        if not self.place.open:
            return ()
        return tuple(
            Gap(
                place_id=self.place.id,
                begins=since,
                ends=until,
                since_before=since == begin,
                goes_on=until == end,
            )
            for since, until in uncovered(self.duties(begin, end), begin, end)
            if until - since >= longest
        )

    def _known(self, staff_id: str) -> Butler | None:
        mine = (one for one in self.butlers if one.staff_id == staff_id)
        return next(mine, None) or self.others.get(staff_id)

    def _spans(self, week: Week, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        return list(BusinessHours(calendar=self.calendar, week=week).spans(begin, end))

    def _filled(
        self,
        butler: Butler,
        begin: datetime,
        end: datetime,
        for_whom: str,
        *,
        shift: bool = False,
        seen: frozenset[str] = frozenset(),
    ) -> Iterator[Duty]:
        """Who fills this time: the butler, and while they are on leave who stands in."""
        for since, until, leave in _parts(butler, begin, end):
            if leave is None:
                yield Duty(
                    staff_id=butler.staff_id,
                    name=butler.name,
                    begins=since,
                    ends=until,
                    for_whom=for_whom,
                    shift=shift,
                )
                continue
            stand_in = self._known(leave.stand_in)
            if stand_in is None or not stand_in.serves or stand_in.staff_id in seen:
                continue
            yield from self._filled(
                stand_in,
                since,
                until,
                for_whom or butler.name,
                shift=shift,
                seen=seen | {butler.staff_id},
            )


def short(at: datetime) -> str:
    """2月24日 9:00, Shanghai."""
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local.hour}:{local:%M}"


def uncovered(
    duties: Iterable[Duty], begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Every time within this one that no duty has."""
    free_from = begin
    for duty in sorted(duties, key=_in_order):
        if duty.begins > free_from:
            yield free_from, min(duty.begins, end)
        free_from = max(free_from, duty.ends)
        if free_from >= end:
            return
    if free_from < end:
        yield free_from, end


def _in_order(duty: Duty) -> tuple[datetime, datetime, str, str]:
    """One's own duty before one for somebody else at the same time."""
    return duty.begins, duty.ends, duty.staff_id, duty.for_whom


def _parts(
    butler: Butler, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, Leave | None]]:
    """This time in parts: at work, and on which leave."""
    at = begin
    for leave in butler.granted:
        if at >= end or not leave.meets(at, end):
            continue
        if leave.begins > at:
            yield at, leave.begins, None
        until = min(leave.ends, end)
        yield max(at, leave.begins), until, leave
        at = until
    if at < end:
        yield at, end, None
