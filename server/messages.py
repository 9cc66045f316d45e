"""The parts of messages to people, joined: sending, hearing of them, what people choose."""

from collections.abc import Mapping

import structlog

from adapters.mongo.messages import (
    MongoLedgers,
    MongoMessages,
    MongoPreferences,
    MongoRecipients,
)
from adapters.mongo.notices import MongoNotices
from adapters.mongo.outbox import Claimed
from domain.messages.hearing import Hearing
from domain.messages.sending import Desk, Sending
from domain.messages.service import Messages
from domain.notices import CARRY
from domain.pushes import Hear, SubscriptionChosen, SubscriptionSent
from domain.transactions import Act, Again
from miniprogram_api.messages import SubscriptionMessages
from miniprogram_api.stable_token import StableToken
from server.ground import Ground
from server.jobs import Topic

log = structlog.get_logger()


class MessageParts:
    """Telling people in WeChat what the inbox has."""

    def __init__(self, ground: Ground, *, tokens: StableToken, inbox: MongoNotices) -> None:
        settings, content = ground.settings, ground.content.messages
        self._metrics = ground.metrics.messages
        desk = Desk(
            messages=MongoMessages(ground.database),
            ledgers=MongoLedgers(ground.database),
            preferences=MongoPreferences(ground.database),
            accounts=MongoRecipients(ground.database, appid=settings.wechat_appid),
            notice=inbox.get,
        )
        self.messages = Messages(desk=desk, templates=content.templates, defaults=content.defaults)
        self.sending = Sending(
            desk=desk,
            templates=content.templates,
            defaults=content.defaults,
            sender=SubscriptionMessages(tokens, environment=settings.wechat_env),
            count=ground.metrics.messages.settled,
            alert=self._alert,
        )
        self.hearing = Hearing(
            messages=desk.messages,
            ledgers=desk.ledgers,
            accounts=desk.accounts,
            templates=content.templates,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message of the outbox."""
        return {CARRY: self._carry}

    @property
    def hears(self) -> Mapping[type, Hear]:
        """Who follows up on what WeChat pushes."""
        return {SubscriptionChosen: self.hearing.chosen, SubscriptionSent: self.hearing.sent}

    async def _carry(self, act: Act, claimed: Claimed) -> Again | None:
        return await self.sending.carry(act, notice_id=claimed.object_id)

    def _alert(self, *, template: str, errcode: int | None) -> None:
        log.error("message_template_faulty", template=template, errcode=errcode)
        self._metrics.template_fault(template=template, errcode=errcode)
