"""Session and rights to a report, read together: one command for all who ask at one moment."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.mongo.coalescing import MOST, Coalescer
from adapters.mongo.database import Database, Document
from domain.credit_reports.reading import AGREEMENT, OpenSession, Rights
from domain.credit_reports.reports import State

Asked = tuple[str, str]


class MongoRightsDesk:
    """Reads only what is not secret, so nothing has to be decrypted."""

    def __init__(self, database: Database) -> None:
        self._sessions = database["sessions"]
        self._reads: Coalescer[Asked, Rights] = Coalescer(self._find)

    async def rights(self, *, session_id: str, report_id: str) -> Rights | None:
        """As last committed; None when there is no such report."""
        return await self._reads.ask((session_id, report_id))

    async def _find(self, asked: Sequence[Asked]) -> Mapping[int, Rights | Exception]:
        pipeline = _pipeline({session for session, _ in asked}, {report for _, report in asked})
        rows = await self._sessions.aggregate(pipeline).to_list(2 * MOST)
        # Whoever knows an id of the other kind may ask for it: the kinds never meet.
        sessions: dict[str, Document] = {row["_id"]: row for row in rows if not row["is_report"]}
        reports: dict[str, Document] = {row["_id"]: row for row in rows if row["is_report"]}
        return {
            position: _rights(sessions.get(session_id), reports[report_id])
            for position, (session_id, report_id) in enumerate(asked)
            if report_id in reports
        }


def _pipeline(session_ids: set[str], report_ids: set[str]) -> list[dict[str, Any]]:
    reports = [
        {"$match": {"_id": {"$in": list(report_ids)}}},
        {"$project": {"number": 1, "person_id": 1, "subject_id": 1, "purpose": 1, "state": 1}},
        {"$set": {"is_report": True}},
        {"$set": {"standing": {"$concat": ["$person_id", f":{AGREEMENT}:", "$subject_id"]}}},
        {
            "$lookup": {
                "from": "subjects",
                "localField": "subject_id",
                "foreignField": "_id",
                "pipeline": [{"$match": {"ended_at": None}}, {"$project": {"person_id": 1}}],
                "as": "subjects",
            }
        },
        {
            "$lookup": {
                "from": "consents",
                "localField": "standing",
                "foreignField": "standing",
                "pipeline": [{"$project": {"text_hash": 1}}],
                "as": "consents",
            }
        },
    ]
    return [
        {"$match": {"_id": {"$in": list(session_ids)}, "ended_at": None}},
        {"$project": {"person_id": 1, "expires_at": 1}},
        {"$set": {"is_report": False}},
        {"$unionWith": {"coll": "credit_reports", "pipeline": reports}},
    ]


def _rights(session: Document | None, report: Document) -> Rights:
    consent = report["consents"][0] if report["consents"] else None
    return Rights(
        session=_session(session) if session else None,
        report_id=report["_id"],
        number=report["number"],
        person_id=report["person_id"],
        subject_id=report["subject_id"],
        purpose=report["purpose"],
        state=State(report["state"]),
        acts_for_subject=any(
            subject["person_id"] == report["person_id"] for subject in report["subjects"]
        ),
        consent_id=consent["_id"] if consent else None,
        consent_text=consent["text_hash"] if consent else None,
    )


def _session(row: Document) -> OpenSession:
    return OpenSession(person_id=row["person_id"], expires_at=row["expires_at"])
