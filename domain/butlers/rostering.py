"""The roster of a place: its hours, who is on duty, and where nobody is; read from the stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from domain.butlers.butlers import Butler
from domain.butlers.places import Place, PlaceKind
from domain.butlers.ports import ButlerStore, PlaceStore, ShiftStore
from domain.butlers.roster import Duty, Gap, Shift, Team
from domain.butlers.sheets import Sheet, day_begins, sheet_of
from domain.butlers.weeks import Week
from domain.errors import NotFound
from domain.hours import BusinessHours
from domain.transactions import Unit
from domain.workdays import Calendar

# A gap is looked for so far before and after the time asked about, to tell all of it.
BEFORE, AFTER = timedelta(days=14), timedelta(days=31)
MOST_STEPS = 10
WHOLE = Place(
    id="",
    code="",
    name="",
    kind=PlaceKind.STREET,
    address="",
    added_at=datetime(2000, 1, 1, tzinfo=UTC),
)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What the district sets: its usual hours, and from when on a time without anybody counts.

    ``warn`` is how long before such a time begins the office is told of it.
    """

    week: Week
    longest: timedelta
    warn: timedelta
    skill_first: bool = True


class Roster:
    """Who is on duty, from whatever the stores say now."""

    def __init__(
        self,
        *,
        places: PlaceStore,
        butlers: ButlerStore,
        shifts: ShiftStore,
        calendar: Calendar,
        coverage: Coverage,
    ) -> None:
        self._places = places
        self._butlers = butlers
        self._shifts = shifts
        self._calendar = calendar
        self.coverage = coverage

    async def hours(self, place_id: str) -> BusinessHours:
        """When a place is served: its own hours, or the district's.

        Raises:
            NotFound: there is no such place.
        """
        return BusinessHours(calendar=self._calendar, week=self.week(await self.place(place_id)))

    async def place(self, place_id: str) -> Place:
        """By id, and the whole district where it is empty; raises NotFound."""
        if not place_id:
            return WHOLE
        place = await self._places.get(place_id)
        if place is None:
            raise NotFound("没有这个服务点。")
        return place

    def week(self, place: Place) -> Week:
        """Its own hours, or the district's."""
        return self.coverage.week if place.hours is None else place.hours

    async def team(self, place: Place, *, begin: datetime, end: datetime) -> Team:
        """Who serves it, and whoever may come in for them at this time."""
        shifts: Sequence[Shift] = ()
        if place is WHOLE:
            butlers = await self._butlers.all()
        else:
            butlers = await self._butlers.of_place(place.id)
            shifts = await self._shifts.of_place(place.id, begin=begin, end=end)
        known = await standing_in(
            self._butlers,
            {one.staff_id: one for one in butlers},
            and_also={shift.staff_id for shift in shifts},
        )
        return Team(
            place=place,
            butlers=tuple(sorted(butlers, key=lambda one: one.staff_id)),
            week=self.week(place),
            calendar=self._calendar,
            others=known,
            shifts=tuple(shifts),
        )

    async def _covering(self, place: Place, *, begin: datetime, end: datetime) -> Team:
        """Who serves a place; where nobody does, who serves its street, as tickets go to them."""
        team = await self.team(place, begin=begin, end=end)
        if team.anybody or not place.parent:
            return team
        street = await self.team(await self.place(place.parent), begin=begin, end=end)
        return replace(street, place=place)

    def open_now(self, place: Place, at: datetime) -> bool:
        """Whether a place is served at this instant."""
        return place.open and BusinessHours(calendar=self._calendar, week=self.week(place)).open_at(
            at
        )

    async def on_duty(self, place_id: str, at: datetime) -> Sequence[Butler]:
        """Who works there at this instant, or stands in for who is on leave."""
        moment = at + timedelta(milliseconds=1)
        team = await self._covering(await self.place(place_id), begin=at, end=moment)
        there = {duty.staff_id for duty in team.duties(at, moment)}
        everybody = {**team.others, **{one.staff_id: one for one in team.butlers}}
        return [everybody[staff_id] for staff_id in sorted(there)]

    async def gaps(self, place_id: str, begin: datetime, end: datetime) -> Sequence[Gap]:
        """Each time without anybody, as long as the district's limit, that meets this one.

        A gap is told as far as it goes, two weeks back and a month ahead at most.
        """
        return (await self._look(await self.place(place_id), begin, end))[1]

    async def sheet(self, place_id: str, *, first: date, count: int) -> Sheet:
        """So many days of a place from the first on; raises NotFound."""
        place = await self.place(place_id)
        begin, end = day_begins(first), day_begins(first + timedelta(days=count))
        duties, gaps = await self._look(place, begin, end)
        return sheet_of(
            place, first=first, count=count, duties=duties, gaps=gaps, calendar=self._calendar
        )

    async def _look(
        self, place: Place, begin: datetime, end: datetime
    ) -> tuple[Sequence[Duty], Sequence[Gap]]:
        """Who is on duty in this time, and the gaps that meet it."""
        since, until = begin - BEFORE, end + AFTER
        team = await self._covering(place, begin=since, end=until)
        gaps = team.gaps(since, until, longest=self.coverage.longest)
        return team.duties(begin, end), [gap for gap in gaps if gap.meets(begin, end)]


async def standing_in(
    store: ButlerStore,
    butlers: Mapping[str, Butler],
    *,
    and_also: set[str] | frozenset[str] = frozenset(),
    unit: Unit | None = None,
) -> dict[str, Butler]:
    """These butlers, those of other ids, and whoever stands in for any, as far as that leads."""
    known = dict(butlers)
    wanted = {*and_also, *_stand_ins(butlers)} - known.keys()
    for _ in range(MOST_STEPS):
        if not wanted:
            break
        found = {one.staff_id: one for one in await store.many(sorted(wanted), unit=unit)}
        known.update(found)
        wanted = _stand_ins(found) - known.keys()
    return known


def _stand_ins(butlers: Mapping[str, Butler]) -> set[str]:
    return {leave.stand_in for one in butlers.values() for leave in one.granted if leave.stand_in}
