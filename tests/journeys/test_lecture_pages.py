"""Around a cloud lecture on a phone: live, places, calendar, questions, who is signed out."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from playwright.async_api import expect

from domain.lectures.programme import Access, LiveKind
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.journeys.cinema import Cinema, begin, cinema, look
from tests.journeys.hands import phone_of
from tests.lecturing import house_of, published
from tests.watching import hall, passed

HOSTILE = """<p onclick="a()">字<script>b()</script><img src=x onerror="c()"></p>
<a href="javascript:d()">链接</a><iframe src="//e"></iframe><svg><script>f()</script></svg>
<form><b>粗</b></form><h2>题</h2><td colspan="2" style="x">格</td>"""


async def test_nothing_of_an_outline_is_run_or_loaded(charlie: Person, sandbox: str) -> None:
    async with phone_of(charlie, sandbox) as hand:
        made = await hand.page.evaluate(
            "async html => (await import('/parts/outline.js')).outline(html).innerHTML", HOSTILE
        )
        for bad in ("script", "onclick", "onerror", "img", "javascript", "iframe", "svg", "style"):
            assert bad not in made, bad
        for good in ("<p>字</p>", "链接", "<b>粗</b>", "<h3>题</h3>"):
            assert good in made, good


async def test_how_far_one_is_for_the_certificate_is_the_newest_number(
    charlie: Person, sandbox: str
) -> None:
    """Though the button that is there already stays."""
    async with phone_of(charlie, sandbox) as hand:
        said = await hand.page.evaluate(
            """async () => {
                const { certificatePart } = await import("/parts/certificate.js");
                const one = { id: "l1", certificate_percent: 80 };
                const prospect = { real_named: true, watched_percent: 81 };
                const { node, show } = certificatePart(one, prospect);
                const button = node.querySelector("button");
                show(100);
                return [node.textContent, button === node.querySelector("button")];
            }"""
        )
        assert said[0].startswith("✓ 已看 100%，可以领取学习证书。")
        assert said[1]


async def test_a_live_lecture_is_reserved_before_and_entered_when_it_is_near(
    charlie: Person, sandbox: str, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    path = f"/lectures/{(await published(cast)).lecture_id}"
    async with phone_of(charlie, sandbox) as hand:
        await hand.go(path)
        await expect(hand["phase"]).to_have_attribute("data-phase", "upcoming")
        await hand["live-reserve"].click()
        await hand["channels-reserve-1"].click()
        await expect(hand["live-reserved"]).to_contain_text("已预约")
        await hand.for_everyone()
        await look(hand.page, "16-upcoming")
        async with hand.page.expect_download() as download:
            await hand["calendar"].click()
            await hand["calendar-save"].click()
        entry = tmp_path / "lecture.ics"
        await (await download.value).save_as(entry)
        assert b"BEGIN:VEVENT" in entry.read_bytes()
        clock.ahead = timedelta(days=1, minutes=1)
        await hand.page.reload()
        await expect(hand["phase"]).to_have_attribute("data-phase", "live")
        await hand["live-open"].click()
        await expect(hand["channels-live"]).to_contain_text("sphSample01")
        await hand["channels-live-0"].click()
        await look(hand.page, "17-live")


async def test_a_live_lecture_elsewhere_is_a_link_once_its_door_is_open(
    charlie: Person, sandbox: str, cast: Cast, clock: Clock
) -> None:
    address = "https://live.example/1"
    version = await published(cast, live_kind=LiveKind.OTHER, live_address=address)
    async with phone_of(charlie, sandbox) as hand:
        await hand.go(f"/lectures/{version.lecture_id}")
        await expect(hand["live-opens"]).to_contain_text("直播入口将在")
        clock.ahead = timedelta(days=1) - timedelta(minutes=20)
        await hand.page.reload()
        await expect(hand["live-link"]).to_have_attribute("href", address)
        await hand.go(f"/lectures/{version.lecture_id}/replay")
        await hand["no-replay"].wait_for()


async def test_who_comes_too_late_waits_gives_it_up_and_has_a_place_once_one_is_free(
    charlie: Person, alice: Person, sandbox: str, cast: Cast, clock: Clock
) -> None:
    version = await published(cast, places=1)
    place = f"/v1/lectures/{version.lecture_id}/registration"
    (await alice.post(place)).raise_for_status()
    async with phone_of(charlie, sandbox) as hand:
        await hand.go(f"/lectures/{version.lecture_id}")
        await expect(hand["places-left"]).to_contain_text("名额已满")
        await hand["register"].click()
        await expect(hand["registered"]).to_contain_text("候补名单第 1 位")
        await look(hand.page, "18-waiting")
        await expect(hand["cancel-open"]).to_have_text("退出候补")
        await hand["cancel-open"].click()
        await hand["cancel-place"].click()
        await expect(hand["places-left"]).to_have_attribute("data-left", "0")
        (await alice.send("DELETE", place)).raise_for_status()
        await hand.page.reload()
        await expect(hand["places-left"]).to_have_attribute("data-left", "1")
        await hand["register"].click()
        await expect(hand["registered"]).to_have_attribute("data-state", "confirmed")
        await expect(hand["registered"]).to_contain_text("开讲前会发消息提醒您")
        await expect(hand["cancel-open"]).to_have_text("取消报名")
        # Nobody is reminded of what goes on already.
        clock.ahead = timedelta(days=1, minutes=1)
        begins = version.programme.begins_at
        assert begins
        await hand.page.clock.set_fixed_time(begins + timedelta(minutes=1))
        await hand.page.reload()
        await expect(hand["registered"]).to_contain_text("讲座已经开始")
        await expect(hand["registered"]).not_to_contain_text("提醒")


async def test_before_it_begins_a_replay_says_when_it_opens(
    charlie: Person, sandbox: str, cast: Cast
) -> None:
    begins = house_of(cast).clock() + timedelta(days=1)
    held = {"begins_at": begins, "ends_at": begins + timedelta(hours=1)}
    lecture = await hall(cast, access=Access.REGISTERED, places=5, **held)
    async with phone_of(charlie, sandbox) as hand:
        await hand.go(f"/lectures/{lecture.lecture_id}")
        await expect(hand["replay-opens"]).to_contain_text("讲座开始时起可以观看")
        await expect(hand["access"]).to_contain_text("只供已报名的用户观看")
        assert await hand["go-replay"].count() == 0


async def test_once_it_is_over_one_registers_for_its_replay(
    charlie: Person, sandbox: str, cast: Cast, clock: Clock
) -> None:
    lecture = await hall(cast, access=Access.REGISTERED, places=1)
    async with phone_of(charlie, sandbox) as hand:
        clock.ahead = timedelta(days=2)
        await hand.page.clock.set_fixed_time(lecture.version.programme.ends_at + timedelta(days=1))
        await charlie.sign_in()
        await hand.go(f"/lectures/{lecture.lecture_id}/replay")
        await hand["first-step-go"].click()
        await expect(hand["place-card"]).to_contain_text("不限名额")
        await look(hand.page, "20-over")
        await hand["register"].click()
        await expect(hand["registered"]).to_have_attribute("data-state", "replay")
        await hand.for_everyone()
        await hand["go-replay"].click()
        await hand["choice"].wait_for()


async def test_who_has_no_proven_name_is_told_before_watching_and_led_back_when_it_is_proven(
    newcomer: Person, sandbox: str, cast: Cast
) -> None:
    upcoming = await published(cast, certificate_percent=60)
    lecture = await passed(newcomer)
    async with phone_of(newcomer, sandbox) as hand:
        await hand.go(f"/lectures/{upcoming.lecture_id}")
        await expect(hand["certificate-card"]).to_contain_text("看满回放的 60% 可以领取学习证书")
        await expect(hand["name-first"]).to_contain_text("领取前须完成实名认证")
        await hand.for_everyone()
        await look(hand.page, "21-name-first")
        await hand.go(f"/lectures/{lecture.lecture_id}/replay")
        await expect(hand["name-first-go"]).to_have_attribute(
            "href", f"#/real-name?then={quote(f'/lectures/{lecture.lecture_id}/replay', safe='')}"
        )
        assert await hand["claim"].count() == 0
        await newcomer.verify()
        await hand.page.reload()
        await hand["claim"].click()
        await hand["certificate-made"].wait_for()
        # Who is signed out reads it too.
        await hand.page.evaluate("wx.removeStorageSync('refresh_token')")
        await hand.go(f"/lectures/{upcoming.lecture_id}")
        await expect(hand["name-first"]).to_contain_text("须登录并完成实名认证")


async def test_who_is_signed_out_is_led_to_sign_in_and_watches_what_is_open_to_all(
    charlie: Person, sandbox: str, cast: Cast, tmp_path: Path
) -> None:
    open_to_all: Cinema = await cinema(cast, tmp_path, access=Access.PUBLIC)
    closed = await published(cast, places=5)
    async with phone_of(charlie, sandbox) as hand:
        await hand.page.evaluate("wx.removeStorageSync('refresh_token')")
        await hand.page.reload()
        await hand.go(f"/lectures/{closed.lecture_id}")
        await expect(hand["place-card"].locator("[data-test=go-sign-in]")).to_be_visible()
        told: list[str] = []
        hand.page.on("request", lambda sent: told.append(sent.url))
        await begin(hand, open_to_all)
        await expect(hand["player"]).to_contain_text("登录后会记住看到哪里")
        await hand["media"].evaluate("media => media.pause()")
        await hand.for_everyone()
        assert any("/replay" in url for url in told)
        assert not any("/sittings" in url for url in told)


async def test_a_restricted_replay_wants_a_sign_in(
    charlie: Person, sandbox: str, cast: Cast, tmp_path: Path
) -> None:
    shown = await cinema(cast, tmp_path)
    async with phone_of(charlie, sandbox) as hand:
        await hand.page.evaluate("wx.removeStorageSync('refresh_token')")
        await hand.page.reload()
        await hand.go(f"/lectures/{shown.lecture_id}/replay")
        await hand["go-sign-in"].wait_for()
        await expect(hand.page.locator("main")).to_contain_text("只供已报名的用户观看，请先登录")


async def test_a_question_is_asked_and_the_speaker_followed(
    charlie: Person, sandbox: str, cast: Cast
) -> None:
    lecture_id = (await published(cast)).lecture_id
    async with phone_of(charlie, sandbox) as hand:
        await hand.go(f"/lectures/{lecture_id}")
        await hand["question-send"].click()
        await expect(hand["fault-text"]).to_have_text("请写下您的问题。")
        await hand["question-text"].fill("修复要多久？")
        await hand["question-send"].click()
        await expect(hand["question-sent"]).to_contain_text("已提交")
        await expect(hand["my-question"]).to_have_attribute("data-state", "open")
        await hand.for_everyone()
        await look(hand.page, "12-question")
        await hand.go("/lectures")
        await hand["follow"].click()
        await expect(hand["following"]).to_have_attribute("data-following", "true")
        await hand["follow"].click()
        await expect(hand["following"]).to_have_attribute("data-following", "false")
