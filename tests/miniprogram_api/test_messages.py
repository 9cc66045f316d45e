"""What an answer to a send means: sent, surely not sent, or unknown."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tornado.ioloop import IOLoop

from adapters.outside import Outside, System
from domain.messages.ports import Outcome, Verdict
from miniprogram_api.client import Client
from miniprogram_api.messages import Environment, SubscriptionMessages
from miniprogram_api.stable_token import StableToken
from tests.miniprogram_api.conftest import APPID, SECRET
from tests.stand_ins import StandIns

TEMPLATE = "SAMPLE-test-".ljust(43, "0")
Send = Callable[..., Awaitable[Outcome]]
DATA = {"thing1": "信用报告已出具", "time2": "2026年11月23日 15:01"}


@pytest.fixture
def openid(stand_ins: StandIns) -> str:
    return str(stand_ins.personas()[0]["openid"])


@pytest.fixture
def control(stand_ins: StandIns) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stand_ins.url, trust_env=False) as client:
        yield client
        client.delete("/sandbox/faults/wechat")


@pytest.fixture
def send(outside: Outside, openid: str) -> Send:
    async def one(environment: Environment = "release", **given: object) -> Outcome:
        tokens = StableToken(Client(outside), appid=APPID, secret=SECRET)
        messages = SubscriptionMessages(tokens, environment=environment)
        asked: dict[str, object] = {
            "openid": openid,
            "template_id": TEMPLATE,
            "page": "pages/index",
            "data": DATA,
        }
        return await messages.send(**{**asked, **given})  # type: ignore[arg-type]

    return one


def accept(control: httpx.Client, openid: str) -> None:
    body = {"openid": openid, "choices": {TEMPLATE: "accept"}}
    control.post("/sandbox/wx/subscriptions", json=body).raise_for_status()


def newest(control: httpx.Client, openid: str) -> dict[str, Any]:
    items = control.get(f"/sandbox/wx/messages?openid={openid}").json()["items"]
    found: dict[str, Any] = items[0]
    return found


def put(control: httpx.Client, path: str, body: object) -> None:
    control.put(path, json=body).raise_for_status()


def trouble(control: httpx.Client, openid: str, **what: object) -> None:
    put(control, f"/sandbox/wx/messages?openid={openid}", what)


@pytest.mark.parametrize(
    ("environment", "state"),
    [("release", "formal"), ("trial", "trial"), ("develop", "developer")],
)
async def test_an_accepted_message_arrives_with_its_id_and_the_version_it_opens(
    environment: str, state: str, send: Send, control: httpx.Client, openid: str
) -> None:
    accept(control, openid)
    outcome = await send(environment)
    assert outcome.verdict is Verdict.SENT
    received = newest(control, openid)
    assert str(received["msgid"]) == outcome.wechat_id
    assert received["data"] == DATA
    assert received["state"] == state


@pytest.mark.parametrize(
    ("errcode", "verdict", "wait"),
    [
        (43101, Verdict.EXHAUSTED, 0),
        (43108, Verdict.LATER, 2),
        (45009, Verdict.LATER, 3600),
        (40037, Verdict.REFUSED, 0),
        (47003, Verdict.REFUSED, 0),
        (43107, Verdict.REFUSED, 0),
    ],
)
async def test_each_refusal_has_its_meaning(
    errcode: int,
    verdict: Verdict,
    wait: int,
    send: Send,
    control: httpx.Client,
    openid: str,
) -> None:
    accept(control, openid)
    trouble(control, openid, errcode=errcode)
    outcome = await send()
    assert (outcome.verdict, outcome.errcode) == (verdict, errcode)
    assert outcome.wait >= timedelta(seconds=wait)


async def test_a_wrong_openid_or_field_is_refused(send: Send) -> None:
    for given in ({"openid": "nobody"}, {"data": {"thing1": ""}}, {"template_id": "short"}):
        assert (await send(**given)).verdict is Verdict.REFUSED


@pytest.mark.parametrize("kind", ["error", "timeout", "malformed"])
async def test_without_a_clear_answer_it_is_unknown(
    kind: str, send: Send, control: httpx.Client
) -> None:
    fault = {"kind": kind, "path": "subscribe/send", "times": 1}
    put(control, "/sandbox/faults/wechat", fault)
    assert (await send()).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("kind", ["error", "timeout"])
async def test_without_a_token_surely_nothing_was_sent(
    kind: str, send: Send, control: httpx.Client
) -> None:
    fault = {"kind": kind, "path": "stable_token"}
    put(control, "/sandbox/faults/wechat", fault)
    assert (await send()).verdict is Verdict.LATER


async def test_where_nobody_listens_surely_nothing_was_sent(io_loop: IOLoop) -> None:
    assert io_loop
    system = System(name="wechat", label="微信", base_url="http://127.0.0.1:9/")
    outside = Outside(system, observe=lambda **_: None)
    tokens = StableToken(Client(outside), appid=APPID, secret=SECRET)
    messages = SubscriptionMessages(tokens, environment="release")
    outcome = await messages.send(openid="o", template_id=TEMPLATE, page="p", data=DATA)
    assert outcome.verdict is Verdict.LATER
    await outside.aclose()
