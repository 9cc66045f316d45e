"""Judgements: the figures, their evidence and what was said of them are one ciphertext."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.judging.kept import at, read, said_of, written, years_on
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.errors import Stale
from domain.judging.facts import Evidence, Figures, LateTicket, RatedTicket, UpheldComplaint
from domain.judging.judgements import Judgement, State, Step
from domain.judging.rules import Broken, Measure
from domain.judging.terms import Level
from domain.pages import Ask, Page
from domain.transactions import Unit
from domain.workdays import Deadline

OVER = frozenset({State.EFFECTIVE, State.DROPPED, State.RESTORED})


class MongoJudgements:
    """``pending`` is there until it is decided: a butler has one such."""

    def __init__(self, database: Database, *, kept_years: int) -> None:
        self._judgements = database["judgements"]
        self._cipher = database.cipher
        self._kept_years = kept_years

    async def add(self, unit: Unit, judgement: Judgement) -> None:
        """A new one; the transaction starts over when there is one."""
        document = await self._document(judgement)
        try:
            await self._judgements.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def replace(self, unit: Unit, judgement: Judgement, *, was: Judgement) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._judgements.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(judgement),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale("这次评价刚刚有了变动，请刷新后再操作。")

    async def get(self, judgement_id: str) -> Judgement | None:
        """By id."""
        row = await self._judgements.find_one({"_id": judgement_id})
        return _judgement(row) if row else None

    async def last_of(self, staff_id: str) -> Judgement | None:
        """That of the latest period of one butler."""
        row = await self._judgements.find_one({"staff_id": staff_id}, sort=[("ends", DESCENDING)])
        return _judgement(row) if row else None

    async def of(self, staff_id: str, *, ask: Ask) -> Page[Judgement]:
        """Those of one butler, newest first."""
        chosen = {"staff_id": staff_id}
        return await newest_first(self._judgements, chosen, ask, by="ends", read=_judgement)

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[Judgement]:
        """All in one of these states, what changed last first."""
        chosen = {"state": {"$in": [state.value for state in states]}}
        return await newest_first(self._judgements, chosen, ask, by="changed_at", read=_judgement)

    async def _document(self, judgement: Judgement) -> Document:
        document: Document = {
            "_id": judgement.id,
            "v": 1,
            "staff_id": judgement.staff_id,
            "begins": judgement.begins,
            "ends": judgement.ends,
            "level": judgement.level.value,
            "proposed": judgement.proposed.value if judgement.proposed else None,
            "state": judgement.state.value,
            "found_at": judgement.found_at,
            "changed_at": judgement.changed_at,
            "proposer": judgement.proposer,
            "decided_by": judgement.decided_by,
            "content": await self._cipher.random("report", _content(judgement)),
            "revision": judgement.revision,
        }
        if judgement.is_pending:
            document["pending"] = True
        if judgement.state in OVER:
            document["gone_at"] = years_on(judgement.changed_at, self._kept_years)
        return document


def _content(judgement: Judgement) -> str:
    return written(
        {
            "broken": [asdict(one) for one in judgement.broken],
            "figures": asdict(judgement.figures),
            "evidence": asdict(judgement.evidence),
            "told_on": judgement.told_on,
            "hear_until": asdict(judgement.hear_until),
            "statement": asdict(judgement.statement) if judgement.statement else None,
            "steps": [asdict(step) for step in judgement.steps],
        }
    )


def _judgement(row: Document) -> Judgement:
    said = read(row["content"])
    until = said["hear_until"]
    return Judgement(
        id=row["_id"],
        staff_id=row["staff_id"],
        begins=row["begins"],
        ends=row["ends"],
        level=Level(row["level"]),
        broken=tuple(
            Broken(measure=Measure(one["measure"]), text=one["text"]) for one in said["broken"]
        ),
        figures=_figures(said["figures"]),
        evidence=_evidence(said["evidence"]),
        found_at=row["found_at"],
        told_on=date.fromisoformat(said["told_on"]),
        hear_until=Deadline(day=date.fromisoformat(until["day"]), provisional=until["provisional"]),
        state=State(row["state"]),
        changed_at=row["changed_at"],
        statement=said_of(said["statement"]) if said["statement"] else None,
        proposer=row["proposer"],
        proposed=Level(row["proposed"]) if row["proposed"] else None,
        decided_by=row["decided_by"],
        steps=tuple(
            Step(at=at(step["at"]), by=step["by"], text=step["text"]) for step in said["steps"]
        ),
        revision=row["revision"],
    )


def _figures(kept: Mapping[str, Any]) -> Figures:
    rated_at = {int(stars): at(when) for stars, when in kept["rated_at"].items()}
    instants = {name: _maybe(kept[name]) for name in ("late_at", "upheld_at")}
    return Figures(**{**kept, **instants, "rated_at": rated_at})


def _evidence(kept: Mapping[str, Any]) -> Evidence:
    return Evidence(
        late=tuple(LateTicket(**{**one, "at": at(one["at"])}) for one in kept["late"]),
        rated=tuple(RatedTicket(**{**one, "at": at(one["at"])}) for one in kept["rated"]),
        upheld=tuple(UpheldComplaint(**{**one, "at": at(one["at"])}) for one in kept["upheld"]),
    )


def _maybe(text: str | None) -> datetime | None:
    return at(text) if text else None
