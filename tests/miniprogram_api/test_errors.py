"""The policy for WeChat's error codes, and silence about secrets."""

import asyncio
import logging
import traceback
from typing import Any

import pytest
from structlog.typing import EventDict

from adapters.outside import Outside
from domain.errors import DomainError
from miniprogram_api.client import Client
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


def login_and_phone(client: Client) -> list[Any]:
    login = Login(client, appid=APPID, secret=SECRET)
    tokens = StableToken(client, appid=APPID, secret=SECRET)
    return [
        login.exchange(CODE),
        Phone(tokens, appid=APPID).number(code=CODE, openid=OPENID),
        *[login, tokens],
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"errcode": 40029, "errmsg": f"{CODE} {OPENID} {SECRET} {TOKEN}"},
        {"errcode": 40001, "errmsg": f"{TOKEN}"},
        {"errcode": 40125, "errmsg": f"{SECRET}"},
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
    wechat.replies("/wxa/business/getuserphonenumber", body)
    await silent(Client(wechat), caplog, logged)


@pytest.mark.parametrize("kind", ["error", "malformed", "timeout"])
async def test_no_secret_leaks_through_http_either(
    outside: Outside,
    stand_ins: StandIns,
    caplog: pytest.LogCaptureFixture,
    logged: list[EventDict],
    kind: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    stand_ins.fail("wechat", kind=kind)
    await silent(Client(outside), caplog, logged)


async def silent(client: Client, caplog: pytest.LogCaptureFixture, logged: list[EventDict]) -> None:
    *calls, login, tokens = login_and_phone(client)
    told = repr([login, tokens, vars(tokens)["_token"]])
    for result in await asyncio.gather(*calls, return_exceptions=True):
        told += repr(result)
        if isinstance(result, BaseException):
            assert isinstance(result, DomainError)
            told += "".join(traceback.format_exception(result)) + repr(vars(result))
    for secret in (SECRET, TOKEN, SESSION_KEY, CODE, OPENID):
        assert secret not in told + caplog.text + repr(logged)
