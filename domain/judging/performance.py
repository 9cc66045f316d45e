"""How a butler works, shown with what each figure rests on: to themself, and to who supervises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.butlers.butlers import Butler
from domain.errors import NotFound
from domain.judging.facts import Evidence, Figures
from domain.judging.figures import Counting
from domain.judging.period import Period, until_now
from domain.judging.ports import Butlers
from domain.judging.rules import ranking, ranks
from domain.judging.sheets import Row
from domain.judging.stores import SheetStore
from domain.judging.terms import Terms

MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Line:
    """One butler among all; ``rank`` is None of who has too little to be compared."""

    butler: Butler
    figures: Figures
    rank: int | None


@dataclass(frozen=True, kw_only=True)
class MonthOf:
    """One butler's row of one monthly sheet."""

    month: str
    row: Row


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One butler. ``enough`` says whether there is enough to be judged by."""

    butler: Butler
    period: Period
    figures: Figures
    enough: bool
    evidence: Evidence
    months: tuple[MonthOf, ...]


class Performance:
    """Figures of the rolling period and of today so far: what was decided just now is seen."""

    def __init__(
        self, *, counting: Counting, butlers: Butlers, sheets: SheetStore, terms: Terms
    ) -> None:
        self._counting = counting
        self._butlers = butlers
        self._sheets = sheets
        self._terms = terms

    async def all(self, now: datetime) -> Sequence[Line]:
        """Every butler: the ranked ones in their order, then the others by name."""
        of = await self._counting.of_all(until_now(now, self._terms.days))
        butlers = await self._butlers.all()
        serving = {one.staff_id for one in butlers if one.serves}
        places = ranking({name: of[name] for name in of if name in serving}, self._terms)
        lines = [
            Line(
                butler=one,
                figures=of.get(one.staff_id, Figures()),
                rank=places.get(one.staff_id),
            )
            for one in butlers
        ]
        last = len(lines) + 1
        return sorted(lines, key=lambda one: (one.rank or last, one.butler.name))

    async def knows(self, staff_id: str) -> bool:
        """Whether this account is enrolled as a butler."""
        return any(one.staff_id == staff_id for one in await self._butlers.all())

    async def of(self, staff_id: str, now: datetime) -> Shown:
        """One of them, with the evidence of each figure.

        Raises:
            NotFound: no butler.
        """
        found = (one for one in await self._butlers.all() if one.staff_id == staff_id)
        butler = next(found, None)
        if butler is None:
            raise NotFound("没有这位信用管家。")
        period = until_now(now, self._terms.days)
        figures = await self._counting.of(staff_id, period)
        sheets = await self._sheets.of_butler(staff_id, limit=MONTHS)
        return Shown(
            butler=butler,
            period=period,
            figures=figures,
            enough=ranks(figures, self._terms),
            evidence=await self._counting.evidence(staff_id, period),
            months=tuple(
                MonthOf(month=sheet.month, row=sheet.butlers[0])
                for sheet in reversed(sheets)
                if sheet.butlers
            ),
        )
