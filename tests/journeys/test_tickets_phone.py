"""A citizen and a credit butler, on the phone as it happens: asked, answered, reopened, rated.

Browser and server share the loop of the test; the butler works over HTTP.
"""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect
from tornado.ioloop import IOLoop

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.journeys.hands import ask, phone_of
from tests.live import following, pass_of, running
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
