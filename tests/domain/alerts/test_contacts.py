"""Where somebody is told: a code that belongs to who scans it first, a telephone that is proven."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.alerts.alerts import Channel, Urgency
from domain.alerts.contacts import (
    ASKING_LASTS,
    CODE_AGAIN,
    CODE_LASTS,
    CODE_TRIES,
    AskingOver,
    Bound,
    Choice,
    Contacts,
    Proving,
)
from domain.errors import Invalid
from domain.transactions import Conflict

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ASKED = Contacts(staff_id="s").asked(secret_hash="h", now=NOW)
PROVING = Proving(id="p", phone="+8613800000001", code="123456", asked_at=NOW)


def bound(person_id: str = "p", at: datetime = NOW) -> Bound:
    return Bound(id="b", openid="o", person_id=person_id, at=at)


def test_a_code_belongs_to_who_scans_it_first() -> None:
    scanned, _ = ASKED.scanned(person_id="p", now=NOW)
    assert scanned.scanned(person_id="p", now=NOW)[0] == scanned
    with pytest.raises(AskingOver):
        scanned.scanned(person_id="other", now=NOW)
    with pytest.raises(AskingOver):
        scanned.bind(bound("other"))
    assert scanned.bind(bound()).bound == bound()


def test_a_code_is_good_once() -> None:
    with pytest.raises(AskingOver):
        ASKED.bind(bound()).bind(bound())


def test_a_code_is_good_for_ten_minutes() -> None:
    ends = NOW + ASKING_LASTS
    with pytest.raises(AskingOver):
        ASKED.scanned(person_id="p", now=ends)
    with pytest.raises(AskingOver):
        ASKED.bind(bound(at=ends))
    assert ASKED.bind(bound(at=ends - timedelta(milliseconds=1))).asking is None


def test_a_new_code_ends_the_one_before() -> None:
    again = ASKED.asked(secret_hash="other", now=NOW)
    assert again.asking is not None
    assert again.asking.secret_hash == "other"


def test_what_is_not_bound_cannot_be_unbound() -> None:
    with pytest.raises(Conflict):
        Contacts(staff_id="s").unbound()
    with pytest.raises(Conflict):
        Contacts(staff_id="s").without_phone()
    assert ASKED.bind(bound()).unbound().bound is None


def test_a_telephone_is_theirs_by_its_code() -> None:
    asked = Contacts(staff_id="s").proven_by(PROVING)
    proven = asked.typed("123456", NOW)
    assert (proven.phone, proven.phone_at, proven.proving) == ("+8613800000001", NOW, None)


def test_a_code_is_guessed_five_times_at_most() -> None:
    asked = Contacts(staff_id="s").proven_by(PROVING)
    for _ in range(CODE_TRIES):
        asked = asked.typed("000000", NOW)
        assert asked.phone == ""
    with pytest.raises(Conflict):
        asked.typed("123456", NOW)


def test_a_code_of_a_telephone_ends_too() -> None:
    with pytest.raises(Conflict):
        Contacts(staff_id="s").proven_by(PROVING).typed("123456", NOW + CODE_LASTS)
    with pytest.raises(Conflict):
        Contacts(staff_id="s").typed("123456", NOW)


def test_codes_go_out_once_a_minute() -> None:
    asked = Contacts(staff_id="s").proven_by(PROVING)
    early = Proving(id="q", phone="1", code="1", asked_at=NOW + CODE_AGAIN / 2)
    with pytest.raises(Conflict):
        asked.proven_by(early)
    after = Proving(id="q", phone="1", code="1", asked_at=NOW + CODE_AGAIN)
    assert asked.proven_by(after).proving == after


def test_what_is_urgent_comes_by_some_channel() -> None:
    nowhere = Choice(ways={Urgency.DIGEST: (Channel.SMS,)}, quiet=True, digest_at=time(9))
    with pytest.raises(Invalid):
        Contacts(staff_id="s").chosen(nowhere)


def test_channels_are_tried_in_their_order_whatever_was_ticked_first() -> None:
    choice = Choice(
        ways={Urgency.NOW: (Channel.SMS, Channel.WECHAT)}, quiet=True, digest_at=time(9)
    )
    assert choice.channels(Urgency.NOW) == [Channel.WECHAT, Channel.SMS]
    assert choice.channels(Urgency.DIGEST) == []


def test_every_change_is_a_new_version() -> None:
    changes = [ASKED, ASKED.bind(bound()), ASKED.bind(bound()).unbound()]
    assert [one.tag for one in changes] == ["1", "2", "3"]


def test_neither_openid_nor_telephone_nor_code_is_shown_by_accident() -> None:
    whole = Contacts(staff_id="s", bound=bound(), phone="+8613800000001", proving=PROVING)
    assert "o'" not in repr(whole.bound)
    assert "138" not in repr(whole)
    assert "123456" not in repr(whole)
