"""Who hears of a ticket as it happens: its citizen, those who serve its place, and nobody else."""

from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from tornado.ioloop import IOLoop

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.live import following, pass_of, running
from tests.staffing import act
from tests.ticketing import Tower, build


@pytest.fixture(scope="module", autouse=True)
def live(io_loop: IOLoop, listening: tuple[Installation, str]) -> Iterator[None]:
    """What runs beside the workers runs."""
    runner = listening[0].live

    async def start() -> None:
        runner.start()
        await running(runner)

    io_loop.run_sync(start)
    yield
    io_loop.run_sync(runner.stop)


@pytest.fixture
def tower(io_loop: IOLoop, cast: Cast) -> Iterator[Tower]:
    tower = io_loop.run_sync(lambda: build(cast))
    yield tower
    io_loop.run_sync(tower.close)


async def test_the_citizen_hears_of_an_answer_without_asking(
    api: str, alice: Person, tower: Tower
) -> None:
    ticket = await tower.given(await tower.ask(alice))
    stream = f"ticket:{ticket.id}"
    async with following(api, await pass_of(alice), stream) as socket:
        assert stream in (await socket.until("ready"))["streams"]
        await tower.reply(ticket.number, "请看附件。")
        frame = await socket.until("kind")
        assert (frame["kind"], frame["about"]) == ("ticket", ticket.id)
        assert frame["revision"] == len((await tower.ticket(ticket.number)).log)
        assert "附件" not in str(frame)


async def test_of_a_note_the_citizen_hears_nothing_and_colleagues_do(
    api: str, alice: Person, tower: Tower
) -> None:
    ticket = await tower.given(await tower.ask(alice))
    stream, inner = f"ticket:{ticket.id}", f"inner:{ticket.id}"
    async with AsyncExitStack() as stack:
        mine = await stack.enter_async_context(following(api, await pass_of(alice), stream, inner))
        theirs = await stack.enter_async_context(
            following(api, await pass_of(tower.butler), stream, inner)
        )
        assert inner not in (await mine.until("ready"))["streams"]
        assert inner in (await theirs.until("ready"))["streams"]
        await tower.move(ticket.number, "note", text="内部")
        assert (await theirs.until("kind"))["kind"] == "note"
        await tower.reply(ticket.number, "您好")
        assert (await mine.until("kind"))["kind"] == "ticket"


async def test_whoever_owns_nothing_hears_nothing(
    api: str, alice: Person, charlie: Person, cast: Cast, tower: Tower
) -> None:
    other = await build(cast)
    ticket = await tower.given(await tower.ask(alice))
    asked = [f"ticket:{ticket.id}", f"inner:{ticket.id}", f"place:{tower.place_id}", "desk"]
    for stranger in (charlie, other.butler):
        async with following(api, await pass_of(stranger), *asked) as socket:
            ready = await socket.until("ready")
            assert not set(asked) & set(ready["streams"])
    await other.close()


async def test_who_is_no_butler_of_the_place_any_more_hears_no_more(
    api: str, alice: Person, tower: Tower, cast: Cast
) -> None:
    ticket = await tower.given(await tower.ask(alice))
    house = cast.house
    assert house
    stream, butler = f"ticket:{ticket.id}", tower.butler.account.id
    leave = act(house, "office")
    async with following(api, await pass_of(tower.butler), stream) as socket:
        assert stream in (await socket.until("ready"))["streams"]
        await leave.commit(
            lambda unit: house.butlers.butlers.exit(unit, leave, staff_id=butler, reason="退出服务")
        )
        await cast.work()
        # Taking the ticket from them is an event, after which who may follow is asked anew.
        while stream not in (await socket.until("kind", "refused")).get("refused", []):
            pass
    assert (await tower.ticket(ticket.number)).butler_id == ""
    assert (await tower.butler.get(f"/console/tickets/{ticket.number}")).status_code == 404
