"""What happens to tickets by itself, as both sides see it: giving out, escalating, reminding."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.outbox import Claimed
from adapters.mongo.ticket_words import MongoEscalations
from adapters.mongo.tickets import MongoTickets
from domain.errors import NotFound
from domain.staff.roles import Role
from domain.tickets.handing_out import ASSIGN
from domain.tickets.scheduling import PUT_OFF, STEP
from domain.tickets.tickets import Reason, State, Ticket
from domain.transactions import Again, Unit
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.staffing import Colleague, act, at_work
from tests.ticketing import Tower, build, let_others_rest, look_at_clocks, signed_in_later

DAY = timedelta(days=1)


@pytest.fixture
def tower(io_loop: IOLoop, cast: Cast) -> Iterator[Tower]:
    tower = io_loop.run_sync(lambda: build(cast))
    yield tower
    io_loop.run_sync(tower.close)


async def worked(installation: Installation, topic: str, object_id: str = "") -> Again | None:
    """What a worker does with one message of this topic."""
    claimed = Claimed(
        id="", topic=topic, object_id=object_id or topic, trace_id="test", attempt=0, fence=0
    )
    return await installation.workers._topics[topic](act(installation.house), claimed)


async def told(installation: Installation, ticket: Ticket, step: str) -> set[str]:
    """Whom an alert tells of a step."""
    chosen = {"key": f"ticket.step:{ticket.id}:{step}"}
    return {row["staff_id"] async for row in installation.database["alerts"].find(chosen)}


async def titles(person: Person, number: str) -> list[str]:
    """Of what the citizen was told about a ticket."""
    items = (await person.get("/v1/notices")).raise_for_status().json()["items"]
    return [one["title"] for one in items if one["link"] == f"/tickets/{number}"]


async def test_tickets_given_out_at_one_moment_are_shared_equally(
    cast: Cast, installation: Installation, alice: Person
) -> None:
    tower = await build(cast, butlers=3)
    tickets = [await tower.ticket(await tower.ask(alice)) for _ in range(6)]
    await asyncio.gather(*(worked(installation, ASSIGN, one.id) for one in tickets))
    given = [(await tower.ticket(one.number)).butler_id for one in tickets]
    assert sorted(given.count(butler.account.id) for butler in tower.butlers) == [2, 2, 2]
    await tower.close()


async def test_who_gives_in_the_millisecond_of_another_counts_anew(
    installation: Installation, alice: Person, tower: Tower
) -> None:
    """The row says already when one was given last: that alone would collide with nothing."""
    store, commit = MongoTickets(installation.database), installation.house.transactions.plain()
    butler, moment, counted = tower.butler.account.id, installation.house.clock(), list[int]()
    first, second, third = [await tower.ticket(await tower.ask(alice)) for _ in range(3)]

    async def give(unit: Unit, one: Ticket) -> None:
        given = replace(one, butler_id=butler, changed_at=moment, revision=one.revision + 1)
        await store.replace(unit, given, was=one)

    async def interrupted(unit: Unit) -> None:
        counted.append((await store.loads(unit, [butler]))[butler].open)
        if len(counted) == 1:
            await commit(lambda other: give(other, second))
        await give(unit, third)

    await commit(lambda unit: give(unit, first))
    await commit(interrupted)
    assert counted == [1, 2]


async def test_a_ticket_whose_item_the_district_took_away_waits_for_the_office(
    installation: Installation, alice: Person, tower: Tower
) -> None:
    ticket = await tower.ticket(await tower.ask(alice))
    await installation.database["tickets"].update_one(
        {"_id": ticket.id}, {"$set": {"item": "taken-away"}}
    )
    assert await worked(installation, ASSIGN, ticket.id)
    ticket = await tower.ticket(ticket.number)
    assert (ticket.butler_id, ticket.why) == ("", ("没有这项服务。请信用办指派",))


async def test_who_is_told_of_a_clock_grows_with_what_it_has_used(
    cast: Cast, installation: Installation, alice: Person, tower: Tower, clock: Clock
) -> None:
    supervisor, clerk = await at_work(cast, Role.SUPERVISOR), await at_work(cast, Role.OFFICE)
    ticket = await tower.given(await tower.ask(alice))
    await let_others_rest(tower, ticket.number)
    butler = tower.butler.account.id
    for hours, level, least in (
        (12, 50, set()),
        (18, 75, {supervisor.account.id}),
        (24, 100, {supervisor.account.id, clerk.account.id}),
    ):
        clock.ahead = timedelta(hours=hours, minutes=1)
        await look_at_clocks(tower.cast)
        reached = await told(installation, ticket, f"promise:1:{level}")
        assert reached >= {butler} | least
        assert (clerk.account.id in reached) is (level == 100)
        assert (supervisor.account.id in reached) is (level >= 75)
    await close(supervisor, clerk)


async def close(*colleagues: Colleague) -> None:
    for one in colleagues:
        await one.close()


async def test_of_steps_that_come_together_the_furthest_is_told_and_each_is_kept(
    installation: Installation, alice: Person, tower: Tower, clock: Clock
) -> None:
    ticket = await tower.given(await tower.ask(alice))
    await let_others_rest(tower, ticket.number)
    clock.ahead = timedelta(hours=25)
    await look_at_clocks(tower.cast)
    steps = await MongoEscalations(installation.database).of(ticket.id)
    kept = [one.name for one in steps if one.name.startswith("promise")]
    assert sorted(kept) == ["promise:1:100", "promise:1:50", "promise:1:75"]
    assert not await told(installation, ticket, "promise:1:50")
    assert not await told(installation, ticket, "promise:1:75")
    assert tower.butler.account.id in await told(installation, ticket, "promise:1:100")


async def test_a_clock_makes_no_answer_stale(alice: Person, tower: Tower, clock: Clock) -> None:
    number = await tower.ask(alice)
    seen = (await tower.given(number)).tag
    await let_others_rest(tower, number)
    clock.ahead = timedelta(hours=13)
    await look_at_clocks(tower.cast)
    assert (await tower.ticket(number)).stepped
    await signed_in_later(tower)
    assert (await tower.reply(number, tag=seen)).status_code == 303


async def test_who_does_not_answer_is_reminded_once_and_in_the_end_told_that_it_is_closed(
    alice: Person, tower: Tower, clock: Clock
) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    await tower.reply(number, "请补充文书编号。", then="wait")
    await let_others_rest(tower, number)
    for after, reminded, closed in ((2 * DAY, 1, 0), (6 * DAY, 1, 0), (7 * DAY, 1, 1)):
        clock.ahead = after + timedelta(minutes=1)
        for _ in range(2):
            await look_at_clocks(tower.cast)
        await alice.sign_in()
        seen = await titles(alice, number)
        assert seen.count("信用管家在等您补充") == reminded
        assert seen.count("工单已关闭") == closed
    ticket = await tower.ticket(number)
    assert (ticket.state, ticket.reason) == (State.CLOSED, Reason.UNANSWERED)
    again = await alice.post(f"/v1/tickets/{number}/reopening", {"text": "现在补充"})
    assert again.json()["state"] == "open"


async def test_a_ticket_whose_steps_fail_stands_in_no_others_way(
    installation: Installation, alice: Person, tower: Tower, clock: Clock
) -> None:
    broken = await tower.ticket(await tower.ask(alice))
    sound = await tower.ticket(await tower.ask(alice))
    await let_others_rest(tower, broken.number, sound.number)
    rows = installation.database["tickets"]
    await rows.update_one({"_id": broken.id}, {"$set": {"place_id": "gone"}})
    clock.ahead = timedelta(hours=25)
    with pytest.raises(NotFound):
        await worked(installation, STEP)
    await look_at_clocks(tower.cast)
    assert (await tower.ticket(sound.number)).stepped
    row = await rows.find_one({"_id": broken.id})
    assert row
    assert row["next_step_at"] > installation.house.clock() + PUT_OFF / 2
    await rows.delete_one({"_id": broken.id})


async def test_taken_apart_a_ticket_that_nobody_had_is_given_out(
    alice: Person, tower: Tower
) -> None:
    first, second = await tower.ask(alice, "第一次"), await tower.ask(alice, "又问一次")
    assert (await tower.move(second, "merge", to=first)).status_code == 303
    assert (await tower.given(second)).butler_id == ""
    await tower.move(second, "unmerge")
    assert (await tower.given(second)).butler_id == tower.butler.account.id
