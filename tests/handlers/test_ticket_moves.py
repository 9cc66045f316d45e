"""What staff and citizens do beside answering: each move as both sides see it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tornado.ioloop import IOLoop

from domain.staff.roles import Role
from domain.tickets.tickets import Reason, State
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.staffing import at_work
from tests.ticketing import Tower, build, signed_in_later

RISKY = "【违规】内容"


@pytest.fixture
def tower(io_loop: IOLoop, cast: Cast) -> Iterator[Tower]:
    tower = io_loop.run_sync(lambda: build(cast))
    yield tower
    io_loop.run_sync(tower.close)


async def titles(person: Person, number: str) -> list[str]:
    """Of what the citizen was told about a ticket, oldest first."""
    items = (await person.get("/v1/notices?limit=100")).raise_for_status().json()["items"]
    return [one["title"] for one in reversed(items) if one["link"] == f"/tickets/{number}"]


async def actions(tower: Tower, number: str) -> list[str]:
    """What the audit log says of it, in the order it happened."""
    assert tower.cast.database is not None
    events = tower.cast.database["audit_events"]
    chosen = {"object_id": (await tower.ticket(number)).id}
    return [row["action"] async for row in events.find(chosen).sort([("at", 1), ("_id", 1)])]


async def alerts(tower: Tower, number: str) -> list[tuple[str, str]]:
    """Whom of the staff an alert tells of it, and its title."""
    assert tower.cast.database is not None
    found = tower.cast.database["alerts"].find({"link": f"/console/tickets/{number}"})
    return [(row["staff_id"], row["title"]) async for row in found]


async def test_each_step_that_concerns_the_citizen_is_told_once_and_each_is_in_the_audit_log(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    await tower.reply(number, "请补充文书编号。", then="wait")
    await alice.post(f"/v1/tickets/{number}/messages", {"text": "在这里"})
    await tower.reply(number, "先履行义务。")
    await tower.move(number, "end", reason="answered")
    await alice.post(f"/v1/tickets/{number}/reopening", {"text": "还是不行"})
    assert await titles(alice, number) == [
        "您的问题已有信用管家受理",
        "信用管家请您补充",
        "信用管家已答复",
        "您的问题已办结",
    ]
    assert await actions(tower, number) == [
        "ticket.opened",
        "ticket.assigned",
        "ticket.answered",
        "ticket.citizen_wrote",
        "ticket.answered",
        "ticket.ended",
        "ticket.reopened",
    ]


async def test_the_butler_is_told_that_the_citizen_waits_once_until_they_answer(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    path = f"/v1/tickets/{number}"
    await tower.reply(number, "请补充文书编号。", then="wait")
    for text in ("在这里", "还有一页"):
        await alice.post(f"{path}/messages", {"text": text})
    await tower.reply(number, "先履行义务。", then="answered")
    await alice.post(f"{path}/messages", {"text": "谢谢"})
    await alice.post(f"{path}/reopening", {"text": "还是不行"})
    butler = tower.butler.account.id
    assert await alerts(tower, number) == [
        (butler, f"新工单 {number}"),
        (butler, f"工单 {number} 有新的消息"),
        (butler, f"工单 {number} 重新打开"),
    ]


@pytest.mark.parametrize("what", ["messages", "reopening"])
async def test_a_risky_text_is_refused_wherever_it_is_written_and_changes_nothing(
    alice: Person, tower: Tower, what: str
) -> None:
    number = await tower.ask(alice)
    await alice.post(f"/v1/tickets/{number}/withdrawal")
    before = await tower.ticket(number)
    refused = await alice.post(f"/v1/tickets/{number}/{what}", {"text": RISKY})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "content_risky")
    assert await tower.ticket(number) == before


async def test_what_is_not_needed_any_more_says_so_and_is_nobodys_resolution(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    assert (await alice.post(f"/v1/tickets/{number}/withdrawal")).status_code == 201
    ticket = await tower.given(number)
    assert (ticket.state, ticket.reason) == (State.CLOSED, Reason.WITHDRAWN)
    assert ticket.resolutions == ()
    assert ticket.butler_id == ""
    seen = (await alice.get(f"/v1/tickets/{number}")).json()
    assert (seen["reason_text"], seen["may_withdraw"]) == ("本人不再需要", False)


async def test_the_draft_of_a_question_goes_with_the_question(alice: Person, tower: Tower) -> None:
    await alice.send("PUT", "/v1/tickets/new/draft", json={"text": "怎样修复"})
    assert (await alice.get("/v1/tickets/new/draft")).json()["text"] == "怎样修复"
    await tower.ask(alice, "怎样修复信用？")
    assert (await alice.get("/v1/tickets/new/draft")).json()["text"] == ""


async def test_nothing_is_resolved_without_an_answer_nor_ended_without_a_reason(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    before = await tower.given(number)
    for reason, status in (("answered", 409), ("withdrawn", 422), ("", 422)):
        assert (await tower.move(number, "end", reason=reason)).status_code == status
    assert await tower.ticket(number) == before


async def test_priority_item_and_place_are_changed_and_the_clocks_are_theirs_from_then_on(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    asked = await tower.given(number)
    assert (await tower.move(number, "prioritise", to="urgent")).status_code == 303
    urgent = await tower.ticket(number)
    assert asked.due_at
    assert urgent.due_at
    assert urgent.due_at < asked.due_at
    assert (await tower.move(number, "item", to="repair-guidance")).status_code == 303
    assert (await tower.move(number, "item", to="nothing")).status_code == 422
    assert (await tower.move(number, "place", to="nowhere")).status_code == 404
    ticket = await tower.ticket(number)
    assert (ticket.item, ticket.place_id) == ("repair-guidance", tower.place_id)
    assert [one.what.value for one in ticket.log][2:] == ["priority_changed", "item_changed"]


async def test_moved_to_another_place_it_is_given_to_somebody_there(
    alice: Person, cast: Cast, tower: Tower
) -> None:
    there = await build(cast)
    number = await tower.ask(alice)
    await tower.given(number)
    assert (await tower.move(number, "place", to=there.place_id)).status_code == 303
    assert (await tower.given(number)).butler_id == there.butler.account.id
    assert (await tower.butler.get(f"/console/tickets/{number}")).status_code == 404
    assert (there.butler.account.id, f"新工单 {number}") in await alerts(tower, number)
    await there.close()


async def test_who_gets_a_ticket_by_hand_is_told_and_only_who_serves_the_place_can(
    alice: Person, cast: Cast
) -> None:
    tower, elsewhere = await build(cast, butlers=2), await build(cast)
    number = await tower.ask(alice)
    given = await tower.given(number)
    to = next(one.account.id for one in tower.butlers if one.account.id != given.butler_id)
    stranger = await tower.move(number, "transfer", to=elsewhere.butler.account.id, reason="忙")
    assert stranger.status_code == 422
    assert (await tower.move(number, "transfer", to=to, reason="忙")).status_code == 303
    assert (to, f"转来的工单 {number}") in await alerts(tower, number)
    same = await tower.move(number, "transfer", to=to, reason="忙")
    assert same.status_code == 409
    await tower.close()
    await elsewhere.close()


async def test_after_a_call_it_is_our_turn_again(alice: Person, tower: Tower) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    assert (await tower.move(number, "resume")).status_code == 409
    await tower.reply(number, "请补充。", then="wait")
    assert (await tower.move(number, "resume")).status_code == 303
    assert (await tower.ticket(number)).state is State.OPEN


async def test_a_butler_writes_down_calls_of_their_own_places_only(
    cast: Cast, tower: Tower
) -> None:
    elsewhere = await build(cast)
    call = {
        "move": "write_down",
        "name": "李来电",
        "phone": "13800138001",
        "uscc": "",
        "item": "credit-consulting",
        "place_id": tower.place_id,
        "text": "想问怎样打印报告",
    }
    refused = await elsewhere.butler.post("/console/new-ticket", call)
    assert refused.status_code == 404
    supervisor = await at_work(cast, Role.SUPERVISOR)
    made = await supervisor.post("/console/new-ticket", call)
    assert made.status_code == 303, made.text
    ticket = await tower.given(made.headers["Location"].rsplit("/", 1)[1])
    assert ticket.butler_id == tower.butler.account.id
    await supervisor.close()
    await elsewhere.close()


async def test_each_part_of_the_queue_has_what_it_says_and_nothing_else(
    alice: Person, cast: Cast, tower: Tower, clock: Clock
) -> None:
    waiting, ended, mine = [await tower.ask(alice) for _ in range(3)]
    for number in (waiting, ended, mine):
        await tower.given(number)
    await tower.reply(waiting, then="wait")
    await tower.reply(ended, then="answered")
    nobodys = await tower.ask(alice)
    expected = {
        "mine": {mine},
        "soon": {mine},
        "overdue": set(),
        "waiting": {waiting},
        "unassigned": {nobodys},
        "ended": {ended},
    }
    for part, numbers in expected.items():
        page = await tower.butler.listed(f"/console/tickets?part={part}")
        assert {one for one in (waiting, ended, mine, nobodys) if one in page} == numbers, page
    clock.ahead = timedelta(hours=25)
    await signed_in_later(tower)
    page = await tower.butler.listed("/console/tickets?part=overdue")
    assert mine in page
    assert waiting not in page
    assert cast.database is not None


async def test_a_ticket_is_found_by_number_and_by_the_enterprise_it_is_about(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice, subject_id=alice.subject_id)
    uscc = alice.persona["enterprise"]["uscc"]
    for text in (number, number.lower(), uscc, f" {uscc} "):
        found = await tower.butler.post("/console/ticket-search", {"q": text})
        assert f"/console/tickets/{number}" in found.text
    nothing = await tower.butler.post("/console/ticket-search", {"q": "13900000000"})
    assert f"/console/tickets/{number}" not in nothing.text
