"""Comparing all applications with the partner once a day: what differs is kept for the office.

One message of the outbox sleeps from night to night, whoever works it; a day has one comparison.
Nothing is changed by it, except that events which are missing here are asked for.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from domain.errors import Unavailable
from domain.grid.cases import Case
from domain.grid.comparing import (
    MOST,
    Comparison,
    Difference,
    DifferenceKind,
    Ours,
    Theirs,
    compare,
)
from domain.grid.inbox import FILL
from domain.grid.ports import Applications, Cases, Comparisons, PowerGrid
from domain.time import SHANGHAI, civil_date
from domain.transactions import Act, Again, Unit, ever_more_rarely

COMPARE = "grid.compare"
AT = time(3, 30)
# What changed so shortly before may be on its way.
UNDER_WAY = timedelta(minutes=10)
PAGE = 500
# Pages of the partner's, at the most: a list without an end is no list.
MOST_PAGES = 10_000


class Reconciling:
    """What a worker does with the message of the daily comparison."""

    def __init__(
        self,
        *,
        cases: Cases,
        applications: Applications,
        comparisons: Comparisons,
        grid: PowerGrid,
    ) -> None:
        self._cases = cases
        self._applications = applications
        self._comparisons = comparisons
        self._grid = grid

    async def work(self, act: Act, *, attempt: int) -> Again | None:
        """Compare, once a day, and sleep until the next."""
        today = civil_date(act.at)
        if act.at >= _at(today) and await self._comparisons.of_day(today) is None:
            try:
                await self.compare(act, today)
            except Unavailable:
                return ever_more_rarely(attempt)
        return Again(after=next_time(act.at) - act.at)

    async def newest(self, *, most: int = 30) -> Sequence[Comparison]:
        """The last ones, newest first."""
        return await self._comparisons.newest(most=most)

    async def compare(self, act: Act, day: date) -> Comparison:
        """Compare now, and keep what differs.

        Raises:
            Unavailable: the partner did not say how its applications stand.
        """
        theirs = await self._theirs()
        ours, cases = await self._ours(act.at, theirs)
        settled = {n: one for n, one in theirs.items() if n in ours or n not in cases}
        found = list(compare(ours, settled))
        comparison = Comparison(
            day=day,
            at=act.at,
            compared=len(ours),
            found=len(found),
            differences=tuple(found[:MOST]),
        )

        async def work(unit: Unit) -> Comparison:
            await self._comparisons.keep(unit, comparison)
            await unit.audit(act.event("grid.compared", day.isoformat(), found=str(len(found))))
            for number in _behind(found):
                await unit.send(act.message(FILL, cases[number].id))
            return comparison

        return await act.commit(work)

    async def _theirs(self) -> Mapping[str, Theirs]:
        found: dict[str, Theirs] = {}
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await self._grid.applications(cursor=cursor)
            found |= {one.number: one for one in page.items}
            cursor = page.next
            if not cursor:
                break
        return found

    async def _ours(
        self, now: datetime, theirs: Mapping[str, Theirs]
    ) -> tuple[Mapping[str, Ours], Mapping[str, Case]]:
        """Those with the partner that did not change just now; and all cases there are."""
        ours: dict[str, Ours] = {}
        cases: dict[str, Case] = {}
        after = ""
        while page := await self._cases.all(after=after, limit=PAGE):
            after = page[-1].number
            for case in page:
                cases[case.number] = case
                # One that is over and forgotten by the partner is no difference.
                if case.changed_at > now - UNDER_WAY or not (case.open or case.number in theirs):
                    continue
                application = await self._applications.get(case.id)
                if application is not None:
                    ours[case.number] = Ours(application=application, applied=case.applied)
        return ours, cases


def _behind(found: Sequence[Difference]) -> Sequence[str]:
    return [one.number for one in found if one.kind is DifferenceKind.BEHIND_HERE]


def next_time(now: datetime) -> datetime:
    """When the next night's comparison is due."""
    today = civil_date(now)
    return _at(today) if now < _at(today) else _at(today + timedelta(days=1))


def _at(day: date) -> datetime:
    return datetime.combine(day, AT, SHANGHAI)
