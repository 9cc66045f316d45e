"""From the phone to the power company's system and back: one application, nothing seeded."""

from typing import Any

import pytest

from domain.electricity.applications import Channel
from server.wiring import Installation
from tests.applying import promised, read, step
from tests.cast import Cast, Person
from tests.gridding import GridWorld

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
