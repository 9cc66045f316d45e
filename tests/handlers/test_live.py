"""The live socket over the real server."""

from collections.abc import Iterator

import pytest
from tornado.ioloop import IOLoop

from server.wiring import Installation
from tests.cast import Person
from tests.live import Room, following, id_of, pass_of, room_of, running


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
def room(installation: Installation) -> Room:
    return room_of(installation)


async def test_what_commits_is_told_at_once_to_who_follows_it(
    api: str, charlie: Person, room: Room
) -> None:
    mine = f"person:{await id_of(charlie)}"
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
