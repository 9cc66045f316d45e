"""The access token: fetched once for all, renewed early, kept while it holds."""

import asyncio
from collections.abc import Callable

import pytest
from wechatpy.exceptions import WeChatClientException

from adapters.outside import Outside
from domain.errors import Unavailable
from miniprogram_api.client import Client, Reply
from miniprogram_api.stable_token import StableToken
from tests.miniprogram_api.scripted import WeChat
from tests.stand_ins import StandIns

FETCH = "/cgi-bin/stable_token"
CALL = "/wxa/x"
OUTAGE = Unavailable(system="wechat")

Make = Callable[..., StableToken]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Ok(Reply):
    """A call's reply."""

    errcode: int


def token(name: str, expires_in: int = 7200) -> dict[str, object]:
    return {"access_token": name, "expires_in": expires_in}


async def post(tokens: StableToken) -> None:
    await tokens.post(CALL, reads=Ok, payload={})


def used(wechat: WeChat) -> list[str]:
    return [sent.params["access_token"] for sent in wechat.asked(CALL)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tokens: Make, clock: Clock, wechat: WeChat) -> StableToken:
    wechat.replies(CALL, {"errcode": 0})
    return tokens(clock)


async def test_twenty_calls_at_a_cold_start_fetch_one_token(
    kept: StableToken, wechat: WeChat
) -> None:
    wechat.replies(FETCH, token("t1"), token("t2"))
    await asyncio.gather(*(post(kept) for _ in range(20)))
    [fetch] = wechat.asked(FETCH)
    assert used(wechat) == ["t1"] * 20
    assert fetch.safe
    assert fetch.payload == {
        "grant_type": "client_credential",
        "appid": "wx0123456789abcdef",
        "secret": "sandbox-wechat-secret",
        "force_refresh": False,
    }


async def test_a_token_is_renewed_five_minutes_and_some_before_it_ends(
    kept: StableToken, wechat: WeChat, clock: Clock
) -> None:
    wechat.replies(FETCH, token("t1"), token("t2"))
    await post(kept)
    clock.now += 7200 - 300 - 10 - 1
    await post(kept)
    clock.now += 1
    await post(kept)
    assert used(wechat) == ["t1", "t1", "t2"]


async def test_while_one_renews_the_others_use_what_still_holds(
    kept: StableToken, wechat: WeChat, clock: Clock
) -> None:
    wechat.replies(FETCH, token("t1"), token("t2"))
    await post(kept)
    clock.now += 7000
    wechat.open.clear()
    renewing, other = (asyncio.ensure_future(post(kept)) for _ in range(2))
    await wechat.arrived(4)
    assert [sent.path for sent in wechat.sent[:2]] == [FETCH, CALL]
    assert {sent.path for sent in wechat.sent[2:]} == {FETCH, CALL}
    wechat.open.set()
    await asyncio.gather(renewing, other)
    assert used(wechat) == ["t1", "t1", "t2"]
    assert len(wechat.asked(FETCH)) == 2


async def test_a_token_that_holds_is_kept_when_renewing_fails_and_not_asked_for_at_every_call(
    kept: StableToken, wechat: WeChat, clock: Clock
) -> None:
    wechat.replies(FETCH, token("t1"), OUTAGE, token("t3"))
    await post(kept)
    clock.now += 7000
    await post(kept)
    clock.now += 29
    await post(kept)
    assert len(wechat.asked(FETCH)) == 2
    clock.now += 1
    await post(kept)
    assert used(wechat) == ["t1", "t1", "t1", "t3"]


async def test_without_a_token_that_holds_there_is_no_call(
    kept: StableToken, wechat: WeChat, clock: Clock
) -> None:
    wechat.replies(FETCH, token("t1"), OUTAGE)
    await post(kept)
    clock.now += 7200
    with pytest.raises(Unavailable):
        await post(kept)
    assert used(wechat) == ["t1"]


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_refused_token_is_replaced_and_the_call_made_once_more(
    kept: StableToken, wechat: WeChat, errcode: int
) -> None:
    wechat.replies(FETCH, token("t1"), token("t2"))
    wechat.replies(CALL, {"errcode": errcode}, {"errcode": 0})
    await post(kept)
    assert used(wechat) == ["t1", "t2"]


async def test_a_second_refusal_ends_it(kept: StableToken, wechat: WeChat) -> None:
    wechat.replies(FETCH, token("t1"), token("t2"))
    wechat.replies(CALL, {"errcode": 40001})
    with pytest.raises(WeChatClientException):
        await post(kept)
    assert used(wechat) == ["t1", "t2"]
    assert len(wechat.asked(FETCH)) == 2


async def test_calls_refused_with_the_same_token_replace_it_once(
    kept: StableToken, wechat: WeChat
) -> None:
    wechat.replies(FETCH, token("t1"), token("t2"), token("t3"))
    await post(kept)
    spoilt = {"access_token": "t1"}
    wechat.replies(CALL, lambda sent: {"errcode": 42001 if sent.params == spoilt else 0})
    wechat.open.clear()
    calls = [asyncio.ensure_future(post(kept)) for _ in range(5)]
    await wechat.arrived(2 + 5)
    wechat.open.set()
    await asyncio.gather(*calls)
    assert used(wechat) == ["t1"] * 6 + ["t2"] * 5
    assert len(wechat.asked(FETCH)) == 2


async def test_another_refusal_leaves_the_token_alone(kept: StableToken, wechat: WeChat) -> None:
    wechat.replies(FETCH, token("t1"))
    wechat.replies(CALL, {"errcode": 40029})
    with pytest.raises(WeChatClientException):
        await post(kept)
    assert len(wechat.sent) == 2


@pytest.mark.parametrize(("expires_in", "holds"), [(300, 30), (0, 30), (-5, 30), (10**9, 6890)])
async def test_an_odd_life_is_clamped(
    kept: StableToken, wechat: WeChat, clock: Clock, expires_in: int, holds: float
) -> None:
    wechat.replies(FETCH, token("t1", expires_in), token("t2"))
    await post(kept)
    clock.now += holds - 1
    await post(kept)
    clock.now += 1
    await post(kept)
    assert used(wechat) == ["t1", "t1", "t2"]


async def test_a_caller_that_leaves_does_not_keep_the_others_waiting(
    kept: StableToken, wechat: WeChat
) -> None:
    wechat.replies(FETCH, token("t1"))
    wechat.open.clear()
    leaving, staying = (asyncio.ensure_future(post(kept)) for _ in range(2))
    await wechat.arrived(1)
    leaving.cancel()
    wechat.open.set()
    await staying
    assert leaving.cancelled()
    assert used(wechat) == ["t1"]


@pytest.mark.parametrize(
    ("body", "permanent"),
    [
        ({}, False),
        ({"access_token": "", "expires_in": 7200}, False),
        ({"access_token": "t", "expires_in": "7200"}, False),
        ({"errcode": 40164, "errmsg": "invalid ip"}, True),
        ({"errcode": 40029, "errmsg": "never here"}, True),
    ],
)
async def test_no_token_is_an_outage(
    kept: StableToken, wechat: WeChat, body: object, *, permanent: bool
) -> None:
    wechat.replies(FETCH, body)
    with pytest.raises(Unavailable) as raised:
        await post(kept)
    assert raised.value.permanent is permanent
    assert used(wechat) == []


async def test_a_busy_stand_in_is_asked_again(outside: Outside, stand_ins: StandIns) -> None:
    stand_ins.fail("wechat", kind="error", path="stable_token", times=1)
    tokens = StableToken(
        Client(outside), appid="wx0123456789abcdef", secret="sandbox-wechat-secret"
    )
    with pytest.raises(WeChatClientException) as raised:
        await tokens.post("/wxa/business/getuserphonenumber", reads=Ok, payload={"code": "no"})
    assert raised.value.errcode == 40029
