"""Alerts in Debian's Chromium: for everyone to use, and a WeChat bound by scanning with a phone."""

from pathlib import Path

from playwright.async_api import Page, ViewportSize

from domain.alerts.alerts import Urgency
from domain.staff.roles import Role
from tests.alerting import SETTINGS, Alerting, change, new_phone
from tests.cast import Cast
from tests.journeys.axe import faults_async
from tests.journeys.conftest import PHONE
from tests.journeys.test_console_pages import PICTURES, at_screen, for_everyone
from tests.staffing import act, at_work


async def marked(page: Page, mark: str) -> None:
    await page.locator(f"[data-test={mark}]").first.wait_for()


async def tap(page: Page, mark: str) -> None:
    await page.locator(f"[data-test={mark}]").first.click()


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


async def test_pages_of_alerts(cast: Cast) -> None:
    alerting = Alerting(cast)
    supervisor = await at_work(cast, Role.SUPERVISOR)
    for number, urgency in enumerate([Urgency.NOW, Urgency.NOW, Urgency.DIGEST]):
        text = "汇隆大厦的工单还有两小时到期，请尽快答复。"
        alert_id = await alerting.tell(
            supervisor.account.id, f"k{number}", urgency, title="有一件工单即将到期", text=text
        )
    reading = act(alerting.house, supervisor.account.id)
    await alerting.house.alerts.open(reading, alert_id=alert_id)
    butler = await at_work(cast, Role.BUTLER)
    await alerting.undelivered(butler.account.id)
    await change(supervisor, move="send_code", phone=new_phone())
    async with at_screen(supervisor) as page:
        await for_everyone(page, "/console/alerts", "alerts")
        await for_everyone(page, SETTINGS, "alert-settings")
        await for_everyone(page, "/console/alerts/undelivered", "alerts-undelivered")
        await page.set_viewport_size(ViewportSize(width=375, height=812))
        for name, path in (
            ("alerts-375", "/console/alerts"),
            ("alert-settings-375", SETTINGS),
            ("alerts-undelivered-375", "/console/alerts/undelivered"),
        ):
            await page.goto(path)
            await picture(page, name)
    await supervisor.close()
    await butler.close()


async def test_a_phone_that_scans_the_code_of_the_console_is_told_of_its_alerts(
    cast: Cast, sandbox: str
) -> None:
    butler = await at_work(cast, Role.BUTLER)
    async with at_screen(butler) as page:
        await page.goto(SETTINGS)
        await tap(page, "bind")
        await marked(page, "code")
        await picture(page, "alert-settings-code")
        phone = await page.context.new_page()
        await phone.set_viewport_size(PHONE)
        await phone.goto(f"{sandbox}/")
        await tap(phone, "dev-strip")
        await tap(phone, "dev-scan")
        await tap(phone, "go-sign-in")
        await phone.locator("[data-test=agree-privacy]").check()
        await tap(phone, "sign-in")
        await marked(phone, "staff-binding")
        assert "绑定为工作台账号 周* 接收工作提醒" in await phone.inner_text("#phone")
        assert await faults_async(phone) == []
        await picture(phone, "staff-binding")
        await tap(phone, "staff-bind")
        await marked(phone, "staff-bound")
        assert await faults_async(phone) == []
        await picture(phone, "staff-bound")
        await phone.goto(f"{sandbox}/#/me")
        await tap(phone, "me-staff")
        await marked(phone, "staff-bound")
        await tap(page, "scanned")
        await marked(page, "bound")
        await picture(page, "alert-settings-bound")
        await tap(phone, "staff-unbind")
        await marked(phone, "staff-unbound")
        await page.goto(SETTINGS)
        await marked(page, "unbound")
    await butler.close()
