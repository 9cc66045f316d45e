"""The editions there are: whom each is for, what may be chosen, how each is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.credit_reports.forms import no_violation, organisation_full, person_full
from domain.credit_reports.forms.sections import Annotations, Json
from domain.credit_reports.forms.wording import Wording
from domain.credit_reports.reports import Count, CreditReport, Period
from domain.errors import Fault, Invalid
from domain.sources import PlatformReport
from domain.time import date_in_words

For = Literal["enterprise", "self"]
Build = Callable[[CreditReport, PlatformReport, Wording, Annotations], Json]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One edition; a certificate is of a chosen period and chosen fields."""

    label: str
    note: str
    subject: For
    certificate: bool
    build: Build


EDITIONS: Mapping[str, Edition] = {
    organisation_full.EDITION: Edition(
        label="完整版（法人和非法人组织）",
        note="登记、许可、处罚、荣誉、名单、承诺、评价、司法等全部公共信用信息。",
        subject="enterprise",
        certificate=False,
        build=organisation_full.build,
    ),
    no_violation.EDITION: Edition(
        label="无违法违规证明版",
        note="在自选期间和领域内有无行政处罚、行政强制、严重失信和刑事裁判。",
        subject="enterprise",
        certificate=True,
        build=no_violation.build,
    ),
    person_full.EDITION: Edition(
        label="完整版（自然人）",
        note="本人的资格许可、荣誉、处罚、名单、承诺、司法等公共信用信息。",
        subject="self",
        certificate=False,
        build=person_full.build,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a report is asked for, as sent; without an edition the full one that fits."""

    purpose: str
    edition: str | None = None
    period: Period | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The same, judged: the fields in the order of the list, so that equal requests are equal."""

    purpose: str
    edition: str
    period: Period | None = None
    fields: tuple[str, ...] = ()


def choose(wording: Wording, asked: Asked, *, subject: For, today: date) -> Choice:
    """The choice.

    Raises:
        Invalid: no such purpose; the edition is unknown or for another kind of subject; or
            period and fields are not what it takes. Every fault is named.
    """
    whole = organisation_full.EDITION if subject == "enterprise" else person_full.EDITION
    code = asked.edition or whole
    faults = [*_edition_faults(code, asked, wording, subject, today)]
    if asked.purpose not in wording.purposes:
        faults.append(_fault("/purpose", "unknown", "请从列表中选择查询用途。"))
    if faults:
        raise Invalid(faults)
    return Choice(
        purpose=asked.purpose,
        edition=code,
        period=asked.period,
        fields=tuple(one for one in wording.fields if one in asked.fields),
    )


def build(
    report: CreditReport,
    said: PlatformReport,
    wording: Wording,
    annotations: Annotations | None = None,
) -> Json:
    """The snapshot of a report in its edition."""
    return EDITIONS[report.edition].build(report, said, wording, annotations or {})


def counts_in(snapshot: Mapping[str, object]) -> tuple[Count, ...]:
    """The counts of a snapshot that was just built."""
    counts = snapshot["counts"]
    return tuple(Count(**one) for one in counts) if isinstance(counts, list) else ()


def earliest(last: date, years: int) -> date:
    """The first day of the longest period that ends on ``last``."""
    year = max(last.year - years, 1)
    try:
        return last.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


def _edition_faults(
    code: str, asked: Asked, wording: Wording, subject: For, today: date
) -> list[Fault]:
    edition = EDITIONS.get(code)
    if edition is None:
        return [_fault("/edition", "unknown", "请从列表中选择报告版本。")]
    if edition.subject != subject:
        whom = "企业和组织" if edition.subject == "enterprise" else "自然人本人"
        detail = f"“{edition.label}”只为{whom}出具，请切换办理身份或选择其他版本。"
        return [_fault("/edition", "other_subject", detail)]
    if edition.certificate:
        period = _period_faults(asked.period, wording, today)
        return [*period, *_fields_faults(asked.fields, wording)]
    return [
        _fault(f"/{name}", "not_taken", f"“{edition.label}”不能选择{label}。")
        for name, label, given in (
            ("period", "期间", asked.period),
            ("fields", "领域", asked.fields),
        )
        if given
    ]


def _period_faults(period: Period | None, wording: Wording, today: date) -> list[Fault]:
    if period is None:
        return [_fault("/period", "missing", "请选择证明期间。")]
    if period.last > today:
        return [_fault("/period/until", "future", "证明期间的截止日期不能晚于今天。")]
    if period.first > period.last:
        return [_fault("/period/from", "order", "证明期间的起始日期不能晚于截止日期。")]
    first = earliest(period.last, wording.longest_years)
    if period.first < first:
        detail = (
            f"证明期间最长 {wording.longest_years} 年，截至{date_in_words(period.last)}的"
            f"证明最早可从{date_in_words(first)}开始。"
        )
        return [_fault("/period/from", "too_long", detail)]
    return []


def _fields_faults(fields: tuple[str, ...], wording: Wording) -> list[Fault]:
    if not fields:
        return [_fault("/fields", "missing", "请至少选择一个领域。")]
    faults = []
    for place, code in enumerate(fields):
        if code not in wording.fields:
            faults.append(_fault(f"/fields/{place}", "unknown", "请从列表中选择领域。"))
        elif code in fields[:place]:
            detail = f"“{wording.fields[code]}”选择了两次。"
            faults.append(_fault(f"/fields/{place}", "twice", detail))
    return faults


def _fault(pointer: str, code: str, detail: str) -> Fault:
    return Fault(pointer=pointer, code=code, detail=detail)
