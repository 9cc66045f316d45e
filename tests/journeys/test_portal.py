"""The lecture zone of the district's portal in a browser: found, read, played, for everyone."""

import asyncio
import tomllib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from domain.lectures.lectures import named
from domain.lectures.programme import Chapter, Cue
from domain.media.assets import Kind
from server import development, wiring
from tests import recordings
from tests.cast import Cast
from tests.journeys.axe import faults
from tests.journeys.cinema import worked
from tests.lecturing import filled, house_of, shown
from tests.served import Served

WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
PLAYED = "(video) => new Promise((done) => { video.ontimeupdate = () => done(video.currentTime); })"
# In a box as a recording has it, of which nothing hangs over.
UNCUT = """(all) => all.map((one) => {
  const { width, height } = one.getBoundingClientRect();
  return Math.abs(width / height - 16 / 9) < 0.01 && getComputedStyle(one).objectFit === "contain";
})"""
# Of the table of the starter lecture, on a wide screen: the card's inner width, and what is in it.
INSIDE = "(one) => [one.scrollWidth, one.clientWidth]"
STARTER = Path(__file__).parents[2] / "content/lectures/credit-repair.toml"
SPOKEN = ("00:00.000", "00:03.000", "今天讲信用修复")


def apart(do: Callable[[], Awaitable[str]]) -> str:
    """In a thread of its own: while Playwright runs, no other loop can in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(do())).result()  # type: ignore[arg-type]


async def lecture(place: Served, folder: Path) -> str:
    """One with a recording, slides and subtitles, made and shown as editors do; its id."""
    settings = development.settings(
        sandbox=place.sandbox,
        public_url=place.api,
        data_folder=place.folder,
        mongo_uri=place.mongo_uri,
        workers=0,
    )
    parts = await wiring.build(settings, mongo_uri=place.mongo_uri)
    cast = Cast(api=place.api, sandbox=place.sandbox, workers=None)
    try:
        cast.house, cast.database = parts.house, parts.database
        house, version = house_of(cast), await filled(cast, title="企业怎样申请信用修复")
        contents = {
            Kind.RECORDING: recordings.make_recording(folder / "a.mp4").read_bytes(),
            Kind.SLIDES: recordings.make_pdf(folder / "a.pdf", pages=2).read_bytes(),
            Kind.SUBTITLES: recordings.vtt(SPOKEN).encode(),
        }
        files = {}
        for kind, content in contents.items():
            asset = await recordings.sent(
                house, kind, f"讲座.{kind.value}", content, of=named(version.lecture_id)
            )
            await worked(cast, asset.id)
            files[kind.value] = asset.id
        starter = tomllib.loads(STARTER.read_text("utf-8"))
        said = {
            "chapters": (Chapter(at_ms=0, title="开场"),),
            "cues": (Cue(at_ms=0, page=1),),
            "outline": "<p>企业申请信用修复的条件。</p>" + starter["outline"],
            "begins_at": house.clock() - timedelta(hours=2),
            "ends_at": house.clock() - timedelta(hours=1),
        }
        await shown(house, version, replace(version.programme, **files, **said))
        return version.lecture_id
    finally:
        await cast.close()
        await parts.close()


@pytest.fixture(scope="module")
def lecture_id(place: Served, tmp_path_factory: pytest.TempPathFactory) -> str:
    return apart(lambda: lecture(place, tmp_path_factory.mktemp("media")))


def is_for_everyone(page: Page) -> None:
    assert faults(page) == []
    for width in (375, 320):
        page.set_viewport_size(ViewportSize(width=width, height=812))
        whole, seen = page.evaluate(WIDTHS)
        assert whole <= seen


def test_a_resident_finds_a_lecture_reads_its_slides_and_plays_its_replay(
    browser: Browser, place: Served, lecture_id: str
) -> None:
    """Without a script of ours, and with nothing that the policy of the page refuses."""
    context = browser.new_context(viewport=ViewportSize(width=375, height=812), locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{place.api}/lectures")
    is_for_everyone(page)
    for width in (375, 1280):
        page.set_viewport_size(ViewportSize(width=width, height=812))
        pictures = page.locator("img.poster")
        assert pictures.evaluate_all(UNCUT) == [True] * pictures.count()
        assert pictures.count()
    page.locator("#q").fill("申请信用修复的条件")
    page.get_by_role("button", name="查找").click()
    page.locator("[data-test=found]").wait_for()
    is_for_everyone(page)
    page.get_by_role("link", name="企业怎样申请信用修复").click()
    page.wait_for_url(f"**/lectures/{lecture_id}")
    is_for_everyone(page)
    for width in (1200, 375):
        page.set_viewport_size(ViewportSize(width=width, height=812))
        whole, seen = page.locator("[data-test=outline]:has(table)").evaluate(INSIDE)
        assert whole <= seen
    page.locator("[data-test=slides] img").first.scroll_into_view_if_needed()
    page.wait_for_function(
        "[...document.querySelectorAll('[data-test=slides] img')].some((one) => one.naturalWidth)"
    )
    video = page.locator("[data-test=player]")
    video.evaluate("(video) => { video.muted = true; return video.play(); }")
    assert video.evaluate(PLAYED) >= 0
    cue = "(video) => video.textTracks[0].cues?.[0]?.text"
    page.wait_for_function(f"({cue})(document.querySelector('video'))")
    assert video.evaluate(cue) == SPOKEN[2]
    assert complaints == []
    context.close()
