"""A report's paper for the supplier that an application was handed to, the look recorded first."""

from domain.credit_reports.ports import ReportStore
from domain.credit_reports.reports import ISSUED, State
from domain.looks import Action, Look, LookBook
from domain.transactions import Act


class Supplied:
    """Gives the supplier what its applicant agreed to provide."""

    def __init__(self, *, store: ReportStore, looks: LookBook) -> None:
        self._store = store
        self._looks = looks

    async def __call__(self, act: Act, *, report_id: str, consent_id: str) -> bytes | None:
        """The paper, after the look is durably recorded; None when it was revoked."""
        report = await self._store.get(report_id)
        if report is None or report.state not in ISSUED or report.state is State.REVOKED:
            return None
        look = Look(
            id=act.draw.id(),
            at=act.at,
            viewer=act.actor,
            role="supplier",
            about=report.about,
            person_id=report.person_id,
            subject_id=report.subject_id,
            report_id=report.id,
            report_number=report.number,
            action=Action.SUPPLY,
            purpose=report.purpose,
            authority=consent_id,
            trace_id=act.trace_id,
            viewer_purpose="办理用电申请",
        )
        await self._looks.record(look)
        return await self._store.pdf(report.id)
