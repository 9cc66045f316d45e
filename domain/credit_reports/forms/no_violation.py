"""信用报告（无违法违规证明版）: what is on record in a chosen period and chosen fields.

Four kinds are counted: penalties, compulsory measures, serious dishonesty (the lists and
dishonest debtors) and criminal judgments. Nothing is claimed that was not looked for, and
doubt counts: a record whose field or date the source does not say stands in every certificate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from domain.credit_reports.forms.fields import (
    CRIMINAL,
    JUDGMENT,
    MEASURE,
    PENALTY,
    SERIOUS,
    Field,
)
from domain.credit_reports.forms.organisation_full import registration_of
from domain.credit_reports.forms.sections import (
    Annotations,
    Json,
    Section,
    counts_of,
    drawn,
    group,
    organisation,
    section,
    shown_of,
    snapshot,
)
from domain.credit_reports.forms.wording import Wording
from domain.credit_reports.reports import Count, CreditReport, Period
from domain.sources import PlatformReport, SourceRecord
from domain.time import date_in_words, day_in_words

FORM = "V1.0"
EDITION = "no-violation"
UNSTATED = "unstated"
UNSTATED_LABEL = "领域未标明"

FIELD: Field = ("field_label", "所属领域")
SECTIONS: tuple[Section, ...] = (
    section("penalties", "二", "行政处罚", "行政处罚", group("penalties", (*PENALTY, FIELD))),
    section(
        "measures", "三", "行政强制", "行政强制", group("compulsory_measures", (*MEASURE, FIELD))
    ),
    section(
        "serious",
        "四",
        "严重失信",
        "严重失信",
        group("serious_lists", (*SERIOUS, FIELD), "严重失信主体名单"),
        group("judgments", (*JUDGMENT, FIELD), "失信被执行人"),
    ),
    section(
        "criminal", "五", "刑事裁判", "刑事裁判", group("criminal_judgments", (*CRIMINAL, FIELD))
    ),
)
# The day of a record; an entry of a list stands from that day on, until it is gone.
DAYS = {
    "penalties": "decided_on",
    "compulsory_measures": "decided_on",
    "criminal_judgments": "decided_on",
    "serious_lists": "listed_on",
    "judgments": "published_on",
}
STANDING = frozenset({"serious_lists", "judgments"})


def build(
    report: CreditReport, said: PlatformReport, wording: Wording, annotations: Annotations
) -> Json:
    """The snapshot; ``report`` has a period and fields."""
    period = report.period
    if period is None:
        raise ValueError("a certificate has a period")
    shown = shown_of(said)
    chosen = {code: label for code, label in wording.fields.items() if code in report.fields}
    found = _found(shown, period, chosen, wording)
    counts = counts_of(SECTIONS, found)
    made = snapshot(
        report,
        said,
        wording,
        form=FORM,
        subject=organisation(report, shown),
        summary=summary(counts, period, len(chosen), day_in_words(said.as_of)),
        counts=counts,
        sections=[
            drawn(registration_of(said.kind), shown, annotations),
            *(drawn(one, found, annotations) for one in SECTIONS),
        ],
    )
    rows = chosen | {UNSTATED: UNSTATED_LABEL}
    return made | {
        "period": {"from": period.first.isoformat(), "until": period.last.isoformat()},
        "fields": [{"code": code, "label": label} for code, label in chosen.items()],
        "results": [
            {"code": code, "label": label, "counts": _numbers(found, code)}
            for code, label in rows.items()
        ],
    }


def _found(
    shown: Sequence[SourceRecord], period: Period, chosen: Mapping[str, str], wording: Wording
) -> list[SourceRecord]:
    counted = [_placed(record, wording) for record in shown if record.section in DAYS]
    return [
        record
        for record in counted
        if record.field in {*chosen, UNSTATED} and _within(record, period)
    ]


def summary(counts: Sequence[Count], period: Period, fields: int, as_of: str) -> str:
    """What was found, or that nothing was: never more than was looked for."""
    place = (
        f"截至{as_of}，在{date_in_words(period.first)}至{date_in_words(period.last)}期间"
        f"和所选 {fields} 个领域内"
    )
    found = [f"{count.label} {count.count} 条" for count in counts if count.count]
    if found:
        return f"{place}，查询到{'、'.join(found)}，详见下文；本报告不构成无违法违规证明。"
    return f"{place}，未查询到行政处罚、行政强制、严重失信和刑事裁判信息。"


def _numbers(found: Sequence[SourceRecord], field: str) -> list[int]:
    in_field = [record for record in found if record.field == field]
    return [count.count for count in counts_of(SECTIONS, in_field)]


def _placed(record: SourceRecord, wording: Wording) -> SourceRecord:
    """The record with a field that the certificate knows, and its label among the values."""
    label = wording.fields.get(record.field)
    values = {**record.values, FIELD[0]: label or UNSTATED_LABEL}
    return replace(record, field=record.field if label else UNSTATED, values=values)


def _within(record: SourceRecord, period: Period) -> bool:
    try:
        day = date.fromisoformat(record.values.get(DAYS[record.section], ""))
    except ValueError:
        return True
    return day <= period.last and (record.section in STANDING or period.first <= day)
