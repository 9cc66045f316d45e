"""What the console says of itself: counts of what is undelivered, stuck or pending, and finding."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, timedelta

from pymongo import ASCENDING

from adapters.mongo.certificates import NAME as CERTIFICATES
from adapters.mongo.database import Database, Document
from adapters.mongo.exporting import words
from adapters.mongo.judging.waiting import waiting
from adapters.mongo.lecture_matters import waiting_lectures
from domain.console import (
    DuePromise,
    Found,
    GridMatter,
    Matter,
    Truth,
    Uncontributed,
    UsageMatter,
    WaitingApplication,
    WaitingText,
)
from domain.contributions import State as Contributed
from domain.electricity.applications import STATES as APPLICATIONS
from domain.electricity.applications import SUPPLYING, TO_BE_TAKEN
from domain.electricity.applications import State as ApplicationState
from domain.grid.cases import DeliveryState
from domain.grid.events import EventState
from domain.messages.messages import State as MessageState
from domain.promises import contributing as contributed_promise
from domain.promises.promises import State
from domain.services import SERVICES
from domain.staff.accounts import StaffAccount
from domain.time import day_ends, last_day
from domain.timestamps import TimeStamp
from domain.usage_records import contributing as contributed_usage
from domain.usage_records.records import STATES as USAGE_STATES
from domain.usage_records.records import State as UsageState
from domain.usage_records.reports import KINDS, Kind
from domain.versions import VersionState

MOST = 1000
MOST_DUE = 100
# Where the supplier has to act.
SUPPLIERS = (*TO_BE_TAKEN, *SUPPLYING, ApplicationState.ENERGISED)
# Where the checkers decide, not who proposed.
CHECKERS = frozenset({State.PROPOSED.value, State.OBJECTED.value})
LATELY = timedelta(days=7)
A_MONTH = timedelta(days=30)
# Which collection has numbers of this kind, in which field, what such a thing is called, and what
# its states are called.
NUMBERS = (
    ("promises", "code", "信用承诺", words.PROMISES),
    ("electricity_applications", "number", "用电申请", words.ELECTRICITY),
    ("credit_reports", "number", "信用报告", words.REPORTS),
    ("counter_cases", "number", "窗口业务", words.CASES),
    ("objections", "number", "异议", words.OBJECTIONS),
    ("erasures", "number", "账号注销", words.ERASURES),
    ("usage_records", "reference", "用电信用记录", words.USAGE_STATES),
    ("complaints", "number", "投诉", words.COMPLAINTS),
    ("tickets", "number", "工单", words.TICKET_STATES),
)
# What waits for the office between the power company's system and ours.
GRID = (
    (
        "grid_deliveries",
        DeliveryState.FAILED.value,
        "made_at",
        "/console/deliveries",
        "对方拒收移交",
    ),
    (
        "grid_events",
        EventState.KEPT.value,
        "received_at",
        "/console/grid-events",
        "对方的事件待处理",
    ),
)

# What is contributed: in which collection it stands, its number there, and its page.
CONTRIBUTED: Mapping[str, tuple[str, str, str]] = {
    contributed_promise.KIND: ("promises", "code", "/console/promises"),
    contributed_usage.KIND: ("usage_records", "reference", "/console/usage-records"),
}


class MongoTruth:
    """Counts are bounded: a thousand is said as a thousand or more."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._services = database["services"]

    async def tell(self, *, now: datetime) -> Truth:
        """As of now."""
        failed = [MessageState.FAILED.value, MessageState.UNKNOWN.value]
        pending = TimeStamp.PENDING.value
        in_time, known = await self._in_time(now)
        return Truth(
            in_time=in_time,
            known=known,
            undelivered=await self._count(
                "messages", {"state": {"$in": failed}, "told_at": {"$gte": now - LATELY}}
            ),
            handovers=await self._count("grid_deliveries", {"state": DeliveryState.FAILED.value})
            + await self._count(
                "grid_deliveries",
                {"state": DeliveryState.GIVEN_UP.value, "changed_at": {"$gte": now - LATELY}},
            ),
            stuck=await self._count("outbox", {"stuck_at": {"$exists": True}}),
            stamps=await self._count("credit_reports", {"issue.time_stamp": pending})
            + await self._count("promises", {"paper.time_stamp": pending}),
            closed=tuple(
                [SERVICES.get(row["_id"], row["_id"]) async for row in self._services.find()]
            ),
        )

    async def _in_time(self, now: datetime) -> tuple[int, int]:
        """Of the tickets of 30 days: how many were in time, and of how many it is known."""
        pipeline: list[Document] = [
            {"$match": {"opened_at": {"$gte": now - A_MONTH}}},
            {"$group": {"_id": "$in_time", "many": {"$sum": 1}}},
        ]
        rows = self._database["tickets"].aggregate(pipeline)
        found = {row["_id"]: row["many"] async for row in rows}
        kept = found.get(True, 0)
        return kept, kept + found.get(False, 0)

    async def find(self, number: str) -> list[Found]:
        """Whatever has this number: what it is and how it stands, and nothing of anybody."""
        found = []
        for name, field, title, states in NUMBERS:
            row = await self._database[name].find_one({field: number}, {"state": 1})
            if row is not None:
                state = states[row["state"]]
                found.append(Found(kind=name, title=title, number=number, state=state))
        return found + await self._certificates(number)

    async def _certificates(self, number: str) -> list[Found]:
        """They have no states, and no page but their lecture's."""
        shown = {"lecture_id": 1, "title": 1, "paper.pages": 1}
        rows = self._database[CERTIFICATES].find({"number": number}, shown)
        return [
            Found(
                kind=CERTIFICATES,
                title="学习证书",
                number=number,
                state=f"{'已签发' if 'paper' in row else '证书文件生成中'}，讲座《{row['title']}》",
                of=row["lecture_id"],
            )
            async for row in rows
        ]

    async def grid(self) -> list[GridMatter]:
        """Deliveries refused and events kept, earliest first, at most 100 of each."""
        return [
            GridMatter(
                link=f"/console/{page}/{row['_id']}",
                number=row["number"],
                text=text,
                since=row[since],
            )
            for name, state, since, page, text in GRID
            async for row in self._database[name]
            .find({"state": state}, {"number": 1, since: 1})
            .sort(since, ASCENDING)
            .limit(MOST_DUE)
        ]

    async def uncontributed(self) -> list[Uncontributed]:
        """What the municipal platform refused for good, earliest first, at most 100."""
        refused = self._database["contributions"].find({"state": Contributed.REFUSED.value})
        found = []
        async for row in refused.sort("changed_at", ASCENDING).limit(MOST_DUE):
            name, field, page = CONTRIBUTED[row["kind"]]
            thing = await self._database[name].find_one({"_id": row["_id"]}, {field: 1})
            if thing is not None:
                number = thing[field]
                link, since = f"{page}/{number}", row["changed_at"]
                found.append(Uncontributed(link=link, number=number, since=since))
        return found

    async def judging(self, me: StaffAccount) -> list[Matter]:
        """Complaints and judgements that wait for this person, at most 100 of each."""
        return await waiting(self._database, me)

    async def lectures(self, me: StaffAccount) -> list[Matter]:
        """Versions and questions of lectures that wait for this person, at most 100 of each."""
        return await waiting_lectures(self._database, me)

    async def due(self, *, until: date) -> list[DuePromise]:
        """Promises whose promisors have to act by this day, earliest first, at most 100."""
        rows = self._promises({"due_on": {"$lte": until.isoformat()}}, by="due_on")
        return [
            DuePromise(
                code=row["code"],
                title=row["title"],
                due=date.fromisoformat(row["due_on"]),
                since=row["changed_at"],
            )
            async for row in rows
        ]

    async def to_decide(self) -> list[DuePromise]:
        """Promises in which the office has something to decide, earliest first, at most 100."""
        rows = self._promises({"decide_by": {"$exists": True}}, by="decide_by")
        return [
            DuePromise(
                code=row["code"],
                title=row["title"],
                due=last_day(row["decide_by"]),
                since=row["changed_at"],
                checkers=row["state"] in CHECKERS,
            )
            async for row in rows
        ]

    async def electricity(self, *, until: date | None, soon: date) -> list[WaitingApplication]:
        """Where the supplier acts, or a paper has to follow, by this day, at most 100."""
        acts: Document = {"state": {"$in": [state.value for state in SUPPLIERS]}}
        if until is not None:
            acts["due_at"] = {"$lte": day_ends(until)}
        follows: Document = {
            "state": ApplicationState.RETURNED.value,
            "follows_on": {"$lte": (until or soon).isoformat()},
        }
        chosen = {"$or": [acts, follows]}
        shown = {"number": 1, "state": 1, "green": 1, "since": 1, "due_at": 1, "follows_on": 1}
        rows = self._database["electricity_applications"].find(chosen, shown)
        return [
            WaitingApplication(
                number=row["number"],
                text=("绿色通道，" if row["green"] else "")
                + APPLICATIONS[ApplicationState(row["state"])],
                since=row["since"],
                due=last_day(row["due_at"]),
                follows=date.fromisoformat(row["follows_on"]) if "follows_on" in row else None,
            )
            async for row in rows.sort("due_at", ASCENDING).limit(MOST_DUE)
        ]

    def _promises(self, chosen: Document, *, by: str) -> AsyncIterator[Document]:
        shown = {"code": 1, "title": 1, "state": 1, "changed_at": 1, by: 1}
        found = self._database["promises"].find(chosen, shown)
        rows: AsyncIterator[Document] = found.sort(by, ASCENDING).limit(MOST_DUE)
        return rows

    async def usage_to_review(self) -> list[UsageMatter]:
        """Usage records with an objection, an entry or a revocation to decide, at most 100."""
        waiting = [UsageState.OBJECTED, UsageState.PROPOSED, UsageState.REVOKING]
        return await self._usage({"state": {"$in": [state.value for state in waiting]}})

    async def usage_to_go_on(self, *, today: date) -> list[UsageMatter]:
        """Those to be told on paper, or that may be proposed by now, at most 100."""
        waiting = [UsageState.TO_SERVE.value, UsageState.DISMISSED.value]
        over = {"state": UsageState.NOTICED.value, "due_on": {"$lt": today.isoformat()}}
        return await self._usage({"$or": [{"state": {"$in": waiting}}, over]})

    async def _usage(self, query: Document) -> list[UsageMatter]:
        """What has waited longest first; only an objection has a day by which to decide."""
        shown = {"reference": 1, "kind": 1, "state": 1, "changed_at": 1, "due_on": 1}
        rows = self._database["usage_records"].find(query, shown).sort("changed_at", ASCENDING)
        return [
            UsageMatter(
                reference=row["reference"],
                text=f"{KINDS[Kind(row['kind'])]}：{USAGE_STATES[UsageState(row['state'])]}",
                since=row["changed_at"],
                due=date.fromisoformat(row["due_on"])
                if row["state"] == UsageState.OBJECTED.value
                else None,
            )
            async for row in rows.limit(MOST_DUE)
        ]

    async def texts_to_review(self, *, staff_id: str) -> list[WaitingText]:
        """Versions of texts in review that somebody else wrote, at most 100."""
        return await self._texts(VersionState.IN_REVIEW, {"$ne": staff_id})

    async def texts_returned(self, *, staff_id: str) -> list[WaitingText]:
        """Versions of texts that this person wrote and a reviewer handed back, at most 100."""
        return await self._texts(VersionState.RETURNED, staff_id)

    async def _texts(self, state: VersionState, editors: object) -> list[WaitingText]:
        rows = (
            self._database["promise_text_versions"]
            .find(
                {"state": state.value, "editors": editors},
                {"wording.title": 1, "wording.version": 1, "changed_at": 1},
            )
            .sort("changed_at", ASCENDING)
            .limit(MOST_DUE)
        )
        return [
            WaitingText(
                id=row["_id"],
                title=row["wording"]["title"],
                version=row["wording"]["version"],
                since=row["changed_at"],
            )
            async for row in rows
        ]

    async def _count(self, name: str, query: Document) -> int:
        return int(await self._database[name].count_documents(query, limit=MOST))
