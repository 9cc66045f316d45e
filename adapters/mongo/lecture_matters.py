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
        others = {"proposed.by": {"$exists": True, "$ne": me.id}}
        found += [_series(row) async for row in database["lecture_series"].find(others)]
        chosen = {"state": QuestionState.WAITING.value, "handled_by": {"$ne": me.id}}
        found += await _questions(database, chosen, "审核讲座提问的答复", at="/review")
    if me.may(Right.EDIT_LECTURES):
        chosen = {"state": VersionState.RETURNED.value, "editors": me.id}
        found += [_version("修改退回的讲座", row) async for row in _versions(database, chosen)]
        found += await _questions(database, {"state": QuestionState.OPEN.value}, "答复讲座提问")
        chosen = {"state": QuestionState.RETURNED.value}
        found += await _questions(database, chosen, "修改退回的讲座提问答复")
    return found


async def _questions(
    database: Database, chosen: Document, what: str, *, at: str = ""
) -> list[Matter]:
    found = database["lecture_questions"].find(chosen, {"lecture_id": 1, "asked_at": 1})
    return [
        Matter(
            link=f"/console/lecture-questions/{row['_id']}{at}",
            title=what,
            text=await title_of(database, row["lecture_id"]),
            since=row["asked_at"],
        )
        async for row in found.sort("asked_at", ASCENDING).limit(MOST)
    ]


def _versions(database: Database, chosen: Mapping[str, object]) -> AsyncIterator[Document]:
    shown = {"programme.title": 1, "number": 1, "changed_at": 1}
    found = database["lecture_versions"].find(chosen, shown)
    rows: AsyncIterator[Document] = found.sort("changed_at", ASCENDING).limit(MOST)
    return rows


def _series(row: Document) -> Matter:
    return Matter(
        link="/console/lectures#series",
        title="确认讲座系列的修改",
        text=row["title"],
        since=row["proposed"]["at"],
    )


def _version(what: str, row: Document) -> Matter:
    return Matter(
        link=f"/console/lecture-versions/{row['_id']}",
        title=f"{what}（第 {row['number']} 版）",
        text=row["programme"]["title"],
        since=row["changed_at"],
    )
