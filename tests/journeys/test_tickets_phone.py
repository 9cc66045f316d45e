"""A citizen and a credit butler, on the phone as it happens: asked, answered, reopened, rated.

Browser and server share the loop of the test; the butler works over HTTP.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.async_api import Route, expect
from tornado.ioloop import IOLoop

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.journeys.hands import ask, phone_of
from tests.judging import press
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
    alice: Person, tower: Tower, sandbox: str, api: str, installation: Installation
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
        # The socket breaks; what came meanwhile is told when it is back.
        installation.house.live.hub.end()
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

        await hand.page.evaluate("location.hash = '#/tickets'")
        listed = hand.page.locator(f'[data-number="{number}"]')
        await expect(listed).to_have_attribute("data-state", "resolved")
        await alice.post(f"/v1/tickets/{number}/reopening", {"text": "又打不开了。", "images": []})
        await expect(listed).to_have_attribute("data-state", "open")
        assert await hand.page.evaluate("performance.timeOrigin") == began


async def lost(route: Route) -> None:
    """The server does it, and its answer never comes."""
    await route.fetch()
    await route.fulfill(status=503, json={"title": "服务暂时不可用", "code": "unavailable"})


async def test_what_was_typed_goes_on_on_another_phone_and_becomes_one_ticket(
    alice: Person, tower: Tower, sandbox: str
) -> None:
    report = await alice.report()
    async with phone_of(alice, sandbox) as first:
        await first.go(f"/reports/{report['id']}")
        await first["ask-butler"].click()
        await first["service-item"].first.click()
        await expect(first["ticket-origin"]).to_contain_text(report["number"])
        await first["ticket-text"].fill("字" * 2001)
        await first["ticket-submit"].click()
        await expect(first["fault-text"]).to_contain_text("最多 2,000 个字，现在有 2,001 个")
        await first["ticket-text"].fill("😀 报告里的处罚怎么修复？")
        await expect(first["text-count"]).to_have_text("13 / 2,000 字")
        await expect(first["draft-state"]).to_contain_text("草稿已保存")
        origin = first.page.url.partition("#")[2]
    async with phone_of(alice, sandbox) as second:
        await second.go(origin)
        await expect(second["ticket-text"]).to_have_value("😀 报告里的处罚怎么修复？")
        await second.page.locator("[data-test=place][value='']").check()
        await second.page.route("**/v1/tickets", lost)
        await second["ticket-submit"].click()
        await expect(second["problem"]).to_contain_text("服务暂时不可用")
        await expect(second["ticket-text"]).to_have_value("😀 报告里的处罚怎么修复？")
        await second.page.unroute("**/v1/tickets")
        await second["ticket-submit"].click()
        number = await second["ticket-number"].inner_text()
        await second.go("/tickets/new?item=credit-consulting")
        await expect(second["ticket-text"]).to_have_value("")
        await second.go("/tickets")
        await expect(second["ticket-item"]).to_have_count(1)
        assert await second["ticket-item"].get_attribute("data-number") == number
    assert (await tower.ticket(number)).origin.reference == report["number"]


async def test_the_first_page_says_what_waits_low_stars_become_a_complaint_and_late_is_said(
    alice: Person, tower: Tower, sandbox: str, clock: Clock
) -> None:
    done, asked, late = [await tower.ask(alice, subject_id=alice.subject_id) for _ in range(3)]
    for number, then in ((done, "answered"), (asked, "wait")):
        await tower.given(number)
        await tower.reply(number, "请看附件。", then=then)
    async with phone_of(alice, sandbox) as hand:
        await hand.go("/")
        todo = hand["todo-item"].filter(has_text="信用咨询")
        await expect(todo).to_contain_text(["答复信用管家的提问", "评价信用管家的服务"])
        await todo.last.click()
        await hand["stars-2"].check()
        await hand["rating-submit"].click()
        await expect(hand["complained"]).to_contain_text("已收到，待信用办受理")
        await hand["complain"].click()
        await hand["complaint-text"].fill("没有说清楚。")
        await hand["complaint-submit"].click()
        await expect(hand["complaint"]).to_contain_text("没有说清楚。")
        await expect(hand["complaint-text"]).to_have_count(0)
        [made] = (await alice.get(f"/v1/tickets/{done}/complaints")).json()["items"]
        page = f"/console/complaints/{made['number']}"
        await press(tower.butler, page, "statement", {"move": "state", "text": "当时已告知。"})
        await expect(hand["complaint-steps"]).to_contain_text("信用管家已作出回应")
        clock.ahead = timedelta(hours=25)
        await hand.page.reload()
        await hand["complaint-overdue"].wait_for()
        await hand.for_everyone()
        await hand.go(f"/tickets/{late}")
        await hand["ticket-overdue"].wait_for()
        await expect(hand["ticket-promise"]).to_contain_text("已超过 24 小时仍未答复")
        await hand["office-telephone"].wait_for()
        await hand["ticket-withdraw-open"].click()
        await hand["ticket-withdraw"].click()
        await expect(hand["ticket-reason"]).to_have_text("本人不再需要")
        await hand["reopen-until"].wait_for()
        await hand.for_everyone()
