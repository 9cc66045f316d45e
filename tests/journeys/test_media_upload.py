"""A file of a lecture sent from a browser: over a line that breaks, after a reload, to its page."""

import asyncio
from pathlib import Path

from playwright.async_api import Dialog, Page, Route, expect

from domain.media.uploads import PART_SIZE
from domain.staff.roles import Role
from tests.cast import Cast
from tests.journeys.axe import faults_async
from tests.journeys.hands import WAY_OUT, chromium, window
from tests.recordings import a_lecture, make_pdf, make_recording, make_slides
from tests.staffing import at_work
from tests.waiting import until

LONG = 30_000
KIND, FILE = "#upload-kind", "#upload-file"


def large_recording(folder: Path) -> Path:
    """Of three parts: it has room in it, as recordings of some programs have."""
    slides = make_slides(folder / "slides", 3)
    file = make_recording(folder / "讲座.mp4", seconds=9, slides=slides, size=(640, 360))
    room = 2 * PART_SIZE
    with file.open("ab") as more:
        more.write((room + 8).to_bytes(4) + b"free" + bytes(room))
    return file


async def for_everyone(page: Page) -> None:
    assert await faults_async(page) == []
    for width in (320, 768, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate(WAY_OUT) <= 0


async def test_a_recording_goes_on_after_a_break_and_a_reload_and_is_shown_when_it_is_made(
    cast: Cast, api: str, tmp_path: Path
) -> None:
    assert cast.house
    editor = await at_work(cast, Role.EDITOR)
    file, at = large_recording(tmp_path), f"{api}/console/media?of={await a_lecture(cast.house)}"
    puts: list[str] = []

    async def broken(route: Route) -> None:
        await route.abort()

    async def leave(dialog: Dialog) -> None:
        await dialog.accept()

    async with chromium() as browser:
        page = await window(browser, api, editor)
        page.on("dialog", leave)
        page.on(
            "requestfinished", lambda one: puts.append(one.url) if one.method == "PUT" else None
        )
        await page.goto(at)
        await for_everyone(page)
        assert await page.locator(FILE).get_attribute("accept") == "video/*,audio/*,.mkv,.flv"
        await page.route("**/parts/2", broken)
        await page.set_input_files(FILE, file)
        await page.locator("[data-test=upload]").click()
        status = page.locator("[data-test=upload-status]")
        # The two others are through; what is left is tried again and again.
        await expect(page.locator("[data-upload-percent]")).to_have_text("66%", timeout=LONG)
        await expect(status).to_contain_text("连接中断", timeout=LONG)
        await for_everyone(page)
        await until(lambda: sorted(one.rpartition("/")[2] for one in puts) == ["1", "3"], within=15)

        puts.clear()
        await page.unroute("**/parts/2")
        await page.reload()
        await expect(page.locator("[data-media] [data-test=state]")).to_have_text("上传中")
        await page.set_input_files(FILE, file)
        await page.locator("[data-test=upload]").click()
        await page.wait_for_url("**/console/media/*-*-*")
        # Only what was missing came again. The page may be told of before its last request.
        await until(lambda: puts, within=15)
        assert [one.rpartition("/")[2] for one in puts] == ["2"]

        await expect(page.locator("[data-test=state]")).to_have_text("处理中")
        await for_everyone(page)
        await cast.work()
        # The page follows by itself.
        await expect(page.locator("[data-test=state]")).to_have_text("可以使用", timeout=LONG)
        await expect(page.get_by_text("画面整体切换的时刻：0:03、0:06。")).to_be_visible()
        await for_everyone(page)
        player = page.locator("[data-test=player]")
        await player.evaluate(
            "video => video.readyState > 0 || new Promise(done => video.onloadedmetadata = done)"
        )
        assert abs(await player.evaluate("video => video.duration") - 9) < 0.2
        await page.screenshot(path=tmp_path / "made.png", full_page=True)
    await editor.close()


async def test_what_is_refused_is_said_in_the_servers_words_and_slides_show_their_pages(
    cast: Cast, api: str, tmp_path: Path
) -> None:
    assert cast.house
    editor = await at_work(cast, Role.EDITOR)
    at = f"{api}/console/media?of={await a_lecture(cast.house)}"
    large = tmp_path / "large.vtt"
    large.write_bytes(bytes(3 * 2**20))
    async with chromium() as browser:
        page = await window(browser, api, editor)
        await page.goto(at)
        await page.select_option(KIND, "subtitles")
        assert await page.locator(FILE).get_attribute("accept") == ".vtt"
        await page.set_input_files(FILE, large)
        await page.locator("[data-test=upload]").click()
        status = page.locator("[data-test=upload-status]")
        await expect(status).to_contain_text("字幕不能超过 2 MB，这个文件有 3 MB")

        await page.select_option(KIND, "slides")
        await page.set_input_files(FILE, make_pdf(tmp_path / "课件.pdf", pages=3))
        await page.locator("[data-test=upload]").click()
        await page.wait_for_url("**/console/media/*-*-*")
        await asyncio.gather(cast.work(), page.locator(".previews li").nth(2).wait_for())
        await for_everyone(page)
        await page.screenshot(path=tmp_path / "slides.png", full_page=True)
    await editor.close()
