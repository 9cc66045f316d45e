"""Watching: told again or side by side it counts once; one goes on anywhere; views are people."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from domain.erasure.erasures import Leaver
from domain.lectures.programme import Access, LiveKind
from domain.lectures.watching import MOST_SEGMENTS
from domain.media.assets import Kind
from domain.transactions import Unit
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import due, erase
from tests.handlers.test_exports import data_in, rows
from tests.lecturing import anew, file, withdrawn
from tests.problems import check_problem
from tests.watching import DURATION_MS, Hall, Seat, hall, worked

SECOND = 1000
Pass = Callable[[int], None]


@pytest.fixture
def passes(clock: Clock) -> Pass:
    """So many seconds of the server's clock go by."""

    def go(seconds: int) -> None:
        clock.ahead += timedelta(seconds=seconds)

    return go


async def counted(installation: Installation, of: Hall) -> tuple[int, dict[str, Any]]:
    """Views of the lecture; minutes and pages of its recording."""
    counts = installation.database["lecture_counts"]
    views = await counts.find_one({"_id": of.lecture_id}) or {}
    row = await counts.find_one({"_id": f"{of.lecture_id}/{of.recording}"}) or {}
    return views.get("views", 0), {name: row.get(name, {}) for name in ("minutes", "pages")}


async def watched(seat: Seat, passes: Pass, *, seconds: int = 40) -> dict[str, Any]:
    """The recording from its beginning, told at the end."""
    passes(seconds)
    return await seat.tell((0, seconds * SECOND))


async def test_one_goes_on_where_one_stopped_on_another_device(
    newcomer: Person, cast: Cast, passes: Pass
) -> None:
    lecture = await hall(cast)
    phone = await lecture.sit(newcomer)
    assert (phone.opened["resume_ms"], phone.opened["watched_percent"]) == (0, 0)
    await watched(phone, passes, seconds=60)
    passes(5)
    tablet = await lecture.sit(newcomer)
    # The phone plays on while the tablet opens.
    assert 65_000 <= tablet.opened["resume_ms"] <= 67_000
    await phone.tell((60_000, 65_000), playing=False)
    passes(100)
    now = (await newcomer.get(f"{lecture.path}/progress")).json()
    assert (now["resume_ms"], now["watched_ms"], now["watched_percent"]) == (65_000, 65_000, 21)


async def test_what_is_claimed_beyond_the_clock_is_not_believed(
    newcomer: Person, cast: Cast, passes: Pass
) -> None:
    lecture = await hall(cast)
    seat = await lecture.sit(newcomer)
    passes(40)
    told = await seat.tell((0, DURATION_MS))
    assert 50_000 <= told["watched_ms"] <= 50_000 + 5 * SECOND
    assert told["resume_ms"] == DURATION_MS


async def test_lectures_side_by_side_count_as_one_however_long_they_lay_open(
    newcomer: Person, cast: Cast, passes: Pass
) -> None:
    """One beat to each at one moment: the time is there once."""
    lectures = [await hall(cast) for _ in range(3)]
    seats = [await lecture.sit(newcomer) for lecture in lectures]
    passes(40)
    await asyncio.gather(*(seat.send((0, DURATION_MS)) for seat in seats))
    told = [(await newcomer.get(f"{one.path}/progress")).json() for one in lectures]
    assert 50_000 <= sum(one["watched_ms"] for one in told) <= 50_000 + 5 * SECOND


async def test_beats_side_by_side_are_each_heard_and_count_once(
    newcomer: Person, cast: Cast, passes: Pass
) -> None:
    lecture = await hall(cast)
    seats = [await lecture.sit(newcomer) for _ in range(4)]
    passes(60)
    stretches = [(n * 15_000, n * 15_000 + 15_000) for n in range(4)]
    pairs = list(zip(seats, stretches, strict=True)) * 3
    answers = await asyncio.gather(*(seat.send(one) for seat, one in pairs))
    assert {answer.status_code for answer in answers} == {200}
    now = (await newcomer.get(f"{lecture.path}/progress")).json()
    assert now["watched_ms"] == 60_000


async def test_a_person_is_one_view_however_often_and_only_once_something_was_watched(
    newcomer: Person, charlie: Person, cast: Cast, installation: Installation, passes: Pass
) -> None:
    lecture = await hall(cast)
    seat = await lecture.sit(newcomer)
    passes(29)
    await seat.tell((0, 29_000))
    assert (await counted(installation, lecture))[0] == 0
    passes(10)
    told = {"number": 7, "position_ms": 39_000, "playing": True}
    segments = {"segments": [{"from_ms": 29_000, "to_ms": 39_000}]}
    path = f"{lecture.path}/sittings/{seat.opened['sitting_id']}/beats"
    again = [newcomer.post(path, told | segments) for _ in range(8)]
    assert {answer.status_code for answer in await asyncio.gather(*again)} == {200}
    assert (await counted(installation, lecture))[0] == 1
    for _ in range(3):
        await watched(await lecture.sit(newcomer), passes)
    assert (await counted(installation, lecture))[0] == 1
    await watched(await lecture.sit(charlie), passes)
    assert (await counted(installation, lecture))[0] == 2


async def test_another_recording_begins_anew_and_is_the_same_view(
    newcomer: Person, cast: Cast, installation: Installation, passes: Pass
) -> None:
    lecture = await hall(cast)
    seat = await lecture.sit(newcomer)
    await watched(seat, passes)
    other = await file(cast, lecture.lecture_id, Kind.RECORDING)
    await anew(cast, lecture.version.id, recording=other.id)
    await worked(cast, other.id)
    second = await lecture.sit(newcomer)
    assert (second.opened["recording"], second.opened["watched_ms"]) == (other.id, 0)
    await watched(second, passes)
    assert (await counted(installation, lecture))[0] == 1
    # What was played of the first before it was told is still its own.
    late = await seat.tell((40_000, 60_000))
    assert (late["recording"], late["watched_ms"]) == (lecture.recording, 60_000)


async def test_of_each_minute_and_page_it_is_known_how_many_people_watched_it(
    newcomer: Person, charlie: Person, cast: Cast, installation: Installation, passes: Pass
) -> None:
    lecture = await hall(cast)
    first, second = await lecture.sit(newcomer), await lecture.sit(charlie)
    passes(150)
    looks = [{"page": page, "ms": 1_000} for page in (1, 3, 99)] + [{"page": 2, "ms": 999}]
    for _ in range(2):
        await first.tell((0, 91_000), looks=looks)
    await second.tell((60_000, 120_000), looks=looks[:1])
    _, counts = await counted(installation, lecture)
    assert counts == {"minutes": {"0": 1, "1": 2}, "pages": {"1": 2, "3": 1}}


async def test_a_sitting_is_its_persons_alone(
    newcomer: Person, charlie: Person, cast: Cast
) -> None:
    lecture, other = await hall(cast), await hall(cast)
    seat = await lecture.sit(newcomer)
    for person, of in ((charlie, lecture), (newcomer, other)):
        taken = Seat(of, person, seat.opened)
        check_problem(await taken.send((0, 5)), 404, "not_found")
    assert (await charlie.get(f"{lecture.path}/progress")).json()["watched_ms"] == 0


async def test_what_was_watched_is_heard_after_the_lecture_was_withdrawn(
    newcomer: Person, cast: Cast, passes: Pass
) -> None:
    lecture = await hall(cast)
    seat = await lecture.sit(newcomer)
    passes(20)
    await withdrawn(cast, lecture.lecture_id)
    assert (await seat.tell((0, 20_000)))["watched_ms"] == 20_000
    for path in ("progress", "sittings"):
        method = "GET" if path == "progress" else "POST"
        answer = await newcomer.send(method, f"{lecture.path}/{path}")
        check_problem(answer, 410, "lecture_withdrawn")
    [item] = (await newcomer.get("/v1/me/watched")).json()["items"]
    assert (item["lecture_id"], item["shown"]) == (lecture.lecture_id, False)


async def test_after_the_withdrawal_no_more_time_goes_by(
    newcomer: Person, cast: Cast, passes: Pass
) -> None:
    lecture = await hall(cast)
    seat = await lecture.sit(newcomer)
    passes(20)
    await withdrawn(cast, lecture.lecture_id)
    passes(300)
    # A quarter more than was watched, and what the test itself takes.
    assert 25_000 <= (await seat.tell((0, DURATION_MS)))["watched_ms"] < 60_000
    passes(300)
    assert (await seat.tell((0, DURATION_MS)))["watched_ms"] < 60_000


async def test_whoever_gave_up_the_place_keeps_what_was_watched_and_earns_no_more(
    newcomer: Person, cast: Cast, passes: Pass
) -> None:
    lecture = await hall(cast, access=Access.REGISTERED, places=5)
    (await newcomer.post(f"{lecture.path}/registration")).raise_for_status()
    seat = await lecture.sit(newcomer)
    await watched(seat, passes)
    gone = await newcomer.send("DELETE", f"{lecture.path}/registration")
    gone.raise_for_status()
    passes(60)
    refused = await seat.send((40_000, 100_000))
    assert "已报名" in check_problem(refused, 403, "replay_needs_registration").detail
    assert (await newcomer.get(f"{lecture.path}/progress")).json()["watched_ms"] == 40_000
    (await newcomer.post(f"{lecture.path}/registration")).raise_for_status()
    assert (await seat.tell((40_000, 60_000)))["watched_ms"] == 60_000


async def test_once_only_others_may_watch_what_was_watched_stays(
    newcomer: Person, charlie: Person, cast: Cast, passes: Pass
) -> None:
    """Who is real-named goes on; who is not keeps what there was."""
    lecture = await hall(cast)
    seats = [await lecture.sit(person) for person in (newcomer, charlie)]
    passes(40)
    for seat in seats:
        await seat.tell((0, 40_000))
    await anew(cast, lecture.version.id, access=Access.REAL_NAMED)
    passes(20)
    refused = await seats[0].send((40_000, 60_000))
    check_problem(refused, 403, "replay_needs_real_name")
    assert (await seats[1].tell((40_000, 60_000)))["watched_ms"] == 60_000
    assert (await newcomer.get(f"{lecture.path}/progress")).json()["watched_ms"] == 40_000


async def test_what_one_watched_is_listed_the_last_first_page_by_page(
    newcomer: Person, cast: Cast, passes: Pass
) -> None:
    halls = [await hall(cast, title=f"第 {n} 讲") for n in range(3)]
    for one in halls:
        await watched(await one.sit(newcomer), passes)
    first = (await newcomer.get("/v1/me/watched?limit=2")).json()
    assert [item["title"] for item in first["items"]] == ["第 2 讲", "第 1 讲"]
    rest = (await newcomer.get(f"/v1/me/watched?limit=2&cursor={first['next']}")).json()
    assert [item["title"] for item in rest["items"]] == ["第 0 讲"]
    assert rest["next"] is None
    assert rest["items"][0]["watched_percent"] == 13


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"segments": [{"from_ms": 5, "to_ms": 4}]}, "/segments/0"),
        ({"segments": [{"from_ms": -1, "to_ms": 4}]}, "/segments/0/from_ms"),
        ({"segments": [{"from_ms": 0, "to_ms": 4, "speed": 0}]}, "/segments/0/speed"),
        ({"segments": [{"from_ms": 0, "to_ms": 4}] * (MOST_SEGMENTS + 1)}, "/segments"),
        ({"looks": [{"page": 0, "ms": 4}]}, "/looks/0/page"),
        ({"number": -1}, "/number"),
        ({"position_ms": 10**12}, "/position_ms"),
        ({"client_time": 5}, "/client_time"),
    ],
)
async def test_what_no_player_can_say_is_refused_and_nothing_is_kept(
    newcomer: Person, cast: Cast, said: dict[str, Any], pointer: str
) -> None:
    lecture = await hall(cast)
    seat = await lecture.sit(newcomer)
    problem = check_problem(await seat.send((0, 1), **said), 422, "invalid")
    assert [one.pointer for one in problem.errors] == [pointer]
    assert (await newcomer.get(f"{lecture.path}/progress")).json()["watched_ms"] == 0


async def test_whoever_is_not_signed_in_leaves_nothing(cast: Cast) -> None:
    lecture = await hall(cast)
    answer = await cast.client.post(f"{lecture.path}/sittings")
    check_problem(answer, 401, "sign_in_again")


async def test_a_lecture_without_a_recording_has_no_sittings(newcomer: Person, cast: Cast) -> None:
    lecture = await hall(cast)
    nothing = {"recording": "", "subtitles": "", "chapters": (), "cues": ()}
    live = {"live_kind": LiveKind.CHANNELS, "live_address": "sphSample01"}
    await anew(cast, lecture.version.id, **nothing, **live)
    problem = check_problem(await newcomer.post(f"{lecture.path}/sittings"), 404, "not_found")
    assert "还没有回放" in problem.detail


async def test_an_export_tells_what_was_watched_and_an_erasure_takes_it_away(
    charlie: Person, cast: Cast, installation: Installation, passes: Pass
) -> None:
    lecture = await hall(cast, title="我看过的一讲")
    await watched(await lecture.sit(charlie), passes)
    await lecture.address(charlie)
    assert (await counted(installation, lecture))[0] == 1
    person = (await charlie.get("/v1/me")).json()["id"]
    [row] = rows(data_in(await charlie.archive()), "lectures_watched")
    assert (row["title"], row["watched_ms"]) == ("我看过的一讲", 40_000)
    await erase(charlie)
    await cast.work()
    for name in ("lecture_progress", "lecture_viewers", "replay_addresses"):
        assert await installation.database[name].count_documents({"person_id": person}) == 0
    assert await installation.database["lecture_hours"].count_documents({"_id": person}) == 0


async def test_whoever_is_erased_is_counted_no_more_and_once(
    newcomer: Person, charlie: Person, cast: Cast, installation: Installation, passes: Pass
) -> None:
    """One WeChat that begins anew again and again is no more people than one."""
    lecture = await hall(cast)
    looks = [{"page": page, "ms": 1_000} for page in (1, 3)]
    other, one = await lecture.sit(newcomer), await lecture.sit(charlie)
    passes(70)
    await other.tell((0, 31_000), looks=looks[:1])
    await one.tell((0, 70_000), looks=looks)
    both = {"minutes": {"0": 2}, "pages": {"1": 2, "3": 1}}
    assert await counted(installation, lecture) == (2, both)
    who = (await charlie.get("/v1/me")).json()["id"]
    leaver = Leaver(
        person_id=who,
        **dict.fromkeys(("stand_in", "number", "holder", "caller"), ""),
        at=installation.house.clock(),
    )
    commit = installation.house.transactions.plain()

    async def sweep(unit: Unit, *, killed: bool) -> None:
        for name in ("lecture_progress", "lecture_viewers"):
            await installation.erasure.sweeps[name](unit, leaver, "")
        if killed:
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await commit(partial(sweep, killed=True))
    assert await counted(installation, lecture) == (2, both)
    rest = {"minutes": {"0": 1}, "pages": {"1": 1, "3": 0}}
    await commit(partial(sweep, killed=False))
    assert await counted(installation, lecture) == (1, rest)
    await erase(charlie)
    for _ in range(2):
        await due(installation)
        await cast.work()
    assert await counted(installation, lecture) == (1, rest)
