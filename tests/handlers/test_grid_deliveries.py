"""Deliveries to the power company: in order, once in effect, through outages; files it fetches."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from domain.electricity import ways
from domain.electricity.applications import Application, Channel, Survey
from domain.grid.cases import DeliveryState
from domain.grid.handing_over import POLL
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.gridding import GridWorld
from tests.outage import Outage


@pytest.fixture
def world(installation: Installation, cast: Cast) -> GridWorld:
    return GridWorld(installation.house, cast, installation)


async def states(world: GridWorld, one: Application) -> list[str]:
    return [delivery.state.value for delivery in await world.deliveries(one)]


async def withdrawn(world: GridWorld, one: Application) -> Application:
    now = await world.now(one)
    return await world.changed(now, ways.withdrawn(now, reason="", now=world.house.clock()))


async def visited(world: GridWorld, one: Application) -> Application:
    now = await world.now(one)
    wanted = replace(now.wanted, home_visit=not now.wanted.home_visit)
    after = replace(now, wanted=wanted, revision=now.revision + 1)
    return await world.changed(now, after)


async def test_what_comes_to_the_supplier_is_delivered_with_no_more_than_it_needs(
    world: GridWorld,
) -> None:
    one = await world.handed_over(uscc=None, about="p", identifier="440104199001010011")
    await world.delivered(one)
    (sent,) = (await world.there(one))["deliveries"]
    content = sent["content"]
    assert sent["delivery_id"] == (await world.deliveries(one))[0].id
    assert content["applicant"] == {"name": one.applicant, "id_last4": "0011"}
    assert content["contact"] == {"name": one.wanted.contact, "phone": one.wanted.phone}
    assert [file["name"] for file in content["files"]] == ["report.pdf", "promise.pdf"]
    assert one.identifier not in str(sent)
    assert one.person_id not in str(sent)


async def test_what_its_clerk_handles_at_the_desk_is_not_delivered(world: GridWorld) -> None:
    one = await world.handed_over(channel=Channel.DESK)
    assert await world.deliveries(one) == []


async def test_an_outage_loses_nothing_and_each_arrives_once_in_order(
    world: GridWorld, outage: Outage
) -> None:
    await outage.begin("grid", kind="error")
    one = await world.handed_over()
    await visited(world, one)
    for _ in range(3):
        await world.work(one=one)
    assert await states(world, one) == ["pending", "pending"]
    first, second = await world.deliveries(one)
    assert (first.tries, second.tries) == (3, 0)
    await outage.end()
    await world.delivered(one)
    there = (await world.there(one))["deliveries"]
    assert [sent["delivery_id"] for sent in there] == [first.id, second.id]
    assert [sent["kind"] for sent in there] == ["application", "visit_asked"]
    assert await states(world, one) == ["sent", "sent"]


async def test_what_arrived_without_being_recorded_is_sent_again_under_the_same_id(
    world: GridWorld, outage: Outage
) -> None:
    """As when the server is killed between sending and recording: the answer is lost."""
    await outage.begin("grid", kind="malformed")
    one = await world.handed_over()
    await world.work(one=one)
    assert await states(world, one) == ["pending"]
    (there,) = (await world.there(one))["deliveries"]
    await outage.end()
    await world.delivered(one)
    assert (await world.there(one))["deliveries"] == [there]
    assert await states(world, one) == ["sent"]


async def test_what_is_refused_for_good_waits_for_a_person_and_holds_up_what_follows(
    world: GridWorld,
) -> None:
    one = await world.handed_over()
    await world.delivered(one)
    await world.cast.sandbox.delete(f"/sandbox/grid/{one.number}")
    await visited(world, one)
    await world.work(one=one)
    first, second = await world.deliveries(one)
    assert (first.state, second.state) == (DeliveryState.SENT, DeliveryState.FAILED)
    act = world.act("office")
    seen = {"delivery_id": second.id, "tag": second.tag}
    await world.desk.give_up(act, **seen, reason="对方已电话确认")
    assert await states(world, one) == ["sent", "given_up"]


async def test_a_person_has_it_sent_again(world: GridWorld) -> None:
    one = await world.handed_over()
    await world.delivered(one)
    (sent,) = await world.deliveries(one)
    await world.desk.again(world.act("office"), delivery_id=sent.id, tag=sent.tag)
    await world.delivered(one)
    (again,) = await world.deliveries(one)
    assert (again.state, again.tries) == (DeliveryState.SENT, 2)
    assert len((await world.there(one))["deliveries"]) == 1


async def test_who_took_the_consent_back_is_not_told_of(world: GridWorld) -> None:
    owner = await world.cast.owner()
    one = await world.handed_over(owner)
    await take_back(owner)
    await world.work(one=one)
    (kept,) = await world.deliveries(one)
    assert kept.state is DeliveryState.FAILED
    assert "同意" in kept.attempts[-1].outcome
    # That it is withdrawn tells nothing of anybody, and overtakes what may not go.
    await withdrawn(world, one)
    assert await states(world, one) == ["given_up", "pending"]
    await world.delivered(one)
    assert [sent["kind"] for sent in (await world.there(one))["deliveries"]] == ["withdrawn"]


async def take_back(owner: Person) -> None:
    items = (await owner.get("/v1/consents")).json()["items"]
    consent = next(one for one in items if one["agreement"] == "power-supply")
    (await owner.send("DELETE", f"/v1/consents/{consent['id']}")).raise_for_status()


async def test_an_answer_to_a_proposed_time_is_delivered(world: GridWorld) -> None:
    one = await world.handed_over()
    await world.delivered(one)
    await world.step(one, "accept")
    times = {"begins_at": "2099-01-05T01:00:00Z", "ends_at": "2099-01-05T03:00:00Z"}
    await world.step(one, "survey", detail=times)
    now = await world.now(one)
    assert isinstance(now.survey, Survey)
    await world.changed(now, ways.agreed(now, yes=False, wish="周末", now=world.house.clock()))
    await world.delivered(one)
    sent = (await world.there(one))["deliveries"][-1]
    assert (sent["kind"], sent["content"]["agreed"]) == ("survey_answer", False)
    assert sent["content"]["wish"] == "周末"


async def test_named_files_are_fetched_and_the_report_is_a_look_the_applicant_sees(
    world: GridWorld,
) -> None:
    owner = await world.cast.owner()
    report = await owner.report()
    one = await world.handed_over(
        owner, report_id=report["id"], materials=(photo := world.material(),)
    )
    await world.delivered(one)
    fetched = await files(world, one)
    assert fetched[photo.id] == (200, photo.sha256)
    assert fetched["report.pdf"][0] == 200
    # Its letter is made by a worker; until then there is none to fetch.
    assert fetched["promise.pdf"][0] == 409
    looks = (await owner.get(f"/v1/looks?subject_id={owner.subject_id}")).json()["items"]
    (look,) = [look for look in looks if look["who_kind"] == "supplier"]
    assert (look["who"], look["reason"]) == ("供电企业", "用途：办理用电申请")
    assert look["authority"]["stands"]
    assert "向供电企业提供个人信息" in look["authority"]["text"]
    await take_back(owner)
    assert {status for status, _ in (await files(world, one)).values()} == {403}


async def test_after_a_withdrawal_no_file_is_given(world: GridWorld) -> None:
    one = await world.handed_over(materials=(world.material(),))
    await world.delivered(one)
    await withdrawn(world, one)
    assert {status for status, _ in (await files(world, one)).values()} == {410}


async def files(world: GridWorld, one: Application) -> dict[str, tuple[int, str]]:
    answer = await world.cast.sandbox.get(f"/sandbox/grid/{one.number}/files")
    items = answer.raise_for_status().json()["items"]
    return {item["name"]: (item["status"], item["sha256"]) for item in items}


async def test_a_lost_callback_is_asked_for(world: GridWorld, outage: Outage) -> None:
    one = await world.handed_over()
    await world.delivered(one)
    await world.step(one, "accept", hold=True)
    await world.work(POLL, one=one)
    assert (await world.now(one)).applied == 1
    await outage.begin("grid", kind="error")
    await world.step(one, "reply_plan", detail={"plan": "由公变台区低压供电"}, hold=True)
    await world.work(POLL, one=one)
    await outage.end()
    await world.work(POLL, one=one)
    assert (await world.now(one)).applied == 2
    await world.work(POLL, one=one)
    case = await world.case(one)
    assert (case["applied"], case["quiet"]) == (2, 1)


async def test_before_anything_arrived_nobody_is_asked_after_it(world: GridWorld) -> None:
    """The partner would not know it."""
    one = await world.handed_over()
    with capture_logs() as logs:
        await world.work(POLL, one=one)
    assert logs == []
    await world.delivered(one)
    await world.work(POLL, one=one)
    assert (await world.case(one))["quiet"] == 1


async def test_a_gap_is_asked_for_at_once(world: GridWorld) -> None:
    one = await world.handed_over()
    await world.delivered(one)
    for kind in ("accept", "reject"):
        await world.step(
            one, kind, detail={"reason": "已征收"} if kind == "reject" else {}, hold=True
        )
    (sent,) = await world.send(one, 2)
    assert sent["body"]["state"] == "waiting"
    await world.work("grid.fill", one=one)
    assert (await world.now(one)).applied == 2
    # It is over: nobody asks after it any more.
    await world.work(POLL, one=one)
    outbox = world.installation.database["outbox"]
    assert await outbox.find_one({"topic": POLL, "object_id": one.id}) is None


async def test_taken_to_the_desk_its_system_moves_it_no_more(world: GridWorld) -> None:
    one = await world.handed_over()
    await world.delivered(one)
    for kind in ("accept", "works"):
        await world.step(one, kind, hold=True)
    await world.send(one, 2)
    taken = await world.grid.taking_back.to_desk(
        world.act("office"), number=one.number, reason="对方系统升级"
    )
    assert taken.channel is Channel.DESK
    assert "工作台" in taken.steps[-1].text
    await world.delivered(one)
    assert (await world.there(one))["deliveries"][-1]["kind"] == "taken_back"
    (sent,) = await world.send(one, 1)
    assert sent["body"]["state"] == "kept"
    assert {row.state.value for row in await world.received(one)} == {"kept"}
    assert (await world.now(one)).state is one.state


async def test_a_comparison_finds_every_difference_once_a_day(
    world: GridWorld, clock: Clock
) -> None:
    agreeing, behind, differing, missing = [await world.handed_over() for _ in range(4)]
    for one in (agreeing, behind, differing, missing):
        await world.delivered(one)
    await world.step(behind, "accept", hold=True)
    await plant(world, differing.number, "survey", 0)
    await world.cast.sandbox.delete(f"/sandbox/grid/{missing.number}")
    stranger = f"YDX{missing.number}"
    await plant(world, stranger, "closed", 6)
    clock.ahead += timedelta(hours=1)
    found = await world.compared()
    mine = {agreeing.number, behind.number, differing.number, missing.number, stranger}
    assert {(one.number, one.kind.value) for one in found.differences if one.number in mine} == {
        (behind.number, "behind_here"),
        (differing.number, "state"),
        (missing.number, "missing_there"),
        (stranger, "missing_here"),
    }
    await world.work("grid.fill", one=behind)
    assert (await world.now(behind)).applied == 1
    (kept, *_) = await world.grid.reconciling.newest()
    assert kept == found


async def plant(world: GridWorld, number: str, state: str, sequence: int) -> None:
    body = {"number": number, "state": state, "sequence": sequence}
    (await world.cast.sandbox.post("/sandbox/grid", json=body)).raise_for_status()
