"""Figures of lectures, and a version as a resident will see it."""

import csv
import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

from domain.lectures.figures import Counted, Fall, LectureFigures
from domain.lectures.lectures import Lecture
from domain.lectures.programme import Access, LiveKind
from domain.lectures.reading import Shown
from domain.lectures.versions import Version
from domain.media.assets import Found, Kind
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.domain.lectures.samples import NOW, WHOLE, asset
from tests.lecturing import MINUTE, anew, filled, house_of, published, series, withdrawn
from tests.staffing import Colleague
from tests.watching import hall


def figures(counted: Counted, duration_ms: int = 5 * MINUTE) -> LectureFigures:
    """Of a lecture with a recording of so many milliseconds and slides of 12 pages."""
    found = Found(duration_ms=duration_ms, pages=12)
    files = {one.value: asset(one, found=found) for one in (Kind.RECORDING, Kind.SLIDES)}
    lecture = Lecture(id="l1", created_at=NOW, changed_at=NOW).showing("v1", WHOLE, now=NOW)
    return LectureFigures(shown=Shown(lecture=lecture, series="s", assets=files), counted=counted)


def test_the_curve_has_every_minute_and_the_greatest_falls_are_named() -> None:
    one = figures(Counted(viewers=10, minutes={0: 10, 1: 9, 2: 4, 4: 3}, pages={1: 10, 12: 2}))
    assert one.curve == [10, 9, 4, 0, 3]
    assert one.falls == [Fall(minute=2, lost=5), Fall(minute=3, lost=4), Fall(minute=1, lost=1)]
    assert one.pages == [10, *[0] * 10, 2]
    assert one.mean_percent == 26 * 100 // 50
    assert one.month == "2026-12"


def test_a_minute_that_is_not_full_counts_too_and_nobody_is_no_share() -> None:
    assert len(figures(Counted(), duration_ms=5 * MINUTE + 1).curve) == 6
    assert figures(Counted()).mean_percent is None
    assert figures(Counted(viewers=1), duration_ms=0).mean_percent is None
    # Who watched little is no viewer, and yet the minutes count: no share is over the whole.
    assert figures(Counted(viewers=1, minutes=dict.fromkeys(range(5), 3))).mean_percent == 100


async def test_what_people_watched_is_counted_minute_by_minute_and_page_by_page(
    cast: Cast, alice: Person, charlie: Person, clock: Clock, editor: Colleague
) -> None:
    made = await hall(cast)
    for person, until in ((alice, 3 * MINUTE), (charlie, MINUTE)):
        seat = await made.sit(person)
        clock.ahead += timedelta(milliseconds=until)
        await seat.tell((0, until), looks=[{"page": 1, "ms": 5000}, {"page": 3, "ms": 5000}])
    page = unescape(await editor.page(f"/console/lectures/{made.lecture_id}/figures"))
    assert re.search(r"<dt>观看人数</dt><dd>2</dd>", page)
    assert "开始 2，最多 2，最少 0，结尾 0" in page
    assert "第 1 分钟起少了 1 人" in page
    rows = re.findall(r"第 (\d+) 页</th><td data-label=\"看过人数\">(\d+)", page)
    assert [count for _, count in rows] == ["2", "0", "2", *["0"] * 9]
    path = f"/console/lectures/{made.lecture_id}/figures.csv"
    assert re.findall(r'href="([^"]+)" data-test="export"', page) == [
        f"{path}?table={table}" for table in ("lecture", "curve", "slides")
    ]
    minutes = await table_of(editor, f"{path}?table=curve")
    assert minutes == [["分钟", "观看人数"], *([str(n), c] for n, c in enumerate("21100"))]
    slides = await table_of(editor, f"{path}?table=slides")
    assert slides[:4] == [["课件页", "看过人数"], ["1", "2"], ["2", "0"], ["3", "2"]]
    assert len(slides) == 13
    heads, whole = await table_of(editor, path)
    assert (heads[0], whole[0], whole[heads.index("观看人数")]) == ("讲座", "信用修复怎么办", "2")
    assert (await editor.get(f"{path}?table=all")).status_code == 422


async def table_of(editor: Colleague, path: str) -> list[list[str]]:
    """A file that holds one table: each of its lines is as long as its head."""
    answer = (await editor.get(path)).raise_for_status()
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert {len(line) for line in lines} == {len(lines[0])}
    return lines


async def test_what_was_watched_of_a_withdrawn_lecture_is_counted_on_and_it_is_marked(
    cast: Cast, alice: Person, charlie: Person, clock: Clock, editor: Colleague
) -> None:
    of = await series(house_of(cast))
    made = await hall(cast, series=of.id, access=Access.REGISTERED, places=1, title="撤下的一讲")
    await hall(cast, series=of.id, title="还在的一讲")
    for person in (alice, charlie):
        (await person.post(f"{made.path}/registration")).raise_for_status()
    seat = await made.sit(alice)
    clock.ahead += timedelta(seconds=60)
    await seat.tell((0, 60_000))
    path = f"/console/lecture-figures.csv?series={of.id}"
    heads, *before = await table_of(editor, path)
    await withdrawn(cast, made.lecture_id)
    heads, *after = await table_of(editor, path)
    told = {row[0]: dict(zip(heads, row, strict=True)) for row in after}
    assert told["撤下的一讲"]["状态"] == "已下线"
    assert told["还在的一讲"]["状态"] == "已发布"
    names = ("观看人数", "报名", "候补")
    assert [told["撤下的一讲"][name] for name in names] == ["1", "1", "1"]
    assert [[*row[:1], *row[2:]] for row in after] == [[*row[:1], *row[2:]] for row in before]
    for table, name in (("series", of.title), ("months", f"{clock():%Y-%m}")):
        [_, *totals] = await table_of(editor, f"{path}&table={table}")
        assert [row[1:] for row in totals] == [["2", "1", "1", "0"]], name
    page = unescape(await editor.page(f"/console/lecture-figures?series={of.id}"))
    assert page.count('data-label="状态">已下线') == 1
    assert "下线前的观看仍然计入" in await editor.page(
        f"/console/lectures/{made.lecture_id}/figures"
    )
    # Shown again it begins with nobody; withdrawn anew only the last round counts.
    await anew(cast, made.version.id)
    await withdrawn(cast, made.lecture_id)
    heads, *after = await table_of(editor, path)
    told = {row[0]: dict(zip(heads, row, strict=True)) for row in after}
    assert [told["撤下的一讲"][name] for name in names] == ["1", "0", "0"]


async def test_a_file_is_called_by_what_is_in_it_in_words_that_every_system_takes(
    cast: Cast, editor: Colleague
) -> None:
    title = '信用/修复: "怎么办"？' + "长" * 45
    made = await published(cast, title=title)
    path = f"/console/lectures/{made.lecture_id}/figures.csv?table=curve"
    said = (await editor.get(path)).raise_for_status().headers["Content-Disposition"]
    plain, _, coded = said.partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="lecture-curve.csv"'
    assert coded.isascii()
    name = unquote(coded)
    assert name.startswith("讲座数据-信用 修复 怎么办 ？长长")
    assert name.endswith("长…-每分钟观看人数.csv")
    assert made.lecture_id not in said
    said = (await editor.get("/console/lecture-figures.csv")).headers["Content-Disposition"]
    assert unquote(said).endswith("云讲堂数据-各讲座.csv")


async def test_all_stand_together_by_series_and_by_month_and_are_exported(
    cast: Cast, clock: Clock, editor: Colleague
) -> None:
    of = await series(house_of(cast))
    months = [clock() + timedelta(days=days) for days in (1, 40)]
    for at in months:
        await published(
            cast, series=of.id, title="=1+1", begins_at=at, ends_at=at + timedelta(hours=1)
        )
    page = await editor.page(f"/console/lecture-figures?series={of.id}")
    assert page.count("data-lecture=") == 2
    assert re.search(rf'<th scope="row">{of.title}</th><td data-label="讲座">2</td>', page)
    answer = await editor.get(f"/console/lecture-figures.csv?series={of.id}")
    text = answer.raise_for_status().content.decode("utf-8-sig")
    # No program takes a title for a formula.
    assert text.count("'=1+1") == 2
    text = await table_of(editor, f"/console/lecture-figures.csv?series={of.id}&table=series")
    assert text[1:] == [[of.title, "2", "0", "0", "0"]]


async def test_a_lecture_that_was_never_shown_has_no_figures(cast: Cast, editor: Colleague) -> None:
    version = await filled(cast)
    answer = await editor.get(f"/console/lectures/{version.lecture_id}/figures")
    assert answer.status_code == 404


# -- the preview ---------------------------------------------------------------------------


async def test_a_version_is_seen_as_a_resident_will_see_it_before_anybody_does(
    cast: Cast, editor: Colleague
) -> None:
    made = await hall(cast)
    desk = house_of(cast).lectures.desk
    later = await anew(cast, made.version.id, title="下一版的标题")
    version = await desk.version(later.id)
    page = await editor.page(f"/console/lecture-versions/{version.id}/preview")
    public = (await cast.client.get(f"/lectures/{made.lecture_id}")).raise_for_status().text

    def said(text: str) -> str:
        """Without what a preview says of itself, where it leads and where its files lie."""
        text = text.replace('<meta name="robots" content="noindex">\n', "")
        text = re.sub(r'(?s)<section id="on-phone".*?</section>\n', "", text)
        text = re.sub(r'<p class="verdict".*?</p>|<p><a href="/lectures">.*?</p>', "", text)
        return text.replace(f"/media/{made.lecture_id}/", "/console/media/")

    assert "这是第 3 版（已发布）的预览" in page
    assert 'content="noindex"' in page
    assert said(page) == said(public)
    # Its files are played by the staff's own way.
    (source,) = re.findall(r'<source src="([^"]+\.mp4)"', page)
    assert (await editor.get(source)).status_code == 200


async def phone_says(editor: Colleague, version: Version) -> dict[str, str]:
    """What a preview says that only a phone shows."""
    page = await editor.page(f"/console/lecture-versions/{version.id}/preview")
    (told,) = re.findall(r'(?s)<section id="on-phone".*?</section>', page)
    return dict(re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", told))


async def test_a_preview_says_what_a_phone_shows_and_the_portal_does_not(
    cast: Cast, editor: Colleague, charlie: Person
) -> None:
    more = {"places": 3, "certificate_percent": 80, "access": Access.REGISTERED}
    live = {"live_kind": LiveKind.CHANNELS, "live_address": "sphSample01"}
    made = await hall(cast, **live, **more)
    (await charlie.post(f"{made.path}/registration")).raise_for_status()
    told = await phone_says(editor, made.version)
    assert "在微信视频号（sphSample01）：可以先预约" in told["直播"]
    assert "现在还剩 2 个名额" in told["报名"]
    assert told["回放"] == "只供已报名的用户观看，还没有报名的先引导去报名。"
    assert "看满 80%" in told["学习证书"]
    assert "讲座结束 7 天后不再接受提问" in told["问主讲人"]
    # Nobody who is no colleague reads any of it.
    public = (await cast.client.get(f"/lectures/{made.lecture_id}")).raise_for_status().text
    assert "on-phone" not in public
    draft = await filled(cast, begins_at=None, ends_at=None)
    told = await phone_says(editor, draft)
    assert list(told) == ["直播", "报名", "学习证书", "问主讲人"]
    assert "不需要报名" in told["报名"]
    assert "不发学习证书" in told["学习证书"]


async def test_a_draft_without_anything_but_a_title_is_previewed_too(
    cast: Cast, editor: Colleague
) -> None:
    version = await filled(cast, begins_at=None, ends_at=None, outline="")
    page = await editor.page(f"/console/lecture-versions/{version.id}/preview")
    assert version.programme.title in page
