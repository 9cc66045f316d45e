"""Alerts in the console: my inbox, where I am told, and what no channel delivered."""

import base64
from datetime import UTC, datetime, time
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from domain.alerts.alerts import CHANNELS, WHY, Because, Channel, Urgency, why_in_words
from domain.errors import Fault, Invalid
from domain.identifiers import mask_phone
from domain.staff.roles import Right
from domain.time import in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import OneLine, PageQuery
from handlers.pages import HTML, POLICY

SETTINGS = "/console/alerts/settings"
UNDELIVERED = "/console/alerts/undelivered"
# The code that WeChat draws stands in the page itself: it is on no address of ours.
WITH_PICTURE = POLICY.replace("img-src 'self'", "img-src 'self' data:")
Line = Annotated[OneLine, StringConstraints(max_length=40)]
ChannelName = Literal["wechat", "sms"]
Ways = Annotated[list[ChannelName], Field(max_length=2)]


class ReadForm(ConsoleForm):
    """Up to when."""

    until: Line = Field(default="", title="时间")

    def instant(self) -> datetime:
        """When the page was shown; raises Invalid."""
        try:
            found = datetime.fromisoformat(self.until)
            at = found.astimezone(UTC) if found.tzinfo else None
        except (ValueError, OverflowError):
            at = None
        if at is None:
            detail = "页面已失效，请刷新后再操作。"
            raise Invalid([Fault(pointer="/until", code="until", detail=detail)])
        return at


class ContactsForm(ConsoleForm):
    """One change of where and how I am told."""

    move: Literal["bind", "unbind", "send_code", "prove", "drop_phone", "choose"] = Field(
        title="办理"
    )
    tag: str = Field(min_length=1, max_length=20, title="版本")
    phone: Line = Field(default="", title="手机号")
    code: Line = Field(default="", title="验证码")
    now: Ways = Field(default=[], title="及时提醒")
    digest: Ways = Field(default=[], title="汇总提醒")
    quiet: Literal["", "yes"] = Field(default="", title="免打扰")
    digest_at: Line = Field(default="", title="汇总时间")

    @field_validator("now", "digest", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        """A form sends one tick as a text, several as a list."""
        return [value] if isinstance(value, str) else value

    def hour(self) -> time:
        """When the digest comes; raises Invalid."""
        try:
            return time.fromisoformat(self.digest_at).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            detail = "“汇总时间”应为几点几分，例如 09:00。"
            raise Invalid([Fault(pointer="/digest_at", code="time", detail=detail)]) from None


class InboxHandler(ConsoleHandler):
    """My inbox."""

    @endpoint(
        Audience.STAFF,
        Right.KEEP_OWN_ACCOUNT,
        "My alerts, as a page",
        query=PageQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Unread first."""
        of = "console-alerts"
        ask = self.ask(self.query(PageQuery), of=of)
        inbox = await self.house.alerts.inbox(staff_id=self.actor, ask=ask, now=self.now)
        self.page(
            HTTPStatus.OK,
            "console_alerts.html",
            inbox=inbox,
            first=ask.after is None,
            until=self.now.isoformat(),
            next=self.next_cursor(inbox.read, of=of),
            in_words=in_words,
        )


class ReadAllHandler(ConsoleHandler):
    """Reading all."""

    @endpoint(
        Audience.STAFF,
        Right.KEEP_OWN_ACCOUNT,
        "Mark all my alerts as read that a page showed",
        form=ReadForm,
        answers={303: HTML},
        refusals=frozenset({403}),
    )
    async def post(self) -> None:
        """Those that came since stay unread."""
        form = self.read_form_of_mine(ReadForm)
        await self.house.alerts.read_all(self.act(), until=form.instant())
        self.lead("/console/alerts")


class AlertHandler(ConsoleHandler):
    """One of mine."""

    back = ("/console/alerts", "返回提醒")

    @endpoint(
        Audience.STAFF,
        Right.KEEP_OWN_ACCOUNT,
        "Open one of my alerts, which is read from then on",
        answers={303: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, alert_id: str) -> None:
        """To where one goes on."""
        alert = await self.house.alerts.open(self.act(), alert_id=alert_id)
        self.lead(alert.link)


class ContactsHandler(ConsoleHandler):
    """Where and how I am told."""

    back = (SETTINGS, "返回提醒设置")

    @endpoint(
        Audience.STAFF,
        Right.KEEP_OWN_ACCOUNT,
        "Where and how I am told of alerts, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """As it stands."""
        await self.show_them(HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.KEEP_OWN_ACCOUNT,
        "Bind a WeChat or a telephone, take it back, or choose how alerts come",
        form=ContactsForm,
        answers={200: HTML, 303: HTML},
        refusals=frozenset({403, 409, 412, 503}),
        rate="staff-contacts",
    )
    async def post(self) -> None:
        """A code to scan is shown once, on the page that answers."""

        async def do() -> None:
            form = self.read_form_of_mine(ContactsForm)
            if form.move == "bind":
                image, media = await self.house.contacting.ask(self.act(), tag=form.tag)
                picture = f"data:{media};base64,{base64.b64encode(image).decode()}"
                await self.show_them(HTTPStatus.OK, Typed(), picture=picture)
                return
            await self._change(form)
            self.lead(SETTINGS)

        await self.attempt(do, self.show_them)

    async def show_them(self, status: int, typed: Typed, *, picture: str = "") -> None:
        """With what was typed, or the code that was made."""
        shown = await self.house.contacting.show(staff_id=self.actor)
        contacts = shown.contacts
        proving = contacts.proving
        self.page(
            status,
            "console_alert_settings.html",
            shown=shown,
            tag=contacts.tag,
            typed=typed,
            picture=picture,
            phone=mask_phone(contacts.phone) if contacts.phone else "",
            proving=mask_phone(proving.phone) if proving and proving.holds(self.now) else "",
            failed=proving is not None and proving.failed,
            ways={
                urgency.value: [channel.value for channel in shown.choice.channels(urgency)]
                for urgency in Urgency
            },
            why={channel.value: WHY[why] for channel, why in shown.hindered.items() if why},
            sms=shown.hindered[Channel.SMS] is not Because.NO_GATEWAY,
            channels=CHANNELS,
            in_words=in_words,
        )
        if picture:
            self.set_header("Content-Security-Policy", WITH_PICTURE)

    async def _change(self, form: ContactsForm) -> None:
        contacting, act, tag = self.house.contacting, self.act(), form.tag
        match form.move:
            case "unbind":
                await contacting.unbind(act, tag=tag)
            case "send_code":
                await contacting.send_code(act, phone=form.phone, tag=tag)
            case "prove":
                await contacting.prove(act, code=form.code, tag=tag)
            case "drop_phone":
                await contacting.drop_phone(act, tag=tag)
            case "choose":
                ways = {
                    Urgency.NOW: tuple(Channel(one) for one in form.now),
                    Urgency.DIGEST: tuple(Channel(one) for one in form.digest),
                }
                await contacting.choose(
                    act, ways=ways, quiet=form.quiet == "yes", digest_at=form.hour(), tag=tag
                )


class _UndeliveredPage(ConsoleHandler):
    async def list_them(self, status: int, typed: Typed) -> None:
        """A page of them."""
        of = "console-alerts-undelivered"
        page = await self.house.alerts.undelivered(self.ask(self.query(PageQuery), of=of))
        self.page(
            status,
            "console_alerts_undelivered.html",
            rows=page.items,
            typed=typed,
            next=self.next_cursor(page, of=of),
            because=why_in_words,
            in_words=in_words,
            mine=self.actor,
        )


class UndeliveredHandler(_UndeliveredPage):
    """What reached nobody."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "Alerts that no channel delivered, as a page",
        query=PageQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Oldest first, with the reason of each channel."""
        await self.list_them(HTTPStatus.OK, Typed())


class SettlementHandler(_UndeliveredPage):
    """Telling by telephone."""

    back = (UNDELIVERED, "返回未送达的提醒")

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "Note that somebody was told of an alert by telephone",
        form=ConsoleForm,
        answers={303: HTML},
        refusals=frozenset({403, 404, 409, 412}),
    )
    async def post(self, alert_id: str) -> None:
        """Audited: who, and when."""

        async def do() -> None:
            self.read_form_of_mine(ConsoleForm)
            await self.house.alerts.settle(self.act(), alert_id=alert_id)
            self.lead(UNDELIVERED)

        await self.attempt(do, self.list_them)


ROUTES = [
    Route("/console/alerts", InboxHandler),
    Route("/console/alerts/read", ReadAllHandler),
    Route("/console/alerts/settings", ContactsHandler),
    Route("/console/alerts/undelivered", UndeliveredHandler),
    Route("/console/alerts/{alert_id}", AlertHandler),
    Route("/console/alerts/{alert_id}/settlement", SettlementHandler),
]
