"""The WeChat edge, joined: one client, one access token, and what is made with them."""

from adapters.mongo.wechat_tokens import MongoWeChatTokens
from miniprogram_api.client import Client
from miniprogram_api.codes import Codes
from miniprogram_api.login import Login
from miniprogram_api.phone import Phone
from miniprogram_api.stable_token import StableToken
from server.draw import SystemDraw
from server.ground import Ground


class WeChatParts:
    """Sign-in needs no access token, so that it goes on without one; all else shares it."""

    def __init__(self, ground: Ground) -> None:
        settings = ground.settings
        appid, secret = settings.wechat_appid, settings.wechat_secret.get_secret_value()
        client = Client(ground.outside.wechat, count=ground.metrics.refused)
        self.login = Login(client, appid=appid, secret=secret)
        self.tokens = StableToken(
            client,
            appid=appid,
            secret=secret,
            shelf=MongoWeChatTokens(ground.database, appid=appid, holder=SystemDraw().id()),
        )
        self.phone = Phone(self.tokens, appid=appid)
        self.codes = Codes(
            self.tokens, page=settings.wechat_invitation_page, version=settings.wechat_env
        )
