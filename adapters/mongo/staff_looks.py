"""Credit reports as staff look at them: the one a case rests on, or the newest of a subject."""

from pymongo import DESCENDING

from adapters.mongo.credit_reports import MongoCreditReports, read_report
from adapters.mongo.database import Database, Document
from domain.credit_reports.reports import State
from domain.staff_looks.service import SeenReport

SHOWN: Document = {"issue": {"$exists": True}, "state": {"$ne": State.REVOKED.value}}


class MongoReportDesk:
    """What a subject has revoked is shown to nobody."""

    def __init__(self, database: Database, *, reports: MongoCreditReports) -> None:
        self._rows = database["credit_reports"]
        self._reports = reports

    async def by_id(self, report_id: str) -> SeenReport | None:
        """One that was issued and not revoked."""
        return _seen(await self._rows.find_one({"_id": report_id, **SHOWN}))

    async def latest(self, about: str) -> SeenReport | None:
        """The newest about a uscc, or about a natural person by id."""
        newest = [("requested_at", DESCENDING), ("_id", DESCENDING)]
        for chosen in ({"uscc": about}, {"principal_id": about, "uscc": None}):
            row = await self._rows.find_one({**chosen, **SHOWN}, sort=newest)
            if row is not None:
                return _seen(row)
        return None

    async def snapshot(self, report_id: str) -> bytes | None:
        """Its content as JSON bytes."""
        return await self._reports.snapshot(report_id)


def _seen(row: Document | None) -> SeenReport | None:
    if row is None:
        return None
    report = read_report(row)
    return SeenReport(
        id=report.id,
        number=report.number,
        about=report.about,
        person_id=report.person_id,
        subject_id=report.subject_id,
    )
