"""The phone number behind a code of the phone button, which is not a code of wx.login."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from wechatpy.exceptions import WeChatClientException

from domain.identifiers import PhoneNumber
from miniprogram_api.client import Reply, malformed
from miniprogram_api.errors import PhoneCodeRejected, translated
from miniprogram_api.stable_token import StableToken


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) else value


class _Watermark(Reply):
    appid: str


class _PhoneInfo(Reply):
    # WeChat's examples have it as a number and as a string.
    country: Annotated[str, BeforeValidator(_as_text)] = Field(
        alias="countryCode", pattern="^[1-9][0-9]{0,3}$"
    )
    national: str = Field(alias="purePhoneNumber", pattern="^[0-9]{4,14}$")
    watermark: _Watermark


class _PhoneReply(Reply):
    phone_info: _PhoneInfo


class Phone:
    """Exchanges phone codes."""

    def __init__(self, tokens: StableToken, *, appid: str) -> None:
        self._tokens = tokens
        self._appid = appid

    async def number(self, *, code: str, openid: str) -> PhoneNumber:
        """Spend a code, which WeChat checks to be this openid's.

        Raises:
            PhoneCodeRejected: wrong, used, older than five minutes, or another person's.
            TooMany: asked too often.
            Unavailable: no answer, or one made for another mini program.
        """
        try:
            reply = await self._tokens.post(
                "/wxa/business/getuserphonenumber",
                reads=_PhoneReply,
                payload={"code": code, "openid": openid},
            )
        except WeChatClientException as refused:
            raise translated(refused, rejected=PhoneCodeRejected()) from refused
        info = reply.phone_info
        if info.watermark.appid != self._appid:
            raise malformed()
        return PhoneNumber(country=info.country, national=info.national)
