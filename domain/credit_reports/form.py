"""The full report of an organisation: the form V2.0 as printed since May 2026.

Ten sections, eight counts and notes; from what the platform said to a snapshot that never
changes again. The wording of fields is that of published reports.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.credit_reports.reports import Count, CreditReport
from domain.sources import PlatformReport, SourceRecord
from domain.time import civil_date, day_in_words

FORM = "V2.0"
EDITION = "organisation-full"
EMPTY = "— —"

Field = tuple[str, str]
Json = dict[str, object]

REGISTRATION: tuple[Field, ...] = (
    ("name", "企业名称"),
    ("uscc", "统一社会信用代码"),
    ("legal_representative", "法定代表人/负责人"),
    ("kind_text", "企业类型"),
    ("established_on", "成立日期"),
    ("valid_until", "经营期限至"),
    ("domicile", "住所"),
    ("status", "登记状态"),
)
LICENCE: tuple[Field, ...] = (
    ("document_number", "行政许可决定文书号"),
    ("document_name", "行政许可决定文书名称"),
    ("certificate_name", "许可证书名称"),
    ("category", "许可类别"),
    ("certificate_number", "许可编号"),
    ("decided_on", "许可决定日期"),
    ("valid_from", "有效期自"),
    ("valid_until", "有效期至"),
    ("content", "许可内容"),
    ("authority", "许可机关"),
    ("authority_uscc", "许可机关统一社会信用代码"),
    ("source", "数据来源单位"),
    ("source_uscc", "数据来源单位统一社会信用代码"),
)
PENALTY: tuple[Field, ...] = (
    ("document_number", "行政处罚决定书文号"),
    ("category", "处罚类别"),
    ("decided_on", "处罚决定日期"),
    ("content", "处罚内容"),
    ("fine", "罚款金额（万元）"),
    ("confiscated", "没收违法所得、没收非法财物的金额（万元）"),
    ("suspended_licence", "暂扣或吊销证照名称及编号"),
    ("violation_type", "违法行为类型"),
    ("violation_facts", "违法事实"),
    ("legal_basis", "处罚依据"),
    ("authority", "处罚机关"),
    ("authority_uscc", "处罚机关统一社会信用代码"),
    ("source", "数据来源单位"),
    ("source_uscc", "数据来源单位统一社会信用代码"),
)
HONOUR: tuple[Field, ...] = (
    ("name", "荣誉名称"),
    ("level", "等级"),
    ("year", "年度"),
    ("granted_by", "认定单位"),
    ("granted_on", "认定日期"),
)
SERIOUS: tuple[Field, ...] = (
    ("list_name", "名单名称"),
    ("document_number", "列入决定文书号"),
    ("reason", "列入原因"),
    ("listed_by", "列入决定机关"),
    ("listed_on", "列入日期"),
)
ABNORMAL: tuple[Field, ...] = (
    ("reason", "列入原因类型名称"),
    ("listed_by", "列入决定机关"),
    ("listed_on", "列入日期"),
)
PROMISE: tuple[Field, ...] = (
    ("kind", "承诺类型"),
    ("subject_matter", "承诺事由"),
    ("promised_on", "作出承诺日期"),
    ("received_by", "承诺受理单位"),
    ("fulfilment", "承诺履约状态"),
)
EVALUATION: tuple[Field, ...] = (
    ("name", "评价名称"),
    ("result", "评价结果"),
    ("year", "评价年度"),
    ("evaluated_by", "评价单位"),
)
JUDGMENT: tuple[Field, ...] = (
    ("court", "执行法院"),
    ("province", "省份"),
    ("basis_number", "执行依据文号"),
    ("filed_on", "立案时间"),
    ("case_number", "案号"),
    ("obligation", "生效法律文书确定的义务"),
    ("performance", "被执行人的履行情况"),
    ("circumstances", "失信被执行人行为具体情形"),
    ("published_on", "发布时间"),
)
OTHER: tuple[Field, ...] = (
    ("title", "信息名称"),
    ("content", "信息内容"),
    ("source", "数据来源单位"),
    ("recorded_on", "记录日期"),
)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Records of one kind inside a section: which of the platform's lists, in which fields."""

    source: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of the form; ``count`` is its label in the summary when it has one."""

    code: str
    ordinal: str
    title: str
    count: str
    groups: tuple[Group, ...]


def _plain(source: str, fields: tuple[Field, ...]) -> tuple[Group, ...]:
    return (Group(source=source, title="", fields=fields),)


SECTIONS: tuple[Section, ...] = tuple(
    Section(code=code, ordinal=ordinal, title=title, count=count, groups=groups)
    for code, ordinal, title, count, groups in (
        ("registration", "一", "登记注册基础信息", "", _plain("registration", REGISTRATION)),
        (
            "administration",
            "二",
            "行政管理",
            "行政管理",
            (
                Group(source="licences", title="行政许可", fields=LICENCE),
                Group(source="penalties", title="行政处罚", fields=PENALTY),
            ),
        ),
        ("honesty", "三", "诚实守信相关荣誉", "诚实守信", _plain("honours", HONOUR)),
        ("serious", "四", "严重失信主体名单", "严重失信", _plain("serious_lists", SERIOUS)),
        ("abnormal", "五", "经营（活动）异常名录", "经营异常", _plain("abnormal_lists", ABNORMAL)),
        ("promises", "六", "信用承诺", "信用承诺", _plain("promises", PROMISE)),
        ("evaluations", "七", "信用评价", "信用评价", _plain("evaluations", EVALUATION)),
        ("judgments", "八", "司法判决及执行", "司法判决", _plain("judgments", JUDGMENT)),
        ("others", "九", "其他", "其他", _plain("others", OTHER)),
        ("advice", "十", "信用状况提升建议", "", ()),
    )
)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What the district prints on a report: from content/."""

    issuer: str
    district: str
    purposes: Mapping[str, str]
    notes: tuple[str, ...]
    advice: tuple[str, ...]
    validity: timedelta
    sample: bool


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


def build(report: CreditReport, said: PlatformReport, wording: Wording) -> Json:
    """The snapshot: strings, integers, booleans, lists and objects only."""
    today = civil_date(said.as_of)
    shown = [record for record in said.records if displayed(record, today)]
    counts = counts_of(shown)
    expires_at = report.requested_at + wording.validity
    return {
        "v": 1,
        "edition": EDITION,
        "form": FORM,
        "sample": wording.sample,
        "number": report.number,
        "issuer": wording.issuer,
        "district": wording.district,
        "generated_at": instant(report.requested_at),
        "data_as_of": instant(said.as_of),
        "expires_at": instant(expires_at),
        "purpose": {"code": report.purpose, "label": wording.purposes[report.purpose]},
        "subject": {"kind": "organisation", "uscc": report.uscc, "name": _name(shown, report)},
        "labels": list(said.labels),
        "summary": summary(counts, shown, said.as_of),
        "counts": [{"code": c.code, "label": c.label, "count": c.count} for c in counts],
        "sections": [_section(section, shown, wording) for section in SECTIONS],
        "notes": list(wording.notes),
    }


def counts_of(shown: Sequence[SourceRecord]) -> tuple[Count, ...]:
    """The eight counts, in the order of the form."""
    return tuple(
        Count(
            code=section.code,
            label=section.count,
            count=sum(record.section in {g.source for g in section.groups} for record in shown),
        )
        for section in SECTIONS
        if section.count
    )


def summary(counts: Sequence[Count], shown: Sequence[SourceRecord], as_of: datetime) -> str:
    """The one sentence a report opens with: what weighs most, first."""
    by = {count.code: count.count for count in counts}
    penalties = sum(record.section == "penalties" for record in shown)
    found = [
        f"{label} {number} 条"
        for label, number in (
            ("严重失信主体名单", by["serious"]),
            ("经营异常名录", by["abnormal"]),
            ("行政处罚", penalties),
            ("司法判决及执行", by["judgments"]),
        )
        if number
    ]
    day = day_in_words(as_of)
    if found:
        return f"截至{day}，查询到{'、'.join(found)}。"
    honours = f"；有守信荣誉 {by['honesty']} 条" if by["honesty"] else ""
    return f"截至{day}，未查询到行政处罚、严重失信、经营异常和司法执行信息{honours}。"


def instant(at: datetime) -> str:
    """UTC to the second, as written in a snapshot."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _name(shown: Sequence[SourceRecord], report: CreditReport) -> str:
    for record in shown:
        if record.section == "registration":
            return record.values.get("name") or report.subject_name
    return report.subject_name


def _section(section: Section, shown: Sequence[SourceRecord], wording: Wording) -> Json:
    return {
        "code": section.code,
        "ordinal": section.ordinal,
        "title": section.title,
        "groups": [_group(group, shown) for group in section.groups],
        "paragraphs": list(wording.advice) if section.code == "advice" else [],
    }


def _group(group: Group, shown: Sequence[SourceRecord]) -> Json:
    return {
        "title": group.title,
        "records": [
            {
                "id": record.id,
                "fields": [
                    {"label": label, "value": record.values.get(key) or EMPTY}
                    for key, label in group.fields
                ],
            }
            for record in shown
            if record.section == group.source
        ],
    }
