"""The full report of a natural person: nine sections, seven counts; the ID number is masked."""

from collections.abc import Sequence
from datetime import datetime

from domain.credit_reports.forms.fields import (
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
    EMPTY,
    Annotations,
    Json,
    Section,
    counts_of,
    drawn,
    group,
    head,
    section,
    shown_of,
    snapshot,
)
from domain.credit_reports.forms.wording import Wording
from domain.credit_reports.reports import Count, CreditReport
from domain.sources import PlatformReport
from domain.time import day_in_words

FORM = "V1.0"
EDITION = "person-full"

IDENTITY: tuple[Field, ...] = (
    ("name", "姓名"),
    ("id_kind", "证件类型"),
    ("id_number", "证件号码"),
)
SECTIONS: tuple[Section, ...] = (
    section("identity", "一", "身份信息", "", group("identity", IDENTITY)),
    section("licences", "二", "职业资格和行政许可", "资格许可", group("licences", LICENCE)),
    section("honesty", "三", "诚实守信相关荣誉", "诚实守信", group("honours", HONOUR)),
    section("penalties", "四", "行政处罚", "行政处罚", group("penalties", PENALTY)),
    section("serious", "五", "严重失信主体名单", "严重失信", group("serious_lists", SERIOUS)),
    section("promises", "六", "信用承诺", "信用承诺", group("promises", PROMISE)),
    section("judgments", "七", "司法判决及执行", "司法判决", group("judgments", JUDGMENT)),
    section("others", "八", "其他", "其他", group("others", OTHER)),
    section("advice", "九", "信用状况提升建议", ""),
)


def build(
    report: CreditReport, said: PlatformReport, wording: Wording, annotations: Annotations
) -> Json:
    """The snapshot."""
    shown = shown_of(said)
    counts = counts_of(SECTIONS, shown)
    identity = head(shown, "identity")
    advice = wording.texts[EDITION].advice
    return snapshot(
        report,
        said,
        wording,
        form=FORM,
        subject={
            "kind": "person",
            "name": identity.get("name") or report.subject_name,
            "id_kind": identity.get("id_kind") or EMPTY,
            "id_number": identity.get("id_number") or EMPTY,
        },
        summary=summary(counts, said.as_of),
        counts=counts,
        sections=[
            drawn(one, shown, annotations, advice if one.code == "advice" else ())
            for one in SECTIONS
        ],
    )


def summary(counts: Sequence[Count], as_of: datetime) -> str:
    """The one sentence a report opens with: what weighs most, first."""
    by = {count.code: count.count for count in counts}
    found = [
        f"{label} {by[code]} 条"
        for code, label in (
            ("serious", "严重失信主体名单"),
            ("penalties", "行政处罚"),
            ("judgments", "司法判决及执行"),
        )
        if by[code]
    ]
    day = day_in_words(as_of)
    if found:
        return f"截至{day}，查询到{'、'.join(found)}。"
    honours = f"；有守信荣誉 {by['honesty']} 条" if by["honesty"] else ""
    return f"截至{day}，未查询到行政处罚、严重失信和司法执行信息{honours}。"
