"""What of cloud lectures waits for somebody: versions to review or to mend, questions to answer."""

from collections.abc import AsyncIterator, Mapping

from pymongo import ASCENDING

from adapters.mongo.database import Database, Document
from adapters.mongo.lectures import title_of
from domain.console import Matter
from domain.lectures.questions import QuestionState
from domain.staff.accounts import StaffAccount
from domain.staff.roles import Right
from domain.versions import VersionState

MOST = 100


async def waiting_lectures(database: Database, me: StaffAccount) -> list[Matter]:
    """The earliest first, at most 100 of each."""
    found: list[Matter] = []
    if me.may(Right.REVIEW_LECTURES):
        chosen = {"state": VersionState.IN_REVIEW.value, "editors": {"$ne": me.id}}
        found += [_version("审核讲座", row) async for row in _versions(database, chosen)]
    if me.may(Right.EDIT_LECTURES):
        chosen = {"state": VersionState.RETURNED.value, "editors": me.id}
        found += [_version("修改退回的讲座", row) async for row in _versions(database, chosen)]
        found += [
            Matter(
                link=f"/console/lecture-questions/{row['_id']}",
                title="答复讲座提问",
                text=await title_of(database, row["lecture_id"]),
                since=row["asked_at"],
            )
            async for row in database["lecture_questions"]
            .find({"state": QuestionState.OPEN.value}, {"lecture_id": 1, "asked_at": 1})
            .sort("asked_at", ASCENDING)
            .limit(MOST)
        ]
    return found


def _versions(database: Database, chosen: Mapping[str, object]) -> AsyncIterator[Document]:
    shown = {"programme.title": 1, "number": 1, "changed_at": 1}
    found = database["lecture_versions"].find(chosen, shown)
    rows: AsyncIterator[Document] = found.sort("changed_at", ASCENDING).limit(MOST)
    return rows


def _version(what: str, row: Document) -> Matter:
    return Matter(
        link=f"/console/lecture-versions/{row['_id']}",
        title=f"{what}（第 {row['number']} 版）",
        text=row["programme"]["title"],
        since=row["changed_at"],
    )
