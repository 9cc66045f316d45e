"""sandbox/wechat.py: WeChat's rules, with a clock where they depend on time, else over HTTP."""

from collections.abc import Callable

import httpx
import pytest

from sandbox.personas import Persona
from sandbox.wechat import APP_ID, SECRET, WeChat, WeChatError
from tests.sandbox.support import Json, MovingClock, People

LOGIN = "/wechat/sns/jscode2session"
TOKEN = "/wechat/cgi-bin/stable_token"
PHONE = "/wechat/wxa/business/getuserphonenumber"

CREDENTIALS = {"appid": APP_ID, "secret": SECRET}
FOR_LOGIN = {**CREDENTIALS, "grant_type": "authorization_code"}
FOR_TOKEN = {**CREDENTIALS, "grant_type": "client_credential"}
FORCED = {**FOR_TOKEN, "force_refresh": True}

ALICE = Persona(
    id="alice",
    label="-",
    openid="o" + "a" * 27,
    name="陈雅丽",
    id_number="11010519491231002X",
    phone="13800138001",
)


@pytest.fixture
def wechat(clock: MovingClock) -> WeChat:
    return WeChat(clock=clock)


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(WeChatError) as caught:
        call(*args)
    return caught.value.errcode


# Signing in


def test_a_code_gives_openid_and_session_key(sandbox: httpx.Client, people: People) -> None:
    openid = people["clean"]["openid"]
    code = sandbox.post("/sandbox/wx/login", json={"openid": openid}).json()["code"]
    answer = sandbox.get(LOGIN, params={**FOR_LOGIN, "js_code": code}).json()
    assert answer.keys() == {"openid", "session_key"}
    assert answer["openid"] == openid


def test_a_used_code_is_refused(wechat: WeChat) -> None:
    query = {**FOR_LOGIN, "js_code": wechat.login_code(ALICE)}
    wechat.jscode2session(query)
    assert refused(wechat.jscode2session, query) == 40163


def test_a_code_is_good_for_five_minutes(wechat: WeChat, clock: MovingClock) -> None:
    code, late = wechat.login_code(ALICE), wechat.login_code(ALICE)
    clock.move(299)
    assert wechat.jscode2session({**FOR_LOGIN, "js_code": code})["openid"] == ALICE.openid
    clock.move(1)
    assert refused(wechat.jscode2session, {**FOR_LOGIN, "js_code": late}) == 40029


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": None}, 41002),
        ({"secret": None}, 41004),
        ({"js_code": None}, 41008),
        ({"grant_type": None}, 40002),
        ({"grant_type": "client_credential"}, 40002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({}, 40029),
    ],
)
def test_a_faulty_sign_in_is_named_under_status_200(
    sandbox: httpx.Client, change: dict[str, str | int | None], errcode: int
) -> None:
    query = {**FOR_LOGIN, "js_code": "never-given", **change}
    given = {name: value for name, value in query.items() if value is not None}
    answer = sandbox.get(LOGIN, params=given)
    assert answer.status_code == 200
    assert answer.json()["errcode"] == errcode
    assert ", rid: " in answer.json()["errmsg"]


def test_a_phone_code_does_not_sign_in(wechat: WeChat) -> None:
    query = {**FOR_LOGIN, "js_code": wechat.phone_code(ALICE)}
    assert refused(wechat.jscode2session, query) == 40029


# The access token


def test_the_token_stays_the_same_with_its_remaining_seconds(
    wechat: WeChat, clock: MovingClock
) -> None:
    first = wechat.stable_token(FOR_TOKEN)
    assert first["expires_in"] == 7200
    clock.move(6855)
    assert wechat.stable_token(FOR_TOKEN) == {**first, "expires_in": 345}


def test_in_the_last_five_minutes_a_new_token_comes_and_the_old_stays_valid(
    wechat: WeChat, clock: MovingClock
) -> None:
    old = wechat.stable_token(FOR_TOKEN)["access_token"]
    clock.move(6900)
    new = wechat.stable_token(FOR_TOKEN)
    assert new["access_token"] != old
    assert new["expires_in"] == 7200
    clock.move(299)
    assert wechat.getuserphonenumber(old, {"code": wechat.phone_code(ALICE)})["errcode"] == 0
    clock.move(1)
    assert refused(wechat.getuserphonenumber, old, {"code": "x"}) == 42001
    assert refused(wechat.getuserphonenumber, new["access_token"], {"code": "x"}) == 40029


def test_a_forced_refresh_kills_the_earlier_tokens(wechat: WeChat, clock: MovingClock) -> None:
    old = wechat.stable_token(FOR_TOKEN)["access_token"]
    new = wechat.stable_token(FORCED)["access_token"]
    assert new != old
    assert refused(wechat.getuserphonenumber, old, {"code": "x"}) == 40001
    assert refused(wechat.getuserphonenumber, new, {"code": "x"}) == 40029
    clock.move(1)
    assert wechat.stable_token(FOR_TOKEN)["access_token"] == new


def test_forced_refreshes_are_thirty_seconds_apart(wechat: WeChat, clock: MovingClock) -> None:
    token = wechat.stable_token(FORCED)["access_token"]
    clock.move(29)
    assert refused(wechat.stable_token, FORCED) == 45011
    assert wechat.stable_token(FOR_TOKEN)["access_token"] == token
    clock.move(1)
    assert wechat.stable_token(FORCED)["access_token"] != token


def test_forced_refreshes_are_twenty_a_day(wechat: WeChat, clock: MovingClock) -> None:
    for _ in range(20):
        wechat.stable_token(FORCED)
        clock.move(30)
    assert refused(wechat.stable_token, FORCED) == 45009
    clock.move(86400)
    wechat.stable_token(FORCED)


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": None}, 41002),
        ({"secret": None}, 41004),
        ({"grant_type": "authorization_code"}, 40002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_a_faulty_token_request_is_named_under_status_200(
    sandbox: httpx.Client, change: dict[str, str | int | None], errcode: int
) -> None:
    given = {name: value for name, value in {**FOR_TOKEN, **change}.items() if value is not None}
    answer = sandbox.post(TOKEN, json=given)
    assert answer.status_code == 200
    assert answer.json()["errcode"] == errcode


@pytest.mark.parametrize("content", [b"", b"grant_type=client_credential", b"[]", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(sandbox: httpx.Client, content: bytes) -> None:
    assert sandbox.post(TOKEN, content=content).json()["errcode"] == 47001


def test_each_call_has_its_method(sandbox: httpx.Client) -> None:
    assert sandbox.post(LOGIN).json()["errcode"] == 43001
    assert sandbox.get(TOKEN, params=FOR_TOKEN).json()["errcode"] == 43002
    assert sandbox.get(PHONE).json()["errcode"] == 43002


# The phone number


def test_a_phone_code_gives_the_number(sandbox: httpx.Client, people: People) -> None:
    alice = people["clean"]
    token = sandbox.post(TOKEN, json=FOR_TOKEN).json()["access_token"]
    code = sandbox.post("/sandbox/wx/phone", json={"openid": alice["openid"]}).json()["code"]
    asked = {"code": code, "openid": alice["openid"]}
    answer = sandbox.post(PHONE, params={"access_token": token}, json=asked).json()
    assert answer["errcode"] == 0
    number = answer["phone_info"]
    assert number["phoneNumber"] == number["purePhoneNumber"] == alice["phone"]
    assert number["countryCode"] == "86"
    assert number["watermark"].keys() == {"timestamp", "appid"}
    assert number["watermark"]["appid"] == APP_ID


def test_a_phone_code_is_good_once_and_for_five_minutes(wechat: WeChat, clock: MovingClock) -> None:
    token = wechat.stable_token(FOR_TOKEN)["access_token"]
    code, late = wechat.phone_code(ALICE), wechat.phone_code(ALICE)
    clock.move(299)
    wechat.getuserphonenumber(token, {"code": code})
    assert refused(wechat.getuserphonenumber, token, {"code": code}) == 40029
    clock.move(1)
    assert refused(wechat.getuserphonenumber, token, {"code": late}) == 40029


def test_a_phone_code_is_bound_to_its_openid(wechat: WeChat) -> None:
    token = wechat.stable_token(FOR_TOKEN)["access_token"]
    code = wechat.phone_code(ALICE)
    stolen = {"code": code, "openid": "o" + "b" * 27}
    assert refused(wechat.getuserphonenumber, token, stolen) == 40003
    assert wechat.getuserphonenumber(token, {"code": code, "openid": ALICE.openid})


def test_a_login_code_gives_no_phone_number(wechat: WeChat) -> None:
    token = wechat.stable_token(FOR_TOKEN)["access_token"]
    assert refused(wechat.getuserphonenumber, token, {"code": wechat.login_code(ALICE)}) == 40029


@pytest.mark.parametrize(
    ("token", "body", "errcode"), [("", {"code": "x"}, 41001), ("forged", {"code": "x"}, 40001)]
)
def test_without_a_valid_token_there_is_no_phone_number(
    wechat: WeChat, token: str, body: Json, errcode: int
) -> None:
    assert refused(wechat.getuserphonenumber, token, body) == errcode


def test_a_phone_number_needs_a_code(wechat: WeChat) -> None:
    token = wechat.stable_token(FOR_TOKEN)["access_token"]
    assert refused(wechat.getuserphonenumber, token, {}) == 41008
