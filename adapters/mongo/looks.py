"""Looks at credit: one durable insert for all looks of one moment, each with its own result."""

from collections.abc import Mapping, Sequence

from pymongo.errors import BulkWriteError

from adapters.mongo.coalescing import MOST, Coalescer
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from domain.errors import Unavailable
from domain.looks import Action, Look
from domain.pages import Ask, Page


class MongoLooks:
    """Written by a majority with the journal before anybody is shown anything."""

    def __init__(self, database: Database) -> None:
        self._looks = database["looks"]
        self._cipher = database.cipher
        self._writes: Coalescer[Look, None] = Coalescer(self._insert)

    async def record(self, look: Look) -> None:
        """Durable when this returns."""
        await self._writes.ask(look)

    async def record_all(self, looks: Sequence[Look]) -> None:
        """All durable when this returns; the first that could not be written is raised."""
        for start in range(0, len(looks), MOST):
            for failed in (await self._insert(looks[start : start + MOST])).values():
                if failed is not None:
                    raise failed

    async def of_about(self, about: str, *, ask: Ask) -> Page[Look]:
        """Looks at somebody's credit, newest first."""
        return await newest_first(self._looks, {"about": about}, ask, by="at", read=read_look)

    async def of_requested(self, *, person_id: str, subject_id: str, ask: Ask) -> Page[Look]:
        """Looks at the reports that a person requested under a subject, newest first."""
        chosen = {"person_id": person_id, "subject_id": subject_id}
        return await newest_first(self._looks, chosen, ask, by="at", read=read_look)

    async def _insert(self, looks: Sequence[Look]) -> Mapping[int, Exception | None]:
        documents = [await self._document(look) for look in looks]
        try:
            await self._looks.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            if details.get("writeConcernErrors"):
                return dict.fromkeys(range(len(looks)), _unrecorded())
            return {failed["index"]: _unrecorded() for failed in details["writeErrors"]}
        return {}

    async def _document(self, look: Look) -> Document:
        document: Document = {
            "_id": look.id,
            "v": 1,
            "at": look.at,
            "viewer": look.viewer,
            "role": look.role,
            "about": look.about,
            "person_id": look.person_id,
            "subject_id": look.subject_id,
            "report_id": look.report_id,
            "report_number": look.report_number,
            "action": look.action.value,
            "purpose": look.purpose,
            "authority": look.authority,
            "trace_id": look.trace_id,
        }
        if look.field:
            document["field"] = look.field
        if look.viewer_name:
            document["viewer_name"] = await self._cipher.random("person", look.viewer_name)
        if look.viewer_purpose:
            document["viewer_purpose"] = await self._cipher.random("report", look.viewer_purpose)
        return document


def _unrecorded() -> Unavailable:
    return Unavailable("查看记录未能写入，请稍后再试。", system="database")


def read_look(row: Document) -> Look:
    """A look as the domain knows it."""
    return Look(
        id=row["_id"],
        at=row["at"],
        viewer=row["viewer"],
        role=row["role"],
        about=row["about"],
        person_id=row["person_id"],
        subject_id=row["subject_id"],
        report_id=row["report_id"],
        report_number=row["report_number"],
        action=Action(row["action"]),
        purpose=row["purpose"],
        authority=row["authority"],
        trace_id=row["trace_id"],
        viewer_name=row.get("viewer_name", ""),
        viewer_purpose=row.get("viewer_purpose", ""),
        field=row.get("field", ""),
    )
