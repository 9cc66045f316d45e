"""The client of the SMS gateway: against the stand-in, and against one that misbehaves."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from structlog.typing import EventDict
from tornado.httputil import HTTPServerRequest

from adapters.agencies.signature import Signature
from adapters.agencies.sms import SmsGateway
from adapters.outside import Outside
from domain.alerts.ports import Sms, Verdict
from tests.stand_ins import Partner, StandIns

Make = Callable[..., Outside]


@pytest.fixture
def gateway(stand_ins: StandIns, outside: Make) -> SmsGateway:
    auth = Signature(app_id="credit-yuexiu", secret="sandbox-sms-secret")
    return SmsGateway(outside(auth=auth, base_url=f"{stand_ins.url}/sms"))


@pytest.fixture
def sms() -> Sms:
    return Sms(
        request_id=str(uuid.uuid4()),
        phone=f"+86138{uuid.uuid4().int % 10**8:08d}",
        template="SMS-SAMPLE-ALERT",
        words={"title": "有一件工单即将到期"},
    )


async def test_what_is_handed_over_arrives_and_the_receipt_says_so(
    gateway: SmsGateway, sms: Sms, stand_ins: StandIns
) -> None:
    assert (await gateway.send(sms)).verdict is Verdict.ACCEPTED
    assert stand_ins.texts(sms.phone) == [
        "【信用越秀】工作提醒：有一件工单即将到期。请登录工作台查看。"
    ]
    assert (await gateway.ask(sms.request_id)).verdict is Verdict.SENT


@pytest.mark.parametrize(
    ("end", "answered", "receipt"),
    [
        ("failed", Verdict.ACCEPTED, Verdict.REFUSED),
        ("silent", Verdict.ACCEPTED, Verdict.ACCEPTED),
        ("refused", Verdict.REFUSED, Verdict.UNKNOWN),
    ],
)
async def test_what_does_not_arrive_is_told_as_it_is(
    end: str,
    answered: Verdict,
    receipt: Verdict,
    gateway: SmsGateway,
    sms: Sms,
    stand_ins: StandIns,
) -> None:
    stand_ins.texts_end(sms.phone, end)
    assert (await gateway.send(sms)).verdict is answered
    assert (await gateway.ask(sms.request_id)).verdict is receipt


async def test_an_answer_that_is_lost_is_unclear_and_nothing_is_sent_again_by_itself(
    gateway: SmsGateway, sms: Sms, stand_ins: StandIns
) -> None:
    stand_ins.fail("sms", kind="malformed", times=1)
    assert (await gateway.send(sms)).verdict is Verdict.UNKNOWN
    assert len(stand_ins.texts(sms.phone)) == 1
    assert (await gateway.ask(sms.request_id)).verdict is Verdict.SENT


async def test_an_answer_that_comes_too_late_is_unclear_though_the_message_was_taken(
    stand_ins: StandIns, outside: Make, sms: Sms
) -> None:
    auth = Signature(app_id="credit-yuexiu", secret="sandbox-sms-secret")
    hasty = SmsGateway(outside(auth=auth, base_url=f"{stand_ins.url}/sms", total_seconds=0.3))
    stand_ins.fail("sms", kind="slow", seconds=0.6, times=1, path="/v1/messages")
    assert (await hasty.send(sms)).verdict is Verdict.UNKNOWN
    while (await hasty.ask(sms.request_id)).verdict is Verdict.UNKNOWN:
        continue
    assert len(stand_ins.texts(sms.phone)) == 1


async def test_a_fault_of_theirs_leaves_it_open_and_sends_nothing_twice(
    gateway: SmsGateway, sms: Sms, stand_ins: StandIns
) -> None:
    stand_ins.fail("sms", kind="error", times=1)
    assert (await gateway.send(sms)).verdict is Verdict.UNKNOWN
    assert (await gateway.ask(sms.request_id)).verdict is Verdict.UNKNOWN
    assert stand_ins.texts(sms.phone) == []


async def test_who_cannot_be_reached_surely_has_nothing(outside: Make, sms: Sms) -> None:
    nowhere = SmsGateway(outside(base_url="http://127.0.0.1:9/"))
    assert (await nowhere.send(sms)).verdict is Verdict.LATER
    assert (await nowhere.ask(sms.request_id)).verdict is Verdict.UNKNOWN


async def test_what_is_refused_of_us_is_tried_again_once_it_was_mended(
    stand_ins: StandIns, outside: Make, sms: Sms
) -> None:
    auth = Signature(app_id="credit-yuexiu", secret="wrong")
    stranger = SmsGateway(outside(auth=auth, base_url=f"{stand_ins.url}/sms"))
    assert (await stranger.send(sms)).verdict is Verdict.LATER


@pytest.mark.parametrize(
    "body",
    [{}, {"request_id": "another", "state": "delivered"}, {"request_id": "x", "state": "lost"}],
)
async def test_an_answer_that_breaks_the_agreement_is_unclear(
    body: dict[str, str], partner: Partner, outside: Make, sms: Sms
) -> None:
    partner.replies(body)
    gateway = SmsGateway(outside())
    assert (await gateway.send(sms)).verdict is Verdict.UNKNOWN
    assert (await gateway.ask(sms.request_id)).verdict is Verdict.UNKNOWN
    assert len([one for one in partner.requests if one.path.endswith("/messages")]) == 1


async def test_a_telephone_stands_in_no_address_header_or_log(
    partner: Partner, outside: Make, sms: Sms, logged: list[EventDict]
) -> None:
    partner.replies((422, {"code": "blocked", "message": sms.phone}), (500, b""), (500, b""))
    gateway = SmsGateway(outside())
    await gateway.send(sms)
    await gateway.send(replace(sms, request_id="other"))
    digits = sms.phone.removeprefix("+")
    for request in partner.requests:
        assert digits not in _head(request)
    assert logged
    assert digits not in repr(logged)
    assert digits not in repr(sms)


def _head(request: HTTPServerRequest) -> str:
    return f"{request.uri} {list(request.headers.get_all())}"
