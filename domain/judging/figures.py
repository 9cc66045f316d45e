"""Every butler's figures over a period, and what they rest on."""

from collections.abc import Mapping
from dataclasses import replace

from domain.judging.facts import MOST_EVIDENCE, Evidence, Figures
from domain.judging.period import Period
from domain.judging.ports import Tickets
from domain.judging.stores import ComplaintStore, RatingStore


class Counting:
    """Counted where the facts are kept: what comes here is one row of each butler."""

    def __init__(
        self, *, tickets: Tickets, ratings: RatingStore, complaints: ComplaintStore
    ) -> None:
        self._tickets = tickets
        self._ratings = ratings
        self._complaints = complaints

    async def of(self, staff_id: str, period: Period) -> Figures:
        """Those of one butler."""
        return (await self.of_all(period, one=staff_id)).get(staff_id, Figures())

    async def of_all(self, period: Period, *, one: str | None = None) -> Mapping[str, Figures]:
        """By account, of everybody who has any, or of one."""
        of: dict[str, Figures] = {}
        async for worked in self._tickets.worked(period.begins, period.ends, by=one):
            of[worked.staff_id] = Figures(
                counted=worked.counted, in_time=worked.in_time, late_at=worked.late_at
            )
        async for rated in self._ratings.rated(period.begins, period.ends, of=one):
            of[rated.staff_id] = replace(
                of.get(rated.staff_id, Figures()),
                ratings=rated.ratings,
                stars=rated.stars,
                rated_at=rated.last_at,
            )
        async for upheld in self._complaints.upheld(period.begins, period.ends, about=one):
            of[upheld.staff_id] = replace(
                of.get(upheld.staff_id, Figures()), upheld=upheld.upheld, upheld_at=upheld.upheld_at
            )
        return of

    async def evidence(self, staff_id: str, period: Period) -> Evidence:
        """What one butler's figures rest on, at most 100 of each."""
        begin, end = period.begins, period.ends
        return Evidence(
            late=tuple(await self._tickets.late(staff_id, begin, end, limit=MOST_EVIDENCE)),
            rated=tuple(await self._ratings.below_five(staff_id, begin, end, limit=MOST_EVIDENCE)),
            upheld=tuple(
                await self._complaints.upheld_about(staff_id, begin, end, limit=MOST_EVIDENCE)
            ),
        )
