"""Cloud lectures as everybody sees them: the list, one of them, what is not shown."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.markup import clean_aside
from adapters.mongo.lectures import MongoLectures, MongoLectureVersions
from domain.lectures.programme import Access, Chapter, LiveKind
from domain.lectures.starting import Brought, Starter, Starting
from domain.media.assets import Kind, Rendition
from domain.pages import Ask
from server.wiring import Installation
from tests.cast import Cast
from tests.conftest import Clock
from tests.lecturing import FILLED, anew, file, house_of, published, series, submitted, withdrawn
from tests.problems import check_problem
from tests.staffing import act


async def listed(cast: Cast, **query: Any) -> list[dict[str, Any]]:
    """All pages of the list."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        asked = {**query, **({"cursor": cursor} if cursor else {})}
        answer = await cast.client.get("/v1/lectures", params=asked)
        page = answer.raise_for_status().json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


async def test_only_what_is_shown_is_there_and_what_was_shown_says_so(cast: Cast) -> None:
    hidden = await submitted(cast)
    check_problem(await cast.client.get(f"/v1/lectures/{hidden.lecture_id}"), 404, "not_found")
    version = await published(cast)
    path = f"/v1/lectures/{version.lecture_id}"
    assert (await cast.client.get(path)).json()["title"] == "信用修复怎么办"
    await withdrawn(cast, version.lecture_id)
    gone = check_problem(await cast.client.get(path), 410, "lecture_withdrawn")
    assert gone.detail == "这个讲座已下线，不再提供观看。下线理由：内容有误"
    ids = {one["id"] for one in await listed(cast)}
    assert not ids & {hidden.lecture_id, version.lecture_id}


async def test_a_draft_shows_nothing_until_it_is_published(cast: Cast) -> None:
    version = await published(cast)
    desk, house = house_of(cast).lectures.desk, house_of(cast)
    draft = await desk.begin(act(house, "somebody"), made_from=version.id)
    path = f"/v1/lectures/{version.lecture_id}"
    assert (await cast.client.get(path)).json()["title"] == version.programme.title
    await desk.give_up(act(house, "somebody"), version_id=draft.id, tag=draft.tag)
    await anew(cast, version.id, title="改过的标题")
    assert (await cast.client.get(path)).json()["title"] == "改过的标题"


async def test_the_latest_to_begin_comes_first_page_by_page_of_one_series(
    cast: Cast, clock: Clock
) -> None:
    of = (await series(house_of(cast))).id
    begins = [clock() + timedelta(days=days) for days in (3, 1, 2, 4)]
    made = {
        (
            await published(cast, series=of, begins_at=at, ends_at=at + timedelta(hours=1))
        ).lecture_id: at
        for at in begins
    }
    found = await listed(cast, series=of, limit=2)
    assert [made[one["id"]] for one in found] == sorted(begins, reverse=True)
    assert await listed(cast, series="none") == []
    everything = [one["id"] for one in await listed(cast, limit=100)]
    assert set(made) <= set(everything)


async def test_what_is_live_and_what_comes_next_is_read_apart_from_all_others(
    cast: Cast, clock: Clock
) -> None:
    of = (await series(house_of(cast))).id
    hour = timedelta(hours=1)
    begins = {
        "live": clock() - hour / 2,
        "next": clock() + hour,
        "later": clock() + 9 * hour,
        "played": clock() - 2 * hour / 3,
        "over": clock() - 3 * hour,
        "long ago": clock() - 300 * hour,
    }
    kinds = {"played": LiveKind.NONE}
    ids = {}
    for name, at in begins.items():
        kind = kinds.get(name, LiveKind.OTHER)
        version = await published(
            cast,
            files=[Kind.RECORDING],
            series=of,
            begins_at=at,
            ends_at=at + hour,
            live_kind=kind,
            live_address="https://live.example.gov.cn/1" if kind is LiveKind.OTHER else "",
        )
        ids[version.lecture_id] = name

    async def names(when: str) -> list[str]:
        return [ids[one["id"]] for one in await listed(cast, series=of, when=when, limit=2)]

    assert await names("coming") == ["live", "next", "later"]
    assert await names("over") == ["played", "over", "long ago"]
    clock.ahead += hour
    assert await names("coming") == ["next", "later"]
    assert await names("over") == ["live", "played", "over", "long ago"]
    everything = await names("any")
    assert everything == ["later", "next", "live", "played", "over", "long ago"]
    refused = await cast.client.get("/v1/lectures", params={"when": "soon"})
    check_problem(refused, 422, "invalid")


async def test_a_lecture_says_all_that_is_said_of_it(cast: Cast, clock: Clock) -> None:
    files = [Kind.RECORDING, Kind.SLIDES]
    version = await published(
        cast,
        files=files,
        access=Access.REAL_NAMED,
        places=50,
        certificate_percent=80,
    )
    # Chapters are set in a timeline, a cover and a document come with the next version.
    cover = await file(
        cast,
        version.lecture_id,
        Kind.COVER,
        renditions=(Rendition(name="cover", first="cover.jpg", media_type="image/jpeg", size=9),),
    )
    document = await file(cast, version.lecture_id, Kind.DOCUMENT, name="讲义.pdf", size=1234)
    await anew(
        cast,
        version.id,
        chapters=(Chapter(at_ms=0, title="开场"),),
        cover=cover.id,
        attachments=(document.id,),
    )
    answer = await cast.client.get(f"/v1/lectures/{version.lecture_id}")
    said = answer.raise_for_status().json()
    assert said["cover_url"].endswith(f"/media/{version.lecture_id}/{cover.id}/cover/cover.jpg")
    assert {name: said[name] for name in ("phase", "phase_words", "access", "access_words")} == {
        "phase": "upcoming",
        "phase_words": "即将开始",
        "access": "real_named",
        "access_words": "已实名的用户",
    }
    assert (said["duration_ms"], said["pages"]) == (300_000, 12)
    assert (said["places"], said["certificate_percent"]) == (50, 80)
    assert said["chapters"] == [{"at_ms": 0, "title": "开场"}]
    assert said["documents"] == [{"id": document.id, "name": "讲义.pdf", "size": 1234}]
    clock.ahead = timedelta(days=1, minutes=1)
    assert (await cast.client.get(f"/v1/lectures/{version.lecture_id}")).json()["phase"] == "live"
    clock.ahead = timedelta(days=2)
    assert (await cast.client.get(f"/v1/lectures/{version.lecture_id}")).json()["phase"] == "replay"


async def test_who_has_it_is_answered_304(cast: Cast) -> None:
    version = await published(cast)
    path = f"/v1/lectures/{version.lecture_id}"
    first = await cast.client.get(path)
    again = await cast.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_series_are_listed_while_a_lecture_of_them_is_shown(cast: Cast) -> None:
    one = await series(house_of(cast))

    async def listed_now() -> bool:
        items = (await cast.client.get("/v1/lecture-series")).json()["items"]
        portal = (await cast.client.get("/lectures")).text
        assert (one.title in portal) is ({"id": one.id, "title": one.title, "summary": ""} in items)
        return one.title in portal

    # A lecture that waits for its review shows nothing of its series.
    await submitted(cast, series=one.id)
    assert not await listed_now()
    version = await published(cast, series=one.id)
    assert await listed_now()
    await withdrawn(cast, version.lecture_id)
    assert not await listed_now()


# -- starters ------------------------------------------------------------------------------


async def test_starters_come_once_follow_their_files_and_leave_alone_what_was_worked_on(
    cast: Cast, installation: Installation
) -> None:
    house, database = house_of(cast), installation.database
    versions = MongoLectureVersions(database)
    starting = Starting(store=MongoLectures(database), versions=versions, clean=clean_aside)
    title = f"系列 {house.draw.id()[-12:]}"
    one = _starter(f"a-{house.draw.id()[-12:]}", title)
    assert await starting.bring(act(house), [one]) == {one.code: Brought.NEW}
    assert await starting.bring(act(house), [one]) == {one.code: Brought.SAME}
    changed = _starter(one.code, title, topic="新主题", fingerprint="f2")
    assert await starting.bring(act(house), [changed]) == {one.code: Brought.CHANGED}
    found = await versions.started(one.code)
    assert found
    version = found[0]
    assert (version.programme.topic, version.number, version.editors) == ("新主题", 1, ())
    await house.lectures.desk.write(
        act(house, "ed"), version_id=version.id, tag=version.tag, programme=version.programme
    )
    again = _starter(one.code, title, topic="再改", fingerprint="f3")
    assert await starting.bring(act(house), [again]) == {one.code: Brought.KEPT}
    page = await house.lectures.desk.versions(version.lecture_id, ask=Ask(limit=10))
    assert [v.programme.topic for v in page.items] == ["新主题"]
    assert [s.title for s in await house.lectures.desk.series()].count(title) == 1


def _starter(code: str, of: str, *, topic: str = "主题", fingerprint: str = "f1") -> Starter:
    return Starter(
        code=code,
        series=of,
        programme=replace(FILLED, topic=topic),
        fingerprint=fingerprint,
    )
