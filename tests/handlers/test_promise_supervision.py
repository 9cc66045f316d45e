"""A promise under supervision: corrected once, then found broken by two, objected to, decided."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from domain.staff.roles import Role
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.paper import codes_on
from tests.problems import check_problem
from tests.promising import FINDER, day_of, drafted, found_broken, letter, shown, signed
from tests.staffing import PAGE, Colleague, at_work

BY = {"finder": FINDER.name, "finder_code": FINDER.uscc}
FOUND = {"unperformed": "转供电", "consequence": "记入信用记录", **BY}


@pytest.fixture
def office(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def supervisor(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.SUPERVISOR))
    yield colleague
    io_loop.run_sync(colleague.close)


async def move(colleague: Colleague, promise: dict[str, Any], to: str, form: dict[str, str]) -> Any:
    """A form of the promise's page, as it stands now."""
    path = f"/console/promises/{promise['signature']['code']}"
    page = await colleague.page(path)
    tag = page.partition('name="tag" value="')[2].partition('"')[0].replace("&quot;", '"')
    return await colleague.post(f"{path}/{to}", {"tag": tag or '"0"', **form})


async def back(colleague: Colleague, clock: Clock) -> None:
    """Signs in again after the clock was moved."""
    colleague.step = int((clock().timestamp()) // 30)
    assert (await colleague.sign_in()).status_code == 303


async def test_from_an_order_to_a_finding_and_an_objection(
    alice: Person, office: Colleague, supervisor: Colleague, clock: Clock
) -> None:
    promise = await signed(alice)
    code, _ = codes_on(await letter(alice, promise))
    supervise, review = "supervision", "review"

    order = {"move": "order", "what": "擅自转供电", "days": "5"}
    assert (await move(office, promise, supervise, order)).status_code == 303
    view = (await shown(alice, promise)).json()
    assert (view["state"], view["correct_by"] is not None) == ("ordered", True)
    assert "擅自转供电" in view["steps"][-1]["text"]
    entry = f"/v1/promise-register/{promise['signature']['code']}"
    assert (await alice.get(entry)).json()["state"] == "责令改正中"
    early = {"move": "propose", "degree": "partly", **FOUND}
    check_problem(await move(office, promise, supervise, early), 409, "conflict")
    assert (await move(office, promise, supervise, {"move": "correct"})).status_code == 303
    assert (await shown(alice, promise)).json()["state"] == "signed"

    assert (await move(office, promise, supervise, order)).status_code == 303
    clock.ahead = timedelta(days=30)
    await alice.sign_in()
    for colleague in (office, supervisor):
        await back(colleague, clock)
    assert (await move(office, promise, supervise, early)).status_code == 303
    page = await supervisor.get("/console")
    assert f"复核承诺 {promise['signature']['code']}" in page.text
    check_problem(await move(office, promise, review, {"move": "confirm"}), 403, "not_your_role")
    assert (await move(supervisor, promise, review, {"move": "confirm"})).status_code == 303
    view = (await shown(alice, promise)).json()
    assert (view["state"], view["object_by"] is not None) == ("broken", True)
    verdict = (await alice.get(f"/v1/verification/{code}")).json()
    assert verdict["status"] == "revoked"
    assert "已认定违诺" in str(verdict["facts"])

    report_id = (await alice.report())["id"]
    [reason] = (await drafted(alice, report_id=report_id))["reasons"]
    assert reason["code"] == "no-broken-promise"

    path = f"/v1/promises/{promise['id']}/objection"
    assert (await alice.post(path, {"reason": "转供电的是隔壁商铺"})).status_code == 201
    check_problem(await alice.post(path, {"reason": "再说一次"}), 409, "conflict")
    uphold = {"move": "uphold", "reason": "核实为他人所为"}
    assert (await move(supervisor, promise, review, uphold)).status_code == 303
    view = (await shown(alice, promise)).json()
    assert (view["state"], view["object_by"]) == ("signed", None)
    assert (await drafted(alice, report_id=report_id))["reasons"] == []
    assert (await alice.get(f"/v1/verification/{code}")).json()["status"] == "valid"
    titles = [one["title"] for one in (await alice.get("/v1/notices?limit=100")).json()["items"]]
    assert titles.count("承诺履行情况有变动") == len(view["steps"])


async def test_a_promise_performed_in_full_ends_supervision(
    alice: Person, office: Colleague
) -> None:
    promise = await signed(alice, "voluntary")
    nobody = await move(office, promise, "supervision", {"move": "keep"})
    pointers = [one.pointer for one in check_problem(nobody, 422, "invalid").errors]
    assert pointers == ["/finder", "/finder_code"]
    wrong = {"move": "keep", "finder": "某单位", "finder_code": "91440104000000019A"}
    check_problem(await move(office, promise, "supervision", wrong), 422, "invalid")
    keep = {"move": "keep", **BY}
    assert (await move(office, promise, "supervision", keep)).status_code == 303
    answer = await shown(alice, promise)
    view = answer.json()
    assert view["state"] == "kept"
    assert view["finding"] == {
        "performance": "全部履行",
        "on": day_of(view["steps"][-1]),
        "finder": FINDER.name,
        "finder_code": FINDER.uscc,
        "unperformed": "",
        "consequence": "",
    }
    page = await office.page(f"/console/promises/{promise['signature']['code']}")
    assert "监管完成，未过期" in page
    path = f"/v1/promises/{promise['id']}/withdrawal"
    taken = await alice.send(
        "PUT", path, json={"reason": "不需要了"}, headers={"If-Match": answer.headers["ETag"]}
    )
    check_problem(taken, 409, "conflict")


async def test_a_form_of_what_has_moved_on_changes_nothing(
    alice: Person, office: Colleague
) -> None:
    promise = await signed(alice, "voluntary")
    path = f"/console/promises/{promise['signature']['code']}/supervision"
    stale = await office.post(path, {"move": "keep", "tag": '"0"', **BY})
    check_problem(stale, 412, "stale")
    empty = await move(office, promise, "supervision", {"move": "order", "days": "5"})
    assert check_problem(empty, 422, "invalid").errors[0].pointer == "/what"
    check_problem(await office.post(path, {"move": "order"}), 422, "invalid")
    assert (await shown(alice, promise)).json()["state"] == "signed"


async def test_staff_see_a_natural_person_masked(cast: Cast, office: Colleague) -> None:
    resident = await cast.resident(name="林晓芸")
    await resident.for_oneself()
    promise = await signed(resident)
    for path in ("/console/promises", f"/console/promises/{promise['signature']['code']}"):
        page = await office.page(path)
        assert "林**" in page
        assert "林晓芸" not in page
        assert resident.persona["id_number"] not in page


async def test_promises_are_listed_by_state(
    alice: Person, cast: Cast, supervisor: Colleague
) -> None:
    promise = await signed(alice, "voluntary")
    await found_broken(cast, promise)
    code = promise["signature"]["code"]
    assert code in await supervisor.listed("/console/promises?state=broken")
    assert code not in await supervisor.listed("/console/promises?state=kept")
    check_problem(await supervisor.client.get("/console/promises?state=rich"), 422, "invalid")
    draft = await supervisor.client.get("/console/promises?state=draft", headers=PAGE)
    assert draft.status_code == 422


async def test_what_followed_later_is_handed_in_handed_back_and_taken(
    alice: Person, office: Colleague, supervisor: Colleague
) -> None:
    promise = await signed(alice, "materials-later")
    assert promise["hand_in"] is True
    code, today = promise["signature"]["code"], day_of(promise["signature"])
    path = f"/v1/promises/{promise['id']}/handing-in"
    future = await alice.post(path, {"on": "2099-01-01", "note": "平面图已交"})
    check_problem(future, 409, "conflict")
    said = {"on": today, "note": "平面图已交窗口"}
    view = (await alice.post(path, said)).raise_for_status().json()
    assert (view["handed_in"]["answer"], view["hand_in"]) == ("waiting", False)
    check_problem(await alice.post(path, said), 409, "conflict")
    assert f"核对补交 {code}" in await office.page("/console")
    assert f"核对补交 {code}" not in await supervisor.page("/console")
    assert code in await supervisor.listed("/console/decisions")
    early = await move(office, promise, "supervision", {"move": "keep", **BY})
    check_problem(early, 409, "conflict")
    back = {"move": "hand_back", "reason": "图纸不清晰"}
    assert (await move(office, promise, "supervision", back)).status_code == 303
    view = (await shown(alice, promise)).json()
    assert (view["handed_in"]["answer"], view["hand_in"]) == ("returned", True)
    assert "图纸不清晰" in view["steps"][-1]["text"]
    (await alice.post(path, said)).raise_for_status()
    assert (await move(office, promise, "supervision", {"move": "take"})).status_code == 303
    assert code not in await office.listed("/console/decisions")
    assert (await shown(alice, promise)).json()["handed_in"]["answer"] == "taken"
    check_problem(await move(office, promise, "supervision", {"move": "take"}), 409, "conflict")


async def test_a_term_that_ended_is_found_performed_in_part_by_two(
    alice: Person, office: Colleague, supervisor: Colleague, clock: Clock
) -> None:
    promise = await signed(alice, "materials-later")
    code = promise["signature"]["code"]
    finding = {"move": "propose", "degree": "partly", **FOUND}
    check_problem(await move(office, promise, "supervision", finding), 409, "conflict")
    assert "还剩 " in await office.listed("/console/promises?state=signed")
    clock.ahead = timedelta(days=90)
    await alice.sign_in()
    for colleague in (office, supervisor):
        await back(colleague, clock)
    assert "已逾期 " in await office.listed("/console/promises?state=signed")
    assert (await move(office, promise, "supervision", finding)).status_code == 303
    assert code in await supervisor.listed("/console/decisions")
    assert (await move(supervisor, promise, "review", {"move": "confirm"})).status_code == 303
    found = (await shown(alice, promise)).json()["finding"]
    assert (found["performance"], found["consequence"]) == ("部分履行", "记入信用记录")
    page = await office.page(f"/console/promises/{code}")
    assert f"{FINDER.name}（{FINDER.uscc}）" in page


async def test_a_refused_form_comes_back_with_what_was_typed(
    alice: Person, office: Colleague
) -> None:
    promise = await signed(alice, "voluntary")
    path = f"/console/promises/{promise['signature']['code']}/supervision"
    order = {"move": "order", "what": "补正<公示>内容", "days": "7"}
    stale = await office.post(path, {**order, "tag": '"0"'}, headers=PAGE)
    assert stale.status_code == 412
    assert "补正&lt;公示&gt;内容" in stale.text
    assert 'value="7"' in stale.text
    tag = stale.text.partition('name="tag" value="')[2].partition('"')[0].replace("&quot;", '"')
    again = await office.post(path, {**order, "tag": tag}, headers=PAGE)
    assert again.status_code == 303
    illegal = await office.post(path, {"move": "order", "what": "再说", "tag": tag}, headers=PAGE)
    assert illegal.status_code == 412
    page = await office.post(path, {**order, "days": "99", "tag": tag}, headers=PAGE)
    assert page.status_code == 422
    assert "改正期限" in page.text
