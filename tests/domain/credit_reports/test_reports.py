"""A credit report's number, its states and what it says of itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.credit_reports.reports import (
    ISSUED,
    NUMBER_ALPHABET,
    UNFINISHED,
    CreditReport,
    Issue,
    State,
    make_number,
    state_text,
)

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
QUEUED = CreditReport(
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
    changed_by="alice",
)
ISSUE = Issue(
    at=AT,
    expires_at=AT + timedelta(days=30),
    pages=3,
    boxed=0,
    file_sha256="f",
    canonical_sha256="c",
    code_hash="h",
    check_hash="k",
    counts=(),
    sample=False,
)
READY = QUEUED.fetching().issued(ISSUE)
REPORTS = {
    State.QUEUED: QUEUED,
    State.FETCHING: QUEUED.fetching(),
    State.DELAYED: QUEUED.delayed(),
    State.FAILED: QUEUED.failed("市公共信用信息平台没有该主体的信息。"),
    State.READY: READY,
    State.SUPERSEDED: READY.superseded(replace(QUEUED, id="newer")),
    State.REVOKED: READY.revoked(now=AT, reason="填错了", by="alice"),
}


@given(
    at=st.integers(946_771_200, 4_070_908_800).map(lambda at: datetime.fromtimestamp(at, UTC)),
    suffix=st.text(NUMBER_ALPHABET, min_size=8, max_size=8),
)
def test_a_number_is_the_time_in_shanghai_and_eight_characters(at: datetime, suffix: str) -> None:
    number = make_number(at, suffix)
    assert re.fullmatch(r"[0-9]{14}[0-9A-Z]{8}", number)
    read = datetime.strptime(number[:14], "%Y%m%d%H%M%S").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert read == at
    assert number[14:] == suffix


def test_a_number_of_the_evening_in_utc_is_of_the_next_day() -> None:
    assert make_number(datetime(2026, 12, 31, 16, 0, 5, tzinfo=UTC), "A1B2C3D4") == (
        "20270101000005A1B2C3D4"
    )


def test_every_state_is_unfinished_failed_or_issued() -> None:
    assert {*UNFINISHED, *ISSUED, State.FAILED} == set(State)
    assert not UNFINISHED & ISSUED


@pytest.mark.parametrize("state", REPORTS)
def test_each_transition_leads_to_its_state_and_is_counted(state: State) -> None:
    report = REPORTS[state]
    assert report.state_at(AT) is state
    assert (report.revision > 0) is (state is not State.QUEUED)


def test_only_a_ready_report_expires() -> None:
    over = ISSUE.expires_at
    assert READY.state_at(over - timedelta(milliseconds=1)) is State.READY
    for state, report in REPORTS.items():
        wanted = State.EXPIRED if state is State.READY else state
        assert report.state_at(over) is wanted


def test_a_tag_changes_with_whatever_is_seen() -> None:
    line = [QUEUED, QUEUED.fetching(), READY, READY.revoked(now=AT, reason="x", by="alice")]
    tags = [report.tag(AT) for report in line] + [READY.tag(ISSUE.expires_at)]
    assert len(set(tags)) == len(tags)
    assert all(re.fullmatch(r'"[!-~]+"', tag) for tag in tags)


def test_who_changed_it_is_remembered() -> None:
    assert READY.changed_by == "system"
    assert REPORTS[State.REVOKED].changed_by == "alice"


def test_a_paper_stays_with_its_report_to_the_end() -> None:
    assert REPORTS[State.SUPERSEDED].issue == REPORTS[State.REVOKED].issue == ISSUE
    assert REPORTS[State.SUPERSEDED].superseded_by == "newer"


@pytest.mark.parametrize("state", REPORTS)
def test_every_state_is_told_in_one_chinese_sentence(state: State) -> None:
    text = state_text(REPORTS[state], AT)
    assert text.endswith("。")
    assert text.count("。") == 1


def test_a_sentence_names_day_and_reason() -> None:
    assert state_text(READY, AT) == "已出具，有效期至2026年12月23日。"
    assert state_text(READY, ISSUE.expires_at).startswith("已于2026年12月23日过期")
    assert state_text(REPORTS[State.REVOKED], AT) == "已于2026年11月23日 15:30作废。"
    assert state_text(REPORTS[State.FAILED], AT) == "未能出具：市公共信用信息平台没有该主体的信息。"
