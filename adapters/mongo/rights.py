"""Session and rights to a report, read together: one command for all who ask at one moment."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.mongo.coalescing import MOST, Coalescer
from adapters.mongo.database import Database, Document
from adapters.mongo.subjects import FOOTING, read_footing
from domain.credit_reports.reading import AGREEMENT, OpenSession, Rights, StandingConsent
from domain.credit_reports.reports import State

Asked = tuple[str, str]
NEEDED = ("number", "person_id", "subject_id", "principal_id", "uscc", "purpose", "state")


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
        {"$project": dict.fromkeys(NEEDED, 1)},
        {
            "$set": {
                "is_report": True,
                "principal_id": {"$ifNull": ["$principal_id", "$subject_id"]},
            }
        },
        # Whose own subject it was made under, and who stands under or as its principal.
        _footings("subject_id", "_id", "own"),
        _footings("principal_id", "principal_id", "under"),
        {"$set": {"footings": {"$concatArrays": ["$own", "$under"]}}},
        {"$set": {"standing": _consent_keys()}},
        {
            "$lookup": {
                "from": "consents",
                "localField": "standing",
                "foreignField": "standing",
                "pipeline": [{"$project": {"person_id": 1, "subject_id": 1, "text_hash": 1}}],
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


def _footings(of_report: str, of_subject: str, name: str) -> dict[str, Any]:
    return {
        "$lookup": {
            "from": "subjects",
            "localField": of_report,
            "foreignField": of_subject,
            "pipeline": [{"$match": {"ended_at": None}}, {"$project": dict.fromkeys(FOOTING, 1)}],
            "as": name,
        }
    }


def _consent_keys() -> dict[str, Any]:
    """The keys of the standing consents that any of the footings rests on."""
    own = {"$concat": ["$principal_id", f":{AGREEMENT}:", "$principal_id"]}
    person = {"$ifNull": ["$$one.principal_person", "$$one.person_id"]}
    subject = {"$ifNull": ["$$one.principal_id", "$$one._id"]}
    each = {"$concat": [person, f":{AGREEMENT}:", subject]}
    mapped = {"$map": {"input": "$footings", "as": "one", "in": each}}
    return {"$setUnion": [mapped, [own]]}


def _rights(session: Document | None, report: Document) -> Rights:
    return Rights(
        session=_session(session) if session else None,
        report_id=report["_id"],
        number=report["number"],
        person_id=report["person_id"],
        subject_id=report["subject_id"],
        principal_id=report["principal_id"],
        about=report["uscc"] or report["principal_id"],
        purpose=report["purpose"],
        state=State(report["state"]),
        footings=tuple(read_footing(row) for row in report["footings"]),
        consents={
            (row["person_id"], row["subject_id"]): StandingConsent(
                id=row["_id"], text_hash=row["text_hash"]
            )
            for row in report["consents"]
        },
    )


def _session(row: Document) -> OpenSession:
    return OpenSession(person_id=row["person_id"], expires_at=row["expires_at"])
