"""Reports that are not made when their requester or their principal leaves for good."""

from collections.abc import Sequence
from typing import Protocol

from domain.credit_reports.reports import CreditReport
from domain.transactions import Act, Unit

ERASED = "申请人或授权人已注销账号，申请已终止。"


class UnfinishedReports(Protocol):
    """Reports, narrowly."""

    async def unfinished(
        self, unit: Unit, *, person_id: str, principal_ids: Sequence[str]
    ) -> Sequence[CreditReport]:
        """Those requested by the person or under one of the principals, not made yet."""

    async def replace(self, unit: Unit, report: CreditReport, *, was: CreditReport) -> None:
        """Save against the revision that was read."""


class Cancelling:
    """A worker that is making one finds it ended, and writes nothing after."""

    def __init__(self, *, store: UnfinishedReports) -> None:
        self._store = store

    async def __call__(
        self, unit: Unit, act: Act, *, person_id: str, principal_ids: Sequence[str]
    ) -> None:
        """In the transaction in which the person leaves."""
        for report in await self._store.unfinished(
            unit, person_id=person_id, principal_ids=principal_ids
        ):
            await self._store.replace(unit, report.failed(ERASED), was=report)
            await unit.audit(act.event("credit_report.failed", report.id, because="erased"))
