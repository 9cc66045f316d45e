"""The client for objections: against the stand-in, and against a platform that misbehaves."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

import pytest

from adapters.agencies.objections import PlatformObjections
from adapters.agencies.signature import Signature
from adapters.outside import Outside
from domain.errors import Unavailable
from domain.objections.desk import Asked
from domain.values import VerifiedIdentity
from tests.cast import new_id_number, new_uscc
from tests.stand_ins import Partner, StandIns

Make = Callable[..., Outside]

ASKED = Asked(
    request_id="o1",
    uscc="91350100M000100Y43",
    identity=None,
    section="penalties",
    record_id="p1",
    reason="当事人并非本企业。",
)
TAKEN = {"number": "YY1", "state": "received", "received_at": "2026-11-23T07:30:02Z"}


@pytest.fixture
def desk(stand_ins: StandIns, outside: Make) -> PlatformObjections:
    auth = Signature(app_id="credit-yuexiu", secret="sandbox-platform-secret")
    return PlatformObjections(outside(auth=auth, base_url=f"{stand_ins.url}/platform"))


@pytest.fixture
def asked(stand_ins: StandIns) -> Asked:
    """An objection to the one penalty of an enterprise that nobody else knows."""
    nonce, uscc = uuid.uuid4().hex[:16], new_uscc()
    enterprise = {"uscc": uscc, "name": "广州样例商贸有限公司", "sections": {"penalties": [{}]}}
    persona = {
        "id": f"test-{nonce}",
        "label": "测试人物",
        "openid": f"oTest{nonce}0000000"[:28],
        "name": "林晓芸",
        "id_number": new_id_number(),
        "phone": "13800138000",
        "enterprise": enterprise,
    }
    stand_ins.add(persona)
    return replace(ASKED, request_id=nonce, uscc=uscc, record_id=f"{uscc}-penalties-1")


async def test_an_objection_handed_in_twice_is_one(
    desk: PlatformObjections, asked: Asked, stand_ins: StandIns
) -> None:
    stand_ins.fail("platform", kind="malformed", times=1)
    taken = await desk.hand_in(asked)
    assert taken.received_at.tzinfo is UTC
    assert await desk.hand_in(asked) == taken


@pytest.mark.parametrize("decision", ["upheld", "rejected"])
async def test_how_it_stands_is_told_until_it_is_decided(
    desk: PlatformObjections, asked: Asked, stand_ins: StandIns, decision: str
) -> None:
    number = (await desk.hand_in(asked)).number
    found = await desk.ask(number)
    assert (found.progress, found.opinion, found.decided_at) == ("received", "", None)
    stand_ins.rule(number, state=decision, opinion="经核查。")
    found = await desk.ask(number)
    assert (found.progress, found.opinion) == (decision, "经核查。")
    assert found.decided_at
    assert found.decided_at.tzinfo is UTC


async def test_what_the_platform_refuses_it_refuses_for_good(
    desk: PlatformObjections, asked: Asked
) -> None:
    await desk.hand_in(asked)
    for refused, words in (
        (replace(asked, reason="金额有误。"), "拒绝接收"),
        (replace(asked, request_id="other", record_id="none"), "已没有这条记录"),
    ):
        with pytest.raises(Unavailable, match=words) as raised:
            await desk.hand_in(refused)
        assert raised.value.permanent


async def test_a_person_is_named_by_identity_and_an_organisation_by_uscc(
    outside: Make, partner: Partner
) -> None:
    partner.replies(TAKEN)
    identity = VerifiedIdentity(name="王二", id_number="11010519491231002X")
    await PlatformObjections(outside()).hand_in(ASKED)
    await PlatformObjections(outside()).hand_in(replace(ASKED, uscc=None, identity=identity))
    of_organisation, of_person = (json.loads(request.body) for request in partner.requests)
    assert of_organisation["uscc"] == ASKED.uscc
    assert (of_person["name"], of_person["id_number"]) == ("王二", "11010519491231002X")
    assert of_organisation.keys() & {"name", "id_number"} == of_person.keys() & {"uscc"} == set()


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ({}, False),
        (TAKEN | {"number": ""}, False),
        (TAKEN | {"state": "lost"}, False),
        (TAKEN | {"received_at": "yesterday"}, False),
        ((404, {"code": "no_such_address"}), False),
        ((400, {"code": "bad_request"}), True),
        ((401, {"code": "bad_signature"}), False),
        ((503, b""), False),
    ],
)
async def test_what_is_no_receipt_is_an_outage(
    outside: Make, partner: Partner, reply: object, *, permanent: bool
) -> None:
    partner.replies(reply)
    with pytest.raises(Unavailable) as raised:
        await PlatformObjections(outside()).hand_in(ASKED)
    assert raised.value.permanent is permanent
    assert ASKED.reason not in raised.value.detail


@pytest.mark.parametrize(
    "reply",
    [
        {"state": "upheld", "opinion": "", "decided_at": None},
        {"state": "checking", "opinion": "", "decided_at": "2026-11-23T07:30:02Z"},
        {"state": "maybe", "opinion": "", "decided_at": None},
        {"state": "checking"},
    ],
)
async def test_a_standing_that_contradicts_itself_tells_nothing(
    outside: Make, partner: Partner, reply: object
) -> None:
    partner.replies(reply)
    with pytest.raises(Unavailable):
        await PlatformObjections(outside()).ask("YY1")
