"""The phone number by a code of the phone button."""

from collections.abc import Callable

import pytest

from adapters.outside import Outside
from domain.errors import DomainError, TooMany, Unavailable
from miniprogram_api.client import Client
from miniprogram_api.errors import PhoneCodeRejected
from miniprogram_api.phone import Phone
from miniprogram_api.stable_token import StableToken
from tests.miniprogram_api.scripted import WeChat
from tests.stand_ins import StandIns

APPID = "wx0123456789abcdef"
SECRET = "sandbox-wechat-secret"
PATH = "/wxa/business/getuserphonenumber"
TOKEN = {"access_token": "t1", "expires_in": 7200}

Make = Callable[..., StableToken]


@pytest.fixture
def phone(outside: Outside) -> Phone:
    return Phone(StableToken(Client(outside), appid=APPID, secret=SECRET), appid=APPID)


def info(**change: object) -> dict[str, object]:
    found = {
        "phoneNumber": "13800000001",
        "purePhoneNumber": "13800000001",
        "countryCode": "86",
        "watermark": {"timestamp": 1795426200, "appid": APPID},
    }
    return {"errcode": 0, "errmsg": "ok", "phone_info": found | change}


async def refusal(phone: Phone, code: str = "c", openid: str = "o") -> DomainError:
    with pytest.raises(DomainError) as raised:
        await phone.number(code=code, openid=openid)
    return raised.value


async def test_a_code_gives_the_number(phone: Phone, stand_ins: StandIns) -> None:
    person = stand_ins.personas()[0]
    code = stand_ins.code("phone", person["openid"])
    number = await phone.number(code=code, openid=person["openid"])
    assert str(number) == f"+86{person['phone']}"


async def test_a_used_code_is_refused(phone: Phone, stand_ins: StandIns) -> None:
    openid = stand_ins.personas()[0]["openid"]
    code = stand_ins.code("phone", openid)
    await phone.number(code=code, openid=openid)
    assert isinstance(await refusal(phone, code, openid), PhoneCodeRejected)


async def test_the_code_of_another_person_is_refused(phone: Phone, stand_ins: StandIns) -> None:
    one, other = stand_ins.personas()[:2]
    error = await refusal(phone, stand_ins.code("phone", one["openid"]), other["openid"])
    assert isinstance(error, PhoneCodeRejected)
    assert "重新点击授权" in error.detail


async def test_code_and_openid_are_sent_together_once(wechat: WeChat, tokens: Make) -> None:
    wechat.replies("/cgi-bin/stable_token", TOKEN)
    wechat.replies(PATH, info())
    await Phone(tokens(), appid=APPID).number(code="c", openid="o")
    [sent] = wechat.asked(PATH)
    assert sent.payload == {"code": "c", "openid": "o"}
    assert (dict(sent.params), sent.safe) == ({"access_token": "t1"}, False)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"countryCode": 86}, "+8613800000001"),
        ({"countryCode": "852", "purePhoneNumber": "91234567"}, "+85291234567"),
        ({"countryCode": 1, "purePhoneNumber": "2025550100"}, "+12025550100"),
    ],
)
async def test_the_country_code_may_be_a_number_or_a_string(
    wechat: WeChat, tokens: Make, change: dict[str, object], number: str
) -> None:
    wechat.replies("/cgi-bin/stable_token", TOKEN)
    wechat.replies(PATH, info(**change))
    assert str(await Phone(tokens(), appid=APPID).number(code="c", openid="o")) == number


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"phone_info": None},
        info(watermark={"timestamp": 1795426200, "appid": "wx-another"}),
        info(watermark={}),
        info(purePhoneNumber=""),
        info(purePhoneNumber="138 0000"),
        info(countryCode="+86"),
        info(countryCode=None),
        info(countryCode=8.6),
    ],
)
async def test_what_wechat_would_not_say_is_an_outage(
    wechat: WeChat, tokens: Make, body: object
) -> None:
    wechat.replies("/cgi-bin/stable_token", TOKEN)
    wechat.replies(PATH, body)
    assert isinstance(await refusal(Phone(tokens(), appid=APPID)), Unavailable)


@pytest.mark.parametrize(
    ("errcode", "expected"),
    [
        (40029, PhoneCodeRejected),
        (40003, PhoneCodeRejected),
        (45011, TooMany),
        (40013, Unavailable),
        (42001, Unavailable),
    ],
)
async def test_each_error_code_says_what_to_do(
    wechat: WeChat, tokens: Make, errcode: int, expected: type[DomainError]
) -> None:
    wechat.replies("/cgi-bin/stable_token", TOKEN)
    wechat.replies(PATH, {"errcode": errcode, "errmsg": ""})
    assert type(await refusal(Phone(tokens(), appid=APPID))) is expected
