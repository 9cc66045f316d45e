"""Replays: by an address that is the permission, judged at each request; open ones without."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from adapters.mongo.media import FILES
from domain.lectures.programme import Access, LiveKind
from domain.media.assets import Kind
from domain.time import in_words
from handlers.replays import POLICY
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.lecturing import anew, house_of, published, withdrawn
from tests.nginx import serving
from tests.problems import check_problem
from tests.staffing import act
from tests.watching import MADE, PLAYLIST, SEGMENTS, VIDEO, Hall, hall

LONG = 40 * 1024**2
README = Path(__file__).parents[2] / "README.md"


def urls_in(replay: dict[str, Any]) -> list[str]:
    """Every address in it."""
    found = [replay["poster"], replay["cover"], replay["subtitles"]]
    found += [replay[name]["url"] for name in ("video", "hls", "audio")]
    found += [page[name] for page in replay["slides"]["pages"] for name in ("url", "preview")]
    return [*found, replay["slides"]["document"]["url"], replay["attachments"][0]["url"]]


async def fetch(cast: Cast, url: str, method: str = "GET", **more: Any) -> httpx.Response:
    """As a player does, who sends no headers of ours."""
    return await cast.client.request(method, url, **more)


async def restricted(cast: Cast, access: Access, **said: Any) -> Hall:
    return await hall(cast, access=access, places=50, **said)


async def longer(installation: Installation, lecture: Hall) -> None:
    """Its film is more than connections hold back."""
    store = installation.house.watching.store
    named = {"asset_id": lecture.recording, "rendition": "video"}

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(LONG // 1024**2):
            yield bytes(1024**2)

    await store.write(f"media/{lecture.recording}/video/video.mp4", pieces())
    made = await installation.database[FILES].update_one(named, {"$set": {"size": LONG}})
    assert made.modified_count == 1


async def test_a_player_is_told_all_it_needs_and_how_much_it_is(
    newcomer: Person, cast: Cast
) -> None:
    lecture = await restricted(cast, Access.SIGNED_IN)
    before = house_of(cast).clock()
    replay = await lecture.address(newcomer)
    assert replay["duration_ms"] == 300_000
    assert replay["recording"] == lecture.recording
    assert replay["video"]["size"] == len(VIDEO)
    assert replay["hls"]["url"].endswith("/hls/index.m3u8")
    assert replay["audio"]["media_type"] == "audio/mp4"
    assert [page["page"] for page in replay["slides"]["pages"]] == list(range(1, 13))
    assert replay["chapters"][1] == {"at_ms": 120_000, "title": "问答"}
    assert replay["cues"] == [{"at_ms": 0, "page": 1}, {"at_ms": 60_000, "page": 2}]
    assert replay["attachments"][0]["name"] == "申请表 (样例).pdf"
    for url in urls_in(replay):
        assert (await fetch(cast, url)).status_code == 200, url
    lasts = timedelta(milliseconds=600_000, hours=1)
    until = (before + lasts).isoformat()
    assert replay["expires_at"][:16] == until[:16]


async def test_a_playlist_carries_the_address_to_its_segments(newcomer: Person, cast: Cast) -> None:
    lecture = await restricted(cast, Access.SIGNED_IN)
    index = (await lecture.address(newcomer))["hls"]["url"]
    first = await fetch(cast, index)
    assert (first.content, first.headers["Content-Type"]) == (
        PLAYLIST,
        "application/vnd.apple.mpegurl",
    )
    second = urljoin(index, first.text.splitlines()[-1])
    assert (await fetch(cast, second)).content == SEGMENTS
    segment = urljoin(second, "720p-00001.ts")
    answer = await fetch(cast, segment, headers={"Range": "bytes=-10"})
    assert (answer.status_code, answer.content) == (206, VIDEO[8990:9000])


async def test_only_the_hash_of_an_address_is_kept(
    newcomer: Person, cast: Cast, installation: Installation
) -> None:
    lecture = await restricted(cast, Access.SIGNED_IN)
    secret = (await lecture.address(newcomer))["poster"].split("/m/")[1].split("/")[0]
    assert len(secret) == 22
    rows = (
        await installation.database["replay_addresses"]
        .find({"lecture_id": lecture.lecture_id})
        .to_list(9)
    )
    assert len(rows) == 1
    assert secret not in str(rows)
    act_of = {"action": "lecture.opened", "object_id": lecture.lecture_id}
    assert await installation.database["audit_events"].count_documents(act_of) == 1


async def test_an_address_is_over_after_twice_the_length_and_an_hour(
    newcomer: Person, cast: Cast, clock: Clock
) -> None:
    lecture = await restricted(cast, Access.SIGNED_IN)
    replay = await lecture.address(newcomer)
    clock.ahead = timedelta(milliseconds=600_000, hours=1) - timedelta(seconds=30)
    assert (await fetch(cast, replay["poster"])).status_code == 200
    clock.ahead += timedelta(seconds=31)
    problem = check_problem(await fetch(cast, replay["poster"]), 404, "not_found")
    assert "重新打开" in problem.detail


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_altered_address_opens_nothing(newcomer: Person, cast: Cast, method: str) -> None:
    lecture, other = await restricted(cast, Access.SIGNED_IN), await hall(cast)
    url = (await lecture.address(newcomer))["video"]["url"]
    base, asset, rest = url.rsplit("/", 3)[0], lecture.recording, "video/video.mp4"
    secret = base.rsplit("/", 1)[1]
    wrong = "A" if secret[0] != "A" else "B"
    for altered in (
        url.replace(secret, wrong + secret[1:]),
        url.replace(secret, secret[:-1]),
        url.replace("video.mp4", "video.mp5"),
        url.replace("video.mp4", "..%2f..%2fsecret"),
        url.replace("/video/", "/hls/"),
        url.replace(asset, other.recording),
        f"/media/{lecture.lecture_id}/{asset}/{rest}",
        f"/media/{other.lecture_id}/{asset}/{rest}",
        f"/media/nothing/{asset}/{rest}",
        f"/m/{lecture.lecture_id}/{asset}/{rest}",
    ):
        assert (await fetch(cast, altered, method)).status_code == 404, altered


async def test_a_withdrawn_lecture_stops_at_once(newcomer: Person, cast: Cast) -> None:
    lecture, opened = await restricted(cast, Access.SIGNED_IN), await hall(cast)
    replay = await lecture.address(newcomer)
    free = (await cast.client.get(f"{opened.path}/replay")).json()
    assert (await fetch(cast, replay["video"]["url"])).status_code == 200
    for one in (lecture, opened):
        await withdrawn(cast, one.lecture_id)
    for url in (replay["video"]["url"], replay["cover"], free["video"]["url"], free["cover"]):
        check_problem(await fetch(cast, url), 410, "lecture_withdrawn")
    check_problem(await newcomer.post(f"{lecture.path}/address"), 410, "lecture_withdrawn")
    check_problem(await cast.client.get(f"{opened.path}/replay"), 410, "lecture_withdrawn")


@pytest.mark.parametrize("open_to_all", [False, True])
async def test_a_download_that_runs_is_cut_off_when_the_lecture_is_withdrawn(
    newcomer: Person, cast: Cast, installation: Installation, open_to_all: bool
) -> None:
    lecture = await restricted(cast, Access.PUBLIC if open_to_all else Access.SIGNED_IN)
    await longer(installation, lecture)
    if open_to_all:
        replay = (await cast.client.get(f"{lecture.path}/replay")).json()
    else:
        replay = await lecture.address(newcomer)
    taken = 0

    async def take() -> None:
        nonlocal taken
        async with cast.client.stream("GET", replay["video"]["url"]) as answer:
            async for piece in answer.aiter_raw():
                if not taken:
                    await withdrawn(cast, lecture.lecture_id)
                taken += len(piece)

    with pytest.raises(httpx.RemoteProtocolError):
        await take()
    assert 0 < taken < LONG


async def test_a_recording_is_watched_from_when_its_lecture_begins_and_not_before(
    newcomer: Person, cast: Cast, clock: Clock
) -> None:
    begins = house_of(cast).clock() + timedelta(minutes=10)
    held = {"begins_at": begins, "ends_at": begins + timedelta(hours=1)}
    closed = await restricted(cast, Access.SIGNED_IN, **held)
    free = await hall(cast, access=Access.PUBLIC, **held)
    assert (await cast.client.get(closed.path)).json()["phase"] == "upcoming"
    for refused in (
        await newcomer.post(f"{closed.path}/address"),
        await newcomer.post(f"{closed.path}/sittings"),
        await newcomer.post(f"{free.path}/sittings"),
        await cast.client.get(f"{free.path}/replay"),
    ):
        problem = check_problem(refused, 403, "lecture_not_begun")
        assert in_words(begins) in problem.detail
    media = f"/media/{free.lecture_id}/{free.recording}"
    check_problem(await fetch(cast, f"{media}/video/video.mp4"), 404, "not_found")
    # The picture that stands for it is there before.
    assert (await fetch(cast, f"{media}/poster/poster.jpg")).status_code == 200
    clock.ahead += timedelta(minutes=10)
    assert (await cast.client.get(f"{free.path}")).json()["phase"] == "replay"
    assert (await cast.client.get(f"{free.path}/replay")).status_code == 200
    assert (await fetch(cast, f"{media}/video/video.mp4")).status_code == 200
    url = (await closed.address(newcomer))["video"]["url"]
    assert (await fetch(cast, url)).status_code == 200
    # Put off, it waits again, for who has an address too.
    later = house_of(cast).clock() + timedelta(days=1)
    put_off = {"begins_at": later, "ends_at": later + timedelta(hours=1)}
    await anew(cast, closed.version.id, **put_off)
    check_problem(await fetch(cast, url), 404, "not_found")


async def test_before_a_live_lecture_its_slides_may_be_read(newcomer: Person, cast: Cast) -> None:
    begins = house_of(cast).clock() + timedelta(days=2)
    held = {"begins_at": begins, "ends_at": begins + timedelta(hours=1)}
    live = {"live_kind": LiveKind.CHANNELS, "live_address": "sphSample01"}
    nothing = {"recording": "", "subtitles": "", "chapters": (), "cues": ()}
    lecture = await restricted(cast, Access.SIGNED_IN)
    await anew(cast, lecture.version.id, **held, **live, **nothing)
    replay = await lecture.address(newcomer)
    assert (replay["recording"], len(replay["slides"]["pages"])) == (None, 12)


async def test_a_file_that_the_version_shown_does_not_name_is_not_given_out(
    newcomer: Person, cast: Cast
) -> None:
    lecture = await restricted(cast, Access.SIGNED_IN)
    replay = await lecture.address(newcomer)
    assert (await fetch(cast, replay["attachments"][0]["url"])).status_code == 200
    await anew(cast, lecture.version.id, attachments=())
    check_problem(await fetch(cast, replay["attachments"][0]["url"]), 404, "not_found")
    assert (await fetch(cast, replay["video"]["url"])).status_code == 200


async def test_an_address_ends_with_its_session(newcomer: Person, cast: Cast) -> None:
    lecture = await restricted(cast, Access.SIGNED_IN)
    url = (await lecture.address(newcomer))["video"]["url"]
    assert (await newcomer.send("DELETE", "/v1/sessions/current")).status_code == 204
    check_problem(await fetch(cast, url), 404, "not_found")


async def test_without_a_real_name_one_is_told_to_prove_it_and_an_address_ends_with_it(
    newcomer: Person, charlie: Person, cast: Cast, installation: Installation
) -> None:
    lecture = await restricted(cast, Access.REAL_NAMED)
    refused = await newcomer.post(f"{lecture.path}/address")
    problem = check_problem(refused, 403, "replay_needs_real_name")
    assert "实名认证" in problem.detail
    url = (await lecture.address(charlie))["video"]["url"]
    assert (await fetch(cast, url)).status_code == 200
    person = (await charlie.get("/v1/me")).json()["id"]
    await installation.database["people"].update_one(
        {"_id": person}, {"$unset": {"name": "", "id_number": ""}}
    )
    check_problem(await fetch(cast, url), 404, "not_found")


async def test_without_signing_in_one_is_told_to(cast: Cast) -> None:
    lecture = await restricted(cast, Access.SIGNED_IN)
    problem = check_problem(
        await cast.client.get(f"{lecture.path}/replay"), 403, "replay_needs_sign_in"
    )
    assert "请登录" in problem.detail
    check_problem(await cast.client.post(f"{lecture.path}/address"), 401, "sign_in_again")


async def test_of_a_restricted_lecture_everybody_sees_the_pictures_alone(
    newcomer: Person, cast: Cast
) -> None:
    lecture = await restricted(cast, Access.SIGNED_IN)
    base = f"/media/{lecture.lecture_id}"
    programme = lecture.version.programme
    for seen in (
        f"{programme.cover}/cover/cover.jpg",
        f"{programme.recording}/poster/poster.jpg",
    ):
        answer = await fetch(cast, f"{base}/{seen}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    replay = await lecture.address(newcomer)
    others = [url.rsplit("/", 3)[1:] for url in urls_in(replay)]
    for asset, rendition, name in others:
        open_ = asset == programme.cover or rendition == "poster"
        answer = await fetch(cast, f"{base}/{asset}/{rendition}/{name}")
        assert answer.status_code == (200 if open_ else 404), rendition


async def test_an_open_replay_is_watched_by_anybody_and_kept_only_as_long_as_it_is_shown(
    cast: Cast,
) -> None:
    lecture = await hall(cast)
    replay = (await cast.client.get(f"{lecture.path}/replay")).raise_for_status().json()
    assert replay["expires_at"] is None
    for url in urls_in(replay):
        answer = await fetch(cast, url)
        assert answer.status_code == 200, url
        assert answer.headers["Cache-Control"] == "public, no-cache"
        again = await fetch(cast, url, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Cache-Control"] == "public, no-cache"


async def test_what_is_given_out_runs_nothing_and_a_document_is_saved(cast: Cast) -> None:
    lecture = await hall(cast)
    replay = (await cast.client.get(f"{lecture.path}/replay")).json()
    video = await fetch(cast, replay["video"]["url"], "HEAD")
    assert (video.status_code, video.content) == (200, b"")
    assert video.headers["Content-Length"] == str(len(VIDEO))
    assert video.headers["Accept-Ranges"] == "bytes"
    assert video.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in video.headers["Content-Security-Policy"]
    assert "Content-Disposition" not in video.headers
    attached = await fetch(cast, replay["attachments"][0]["url"])
    assert attached.headers["Content-Disposition"].startswith("attachment")


async def test_a_lecture_without_a_replay_yet_says_what_it_has(cast: Cast) -> None:
    lecture = await hall(cast)
    nothing = {"recording": "", "subtitles": "", "chapters": (), "cues": ()}
    live = {"live_kind": LiveKind.CHANNELS, "live_address": "sphSample01"}
    await anew(cast, lecture.version.id, **nothing, **live)
    replay = (await cast.client.get(f"{lecture.path}/replay")).raise_for_status().json()
    assert [replay[name] for name in ("recording", "hls", "video", "audio", "poster")] == [None] * 5
    assert replay["duration_ms"] == 0
    assert len(replay["slides"]["pages"]) == 12


async def test_an_unknown_or_unpublished_lecture_is_not_found(newcomer: Person, cast: Cast) -> None:
    house = house_of(cast)
    draft = await house.lectures.desk.create(act(house, "somebody"), title="还没有写完")
    for lecture_id in (draft.lecture_id, "nothing"):
        path = f"/v1/lectures/{lecture_id}"
        check_problem(await newcomer.post(f"{path}/address"), 404, "not_found")
        check_problem(await cast.client.get(f"{path}/replay"), 404, "not_found")


async def test_an_address_opens_for_many_requests_at_once(newcomer: Person, cast: Cast) -> None:
    """A player asks for ranges side by side; no limit of ours breaks it off."""
    lecture = await restricted(cast, Access.SIGNED_IN)
    url = (await lecture.address(newcomer))["video"]["url"]

    async def part(n: int) -> bytes:
        header = {"Range": f"bytes={n * 1000}-{n * 1000 + 999}"}
        return (await fetch(cast, url, headers=header)).content

    parts = await asyncio.gather(*(part(n) for n in range(60)))
    assert b"".join(parts) == VIDEO[:60_000]


async def test_nginx_in_front_gives_the_bytes_once_the_right_was_judged(
    newcomer: Person, cast: Cast, api: str, tmp_path: Path
) -> None:
    lecture = await restricted(cast, Access.SIGNED_IN)
    path = (await lecture.address(newcomer))["video"]["url"].removeprefix(api)
    house = house_of(cast)
    key = f"media/{lecture.recording}/video/video.mp4"
    folder = house.watching.store.path(key).removesuffix(key)
    object.__setattr__(house.watching, "hand_over", "/kept/")
    try:
        # As the README tells those who run it.
        told = README.read_text("utf-8").partition("```nginx\n")[2].partition("```")[0]
        places = (
            told.replace("/srv/credit/media/", folder) + f"location /m/ {{ proxy_pass {api}; }}"
        )
        with serving(tmp_path / "nginx", tmp_path, places=places) as url:
            answer = await fetch(cast, url + path, headers={"Range": "bytes=5-9"})
            assert (answer.status_code, answer.content) == (206, VIDEO[5:10])
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"] == POLICY
            assert (await fetch(cast, f"{url}/kept/{key}")).status_code == 404
            await newcomer.send("DELETE", "/v1/sessions/current")
            check_problem(await fetch(cast, url + path), 404, "not_found")
    finally:
        object.__setattr__(house.watching, "hand_over", "")


async def test_who_has_a_place_watches_and_who_gives_it_up_does_not_any_more(
    newcomer: Person, charlie: Person, cast: Cast
) -> None:
    lecture = await hall(cast, access=Access.REGISTERED, places=1)
    refused = await newcomer.post(f"{lecture.path}/address")
    assert "报名" in check_problem(refused, 403, "replay_needs_registration").detail
    check_problem(await newcomer.post(f"{lecture.path}/sittings"), 403, "replay_needs_registration")
    for person in (newcomer, charlie):
        (await person.post(f"{lecture.path}/registration")).raise_for_status()
    url = (await lecture.address(newcomer))["video"]["url"]
    assert (await fetch(cast, url)).status_code == 200
    # Whoever waits for a place has none yet.
    waiting = await charlie.post(f"{lecture.path}/address")
    check_problem(waiting, 403, "replay_needs_registration")
    gone = await newcomer.send("DELETE", f"{lecture.path}/registration")
    assert gone.status_code < 300
    check_problem(await fetch(cast, url), 404, "not_found")
    other = (await lecture.address(charlie))["video"]["url"]
    assert (await fetch(cast, other)).status_code == 200


async def test_what_a_replay_takes_is_said_before_it_is_opened(cast: Cast) -> None:
    place = await hall(cast)
    said = (await cast.client.get(place.path)).json()
    made, pages = MADE[Kind.RECORDING], MADE[Kind.SLIDES]["pages"]
    assert said["video_size"] == len(made["video"]["video.mp4"])
    assert said["listening_size"] == len(made["audio"]["audio.m4a"]) + sum(map(len, pages.values()))
    without = (await cast.client.get(f"/v1/lectures/{(await published(cast)).lecture_id}")).json()
    assert (without["video_size"], without["listening_size"]) == (None, None)
