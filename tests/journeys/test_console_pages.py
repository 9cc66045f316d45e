"""Pages of the console about promises and electricity are for everyone, and go by keyboard.

They are opened in Debian's Chromium over what the cast has done, without the phone page.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Page, ViewportSize

from domain.electricity.applications import Later, Manager, State
from domain.staff.roles import Role
from domain.time import civil_date
from tests.cast import Cast, Person
from tests.electricity import with_supplier
from tests.journeys.axe import faults_async
from tests.journeys.hands import chromium
from tests.promising import day_of, found_broken, signed
from tests.staffing import Colleague, at_work

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Where pictures of every page are left for a person to look at, if anywhere.
PICTURES = os.environ.get("CREDIT_TEST_PICTURES", "")


@asynccontextmanager
async def at_screen(colleague: Colleague) -> AsyncIterator[Page]:
    """The browser of somebody who is signed in."""
    url = str(colleague.client.base_url)
    async with (
        chromium() as browser,
        await browser.new_context(base_url=url, locale="zh-CN") as context,
    ):
        [(name, value)] = colleague.client.cookies.items()
        await context.add_cookies([{"name": name, "value": value, "url": url}])
        yield await context.new_page()


async def for_everyone(page: Page, path: str, name: str) -> None:
    """Nothing serious by axe-core, nothing to scroll sideways at 320 pixels."""
    answer = await page.goto(path)
    assert answer
    assert answer.ok, (path, answer.status)
    for width in (1200, 320):
        await page.set_viewport_size(ViewportSize(width=width, height=900))
        if PICTURES:
            await page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
        assert await faults_async(page) == [], (path, width)
        assert await page.evaluate(WIDE) <= 0, (path, width)
    assert await page.locator("[data-test=environment]").count() == 1
    assert await page.locator("[data-test=before]").count() == 1
    assert await page.get_by_label("按编号查找").count() == 1


async def visit(colleague: Colleague, pages: dict[str, str]) -> None:
    try:
        async with at_screen(colleague) as page:
            for name, path in pages.items():
                await for_everyone(page, path, name)
    finally:
        await colleague.close()


def page_of(promise: dict[str, Any]) -> str:
    return f"/console/promises/{promise['signature']['code']}"


async def test_pages_of_promises(alice: Person, cast: Cast) -> None:
    later, broken, kept = [await signed(alice, "materials-later") for _ in range(3)]
    said = {"on": day_of(later["signature"]), "note": "场所平面图已交政务服务中心 3 号窗口"}
    (await alice.post(f"/v1/promises/{later['id']}/handing-in", said)).raise_for_status()
    await found_broken(cast, broken)
    objection = {"reason": "平面图已经补交，有回执。"}
    (await alice.post(f"/v1/promises/{broken['id']}/objection", objection)).raise_for_status()
    office, supervisor = await at_work(cast, Role.OFFICE), await at_work(cast, Role.SUPERVISOR)
    number = later["signature"]["code"]
    office_pages = {
        "desk-office": "/console",
        "promises": "/console/promises",
        "decisions": "/console/decisions",
        "promise-handed-in": page_of(later),
        "promise-signed": page_of(kept),
        "found": f"/console/find?q={number}",
    }
    await visit(office, office_pages)
    await visit(supervisor, {"promise-objected": page_of(broken), "desk-supervisor": "/console"})


async def test_pages_of_electricity(cast: Cast) -> None:
    assert cast.house
    now = cast.house.clock()
    paper = Later(paper="devices", due=civil_date(now) + timedelta(days=40), provisional=True)
    green = {"green": True, "manager": Manager(name="样例客户经理甲", phone="020-00000001")}
    taken = await with_supplier(cast, state=State.ACCEPTED, later=(paper,), **green)
    late = await with_supplier(cast, since=now - timedelta(days=20))
    planned = await with_supplier(cast, state=State.PLAN_REPLIED, plan="由公变台区低压供电")
    pages = {
        "desk-clerk": "/console",
        "electricity": "/console/electricity",
        "electricity-closed": "/console/electricity?state=closed",
        "electricity-accepted": f"/console/electricity/{taken.number}",
        "electricity-signed": f"/console/electricity/{late.number}",
        "electricity-planned": f"/console/electricity/{planned.number}",
    }
    await visit(await at_work(cast, Role.GRID_CLERK), pages)
    office = {
        "electricity-office": f"/console/electricity/{late.number}",
        "electricity-office-list": "/console/electricity",
    }
    await visit(await at_work(cast, Role.OFFICE), office)


async def test_the_clerk_takes_an_application_with_the_keyboard_alone(cast: Cast) -> None:
    one = await with_supplier(cast)
    clerk = await at_work(cast, Role.GRID_CLERK)
    async with at_screen(clerk) as page:
        await page.goto(f"/console/electricity/{one.number}")
        await page.keyboard.press("Tab")
        await page.locator(".skip:focus").wait_for()
        for _ in range(40):
            await page.keyboard.press("Tab")
            if await page.locator("[data-test=accept]:focus").count():
                break
        await page.keyboard.press("Enter")
        await page.locator("[data-state=accepted]").wait_for()
        await page.get_by_label("供电方案").fill("由公变台区低压供电")
        other = await with_supplier(cast, state=State.ENERGISED)
        await page.goto(f"/console/electricity/{other.number}")
        await page.locator("[data-test=close]").click()
        await page.locator("[data-state=closed]").wait_for()
    await clerk.close()
