"""Raising a paper that was issued while the time-stamp authority did not serve.

The paper as issued stays known by its hash and verifies for ever; the raised one is handed out
from then on, and verifies too.
"""

from domain.credit_reports.ports import ReportStore
from domain.errors import Stale, Unavailable
from domain.papers import Papers
from domain.timestamps import TimeStamp
from domain.transactions import Act, Again, Unit, ever_more_rarely

RAISE = "credit_report.raise"


class Raising:
    """What a worker does with one message about a pending time-stamp."""

    def __init__(self, *, store: ReportStore, papers: Papers) -> None:
        self._store = store
        self._papers = papers

    async def work(self, act: Act, *, report_id: str, attempt: int) -> Again | None:
        """Stamp one paper; ``Again`` while the authority does not serve, without end."""
        report = await self._store.get(report_id)
        if report is None or report.issue is None:
            return None
        if report.issue.time_stamp is not TimeStamp.PENDING:
            return None
        pdf = await self._store.pdf(report_id)
        if pdf is None:
            return None
        try:
            paper = await self._papers.raised(pdf)
        except Unavailable:
            return ever_more_rarely(attempt)

        async def work(unit: Unit) -> None:
            await self._store.replace(unit, report.raised(paper.sha256), was=report)
            await self._store.keep_raised(unit, report_id=report_id, pdf=paper.pdf)
            await unit.audit(act.event("credit_report.raised", report_id, file=paper.sha256))

        try:
            await act.commit(work)
        except Stale:
            # It was superseded or revoked meanwhile: read it again.
            return ever_more_rarely(0)
        return None
