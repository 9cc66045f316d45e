"""Sign-in: a code of wx.login for the account behind it. It needs no access token."""

from dataclasses import dataclass, field

from pydantic import Field
from wechatpy.exceptions import WeChatClientException

from miniprogram_api.client import Client, Reply
from miniprogram_api.errors import CodeRejected, translated


class _SessionReply(Reply):
    openid: str = Field(min_length=1)
    session_key: str = Field(min_length=1)
    unionid: str | None = None


@dataclass(frozen=True, kw_only=True)
class WeChatIdentity:
    """A WeChat account as this mini program knows it; ``unionid`` only under an Open Platform."""

    openid: str = field(repr=False)
    session_key: str = field(repr=False)
    unionid: str | None = field(repr=False)


class Login:
    """Exchanges login codes."""

    def __init__(self, client: Client, *, appid: str, secret: str) -> None:
        self._client = client
        self._appid = appid
        self._secret = secret

    async def exchange(self, code: str) -> WeChatIdentity:
        """Spend a code. It is sent once: after a time-out it may be spent or not.

        Raises:
            CodeRejected: wrong, used, or older than five minutes.
            PersonBlocked: WeChat keeps this account out.
            TooMany: this person signs in too often.
            Unavailable: no answer; the mini program needs a new code.
        """
        try:
            reply = await self._client.call(
                "GET",
                "/sns/jscode2session",
                reads=_SessionReply,
                params={
                    "appid": self._appid,
                    "secret": self._secret,
                    "js_code": code,
                    "grant_type": "authorization_code",
                },
            )
        except WeChatClientException as refused:
            raise translated(refused, rejected=CodeRejected()) from refused
        return WeChatIdentity(
            openid=reply.openid, session_key=reply.session_key, unionid=reply.unionid
        )
