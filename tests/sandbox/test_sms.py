"""sandbox/sms.py over HTTP, and its rules under a clock that moves."""

import uuid

import httpx
import pytest

from sandbox.base import RefusalError
from sandbox.sms import PER_MINUTE, Gateway, NewMessage, Query
from tests.sandbox.support import Json, MovingClock, PutFault, Signed

MESSAGES, QUERY = "/sms/v1/messages", "/sms/v1/messages/query"
TEXT = "【信用越秀】工作提醒：有一件工单即将到期。请登录工作台查看。"


def phone() -> str:
    return f"+86139{uuid.uuid4().int % 10**8:08d}"


def message(to: str, **more: object) -> Json:
    return {
        "request_id": str(uuid.uuid4()),
        "phone": to,
        "template": "SMS-SAMPLE-ALERT",
        "words": {"title": "有一件工单即将到期"},
        **more,
    }


def received(sandbox: httpx.Client, to: str) -> list[str]:
    items = sandbox.post("/sandbox/sms/received", json={"phone": to}).json()["items"]
    return [one["text"] for one in items]


def test_a_message_arrives_once_however_often_it_is_handed_over(
    signed: Signed, sandbox: httpx.Client
) -> None:
    to = phone()
    asked = message(to)
    answers = [signed(MESSAGES, asked) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].json() == {"request_id": asked["request_id"], "state": "accepted"}
    assert received(sandbox, to) == [TEXT]
    assert TEXT in [one["text"] for one in sandbox.get("/sandbox/sms").json()["items"]]
    receipt = signed(QUERY, {"request_id": asked["request_id"]}).json()
    assert (receipt["state"], receipt["reason"]) == ("delivered", "")


def test_a_request_id_of_another_message_is_refused(signed: Signed) -> None:
    asked = message(phone())
    signed(MESSAGES, asked)
    answer = signed(MESSAGES, {**asked, "words": {"title": "另一件"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "mismatch")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"template": "SMS-OTHER"}, "unknown_template"),
        ({"words": {}}, "bad_words"),
        ({"words": {"title": "a", "more": "b"}}, "bad_words"),
        ({"words": {"title": ""}}, "bad_words"),
        ({"words": {"title": "长" * 65}}, "bad_words"),
        ({"phone": "13900000000"}, "bad_phone"),
        ({"phone": "+8612345"}, "bad_phone"),
    ],
)
def test_what_the_gateway_does_not_take_is_refused(signed: Signed, wrong: Json, code: str) -> None:
    answer = signed(MESSAGES, message(phone(), **wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    ("end", "state", "arrives"),
    [("delivered", "delivered", True), ("failed", "failed", False), ("silent", "accepted", False)],
)
def test_a_telephone_may_be_off_or_say_nothing(
    end: str, state: str, arrives: bool, signed: Signed, sandbox: httpx.Client
) -> None:
    to = phone()
    sandbox.put("/sandbox/sms/fates", json={"phone": to, "end": end}).raise_for_status()
    asked = message(to)
    assert signed(MESSAGES, asked).status_code == 202
    assert signed(QUERY, {"request_id": asked["request_id"]}).json()["state"] == state
    assert (received(sandbox, to) == [TEXT]) is arrives


def test_a_telephone_may_take_none_of_ours(signed: Signed, sandbox: httpx.Client) -> None:
    to = phone()
    sandbox.put("/sandbox/sms/fates", json={"phone": to, "end": "refused"}).raise_for_status()
    answer = signed(MESSAGES, message(to))
    assert (answer.status_code, answer.json()["code"]) == (422, "blocked")


def test_nobody_knows_of_a_message_that_never_came(signed: Signed) -> None:
    answer = signed(QUERY, {"request_id": "nothing"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_only_who_signs_is_served(sandbox: httpx.Client) -> None:
    for path in (MESSAGES, QUERY):
        assert sandbox.post(path, json=message(phone())).status_code == 401


def test_it_fails_on_demand_before_or_after_it_took_the_message(
    signed: Signed, sandbox: httpx.Client, fault: PutFault
) -> None:
    lost, kept = phone(), phone()
    fault("sms", kind="error", times=1)
    assert signed(MESSAGES, message(lost)).status_code == 500
    fault("sms", kind="malformed", times=1)
    signed(MESSAGES, message(kept))
    assert (received(sandbox, lost), received(sandbox, kept)) == ([], [TEXT])


def test_one_telephone_gets_so_many_a_minute(clock: MovingClock) -> None:
    gateway, to = Gateway(clock=clock), phone()
    for _ in range(PER_MINUTE):
        gateway.take(NewMessage(**message(to)))
    with pytest.raises(RefusalError) as refused:
        gateway.take(NewMessage(**message(to)))
    assert refused.value.body["code"] == "too_often"
    clock.move(61)
    asked = message(to)
    gateway.take(NewMessage(**asked))
    assert gateway.ask(Query(request_id=asked["request_id"]))["state"] == "delivered"
