"""From a question to the figures: what the tickets' room resolves is rated, complained of, counted.

And what becomes of it all when its citizen takes their data along, or leaves.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.erasing import due, erase
from tests.handlers.test_exports import address, data_in, requested, rows
from tests.judging import WORDS, complained, judgement_of, press, rate
from tests.problems import check_problem
from tests.staffing import Colleague, at_work
from tests.ticketing import Tower, build


@pytest.fixture
def tower(io_loop: IOLoop, cast: Cast) -> Iterator[Tower]:
    tower = io_loop.run_sync(lambda: build(cast, butlers=2))
    yield tower
    io_loop.run_sync(tower.close)


@pytest.fixture
def officer(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


async def resolved(tower: Tower, number: str) -> Colleague:
    """By whoever the ticket was given to."""
    ticket = await tower.given(number)
    [butler] = [one for one in tower.butlers if one.account.id == ticket.butler_id]
    answer = await tower.reply(number, "请按清单办理。", by=butler, then="answered")
    assert answer.status_code == 303, answer.text
    return butler


async def complaints_of(person: Person, number: str) -> list[dict[str, Any]]:
    answer = await person.get(f"/v1/tickets/{number}/complaints")
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def test_two_stars_become_a_complaint_that_is_upheld_and_counted(
    alice: Person, tower: Tower, officer: Colleague
) -> None:
    number = await tower.ask(alice)
    butler = await resolved(tower, number)
    await rate(alice, number, 2, "没有解决问题")
    [complaint] = await complaints_of(alice, number)
    page = f"/console/complaints/{complaint['number']}"
    for who, to, form in (
        (butler, "statement", {"move": "state", "text": "已按清单答复"}),
        (officer, "handling", {"move": "take"}),
        (officer, "handling", {"move": "uphold", "text": "答复不完整"}),
    ):
        answer = await press(who, page, to, form)
        assert answer.status_code == 303, answer.text
    own = await butler.page("/console/performance")
    for said in ("办结 1 件，其中 24 小时内 1 件，兑现率 100.0%", "平均 2.00 星", "投诉 1 件"):
        assert said in own
    assert complaint["number"] in own
    assert "办结不足 5 件，不排名" in own
    whole = await officer.page(f"/console/performance/{butler.account.id}")
    assert "没有解决问题" in whole
    ticket_page = await officer.page(f"/console/tickets/{number}")
    assert "2 星" in ticket_page
    assert complaint["number"] in ticket_page


async def test_a_reopened_ticket_is_rated_for_the_one_who_resolved_it_then(
    alice: Person, tower: Tower, installation: Installation
) -> None:
    """Chatwoot #14872 through the tickets' room: a transfer changes nothing that was rated."""
    number = await tower.ask(alice)
    first = await resolved(tower, number)
    await rate(alice, number, 5)
    [second] = [one for one in tower.butlers if one is not first]
    reopened = await alice.post(f"/v1/tickets/{number}/reopening", {"text": "又有新问题"})
    reopened.raise_for_status()
    moved = await tower.move(number, "transfer", by=first, to=second.account.id, reason="请假")
    assert moved.status_code == 303, moved.text
    shown = (await alice.get(f"/v1/tickets/{number}/rating")).json()
    assert (shown["cycle"], shown["rating"]["stars"]) == (1, 5)
    answer = await tower.reply(number, "补充说明。", by=second, then="answered")
    assert answer.status_code == 303, answer.text
    again = await rate(alice, number, 4)
    assert (again["cycle"], [one["cycle"] for one in again["earlier"]]) == (2, [1])
    kept = installation.database["ratings"].find({"number": number}).sort("cycle", 1)
    assert [row["resolver"] async for row in kept] == [first.account.id, second.account.id]


async def test_who_is_suspended_hands_over_what_is_open(
    alice: Person, tower: Tower, officer: Colleague, cast: Cast
) -> None:
    number = await tower.ask(alice)
    ticket = await tower.given(number)
    [butler] = [one for one in tower.butlers if one.account.id == ticket.butler_id]
    [other] = [one for one in tower.butlers if one is not butler]
    found = await judgement_of(cast, butler.account.id, heard=True)
    page = f"/console/judgements/{found.id}"
    form = {"move": "propose", "level": "suspension", "text": "数据属实"}
    assert (await press(officer, page, "proposal", form)).status_code == 303
    supervisor = await at_work(cast, Role.SUPERVISOR)
    agreed = {"move": "decide", "text": "同意"}
    assert (await press(supervisor, page, "decision", agreed)).status_code == 303
    await supervisor.close()
    assert (await tower.given(number)).butler_id == other.account.id


async def test_who_takes_their_data_along_has_ratings_and_complaints(
    alice: Person, tower: Tower, officer: Colleague, cast: Cast
) -> None:
    number = await tower.ask(alice)
    await resolved(tower, number)
    await rate(alice, number, 5)
    await rate(alice, number, 3, "后来拖了很久")
    made = await complained(alice, number)
    export = await requested(alice)
    await cast.work()
    data = data_in((await cast.client.get(await address(alice, export))).content)
    [rated] = rows(data, "ratings")
    assert (rated["stars"], rated["text"], rated["earlier"]) == (3, "后来拖了很久", ["5 星："])
    [complaint] = rows(data, "complaints")
    assert (complaint["number"], complaint["words"]) == (made["number"], WORDS)
    assert officer.account.id not in str(data)


async def test_of_who_left_stay_stars_and_outcome_and_an_open_complaint_ends(
    cast: Cast, tower: Tower, officer: Colleague, installation: Installation
) -> None:
    person = await cast.owner()
    number = await tower.ask(person)
    butler = await resolved(tower, number)
    await rate(person, number, 3, "找三楼的王先生没有用")
    made = await complained(person, number, "王先生让我跑了三趟都没有办")
    page = f"/console/complaints/{made['number']}"
    await press(officer, page, "handling", {"move": "take"})
    await press(officer, page, "handling", {"move": "answer", "text": "已联系王先生核实"})
    await erase(person)
    await cast.work()
    await due(installation)
    await cast.work()
    rating = await installation.database["ratings"].find_one({"number": number})
    assert (rating["stars"], rating["person_id"]) == (3, None)
    assert "王先生" not in rating["content"]
    complaint = await installation.database["complaints"].find_one({"number": made["number"]})
    assert (complaint["state"], complaint["person_id"]) == ("withdrawn", None)
    for gone in ("王先生", "三趟"):
        assert gone not in complaint["content"]
    shown = await officer.page(page)
    assert "投诉人已注销账号，投诉终止" in shown
    assert "信用办答复" in shown
    assert "3 星" in await butler.page("/console/performance")


async def test_the_first_page_says_what_waits_and_a_complaint_is_found_by_its_number(
    alice: Person, tower: Tower, officer: Colleague, cast: Cast
) -> None:
    number = await tower.ask(alice)
    butler = await resolved(tower, number)
    made = await complained(alice, number)
    assert f"处理投诉 {made['number']}" in await officer.page("/console")
    assert f"回应投诉 {made['number']}" in await butler.page("/console")
    found = await officer.page(f"/console/find?q={made['number']}")
    assert f'href="/console/complaints/{made["number"]}"' in found
    page = f"/console/complaints/{made['number']}"
    await press(butler, page, "statement", {"move": "state", "text": "当天在外勤"})
    assert made["number"] not in await butler.page("/console")
    await press(officer, page, "handling", {"move": "take"})
    other = await at_work(cast, Role.OFFICE)
    assert made["number"] not in await other.page("/console")
    assert f"处理投诉 {made['number']}" in await officer.page("/console")
    await other.close()


async def test_who_acts_for_the_enterprise_no_more_neither_rates_nor_complains(
    alice: Person, tower: Tower, cast: Cast
) -> None:
    agent = await cast.agent(alice, scope=("report", "tickets"))
    number = await tower.ask(agent, "代公司问", subject_id=agent.subject_id)
    await tower.reply((await tower.given(number)).number, then="answered")
    await rate(agent, number, 4)
    tag = (await agent.get(f"/v1/tickets/{number}/rating")).headers["ETag"]
    await alice.send("DELETE", f"/v1/delegations/{agent.subject_id}")
    path = f"/v1/tickets/{number}"
    check_problem(await agent.get(f"{path}/rating"), 404, "not_found")
    rated = await agent.send("PUT", f"{path}/rating", json={"stars": 1}, headers={"If-Match": tag})
    check_problem(rated, 404, "not_found")
    check_problem(await agent.post(f"{path}/complaints", {"text": WORDS}), 404, "not_found")
