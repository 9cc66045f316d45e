"""Pages that follow what happens by themselves: two desks at one ticket, and a phone.

Browser and server share the loop of the test, which may look at both.
"""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect
from tornado.ioloop import IOLoop

from handlers.live_script import live_script
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.journeys.browsers import PHONE
from tests.journeys.hands import chromium, window
from tests.live import Room, Tickets, following, id_of, pass_of, room_of, running
from tests.ticketing import Tower, build
from tests.waiting import until

WORDS = "请带上营业执照复印件，"


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
def desk(io_loop: IOLoop, cast: Cast) -> Iterator[Tower]:
    """A place with two butlers."""
    made = io_loop.run_sync(lambda: build(cast, butlers=2))
    yield made
    io_loop.run_sync(made.close)


@pytest.fixture
def tickets(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Tickets:
    judge, asked = Tickets(), installation.house.live._following
    monkeypatch.setattr(asked, "_judges", {"ticket": judge})
    return judge


@pytest.fixture
def room(installation: Installation) -> Room:
    return room_of(installation)


async def opened(page: Page, api: str, number: str) -> None:
    answer = await page.goto(f"{api}/console/tickets/{number}")
    assert answer
    assert answer.status == 200


async def test_two_butlers_at_one_ticket_see_each_other_and_what_comes_and_lose_no_word(
    api: str, alice: Person, desk: Tower, tickets: Tickets, room: Room, installation: Installation
) -> None:
    number = await desk.ask(alice)
    ticket = await desk.given(number)
    tickets.let = {(one.account.id, ticket.id) for one in desk.butlers}
    async with chromium() as browser:
        mine, theirs = [await window(browser, api, one) for one in desk.butlers]
        asked: list[str] = []
        mine.on("request", lambda one: asked.append(f"{one.method} {one.url.removeprefix(api)}"))
        await opened(mine, api, number)
        await opened(theirs, api, number)
        presence = theirs.locator("[data-presence]")
        await expect(presence).to_have_text("周敏正在查看")
        assert await presence.get_attribute("aria-live") == "polite"

        page_itself = f"GET /console/tickets/{number}"
        assert asked.count(page_itself) == 1, "nothing came in between: nothing is read anew"
        await mine.locator("#text").fill("")
        await mine.locator("#text").press_sequentially(WORDS)
        await expect(presence).to_have_text("周敏正在输入")

        before = await mine.evaluate("performance.timeOrigin")
        await alice.post(f"/v1/tickets/{number}/messages", {"text": "还要带公章吗？", "images": []})
        stream = f"ticket:{ticket.id}"
        await room.publish(stream, kind="ticket.message", about=ticket.id)
        for page in (mine, theirs):
            await expect(page.locator("[data-live=messages]")).to_contain_text("还要带公章吗？")
        told = mine if ticket.butler_id == desk.butlers[0].account.id else theirs
        await expect(told.locator("[data-test=bell]")).to_contain_text("提醒 1")
        await expect(mine.locator("[data-test=live]")).to_have_text("页面内容已更新。")
        assert await mine.evaluate("document.activeElement.id") == "text"
        await mine.keyboard.type("明天来。")
        assert await mine.locator("#text").input_value() == f"{WORDS}明天来。"
        assert await mine.evaluate("performance.timeOrigin") == before, "it was not loaded anew"

        # The socket breaks; what came meanwhile is told when it is back.
        installation.house.live.hub.end()
        await desk.reply(number, "公章不用带。", by=desk.butlers[1])
        await room.publish(stream, kind="ticket.answered", about=ticket.id)
        await expect(mine.locator("[data-live=messages]")).to_contain_text("公章不用带。")

        # What somebody was writing all the time says what they saw: they are told, and keep it.
        await mine.locator("#text").press("Control+Enter")
        await mine.locator("[data-test=refused]").wait_for()
        assert await mine.locator("#text").input_value() == f"{WORDS}明天来。"


async def test_the_queue_is_walked_by_the_keyboard(
    api: str, alice: Person, charlie: Person, cast: Cast
) -> None:
    desk = await build(cast)
    for person in (alice, charlie):
        await desk.given(await desk.ask(person))
    async with chromium() as browser:
        page = await window(browser, api, desk.butler)
        await page.goto(f"{api}/console/tickets")
        links = page.locator(".queue a")
        await expect(links.first).to_have_attribute("accesskey", "j")
        await links.first.focus()
        await page.keyboard.press("ArrowUp")
        await expect(links.first).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await expect(links.nth(1)).to_be_focused()
        chosen = await links.nth(1).inner_text()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/console/tickets/{chosen}")
        # A browser without a window does not act on these.
        await expect(page.locator("a[accesskey=q]")).to_have_attribute("href", "/console/tickets")
    await desk.close()


async def test_what_is_written_is_kept_while_it_is_written(
    api: str, alice: Person, desk: Tower, tickets: Tickets
) -> None:
    number = await desk.ask(alice)
    ticket = await desk.given(number)
    tickets.let = {(desk.butler.account.id, ticket.id)}
    async with chromium() as browser:
        page = await window(browser, api, desk.butler)
        await opened(page, api, number)
        async with page.expect_response(f"**/console/tickets/{number}/draft") as kept:
            await page.locator("#text").press_sequentially(WORDS)
        assert (await kept.value).status == 303
        canned = page.locator("[data-canned]").first
        reply = await canned.get_attribute("data-canned")
        await page.locator(".canned summary").click()
        await page.locator("#text").press_sequentially("请稍候。")
        for times in (1, 2):
            await canned.click()
            lines = [f"{WORDS}请稍候。", *[reply] * times]
            assert await page.locator("#text").input_value() == "\n".join(map(str, lines))
        async with page.expect_response(f"**/console/tickets/{number}/draft"):
            await page.locator("#text").fill(WORDS)
        await page.close()
        again = await window(browser, api, desk.butler)
        await opened(again, api, number)
        assert await again.locator("#text").input_value() == WORDS


async def test_while_the_server_is_away_the_page_says_so_and_goes_on_when_it_is_back(
    api: str, alice: Person, desk: Tower, tickets: Tickets, room: Room, installation: Installation
) -> None:
    number = await desk.ask(alice)
    ticket = await desk.given(number)
    tickets.let = {(desk.butler.account.id, ticket.id)}
    async with chromium() as browser:
        page = await window(browser, api, desk.butler)
        await opened(page, api, number)
        await page.locator("#text").fill(WORDS)
        hub = installation.house.live.hub
        await until(lambda: hub.followers(f"ticket:{ticket.id}"), within=15)
        await page.context.set_offline(True)
        hub.end()
        said = page.locator("[data-test=live]")
        await expect(said).to_contain_text("连不上服务器", timeout=15_000)
        await page.context.set_offline(False)
        await expect(said).not_to_contain_text("连不上服务器", timeout=15_000)
        await desk.reply(number, "公章不用带。", by=desk.butlers[1])
        await room.publish(f"ticket:{ticket.id}", kind="ticket.answered", about=ticket.id)
        await expect(page.locator("[data-live=messages]")).to_contain_text("公章不用带。")
        assert await page.locator("#text").input_value() == WORDS


async def test_without_the_script_the_page_works_and_only_a_page_that_listens_lets_one_in(
    api: str, alice: Person, desk: Tower, installation: Installation
) -> None:
    number = await desk.ask(alice)
    await desk.given(number)
    async with chromium() as browser:
        page = await window(browser, api, desk.butler, java_script_enabled=False)
        await opened(page, api, number)
        await page.locator("#text").fill(WORDS)
        await page.locator("[data-test=reply]").click()
        assert WORDS in await page.locator("[data-live=messages]").inner_text()
    listens = await desk.butler.get(f"/console/tickets/{number}")
    policy = listens.headers["Content-Security-Policy"]
    sockets = api.replace("http", "ws")
    assert policy.startswith(f"script-src 'self'; connect-src 'self' {sockets}; default-src 'none'")
    address, content = live_script(installation.house.pages)
    assert f'<script src="{address}" defer' in listens.text
    assert "<script" not in await desk.butler.page("/console")
    other = (await desk.butler.get("/console")).headers["Content-Security-Policy"]
    assert other.startswith("default-src 'none'; style-src")
    script = await desk.butler.client.get(address)
    assert script.content == content
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (await desk.butler.client.get("/console/scripts/live.0.js")).status_code == 404


async def test_when_the_session_is_over_the_page_says_so_and_asks_no_more(
    api: str, alice: Person, desk: Tower, tickets: Tickets
) -> None:
    number = await desk.ask(alice)
    ticket = await desk.given(number)
    tickets.let = {(desk.butler.account.id, ticket.id)}
    async with chromium() as browser:
        page = await window(browser, api, desk.butler)
        await opened(page, api, number)
        await expect(page.locator("[data-test=live]")).to_have_text("")
        await desk.butler.post("/console/sign-out")
        await expect(page.locator("[data-test=live]")).to_contain_text("请重新登录")


async def test_a_phone_hears_of_its_ticket_through_breaks_and_that_a_butler_types(
    api: str,
    sandbox: str,
    alice: Person,
    desk: Tower,
    tickets: Tickets,
    room: Room,
    installation: Installation,
) -> None:
    """By the module that pages of the phone use, over the sandbox as WeChat."""
    number = await desk.ask(alice)
    ticket = await desk.given(number)
    tickets.let = {(one, ticket.id) for one in (await id_of(alice), desk.butler.account.id)}
    async with chromium() as browser:
        context = await browser.new_context(viewport=PHONE, locale="zh-CN")
        page = await context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        await page.goto(sandbox)
        await page.evaluate(
            """async ([openid, stream]) => {
                localStorage.setItem("sandbox.holder", openid);
                await import("/wx.js");
                const { signIn } = await import("/session.js");
                const { listen } = await import("/live.js");
                await signIn();
                window.heard = [];
                window.stop = listen([stream], {
                    event: (frame) => heard.push(frame.about),
                    presence: ({ words }) => heard.push(words),
                    reset: () => { window.anew = (window.anew ?? 0) + 1; },
                });
            }""",
            [alice.persona["openid"], f"ticket:{ticket.id}"],
        )
        stream = f"ticket:{ticket.id}"
        hub = installation.house.live.hub
        await until(lambda: hub.followers(stream), within=15)
        wanted = [await room.publish(stream)]
        await page.wait_for_function("heard.length == 1")
        hub.end()
        wanted += [await room.publish(stream) for _ in range(3)]
        await page.wait_for_function("heard.length == 4")
        assert await page.evaluate("heard") == wanted
        # What happened before the first word was not told: the page reads anew, that once.
        assert await page.evaluate("anew") == 1
        async with following(api, await pass_of(desk.butler), stream) as butler:
            await butler.until("ready")
            await butler.send(typing=ticket.id)
            await page.wait_for_function("heard.at(-1) == '信用管家正在输入'")
            hub.end()
            await page.wait_for_function("heard.at(-1) == ''")
        await page.wait_for_function("heard.at(-1) == ''")
        await page.evaluate("stop()")
        await until(lambda: not hub.followers(stream), within=15)
        await context.close()
