"""From the phone to the power company's system and back: one application, nothing seeded."""

from typing import Any

import pytest

from domain.electricity.applications import Channel
from domain.grid.cases import Delivery
from server.wiring import Installation
from tests.applying import HOME, promised, read, step
from tests.cast import Cast, Person
from tests.erasing import due, erase, texts
from tests.gridding import GridWorld
from tests.outage import Outage

TIMES = {"begins_at": "2099-01-05T01:00:00Z", "ends_at": "2099-01-05T03:00:00Z"}


@pytest.fixture
def world(installation: Installation, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> GridWorld:
    monkeypatch.setattr(installation.house.grid.handing_over, "channel", Channel.PARTNER)
    return GridWorld(installation.house, cast, installation)


async def test_applied_for_on_the_phone_and_moved_by_the_system(
    world: GridWorld, alice: Person
) -> None:
    shown, _ = await promised(alice)
    one: Any = await world.store.by_number(shown["number"])
    assert one.channel is Channel.PARTNER
    await world.delivered(one)
    (sent,) = (await world.there(one))["deliveries"]
    assert sent["content"]["promise"]["code"] == one.promise_code
    await world.step(one, "accept")
    await world.step(one, "survey", detail=TIMES)
    assert (await read(alice, shown))["state"] == "survey"
    answer = await step(alice, shown, "survey-answer", {"agreed": True, "wish": ""})
    assert answer.is_success, answer.text
    await world.delivered(one)
    assert (await world.there(one))["deliveries"][-1]["content"]["agreed"] is True
    await world.step(one, "reply_plan", detail={"plan": "由公变台区低压供电"})
    await world.step(one, "energise", detail={"account": "0800000000123456"})
    assert (await read(alice, shown))["state"] == "energised"


async def told_of(world: GridWorld, one: Any) -> list[str]:
    """What the company was told, in order."""
    return [sent["kind"] for sent in (await world.there(one))["deliveries"]]


async def applied(world: GridWorld) -> tuple[Person, Any]:
    """A resident for themself; nothing has been sent yet."""
    resident = await world.cast.resident()
    await resident.for_oneself()
    shown, _ = await promised(resident, **HOME, papers=())
    return resident, await world.store.by_number(shown["number"])


def names(person: Person, delivery: Delivery) -> list[str]:
    """By what the person can be recognised in all that is kept of a delivery."""
    everything = "\n".join(texts(vars(delivery) | {"tried": str(delivery.attempts)}))
    known = [person.persona[one] for one in ("name", "phone", "id_number")]
    return [one for one in known if one in everything]


async def test_who_erases_the_account_is_taken_back_at_the_company_too(world: GridWorld) -> None:
    resident, one = await applied(world)
    await world.delivered(one)
    await erase(resident)
    await world.cast.work()
    assert await told_of(world, one) == ["application", "withdrawn"]
    assert (await world.there(one))["state"] == "withdrawn"
    await due(world.installation)
    await world.cast.work()
    assert await world.deliveries(one) == []
    # They have it, we have not: there is nothing to be done about it.
    assert one.number not in {row.number for row in (await world.compared()).differences}


async def test_who_erases_the_account_before_it_arrived_is_told_of_no_more_and_taken_back(
    world: GridWorld, outage: Outage
) -> None:
    resident, one = await applied(world)
    await outage.begin("grid", kind="malformed")
    await world.work(one=one)
    (first,) = await world.deliveries(one)
    assert (first.tries, names(resident, first)) == (1, [resident.persona["name"]])
    assert not [name for name in names(resident, first) if name in str(first.attempts)]
    await outage.end()
    await outage.begin("grid", kind="error")
    await erase(resident)
    await world.cast.work()
    (left,) = await world.deliveries(one)
    assert (left.kind.value, left.state.value) == ("withdrawn", "pending")
    assert left.person_id != one.person_id
    assert names(resident, left) == []
    await outage.end()
    await world.delivered(one)
    assert await told_of(world, one) == ["application", "withdrawn"]


async def test_what_never_arrived_is_taken_back_without_telling_of_anybody(
    world: GridWorld, outage: Outage
) -> None:
    await outage.begin("grid", kind="error")
    resident, one = await applied(world)
    await erase(resident)
    await world.cast.work()
    await outage.end()
    await world.delivered(one)
    assert await told_of(world, one) == ["withdrawn"]
    assert resident.persona["name"] not in str(await world.there(one))
