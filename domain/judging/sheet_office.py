"""Drawing up monthly sheets: in time by itself, and again with a reason."""

from collections.abc import Sequence
from datetime import timedelta

from domain.errors import NotFound
from domain.judging.period import Period, day_begins, month, month_before
from domain.judging.ports import Tickets
from domain.judging.sheets import MOST_VERSIONS, Sheet, Tallies, drawn, drawn_from, is_over
from domain.judging.stores import ComplaintStore, RatingStore, SheetStore
from domain.judging.terms import Terms
from domain.time import civil_date, in_words
from domain.transactions import Act, Again, Conflict, Unit
from domain.workdays import DAY

DRAW = "judging.sheet"
AT = timedelta(hours=2)
LEAST_NAP = timedelta(minutes=1)
SHOWN = 60


class SheetOffice:
    """What a worker does with the standing message of sheets, and what the office does."""

    def __init__(
        self,
        *,
        tickets: Tickets,
        ratings: RatingStore,
        complaints: ComplaintStore,
        store: SheetStore,
        terms: Terms,
    ) -> None:
        self._tickets = tickets
        self._ratings = ratings
        self._complaints = complaints
        self._store = store
        self._terms = terms

    async def work(self, act: Act) -> Again:
        """Draw up the last month once it can be, and sleep until tomorrow."""
        of = month_before(act.at)
        if is_over(of, terms=self._terms, now=act.at) and await self._store.last(of) is None:
            await self._draw(act, of, version=1, by="", reason="")
        following = day_begins(civil_date(act.at) + DAY) + AT
        return Again(after=max(following - act.at, LEAST_NAP))

    async def correct(self, act: Act, *, of: str, reason: str) -> Sheet:
        """Draw a month up again, as a new version that says why.

        Raises:
            Invalid: it is no month.
            Conflict: it cannot be drawn up yet, or was too often.
        """
        if not is_over(of, terms=self._terms, now=act.at):
            first = in_words(drawn_from(of, self._terms))
            raise Conflict(f"{of} 的月报要到{first}之后才能生成。")
        last = await self._store.last(of)
        version = last.version + 1 if last else 1
        if version > MOST_VERSIONS:
            raise Conflict(f"同一个月的月报最多更正 {MOST_VERSIONS - 1} 次。")
        return await self._draw(act, of, version=version, by=act.actor, reason=reason)

    async def get(self, of: str, version: int | None = None) -> Sheet:
        """One version of a month, the latest if none is named.

        Raises:
            NotFound: there is none.
        """
        named = version is not None
        sheet = await self._store.get(of, version or 0) if named else await self._store.last(of)
        if sheet is None:
            raise NotFound("没有这个月份的月报。")
        return sheet

    async def all(self) -> Sequence[Sheet]:
        """The latest versions first, at most 60."""
        return await self._store.months(limit=SHOWN)

    async def _draw(self, act: Act, of: str, *, version: int, by: str, reason: str) -> Sheet:
        tallies = await self._tallies(month(of))
        sheet = drawn(tallies, of=of, version=version, by=by, reason=reason, now=act.at)

        async def work(unit: Unit) -> Sheet:
            there = await self._store.get(of, version)
            if there is not None and by:
                raise Conflict(f"{of} 的月报刚刚由别人更正，请刷新后再操作。")
            if there is not None:
                return there
            await self._store.add(unit, sheet)
            if sheet.is_corrected:
                await unit.audit(act.event("sheet.corrected", sheet.id))
            else:
                await unit.audit(act.event("sheet.drawn", sheet.id))
            return sheet

        return await act.commit(work)

    async def _tallies(self, period: Period) -> Tallies:
        begin, end = period.begins, period.ends
        return Tallies(
            work=tuple([one async for one in self._tickets.tallies(begin, end)]),
            ratings=tuple([one async for one in self._ratings.tallied(begin, end)]),
            complaints=tuple([one async for one in self._complaints.tallied(begin, end)]),
        )
