"""The lecture zone on the district's portal: pages and feed, cached, of what is shown alone."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

from domain.lectures.programme import Access, Cue, LiveKind
from domain.lectures.versions import Version
from domain.media.assets import Found, Kind, Rendition
from domain.time import in_words
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.lecturing import MINUTE, anew, file, filled, house_of, published, shown, withdrawn
from tests.problems import check_problem
from tests.staffing import PAGE
from tests.watching import hall

FEED = "/feeds/lectures.json"
MP4 = "video/mp4"


def made(name: str, first: str, media_type: str, size: int = 2_000_000) -> Rendition:
    return Rendition(name=name, first=first, media_type=media_type, size=size)


FILES = {
    Kind.RECORDING: {
        "found": Found(duration_ms=5 * MINUTE),
        "renditions": [
            made("hls", "index.m3u8", "application/vnd.apple.mpegurl"),
            made("video", "video.mp4", MP4),
            made("audio", "audio.m4a", "audio/mp4", 27_000),
            made("poster", "poster.jpg", "image/jpeg"),
        ],
    },
    Kind.SLIDES: {
        "name": "课件.pptx",
        "found": Found(pages=2),
        "renditions": [
            made("pages", "0001.jpg", "image/jpeg"),
            made("document", "slides.pdf", "application/pdf"),
        ],
    },
    Kind.SUBTITLES: {"renditions": [made("subtitles", "subtitles.vtt", "text/vtt")]},
}


def lectures_in(page: str) -> list[str]:
    return re.findall(r'data-lecture="([^"]+)"', page)


async def whole(cast: Cast, **said: Any) -> Version:
    """A lecture that is shown with recording, slides and subtitles, and was held."""
    now = house_of(cast).clock()
    times = {"begins_at": now - timedelta(hours=2), "ends_at": now - timedelta(hours=1)}
    version = await filled(cast, **times)
    files = {
        kind.value: (await file(cast, version.lecture_id, kind, **given)).id
        for kind, given in FILES.items()
    }
    cues = (Cue(at_ms=0, page=1),)
    programme = replace(version.programme, **files, cues=cues, **said)
    await shown(house_of(cast), version, programme)
    return await house_of(cast).lectures.desk.version(version.id)


async def read(person: Person, path: str, **headers: str) -> Any:
    """As a browser that nobody is signed in with."""
    return await person.send("GET", path, headers={"Authorization": "", **PAGE, **headers})


async def page_of(person: Person, path: str) -> str:
    return str((await read(person, path)).raise_for_status().text)


async def item_of(person: Person, lecture_id: str) -> dict[str, Any] | None:
    """A lecture in the feed, wherever it stands in it."""
    path = f"{FEED}?limit=100"
    while True:
        feed = (await read(person, path)).raise_for_status().json()
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        for item in feed["items"]:
            if item["id"] == lecture_id:
                found: dict[str, Any] = item
                return found
        if "next_url" not in feed:
            return None
        path = feed["next_url"]


async def test_a_lecture_has_a_page_with_replay_slides_and_documents(
    charlie: Person, cast: Cast
) -> None:
    version = await whole(cast)
    page = await page_of(charlie, f"/lectures/{version.lecture_id}")
    recording, slides = version.programme.recording, version.programme.slides
    at = f"/media/{version.lecture_id}"
    sources = re.findall(r'<source src="([^"]+)" type="([^"]+)">', page)
    assert sources == [
        (f"{at}/{recording}/hls/index.m3u8", "application/vnd.apple.mpegurl"),
        (f"{at}/{recording}/video/video.mp4", MP4),
        (f"{at}/{recording}/audio/audio.m4a", "audio/mp4"),
    ]
    assert f'poster="{at}/{recording}/poster/poster.jpg"' in page
    assert f"{at}/{version.programme.subtitles}/subtitles/subtitles.vtt" in page
    images = re.findall(r'<img src="([^"]+)" alt="课件第 (\d+) 页"', page)
    assert images == [
        (f"{at}/{slides}/pages/0001.jpg", "1"),
        (f"{at}/{slides}/pages/0002.jpg", "2"),
    ]
    assert f'<a href="{at}/{slides}/document/slides.pdf" download>课件.pdf</a>（1.9 MB）' in page
    assert "仅声音</a>（26.4 KB）" in page
    assert "<p>第一讲：信用修复的条件和步骤。</p>" in page


async def test_a_certificate_is_promised_with_all_that_it_takes(
    charlie: Person, cast: Cast
) -> None:
    version = await whole(cast)
    assert "学习证书" not in await page_of(charlie, f"/lectures/{version.lecture_id}")
    await anew(cast, version.id, certificate_percent=60)
    page = await page_of(charlie, f"/lectures/{version.lecture_id}")
    assert "看满回放的 60% 可以领取" in page
    assert "须先完成实名认证" in page
    assert "在本页观看不计入" in page


async def test_every_address_on_a_page_and_in_the_feed_is_one_of_a_file_that_is_there(
    charlie: Person, cast: Cast
) -> None:
    lecture = await hall(cast, access=Access.PUBLIC)
    page = await page_of(charlie, f"/lectures/{lecture.lecture_id}")
    paths = re.findall(r'"(/media/[^"]+)"', page)
    item = await item_of(charlie, lecture.lecture_id)
    assert item
    urls = [one["url"] for one in item["attachments"]]
    more = item["_credit_yuexiu"]
    urls += [*more["slides"], more["subtitles"], item["image"]]
    assert {url.removeprefix(house_of(cast).public_url) for url in urls} == set(paths)
    for path in paths:
        assert (await cast.client.get(path)).status_code == 200, path


async def test_nothing_but_our_own_pictures_and_recordings_is_loaded_and_nothing_runs(
    charlie: Person, cast: Cast
) -> None:
    """Whatever an outline should hold."""
    version = await whole(cast, outline="<p onclick='x()'>好<script>x()</script></p>")
    for path in ("/lectures", f"/lectures/{version.lecture_id}"):
        answer = await read(charlie, path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("media-src 'self'; default-src 'none'; style-src 'self'")
        assert "script-src" not in policy
        assert "<script" not in answer.text
        assert "onclick" not in answer.text
        assert " style=" not in answer.text


async def test_what_is_not_open_to_all_is_watched_in_the_mini_program(
    charlie: Person, cast: Cast
) -> None:
    version = await whole(cast, access=Access.SIGNED_IN)
    page = await page_of(charlie, f"/lectures/{version.lecture_id}")
    assert "回放供登录用户观看" in page
    assert not re.search(r"<video|<source|课件第|download", page)
    item = await item_of(charlie, version.lecture_id)
    assert item
    assert (item["attachments"], item["_credit_yuexiu"]["slides"]) == ([], [])
    # The picture that stands for it is anybody's.
    assert item["image"].endswith("/poster/poster.jpg")


async def test_a_recording_that_waits_for_its_lecture_to_begin_is_not_played(
    charlie: Person, cast: Cast
) -> None:
    begins = house_of(cast).clock() + timedelta(days=2)
    held = {"begins_at": begins, "ends_at": begins + timedelta(hours=1)}
    lecture = await hall(cast, access=Access.PUBLIC, **held)
    page = await page_of(charlie, f"/lectures/{lecture.lecture_id}")
    assert f"回放从 {in_words(begins)} 讲座开始时起可以观看，不用登录" in page
    assert "即将开始" in page
    assert not re.search(r"<video|<source|课件第|download", page)


async def test_before_it_is_held_a_page_says_where_it_is_live_how_one_registers_and_for_whom(
    charlie: Person, alice: Person, cast: Cast, clock: Clock
) -> None:
    begins = house_of(cast).clock() + timedelta(days=1)
    held = {"begins_at": begins, "ends_at": begins + timedelta(hours=1)}
    live = {"live_kind": LiveKind.CHANNELS, "live_address": "sphSample01"}
    lecture = await hall(cast, access=Access.REGISTERED, places=1, **held, **live)
    path = f"/lectures/{lecture.lecture_id}"
    page = await page_of(charlie, path)
    in_program = "微信小程序“信用越秀”的云讲堂中"
    assert f"在微信视频号直播，请在{in_program}预约和进入" in page
    assert f"还剩 1 个名额，先到先得，请在{in_program}报名" in page
    assert f"回放从 {in_words(begins)} 讲座开始时起供已报名的用户观看" in page
    (await alice.post(f"/v1{path}/registration")).raise_for_status()
    assert f"名额已满，可以在{in_program}候补" in await page_of(charlie, path)
    clock.ahead = timedelta(days=2)
    assert not re.search('data-test="(live|places)"', await page_of(charlie, path))


async def test_a_live_lecture_elsewhere_keeps_its_address_to_the_mini_program(
    charlie: Person, cast: Cast
) -> None:
    address = "https://live.example/1"
    version = await published(cast, live_kind=LiveKind.OTHER, live_address=address)
    page = await page_of(charlie, f"/lectures/{version.lecture_id}")
    begins = version.programme.begins_at
    assert begins
    assert f"{in_words(begins - timedelta(minutes=30))} 起开放" in page
    assert address not in page
    assert "个名额" not in page


async def test_the_zone_lists_what_is_shown_by_series(charlie: Person, cast: Cast) -> None:
    first, second = await published(cast, title="甲讲座"), await published(cast, title="乙讲座")
    draft = await filled(cast, title="丙讲座")
    zone = await page_of(charlie, f"/lectures?series={first.programme.series}")
    assert lectures_in(zone) == [first.lecture_id]
    other = await page_of(charlie, f"/lectures?series={second.programme.series}&limit=100")
    assert "乙讲座" in other
    assert "甲讲座" not in other
    assert draft.lecture_id not in await page_of(charlie, "/lectures?limit=100")
    await withdrawn(cast, first.lecture_id)
    assert first.lecture_id not in await page_of(
        charlie, f"/lectures?series={first.programme.series}"
    )
    gone = await read(charlie, f"/lectures/{first.lecture_id}")
    assert gone.status_code == 410
    assert "已下线，不再提供观看。下线理由：内容有误" in gone.text
    assert await item_of(charlie, first.lecture_id) is None
    missing = await charlie.send("GET", "/lectures/nothing")
    check_problem(missing, 404, "not_found")


async def test_the_zone_is_searched_for_what_is_said_in_lectures(
    charlie: Person, cast: Cast
) -> None:
    word = house_of(cast).draw.id()[-12:]
    version = await published(cast, outline=f"<p>怎样申请{word}修复</p>")
    page = await page_of(charlie, f"/lectures?q={word}修复")
    assert lectures_in(page) == [version.lecture_id]
    assert f"内容提要：怎样申请{word}修复" in page
    none = await page_of(charlie, f"/lectures?q={word}房产")
    assert "没有找到含有这些文字的讲座" in none
    # What is typed is shown as text, whatever it is.
    assert "<b>" not in await page_of(charlie, "/lectures?q=%3Cb%3E")


async def test_search_engines_list_what_is_open_to_all_and_nothing_else(
    charlie: Person, cast: Cast
) -> None:
    public = await published(cast, access=Access.PUBLIC)
    restricted = await published(cast, access=Access.SIGNED_IN)
    gone = await published(cast, access=Access.PUBLIC)
    await withdrawn(cast, gone.lecture_id)
    zone = await read(charlie, "/lectures?limit=1")
    following = re.search(r'rel="next" href="([^"]+)"', zone.text)
    assert following
    for path, listed in {
        "/lectures": True,
        f"/lectures?series={public.programme.series}": True,
        f"/lectures/{public.lecture_id}": True,
        following[1].replace("&amp;", "&"): False,
        "/lectures?series=nothing": False,
        f"/lectures/{restricted.lecture_id}": False,
        f"/lectures/{gone.lecture_id}": False,
        "/lectures/nothing": False,
        "/lectures?q=信用修复": False,
        "/promises": False,
        "/v/": False,
        "/nowhere": False,
    }.items():
        answer = await read(charlie, path)
        assert ("X-Robots-Tag" not in answer.headers) is listed, path
        assert ('<meta name="robots" content="noindex">' not in answer.text) is listed, path
    # What is no page has no place to say it but its headers.
    for path in (FEED, f"/v1/lectures/{public.lecture_id}", "/pages.css"):
        assert (await read(charlie, path)).headers["X-Robots-Tag"] == "noindex"


async def test_a_reader_of_feeds_finds_the_feed_by_the_zone(charlie: Person) -> None:
    page = await page_of(charlie, "/lectures")
    link = re.search(r'<link rel="alternate" type="([^"]+)" title="云讲堂" href="([^"]+)">', page)
    assert link
    feed = await read(charlie, link[2])
    assert feed.headers["Content-Type"] == link[1]
    assert feed.json()["version"] == "https://jsonfeed.org/version/1.1"


async def test_pages_and_feed_go_on_to_the_last_lecture(charlie: Person, cast: Cast) -> None:
    version = await published(cast)
    now = house_of(cast).clock()
    ids = [version.lecture_id]
    # Three that come, and three that are over: the first to begin first, and the last.
    for day in (2, 3, -1, -2, -3):
        begins_at, series = now + timedelta(days=day), version.programme.series
        ends_at = begins_at + timedelta(hours=1)
        made = await published(cast, series=series, begins_at=begins_at, ends_at=ends_at)
        ids.append(made.lecture_id)
    first = await page_of(charlie, f"/lectures?series={version.programme.series}&limit=2")
    assert lectures_in(first) == [*ids[:2], *ids[3:5]]
    more_coming, more = re.findall(r'rel="next" href="([^"]+)"', first)
    assert lectures_in(await page_of(charlie, unescape(more_coming))) == ids[2:3]
    assert lectures_in(await page_of(charlie, unescape(more))) == ids[5:]


async def test_the_feed_goes_on_from_the_last_that_was_shown(charlie: Person, cast: Cast) -> None:
    ids = [(await published(cast)).lecture_id for _ in range(3)]
    path, shown = f"{FEED}?limit=2", []
    while path:
        feed = (await read(charlie, path)).json()
        shown += [(one["date_published"], one["id"]) for one in feed["items"]]
        path = feed.get("next_url")
    # Others that were shown may lie between, and after, where a test was ahead of its time.
    assert [one for _, one in shown if one in ids] == ids[::-1]
    assert shown == sorted(shown, reverse=True)


async def test_the_feed_says_who_speaks_when_and_what_there_is(charlie: Person, cast: Cast) -> None:
    version = await whole(cast)
    item = await item_of(charlie, version.lecture_id)
    assert item
    public_url = house_of(cast).public_url
    at = f"{public_url}/media/{version.lecture_id}"
    assert item["url"] == f"{public_url}/lectures/{version.lecture_id}"
    assert (item["title"], item["authors"]) == ("信用修复怎么办", [{"name": "王敏"}])
    assert item["content_html"] == version.programme.outline
    attached = {one["url"]: one for one in item["attachments"]}
    video = attached[f"{at}/{version.programme.recording}/video/video.mp4"]
    assert (video["mime_type"], video["size_in_bytes"], video["duration_in_seconds"]) == (
        *(MP4, 2_000_000, 300),
    )
    slides = attached[f"{at}/{version.programme.slides}/document/slides.pdf"]
    assert "duration_in_seconds" not in slides
    more = item["_credit_yuexiu"]
    assert (more["phase"], len(more["slides"])) == ("replay", 2)


async def test_who_has_it_already_is_told_so_until_something_changes(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    version = await published(cast)
    for path in ("/lectures", f"/lectures/{version.lecture_id}", FEED):
        answer = await read(charlie, path)
        assert answer.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
        known = {"If-None-Match": answer.headers["ETag"]}
        same = await read(charlie, path, **known)
        assert (same.status_code, same.content) == (304, b"")
        head = await cast.client.head(path, headers=PAGE)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control"):
            assert head.headers[name] == answer.headers[name]
        assert (await cast.client.head(path, headers=known)).status_code == 304
    path = f"/lectures/{version.lecture_id}"
    tag = (await read(charlie, path)).headers["ETag"]
    # It begins: the page says so.
    clock.ahead = timedelta(days=1, minutes=1)
    live = await read(charlie, path, **{"If-None-Match": tag})
    assert (live.status_code, "直播中" in live.text) == (200, True)
    await anew(cast, version.id, title="改了标题")
    changed = await read(charlie, path, **{"If-None-Match": live.headers["ETag"]})
    assert (changed.status_code, "改了标题" in changed.text) == (200, True)
