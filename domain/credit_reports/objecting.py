"""The record of a report that somebody objects to: found in the very snapshot that was read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.credit_reports.forms import no_violation, organisation_full, person_full
from domain.credit_reports.forms.sections import EMPTY
from domain.credit_reports.ports import ReportStore
from domain.credit_reports.reading import Reading
from domain.errors import NotFound
from domain.subjects.subjects import Duty
from domain.transactions import Act

# Which of the platform's lists the records of a printed group came from.
SOURCES = {
    (section.code, group.title): group.source
    for section in (
        *organisation_full.sections_of("enterprise"),
        *person_full.SECTIONS,
        *no_violation.SECTIONS,
    )
    for group in section.groups
}
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

    async def record(self, act: Act, *, report_id: str, record_id: str) -> RecordInReport | None:
        """None when the report has no such record.

        Raises:
            SignInAgain, NotFound, OutOfScope, ConsentRequired, NotIssued: as for reading; here
                the scope has to cover objecting.
        """
        granted = await self._reading.granted(act, report_id=report_id, duty=Duty.OBJECT)
        report = await self._store.get(report_id)
        content = await self._store.snapshot(report_id)
        if report is None or content is None:
            raise NotFound
        for section, group, record in _records(json.loads(content)):
            if record["id"] == record_id:
                return RecordInReport(
                    report_number=report.number,
                    about=report.about,
                    uscc=report.uscc,
                    subject_id=granted.footing.id,
                    principal_person=granted.footing.principal_person,
                    section=SOURCES[section["code"], group["title"]],
                    section_title=group["title"] or section["title"],
                    title=_title(record) or section["title"],
                )
        return None


def _records(snapshot: Any) -> Iterator[tuple[Any, Any, Any]]:
    for section in snapshot["sections"]:
        for group in section["groups"]:
            for record in group["records"]:
                yield section, group, record


def _title(record: Any) -> str:
    values = {
        field["label"]: field["value"] for field in record["fields"] if field["value"] != EMPTY
    }
    named = (values[label] for label in TELLING if label in values)
    return next(named, next(iter(values.values()), ""))
