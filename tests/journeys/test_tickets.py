"""A question from the first word to what it says of the butler, in two windows and live.

The citizen holds a phone, the butler sits at a desk in Chromium; nothing is loaded anew to see what
the other did. Browser and server share the loop of the test, and the background works when told.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from tornado.ioloop import IOLoop

from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.journeys.hands import Hand, ask, chromium, phone_of, window
from tests.live import running
from tests.staffing import at_work
from tests.ticketing import Tower, build


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


async def answer(page: Page, text: str, then: str) -> None:
    """What a butler does: writes, says what follows, and sends it from the keyboard."""
    await page.locator("#text").fill(text)
    await page.get_by_label(then).check()
    await page.locator("#text").press("Control+Enter")
    await expect(page.locator("[data-test=messages]")).to_contain_text(text)


async def complained(page: Page, api: str, number: str) -> str:
    """The address of what a low rating opened, as the office finds it."""
    await page.goto(f"{api}/console/complaints")
    row = page.get_by_role("row").filter(has_text=number)
    href = await row.get_by_role("link").first.get_attribute("href")
    assert href
    return f"{api}{href}"


async def decide(page: Page, address: str) -> None:
    """Taken, answered, and found to be right."""
    await page.goto(address)
    await page.locator("[data-test=take]").click()
    await page.locator("#answer").fill("已向管家核实，向您致歉。")
    await page.locator("[data-test=answer]").click()
    await page.locator("#reason").fill("答复没有解决问题。")
    await page.locator("[data-test=uphold]").click()
    await expect(page.locator("[data-test=state]")).to_contain_text("成立")


async def rate(hand: Hand, stars: int, text: str) -> None:
    await hand["rate"].click()
    await hand[f"stars-{stars}"].check()
    await hand["rating-text"].fill(text)
    await hand["rating-submit"].click()
    await expect(hand["stars-given"]).to_contain_text(f"{stars} 星")


async def test_from_the_question_to_a_complaint_that_is_upheld(
    alice: Person, tower: Tower, cast: Cast, sandbox: str, api: str, clock: Clock
) -> None:
    office = await at_work(cast, Role.OFFICE)
    async with chromium() as browser, phone_of(alice, sandbox) as hand:
        desk = await window(browser, api, tower.butler)
        await desk.goto(f"{api}/console/tickets")
        number = await ask(hand, tower)
        await tower.given(number)
        # Assigned: the queue shows it, and the phone who has it.
        await desk.locator(f"[data-number={number}]").wait_for()
        await expect(hand["ticket-butler"]).to_have_text("周敏")
        await desk.get_by_role("link", name=number).click()

        await answer(desk, "请补充处罚决定书的日期。", "等待市民补充")
        await hand.stands("waiting")
        await expect(hand["message"].last).to_contain_text("请补充处罚决定书的日期。")
        await hand["ticket-go-write"].click()
        await hand.say("是三月一日。")
        await expect(desk.locator("[data-test=messages]")).to_contain_text("是三月一日。")
        await expect(desk.locator("[data-test=state]")).to_have_text("处理中")
        await answer(desk, "公示满三个月即可申请。", "办结：已答复解决")
        await hand.stands("resolved")
        await rate(hand, 2, "没有说到哪里去办。")

        figures = f"{api}/console/performance/{tower.butler.account.id}"
        await heard(desk, figures)
        judge = await window(browser, api, office)
        address = await complained(judge, api, number)
        await decide(judge, address)
        clock.ahead = timedelta(minutes=1)
        await judge.goto(figures)
        await expect(judge.locator("[data-test=figures]")).to_contain_text("成立的投诉 1 件")
        await expect(judge.locator("[data-test=ratings]")).to_contain_text("2 星")
    await office.close()


async def heard(desk: Page, figures: str) -> None:
    """The butler has a word before anything is decided."""
    await desk.goto(figures)
    await desk.locator("[data-test=complaints]").get_by_role("link").first.click()
    await desk.locator("#statement").fill("当时已告知流程。")
    await desk.locator("[data-test=state-side]").click()
    await expect(desk.locator("[data-test=statement]")).to_contain_text("当时已告知流程。")
