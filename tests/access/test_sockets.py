"""Every kind of stream and everybody: what is not one's own is refused, and nothing is heard of it.

Tickets, and what is inside them, are let or refused by their room; here it lets everybody, and
still no person hears what is for the staff.
"""

import asyncio
from collections.abc import Iterator, Sequence

import pytest
from tornado.ioloop import IOLoop

from domain.live.following import Follower, Side
from domain.staff.roles import RIGHTS, Right, Role
from server.wiring import Installation
from tests.access.recipes import RECIPES
from tests.cast import Cast, Person
from tests.live import following, id_of, opened, pass_of, room_of, running
from tests.staffing import Colleague, at_work

ANOTHER = "01890000-0000-7000-8000-000000000000"
STREAMS = {
    *(f"{kind}:{ANOTHER}" for kind in ("ticket", "inner", "place", "person", "staff")),
    "desk",
}


@pytest.fixture(scope="module", autouse=True)
def _live(io_loop: IOLoop, listening: tuple[Installation, str]) -> Iterator[None]:
    runner = listening[0].live

    async def start() -> None:
        runner.start()
        await running(runner)

    io_loop.run_sync(start)
    yield
    io_loop.run_sync(runner.stop)


@pytest.fixture
def all_let(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> list[Follower]:
    """The rooms let everybody hear everything; who has asked."""
    asked: list[Follower] = []

    async def judge(*, follower: Follower, ids: Sequence[str], now: object) -> Sequence[str]:
        assert now
        asked.append(follower)
        return ids

    judges = dict.fromkeys(("ticket", "inner", "place", "person", "staff", "desk"), judge)
    monkeypatch.setattr(installation.house.live._following, "_judges", judges)
    return asked


async def heard(api: str, live_pass: str, installation: Installation) -> tuple[set[str], set[str]]:
    """What is followed beside one's own, and what was told, when all is asked for."""
    told = set()
    async with following(api, live_pass, *STREAMS) as socket:
        followed = set((await socket.until("ready"))["streams"])
        room = room_of(installation)
        for stream in STREAMS:
            await room.publish(stream)
        (own,) = followed - STREAMS
        await room.publish(own)
        while True:
            (stream,) = (await socket.until("n"))["streams"]
            if stream == own:
                return followed - {own}, told
            told.add(stream)


async def test_no_person_hears_what_is_the_staffs_or_anothers(
    api: str,
    alice: Person,
    charlie: Person,
    newcomer: Person,
    installation: Installation,
    all_let: list[Follower],
) -> None:
    agent = await alice.cast.agent(alice, scope=("report", "promise", "electricity", "tickets"))
    for person in (alice, charlie, newcomer, agent):
        ticket = {f"ticket:{ANOTHER}"}
        assert await heard(api, await pass_of(person), installation) == (ticket, ticket)
    assert {one.side for one in all_let} == {Side.PERSON}


async def test_of_the_staff_only_who_supervises_hears_the_desk(
    api: str, cast: Cast, installation: Installation, all_let: list[Follower]
) -> None:
    colleagues = await asyncio.gather(*(at_work(cast, role) for role in Role))
    for role, colleague in zip(Role, colleagues, strict=True):
        let = {f"{kind}:{ANOTHER}" for kind in ("ticket", "inner", "place")}
        let |= {"desk"} if Right.SUPERVISE_TICKETS in RIGHTS[role] else set()
        assert await heard(api, await pass_of(colleague), installation) == (let, let), role
        await colleague.close()
    assert {one.rights for one in all_let} == {
        frozenset(right.value for right in RIGHTS[role]) for role in Role
    }


@pytest.mark.parametrize("who", ["nobody", "person", "operator", "staff"])
async def test_what_lets_one_in_elsewhere_lets_nobody_in_here(
    api: str, alice: Person, who: str, cast: Cast
) -> None:
    """The socket looks at its pass alone: neither at tokens in its head nor at cookies."""
    assert "GET /v1/live" in RECIPES
    colleague: Colleague = await at_work(cast, Role.OFFICE)
    headers = {
        "nobody": {},
        "person": alice.headers,
        "operator": {"Authorization": "Bearer operator"},
        "staff": {
            "Cookie": "; ".join(f"{one.name}={one.value}" for one in colleague.client.cookies.jar)
        },
    }[who]
    async with opened(api, **headers) as socket:
        await socket.send(**{"pass": ""}, streams=["desk"])
        assert await socket.closed() == 4401
    async with following(api, await pass_of(alice)) as socket:
        assert (await socket.until("ready"))["streams"] == [f"person:{await id_of(alice)}"]
    await colleague.close()
