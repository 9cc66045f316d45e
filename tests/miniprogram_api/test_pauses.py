"""What WeChat says is used up for the minute or the day is left alone until the next begins."""

import pytest
from wechatpy.exceptions import WeChatClientException

from domain.errors import TooMany, Unavailable
from miniprogram_api.client import Client
from miniprogram_api.login import Login
from miniprogram_api.pauses import Pauses
from tests.miniprogram_api.scripted import WeChat
from tests.miniprogram_api.test_stable_token import Ok

PATH, OTHER = "/wxa/x", "/wxa/y"
# 2026-11-23 15:59:30 in Beijing is 07:59:30 UTC.
NOW = 1795420770.0


class Clock:
    """A clock that a test moves."""

    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counted() -> list[str]:
    return []


@pytest.fixture
def client(wechat: WeChat, clock: Clock, counted: list[str]) -> Client:
    wechat.replies(OTHER, {"errcode": 0})
    return Client(wechat, count=counted.append, pauses=Pauses(clock=clock))


async def call(client: Client, path: str = PATH) -> Ok:
    return await client.call("POST", path, reads=Ok, payload={})


@pytest.mark.parametrize("errcode", [45011, 44990, 44991])
async def test_a_minutes_quota_rests_until_the_next_minute(
    client: Client, wechat: WeChat, clock: Clock, counted: list[str], errcode: int
) -> None:
    wechat.replies(PATH, {"errcode": errcode}, {"errcode": 0})
    with pytest.raises(WeChatClientException):
        await call(client)
    with pytest.raises(TooMany) as raised:
        await call(client)
    assert raised.value.retry_after == 60 - NOW % 60
    assert len(wechat.asked(PATH)) == 1
    assert (await call(client, OTHER)).errcode == 0
    clock.now += 60 - NOW % 60
    assert (await call(client)).errcode == 0
    assert counted == [str(errcode)]


@pytest.mark.parametrize("errcode", [45009, 44993, 85406])
async def test_a_days_quota_rests_until_midnight_in_beijing(
    client: Client, wechat: WeChat, clock: Clock, errcode: int
) -> None:
    wechat.replies(PATH, {"errcode": errcode}, {"errcode": 0})
    with pytest.raises(WeChatClientException):
        await call(client)
    left = 86_400 - (NOW + 8 * 3600) % 86_400
    clock.now += left - 1
    with pytest.raises(Unavailable) as raised:
        await call(client)
    assert (raised.value.detail, raised.value.retry_after) == (
        "今天微信的调用次数已用完，请明天再试。",
        1,
    )
    clock.now += 1
    assert (await call(client)).errcode == 0


async def test_one_persons_sign_in_limit_keeps_nobody_else_out(
    client: Client, wechat: WeChat
) -> None:
    signed_in = {"openid": "o1", "session_key": "k"}
    wechat.replies("/sns/jscode2session", {"errcode": 45011}, signed_in)
    login = Login(client, appid="wx", secret="s")
    with pytest.raises(TooMany):
        await login.exchange("one")
    assert (await login.exchange("two")).openid == "o1"


async def test_every_refusal_is_counted_by_its_code_and_there_is_no_end_of_no_labels(
    client: Client, wechat: WeChat, counted: list[str]
) -> None:
    for errcode in (40164, 40243, 61010, 123456, 7, "40001"):
        wechat.replies(PATH, {"errcode": errcode})
        with pytest.raises(WeChatClientException):
            await call(client)
    assert counted == ["40164", "40243", "61010", "other", "other", "other"]
