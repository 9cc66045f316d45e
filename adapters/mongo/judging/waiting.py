"""What of judging waits for somebody: for their first page."""

from adapters.mongo.database import Database, Document
from domain.console import Matter
from domain.judging.complaints import PROMISE
from domain.judging.complaints import State as ComplaintState
from domain.judging.judgements import State
from domain.judging.terms import Level
from domain.staff.accounts import StaffAccount
from domain.staff.roles import Right

MOST = 100


async def waiting(database: Database, me: StaffAccount) -> list[Matter]:
    """Complaints to be handled or answered, judgements to be proposed, decided or answered."""
    found: list[Matter] = []
    if me.may(Right.HANDLE_COMPLAINTS):
        mine = [{"state": ComplaintState.OPENED.value}, {"handler": me.id}]
        found += await _complaints(database, {"$or": mine}, "处理投诉")
    if me.may(Right.ANSWER_TICKETS):
        found += await _complaints(database, {"about": me.id, "stated": False}, "回应投诉")
        own = {"staff_id": me.id, "state": State.HEARING.value}
        found += await _judgements(database, own, "就评价陈述意见")
    if me.may(Right.PROPOSE_JUDGEMENT):
        chosen: Document = {"state": State.HEARING.value, "staff_id": {"$ne": me.id}}
        found += await _judgements(database, chosen, "提请评价处理")
    if me.may(Right.DECIDE_JUDGEMENT):
        proposed = {"$in": [State.PROPOSED.value, State.RESTORING.value]}
        chosen = {"state": proposed, "proposer": {"$ne": me.id}, "staff_id": {"$ne": me.id}}
        found += await _judgements(database, chosen, "决定评价处理")
    return found


async def _complaints(database: Database, chosen: Document, what: str) -> list[Matter]:
    rows = database["complaints"].find({"open": True, **chosen}).sort("opened_at", 1).limit(MOST)
    return [
        Matter(
            link=f"/console/complaints/{row['number']}",
            title=f"{what} {row['number']}",
            text=f"工单 {row['ticket_number']}",
            since=row["opened_at"],
            due=row["opened_at"] + PROMISE,
        )
        async for row in rows
    ]


async def _judgements(database: Database, chosen: Document, what: str) -> list[Matter]:
    rows = database["judgements"].find(chosen).sort("changed_at", 1).limit(MOST)
    return [
        Matter(
            link=f"/console/judgements/{row['_id']}",
            title=what,
            text=f"达到“{Level(row['level']).label}”的标准",
            since=row["changed_at"],
        )
        async for row in rows
    ]
