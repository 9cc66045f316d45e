"""A phone in somebody's hand and a desk in a window, on the loop that the server shares."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Locator,
    Page,
    async_playwright,
    expect,
)

from tests.applying import photo
from tests.cast import Person
from tests.journeys.axe import faults_async
from tests.journeys.browsers import BROWSER, LEAVE, PHONE, QUIET, THERE
from tests.staffing import Colleague
from tests.ticketing import Tower

# The page loads its WeChat by itself, at times after it says that it is there.
SIGN_IN = """async (openid) => {
  localStorage.setItem("sandbox.holder", openid);
  await import("/wx.js");
  await (await import("/session.js")).signIn();
}"""
WAY_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Hand:
    """A phone in somebody's hand."""

    def __init__(self, page: Page, sandbox: str) -> None:
        self.page = page
        self.sandbox = sandbox

    def __getitem__(self, mark: str) -> Locator:
        return self.page.locator(f"[data-test={mark}]")

    async def go(self, path: str) -> None:
        """Until the page is there: of one that is drawn anew meanwhile nothing can be tapped."""
        address = f"{self.sandbox}/#{path}"
        await self.page.evaluate(LEAVE, address)
        await self.page.goto(address)
        await self.page.locator(THERE).wait_for()

    async def stands(self, state: str) -> None:
        """Without being loaded anew."""
        await self.page.locator(f"[data-test=ticket][data-state={state}]").wait_for()

    async def for_everyone(self) -> None:
        """Nothing serious by axe-core, nothing that stands out to the side."""
        assert await faults_async(self.page) == []
        for width in (320, 768, 375):
            await self.page.set_viewport_size({"width": width, "height": 812})
            assert await self.page.evaluate(WAY_OUT) <= 0

    async def say(self, text: str, button: str = "answer-send") -> None:
        await self["answer-text"].fill(text)
        await self[button].click()
        await expect(self["message"].last).to_contain_text(text)
        await expect(self["answer-text"]).to_have_value("")


@asynccontextmanager
async def phone_of(person: Person, sandbox: str) -> AsyncIterator[Hand]:
    """Their phone, signed in; what goes wrong in it fails the test."""
    wrong: list[str] = []
    async with (
        chromium() as browser,
        await browser.new_context(viewport=PHONE, locale="zh-CN") as context,
    ):
        context.set_default_timeout(15_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(sandbox)
        await page.evaluate(SIGN_IN, person.persona["openid"])
        try:
            yield Hand(page, sandbox)
        except Exception as error:
            error.add_note(f"{page.url} shows: {await page.inner_text('body')}")
            raise
    assert wrong == []


async def ask(hand: Hand, tower: Tower) -> str:
    """From the first page on, with an image; the number."""
    await hand.go("/")
    await hand["entry-tickets"].click()
    await hand["ticket-new"].click()
    await hand["service-item"].first.click()
    await hand["ticket-submit"].click()
    await expect(hand["fault-text"]).to_have_text("请写下您的问题。")
    await expect(hand["fault-place_id"]).to_contain_text("请选择服务点")
    place = await tower.name()
    await hand["place-q"].fill(place)
    await hand["place-q"].press("Enter")
    await hand.page.get_by_label(place).check()
    await hand["ticket-text"].fill("怎样修复信用？处罚决定书见照片。")
    async with hand.page.expect_file_chooser() as chooser:
        await hand["image-add"].click()
    picture = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=photo())
    await (await chooser.value).set_files([picture])
    await hand["image-open"].wait_for()
    await hand.for_everyone()
    await hand["ticket-submit"].click()
    await hand["ticket-made"].wait_for()
    return await hand["ticket-number"].inner_text()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """One of its own: in one that tests shared, a page was seen to miss that it was cut off."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        try:
            yield browser
        finally:
            await browser.close()


async def window(browser: Browser, api: str, who: Colleague, **more: bool) -> Page:
    """Where a colleague is signed in already; what goes wrong in it fails the test."""
    context: BrowserContext = await browser.new_context(locale="zh-CN", **more)
    context.set_default_timeout(15_000)
    await context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": api} for one in who.client.cookies.jar]
    )
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page
