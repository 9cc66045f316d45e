"""The counter: who cannot be checked by face is told where to go on, and with which number."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from content.catalogue import load
from server.wiring import Installation
from tests.cast import Cast, Person, new_id_number
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.handlers.test_moves import renew
from tests.handlers.test_people import begin, finish, me
from tests.outage import Outage
from tests.problems import Problem, check_problem

OFFICE = load(district="440104").office
HONG_KONG = {"name": "何嘉欣", "id_number": "810000198606100282"}


async def fail(person: Person, **given: Any) -> httpx.Response:
    """One more face that is not the person's."""
    check = (await begin(person, **given)).raise_for_status().json()
    return await finish(person, check, await person.face(check["ticket"], "fail"))


async def at_the_counter(person: Person) -> Problem:
    """Three times in a row it was not the person."""
    await person.consent("identity")
    for left in (2, 1):
        told = check_problem(await fail(person), 409, "identity_check_failed")
        assert f"还可以再试 {left} 次" in told.detail
        assert (await me(person))["counter"] is None
    return check_problem(await fail(person), 403, "counter_required")


def number_in(problem: Problem) -> str:
    found = re.search(r"GT[0-9]{10}", problem.detail)
    assert found
    for said in (OFFICE.address, OFFICE.hours, OFFICE.telephone):
        assert said in problem.detail
    return found[0]


async def test_the_third_failed_check_leads_to_the_counter(newcomer: Person) -> None:
    number = number_in(await at_the_counter(newcomer))
    assert (await me(newcomer))["counter"] == {
        "number": number,
        "reason_code": "checks_failed",
        "reason": "人脸核验 24 小时内已有三次未通过。",
        "state": "open",
        "state_text": "待核对证件",
        "steps": [],
        "address": OFFICE.address,
        "hours": OFFICE.hours,
        "telephone": OFFICE.telephone,
    }


async def test_whoever_comes_again_has_the_same_case(
    newcomer: Person, installation: Installation
) -> None:
    number = number_in(await at_the_counter(newcomer))
    again = check_problem(await begin(newcomer), 403, "counter_required")
    other = check_problem(await begin(newcomer, **HONG_KONG), 403, "counter_required")
    assert number_in(again) == number_in(other) == number
    cases = installation.database["counter_cases"]
    assert await cases.count_documents({"person_id": (await me(newcomer))["id"]}) == 1


@pytest.mark.parametrize(
    "number",
    ["810000198606100282", "820000199001010010", "830000199001010012", "911156199001010037"],
)
async def test_a_document_without_a_face_check_leads_to_the_counter(
    cast: Cast, number: str, installation: Installation
) -> None:
    person = await cast.newcomer()
    await person.consent("identity")
    answer = await begin(person, name="何嘉欣", id_number=number)
    case = number_in(check_problem(answer, 403, "counter_required"))
    shown = (await me(person))["counter"]
    assert (shown["number"], shown["reason"]) == (case, "这种证件暂不支持人脸核验。")
    assert shown["reason_code"] == "document_not_served"
    row = await installation.database["counter_cases"].find_one({"number": case})
    assert row
    assert (row["name"], row["id_number"], row["state"]) == ("何嘉欣", number, "open")
    events = await installation.database["audit_events"].find({"object_id": row["_id"]}).to_list(9)
    assert [event["action"] for event in events] == ["counter_case.opened"]
    assert number not in str(events)


async def test_a_document_that_is_not_served_costs_no_try(newcomer: Person) -> None:
    """Who typed the wrong document goes on with the right one, and needs no counter then."""
    await newcomer.consent("identity")
    check_problem(await begin(newcomer, **HONG_KONG), 403, "counter_required")
    assert (await me(newcomer))["counter"]
    await newcomer.verify()
    shown = await me(newcomer)
    assert (shown["verified"], shown["counter"]) == (True, None)


async def test_a_day_later_the_face_may_be_tried_again(newcomer: Person, clock: Clock) -> None:
    number = number_in(await at_the_counter(newcomer))
    clock.ahead = timedelta(hours=23, minutes=59)
    await renew(newcomer)
    check_problem(await begin(newcomer), 403, "counter_required")
    clock.ahead = timedelta(hours=24, minutes=1)
    await renew(newcomer)
    told = check_problem(await fail(newcomer), 409, "identity_check_failed")
    assert "还可以再试 2 次" in told.detail
    assert (await me(newcomer))["counter"]["number"] == number
    await newcomer.verify()
    assert (await me(newcomer))["counter"] is None


async def test_a_check_begun_before_may_still_pass(newcomer: Person) -> None:
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    await at_the_counter(newcomer)
    answer = await finish(newcomer, check, await newcomer.face(check["ticket"]))
    assert (answer.status_code, answer.json()["counter"]) == (200, None)


async def test_the_same_failed_receipt_counts_once(newcomer: Person) -> None:
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    receipt = await newcomer.face(check["ticket"], "fail")
    answers = await asyncio.gather(*(finish(newcomer, check, receipt) for _ in range(4)))
    answers.append(await finish(newcomer, check, receipt))
    assert {answer.status_code for answer in answers} == {409}
    assert "还可以再试 2 次" in answers[-1].json()["detail"]


async def test_failures_at_once_are_all_counted_and_make_one_case(
    newcomer: Person, installation: Installation
) -> None:
    await newcomer.consent("identity")
    checks = [await newcomer.begin_check() for _ in range(4)]
    ready = [(check, await newcomer.face(check["ticket"], "fail")) for check in checks]
    await asyncio.gather(*(finish(newcomer, *each) for each in ready))
    answers = [await finish(newcomer, *each) for each in ready]
    assert {answer.json()["code"] for answer in answers} == {"counter_required"}
    cases = installation.database["counter_cases"]
    assert await cases.count_documents({"person_id": (await me(newcomer))["id"]}) == 1


async def test_an_agency_that_is_down_costs_no_try(
    newcomer: Person, outage: Outage, stored: Stored
) -> None:
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    receipt = await newcomer.face(check["ticket"], "fail")
    before = await stored()
    await outage.begin("identity", kind="malformed", path="/confirm")
    for _ in range(3):
        check_problem(await finish(newcomer, check, receipt), 503, "unavailable")
    assert await stored() == before
    await outage.end()
    told = check_problem(await finish(newcomer, check, receipt), 409, "identity_check_failed")
    assert "还可以再试 2 次" in told.detail


async def test_a_case_keeps_what_was_given_last(
    newcomer: Person, installation: Installation
) -> None:
    await at_the_counter(newcomer)
    number = new_id_number()
    check_problem(await begin(newcomer, name="陈大文", id_number=number), 403, "counter_required")
    person = (await me(newcomer))["id"]
    row = await installation.database["counter_cases"].find_one({"person_id": person})
    assert row
    assert (row["name"], row["id_number"]) == ("陈大文", number)


async def test_a_case_of_one_wechat_is_settled_when_the_identity_moves_there(
    charlie: Person, newcomer: Person
) -> None:
    await newcomer.consent("identity")
    check_problem(await begin(newcomer, **HONG_KONG), 403, "counter_required")
    theirs = {name: charlie.persona[name] for name in ("name", "id_number")}
    check = (await begin(newcomer, **theirs)).json()
    answer = await finish(newcomer, check, await newcomer.face(check["ticket"]))
    assert (answer.status_code, answer.json()["counter"]) == (200, None)
