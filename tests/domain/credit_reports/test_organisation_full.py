"""The form of May 2026: ten sections, eight counts, and what may still be shown."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.credit_reports.forms.editions import build
from domain.credit_reports.forms.organisation_full import sections_of, summary
from domain.credit_reports.forms.sections import EMPTY, counts_of, displayed
from domain.credit_reports.reports import CreditReport
from domain.sources import PlatformReport, SourceRecord
from tests.domain.credit_reports.wording import WORDING

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
REPORT = CreditReport(
    id="report",
    number="20261123153000A1B2C3D4",
    person_id="alice",
    subject_id="enterprise",
    principal_id="enterprise",
    subject_name="广州样例商贸有限公司",
    uscc="91350100M000100Y43",
    purpose="electricity",
    consent_id="consent",
    requested_at=AT,
)
SECTIONS = sections_of("enterprise")
GROUPS = {group.source: group for section in SECTIONS for group in section.groups}
COUNTED = (
    ("administration", "行政管理", {"licences", "penalties"}),
    ("honesty", "诚实守信", {"honours"}),
    ("serious", "严重失信", {"serious_lists"}),
    ("abnormal", "经营异常", {"abnormal_lists"}),
    ("promises", "信用承诺", {"promises"}),
    ("evaluations", "信用评价", {"evaluations"}),
    ("judgments", "司法判决", {"judgments"}),
    ("others", "其他", {"others"}),
)

days = st.none() | st.dates(TODAY - timedelta(days=2), TODAY + timedelta(days=2))


@st.composite
def records(draw: st.DrawFn) -> SourceRecord:
    source = draw(st.sampled_from([*GROUPS]))
    values = {key: draw(st.sampled_from(["", "值", "𠮷"])) for key, _ in GROUPS[source].fields}
    if source == "abnormal_lists":
        values["removed_on"] = draw(st.sampled_from(["", "2026-01-01"]))
    penal = source == "penalties"
    return SourceRecord(
        section=source,
        id=draw(st.uuids().map(str)),
        values=values,
        severity=draw(st.sampled_from(["minor", "general", "serious"])) if penal else None,
        publicity_ends_on=draw(days) if penal else None,
        repaired_on=draw(days) if penal else None,
    )


reports = st.lists(records(), max_size=20).map(
    lambda found: PlatformReport(
        kind="enterprise", as_of=AT, labels=("存续",), records=tuple(found)
    )
)


def penalty(*, ends: date | None = None, repaired: date | None = None) -> SourceRecord:
    return SourceRecord(
        section="penalties",
        id="penalty",
        values={},
        severity="general",
        publicity_ends_on=ends,
        repaired_on=repaired,
    )


def plain(source: str, **values: str) -> SourceRecord:
    return SourceRecord(section=source, id=source, values=values)


def built(*found: SourceRecord) -> Any:
    said = PlatformReport(kind="enterprise", as_of=AT, labels=("守信激励对象",), records=found)
    return build(REPORT, said, WORDING)


def leaves(value: object) -> Iterator[object]:
    """Every value that is neither list nor object."""
    if isinstance(value, dict):
        yield from chain.from_iterable(map(leaves, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(leaves, value))
    else:
        yield value


def test_the_form_has_ten_sections_in_their_order() -> None:
    assert [(section.ordinal, section.title) for section in SECTIONS] == [
        ("一", "登记注册基础信息"),
        ("二", "行政管理"),
        ("三", "诚实守信相关荣誉"),
        ("四", "严重失信主体名单"),
        ("五", "经营（活动）异常名录"),
        ("六", "信用承诺"),
        ("七", "信用评价"),
        ("八", "司法判决及执行"),
        ("九", "其他"),
        ("十", "信用状况提升建议"),
    ]


def test_the_summary_has_eight_counts_in_their_order() -> None:
    counts = counts_of(SECTIONS, [])
    assert [(one.code, one.label, one.count) for one in counts] == [
        (code, label, 0) for code, label, _ in COUNTED
    ]


YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (penalty(), True),
        (penalty(ends=TOMORROW), True),
        (penalty(ends=TODAY), False),  # publicity ends with the day on which it ends
        (penalty(ends=YESTERDAY), False),
        (penalty(repaired=TOMORROW), True),
        (penalty(repaired=TODAY), False),
        (penalty(repaired=YESTERDAY), False),
        (penalty(ends=TOMORROW, repaired=YESTERDAY), False),
        (penalty(ends=YESTERDAY, repaired=TOMORROW), False),
        (plain("abnormal_lists", removed_on=""), True),
        (plain("abnormal_lists", removed_on="2026-01-01"), False),
        (plain("serious_lists"), True),
        (plain("licences"), True),
    ],
)
def test_what_was_repaired_ended_or_removed_is_not_displayed(
    record: SourceRecord, *, shown: bool
) -> None:
    assert displayed(record, TODAY) is shown


@given(st.builds(penalty, ends=days, repaired=days), st.dates(TODAY, TODAY + timedelta(days=9)))
def test_what_is_not_displayed_today_is_never_displayed_again(
    record: SourceRecord, later: date
) -> None:
    if not displayed(record, TODAY):
        assert not displayed(record, later)


@given(reports)
def test_every_displayed_record_is_shown_once_and_no_other(said: PlatformReport) -> None:
    snapshot: Any = build(REPORT, said, WORDING)
    shown = [
        record["id"]
        for section in snapshot["sections"]
        for group in section["groups"]
        for record in group["records"]
    ]
    assert sorted(shown) == sorted(r.id for r in said.records if displayed(r, TODAY))


@given(reports)
def test_each_count_counts_the_records_shown_in_its_section(said: PlatformReport) -> None:
    snapshot: Any = build(REPORT, said, WORDING)
    in_section = {
        section["code"]: sum(len(group["records"]) for group in section["groups"])
        for section in snapshot["sections"]
    }
    for count in snapshot["counts"]:
        assert count["count"] == in_section[count["code"]]
    for code, _, sources in COUNTED:
        wanted = sum(r.section in sources and displayed(r, TODAY) for r in said.records)
        assert in_section[code] == wanted


@given(reports)
def test_a_snapshot_holds_texts_whole_numbers_and_flags_only(said: PlatformReport) -> None:
    """No floats: they have no one canonical form that every reader computes alike."""
    assert {type(leaf) for leaf in leaves(build(REPORT, said, WORDING))} <= {str, int, bool}


@given(reports)
def test_no_value_is_printed_empty(said: PlatformReport) -> None:
    snapshot: Any = build(REPORT, said, WORDING)
    for section in snapshot["sections"]:
        for group in section["groups"]:
            for record in group["records"]:
                assert all(field["value"] for field in record["fields"])


@given(reports)
def test_the_summary_is_one_sentence(said: PlatformReport) -> None:
    text = str(build(REPORT, said, WORDING)["summary"])
    assert text.count("。") == 1
    assert text.startswith("截至2026年11月23日，")
    assert text.endswith("。")


def test_an_enterprise_without_a_stain_is_said_to_be_so() -> None:
    assert built()["summary"] == (
        "截至2026年11月23日，未查询到行政处罚、严重失信、经营异常和司法执行信息。"
    )
    assert built(plain("honours"))["summary"].endswith("司法执行信息；有守信荣誉 1 条。")


def test_what_weighs_most_is_said_first() -> None:
    found = (penalty(), plain("judgments"), plain("serious_lists"), plain("abnormal_lists"))
    assert built(*found)["summary"] == (
        "截至2026年11月23日，查询到严重失信主体名单 1 条、经营异常名录 1 条、"
        "行政处罚 1 条、司法判决及执行 1 条。"
    )


def test_a_licence_is_no_stain() -> None:
    assert "未查询到" in summary(counts_of(SECTIONS, [plain("licences")]), [plain("licences")], AT)


def test_the_day_of_a_report_is_the_day_in_shanghai() -> None:
    """An instant of the evening before in UTC; publicity ends by the civil day."""
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    said = PlatformReport(kind="enterprise", as_of=late, labels=(), records=(penalty(ends=TODAY),))
    snapshot: Any = build(REPORT, said, WORDING)
    assert snapshot["summary"].startswith("截至2026年11月23日")
    assert snapshot["counts"][0]["count"] == 0


def test_the_head_says_who_for_whom_what_for_and_until_when() -> None:
    head = built()
    assert {name: head[name] for name in ("v", "edition", "form", "sample", "number")} == {
        "v": 1,
        "edition": "organisation-full",
        "form": "V2.0",
        "sample": True,
        "number": REPORT.number,
    }
    assert (head["generated_at"], head["expires_at"]) == (
        "2026-11-23T07:30:00Z",
        "2026-12-23T07:30:00Z",
    )
    assert head["purpose"] == {"code": "electricity", "label": "办理用电"}
    assert head["labels"] == ["守信激励对象"]
    assert head["notes"] == ["说明一。", "说明二。"]


def test_the_registered_name_of_today_counts() -> None:
    renamed = plain("registration", name="广州新名商贸有限公司")
    assert built(renamed)["subject"]["name"] == "广州新名商贸有限公司"
    assert built()["subject"]["name"] == REPORT.subject_name


def test_a_missing_value_is_printed_as_the_form_prints_it() -> None:
    [registration, *_] = built(plain("registration", name="甲公司", domicile=""))["sections"]
    fields = {
        field["label"]: field["value"]
        for field in registration["groups"][0]["records"][0]["fields"]
    }
    assert fields["企业名称"] == "甲公司"
    assert fields["住所"] == fields["成立日期"] == EMPTY


def test_advice_is_text_and_nothing_else_is() -> None:
    sections = built()["sections"]
    assert sections[-1]["paragraphs"] == ["建议。"]
    assert sections[-1]["groups"] == []
    assert all(section["paragraphs"] == [] for section in sections[:-1])
