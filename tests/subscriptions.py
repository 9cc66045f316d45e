"""What WeChat's own dialogue does on a phone of the cast, heard as the endpoint hands it on."""

from typing import Any

from domain.messages.hearing import Hearing
from domain.messages.ports import Account
from domain.pushes import SubscriptionChosen, SubscriptionSent, Told
from domain.transactions import SYSTEM, Act, Again, NoticeKind, Unit
from server.draw import SystemDraw
from server.wiring import Installation
from tests.cast import Person

REPORT = "report"
OBJECTION = "objection"
DIGEST = "digest"


class Subscriptions:
    """A person's phone and what WeChat pushes about it."""

    def __init__(self, person: Person, installation: Installation) -> None:
        self.person = person
        self.openid = str(person.persona["openid"])
        self._sandbox = person.cast.sandbox
        self._installation = installation
        self._house = installation.house
        messages = self._house.messages
        self.desk, self.templates = messages._desk, messages._templates
        self._hearing = Hearing(
            messages=self.desk.messages,
            ledgers=self.desk.ledgers,
            accounts=self.desk.accounts,
            templates=self.templates,
        )

    def id_of(self, name: str) -> str:
        template = self.templates.named(name)
        assert template
        return template.id

    def act(self) -> Act:
        return Act(
            at=self._house.clock(),
            actor=SYSTEM,
            trace_id="0" * 32,
            draw=SystemDraw(),
            commit=self._house.transactions.plain(),
        )

    async def answer(self, *names: str, how: str = "accept", settings: bool = False) -> None:
        """Answers WeChat's dialogue; the events are heard."""
        choices = {self.id_of(name): how for name in names}
        body = {"openid": self.openid, "choices": choices, "settings": settings}
        answer = await self._sandbox.post("/sandbox/wx/subscriptions", json=body)
        answer.raise_for_status()
        await self.hear()

    async def hear(self) -> list[Again | None]:
        """All that WeChat has to tell of this phone."""
        answer = await self._sandbox.delete(f"/sandbox/wx/events?openid={self.openid}")
        items = answer.raise_for_status().json()["items"]
        return [await self.tell(told) for item in items for told in _told(item)]

    async def tell(self, told: Told) -> Again | None:
        if isinstance(told, SubscriptionSent):
            return await self._hearing.sent(self.act(), told)
        return await self._hearing.chosen(self.act(), told)

    async def at_any_hour(self, **ways: str) -> None:
        """No quiet hours for this person, and these kinds in these ways."""
        path = "/v1/me/message-preferences"
        tag = (await self.person.get(path)).headers["ETag"]
        kinds = [{"kind": kind, "way": way} for kind, way in ways.items()]
        body = {"kinds": kinds, "quiet": None, "digest_at": "09:00"}
        answer = await self.person.send("PUT", path, json=body, headers={"If-Match": tag})
        answer.raise_for_status()

    async def trouble(self, **trouble: object) -> None:
        answer = await self._sandbox.put(f"/sandbox/wx/messages?openid={self.openid}", json=trouble)
        answer.raise_for_status()

    async def received(self) -> list[dict[str, Any]]:
        answer = await self._sandbox.get(f"/sandbox/wx/messages?openid={self.openid}")
        items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return items

    async def most_in_flight(self) -> int:
        answer = await self._sandbox.get(f"/sandbox/wx/messages?openid={self.openid}")
        return int(answer.raise_for_status().json()["most_in_flight"])

    async def left(self, occasion: str = "credit-report") -> dict[str, int]:
        """By title, as the phone page says it."""
        answer = await self.person.get(f"/v1/me/subscriptions?for={occasion}")
        items = answer.raise_for_status().json()["items"]
        return {item["title"]: item["left"] for item in items}

    async def left_of(self, name: str) -> int:
        account = await self.account()
        row = await self._installation.database["message_consents"].find_one(
            {"_id": f"{account.id}:{self.id_of(name)}"}
        )
        return int(row["left"]) if row else 0

    async def account(self) -> Account:
        found = await self.desk.accounts.by_openid(self.openid)
        assert found
        return found

    async def notify(
        self, title: str = "异议办理进展", kind: NoticeKind = NoticeKind.OBJECTION
    ) -> str:
        """A notice of this kind, told as a capability does; its id."""
        act, person_id = self.act(), (await self.person.get("/v1/me")).json()["id"]

        async def work(unit: Unit) -> None:
            await self._house.notices.tell(
                unit, act, person_id=person_id, title=title, text="详情见内。", kind=kind
            )

        await act.commit(work)
        newest = (await self.person.get("/v1/notices?limit=1")).json()["items"][0]
        return str(newest["id"])

    async def delivery(self, notice_id: str) -> dict[str, str]:
        answer = await self.person.get("/v1/notices?limit=100")
        items = answer.raise_for_status().json()["items"]
        found: dict[str, str] = next(one for one in items if one["id"] == notice_id)["delivery"]
        return found


def _told(item: dict[str, Any]) -> list[Told]:
    listed = item["fields"]["List"]
    rows = listed if isinstance(listed, list) else [listed]
    if item["event"] == "subscribe_msg_sent_event":
        return [
            SubscriptionSent(
                openid=item["openid"],
                template_id=row["TemplateId"],
                message_id=row["MsgID"],
                errcode=int(row["ErrorCode"]),
            )
            for row in rows
        ]
    return [
        SubscriptionChosen(
            openid=item["openid"],
            template_id=row["TemplateId"],
            accepted=row["SubscribeStatusString"] == "accept",
            dialogue=item["event"] == "subscribe_msg_popup_event",
        )
        for row in rows
    ]
