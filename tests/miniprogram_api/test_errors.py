"""The policy for WeChat's error codes, and silence about secrets."""

import asyncio
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.typing import EventDict

from adapters.outside import Outside
from domain.errors import DomainError, Unavailable
from miniprogram_api.client import Client
from miniprogram_api.codes import Codes
from miniprogram_api.content_safety import ContentSafety
from miniprogram_api.errors import Policy, policy, refusal
from miniprogram_api.login import Login
from miniprogram_api.phone import Phone
from miniprogram_api.stable_token import StableToken
from tests.miniprogram_api.scripted import WeChat
from tests.stand_ins import StandIns

APPID = "wx0123456789abcdef"
SECRET = "s3cr3t-app"
TOKEN = "s3cr3t-token"
SESSION_KEY = "s3cr3t-session"
CODE = "s3cr3t-code"
OPENID = "s3cr3t-openid"
SCENE = "s3cr3t-scene"
TEXT = "s3cr3t-text"
IMAGE = "https://x/s3cr3t-image"
SECRETS = (SECRET, TOKEN, SESSION_KEY, CODE, OPENID, SCENE, TEXT, IMAGE)
PATHS = (
    "/wxa/business/getuserphonenumber",
    "/wxa/getwxacodeunlimit",
    "/wxa/generate_urllink",
    "/wxa/msg_sec_check",
    "/wxa/media_check_async",
)


@pytest.mark.parametrize(
    ("expected", "codes"),
    [
        (Policy.RENEW_TOKEN, [40001, 40014, 42001]),
        (Policy.RETRY, [-1]),
        (Policy.WAIT_A_MINUTE, [45011, 44990, 44991]),
        (Policy.WAIT_A_DAY, [45009, 44993, 85406]),
        (Policy.ASK_AGAIN, [40029, 40163, 87007, 87009, 61010]),
        (Policy.PERSON, [43101, 40003, 43104, 40226]),
        (Policy.OURS, [40037, 41030, 47003, 43107, 45168, 40013, 40125, 40164, 40243]),
        (Policy.OURS, [48001, 50004, 50007, 41001, 12345]),
        (Policy.ONE_AT_A_TIME, [43108]),
    ],
)
def test_every_code_has_its_policy(expected: Policy, codes: list[int]) -> None:
    assert {policy(code) for code in codes} == {expected}


def test_of_a_message_only_the_rid_is_kept() -> None:
    refused = refusal({"errcode": 40029, "errmsg": "invalid code 0a1b, rid: 6a12-b3-c4"})
    assert refused
    assert (refused.errcode, refused.errmsg) == (40029, "6a12-b3-c4")


def test_success_is_no_refusal_with_or_without_a_code() -> None:
    assert refusal({"errcode": 0, "errmsg": "ok"}) is None
    assert refusal({"openid": "o"}) is None


def every_call(client: Client) -> list[Any]:
    login = Login(client, appid=APPID, secret=SECRET)
    tokens = StableToken(client, appid=APPID, secret=SECRET)
    codes = Codes(tokens, page="pages/invitation", version="release")
    safety = ContentSafety(tokens)
    return [
        login.exchange(CODE),
        Phone(tokens, appid=APPID).number(code=CODE, openid=OPENID),
        codes.draw(SCENE),
        codes.link(SCENE, until=datetime(2026, 12, 1, tzinfo=UTC)),
        safety.text(text=TEXT, openid=OPENID, scene=2),
        safety.image(media_url=IMAGE, openid=OPENID, scene=2),
        *[login, tokens],
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"errcode": 40029, "errmsg": f"{CODE} {OPENID} {SECRET} {TOKEN}"},
        {"errcode": 40001, "errmsg": f"{TOKEN}"},
        {"errcode": 40125, "errmsg": f"{SECRET}"},
        {"errcode": 45009, "errmsg": f"{TOKEN} {SCENE} {TEXT} {IMAGE}"},
        {"errcode": f"{TOKEN}", "errmsg": f"rid: {SECRET}"},
        {"openid": [OPENID], "session_key": {"k": SESSION_KEY}, "phone_info": OPENID},
        {"openid": OPENID, "session_key": SESSION_KEY, "unionid": OPENID},
        (500, SECRET),
    ],
)
async def test_no_secret_reaches_an_error_a_trace_a_repr_or_a_log(
    wechat: WeChat,
    caplog: pytest.LogCaptureFixture,
    logged: list[EventDict],
    body: object,
) -> None:
    caplog.set_level(logging.DEBUG)
    wechat.replies("/sns/jscode2session", body)
    wechat.replies("/cgi-bin/stable_token", {"access_token": TOKEN, "expires_in": 7200})
    for path in PATHS:
        wechat.replies(path, body)
    await silent(Client(wechat), caplog, logged)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error"},
        {"kind": "malformed"},
        {"kind": "timeout"},
        {"kind": "slow", "seconds": 5},
        *({"kind": "errcode", "errcode": code} for code in (-1, 40001, 40125, 40164, 45009, 45011)),
        *({"kind": "error", "path": path} for path in ("stable_token", "/wxa/")),
        {"kind": "errcode", "errcode": 40001, "path": "/wxa/"},
    ],
)
async def test_no_secret_leaks_through_http_either(
    outside: Outside,
    stand_ins: StandIns,
    caplog: pytest.LogCaptureFixture,
    logged: list[EventDict],
    fault: dict[str, object],
) -> None:
    caplog.set_level(logging.DEBUG)
    stand_ins.fail("wechat", **fault)
    await silent(Client(outside), caplog, logged)


async def silent(client: Client, caplog: pytest.LogCaptureFixture, logged: list[EventDict]) -> None:
    *calls, login, tokens = every_call(client)
    told = repr([login, tokens, vars(tokens)["_token"]])
    for result in await asyncio.gather(*calls, return_exceptions=True):
        told += repr(result)
        if isinstance(result, BaseException):
            assert isinstance(result, DomainError)
            told += "".join(traceback.format_exception(result)) + repr(vars(result))
    for secret in SECRETS:
        assert secret not in told + caplog.text + repr(logged)


async def test_a_token_endpoint_that_always_says_40001_is_called_twice_and_signs_everybody_in(
    outside: Outside, stand_ins: StandIns
) -> None:
    """Two calls, one clean failure, sign-in unaffected: over HTTP, with a real account."""
    counted: list[str] = []
    client = Client(outside, count=counted.append)
    appid, secret = "wx0123456789abcdef", "sandbox-wechat-secret"
    tokens = StableToken(client, appid=appid, secret=secret)
    stand_ins.fail("wechat", kind="errcode", errcode=40001, path="stable_token")
    openid = stand_ins.persona("clean")["openid"]
    with pytest.raises(Unavailable) as raised:
        await Phone(tokens, appid=appid).number(code=CODE, openid=openid)
    assert counted == ["40001", "40001"]
    assert not raised.value.permanent
    code = stand_ins.code("login", openid)
    signed_in = await Login(client, appid=appid, secret=secret).exchange(code)
    assert signed_in.openid == openid
