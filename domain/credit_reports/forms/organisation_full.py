"""The full report of an organisation: the form V2.0 as printed since May 2026.

Ten sections, eight counts and notes. The name of a subject stands under the word that fits it.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.credit_reports.forms.fields import (
    ABNORMAL,
    EVALUATION,
    HONOUR,
    JUDGMENT,
    LICENCE,
    OTHER,
    PENALTY,
    PROMISE,
    SERIOUS,
    Field,
)
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
from domain.credit_reports.reports import Count, CreditReport
from domain.sources import PlatformReport, SourceRecord, SubjectKind
from domain.time import day_in_words

FORM = "V2.0"
EDITION = "organisation-full"

# The words of a registration for a name, a kind and an end.
WORDS: dict[SubjectKind, tuple[str, str, str]] = {
    "enterprise": ("企业名称", "企业类型", "经营期限至"),
    "individual_business": ("个体工商户名称", "主体类型", "经营期限至"),
    "government": ("单位名称", "单位类型", "证书有效期至"),
    "public_institution": ("单位名称", "单位类型", "证书有效期至"),
    "social_organisation": ("社会组织名称", "社会组织类型", "证书有效期至"),
}

_SECTIONS: tuple[Section, ...] = (
    section(
        "administration",
        "二",
        "行政管理",
        "行政管理",
        group("licences", LICENCE, "行政许可"),
        group("penalties", PENALTY, "行政处罚"),
    ),
    section("honesty", "三", "诚实守信相关荣誉", "诚实守信", group("honours", HONOUR)),
    section("serious", "四", "严重失信主体名单", "严重失信", group("serious_lists", SERIOUS)),
    section(
        "abnormal", "五", "经营（活动）异常名录", "经营异常", group("abnormal_lists", ABNORMAL)
    ),
    section("promises", "六", "信用承诺", "信用承诺", group("promises", PROMISE)),
    section("evaluations", "七", "信用评价", "信用评价", group("evaluations", EVALUATION)),
    section("judgments", "八", "司法判决及执行", "司法判决", group("judgments", JUDGMENT)),
    section("others", "九", "其他", "其他", group("others", OTHER)),
    section("advice", "十", "信用状况提升建议", ""),
)


def sections_of(kind: SubjectKind) -> tuple[Section, ...]:
    """The ten sections for a kind of organisation."""
    return (registration_of(kind), *_SECTIONS)


def registration_of(kind: SubjectKind) -> Section:
    """登记注册基础信息, in the words that fit the kind."""
    name, kind_text, valid_until = WORDS[kind]
    fields: tuple[Field, ...] = (
        ("name", name),
        ("uscc", "统一社会信用代码"),
        ("legal_representative", "法定代表人/负责人"),
        ("kind_text", kind_text),
        ("established_on", "成立日期"),
        ("valid_until", valid_until),
        ("domicile", "住所"),
        ("status", "登记状态"),
    )
    return section("registration", "一", "登记注册基础信息", "", group("registration", fields))


def build(
    report: CreditReport, said: PlatformReport, wording: Wording, annotations: Annotations
) -> Json:
    """The snapshot."""
    shown, sections = shown_of(said), sections_of(said.kind)
    counts = counts_of(sections, shown)
    advice = wording.texts[EDITION].advice
    return snapshot(
        report,
        said,
        wording,
        form=FORM,
        subject=organisation(report, shown),
        summary=summary(counts, shown, said.as_of),
        counts=counts,
        sections=[
            drawn(one, shown, annotations, advice if one.code == "advice" else ())
            for one in sections
        ],
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
