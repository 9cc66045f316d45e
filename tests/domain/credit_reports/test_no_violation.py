"""The no-violation certificate: what is counted, what is claimed, and when doubt counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.credit_reports.forms.editions import build
from domain.credit_reports.forms.no_violation import DAYS, STANDING
from domain.credit_reports.reports import CreditReport, Period
from domain.sources import PlatformReport, SourceRecord
from tests.domain.credit_reports.wording import WORDING

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
FIRST, LAST = date(2024, 1, 1), date(2026, 6, 30)
DAY = timedelta(days=1)
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
    edition="no-violation",
    period=Period(first=FIRST, last=LAST),
    fields=("fire", "market"),
)
SOURCES = sorted(DAYS)


def found(source: str, day: date | str, field: str = "market", **more: Any) -> SourceRecord:
    values = {DAYS[source]: str(day)}
    return SourceRecord(section=source, id=f"{source}-{day}", values=values, field=field, **more)


def built(*records: SourceRecord) -> Any:
    said = PlatformReport(kind="enterprise", as_of=AT, labels=("存续",), records=records)
    return build(REPORT, said, WORDING)


def total(*records: SourceRecord) -> int:
    return sum(count["count"] for count in built(*records)["counts"])


def test_nothing_found_is_said_as_what_was_looked_for() -> None:
    snapshot = built()
    assert snapshot["summary"] == (
        "截至2026年11月23日，在2024年1月1日至2026年6月30日期间和所选 2 个领域内，"
        "未查询到行政处罚、行政强制、严重失信和刑事裁判信息。"
    )
    assert snapshot["period"] == {"from": "2024-01-01", "until": "2026-06-30"}


def test_the_fields_stand_in_the_order_of_the_list_and_the_unstated_last() -> None:
    snapshot = built()
    assert snapshot["fields"] == [
        {"code": "market", "label": "市场监督管理"},
        {"code": "fire", "label": "消防救援"},
    ]
    assert [row["label"] for row in snapshot["results"]] == [
        "市场监督管理",
        "消防救援",
        "领域未标明",
    ]


@pytest.mark.parametrize("source", SOURCES)
def test_whatever_is_found_is_shown_and_nothing_is_claimed(source: str) -> None:
    snapshot = built(found(source, FIRST))
    assert "未查询到" not in snapshot["summary"]
    assert snapshot["summary"].endswith("1 条，详见下文；本报告不构成无违法违规证明。")
    shown = [
        record
        for section in snapshot["sections"]
        for group in section["groups"]
        for record in group["records"]
    ]
    assert [record["id"] for record in shown] == [f"{source}-{FIRST}"]
    assert shown[0]["fields"][-1] == {"label": "所属领域", "value": "市场监督管理"}


@pytest.mark.parametrize("source", SOURCES)
def test_both_ends_of_the_period_count_and_the_days_beyond_do_not(source: str) -> None:
    """What still stands on a list stands there through the period, whenever it was entered."""
    assert total(found(source, FIRST)) == total(found(source, LAST)) == 1
    assert total(found(source, LAST + DAY)) == 0
    assert total(found(source, FIRST - DAY)) == (source in STANDING)


@pytest.mark.parametrize("source", SOURCES)
def test_other_fields_do_not_count_but_doubt_does(source: str) -> None:
    assert total(found(source, FIRST, field="tax")) == 0
    for doubtful in ("", "a-field-nobody-knows"):
        snapshot = built(found(source, FIRST, field=doubtful))
        assert sum(snapshot["results"][-1]["counts"]) == 1
    assert total(found(source, "")) == total(found(source, "不详")) == 1


def test_what_may_not_be_shown_is_not_counted() -> None:
    assert total(found("penalties", FIRST, repaired_on=date(2026, 1, 1))) == 0
    assert total(found("penalties", FIRST, publicity_ends_on=date(2026, 11, 23))) == 0


def test_an_objection_is_noted_beside_the_record() -> None:
    record = found("penalties", FIRST)
    said = PlatformReport(kind="enterprise", as_of=AT, labels=(), records=(record,))
    snapshot: Any = build(REPORT, said, WORDING, {("penalties", record.id): "主体已提出异议。"})
    (shown,) = snapshot["sections"][1]["groups"][0]["records"]
    assert shown["note"] == "主体已提出异议。"


records = st.builds(
    lambda source, day, field, number: replace(found(source, day, field), id=str(number)),
    st.sampled_from(SOURCES),
    st.one_of(st.just(""), st.dates(FIRST - 9 * DAY, LAST + 9 * DAY)),
    st.sampled_from(["", "market", "fire", "tax", "unknown"]),
    st.integers(0, 10**9),
)


@given(st.lists(records, max_size=15))
def test_the_counts_the_results_and_the_records_shown_agree(given_records: Any) -> None:
    snapshot = built(*given_records)
    for place, section in enumerate(snapshot["sections"][1:]):
        number = sum(len(group["records"]) for group in section["groups"])
        assert snapshot["counts"][place]["count"] == number
        assert sum(row["counts"][place] for row in snapshot["results"]) == number
    nothing = not any(count["count"] for count in snapshot["counts"])
    assert ("未查询到" in snapshot["summary"]) is nothing
