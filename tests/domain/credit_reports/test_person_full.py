"""The report of a natural person: nine sections, seven counts, the number masked."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domain.credit_reports.forms.editions import build, counts_in
from domain.credit_reports.forms.person_full import SECTIONS
from domain.credit_reports.reports import CreditReport
from domain.sources import PlatformReport, SourceRecord
from tests.domain.credit_reports.wording import WORDING

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
REPORT = CreditReport(
    id="report",
    number="20261123153000A1B2C3D4",
    person_id="alice",
    subject_id="alice",
    principal_id="alice",
    subject_name="林晓芸",
    uscc=None,
    purpose="electricity",
    consent_id="consent",
    requested_at=AT,
    edition="person-full",
)
IDENTITY = SourceRecord(
    section="identity",
    id="i",
    values={"name": "林晓芸", "id_kind": "居民身份证", "id_number": "110*************2X"},
)


def plain(source: str) -> SourceRecord:
    return SourceRecord(section=source, id=source, values={})


def built(*found: SourceRecord, **more: Any) -> Any:
    said = PlatformReport(kind="person", as_of=AT, labels=("守信激励对象",), records=found, **more)
    return build(REPORT, said, WORDING)


def test_the_form_has_nine_sections_and_seven_counts() -> None:
    assert "".join(section.ordinal for section in SECTIONS) == "一二三四五六七八九"
    assert [one.label for one in counts_in(built())] == [
        *("资格许可", "诚实守信", "行政处罚", "严重失信"),
        *("信用承诺", "司法判决", "其他"),
    ]


def test_the_subject_is_named_in_full_with_the_number_masked() -> None:
    assert built(IDENTITY)["subject"] == {
        "kind": "person",
        "name": "林晓芸",
        "id_kind": "居民身份证",
        "id_number": "110*************2X",
    }
    assert built()["subject"]["name"] == REPORT.subject_name


def test_records_stand_in_their_sections_and_are_counted_there() -> None:
    sources = ("licences", "honours", "penalties", "serious_lists", "promises", "judgments")
    snapshot = built(IDENTITY, *map(plain, (*sources, "others")))
    assert [one.count for one in counts_in(snapshot)] == [1] * 7
    assert snapshot["sections"][-1]["paragraphs"] == ["建议。"]


def test_the_summary_says_what_weighs_most_first() -> None:
    assert built()["summary"] == "截至2026年11月23日，未查询到行政处罚、严重失信和司法执行信息。"
    assert built(plain("honours"))["summary"].endswith("；有守信荣誉 1 条。")
    assert built(*map(plain, ("penalties", "judgments", "serious_lists")))["summary"] == (
        "截至2026年11月23日，查询到严重失信主体名单 1 条、行政处罚 1 条、司法判决及执行 1 条。"
    )


def test_invented_information_marks_the_paper_wherever_it_is_made() -> None:
    assert built(sample=True)["sample"] is True


def test_what_is_invented_is_marked_wherever_it_is_printed() -> None:
    real = replace(WORDING, sample=False)
    for sample in (True, False):
        said = PlatformReport(kind="person", as_of=AT, labels=(), records=(), sample=sample)
        assert build(REPORT, said, real)["sample"] is sample
