"""What all forms are made of: sections of records, what may be shown, the head of a snapshot.

A snapshot holds strings, integers, booleans, lists and objects only, and never changes again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.credit_reports.forms.fields import Field
from domain.credit_reports.forms.wording import Wording
from domain.credit_reports.reports import Count, CreditReport
from domain.sources import PlatformReport, SourceRecord
from domain.time import civil_date

EMPTY = "— —"

Json = dict[str, object]
Annotations = Mapping[tuple[str, str], str]
"""What is said beside a record while an objection to it stands.

By the platform's list and the record's id: an id is a record's own only within its list.
"""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Records of one kind inside a section: which of the platform's lists, in which fields."""

    source: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of a form; ``count`` is its label in the summary when it has one."""

    code: str
    ordinal: str
    title: str
    count: str
    groups: tuple[Group, ...]


def section(code: str, ordinal: str, title: str, count: str, *groups: Group) -> Section:
    """One line of a form."""
    return Section(code=code, ordinal=ordinal, title=title, count=count, groups=groups)


def group(source: str, fields: tuple[Field, ...], title: str = "") -> Group:
    """Records of one list of the platform."""
    return Group(source=source, title=title, fields=fields)


def displayed(record: SourceRecord, on: date) -> bool:
    """Whether a record may still be shown.

    Repair ends display, sharing and use; display also ends by itself with the publicity
    period. Source: Measures for Credit Repair (NDRC Order 36, in force 2026-04-01). An entry
    removed from the abnormal list is no longer one.
    """
    if record.repaired_on is not None and record.repaired_on <= on:
        return False
    if record.publicity_ends_on is not None and record.publicity_ends_on <= on:
        return False
    return not record.values.get("removed_on")


def shown_of(said: PlatformReport) -> list[SourceRecord]:
    """The records that may be shown on the day of the answer."""
    today = civil_date(said.as_of)
    return [record for record in said.records if displayed(record, today)]


def counts_of(sections: Sequence[Section], shown: Sequence[SourceRecord]) -> tuple[Count, ...]:
    """How many records stand in each counted section, in the order of the form."""
    return tuple(
        Count(
            code=one.code,
            label=one.count,
            count=sum(record.section in {g.source for g in one.groups} for record in shown),
        )
        for one in sections
        if one.count
    )


def snapshot(
    report: CreditReport,
    said: PlatformReport,
    wording: Wording,
    *,
    form: str,
    subject: Json,
    summary: str,
    counts: Sequence[Count],
    sections: Sequence[Json],
) -> Json:
    """What the snapshots of all editions have in common."""
    text = wording.texts[report.edition]
    return {
        "v": 1,
        "edition": report.edition,
        "form": form,
        "sample": wording.sample or said.sample,
        "number": report.number,
        "issuer": wording.issuer,
        "district": wording.district,
        "generated_at": instant(report.requested_at),
        "data_as_of": instant(said.as_of),
        "expires_at": instant(report.requested_at + text.validity),
        "purpose": {"code": report.purpose, "label": wording.purposes[report.purpose]},
        "subject": subject,
        "labels": list(said.labels),
        "summary": summary,
        "counts": [{"code": c.code, "label": c.label, "count": c.count} for c in counts],
        "sections": list(sections),
        "notes": list(text.notes),
    }


def organisation(report: CreditReport, shown: Sequence[SourceRecord]) -> Json:
    """An organisation as the subject of a snapshot, under the name of today."""
    name = head(shown, "registration").get("name") or report.subject_name
    return {"kind": "organisation", "uscc": report.uscc, "name": name}


def head(shown: Sequence[SourceRecord], source: str) -> Mapping[str, str]:
    """The values of the one record that says who the subject is."""
    return next((record.values for record in shown if record.section == source), {})


def drawn(
    one: Section,
    shown: Sequence[SourceRecord],
    annotations: Annotations,
    paragraphs: Sequence[str] = (),
) -> Json:
    """A section with its records."""
    return {
        "code": one.code,
        "ordinal": one.ordinal,
        "title": one.title,
        "groups": [_group(each, shown, annotations) for each in one.groups],
        "paragraphs": list(paragraphs),
    }


def instant(at: datetime) -> str:
    """UTC to the second, as written in a snapshot."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _group(one: Group, shown: Sequence[SourceRecord], annotations: Annotations) -> Json:
    return {
        "title": one.title,
        "records": [
            _record(record, one.fields, annotations.get((one.source, record.id), ""))
            for record in shown
            if record.section == one.source
        ],
    }


def _record(record: SourceRecord, fields: Sequence[Field], note: str) -> Json:
    drawn: Json = {
        "id": record.id,
        "fields": [
            {"label": label, "value": record.values.get(key) or EMPTY} for key, label in fields
        ],
    }
    if record.severity is not None:
        drawn["severity"] = record.severity
    return drawn | {"note": note} if note else drawn
