"""A lecture with a real recording, real slides and subtitles, worked on by the house itself."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from domain.lectures.lectures import named
from domain.lectures.programme import Access, Chapter, Cue, LiveKind
from domain.media.assets import AssetState, Kind
from server import development, wiring
from tests.cast import Cast, Person
from tests.journeys.hands import Hand
from tests.lecturing import EDITOR, filled, house_of, shown
from tests.live import id_of
from tests.recordings import make_pdf, make_recording, make_slides, sent, vtt
from tests.served import Served
from tests.staffing import act

SECONDS, PAGES, PLACES = 40, 4, 50
# In which its files are made, also where others have the machine.
PATIENCE = 180
# Where pictures of every page are left for a person to look at, if anywhere.
PICTURES = os.environ.get("CREDIT_TEST_PICTURES", "")
AT = "media => media.currentTime"
# The last page is never spoken of.
CUES = (Cue(at_ms=0, page=1), Cue(at_ms=10_000, page=2), Cue(at_ms=20_000, page=3))
CHAPTERS = (Chapter(at_ms=0, title="开场"), Chapter(at_ms=20_000, title="问答"))
SPOKEN = vtt(
    ("00:00:00.000", "00:00:09.000", "先说什么是失信行为。"),
    ("00:00:20.000", "00:00:39.000", "公示满三个月可以申请信用修复 &amp; 移出名单。"),
)
OUTLINE = """<h2>要点</h2><ul><li>信用修复的<strong>条件</strong></li><li>办理步骤</li></ul>
<table><tr><th>材料</th><th>份数</th></tr><tr><td>承诺书</td><td>1</td></tr></table>
<p>见<a href="https://www.creditchina.gov.cn">信用中国</a>。</p>"""


@dataclass(frozen=True)
class Cinema:
    """Where the lecture is shown."""

    cast: Cast
    lecture_id: str

    @property
    def path(self) -> str:
        return f"/v1/lectures/{self.lecture_id}"

    async def far(self, person: Person) -> dict[str, Any]:
        """What the server has heard of them."""
        answer = await person.get(f"{self.path}/progress")
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def number(self, person: Person) -> str:
        """Of the certificate they were issued."""
        [one] = (await person.get("/v1/certificates")).raise_for_status().json()["items"]
        return str(one["number"])

    async def seen(self, person: Person) -> list[list[int]]:
        """The stretches that the server believes."""
        assert self.cast.database is not None
        row = await self.cast.database["lecture_progress"].find_one(
            {"lecture_id": self.lecture_id, "person_id": await id_of(person)}
        )
        return [list(one) for one in row["seen"]] if row else []


async def worked(cast: Cast, asset_id: str) -> None:
    """By a server beside, if these workers are not here: two would take each other's file away."""
    house = house_of(cast)
    async with asyncio.timeout(PATIENCE):
        while not (asset := await house.media.assets.get(asset_id)).ready:  # type: ignore[union-attr]  # is there
            assert asset
            assert asset.state is not AssetState.FAILED, asset.steps
            if cast.workers:
                await house.media.processing.work(act(house, EDITOR), asset_id=asset_id)
            await asyncio.sleep(0.1)


async def cinema(cast: Cast, folder: Path, **said: Any) -> Cinema:
    """One that is shown: forty seconds, four pages of which three are spoken of, two chapters."""
    house = house_of(cast)
    draft = await filled(cast)
    of = named(draft.lecture_id)
    slides = make_slides(folder / "slides", PAGES)
    film = make_recording(folder / "a.mp4", seconds=SECONDS, slides=slides, size=(640, 360))
    paper = make_pdf(folder / "a.pdf", pages=PAGES)
    contents = {
        Kind.RECORDING: ("讲座.mp4", film.read_bytes()),
        Kind.SLIDES: ("课件.pdf", paper.read_bytes()),
        Kind.SUBTITLES: ("字幕.vtt", SPOKEN.encode()),
        Kind.DOCUMENT: ("申请表（样例）.pdf", paper.read_bytes()),
    }
    made = {}
    for kind, (name, content) in contents.items():
        asset = await sent(house, kind, name, content, of=of)
        await worked(cast, asset.id)
        made[kind] = asset.id
    given = {
        "recording": made[Kind.RECORDING],
        "slides": made[Kind.SLIDES],
        "subtitles": made[Kind.SUBTITLES],
        "attachments": (made[Kind.DOCUMENT],),
        "outline": OUTLINE,
        "access": Access.REGISTERED,
        "places": PLACES,
        "certificate_percent": 50,
        "live_kind": LiveKind.NONE,
        "live_address": "",
        "begins_at": house.clock() - timedelta(hours=1),
        "ends_at": house.clock() + timedelta(days=1),
    }
    timeline = {"chapters": CHAPTERS, "cues": CUES}
    await shown(house, draft, replace(draft.programme, **{**given, **timeline, **said}))
    if cast.workers:
        await cast.work()
    return Cinema(cast, draft.lecture_id)


def brought(place: Served, folder: Path) -> str:
    """One that everybody may watch, made beside a server that runs; its id.

    In a thread of its own: while Playwright runs, no other event loop can in this one.
    """

    async def bring() -> str:
        settings = development.settings(
            sandbox=place.sandbox, public_url=place.api, data_folder=place.folder, workers=0
        )
        parts = await wiring.build(settings, mongo_uri=place.mongo_uri)
        cast = Cast(api=place.api, sandbox=place.sandbox, workers=None)
        cast.house, cast.database = parts.house, parts.database
        try:
            return (await cinema(cast, folder, access=Access.PUBLIC)).lecture_id
        finally:
            await cast.close()
            await parts.close()

    with ThreadPoolExecutor(1) as beside:
        return beside.submit(lambda: asyncio.run(bring())).result()


async def look(page: Page, name: str) -> None:
    """Pictures of a page as it is, in usual and in larger type."""
    if not PICTURES:
        return
    for type_ in ("", "large"):
        await page.evaluate("type => { document.documentElement.dataset.type = type; }", type_)
        file = Path(PICTURES) / f"{name}{'-large' if type_ else ''}.png"
        await page.screenshot(path=file, full_page=True)
    await page.evaluate("() => { delete document.documentElement.dataset.type; }")


async def played_until(hand: Hand, second: float) -> None:
    await hand.page.wait_for_function(
        "at => document.querySelector('[data-test=media]').currentTime >= at", arg=second
    )


async def pause(hand: Hand) -> float:
    """Where it stands then; what was played is told."""
    async with hand.page.expect_response("**/beats"):
        await hand["media"].evaluate("media => media.pause()")
    return float(await hand["media"].evaluate(AT))


async def begin(hand: Hand, shown: Cinema, mode: str = "video") -> None:
    await hand.go(f"/lectures/{shown.lecture_id}/replay")
    await hand.page.locator(f"[data-test=mode][value={mode}]").check()
    await hand["from-start"].click()
    await played_until(hand, 0.5)


async def registered(person: Person, shown: Cinema) -> None:
    (await person.post(f"{shown.path}/registration")).raise_for_status()
