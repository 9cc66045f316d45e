"""Arrears, theft and breach of use: watched, told, objected to, entered by two."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from tornado.ioloop import IOLoop

from domain.contributions import HAND_OVER
from domain.contributions import State as Contributed
from domain.staff.roles import Role
from domain.time import civil_date
from domain.transactions import Conflict
from domain.usage_records.records import State
from domain.usage_records.reports import Kind
from domain.usage_records.ripening import WATCH
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.contributing import contributed
from tests.erasing import due, erase
from tests.outage import Outage
from tests.problems import check_problem
from tests.promising import drafted
from tests.staffing import PAGE, Colleague, act, at_work
from tests.usage import (
    AMOUNT,
    RIPE,
    SERVED,
    entered,
    enterprise_of,
    house_of,
    nobody_here,
    oneself,
    proposed,
    reference,
    report_of,
    reported,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
OBJECTION = {"reason": "电费已经交过了"}


@pytest.fixture
def clerk(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.GRID_CLERK))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def supervisor(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.SUPERVISOR))
    yield colleague
    io_loop.run_sync(colleague.close)


async def told(person: Person) -> list[str]:
    """Titles of the notices about usage records, oldest first."""
    items = (await person.get("/v1/notices?limit=100")).json()["items"]
    return [one["title"] for one in reversed(items) if one["link"].startswith("/usage-records/")]


async def listed(person: Person) -> list[dict[str, Any]]:
    answer = await person.get(f"/v1/usage-records?subject_id={person.subject_id}")
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def come_due(installation: Installation, record_id: str) -> None:
    """The nap is over."""
    await installation.database["outbox"].update_one(
        {"topic": WATCH, "object_id": record_id}, {"$set": {"next_at": LONG_AGO}}
    )


async def move(colleague: Colleague, reference: str, to: str, form: dict[str, str]) -> Any:
    """A form of the record's page, as it stands now."""
    path = f"/console/usage-records/{reference}"
    page = await colleague.page(path)
    tag = page.partition('name="tag" value="')[2].partition('"')[0].replace("&quot;", '"')
    return await colleague.post(f"{path}/{to}", {"tag": tag or '"0"', **form})


async def test_who_owes_is_told_with_what_why_and_until_when(alice: Person, cast: Cast) -> None:
    record = await reported(cast, report_of(enterprise_of(alice)))
    [view] = await listed(alice)
    assert view == (await alice.get(f"/v1/usage-records/{record.id}")).json()
    assert (view["state"], view["may_object"]) == ("noticed", True)
    assert (view["amount"], view["ripens_on"]) == (AMOUNT, "2026-04-30")
    assert view["object_by"]["on"] > str(civil_date(house_of(cast).clock()))
    assert await told(alice) == ["拟记入用电信用记录，请尽快核对"]
    [notice] = (await alice.get("/v1/notices?limit=1")).json()["items"]
    for said in ("欠缴电费", "越供〔2025〕31号", "提出异议", "缴清欠费"):
        assert said in notice["text"]
    assert alice.persona["enterprise"]["name"] not in notice["title"]


async def test_a_natural_person_is_found_by_name_and_number(cast: Cast, charlie: Person) -> None:
    resident = await cast.resident(name="慕容雪")
    await resident.for_oneself()
    record = await reported(cast, report_of(oneself(resident), Kind.THEFT))
    assert record.state is State.NOTICED
    assert [one["kind"] for one in await listed(resident)] == ["theft"]
    for path, body in (("", None), ("/objection", OBJECTION)):
        full = f"/v1/usage-records/{record.id}{path}"
        answer = await (charlie.post(full, body) if body else charlie.get(full))
        check_problem(answer, 404, "not_found")
    mistyped = report_of(replace(oneself(resident), name="他人"))
    other = await reported(cast, mistyped)
    assert other.state is State.TO_SERVE
    assert len(await listed(resident)) == 1
    check_problem(await resident.get(f"/v1/usage-records/{other.id}"), 404, "not_found")


async def test_agents_and_helpers_see_what_their_scope_covers(alice: Person, cast: Cast) -> None:
    record = await reported(cast, report_of(enterprise_of(alice)))
    path = f"/v1/usage-records/{record.id}"
    electrician = await cast.agent(alice, scope=["electricity"])
    assert [one["id"] for one in await listed(electrician)] == [record.id]
    agent = await cast.agent(alice, scope=["report"])
    assert (await agent.get(path)).json()["state"] == "noticed"
    promising = await cast.agent(alice, scope=["promise"])
    check_problem(await promising.get(path), 403, "not_in_scope")
    own = f"/v1/usage-records?subject_id={promising.subject_id}"
    check_problem(await promising.get(own), 403, "not_in_scope")
    check_problem(await promising.post(f"{path}/objection", OBJECTION), 403, "not_in_scope")
    answer = await electrician.post(f"{path}/objection", OBJECTION)
    assert (answer.status_code, answer.json()["state"]) == (201, "objected")


async def test_an_objection_is_taken_once_and_upheld_closes(
    alice: Person, cast: Cast, supervisor: Colleague, clerk: Colleague
) -> None:
    record = await reported(cast, report_of(enterprise_of(alice)))
    number, path = record.report.reference, f"/v1/usage-records/{record.id}/objection"
    check_problem(await alice.post(path, {"reason": "短"}), 422, "invalid")
    first = await alice.post(path, OBJECTION, key="0123456789abcdef")
    again = await alice.post(path, OBJECTION, key="0123456789abcdef")
    assert (first.status_code, again.json()) == (201, first.json())
    check_problem(await alice.post(path, OBJECTION), 409, "conflict")
    assert f"复核用电信用记录 {number}" in await supervisor.page("/console")
    uphold = {"move": "uphold", "reason": "核实已交"}
    check_problem(await move(clerk, number, "review", uphold), 403, "not_your_role")
    assert (await move(supervisor, number, "review", uphold)).status_code == 303
    view = (await alice.get(f"/v1/usage-records/{record.id}")).json()
    assert (view["state"], view["objection"]["answer"]) == ("closed", "核实已交")
    tag = (await house_of(cast).usage_desk.get(number)).tag
    propose = {"move": "propose", "tag": tag}
    check_problem(await move(clerk, number, "supply", propose), 409, "conflict")


async def test_reported_served_proposed_and_entered_on_the_console(
    cast: Cast, clerk: Colleague, supervisor: Colleague
) -> None:
    whose = nobody_here()
    record = await reported(cast, report_of(whose))
    number = record.report.reference
    assert record.state is State.TO_SERVE
    assert f"办理用电信用记录 {number}" in await clerk.page("/console")
    early = {"move": "serve", "proof": "送1号", "on": str(RIPE - timedelta(days=1))}
    check_problem(await move(clerk, number, "supply", early), 422, "invalid")
    check_problem(await move(clerk, number, "supply", {"move": "propose"}), 409, "conflict")
    served = {"move": "serve", "proof": "送1号", "on": str(SERVED)}
    assert (await move(clerk, number, "supply", served)).status_code == 303
    assert (await move(clerk, number, "supply", {"move": "propose"})).status_code == 303
    check_problem(await move(clerk, number, "review", {"move": "enter"}), 403, "not_your_role")
    stale = {"move": "enter", "tag": '"0"'}
    path = f"/console/usage-records/{number}"
    check_problem(await supervisor.post(f"{path}/review", stale), 412, "stale")
    assert (await move(supervisor, number, "review", {"move": "enter"})).status_code == 303
    page = await supervisor.page(path)
    assert 'data-state="entered"' in page
    assert whose.name not in page
    assert whose.id_number not in page
    assert "万**" in page
    assert number in await supervisor.page("/console/usage-records?state=entered")
    assert number not in await supervisor.page("/console/usage-records?state=noticed")
    found = await supervisor.page(f"/console/find?q={number.lower()}")
    assert "用电信用记录" in found
    assert number in found


async def test_an_entry_is_paid_and_revoked_by_two(
    cast: Cast, clerk: Colleague, supervisor: Colleague
) -> None:
    record = await proposed(cast, report_of(nobody_here()))
    number = record.report.reference
    assert (await move(supervisor, number, "review", {"move": "enter"})).status_code == 303
    paid = {"move": "pay", "on": "2026-07-01"}
    assert (await move(clerk, number, "supply", paid)).status_code == 303
    page = await clerk.page(f"/console/usage-records/{number}")
    assert 'data-state="entered"' in page
    assert "2026年7月1日" in page
    wrong = {"move": "say_wrong", "reason": "户号抄错"}
    assert (await move(supervisor, number, "review", wrong)).status_code == 303
    tag = (await house_of(cast).usage_desk.get(number)).tag
    own = await move(supervisor, number, "review", {"move": "revoke", "tag": tag})
    assert "同一人" in check_problem(own, 409, "conflict").detail
    other = await at_work(cast, Role.SUPERVISOR)
    keep = {"move": "keep", "reason": "没有抄错"}
    assert (await move(other, number, "review", keep)).status_code == 303
    assert (await move(clerk, number, "supply", wrong)).status_code == 303
    assert (await move(other, number, "review", {"move": "revoke"})).status_code == 303
    assert 'data-state="revoked"' in await clerk.page(f"/console/usage-records/{number}")
    await other.close()


async def test_a_report_names_all_that_is_wrong_and_keeps_what_was_typed(
    clerk: Colleague,
) -> None:
    form = {
        "move": "report",
        "kind": "arrears",
        "reference": "GD 1",
        "name": "样例公司",
        "uscc": "91440104000000019Z",
        "account": "?",
        "paper_issuer": "越秀供电局",
        "paper_number": "催1号",
        "paper_on": "2026-02-30",
        "amount": "12.345",
        "bill_due_on": "2026-01-31",
        "found": "多余",
    }
    answer = await clerk.post(
        "/console/usage-reports", form, headers={"Accept": "application/json"}
    )
    faults = check_problem(answer, 422, "invalid").errors
    pointers = {fault.pointer for fault in faults}
    wrong = {"reference", "uscc", "account", "paper_on", "amount", "found"}
    assert pointers == {f"/{field}" for field in wrong}
    page = await clerk.post("/console/usage-reports", form, headers=PAGE)
    assert page.status_code == 422
    for kept in ("样例公司", "91440104000000019Z", "2026-02-30", "12.345", "多余"):
        assert kept in page.text
    assert len(re.findall(r"<p>“", page.text)) >= 4


async def test_the_same_report_is_one_record_and_another_is_refused(
    cast: Cast, installation: Installation
) -> None:
    report = report_of(nobody_here(), reference=reference().lower())
    house = house_of(cast)

    async def send(amount: int) -> str:
        again = replace(report, amount=amount)
        record = await house.usage_desk.report(act(house, "partner"), report=again)
        return record.id

    ids = set(await asyncio.gather(*(send(AMOUNT) for _ in range(5))))
    assert len(ids) == 1
    with pytest.raises(Conflict, match="内容与这次不同"):
        await send(AMOUNT + 1)
    rows = installation.database["usage_records"]
    assert await rows.count_documents({"reference": report.reference.upper()}) == 1


async def test_arrears_ripen_once_whatever_the_clocks_and_however_many_workers(
    alice: Person, cast: Cast, installation: Installation, clock: Clock
) -> None:
    today = civil_date(house_of(cast).clock())
    demanded = today - timedelta(days=100)
    fresh = report_of(enterprise_of(alice), bill_due_on=demanded - timedelta(days=9))
    paper = replace(fresh.paper, on=demanded)
    record = await reported(cast, replace(fresh, paper=paper))
    assert record.state is State.WATCHED
    assert await told(alice) == []
    for days in (60, 100, 0, 120, 100):
        clock.ahead = timedelta(days=days)
        await come_due(installation, record.id)
        await asyncio.gather(cast.work(), cast.work())
    clock.ahead = timedelta()
    await alice.sign_in()
    assert await told(alice) == ["拟记入用电信用记录，请尽快核对"]


async def test_who_registers_later_is_told_here_and_once_that_the_time_is_over(
    cast: Cast, installation: Installation
) -> None:
    whose = nobody_here()
    first, second = report_of(whose), report_of(whose, Kind.BREACH_OF_USE)
    house, waiting = house_of(cast), await reported(cast, first)
    served = await reported(cast, second)
    assert {waiting.state, served.state} == {State.TO_SERVE}
    await house.usage_desk.serve(
        act(house, "clerk"), reference=second.reference, tag=None, proof="送1号", on=SERVED
    )
    resident = await cast.resident(name=whose.name, id_number=whose.id_number)
    for _ in range(2):
        for record in (waiting, served):
            await come_due(installation, record.id)
        await asyncio.gather(cast.work(), cast.work())
    titles = await told(resident)
    assert sorted(titles) == ["拟记入用电信用记录，请尽快核对", "用电信用记录异议期限已过"]
    left = {"topic": WATCH, "object_id": served.id}
    assert await installation.database["outbox"].count_documents(left) == 0


async def test_an_entry_counts_before_the_platform_has_it(alice: Person, cast: Cast) -> None:
    assert (await drafted(alice))["reasons"] == []
    record = await entered(cast, alice, report_of(enterprise_of(alice)))
    assert record.state is State.ENTERED
    [reason] = (await drafted(alice))["reasons"]
    assert (reason["code"], reason["keeper"]) == ("no-electricity-record", "越秀供电局（样例）")
    assert "欠缴电费" in reason["sentence"]
    house = house_of(cast)
    by = {"reference": record.report.reference}
    await house.usage_desk.propose_revocation(
        act(house, "clerk"), **by, tag=None, reason="户号抄错"
    )
    assert len((await drafted(alice))["reasons"]) == 1
    tag = (await house.usage_desk.get(record.report.reference)).tag
    await house.usage_desk.revoke(act(house, "checker"), **by, tag=tag)
    assert (await drafted(alice))["reasons"] == []


async def test_what_was_objected_goes_with_the_account_and_the_report_stays(
    cast: Cast, installation: Installation
) -> None:
    resident = await cast.resident(name="慕容雪")
    await resident.for_oneself()
    record = await entered(cast, resident, report_of(oneself(resident)))
    person_id = await resident.own_subject()
    await erase(resident)
    for _ in range(2):
        await cast.work()
        await due(installation)
    row = await installation.database["usage_records"].find_one({"_id": record.id})
    assert row is not None
    assert row["person_id"] != person_id
    for said in (OBJECTION["reason"], *oneself(resident).__dict__.values()):
        assert not said or said not in row["content"]
    assert (row["state"], row["number"]) == ("entered", None)


async def test_after_an_erasure_the_record_counts_for_who_comes_back_and_is_revoked_by_hold(
    cast: Cast, installation: Installation, clerk: Colleague
) -> None:
    resident = await cast.resident(name="慕容雪")
    await resident.for_oneself()
    record = await entered(cast, resident, report_of(oneself(resident)))
    answer = (await resident.get("/v1/me/erasure")).raise_for_status()
    told = {one["rule"]: one for one in answer.json()["kept"]}
    assert told["usage-identity"]["count"] == 1
    await erase(resident)
    for _ in range(2):
        await cast.work()
        await due(installation)
    number = record.report.reference
    page = await clerk.page(f"/console/usage-records/{number}")
    assert "已注销用户" in page
    assert "慕" not in page
    [held] = [row async for row in installation.database["legal_hold"].find({"_id": record.id})]
    assert (held["rule"], "慕容雪" in held["content"]) == ("usage-identity", True)
    await resident.sign_in()
    await resident.verify()
    await resident.for_oneself()
    assert [one["id"] for one in await listed(resident)] == [record.id]
    (await resident.get(f"/v1/usage-records/{record.id}")).raise_for_status()
    archive = ZipFile(BytesIO(await resident.archive()))
    sections = json.loads(archive.read("data.json"))["sections"]
    [row] = sections["usage_records"]["rows"]
    assert row["reference"] == number
    store: Any = house_of(cast).usage_desk._store
    counting = await store.standing(resident.persona["id_number"])
    assert [one.id for one in counting] == [record.id]
    house, by = house_of(cast), {"reference": number}
    await house.usage_desk.propose_revocation(act(house, "clerk"), **by, tag=None, reason="抄错")
    tag = (await house.usage_desk.get(number)).tag
    await house.usage_desk.revoke(act(house, "checker"), **by, tag=tag)
    await cast.work()
    taken = await contributed(cast, record.id)
    assert taken is not None
    assert (taken["withdrawn"], taken["name"]) == (True, "慕容雪")


async def test_an_export_tells_of_them(alice: Person, cast: Cast) -> None:
    record = await entered(cast, alice, report_of(enterprise_of(alice)))
    archive = ZipFile(BytesIO(await alice.archive()))
    [told] = json.loads(archive.read("data.json"))["sections"]["usage_records"]["rows"]
    assert (told["reference"], told["state"]) == (record.report.reference, "entered")
    assert told["objection"] == OBJECTION["reason"]


async def test_a_text_that_wechat_finds_risky_is_no_objection(alice: Person, cast: Cast) -> None:
    record = await reported(cast, report_of(enterprise_of(alice)))
    answer = await alice.post(
        f"/v1/usage-records/{record.id}/objection", {"reason": "【违规】不是我欠的"}
    )
    assert check_problem(answer, 422, "invalid").errors[0].code == "risky_content"
    assert (await listed(alice))[0]["state"] == "noticed"


async def test_an_entry_stands_in_the_next_report_until_it_is_revoked(
    alice: Person, cast: Cast, clerk: Colleague
) -> None:
    record = await entered(cast, alice, report_of(enterprise_of(alice)))
    await cast.work()
    taken = await contributed(cast, record.id)
    assert taken is not None
    assert (taken["withdrawn"], taken["values"]["title"]) == (False, "欠缴电费")
    first = await alice.report()
    assert "欠缴电费" in json.dumps(await alice.content(first["id"]), ensure_ascii=False)
    reasons = (await drafted(alice, report_id=first["id"]))["reasons"]
    assert [one["record_id"] for one in reasons] == [record.id]
    number = record.report.reference
    paid = {"move": "pay", "on": "2026-07-01"}
    assert (await move(clerk, number, "supply", paid)).status_code == 303
    await cast.work()
    page = await clerk.page(f"/console/usage-records/{number}")
    assert 'data-test="contribution" data-state="taken"' in page
    told = await contributed(cast, record.id)
    assert told is not None
    assert "缴清" in told["values"]["content"]
    house, by = house_of(cast), {"reference": number}
    await house.usage_desk.propose_revocation(act(house, "clerk"), **by, tag=None, reason="抄错")
    tag = (await house.usage_desk.get(number)).tag
    await house.usage_desk.revoke(act(house, "checker"), **by, tag=tag)
    await cast.work()
    told = await contributed(cast, record.id)
    assert told is not None
    assert told["withdrawn"]
    other = (await alice.report("bidding"))["id"]
    assert (await drafted(alice, report_id=other))["reasons"] == []


async def test_an_outage_of_the_platform_loses_no_entry(
    alice: Person, cast: Cast, installation: Installation, outage: Outage
) -> None:
    await outage.begin("platform", kind="error", path="/v1/contributions")
    record = await entered(cast, alice, report_of(enterprise_of(alice)))
    await cast.work()
    assert await contributed(cast, record.id) is None
    waiting = await house_of(cast).contributions.of(record.id)
    assert waiting is not None
    assert waiting.state is Contributed.WAITING
    await outage.end()
    await installation.database["outbox"].update_one(
        {"topic": HAND_OVER, "object_id": record.id}, {"$set": {"next_at": LONG_AGO}}
    )
    await cast.work()
    assert await contributed(cast, record.id) is not None
