"""A citizen and a credit butler, on the phone as it happens: asked, answered, reopened, rated.

Browser and server share the loop of the test; the butler works over HTTP.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import FilePayload, Locator, Page, async_playwright, expect
from tornado.ioloop import IOLoop

from server.wiring import Installation
from tests.applying import photo
from tests.cast import Cast, Person
from tests.journeys.axe import faults_async
from tests.journeys.conftest import BROWSER, PHONE, QUIET
from tests.live import following, pass_of, running
from tests.ticketing import Tower, build

SIGN_IN = """async (openid) => {
  localStorage.setItem("sandbox.holder", openid);
  await (await import("/session.js")).signIn();
}"""
WAY_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module", autouse=True)
def _live(io_loop: IOLoop, listening: tuple[Installation, str]) -> Iterator[None]:
    runner = listening[0].live

    async def start() -> None:
        runner.start()
        await running(runner)

    io_loop.run_sync(start)
    yield
    io_loop.run_sync(runner.stop)


@pytest.fixture
def tower(io_loop: IOLoop, cast: Cast) -> Iterator[Tower]:
    made = io_loop.run_sync(lambda: build(cast))
    yield made
    io_loop.run_sync(made.close)


class Hand:
    """A phone in somebody's hand."""

    def __init__(self, page: Page, sandbox: str) -> None:
        self.page = page
        self.sandbox = sandbox

    def __getitem__(self, mark: str) -> Locator:
        return self.page.locator(f"[data-test={mark}]")

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.sandbox}/#{path}")

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
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        context = await browser.new_context(viewport=PHONE, locale="zh-CN")
        context.set_default_timeout(15_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(sandbox)
        await page.evaluate(SIGN_IN, person.persona["openid"])
        yield Hand(page, sandbox)
        await browser.close()
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


async def test_a_citizen_asks_is_answered_reopens_and_rates_without_loading_anything_anew(
    alice: Person, tower: Tower, sandbox: str, api: str
) -> None:
    async with phone_of(alice, sandbox) as hand:
        number = await ask(hand, tower)
        began = await hand.page.evaluate("performance.timeOrigin")
        await expect(hand["ticket-promise"]).to_contain_text("将在 24 小时内答复")
        await expect(hand["ticket-butler"]).to_have_text("正在安排")
        ticket = await tower.given(number)
        await expect(hand["ticket-butler"]).to_have_text("周敏")
        assert len((await tower.ticket(number)).log) == 2

        stream = f"ticket:{ticket.id}"
        async with following(api, await pass_of(tower.butler), stream) as butler:
            await butler.until("ready")
            await butler.send(typing=ticket.id)
            await expect(hand["typing"]).to_have_text("信用管家正在输入…")
        await expect(hand["typing"]).to_have_text("")
        await tower.reply(number, "请补充处罚决定书的日期。", then="wait")
        await hand.stands("waiting")
        await expect(hand["message"].last).to_contain_text("信用管家 周敏")
        await expect(hand["ticket-promise"]).to_have_text("已在 24 小时内答复。")

        await hand["ticket-go-write"].click()
        await hand.say("是三月一日。")
        await hand.stands("open")
        await tower.reply(number, "公示满三个月即可申请。", then="answered")
        await hand.stands("resolved")
        await hand.for_everyone()

        await hand.say("谢谢！")
        await hand.stands("resolved")
        assert (await tower.ticket(number)).cycle == 1
        await hand.say("网站打不开。", "ticket-reopen")
        await hand.stands("open")
        assert await hand["ticket"].get_attribute("data-cycle") == "2"
        await tower.reply(number, "网站已经恢复。", then="answered")
        await hand.stands("resolved")
        assert await hand.page.evaluate("performance.timeOrigin") == began

        await hand["rate"].click()
        await hand["stars-1"].focus()
        await hand.page.keyboard.press("ArrowRight")
        await expect(hand["rating-low"]).to_contain_text("自动转为投诉")
        await hand["stars-5"].check()
        await hand["rating-text"].fill("耐心。")
        await hand.for_everyone()
        await hand["rating-submit"].click()
        await expect(hand["stars-given"]).to_contain_text("5 星，很满意")
        await expect(hand["rating-until"]).to_contain_text("还可修改到")
