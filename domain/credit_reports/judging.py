"""A report as others judge by it: its records by the platform's names, the look recorded first."""

import json
from collections.abc import Sequence
from typing import Any, cast

from domain.credit_reports.forms.sections import EMPTY
from domain.credit_reports.ports import ReportStore
from domain.credit_reports.printed import GROUPS, printed
from domain.credit_reports.reading import Reading
from domain.credit_reports.reports import State
from domain.errors import NotFound
from domain.looks import Action
from domain.report_facts import ReportFacts, ReportRecord
from domain.sources import Severity
from domain.transactions import Act

WHOLE = frozenset({"organisation-full", "person-full"})


class Judging:
    """Reads a report for who may read it, to judge by it."""

    def __init__(self, *, reading: Reading, store: ReportStore) -> None:
        self._reading = reading
        self._store = store

    async def report(self, act: Act, *, report_id: str) -> ReportFacts:
        """The report, after the look is durably recorded.

        Raises:
            SignInAgain, NotFound, OutOfScope, ConsentRequired, NotIssued: as for reading.
        """
        content = await self._reading.read(act, report_id=report_id, action=Action.JUDGE)
        report = await self._store.get(report_id)
        if report is None or report.issue is None:
            raise NotFound
        return ReportFacts(
            id=report.id,
            number=report.number,
            about=report.about,
            issued_at=report.issue.at,
            canonical_sha256=report.issue.canonical_sha256,
            whole=report.edition in WHOLE,
            valid=report.state_at(act.at) is State.READY,
            sample=report.issue.sample,
            records=records_of(json.loads(content)),
        )


def records_of(snapshot: Any) -> Sequence[ReportRecord]:
    """All records of a snapshot."""
    names = {
        (group.source, label): name for group in GROUPS.values() for name, label in group.fields
    }
    return tuple(
        ReportRecord(
            list=one.source,
            under=one.under,
            id=one.record["id"],
            values={
                names[one.source, field["label"]]: "" if field["value"] == EMPTY else field["value"]
                for field in one.record["fields"]
                if (one.source, field["label"]) in names
            },
            severity=cast("Severity | None", one.record.get("severity")),
        )
        for one in printed(snapshot)
    )
