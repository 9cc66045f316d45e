"""The lecture desk on a narrow screen: every cell of its lists is read as it is written."""

from datetime import timedelta

from playwright.async_api import Page, ViewportSize

from domain.media.assets import AssetState, Kind
from domain.staff.roles import Role
from tests.cast import Cast
from tests.journeys.test_console_pages import WIDE, at_screen, for_everyone
from tests.lecturing import anew, file, house_of, published, submitted, withdrawn
from tests.staffing import act, at_work

TITLE = "企业被列入经营异常名录和严重违法失信名单以后怎样申请移出并办理信用修复（第二讲：问答）"
SERIES = "云讲堂：企业信用修复实务系列讲座（下半年，越秀区各街道）"
FILE = "2026-11-30-企业信用修复实务-第二讲-实务问答-final-v3-final-final.mp4"
# A link and the words after it are one run of text: apart, they would stand at either side.
TORN = """[...document.querySelectorAll(".results td")]
    .filter(cell => [...cell.childNodes].filter(node => node.textContent.trim()).length > 1)
    .map(cell => cell.textContent)"""
# What of all that is written stands beyond the screen, or is longer than its place.
CUT = """[...document.querySelectorAll("main a, main td, main th, main h1, main button")]
    .filter(one => one.checkVisibility())
    .filter(one => [...one.getClientRects()].some(box => box.left < 0 || box.right > innerWidth)
        || one.clientWidth && one.scrollWidth > one.clientWidth)
    .map(one => one.textContent)"""


async def on_a_phone(page: Page, path: str) -> None:
    await page.set_viewport_size(ViewportSize(width=375, height=812))
    await page.goto(path)
    assert await page.evaluate(WIDE) <= 0
    assert await page.evaluate(TORN) == []
    assert await page.evaluate(CUT) == []


async def test_lists_of_lectures_are_whole_on_a_narrow_screen(cast: Cast) -> None:
    house = house_of(cast)
    by = act(house, "an-editor")
    series = await house.lectures.desk.add_series(by, title=SERIES, summary="")
    shown = await published(cast, title=TITLE, series=series.id, speaker="欧阳明远、王敏")
    await anew(cast, shown.id)
    await house.lectures.desk.begin(by, made_from=shown.id)
    await submitted(cast, title="Credit-Repair-in-Practice-A-Guide-for-Small-Enterprises")
    await published(cast, publish_at=house.clock() + timedelta(days=3))
    of = shown.lecture_id
    gone = await published(cast, title=TITLE, series=series.id)
    await withdrawn(cast, gone.lecture_id)
    await file(cast, of, Kind.RECORDING, name=FILE, state=AssetState.FAILED)
    pages = {
        "lectures": "/console/lectures",
        "lecture": f"/console/lectures/{of}",
        "lecture-files": f"/console/media?of=lecture:{of}",
        "lecture-figures": f"/console/lecture-figures?series={series.id}",
        "lecture-figures-one": f"/console/lectures/{gone.lecture_id}/figures",
    }
    for role in (Role.EDITOR, Role.OFFICE):
        colleague = await at_work(cast, role)
        async with at_screen(colleague) as page:
            for name, path in pages.items():
                await on_a_phone(page, path)
                await for_everyone(page, path, f"{name}-{role.value}")
        await colleague.close()
