"""Staff look at credit and at masked fields: under an open case, recorded, told to the person."""

from collections.abc import Iterator
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.objections import MongoObjections
from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.counters import led_to_counter, released, somebody_from_hong_kong
from tests.handlers import test_objections as objecting
from tests.handlers.test_exports import unpacked
from tests.problems import check_problem
from tests.promising import ANSWERS, FINDER, found_broken, letter, signed
from tests.staffing import PAGE, Colleague, act, at_work

REASON = "电话核实经营地址"


@pytest.fixture
def office(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


async def looks(person: Person, subject_id: str = "") -> list[dict[str, Any]]:
    """Those of staff, as My data shows them."""
    of = subject_id or person.subject_id
    answer = await person.get(f"/v1/looks?subject_id={of}&limit=100")
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return [one for one in items if one["who_kind"] == "staff"]


def case(promise: dict[str, Any], what: str) -> str:
    return f"/console/cases/promise/{promise['signature']['code']}/{what}"


async def test_a_look_at_credit_is_told_to_the_subject_by_office_and_case(
    alice: Person, office: Colleague
) -> None:
    promise = await signed(alice)
    code = promise["signature"]["code"]
    assert case(promise, "credit-report") in await office.page(f"/console/promises/{code}")
    shown = await office.get(case(promise, "credit-report"))
    assert shown.status_code == 200
    assert alice.persona["enterprise"]["name"] in shown.text
    assert promise["report_number"] in shown.text
    [look] = await looks(alice)
    assert (look["who"], look["action"]) == ("信用办工作人员", "read")
    assert look["report_number"] == promise["report_number"]
    assert look["reason"] == "理由：办理业务需要"
    assert look["authority"] == {
        "kind": "case",
        "text": f"正在办理的信用承诺 {code}",
        "stands": True,
        "state": "查看时正在办理",
    }
    assert office.account.name not in str(look)


@pytest.mark.parametrize("end", ["keep", "withdraw"])
async def test_without_an_open_case_nobody_looks(
    end: str, alice: Person, cast: Cast, office: Colleague, installation: Installation
) -> None:
    promise = await signed(alice, "voluntary")
    code = promise["signature"]["code"]
    await ended(alice, cast, promise, end)
    refused = await office.client.get(case(promise, "credit-report"))
    check_problem(refused, 403, "no_open_case")
    form = {"field": "promisor", "reason": REASON}
    check_problem(await office.post(case(promise, "fields"), form), 403, "no_open_case")
    assert await looks(alice) == []
    assert 'data-test="look"' not in await office.page(f"/console/promises/{code}")
    events = installation.database["audit_events"]
    refusals = {"action": "staff.look_refused", "object_id": code}
    assert await events.count_documents(refusals) == 2


async def ended(person: Person, cast: Cast, promise: dict[str, Any], end: str) -> None:
    """Kept, or taken back."""
    if end == "keep":
        assert cast.house
        supervising, code = cast.house.supervising, promise["signature"]["code"]
        tag = (await supervising.get(code)).tag
        await supervising.keep(act(cast.house, "office"), code=code, tag=tag, finder=FINDER)
        return
    path = f"/v1/promises/{promise['id']}"
    tag = (await person.get(path)).headers["ETag"]
    answer = await person.send(
        "PUT", f"{path}/withdrawal", json={"reason": "不需要了"}, headers={"If-Match": tag}
    )
    answer.raise_for_status()


async def test_a_promise_found_broken_is_a_ground(
    alice: Person, cast: Cast, office: Colleague
) -> None:
    promise = await signed(alice, "voluntary")
    await found_broken(cast, promise)
    assert (await office.get(case(promise, "credit-report"))).status_code == 200


async def test_a_standing_objection_is_a_ground(
    cast: Cast, office: Colleague, installation: Installation
) -> None:
    owner = await cast.owner(sections=objecting.SECTIONS)
    raised = await objecting.passed(owner, objecting.Office(cast, installation))
    kept = await MongoObjections(installation.database).get(raised["id"])
    assert kept
    found = await office.get("/console/find", params={"q": kept.number})
    path = f"/console/cases/objection/{kept.number}/credit-report"
    assert path in found.text
    assert (await office.get(path)).status_code == 200
    [look] = await looks(owner)
    assert kept.number in look["authority"]["text"]


async def test_the_evidence_is_fetched_for_a_reason_that_its_promisor_reads(
    alice: Person, office: Colleague
) -> None:
    promise = await signed(alice, "voluntary")
    await letter(alice, promise)
    path = f"/console/promises/{promise['signature']['code']}/evidence"
    answer = await office.post(path, {"reason": ""})
    assert check_problem(answer, 422, "invalid").errors[0].pointer == "/reason"
    answer = await office.post(path, {"reason": REASON})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    [look] = await looks(alice)
    assert look["action_text"] == "取得了承诺的存证包"
    assert look["reason"] == f"理由：{REASON}"
    assert look["who"] == "信用办工作人员"


async def test_one_field_is_shown_once_for_a_reason_that_its_person_reads(
    cast: Cast, office: Colleague, installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    resident = await cast.resident(name="林晓芸")
    await resident.for_oneself()
    promise = await signed(resident)
    code = promise["signature"]["code"]
    path = f"/console/promises/{code}"
    page = await office.page(path)
    secrets = ("林晓芸", resident.persona["id_number"], ANSWERS["electricity"]["address"])
    assert not [one for one in secrets if one in page]
    assert ANSWERS["electricity"]["use"] in page
    fields = ("promisor", "identifier", "answer-address")
    for field, secret in zip(fields, secrets, strict=True):
        form = {"field": field, "reason": f"{REASON}，{field}"}
        answer = await office.post(case(promise, "fields"), form)
        assert answer.status_code == 200
        assert [one for one in secrets if one in answer.text] == [secret]
        assert answer.headers["Cache-Control"] == "no-store"
    assert not [one for one in secrets if one in (await office.page(path))]
    told = await looks(resident)
    assert [one["action"] for one in told] == ["unmask"] * 3
    assert told[-1]["action_text"] == "查看了完整的承诺人姓名"
    assert told[-1]["reason"] == f"理由：{REASON}，promisor"
    assert told[-1]["who"] == "信用办工作人员"
    assert code in told[-1]["authority"]["text"]
    rows = installation.database["audit_events"].find({"actor": office.account.id})
    events = [row async for row in rows]
    assert [one["action"] for one in events].count("staff.unmasked") == 3
    for said in (str(events), caplog.text):
        assert not [one for one in (*secrets, REASON) if one in said]


@pytest.mark.parametrize("reason", ["", "核对", "好" * 201, "核对\u202e地址信息"])
async def test_a_reason_that_says_nothing_opens_nothing(
    reason: str, cast: Cast, office: Colleague
) -> None:
    visitor = await somebody_from_hong_kong(cast)
    number = await led_to_counter(visitor)
    form = {"field": "name", "reason": reason}
    answer = await office.post(f"/console/cases/counter/{number}/fields", form)
    assert check_problem(answer, 422, "invalid").errors[0].pointer == "/reason"
    assert await looks(visitor, await visitor.own_subject()) == []


async def test_a_counter_case_is_a_ground_until_it_ends(cast: Cast, office: Colleague) -> None:
    visitor = await somebody_from_hong_kong(cast)
    number = await led_to_counter(visitor)
    path = f"/console/cases/counter/{number}"
    check_problem(await office.client.get(f"{path}/credit-report"), 404, "not_found")
    form = {"field": "id_number", "reason": REASON}
    answer = await office.post(f"{path}/fields", form, headers=PAGE)
    assert visitor.persona["id_number"] in answer.text
    [look] = await looks(visitor, await visitor.own_subject())
    assert look["action_text"] == "查看了完整的证件号码"
    unknown = await office.post(f"{path}/fields", {**form, "field": "phone"})
    check_problem(unknown, 404, "not_found")
    await released(cast, number)
    check_problem(await office.post(f"{path}/fields", form), 403, "no_open_case")


async def test_what_is_no_case_is_no_ground(office: Colleague) -> None:
    for kind, number in (("promise", "1" * 20), ("lottery", "1"), ("objection", "nothing")):
        path = f"/console/cases/{kind}/{number}/credit-report"
        check_problem(await office.client.get(path), 404, "not_found")


@pytest.mark.usefixtures("unwritable")
async def test_a_look_that_cannot_be_recorded_shows_nothing(cast: Cast, office: Colleague) -> None:
    visitor = await somebody_from_hong_kong(cast)
    number = await led_to_counter(visitor)
    form = {"field": "name", "reason": REASON}
    refused = await office.post(f"/console/cases/counter/{number}/fields", form)
    check_problem(refused, 503, "unavailable")
    assert visitor.persona["name"] not in refused.text


async def test_who_unmasks_too_often_waits(
    cast: Cast, office: Colleague, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(installation.house.rates_table, "unmask", (1, 3600))  # type: ignore[arg-type]
    number = await led_to_counter(await somebody_from_hong_kong(cast))
    form = {"field": "name", "reason": REASON}
    path = f"/console/cases/counter/{number}/fields"
    assert (await office.post(path, form)).status_code == 200
    check_problem(await office.post(path, form), 429, "too_many")


async def test_an_export_tells_of_it_too(cast: Cast, office: Colleague) -> None:
    visitor = await somebody_from_hong_kong(cast)
    number = await led_to_counter(visitor)
    form = {"field": "name", "reason": REASON}
    (await office.post(f"/console/cases/counter/{number}/fields", form)).raise_for_status()
    await released(cast, number)
    told = unpacked(await visitor.archive()).read("data.json").decode()
    for said in ("信用办工作人员", "查看了完整的姓名", REASON, number):
        assert said in told
