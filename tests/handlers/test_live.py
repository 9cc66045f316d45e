"""The live socket over the real server: who is let in, what they hear, and why they are sent away.

Over several processes, and through breaks, it is in tests/server/test_live.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import OperationFailure
from tornado.httpclient import HTTPClientError
from tornado.ioloop import IOLoop

from adapters.mongo.live_changes import Change, MongoLiveChanges
from domain.live.following import Side
from domain.live.passes import LASTS, LivePass
from domain.live.sequence import Numbered
from domain.staff.roles import Role
from handlers import live as sockets
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.live import Room, Socket, Tickets, following, id_of, opened, pass_of, room_of, running
from tests.problems import check_problem
from tests.staffing import Colleague, act, at_work


@pytest.fixture(scope="module", autouse=True)
def _live(io_loop: IOLoop, listening: tuple[Installation, str]) -> Iterator[None]:
    """What runs beside the workers runs."""
    runner = listening[0].live

    async def start() -> None:
        runner.start()
        await running(runner)

    io_loop.run_sync(start)
    yield
    io_loop.run_sync(runner.stop)


@pytest.fixture
def room(installation: Installation) -> Room:
    return room_of(installation)


@pytest.fixture
def tickets(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Tickets:
    """Ticket streams are judged as the test says."""
    judge, asked = Tickets(), installation.house.live._following
    monkeypatch.setattr(asked, "_judges", {"ticket": judge})
    monkeypatch.setattr(asked, "_movers", {"ticket.handed_over": {"ticket"}})
    return judge


@pytest.fixture
def butler(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.BUTLER))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def supervisor(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.SUPERVISOR))
    yield colleague
    io_loop.run_sync(colleague.close)


async def own_stream(person: Person) -> str:
    return f"person:{await id_of(person)}"


# -- what one hears ----------------------------------------------------------------


async def test_what_commits_is_told_at_once_to_who_follows_it(
    api: str, charlie: Person, room: Room
) -> None:
    mine = await own_stream(charlie)
    async with following(api, await pass_of(charlie)) as socket:
        assert (await socket.until("ready"))["streams"] == [mine]
        about = await room.publish(mine, "desk", kind="ticket.asked")
        frame = await socket.frame()
        assert frame
        assert frame.pop("n") > 0
        assert frame == {
            "kind": "ticket.asked",
            "about": about,
            "streams": [mine],
            "revision": 0,
        }


async def test_who_comes_back_hears_what_came_meanwhile_and_nothing_twice(
    api: str, charlie: Person, room: Room
) -> None:
    mine, live_pass = await own_stream(charlie), await pass_of(charlie)
    async with following(api, live_pass) as socket:
        place = await socket.until("ready")
        first = await room.publish(mine)
        heard = await socket.until("n")
        assert heard["about"] == first
    async with following(api, live_pass) as witness:
        await witness.until("ready")
        missed = [await room.publish(mine) for _ in range(3)]
        assert [(await witness.until("n"))["about"] for _ in missed] == missed
    for after, wanted in ((heard["n"], missed), (place["ready"], [first, *missed])):
        async with following(api, live_pass, after=after, era=place["era"]) as socket:
            assert [(await socket.until("n"))["about"] for _ in wanted] == wanted
            assert (await socket.frame() or {}).keys() == {"ready", "era", "streams"}


@pytest.mark.parametrize("size", [2, 125, 126, 0xFFFF, 0x10000, 200_000])
async def test_a_frame_of_any_size_is_wrapped_as_the_protocol_says(
    api: str, charlie: Person, installation: Installation, size: int
) -> None:
    mine = await own_stream(charlie)
    async with following(api, await pass_of(charlie)) as socket:
        await socket.until("ready")
        (seat,) = installation.house.live.hub.followers(mine)
        text = "信" * (size // 3) + "x" * (size % 3)
        frame = json.dumps(text, ensure_ascii=False).encode()[1:-1]
        assert len(frame) == size
        seat.listener._stream.max_write_buffer_size = None  # type: ignore[attr-defined]
        seat.hear(frame)
        async with asyncio.timeout(20):
            assert await socket.connection.read_message() == text


@pytest.mark.parametrize("change", [{"era": "another"}, {"after": 10**9}], ids=["era", "ahead"])
async def test_who_comes_back_from_where_nothing_is_known_is_told_to_load_anew(
    api: str, charlie: Person, change: dict[str, Any]
) -> None:
    live_pass = await pass_of(charlie)
    async with following(api, live_pass) as socket:
        place = await socket.until("ready")
    since = {"after": place["ready"], "era": place["era"], **change}
    async with following(api, live_pass, **since) as socket:
        assert await socket.frame() == {
            "reset": True,
            "n": place["ready"],
            "era": place["era"],
        }


async def test_streams_are_added_and_dropped_on_the_way(
    api: str, charlie: Person, room: Room, tickets: Tickets
) -> None:
    mine = await own_stream(charlie)
    tickets.let = {(await id_of(charlie), "t1"), (await id_of(charlie), "t2")}
    async with following(api, await pass_of(charlie), "ticket:t1") as socket:
        assert (await socket.until("ready"))["streams"] == [mine, "ticket:t1"]
        await socket.send(follow=["ticket:t2", "ticket:t3"], unfollow=["ticket:t1", mine])
        assert (await socket.until("refused"))["refused"] == ["ticket:t3"]
        assert (await socket.until("ready"))["streams"] == [mine, "ticket:t2"]
        await room.publish("ticket:t1")
        about = await room.publish("ticket:t2")
        assert (await socket.until("n"))["about"] == about


class Breaking:
    """A change stream that breaks again and again, once for good reason."""

    def __init__(self, changes: MongoLiveChanges) -> None:
        self._changes = changes
        self.broken = 0

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[AsyncIterator[Change]]:
        async with self._changes.watch() as changes:
            yield self._some(changes)

    async def _some(self, changes: AsyncIterator[Change]) -> AsyncIterator[Change]:
        async for change in changes:
            yield change
            if isinstance(change, Numbered):
                self.broken += 1
                raise OperationFailure("resume of change stream was not possible", 286)


async def test_what_a_broken_change_stream_did_not_tell_is_read(
    api: str,
    charlie: Person,
    room: Room,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runner, mine = installation.live, await own_stream(charlie)
    breaking = Breaking(runner._changes)
    await runner.stop()
    monkeypatch.setattr(runner, "_changes", breaking)
    runner.start()
    async with following(api, await pass_of(charlie)) as socket:
        await socket.until("ready")
        wanted = []
        while breaking.broken < 4:
            wanted += [await room.publish(mine) for _ in range(10)]
        assert [(await socket.until("n"))["about"] for _ in wanted] == wanted
    await runner.stop()
    monkeypatch.undo()
    runner.start()
    await running(runner)


# -- who may hear ------------------------------------------------------------------


async def test_a_foreign_ticket_and_one_that_is_none_are_refused_alike_and_tell_nothing(
    api: str, charlie: Person, room: Room, tickets: Tickets
) -> None:
    tickets.let = {("somebody else", "theirs"), (await id_of(charlie), "mine")}
    asked = ("ticket:theirs", "ticket:none", "ticket:mine", "desk", "nonsense")
    async with following(api, await pass_of(charlie), *asked) as socket:
        assert await socket.frame() == {"refused": sorted({*asked} - {"ticket:mine"})}
        await socket.until("ready")
        for stream in ("ticket:theirs", "desk"):
            await room.publish(stream)
        about = await room.publish("ticket:theirs", "ticket:mine")
        frame = await socket.until("n")
        assert (frame["about"], frame["streams"]) == (about, ["ticket:mine"])


async def test_what_is_somebody_elses_or_the_staffs_no_person_hears(
    api: str, charlie: Person, alice: Person, butler: Colleague, tickets: Tickets
) -> None:
    tickets.let = {(await id_of(charlie), "t1")}
    theirs = [await own_stream(alice), f"staff:{butler.account.id}", "inner:t1", "place:t1"]
    async with following(api, await pass_of(charlie), *theirs) as socket:
        assert await socket.frame() == {"refused": sorted(theirs)}
        assert (await socket.until("ready"))["streams"] == [await own_stream(charlie)]


async def test_the_desk_is_for_who_supervises(
    api: str, butler: Colleague, supervisor: Colleague
) -> None:
    async with following(api, await pass_of(butler), "desk") as socket:
        assert await socket.frame() == {"refused": ["desk"]}
        assert (await socket.until("ready"))["streams"] == [f"staff:{butler.account.id}"]
    async with following(api, await pass_of(supervisor), "desk") as socket:
        streams = (await socket.until("ready"))["streams"]
        assert streams == ["desk", f"staff:{supervisor.account.id}"]


async def test_who_loses_a_ticket_hears_that_and_nothing_after_it(
    api: str, butler: Colleague, room: Room, tickets: Tickets
) -> None:
    tickets.let = {(butler.account.id, "t1")}
    async with following(api, await pass_of(butler), "ticket:t1") as socket:
        await socket.until("ready")
        tickets.let = set()
        await room.publish("ticket:t1", kind="ticket.handed_over")
        assert (await socket.until("n"))["kind"] == "ticket.handed_over"
        assert (await socket.frame()) == {"refused": ["ticket:t1"]}
        await room.publish("ticket:t1")
        about = await room.publish(f"staff:{butler.account.id}")
        assert (await socket.until("n"))["about"] == about


async def test_a_right_that_was_taken_back_is_found_by_looking(
    api: str, butler: Colleague, installation: Installation, tickets: Tickets
) -> None:
    tickets.let = {(butler.account.id, "t1")}
    live = installation.house.live
    async with following(api, await pass_of(butler), "ticket:t1") as socket:
        await socket.until("ready")
        tickets.let = set()
        await live.check(tuple(live.hub.seats), now=installation.house.clock())
        assert await socket.frame() == {"refused": ["ticket:t1"]}


# -- passes ------------------------------------------------------------------------


async def test_a_pass_is_good_for_a_minute(api: str, charlie: Person, clock: Clock) -> None:
    live_pass = await pass_of(charlie)
    clock.ahead += LASTS - timedelta(seconds=5)
    async with following(api, live_pass) as socket:
        await socket.until("ready")
    clock.ahead += timedelta(seconds=6)
    async with following(api, live_pass) as socket:
        assert await socket.closed() == sockets.NO_PASS
        assert socket.connection.close_reason == "实时连接凭据无效或已过期，请重新获取。"


async def test_what_is_no_pass_opens_nothing_and_a_pass_opens_nothing_else(
    api: str, charlie: Person, installation: Installation
) -> None:
    house = installation.house
    mine = LivePass(side=Side.PERSON, who=await id_of(charlie), session_id="no session")
    forged = {
        "an access token": charlie.tokens["access_token"],
        "a refresh token": charlie.tokens["refresh_token"],
        "nothing": "",
        "of no session": house.tokens.live_pass(mine, house.clock()),
        "of the other side": house.tokens.live_pass(replace(mine, side=Side.STAFF), house.clock()),
    }
    for what, token in forged.items():
        async with following(api, token) as socket:
            assert await socket.closed() == sockets.NO_PASS, what
    live_pass = await pass_of(charlie)
    answer = await charlie.cast.client.get(
        "/v1/me", headers={"Authorization": f"Bearer {live_pass}"}
    )
    check_problem(answer, 401, "sign_in_again")


async def test_a_pass_of_a_session_that_has_ended_is_none(api: str, newcomer: Person) -> None:
    live_pass = await pass_of(newcomer)
    assert (await newcomer.send("DELETE", "/v1/sessions/current")).status_code == 204
    async with following(api, live_pass) as socket:
        assert await socket.closed() == sockets.NO_PASS


async def test_a_pass_of_one_person_is_not_anothers_whose_session_it_names(
    api: str, charlie: Person, alice: Person, installation: Installation
) -> None:
    house = installation.house
    theirs = house.tokens.read_live_pass(await pass_of(alice), house.clock())
    mixed = replace(theirs, who=await id_of(charlie))
    async with following(api, house.tokens.live_pass(mixed, house.clock())) as socket:
        assert await socket.closed() == sockets.NO_PASS


async def test_who_shows_no_pass_is_not_waited_for(
    api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "PASS_SECONDS", 0.05)
    async with opened(api) as socket:
        assert await socket.closed() == sockets.NO_PASS
        assert socket.connection.close_reason == "没有收到实时连接凭据。"


# -- being sent away ---------------------------------------------------------------


async def test_who_signs_out_hears_nothing_any_more(api: str, newcomer: Person) -> None:
    async with following(api, await pass_of(newcomer)) as socket:
        await socket.until("ready")
        assert (await newcomer.send("DELETE", "/v1/sessions/current")).status_code == 204
        assert await socket.closed() == sockets.NO_PASS
        assert socket.connection.close_reason == "登录已结束，请重新登录。"


async def test_who_is_suspended_hears_nothing_any_more(
    api: str, butler: Colleague, installation: Installation
) -> None:
    async with following(api, await pass_of(butler)) as socket:
        await socket.until("ready")
        house = installation.house
        await house.staff.suspend(act(house, "security"), staff_id=butler.account.id)
        assert await socket.closed() == sockets.NO_PASS


async def test_a_session_that_runs_out_is_found_by_looking(
    api: str, butler: Colleague, installation: Installation, clock: Clock
) -> None:
    """A socket does not keep its session from its idle end."""
    live = installation.house.live
    async with following(api, await pass_of(butler)) as socket:
        await socket.until("ready")
        await live.check(tuple(live.hub.seats), now=installation.house.clock())
        clock.ahead += timedelta(minutes=31)
        await live.check(tuple(live.hub.seats), now=installation.house.clock())
        assert await socket.closed() == sockets.NO_PASS


async def test_what_a_script_asks_by_itself_keeps_no_session_alive(
    butler: Colleague, clock: Clock
) -> None:
    for headers in ({}, {}, {"X-By-Itself": "1"}):
        clock.ahead += timedelta(minutes=20)
        assert (await butler.get("/console", headers=headers)).status_code == 200
    clock.ahead += timedelta(minutes=11)
    check_problem(await butler.client.get("/console"), 401, "staff_sign_in")


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        '{"pass": 1}',
        '{"after": 1}',
        '{"pass": "x", "more": 1}',
        '{"pass": "x", "after": -1}',
        '{"pass": "x", "streams": [' + ",".join(['"desk"'] * 51) + "]}",
    ],
)
async def test_a_first_frame_that_cannot_be_read_ends_the_socket(api: str, message: str) -> None:
    async with opened(api) as socket:
        await socket.connection.write_message(message)
        assert await socket.closed() == sockets.BAD_FRAME


async def test_a_frame_that_is_too_large_ends_the_socket(api: str, charlie: Person) -> None:
    async with following(api, await pass_of(charlie)) as socket:
        await socket.until("ready")
        await socket.send(looking="x" * sockets.LONGEST_FRAME)
        assert await socket.closed() in {1009, 0}


async def test_a_flood_of_frames_ends_the_socket(api: str, charlie: Person) -> None:
    async with following(api, await pass_of(charlie)) as socket:
        await socket.until("ready")
        for _ in range(int(sockets.BURST) + 5):
            await socket.send(left="t1")
        assert await socket.closed() == sockets.FLOOD


async def test_a_session_opens_no_more_sockets_than_it_may(
    api: str, charlie: Person, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation.house.live.hub, "_most_of_session", 1)
    live_pass = await pass_of(charlie)
    async with following(api, live_pass) as first, following(api, live_pass) as second:
        await first.until("ready")
        assert await second.closed() == sockets.FLOOD
        assert second.connection.close_reason == "打开的实时连接过多。"


async def test_who_reads_too_slowly_is_sent_away(
    api: str, charlie: Person, installation: Installation
) -> None:
    """What waits for them is bounded; they come back and resume."""
    mine = await own_stream(charlie)
    hub = installation.house.live.hub
    async with following(api, await pass_of(charlie)) as socket:
        await socket.until("ready")
        (seat,) = hub.followers(mine)
        frame = b'{"padding":"' + b"x" * 60_000 + b'"}'
        while hub.followers(mine):
            seat.hear(frame)
        assert await socket.closed() == sockets.SLOW


async def test_when_the_process_ends_the_socket_is_told_to_come_back(
    api: str, charlie: Person, installation: Installation
) -> None:
    async with following(api, await pass_of(charlie)) as socket:
        await socket.until("ready")
        installation.house.live.hub.end()
        assert await socket.closed() == sockets.GOING


# -- the handshake -----------------------------------------------------------------


async def test_a_page_of_another_site_opens_no_socket(api: str) -> None:
    others = ("https://evil.example", "HTTP://evil.example", "null", f"{api},https://evil.example")
    for origin in (*others, api.replace("http:", "https:"), f"{api}.evil.example"):
        with pytest.raises(HTTPClientError) as refused:
            async with opened(api, Origin=origin):
                pass
        assert refused.value.code == 403
    async with opened(api, Origin=api) as socket:
        assert socket


@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "weapp://wechat-game-runtime"},
        {"Origin": "https://servicewechat.com"},
        {"Origin": "undefined"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "{api},undefined", "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_mini_program_comes_from_no_page_whatever_its_phone_says(
    api: str, said: dict[str, str]
) -> None:
    async with opened(api, **{name: one.format(api=api) for name, one in said.items()}) as socket:
        assert socket


async def test_what_is_no_handshake_is_told_so(cast: Cast) -> None:
    check_problem(await cast.client.get("/v1/live"), 426, "upgrade_required")
    check_problem(await cast.client.post("/v1/live"), 405, "method_not_allowed")


async def test_a_process_that_is_full_says_so(
    api: str, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation.house.live.hub, "_most", 0)
    with pytest.raises(HTTPClientError) as refused:
        async with opened(api):
            pass
    assert refused.value.code == 503


# -- who is there ------------------------------------------------------------------


async def presence(socket: Socket) -> Any:
    return (await socket.until("presence"))["presence"]


async def test_who_looks_and_who_types_is_seen_as_it_may_be(
    api: str, alice: Person, butler: Colleague, supervisor: Colleague, tickets: Tickets
) -> None:
    ids = (await id_of(alice), butler.account.id, supervisor.account.id)
    tickets.let = {(one, "t1") for one in ids}
    async with (
        following(api, await pass_of(alice), "ticket:t1") as citizen,
        following(api, await pass_of(butler), "ticket:t1") as one,
        following(api, await pass_of(supervisor), "ticket:t1") as other,
    ):
        for socket in (citizen, one, other):
            await socket.until("ready")
        await one.send(looking="t1")
        assert await presence(other) == {
            "about": "t1",
            "looking": ["周敏"],
            "typing": [],
            "words": "周敏正在查看",
        }
        await one.send(typing="t1")
        assert (await presence(other))["words"] == "周敏正在输入"
        assert await presence(citizen) == {
            "about": "t1",
            "looking": [],
            "typing": ["信用管家"],
            "words": "信用管家正在输入",
        }
        await citizen.send(typing="t1")
        assert (await presence(one))["words"] == "市民正在输入"
        one.close()
        assert (await presence(citizen))["words"] == ""


async def test_at_a_foreign_ticket_nobody_is_there(
    api: str, charlie: Person, butler: Colleague, tickets: Tickets
) -> None:
    tickets.let = {(butler.account.id, "t1")}
    async with (
        following(api, await pass_of(charlie)) as stranger,
        following(api, await pass_of(butler), "ticket:t1") as socket,
    ):
        await stranger.until("ready")
        await socket.until("ready")
        await stranger.send(typing="t1")
        assert await stranger.frame() == {"refused": ["ticket:t1"]}
        await socket.send(left="t1")
        await asyncio.sleep(0)
        assert not socket.connection.close_code
