"""The parts of telling the staff, joined: what other rooms tell by, and the ways out."""

from collections.abc import Mapping
from typing import Protocol

import structlog

from adapters.agencies.sms import SmsGateway
from adapters.keys import hash_of_secret
from adapters.mongo.alert_pushes import MongoAlertPushes
from adapters.mongo.alerts import MongoAlerts
from adapters.mongo.messages import MongoLedgers, MongoRecipients
from adapters.mongo.outbox import Claimed
from adapters.mongo.staff import MongoStaff
from adapters.mongo.staff_contacts import MongoStaffContacts
from domain.alerts.alerts import Channel
from domain.alerts.binding import Contacting
from domain.alerts.by_sms import BySms
from domain.alerts.carrying import Carrying, Desk
from domain.alerts.hearing import Hearing
from domain.alerts.inbox import Alerts
from domain.alerts.phone_codes import SEND_CODE, PhoneCodes
from domain.alerts.ports import Carrier
from domain.alerts.telling import CARRY, Telling
from domain.alerts.terms import Rostered, WorkingHours
from domain.hours import BusinessHours
from domain.identity import Identity
from domain.live.events import Publish
from domain.messages.to_staff import ByWeChat
from domain.pushes import Hear, SubscriptionSent, Told
from domain.transactions import Act, Again
from miniprogram_api.messages import SubscriptionMessages
from server.ground import Ground
from server.jobs import Topic
from server.messages import MessageParts
from server.wechat import WeChatParts

log = structlog.get_logger()


class AlertParts:
    """What other rooms tell the staff by, and what is read of it."""

    def __init__(self, ground: Ground, *, publish: Publish) -> None:
        staff = MongoStaff(ground.database)
        self.store = MongoAlerts(ground.database)
        self.account = staff.get
        self.of_role = staff.of_role
        self.tell = Telling(store=self.store, publish=publish)
        self.alerts = Alerts(store=self.store, names=staff.names)


class Others(Protocol):
    """The other rooms, as far as this one needs them."""

    wechat: WeChatParts
    identity: Identity
    messaging: MessageParts


class AlertChannels:
    """WeChat and SMS to the staff; ``roster`` knows who of them is on duty when."""

    def __init__(
        self,
        ground: Ground,
        others: Others,
        *,
        telling: AlertParts,
        roster: Rostered | None = None,
    ) -> None:
        self._ground, self._others, self._telling = ground, others, telling
        self._gateway = SmsGateway(ground.outside.sms) if ground.outside.sms else None
        self._contacts = MongoStaffContacts(ground.database)
        self._pushes = MongoAlertPushes(ground.database)
        self.wechat = self._by_wechat()
        self._carriers: Mapping[Channel, Carrier] = {
            Channel.WECHAT: self.wechat,
            Channel.SMS: BySms(gateway=self._gateway, texts=ground.content.alerts.sms),
        }
        self.contacting = self._contacting()
        self._codes = PhoneCodes(
            store=self._contacts, gateway=self._gateway, texts=ground.content.alerts.sms
        )
        self._carrying = self._carries(roster)
        self._hearing = Hearing(
            alerts=telling.store,
            pushes=self._pushes,
            contacts=self._contacts,
            template_id=ground.content.messages.staff.id,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {CARRY: self._carry, SEND_CODE: self._send_code}

    @property
    def hears(self) -> Mapping[type, Hear]:
        """Who follows up on what WeChat says of a message, whoever it was sent to."""
        return {SubscriptionSent: self._sent}

    def _by_wechat(self) -> ByWeChat:
        ground = self._ground
        settings, database = ground.settings, ground.database
        tokens = self._others.wechat.tokens
        return ByWeChat(
            accounts=MongoRecipients(database, appid=settings.wechat_appid),
            ledgers=MongoLedgers(database),
            sender=SubscriptionMessages(tokens, environment=settings.wechat_env),
            template=ground.content.messages.staff,
            alert=self._alert,
        )

    def _contacting(self) -> Contacting:
        return Contacting(
            store=self._contacts,
            account=self._telling.account,
            carriers=self._carriers,
            tell=self._telling.tell,
            codes=self._others.wechat.staff_codes,
            hash_secret=hash_of_secret,
            openid_of=self._others.identity.openid_of,
            subscription=self.wechat.subscription,
            gateway=self._gateway,
            terms=self._ground.content.alerts.terms,
        )

    def _carries(self, roster: Rostered | None) -> Carrying:
        telling, content = self._telling, self._ground.content
        terms = content.alerts.terms
        office = BusinessHours(calendar=content.calendar, week=terms.week)
        return Carrying(
            desk=Desk(
                alerts=telling.store,
                pushes=self._pushes,
                contacts=self._contacts,
                account=telling.account,
            ),
            carriers=self._carriers,
            working=WorkingHours(office, roster=roster),
            terms=terms,
            count=self._ground.metrics.messages.told,
        )

    async def _sent(self, act: Act, told: Told, /) -> Again | None:
        return await self._hearing.sent(act, told) or await self._others.messaging.hearing.sent(
            act, told
        )

    async def _carry(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._carrying.carry(act, alert_id=claimed.object_id)

    async def _send_code(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._codes.work(act, staff_id=claimed.object_id)

    def _alert(self, *, template: str, errcode: int | None) -> None:
        log.error("message_template_faulty", template=template, errcode=errcode)
        self._ground.metrics.messages.template_fault(template=template, errcode=errcode)
