"""The WeChat edge, joined: one client, one access token, and what is made with them."""

from collections.abc import Mapping

from adapters.mongo.content_checks import MongoContentChecks
from adapters.mongo.identity import MongoAccounts
from adapters.mongo.outbox import Claimed
from adapters.mongo.wechat_tokens import MongoWeChatTokens
from domain.content_checks import CHECK, ContentChecks, Images
from domain.pushes import Hear, MediaChecked
from domain.transactions import Act, Again
from miniprogram_api.client import Client
from miniprogram_api.codes import Codes
from miniprogram_api.content_safety import ContentSafety
from miniprogram_api.login import Login
from miniprogram_api.phone import Phone
from miniprogram_api.stable_token import StableToken
from server.draw import SystemDraw
from server.ground import Ground
from server.jobs import Topic

# By which a member of the staff binds the WeChat that scans its code.
STAFF_PAGE = "pages/staff_binding"


class WeChatParts:
    """Sign-in needs no access token, so that it goes on without one; all else shares it."""

    def __init__(self, ground: Ground, *, images: Images) -> None:
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
        self.staff_codes = Codes(self.tokens, page=STAFF_PAGE, version=settings.wechat_env)
        self.checks = ContentChecks(
            store=MongoContentChecks(ground.database),
            safety=ContentSafety(self.tokens),
            openid_of=MongoAccounts(ground.database).openid_of,
            images=images,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {CHECK: self._check}

    @property
    def hears(self) -> Mapping[type, Hear]:
        """Who follows up on which push."""
        return {MediaChecked: self.checks.hear}

    async def _check(self, act: Act, claimed: Claimed) -> Again | None:
        return await self.checks.work(act, check_id=claimed.object_id, attempt=claimed.attempt)
