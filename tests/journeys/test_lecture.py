"""A cloud lecture from the editor's desk to a certificate in a resident's hand, in real browsers.

The recording is five minutes of slides and a tone, made in the test and worked on by the house.
"""

import asyncio
import os
import re
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from adapters.markup import words
from domain.staff.roles import Role
from domain.time import SHANGHAI
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import LONG_AGO
from tests.journeys.hands import Hand, chromium, phone_of, window
from tests.journeys.test_media_upload import FILE, KIND, for_everyone
from tests.lecturing import house_of
from tests.paper import codes_on
from tests.recordings import make_pdf, make_recording, make_slides, vtt
from tests.staffing import Colleague, at_work

LONG = 60_000
PAGES, SECONDS = 12, 300
EACH = SECONDS // PAGES
# Where pictures of every page are left for a person to look at, if anywhere.
PICTURES = os.environ.get("CREDIT_TEST_PICTURES", "")
SPOKEN = vtt(
    ("00:00:00.000", "00:00:20.000", "先说什么是失信行为。"),
    ("00:00:50.000", "00:01:10.000", "满最短公示期后可以申请信用修复。"),
)


async def look(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"lecture-{name}.png", full_page=True)


async def upload(page: Page, at: str, kind: str, file: Path) -> None:
    """In its parts, to the page of the file."""
    await page.goto(at)
    await page.select_option(KIND, kind)
    await page.set_input_files(FILE, file)
    await page.locator("[data-test=upload]").click()
    await page.wait_for_url("**/console/media/*-*-*", timeout=LONG)


async def files(cast: Cast, page: Page, at: str, folder: Path) -> None:
    """A recording, slides and subtitles, each worked on until it may be used."""
    slides = make_slides(folder / "slides", PAGES)
    film = make_recording(folder / "讲座.mp4", seconds=SECONDS, slides=slides, size=(320, 180))
    paper = make_pdf(folder / "课件.pdf", pages=PAGES)
    words = folder / "字幕.vtt"
    words.write_text(SPOKEN, "utf-8")
    for kind, file in (("recording", film), ("slides", paper), ("subtitles", words)):
        await upload(page, at, kind, file)
        await cast.work()
        await expect(page.locator("[data-test=state]")).to_have_text("可以使用", timeout=LONG)
        await look(page, f"file-{kind}")


async def write(page: Page, version: str, begins: str, ends: str) -> None:
    """All that must be said, in the form."""
    await page.goto(f"{version}/edit")
    for name, text in {
        "topic": "信用修复",
        "speaker": "王敏",
        "speaker_post": "样例单位",
        "audience": "有公示信息的企业",
        "begins_at": begins,
        "ends_at": ends,
        "places": "20",
        "certificate_percent": "5",
    }.items():
        await page.locator(f"[name={name}]").fill(text)
    await page.locator("[name=access][value=registered]").check()
    sheet = page.locator("[data-test=outline]")
    await sheet.click()
    await page.get_by_role("button", name="小标题").click()
    await page.keyboard.type("要点")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="项目符号").click()
    await page.keyboard.type("信用修复的条件")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="加粗").click()
    await page.keyboard.type("办理步骤")
    for name in ("series", "recording", "slides", "subtitles"):
        await page.locator(f"select[name={name}]").select_option(index=1)
    await for_everyone(page)
    await look(page, "edit")
    await page.locator("[data-test=save]").click()
    await page.locator("[data-test=version]").wait_for()


async def name_chapter(page: Page) -> None:
    """A key begins it, Enter ends its title, and the next key is a key again."""
    before = await page.locator("#cues").input_value()
    await page.keyboard.press("c")
    await page.keyboard.type("办理 n 步")
    await expect(page.locator("#chapters")).to_have_value(f"0:{2 * EACH} 办理 n 步")
    await page.keyboard.press("Enter")
    await page.keyboard.press("n")
    await expect(page.locator("#chapters")).to_have_value(f"0:{2 * EACH} 办理 n 步")
    await expect(page.locator("#cues")).not_to_have_value(before)
    # Elsewhere in the text Enter begins another line, as ever.
    await page.locator("#chapters").click()
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await expect(page.locator("#chapters")).to_have_value(f"0:{2 * EACH} 办理 n 步\n")


async def set_timeline(page: Page, version: str) -> None:
    """The first turns by a key at the moment, the others as they are proposed."""
    await page.goto(f"{version}/timeline")
    player = page.locator("[data-test=player]")
    await player.evaluate("v => v.readyState > 0 || new Promise(d => v.onloadedmetadata = d)")

    async def at(second: float) -> None:
        await player.evaluate(
            "(v, at) => new Promise(d => { v.onseeked = d; v.currentTime = at; })", second
        )

    await at(EACH)
    await page.keyboard.press("n")
    await expect(page.locator("#cues")).to_have_value(f"0:{EACH} 2")
    await expect(page.locator("[data-test=page]")).to_have_text("2")
    await at(2 * EACH)
    await page.locator("[data-test=turn]").click()
    await expect(page.locator("#cues")).to_have_value(f"0:{EACH} 2\n0:{2 * EACH} 3")
    await page.keyboard.press("b")
    # At the same moment the later word holds.
    await expect(page.locator("#cues")).to_have_value(f"0:{EACH} 2\n0:{2 * EACH} 2")
    await for_everyone(page)
    await name_chapter(page)
    marked = await page.locator("#cues").input_value()
    await page.locator("[data-test=propose]").click()
    # What was marked stays until the proposal is accepted.
    await page.locator("[data-test=proposal]").wait_for()
    await expect(page.locator("#cues")).to_have_value(marked)
    await page.locator("[data-test=accept]").click()
    await page.locator("[data-test=proposal]").wait_for(state="detached")
    lines = (await page.locator("#cues").input_value()).splitlines()
    assert len(lines) == PAGES
    for number, line in enumerate(lines):
        found = re.fullmatch(r"(\d+):(\d\d)(?:\.(\d{3}))? (\d+)", line)
        assert found
        assert int(found[4]) == number + 1
        second = int(found[1]) * 60 + int(found[2]) + int(found[3] or 0) / 1000
        assert abs(second - number * EACH) <= 1
    await page.locator("#chapters").fill("0:00 开场\n2:30 办理步骤")
    await look(page, "timeline")
    await page.locator("[data-test=save]").click()
    await page.locator("[data-test=version]").wait_for()


async def at_editors_desk(
    cast: Cast, browser: Browser, api: str, editor: Colleague, clock: Clock, folder: Path
) -> str:
    """A lecture from nothing to review; the address of its version."""
    page = await window(browser, api, editor)
    await page.goto(f"{api}/console/lectures")
    await page.locator("[data-test=adding-series]").click()
    await page.locator("#series-title").fill(f"云讲堂 {house_of(cast).draw.id()[-6:]}")
    await page.locator("[data-test=add-series]").click()
    await page.locator("[data-test=adding]").click()
    await page.locator("#title").fill("信用修复怎么办")
    await page.locator("[data-test=add]").click()
    await page.wait_for_url("**/edit")
    version = page.url.removesuffix("/edit")
    lecture = (await house_of(cast).lectures.desk.version(version.rpartition("/")[2])).lecture_id
    await files(cast, page, f"{api}/console/media?of=lecture:{lecture}", folder)
    begins = (clock() - timedelta(hours=2)).astimezone(SHANGHAI)
    ends = begins + timedelta(days=1)
    await write(page, version, f"{begins:%Y-%m-%dT%H:%M}", f"{ends:%Y-%m-%dT%H:%M}")
    await set_timeline(page, version)
    programme = (await house_of(cast).lectures.desk.version(version.rpartition("/")[2])).programme
    assert words(programme.outline) == "要点\n信用修复的条件\n办理步骤"
    assert "<h3>要点</h3>" in programme.outline
    assert "<li><b>办理步骤</b></li>" in programme.outline
    await page.locator("[data-test=preview]").click()
    await expect(page.locator("[data-test=slides] img")).to_have_count(PAGES)
    await for_everyone(page)
    await look(page, "preview")
    await page.goto(version)
    await page.locator("[data-test=submit]").click()
    await expect(page.locator("[data-test=state]")).to_have_text("审核中")
    await for_everyone(page)
    await look(page, "version")
    await page.goto(f"{api}/console/lectures/{lecture}")
    await for_everyone(page)
    await look(page, "lecture")
    return version


async def review(
    cast: Cast, browser: Browser, api: str, reviewer: Colleague, clock: Clock, version: str
) -> str:
    """Published by somebody else at a minute that comes; the lecture's id."""
    page = await window(browser, api, reviewer)
    await page.goto(version)
    at = (clock() + timedelta(minutes=2)).astimezone(SHANGHAI)
    await page.locator("#publish_at").fill(f"{at:%Y-%m-%dT%H:%M}")
    await page.locator("[data-test=publish]").click()
    await expect(page.locator("[data-test=state]")).to_have_text("定时发布")
    version_id = version.rpartition("/")[2]
    lecture_id = (await house_of(cast).lectures.desk.version(version_id)).lecture_id
    await cast.work()
    assert (await cast.client.get(f"/v1/lectures/{lecture_id}")).status_code == 404
    clock.ahead += timedelta(minutes=3)
    assert cast.database
    # It sleeps until then; the clock of the database cannot be moved.
    due = {"$set": {"next_at": LONG_AGO}}
    await cast.database["outbox"].update_many({"topic": "lecture.publish"}, due)
    await cast.work()
    await page.reload()
    await expect(page.locator("[data-test=state]")).to_have_text("已发布，展示中")
    await look(page, "published")
    return lecture_id


async def second_of(hand: Hand) -> float:
    return float(await hand["media"].evaluate("media => media.currentTime"))


async def played_until(hand: Hand, second: float) -> None:
    await hand.page.wait_for_function(
        "at => document.querySelector('[data-test=media]').currentTime >= at", arg=second
    )


async def watch(hand: Hand, lecture_id: str) -> float:
    """The beginning, and from the third page on; the second at which it is left."""
    await hand.go(f"/lectures/{lecture_id}")
    await hand["register"].click()
    await expect(hand["registered"]).to_have_attribute("data-state", "confirmed")
    await hand["go-replay"].click()
    await hand["from-start"].click()
    await played_until(hand, 6)
    await hand.page.locator("[data-test=preview][data-page='3']").click()
    await played_until(hand, 2 * EACH + 11)
    await expect(hand["slide-count"]).to_have_attribute("data-page", "3")
    await expect(hand["caption"]).to_contain_text("申请信用修复")
    async with hand.page.expect_response("**/beats"):
        await hand["media"].evaluate("media => media.pause()")
    await look(hand.page, "phone-player")
    return await second_of(hand)


async def check_certificate(
    cast: Cast, browser: Browser, api: str, person: Person, lecture_id: str
) -> None:
    """Got for what was truly watched; its QR code leads anybody to the truth about it."""
    answer = await person.post(f"/v1/lectures/{lecture_id}/certificate")
    made = answer.raise_for_status().json()
    await cast.work()
    paper = await person.get(f"/v1/certificates/{made['id']}/paper")
    code, _ = codes_on(paper.raise_for_status().content)
    page = await (await browser.new_context(locale="zh-CN")).new_page()
    await page.goto(f"{api}/v/{code}")
    told = page.locator("main")
    await expect(page.locator("[data-test=verdict]")).to_have_attribute("data-status", "valid")
    await expect(told).to_contain_text("信用修复怎么办")
    await expect(told).to_contain_text(made["number"])
    await for_everyone(page)
    await look(page, "verdict")


async def test_from_the_editors_desk_to_a_certificate_that_anybody_can_check(
    cast: Cast, api: str, clock: Clock, charlie: Person, sandbox: str, tmp_path: Path
) -> None:
    editor, reviewer = await asyncio.gather(
        at_work(cast, Role.EDITOR), at_work(cast, Role.REVIEWER)
    )
    async with chromium() as browser:
        version = await at_editors_desk(cast, browser, api, editor, clock, tmp_path)
        lecture_id = await review(cast, browser, api, reviewer, clock, version)
        async with phone_of(charlie, sandbox) as hand:
            left = await watch(hand, lecture_id)
        async with phone_of(charlie, sandbox) as other:
            await other.go(f"/lectures/{lecture_id}/replay")
            at = int(await other["resume"].get_attribute("data-at") or 0)
            assert abs(at - left * 1000) <= 2_000
        await check_certificate(cast, browser, api, charlie, lecture_id)
    for colleague in (editor, reviewer):
        await colleague.close()
