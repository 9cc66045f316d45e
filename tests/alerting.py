"""The staff told of something as other rooms do it, and what their phones receive."""

import re
import uuid
from datetime import datetime, time, timedelta
from typing import Any

from adapters.keys import hash_of_secret
from adapters.mongo.alert_pushes import MongoAlertPushes
from adapters.mongo.alerts import MongoAlerts
from adapters.mongo.database import Database
from adapters.mongo.live import MongoLiveOutbox
from adapters.mongo.messages import MongoLedgers, MongoRecipients
from adapters.mongo.staff_contacts import MongoStaffContacts
from content.catalogue import FOLDER
from content.messages import load_messages
from domain.alerts.alerts import Alert, Because, Channel, Missed, Urgency, id_of
from domain.alerts.hearing import Hearing
from domain.alerts.telling import CARRY, Telling
from domain.live.events import Publishing
from domain.pushes import SubscriptionSent
from domain.time import SHANGHAI
from domain.transactions import Act, Again, Unit
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.staffing import Colleague, act

TEMPLATE = load_messages(FOLDER).staff
SETTINGS = "/console/alerts/settings"
TITLE = "有一件工单即将到期"
TAG = re.compile(r'name="tag" value="([^"]+)"')


def to_monday(clock: Clock, hour: int = 10, minute: int = 0) -> None:
    """The server's clock shows a time of the next Monday, which is a working day's."""
    now = datetime.now(SHANGHAI)
    day = now.date() + timedelta(days=7 - now.weekday())
    clock.ahead = datetime.combine(day, time(hour, minute), SHANGHAI) - now


def new_phone() -> str:
    return f"139{uuid.uuid4().int % 10**8:08d}"


class Alerting:
    """What tests do with alerts beside the console."""

    def __init__(self, cast: Cast) -> None:
        assert cast.house
        assert cast.database is not None
        self.cast, self.house = cast, cast.house
        self.database: Database = cast.database
        self.store = MongoAlerts(self.database)
        self.pushes = MongoAlertPushes(self.database)
        self.contacts = MongoStaffContacts(self.database)
        self._tell = Telling(store=self.store, publish=Publishing(outbox=MongoLiveOutbox()))

    def act(self) -> Act:
        return act(self.house)

    async def tell(
        self,
        staff_id: str,
        key: str = "",
        urgency: Urgency = Urgency.NOW,
        *,
        title: str = TITLE,
        text: str = "请尽快答复。",
        link: str = "/console",
        about: str = "",
    ) -> str:
        """Its id."""
        doing, key = self.act(), key or uuid.uuid4().hex

        async def work(unit: Unit) -> None:
            await self._tell(
                unit,
                doing,
                staff_id=staff_id,
                title=title,
                text=text,
                link=link,
                urgency=urgency,
                key=key,
                about=about,
            )

        await doing.commit(work)
        return id_of(staff_id=staff_id, key=key)

    async def get(self, alert_id: str) -> Alert:
        found = await self.store.get(alert_id)
        assert found
        return found

    async def undelivered(self, staff_id: str) -> str:
        """One that stands on the board; its id."""
        alert = await self.get(await self.tell(staff_id))
        missed = (Missed(channel=Channel.WECHAT, because=Because.NOT_BOUND),)
        doing = self.act()
        after = alert.undelivered(doing.at, missed=missed)
        await doing.commit(lambda unit: self.store.replace(unit, after, was=alert))
        return alert.id

    async def due(self, alert_id: str) -> None:
        """What it waits for is over, by the clock of the outbox; then the workers work."""
        await self.database["outbox"].update_many(
            {"topic": CARRY, "object_id": alert_id},
            [{"$set": {"next_at": {"$subtract": ["$$NOW", 1000]}}}],
        )
        await self.cast.work()

    async def asked(self, staff_id: str) -> str:
        """The secret of a code that their page shows."""
        secret, doing = uuid.uuid4().hex[:22], self.act()
        contacts = await self.contacts.get(staff_id)
        after = contacts.asked(secret_hash=hash_of_secret(secret), now=doing.at)
        await doing.commit(lambda unit: self.contacts.replace(unit, after))
        return secret

    async def bind(self, colleague: Colleague, person: Person) -> str:
        """Their WeChat is this person's; the binding's id."""
        secret = await self.asked(colleague.account.id)
        answer = await person.post("/v1/staff-bindings", {"secret": secret})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def accept(self, person: Person, times: int = 1) -> None:
        """They let WeChat send so many alerts; the dialogue was heard."""
        openid = str(person.persona["openid"])
        for _ in range(times):
            body = {"openid": openid, "choices": {TEMPLATE.id: "accept"}, "settings": False}
            answer = await self.cast.sandbox.post("/sandbox/wx/subscriptions", json=body)
            answer.raise_for_status()
        account = await MongoRecipients(self.database, appid=self.house.appid).by_openid(openid)
        assert account
        ledgers, doing = MongoLedgers(self.database), self.act()

        async def work(unit: Unit) -> None:
            was = await ledgers.get(
                unit, account_id=account.id, template_id=TEMPLATE.id, now=doing.at
            )
            after = was
            for _ in range(times):
                after = after.accepted(doing.at)
            await ledgers.save(unit, after, was=was)

        await doing.commit(work)

    async def left(self, person: Person) -> int:
        items = (await person.get("/v1/staff-bindings")).raise_for_status().json()["items"]
        return int(items[0]["subscription"]["left"])

    async def trouble(self, person: Person, **trouble: object) -> None:
        path = f"/sandbox/wx/messages?openid={person.persona['openid']}"
        (await self.cast.sandbox.put(path, json=trouble)).raise_for_status()

    async def received(self, person: Person) -> list[dict[str, Any]]:
        """In WeChat, newest first."""
        path = f"/sandbox/wx/messages?openid={person.persona['openid']}"
        items: list[dict[str, Any]] = (await self.cast.sandbox.get(path)).json()["items"]
        return [one for one in items if one["template_id"] == TEMPLATE.id]

    async def texts(self, phone: str) -> list[str]:
        """By SMS, newest first."""
        answer = await self.cast.sandbox.post(
            "/sandbox/sms/received", json={"phone": f"+86{phone}"}
        )
        return [one["text"] for one in answer.raise_for_status().json()["items"]]

    async def sms_end(self, phone: str, end: str) -> None:
        fate = {"phone": f"+86{phone}", "end": end}
        (await self.cast.sandbox.put("/sandbox/sms/fates", json=fate)).raise_for_status()

    async def hear(self, person: Person, message_id: str, errcode: int = 0) -> Again | None:
        """WeChat says by itself what became of a message."""
        hearing = Hearing(
            alerts=self.store, pushes=self.pushes, contacts=self.contacts, template_id=TEMPLATE.id
        )
        told = SubscriptionSent(
            openid=str(person.persona["openid"]),
            template_id=TEMPLATE.id,
            message_id=message_id,
            errcode=errcode,
        )
        return await hearing.sent(self.act(), told)

    async def with_phone(self, colleague: Colleague, phone: str) -> None:
        """They bind a telephone, as by its SMS."""
        await change(colleague, move="send_code", phone=phone)
        await self.cast.work()
        code = re.search(r"验证码(\d{6})", (await self.texts(phone))[0])
        assert code
        answer = await change(colleague, move="prove", code=code[1])
        assert answer.status_code == 303, answer.text


async def change(colleague: Colleague, **form: Any) -> Any:
    """One form of the settings, as the page shows it now."""
    page = await colleague.page(SETTINGS)
    tag = TAG.search(page)
    assert tag
    return await colleague.post(SETTINGS, {"tag": tag[1], **form}, headers={"Accept": "text/html"})
