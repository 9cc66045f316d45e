"""Where a ticket ends for who has nothing to do with it, and for a butler who serves no more."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from domain.tickets.on_behalf import Call
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.live import following, pass_of, running
from tests.staffing import act
from tests.ticketing import ITEM, OFFICE, Tower, build


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


async def resolved(tower: Tower, person: Person, text: str) -> str:
    """A ticket of the person's that the butler resolved; its number."""
    number = await tower.ask(person, text)
    await tower.given(number)
    assert (await tower.reply(number, then="answered")).status_code == 303
    return number


async def suspend(tower: Tower) -> None:
    """By a judgement: the account stays in use, the butler serves no more."""
    house = tower.cast.house
    assert house
    suspending, staff_id = act(house, "office"), tower.butler.account.id
    await suspending.commit(
        lambda unit: house.butlers.butlers.suspend(
            unit, suspending, staff_id=staff_id, reason="暂停服务"
        )
    )


def told(answer: Any) -> dict[str, Any]:
    """A refusal but for what is of this request alone."""
    return {key: value for key, value in answer.json().items() if key != "trace_id"}


@pytest.mark.parametrize("what", ["", "/messages", "/draft", "/rating", "/complaints"])
async def test_a_foreign_ticket_is_refused_word_for_word_as_one_that_is_not_there(
    alice: Person, charlie: Person, tower: Tower, what: str
) -> None:
    number = await tower.ask(alice)
    foreign = await charlie.get(f"/v1/tickets/{number}{what}")
    absent = await charlie.get(f"/v1/tickets/GJ200101AAAAAA{what}")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert told(foreign) == told(absent)


async def test_what_a_caller_said_of_an_enterprise_is_in_no_list_of_its_representative(
    cast: Cast, tower: Tower
) -> None:
    owner, house = await cast.owner(), cast.house
    assert house
    number = await tower.ask(owner, "我们自己的问题", subject_id=owner.subject_id)
    call = Call(
        name="李来电",
        phone="13800138000",
        uscc=owner.persona["enterprise"]["uscc"],
        item=ITEM,
        place_id=tower.place_id,
        text="不想让这家公司知道的话",
    )
    office = replace(OFFICE, id=str(uuid.uuid4()))
    await house.tickets.on_behalf.write_down(act(house, office.id), me=office, call=call)
    listed = await owner.get(f"/v1/tickets?subject_id={owner.subject_id}")
    assert [one["number"] for one in listed.json()["items"]] == [number]
    assert "不想" not in listed.text


async def test_a_successor_reads_in_no_list_what_was_asked_before_them(
    cast: Cast, tower: Tower
) -> None:
    owner = await cast.owner()
    await tower.ask(owner, "前任的问题", subject_id=owner.subject_id)
    successor = await cast.succeed(owner)
    await successor.bind()
    path = f"/v1/tickets?subject_id={successor.subject_id}"
    assert (await successor.get(path)).json()["items"] == []
    number = await tower.ask(successor, "新任的问题", subject_id=successor.subject_id)
    assert [one["number"] for one in (await successor.get(path)).json()["items"]] == [number]


async def test_what_a_helper_asked_stands_in_the_list_of_who_is_helped(
    cast: Cast, tower: Tower
) -> None:
    resident = await cast.resident()
    helper = await cast.helper(resident, scope=["ask"])
    number = await tower.ask(helper, "替老人问", subject_id=helper.subject_id)
    listed = await resident.get(f"/v1/tickets?subject_id={await resident.own_subject()}")
    assert [one["number"] for one in listed.json()["items"]] == [number]


async def test_a_butler_who_is_suspended_reads_and_notes_nothing_of_what_was_theirs(
    alice: Person, tower: Tower
) -> None:
    number = await resolved(tower, alice, "只给在职管家看")
    assert number in await tower.butler.listed("/console/tickets?part=ended")
    await suspend(tower)
    page = await tower.butler.get(f"/console/tickets/{number}")
    assert (page.status_code, "只给" in page.text) == (404, False)
    assert (await tower.move(number, "note", text="还在")).status_code == 404
    for part in ("mine", "ended", "waiting", "unassigned"):
        assert number not in await tower.butler.listed(f"/console/tickets?part={part}")


async def test_a_butler_who_is_suspended_hears_nothing_of_what_was_theirs(
    alice: Person, api: str, tower: Tower
) -> None:
    ticket = await tower.ticket(await resolved(tower, alice, "怎样修复？"))
    stream = f"ticket:{ticket.id}"
    async with following(api, await pass_of(tower.butler), stream) as socket:
        assert stream in (await socket.until("ready"))["streams"]
    await suspend(tower)
    async with following(api, await pass_of(tower.butler), stream) as socket:
        assert (await socket.until("refused"))["refused"] == [stream]


@pytest.mark.parametrize("tag", ['"²"', "①"])
async def test_a_version_that_no_page_shows_is_stale(alice: Person, tower: Tower, tag: str) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    assert (await tower.reply(number, tag=tag)).status_code == 412
