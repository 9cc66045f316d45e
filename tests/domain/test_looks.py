"""By what authority somebody looked, in words, and whether it stands now."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.looks import (
    OWN_DATA,
    PAPER,
    Action,
    Behind,
    ConsentBehind,
    Look,
    ShareBehind,
    ViewerRole,
    action_in_words,
    authority,
    who_looked,
)

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
LOOK = Look(
    id="look",
    at=AT,
    viewer="alice",
    role="legal_representative",
    about="91440104MA0000000X",
    person_id="alice",
    subject_id="binding",
    report_id="report",
    report_number="20261123153000ABCDEFGH",
    action=Action.READ,
    purpose="electricity",
    authority="consent",
    trace_id="trace",
)
CONSENT = ConsentBehind(title="授权书", person_id="alice", given_at=AT, withdrawn_at=None)
SHARE = ShareBehind(recipient="样例银行", purpose="贷款", person_id="alice", created_at=AT, over="")


@pytest.mark.parametrize(
    ("role", "reader", "text"),
    [
        ("self", "alice", "您于2026年11月23日授权的《授权书》"),
        ("legal_representative", "bob", "法定代表人于2026年11月23日授权的《授权书》"),
        ("agent", "alice", "企业委托经办人办理，您于2026年11月23日授权的《授权书》"),
        ("helper", "bob", "本人委托亲友代办，本人于2026年11月23日授权的《授权书》"),
    ],
)
def test_who_looked_under_a_consent_is_told_by_whom_it_was_given(
    role: ViewerRole, reader: str, text: str
) -> None:
    told = authority(replace(LOOK, role=role), Behind(consent=CONSENT), reader=reader)
    assert (told.text, told.stands, told.state) == (text, True, "目前有效")
    assert told.kind == ("delegation" if role in {"agent", "helper"} else "consent")


def test_a_withdrawn_consent_is_told_with_its_day() -> None:
    withdrawn = Behind(consent=replace(CONSENT, withdrawn_at=AT))
    told = authority(LOOK, withdrawn, reader="alice")
    assert (told.stands, told.state) == (False, "授权已于2026年11月23日撤回")


def test_an_agent_whose_delegation_has_ended_stands_no_more() -> None:
    told = authority(
        replace(LOOK, role="agent"), Behind(consent=CONSENT, right_stands=False), reader="alice"
    )
    assert (told.stands, told.state) == (False, "委托已结束")


@pytest.mark.parametrize("over", ["", "分享已收回"])
def test_a_recipient_looked_under_a_share_to_somebody_for_something(over: str) -> None:
    look = replace(LOOK, role="recipient", authority="share")
    told = authority(look, Behind(share=replace(SHARE, over=over)), reader="alice")
    assert told.text == "您于2026年11月23日分享的链接（收件人：样例银行，用途：贷款）"
    assert (told.stands, told.state) == (not over, over or "目前有效")


def test_staff_looked_for_a_case_that_was_open_then() -> None:
    look = replace(
        LOOK,
        viewer="clerk",
        role="staff",
        authority="case:窗口业务 GT2611230001",
        viewer_name="信用办",
    )
    told = authority(look, Behind(), reader="alice")
    assert (told.kind, told.text) == ("case", "正在办理的窗口业务 GT2611230001")
    assert (told.stands, told.state) == (True, "查看时正在办理")
    assert who_looked(look, reader="alice", names={}) == "信用办工作人员"
    unmasked = replace(look, action=Action.UNMASK, field="证件号码")
    assert action_in_words(unmasked) == "查看了完整的证件号码"


def test_who_holds_the_paper_and_who_exports_their_own_need_nobodys_consent() -> None:
    for ground in (PAPER, OWN_DATA):
        told = authority(replace(LOOK, authority=ground), Behind(), reader="alice")
        assert (told.kind, told.stands) == (ground, True)


@pytest.mark.parametrize("role", ["self", "recipient"])
def test_what_cannot_be_found_any_more_stands_no_more(role: ViewerRole) -> None:
    told = authority(replace(LOOK, role=role), Behind(), reader="alice")
    assert not told.stands
