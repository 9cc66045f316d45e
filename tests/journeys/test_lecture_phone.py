"""A cloud lecture on a phone: found, registered for, watched with slides, gone on with elsewhere.

Browser and server share the loop of the test. The recording is H.264 and AAC as the house makes
them of a small real film; Debian's Chromium plays them, and HLS too.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Route, expect
from tornado.ioloop import IOLoop

from domain.lectures.programme import Access
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.journeys.cinema import (
    AT,
    PLACES,
    Cinema,
    begin,
    cinema,
    look,
    pause,
    played_until,
    registered,
)
from tests.journeys.hands import WAY_OUT, Hand, phone_of
from tests.journeys.phone import decoded
from tests.lecturing import withdrawn
from tests.watching import passed


@pytest.fixture(scope="module")
def shown(io_loop: IOLoop, lasting: Cast, tmp_path_factory: pytest.TempPathFactory) -> Cinema:
    """One film for all tests; who watches it is another in each."""
    return io_loop.run_sync(lambda: cinema(lasting, tmp_path_factory.mktemp("film")))


@pytest.fixture(scope="module")
def open_to_all(io_loop: IOLoop, lasting: Cast, tmp_path_factory: pytest.TempPathFactory) -> Cinema:
    """The same, which everybody may watch."""
    folder = tmp_path_factory.mktemp("open")
    return io_loop.run_sync(lambda: cinema(lasting, folder, access=Access.PUBLIC))


async def find(hand: Hand, shown: Cinema) -> None:
    """By what is written of it, from the first page on."""
    await hand.go("/")
    await hand["entry-lectures"].click()
    await hand["lecture-item"].first.wait_for()
    await look(hand.page, "1-list")
    await hand["lecture-q"].fill("申请信用修复")
    async with hand.page.expect_response(lambda answer: "/v1/lectures/search" in answer.url):
        await hand["lecture-q"].press("Enter")
    hit = hand.page.locator(f"[data-test=lecture-hit][data-id='{shown.lecture_id}']")
    # What is said where only some may watch is found by nobody.
    nothing = hand.page.get_by_text("没有找到“申请信用修复”")
    await hand["lecture-hits"].or_(nothing).first.wait_for(state="attached")
    await expect(hit).to_have_count(0)
    await hand["lecture-q"].fill("办理步骤")
    await hand["lecture-q"].press("Enter")
    await expect(hit.locator("mark")).to_have_text("办理步骤")
    await expect(hit).to_have_attribute("data-field", "outline")
    await look(hand.page, "2-search")
    await hand.for_everyone()
    await hit.locator("[data-test=lecture-hit-open]").click()


async def register(hand: Hand) -> None:
    """Led there by the replay, which is only for those who did."""
    await expect(hand["outline"].locator("strong")).to_have_text("条件")
    await expect(hand["places-left"]).to_have_attribute("data-left", str(PLACES))
    await expect(hand["replay-takes"]).to_contain_text("听讲看课件约")
    await look(hand.page, "3-lecture")
    await hand["go-replay"].click()
    step = hand["first-step"]
    await expect(step).to_have_attribute("data-code", "replay_needs_registration")
    await look(hand.page, "4-first-step")
    await hand["first-step-go"].click()
    await hand["register"].click()
    await expect(hand["registered"]).to_have_attribute("data-state", "confirmed")
    await hand.for_everyone()
    await look(hand.page, "5-registered")


async def watch(hand: Hand) -> float:
    """Some seconds of the first page and of the third; where it stands then."""
    await hand["go-replay"].click()
    await expect(hand["choice"].get_by_text("省流量")).to_contain_text("KB")
    await look(hand.page, "6-choice")
    await hand["from-start"].click()
    await played_until(hand, 3)
    await expect(hand["slide-count"]).to_have_attribute("data-page", "1")
    await expect(hand["caption"]).to_have_text("先说什么是失信行为。")
    await hand.page.locator("[data-test=preview][data-page='3']").click()
    await played_until(hand, 22)
    await expect(hand["slide-count"]).to_have_attribute("data-page", "3")
    await expect(hand["caption"]).to_contain_text("信用修复 & 移出名单")
    await hand.page.locator("[data-test=preview][data-page='4']").click()
    await expect(hand["slide-said"]).to_contain_text("第 4 页没有标注讲解时间")
    await hand["slide-follow"].click()
    await expect(hand["slide-count"]).to_have_attribute("data-page", "3")
    at = await pause(hand)
    await expect(hand["still-needed"]).to_contain_text("看满 50% 可以领取学习证书")
    await hand.for_everyone()
    await hand.page.set_viewport_size({"width": 320, "height": 812})
    await hand.page.evaluate("document.documentElement.dataset.type = 'large'")
    assert await hand.page.evaluate(WAY_OUT) <= 0
    await hand.page.evaluate("delete document.documentElement.dataset.type")
    await hand.page.set_viewport_size({"width": 375, "height": 812})
    await look(hand.page, "7-player")
    return at


async def test_a_resident_finds_a_lecture_registers_watches_and_goes_on_on_another_phone(
    charlie: Person, shown: Cinema, sandbox: str
) -> None:
    async with phone_of(charlie, sandbox) as hand:
        await find(hand, shown)
        await register(hand)
        at = await watch(hand)
        far = await shown.far(charlie)
        (a, b), (c, d) = await shown.seen(charlie)
        assert a <= 300
        assert 2_500 <= b < 10_000
        assert 19_000 < c <= 20_500
        assert abs(d - at * 1000) < 500
        assert far["watched_ms"] == b - a + d - c

    async with phone_of(charlie, sandbox) as other:
        await other.go("/lectures/mine")
        seen = other["watched-item"].first
        await expect(seen).to_have_attribute("data-percent", str(far["watched_percent"]))
        await look(other.page, "8-mine")
        await other["go-on"].first.click()
        resume = int(await other["resume"].get_attribute("data-at") or 0)
        assert abs(resume - at * 1000) <= 2_000
        await look(other.page, "9-resume")
        await other.page.locator("[data-test=mode][value=sound]").check()
        await other["go-on"].click()
        await played_until(other, at + 1)
        await expect(other["media"]).to_have_attribute("data-kind", "sound")
        await expect(other["slide-count"]).to_have_attribute("data-page", "3")
        await other.for_everyone()
        await look(other.page, "10-sound")


async def test_what_is_heard_without_a_network_is_told_when_it_is_back_with_no_gap(
    charlie: Person, shown: Cinema, sandbox: str
) -> None:
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await begin(hand, shown, "sound")
        # All of it is on the phone soon.
        await hand.page.wait_for_function(
            "() => { const { buffered } = document.querySelector('[data-test=media]');"
            " return buffered.length && buffered.end(buffered.length - 1) > 35; }"
        )
        await hand.page.context.set_offline(True)
        left = float(await hand["media"].evaluate(AT))
        await played_until(hand, left + 3)
        await hand["media"].evaluate("media => media.pause()")
        await expect(hand["kept-here"]).to_contain_text("连上后自动补报")
        await hand["media"].evaluate("media => media.play()")
        await played_until(hand, left + 6)
        assert all(end <= (left + 1) * 1000 for _, end in await shown.seen(charlie))
        async with hand.page.expect_response("**/beats"):
            await hand.page.context.set_offline(False)
        await expect(hand["kept-here"]).to_be_empty()
        at = await pause(hand)
        [(start, end)] = await shown.seen(charlie)
        assert start <= 500
        assert abs(end - at * 1000) < 500


async def test_what_was_not_told_before_the_page_was_left_is_told_at_the_next_visit(
    charlie: Person, shown: Cinema, sandbox: str
) -> None:
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await begin(hand, shown)
        await hand.page.evaluate("() => { fetch = () => Promise.reject(new TypeError('lost')); }")
        left = float(await hand["media"].evaluate(AT))
        await played_until(hand, left + 3)
        at = float(await hand["media"].evaluate(AT))
        await hand.page.goto("about:blank")
        assert all(end <= (left + 1) * 1000 for _, end in await shown.seen(charlie))
        await hand.go(f"/lectures/{shown.lecture_id}/replay")
        await hand["choice"].wait_for()
        [(start, end)] = await shown.seen(charlie)
        assert start <= 500
        assert abs(end - at * 1000) < 500
        assert await hand.page.evaluate("wx.getStorageSync('watched')") == {}


async def test_a_beat_whose_answer_was_lost_is_told_again_and_counts_once(
    charlie: Person, shown: Cinema, sandbox: str
) -> None:
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await begin(hand, shown)
        numbers: list[int] = []

        async def unheard(route: Route) -> None:
            """The server hears it, and its answer never comes."""
            numbers.append(route.request.post_data_json["number"])
            if len(numbers) > 1:
                await route.continue_()
                return
            await route.fetch()
            await route.abort()

        await hand.page.route("**/beats", unheard)
        await played_until(hand, 3)
        await hand["media"].evaluate("media => media.pause()")
        await expect(hand["kept-here"]).to_contain_text("连上后自动补报")
        await hand["media"].evaluate("media => media.play()")
        await played_until(hand, 4)
        at = await pause(hand)
        await expect(hand["kept-here"]).to_be_empty()
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        [(start, end)] = await shown.seen(charlie)
        assert start <= 500
        assert abs(end - at * 1000) < 500
        assert (await shown.far(charlie))["watched_ms"] == end - start


async def test_what_was_played_is_told_as_the_page_is_left(
    charlie: Person, shown: Cinema, sandbox: str
) -> None:
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await begin(hand, shown)
        await played_until(hand, 3)
        at = float(await hand["media"].evaluate(AT))
        await hand.page.goto("about:blank")

    async def told() -> bool:
        return any(end > at * 1000 - 500 for _, end in await shown.seen(charlie))

    async with asyncio.timeout(15):
        while not await told():  # noqa: ASYNC110 - of a database
            await asyncio.sleep(0.1)


async def test_a_film_that_lost_the_network_goes_on_at_the_same_second_once_it_is_back(
    charlie: Person, shown: Cinema, sandbox: str
) -> None:
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await begin(hand, shown)
        await hand.page.context.set_offline(True)
        # The film may be here as far as that; after it nothing comes.
        await hand["media"].evaluate("media => { media.load(); }")
        await expect(hand["play-trouble"]).to_contain_text("网络断开了", timeout=15_000)
        await look(hand.page, "13-trouble")
        await hand.page.context.set_offline(False)
        await played_until(hand, 2)
        assert await hand["play-trouble"].count() == 0
        assert await hand["media"].evaluate(AT) < 20


async def garbled(route: Route) -> None:
    await route.fulfill(body="nothing that plays", content_type="text/plain")


async def test_what_cannot_be_streamed_is_played_as_a_file_and_what_cannot_be_played_is_said(
    charlie: Person, shown: Cinema, sandbox: str
) -> None:
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await hand.page.route("**/hls/*", garbled)
        await begin(hand, shown)
        assert "/video/" in await hand["media"].evaluate("media => media.src")
        await hand.page.route("**/video/*", garbled)
        await hand.page.reload()
        await hand["from-start"].or_(hand["go-on"]).first.click()
        await expect(hand["problem"]).to_have_attribute("data-code", "unplayable")
        await expect(hand["retry"]).to_be_visible()
        assert await hand["media"].count() == 0


async def test_an_address_that_ran_out_is_asked_for_anew_and_it_goes_on_at_the_same_second(
    charlie: Person, shown: Cinema, sandbox: str, clock: Clock
) -> None:
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await begin(hand, shown)
        await hand["chapter"].last.click()
        await played_until(hand, 21)
        old = await hand["media"].evaluate("media => media.src")
        clock.ahead += timedelta(hours=3)
        await hand["media"].evaluate("media => media.load()")
        await hand.page.wait_for_function(
            "old => document.querySelector('[data-test=media]').src !== old", arg=old
        )
        await hand.page.wait_for_function(
            "() => { const media = document.querySelector('[data-test=media]');"
            " return media.currentTime > 20 && !media.paused; }"
        )
        assert await hand["media"].evaluate(AT) < 30


async def test_a_withdrawn_lecture_stops_and_says_so(
    charlie: Person, sandbox: str, cast: Cast, tmp_path: Path
) -> None:
    shown = await cinema(cast, tmp_path)
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await begin(hand, shown)
        await withdrawn(cast, shown.lecture_id)
        await hand["media"].evaluate("media => media.load()")
        await expect(hand["problem"]).to_have_attribute("data-code", "lecture_withdrawn")
        assert await hand["media"].count() == 0
        await hand.go(f"/lectures/{shown.lecture_id}")
        await expect(hand["problem"]).to_contain_text("这个讲座已下线")
        await hand["to-lectures"].click()
        await hand["lectures-coming"].or_(hand["lectures-over"]).first.wait_for()


async def test_what_was_earned_before_a_withdrawal_is_claimed_from_what_one_watched(
    charlie: Person, newcomer: Person, sandbox: str, cast: Cast
) -> None:
    lecture = await passed(charlie)
    await withdrawn(cast, lecture.lecture_id)
    async with phone_of(charlie, sandbox) as hand:
        await hand.go("/lectures/mine")
        await expect(hand["watched-item"].first).to_contain_text("讲座已下线，不再提供观看")
        assert await hand["go-on"].count() == 0
        await hand["gone-certificate"].click()
        await expect(hand["lecture-gone"]).to_contain_text("讲座已下线")
        await hand["claim"].wait_for()
        await hand.for_everyone()
        await look(hand.page, "20-gone")
        await hand["claim"].click()
        await expect(hand["certificate-made"]).to_be_visible()
        await hand.go(f"/lectures/{lecture.lecture_id}")
        await expect(hand["certificate-held"]).to_be_visible()
    async with phone_of(newcomer, sandbox) as hand:
        await hand.go(f"/lectures/{lecture.lecture_id}")
        await expect(hand["problem"]).to_have_attribute("data-code", "lecture_withdrawn")
        assert await hand["certificate-card"].count() == 0


async def test_on_a_poor_line_one_may_go_on_with_sound_alone(
    charlie: Person, shown: Cinema, sandbox: str
) -> None:
    await registered(charlie, shown)

    async def never(_: Route) -> None:
        """Nothing comes."""

    async with phone_of(charlie, sandbox) as hand:
        for files in ("**/video/*", "**/hls/*"):
            await hand.page.route(files, never)
        await hand.go(f"/lectures/{shown.lecture_id}/replay")
        await hand["from-start"].click()
        await expect(hand["slow"]).to_contain_text("网络较慢")
        await look(hand.page, "11-slow")
        await hand["slow-sound"].click()
        await played_until(hand, 1)
        await expect(hand["media"]).to_have_attribute("data-kind", "sound")
        assert await hand["slow"].count() == 0


async def test_who_watched_enough_is_given_a_certificate_that_the_phone_verifies(
    charlie: Person, shown: Cinema, sandbox: str, cast: Cast, tmp_path: Path
) -> None:
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await begin(hand, shown)
        assert await hand["claim"].count() == 0
        await hand["speed"].select_option("2")
        await played_until(hand, 22)
        await pause(hand)
        await look(hand.page, "14-earned")
        # Whoever comes back need not play anything again.
        await hand.page.reload()
        await hand["choice"].wait_for()
        await expect(hand["claim"]).to_be_visible()
        await look(hand.page, "14-again")
        await hand.go(f"/lectures/{shown.lecture_id}")
        await hand["claim"].click()
        certificate = hand["certificate"].first
        await expect(hand["certificate-made"]).to_be_visible()
        await expect(certificate).to_have_attribute("data-ready", "false")
        await cast.work()
        await expect(certificate).to_have_attribute("data-ready", "true", timeout=15_000)
        await hand.for_everyone()
        await hand["certificate-file"].click()
        async with hand.page.expect_download() as download:
            await hand["certificate-file-save"].click()
        paper = tmp_path / "certificate.pdf"
        await (await download.value).save_as(paper)
        await look(hand.page, "15-certificate")
        await hand.go("/verify")
        await hand["verify-address"].fill(decoded(paper.read_bytes()))
        await hand["verify-address-submit"].click()
        await expect(hand["verdict"]).to_have_attribute("data-status", "valid")
        await expect(hand["verdict"]).to_contain_text("样例学习证书")
        number = await shown.number(charlie)
        await expect(hand["verdict"]).to_contain_text(number)
        for page in ("", "/replay"):
            await hand.go(f"/lectures/{shown.lecture_id}{page}")
            await expect(hand["certificate-held"]).to_have_attribute("data-number", number)
            assert await hand["claim"].count() == 0
        await look(hand.page, "19-held")
        await hand["go-certificates"].click()
        await expect(hand["certificate"].first).to_have_attribute("data-number", number)


async def test_whose_session_ended_elsewhere_is_led_to_sign_in(
    charlie: Person, shown: Cinema, sandbox: str
) -> None:
    await registered(charlie, shown)
    async with phone_of(charlie, sandbox) as hand:
        await begin(hand, shown)
        (await charlie.send("DELETE", "/v1/sessions")).raise_for_status()
        await hand["media"].evaluate("media => media.pause()")
        await hand["go-sign-in"].wait_for()
        assert await hand["media"].count() == 0


async def test_what_was_found_on_a_slide_is_watched_from_its_moment_on(
    charlie: Person, open_to_all: Cinema, sandbox: str
) -> None:
    await registered(charlie, open_to_all)
    async with phone_of(charlie, sandbox) as hand:
        await hand.go("/lectures?q=3%20slide")
        hit = hand.page.locator(f"[data-test=lecture-hit][data-id='{open_to_all.lecture_id}']")
        await expect(hit).to_have_attribute("data-field", "slides")
        await expect(hit).to_contain_text("第 3 页")
        await hit.locator("[data-test=lecture-hit-moment]").click()
        await hand["go-on"].click()
        await played_until(hand, 20.5)
        await expect(hand["slide-count"]).to_have_attribute("data-page", "3")
        await hand["slide-before"].click()
        await expect(hand["slide-count"]).to_have_attribute("data-page", "2")
        await hand.page.wait_for_function(
            "() => { const at = document.querySelector('[data-test=media]').currentTime;"
            " return at >= 10 && at < 20; }"
        )
