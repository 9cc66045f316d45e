"""What is between the power company's system and us when somebody leaves."""

from functools import partial
from typing import Any

import pytest

from domain.erasure.erasures import Leaver, Sweep
from domain.transactions import Unit
from server.wiring import Installation
from tests.cast import Cast
from tests.gridding import GridWorld

NAMES = ("grid_cases", "grid_deliveries", "grid_events")


@pytest.fixture
def world(installation: Installation, cast: Cast) -> GridWorld:
    return GridWorld(installation.house, cast, installation)


def leaver(person_id: str, world: GridWorld) -> Leaver:
    return Leaver(
        person_id=person_id,
        stand_in="stand-in",
        number="ZX",
        at=world.house.clock(),
        holder="holder",
        caller="caller",
        name="样例联系人",
    )


async def rows(world: GridWorld, one_id: str) -> list[dict[str, Any]]:
    found = []
    for name in NAMES:
        key = "_id" if name == "grid_cases" else "application_id"
        found += [row async for row in world.installation.database[name].find({key: one_id})]
    return found


async def swept(world: GridWorld, person_id: str) -> None:
    act = world.act()
    for name in NAMES:
        sweep, after = world.installation.erasure.sweeps[name], ""

        async def work(unit: Unit, sweep: Sweep = sweep, after: str = "") -> str:
            return (await sweep(unit, leaver(person_id, world), after)).after

        while after := await act.commit(partial(work, after=after)):
            pass


async def test_a_persons_own_goes_and_an_enterprises_names_nobody(world: GridWorld) -> None:
    person = world.house.draw.id()
    whose = {"person_id": person, "principal_person": person}
    own = await world.put(**whose, uscc=None, about=person)
    business = await world.put(**whose)
    for one in (own, business):
        await world.told(one, "accept")
    await swept(world, person)
    assert await rows(world, own.id) == []
    left = await rows(world, business.id)
    assert [row["person_id"] for row in left] == ["stand-in"] * 3
    (delivery,) = await world.deliveries(business)
    assert delivery.content["contact"]["name"] == "已注销用户"
