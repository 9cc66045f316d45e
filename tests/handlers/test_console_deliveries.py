"""Deliveries, kept events and comparisons in the console."""

import re

import pytest

from domain.electricity.applications import Channel, State
from domain.grid.cases import DeliveryState
from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast
from tests.conftest import Clock
from tests.gridding import GridWorld
from tests.problems import check_problem
from tests.staffing import at_work


@pytest.fixture
def world(installation: Installation, cast: Cast) -> GridWorld:
    return GridWorld(installation.house, cast, installation)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


async def test_a_refused_delivery_waits_on_the_first_page_and_is_sent_again(
    world: GridWorld, cast: Cast
) -> None:
    office = await at_work(cast, Role.OFFICE)
    one = await world.handed_over()
    await world.delivered(one)
    (delivery,) = await world.deliveries(one)
    await world.refuse(delivery)
    path = f"/console/deliveries/{delivery.id}"
    desk = await office.page("/console")
    assert path in desk
    handovers = re.search(r'data-test="handovers">(\d+)', desk)
    assert handovers
    assert int(handovers[1]) >= 1
    page = await office.page(path)
    assert "对方拒收，待处理" in page
    assert one.wanted.phone not in page
    assert one.wanted.contact not in page
    form = {"move": "again", "tag": hidden(page, "tag")}
    assert (await office.post(path, form)).status_code == 303
    await world.delivered(one)
    assert (await world.deliveries(one))[0].state is DeliveryState.SENT
    # What was seen has changed since.
    check_problem(await office.post(path, form), 412, "stale")
    assert path not in await office.page("/console")
    listed = await office.listed("/console/deliveries?state=sent")
    assert one.number in listed
    await office.close()


async def test_a_delivery_is_given_up_only_with_a_reason(world: GridWorld, cast: Cast) -> None:
    office = await at_work(cast, Role.OFFICE)
    one = await world.handed_over()
    (delivery,) = await world.deliveries(one)
    path, form = f"/console/deliveries/{delivery.id}", {"move": "give_up", "tag": delivery.tag}
    check_problem(await office.post(path, form), 422, "invalid")
    assert (await office.post(path, {**form, "reason": "改由窗口办理"})).status_code == 303
    (after,) = await world.deliveries(one)
    assert (after.state, after.decided_by) == (DeliveryState.GIVEN_UP, office.account.id)
    await office.close()


async def test_a_kept_event_is_acted_on_once_that_is_possible(world: GridWorld, cast: Cast) -> None:
    office = await at_work(cast, Role.OFFICE)
    one = await world.handed_over()
    kept = await world.told(one, "reject")
    path = f"/console/grid-events/{kept.id}"
    assert path in await office.page("/console")
    page = await office.page(path)
    assert "不予办理须写明理由" in page
    form = {"move": "again", "tag": hidden(page, "tag")}
    check_problem(await office.post(path, form), 409, "conflict")
    accepted = await world.told(one, "close", 2)
    assert accepted.state.value == "kept"
    assert (await world.told(one, "accept", 3)).state.value == "applied"
    await office.close()


async def test_a_kept_event_is_dismissed_with_a_reason(world: GridWorld, cast: Cast) -> None:
    office = await at_work(cast, Role.OFFICE)
    one = await world.handed_over()
    kept = await world.told(one, "energise")
    path, form = f"/console/grid-events/{kept.id}", {"move": "dismiss", "tag": kept.tag}
    check_problem(await office.post(path, form), 422, "invalid")
    assert (await office.post(path, {**form, "reason": "已电话核实"})).status_code == 303
    page = await office.page(path)
    assert "已忽略" in page
    assert "已电话核实" in page
    assert path not in await office.page("/console")
    listed = await office.listed("/console/grid-events?state=dismissed")
    assert path in listed
    await office.close()


async def test_an_application_given_to_the_desk_is_moved_there_and_not_before(
    world: GridWorld, cast: Cast
) -> None:
    office, clerk = await at_work(cast, Role.OFFICE), await at_work(cast, Role.GRID_CLERK)
    one = await world.handed_over()
    move = {"move": "accept", "tag": one.tag}
    path = f"/console/electricity/{one.number}/moves"
    answer = await clerk.post(path, move)
    check_problem(answer, 409, "conflict")
    assert "由供电企业系统办理" in answer.text
    form = {"number": one.number, "reason": "对方系统升级"}
    answer = await office.post("/console/deliveries/to-desk", form)
    assert answer.headers["Location"] == f"/console/electricity/{one.number}"
    taken = await world.now(one)
    assert taken.channel is Channel.DESK
    assert (await clerk.post(path, {**move, "tag": taken.tag})).status_code == 303
    assert (await world.now(one)).state is State.ACCEPTED
    check_problem(await office.post("/console/deliveries/to-desk", form), 409, "conflict")
    for one_of in (office, clerk):
        await one_of.close()


async def test_what_a_comparison_found_is_shown(world: GridWorld, cast: Cast, clock: Clock) -> None:
    office = await at_work(cast, Role.OFFICE)
    one = await world.handed_over()
    clock.ahead += world.settled
    await world.compared()
    clock.ahead -= world.settled
    page = await office.listed("/console/deliveries")
    row = page[page.index(f'<th scope="row">{one.number}</th>') :][:300]
    assert "对方没有这份申请" in row
    await office.close()
