"""The record of a report that somebody objects to: found in the very snapshot that was read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.credit_reports.forms.sections import EMPTY
from domain.credit_reports.ports import ReportStore
from domain.credit_reports.printed import Printed, printed
from domain.credit_reports.reading import Reading
from domain.errors import Fault, Invalid, NotFound
from domain.subjects.subjects import Duty
from domain.transactions import Act

# A record is known by its first value, unless it has one of these.
TELLING = ("案号", "承诺事由")


@dataclass(frozen=True, kw_only=True)
class RecordInReport:
    """A record in a report, and on what footing the caller objects to it."""

    report_number: str
    about: str
    uscc: str | None
    subject_id: str
    principal_person: str
    section: str
    section_title: str
    title: str


class Objecting:
    """Finds the record for who may read the report and object."""

    def __init__(self, *, reading: Reading, store: ReportStore) -> None:
        self._reading = reading
        self._store = store

    async def record(
        self, act: Act, *, report_id: str, record_id: str, section: str | None
    ) -> RecordInReport | None:
        """The record that stands under this title; None when the report has no such record.

        Raises:
            SignInAgain, NotFound, OutOfScope, ConsentRequired, NotIssued: as for reading; here
                the scope has to cover objecting.
            Invalid: no title is given, and records of several have this id.
        """
        granted = await self._reading.granted(act, report_id=report_id, duty=Duty.OBJECT)
        report = await self._store.get(report_id)
        content = await self._store.snapshot(report_id)
        if report is None or content is None:
            raise NotFound
        found = _only(printed(json.loads(content)), record_id, section)
        if found is None:
            return None
        return RecordInReport(
            report_number=report.number,
            about=report.about,
            uscc=report.uscc,
            subject_id=granted.footing.id,
            principal_person=granted.footing.principal_person,
            section=found.source,
            section_title=found.under,
            title=_title(found.record) or found.under,
        )


def _only(records: Iterator[Printed], record_id: str, section: str | None) -> Printed | None:
    found = {
        one.under: one
        for one in records
        if one.record["id"] == record_id and section in {None, one.under}
    }
    if len(found) > 1:
        detail = f"报告中有编号相同的信息，请写明是哪一类：{'、'.join(found)}。"
        raise Invalid([Fault(pointer="/section", code="ambiguous", detail=detail)])
    return next(iter(found.values()), None)


def _title(record: Any) -> str:
    values = {
        field["label"]: field["value"] for field in record["fields"] if field["value"] != EMPTY
    }
    named = (values[label] for label in TELLING if label in values)
    return next(named, next(iter(values.values()), ""))
