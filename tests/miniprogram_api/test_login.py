"""Sign-in by a code of wx.login."""

import pytest

from adapters.outside import Outside
from domain.errors import DomainError, TooMany, Unavailable
from miniprogram_api.client import Client
from miniprogram_api.errors import CodeRejected, PersonBlocked
from miniprogram_api.login import Login
from tests.miniprogram_api.scripted import WeChat
from tests.stand_ins import StandIns

APPID = "wx0123456789abcdef"
SECRET = "sandbox-wechat-secret"
PATH = "/sns/jscode2session"


@pytest.fixture
def login(outside: Outside) -> Login:
    return Login(Client(outside), appid=APPID, secret=SECRET)


async def refusal(login: Login, code: str = "c") -> DomainError:
    with pytest.raises(DomainError) as raised:
        await login.exchange(code)
    return raised.value


async def test_a_code_gives_the_account(login: Login, stand_ins: StandIns) -> None:
    openid = stand_ins.personas()[0]["openid"]
    identity = await login.exchange(stand_ins.code("login", openid))
    assert identity.openid == openid
    assert identity.session_key
    assert identity.unionid is None


async def test_a_used_code_is_refused(login: Login, stand_ins: StandIns) -> None:
    code = stand_ins.code("login", stand_ins.personas()[0]["openid"])
    await login.exchange(code)
    assert isinstance(await refusal(login, code), CodeRejected)


async def test_an_invented_code_is_refused(login: Login) -> None:
    error = await refusal(login, "invented")
    assert isinstance(error, CodeRejected)
    assert "重新登录" in error.detail


async def test_no_access_token_is_needed(login: Login, stand_ins: StandIns) -> None:
    stand_ins.fail("wechat", kind="error", path="stable_token")
    code = stand_ins.code("login", stand_ins.personas()[0]["openid"])
    assert await login.exchange(code)


@pytest.mark.parametrize("kind", ["error", "timeout", "malformed"])
async def test_a_fault_is_an_outage_and_the_code_is_not_sent_again(
    login: Login, stand_ins: StandIns, kind: str
) -> None:
    stand_ins.fail("wechat", kind=kind, times=1)
    code = stand_ins.code("login", stand_ins.personas()[0]["openid"])
    error = await refusal(login, code)
    assert isinstance(error, Unavailable)
    assert (error.system, error.permanent) == ("wechat", False)


async def test_the_code_goes_out_once_and_without_a_token(wechat: WeChat) -> None:
    wechat.replies(PATH, {"openid": "o", "session_key": "k", "unionid": "u", "errcode": 0})
    identity = await Login(Client(wechat), appid=APPID, secret=SECRET).exchange("c")
    assert identity.unionid == "u"
    [sent] = wechat.sent
    assert (sent.method, sent.safe) == ("GET", False)
    assert sent.params == {
        "appid": APPID,
        "secret": SECRET,
        "js_code": "c",
        "grant_type": "authorization_code",
    }


@pytest.mark.parametrize(
    ("errcode", "expected", "permanent"),
    [
        (40029, CodeRejected, None),
        (40163, CodeRejected, None),
        (40226, PersonBlocked, None),
        (45011, TooMany, None),
        (-1, Unavailable, False),
        (45009, Unavailable, False),
        (40013, Unavailable, True),
        (40125, Unavailable, True),
        (40164, Unavailable, True),
        (99999, Unavailable, True),
        ("40029", Unavailable, True),
        ([], Unavailable, True),
    ],
)
async def test_each_error_code_says_what_to_do(
    wechat: WeChat, errcode: object, expected: type[DomainError], *, permanent: bool | None
) -> None:
    wechat.replies(PATH, {"errcode": errcode, "errmsg": "told, rid: 6a-b1"})
    error = await refusal(Login(Client(wechat), appid=APPID, secret=SECRET))
    assert type(error) is expected
    assert getattr(error, "permanent", None) is permanent


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"openid": "o"},
        {"openid": "", "session_key": "k"},
        {"openid": 1, "session_key": "k"},
        (404, {"code": "not_found"}),
    ],
)
async def test_what_wechat_would_not_say_is_an_outage(wechat: WeChat, body: object) -> None:
    wechat.replies(PATH, body)
    error = await refusal(Login(Client(wechat), appid=APPID, secret=SECRET))
    assert isinstance(error, Unavailable)
    assert not error.permanent
