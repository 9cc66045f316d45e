"""Electricity by credit: drafted, handed in, judged, promised, supplied; or the ordinary way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.electricity.supply import MoveKind
from domain.errors import Stale
from domain.transactions import Conflict
from server.wiring import Installation
from tests.applying import (
    AT,
    HOME,
    PAPERS,
    WANTED,
    agree,
    begun,
    once_stole,
    promise_of,
    promised,
    read,
    step,
    submitted,
    supply,
    upload,
    with_papers,
)
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.electricity import move
from tests.problems import check_problem
from tests.promising import found_broken, shown, sign
from tests.staffing import act

LISTED = {"list_name": "失信被执行人名单", "listed_by": "样例法院", "listed_on": "2026-01-05"}


# -- before anybody signs in ---------------------------------------------------------------


async def test_everybody_reads_what_can_be_applied_for(cast: Cast) -> None:
    visitor = Person(cast, await cast.persona())
    guide = (await visitor.get("/v1/electricity/guide")).raise_for_status().json()
    assert len(guide["businesses"]) == 4
    for business in guide["businesses"]:
        credit, title = business["ways"]
        left_out = {one["code"] for one in title["papers"]} - {
            one["code"] for one in credit["papers"]
        }
        assert left_out == {"title_proof"}
        assert all(one["days"] >= 1 for one in credit["steps"])


@pytest.mark.parametrize(
    ("premises", "bad_record", "bad_usage", "proof"),
    [
        ("no_title", "no", "no", "credit"),
        ("unconfirmed_title", "no", "no", "credit"),
        ("no_supply_proof", "no", "no", "credit"),
        ("titled", "no", "no", "title"),
        ("no_title", "yes", "no", "title"),
        ("no_title", "no", "yes", "title"),
    ],
)
async def test_four_answers_tell_the_likely_way_and_promise_nothing(
    cast: Cast, premises: str, bad_record: str, bad_usage: str, proof: str
) -> None:
    visitor = Person(cast, await cast.persona())
    asked = {
        "business": "business-new",
        "premises": premises,
        "bad_record": bad_record,
        "bad_usage": bad_usage,
    }
    answer = await visitor.get("/v1/electricity/self-check", params=asked)
    likely = answer.raise_for_status().json()
    assert likely["proof"] == proof
    assert ("title_proof" in {one["code"] for one in likely["papers"]}) == (proof == "title")
    assert "仅供参考" in likely["text"]
    lacking = {**asked, "bad_usage": "maybe", "premises": ""}
    problem = check_problem(
        await visitor.get("/v1/electricity/self-check", params=lacking), 422, "invalid"
    )
    assert {fault.pointer for fault in problem.errors} == {"/query/bad_usage", "/query/premises"}


# -- drafts --------------------------------------------------------------------------------


async def test_a_draft_is_resumed_on_another_device_and_the_later_of_two_is_told(
    alice: Person, cast: Cast
) -> None:
    answer = await alice.post(AT, {"subject_id": alice.subject_id})
    draft = answer.raise_for_status().json()
    assert (draft["state"], draft["number"], draft["next"]["by"]) == ("draft", "", "applicant")
    assert "自动删除" in draft["next"]["text"]
    device = Person(cast, alice.persona)
    await device.sign_in()
    path = f"{AT}/{draft['id']}"
    seen = await device.get(path)
    tag = {"If-Match": seen.headers["ETag"]}
    filled = await device.send("PUT", path, json=WANTED, headers=tag)
    assert filled.raise_for_status().json()["address"] == WANTED["address"]
    check_problem(await alice.send("PUT", path, json=WANTED, headers=tag), 412, "stale")
    check_problem(await alice.send("PUT", path, json=WANTED), 428, "if_match_missing")
    assert (await alice.send("DELETE", path)).status_code == 204
    check_problem(await device.get(path), 404, "not_found")


async def test_what_cannot_be_so_is_named_at_once_even_in_a_draft(alice: Person) -> None:
    body = {
        "subject_id": alice.subject_id,
        **WANTED,
        "business": "resident-new",
        "account": "12",
        "capacity": 10**8,
        "phone": "110",
    }
    problem = check_problem(await alice.post(AT, body), 422, "invalid")
    assert {fault.pointer for fault in problem.errors} == {
        *("/business", "/account", "/capacity", "/phone"),
    }


async def test_only_so_many_drafts_wait_at_once(alice: Person) -> None:
    for _ in range(20):
        await begun(alice)
    answer = await alice.post(AT, {"subject_id": alice.subject_id, **WANTED})
    check_problem(answer, 409, "conflict")


async def test_another_ones_application_is_not_found(alice: Person, charlie: Person) -> None:
    one = await begun(alice)
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/ordinary"),
        ("POST", "/hand-in"),
    ):
        answer = await charlie.send(method, f"{AT}/{one['id']}{path}")
        check_problem(answer, 404, "not_found")
    check_problem(await upload(charlie, one, "licence"), 404, "not_found")
    assert (await read(alice, one))["materials"] == []


async def test_nothing_is_handed_in_before_the_supplier_may_have_it(alice: Person) -> None:
    one = await with_papers(alice, await begun(alice))
    items = (await alice.get("/v1/consents")).json()["items"]
    (consent,) = [item for item in items if item["agreement"] == "power-supply"]
    (await alice.send("DELETE", f"/v1/consents/{consent['id']}")).raise_for_status()
    report = {"report_id": (await alice.report())["id"]}
    check_problem(await step(alice, one, "submission", report), 403, "consent_required")
    assert (await read(alice, one))["state"] == "draft"


async def test_an_agent_applies_where_the_scope_says_so(alice: Person, cast: Cast) -> None:
    await agree(alice)
    agent = await cast.agent(alice, scope=("electricity",))
    one = await begun(agent)
    items = (await agent.get(f"{AT}?subject_id={agent.subject_id}")).json()["items"]
    assert [item["id"] for item in items] == [one["id"]]
    check_problem(await alice.get(f"{AT}/{one['id']}"), 404, "not_found")
    other = await cast.agent(alice, scope=("report", "promise"))
    answer = await other.post(AT, {"subject_id": other.subject_id, **WANTED})
    check_problem(answer, 403, "not_in_scope")
    whole = await cast.agent(alice, scope=("report", "promise", "electricity"))
    handed, _ = await promised(whole)
    assert (await read(alice, handed))["number"] == handed["number"]


# -- handing in ----------------------------------------------------------------------------


async def test_everything_missing_is_named_at_once(
    alice: Person, installation: Installation
) -> None:
    await once_stole(installation, alice)
    answer = await alice.post(
        AT, {"subject_id": alice.subject_id, "business": "business-more", "premises": "no_title"}
    )
    one = answer.raise_for_status().json()
    problem = check_problem(await step(alice, one, "submission", {}), 422, "invalid")
    assert {fault.pointer for fault in problem.errors} == {
        *("/address", "/account", "/capacity", "/use", "/contact", "/phone", "/report_id"),
        *("/papers/licence", "/papers/devices"),
    }
    assert (await read(alice, one))["state"] == "draft"


async def test_from_the_draft_to_the_power_by_report_and_promise(alice: Person, cast: Cast) -> None:
    one, promise = await promised(alice)
    assert one["state"] == "promise_signed"
    assert one["number"].startswith("YD")
    assert one["promise_code"] == promise["signature"]["code"]
    assert [s["state"] for s in one["steps"]] == [
        *("submitted", "identity_ok", "identity_ok", "report_ok", "promise_signed"),
    ]
    assert (one["next"]["by"], one["next"]["due"] is not None) == ("supplier", True)
    said = {answer["code"]: answer["value"] for answer in promise["answers"]}
    assert said == {"address": WANTED["address"], "use": WANTED["use"]}

    await supply(cast, one, MoveKind.ACCEPT, MoveKind.SURVEY)
    one = await read(alice, one)
    assert (one["state"], one["next"]["by"]) == ("survey", "applicant")
    wish = {"agreed": False, "wish": "下周一上午"}
    one = (await step(alice, one, "survey-answer", wish)).raise_for_status().json()
    assert one["survey"]["wish"] == "下周一上午"
    again = await step(alice, one, "survey-answer", {"agreed": True})
    check_problem(again, 409, "conflict")
    await supply(cast, one, MoveKind.SURVEY)
    one = (await step(alice, one, "survey-answer", {"agreed": True})).raise_for_status().json()
    assert (one["survey"]["agreed"], one["next"]["by"]) == (True, "supplier")

    await supply(cast, one, MoveKind.REPLY_PLAN, MoveKind.WORKS)
    await supply(cast, one, MoveKind.ENERGISE, account="0300000000000001")
    one = await read(alice, one)
    assert (one["state"], one["new_account"]) == ("energised", "0300000000000001")
    taken_back = await step(alice, one, "withdrawal", {})
    check_problem(taken_back, 409, "conflict")
    path = f"/v1/promises/{promise['id']}"
    tag = (await shown(alice, promise)).headers["ETag"]
    refused = await alice.send(
        "PUT", f"{path}/withdrawal", json={"reason": "不想要了"}, headers={"If-Match": tag}
    )
    assert "不能撤回" in check_problem(refused, 409, "conflict").detail
    assert (await shown(alice, promise)).json()["state"] == "signed"
    await supply(cast, one, MoveKind.CLOSE)
    one = await read(alice, one)
    assert (one["state"], one["next"]["by"]) == ("closed", None)

    notices = (await alice.get("/v1/notices?limit=50")).json()["items"]
    mine = [notice for notice in notices if notice["kind"] == "electricity"]
    assert len(mine) == 11
    assert {notice["link"] for notice in mine} == {f"/electricity/{one['id']}"}
    assert all(one["number"] in notice["text"] for notice in mine)


async def test_two_numbers_are_never_the_same(alice: Person) -> None:
    numbers = {(await submitted(alice))["number"] for _ in range(3)}
    assert len(numbers) == 3


async def test_reasons_against_it_are_told_and_the_same_draft_goes_on_by_title(
    cast: Cast,
) -> None:
    owner = await cast.owner(sections={"serious_lists": [LISTED]})
    one = await submitted(owner)
    assert one["state"] == "report_blocked"
    (reason,) = one["against"]
    assert "失信被执行人名单" in reason["sentence"]
    assert reason["keeper"] == "样例法院"
    assert "异议" in reason["advice"]
    check_problem(
        await step(owner, one, "promise", {"text_hash": "0" * 64, "publicity": "public"}),
        409,
        "conflict",
    )
    number = one["number"]
    one = (await step(owner, one, "ordinary")).raise_for_status().json()
    assert (one["state"], one["proof"], one["missing"]) == ("draft", "title", ["title_proof"])
    assert (one["address"], len(one["materials"])) == (WANTED["address"], len(PAPERS))
    lacking = check_problem(await step(owner, one, "submission", {}), 422, "invalid")
    assert [fault.pointer for fault in lacking.errors] == ["/papers/title_proof"]
    one = await with_papers(owner, one, ("title_proof",))
    one = (await step(owner, one, "submission", {})).raise_for_status().json()
    assert (one["state"], one["number"], one["next"]["by"]) == ("identity_ok", number, "supplier")
    await supply(cast, one, MoveKind.ACCEPT)
    assert (await read(owner, one))["state"] == "accepted"


async def test_a_resident_applies_for_a_home(cast: Cast) -> None:
    resident = await cast.resident()
    await resident.for_oneself()
    one, promise = await promised(resident, **HOME, papers=("door_photo",))
    assert one["state"] == "promise_signed"
    assert promise["category"] == "person"
    wrong = {"subject_id": resident.subject_id, **WANTED}
    problem = check_problem(await resident.post(AT, wrong), 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/business"]


async def test_a_report_of_another_or_of_long_ago_does_not_serve(
    alice: Person, clock: Clock, cast: Cast
) -> None:
    one = await with_papers(alice, await begun(alice))
    report = await alice.report()
    clock.ahead = timedelta(hours=25)
    await alice.sign_in()
    answer = await step(alice, one, "submission", {"report_id": report["id"]})
    problem = check_problem(answer, 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/report_id"]
    bob = await cast.owner()
    report = await bob.report()
    answer = await step(alice, one, "submission", {"report_id": report["id"]})
    check_problem(answer, 404, "not_found")


# -- returned, withdrawn, and what becomes of the promise ----------------------------------


async def test_what_was_returned_goes_on_where_it_was_once_the_papers_are_there(
    alice: Person, cast: Cast
) -> None:
    one, _ = await promised(alice)
    await supply(cast, one, MoveKind.ACCEPT, MoveKind.RETURN)
    one = await read(alice, one)
    assert (one["state"], one["returned"]["papers"], one["missing"]) == (
        "returned",
        ["licence"],
        ["licence"],
    )
    problem = check_problem(await step(alice, one, "hand-in"), 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/papers/licence"]
    old = next(m for m in one["materials"] if m["paper"] == "licence")
    path = f"{AT}/{one['id']}/materials/{old['id']}"
    check_problem(await alice.send("DELETE", path), 409, "conflict")
    one = await with_papers(alice, one, ("licence",))
    assert one["missing"] == []
    one = (await step(alice, one, "hand-in")).raise_for_status().json()
    assert (one["state"], one["returned"]) == ("accepted", None)


async def test_without_the_promise_the_title_proof_is_needed_after_all(
    alice: Person, cast: Cast
) -> None:
    one, promise = await promised(alice)
    await supply(cast, one, MoveKind.ACCEPT)
    await take_back(alice, promise)
    one = await read(alice, one)
    assert (one["state"], one["proof"]) == ("returned", "title")
    assert one["returned"]["papers"] == ["title_proof"]
    one = await with_papers(alice, one, ("title_proof",))
    one = (await step(alice, one, "hand-in")).raise_for_status().json()
    assert one["state"] == "accepted"


async def take_back(person: Person, promise: dict[str, Any]) -> None:
    tag = (await shown(person, promise)).headers["ETag"]
    answer = await person.send(
        "PUT",
        f"/v1/promises/{promise['id']}/withdrawal",
        json={"reason": "已取得产权证明"},
        headers={"If-Match": tag},
    )
    answer.raise_for_status()


async def test_an_application_taken_back_is_over_and_waits_for_no_promise(alice: Person) -> None:
    one = await submitted(alice)
    promise = await promise_of(alice, one)
    one = (await step(alice, one, "withdrawal", {"reason": "搬走了"})).raise_for_status().json()
    assert one["state"] == "withdrawn"
    assert "搬走了" in one["steps"][-1]["text"]
    check_problem(await sign(alice, promise), 409, "conflict")
    assert (await shown(alice, promise)).json()["state"] == "draft"
    check_problem(await step(alice, one, "submission", {}), 409, "conflict")


async def test_a_promise_that_says_something_else_than_the_application_cannot_be_signed(
    alice: Person,
) -> None:
    one = await submitted(alice)
    promise = await promise_of(alice, one)
    path = f"/v1/promises/{promise['id']}"
    body = {
        "text_hash": promise["text_hash"],
        "report_id": promise["report_id"],
        "answers": {"address": "别处 1 号", "use": "仓储"},
        "publicity": "public",
    }
    tag = (await shown(alice, promise)).headers["ETag"]
    answer = await alice.send("PUT", path, json=body, headers={"If-Match": tag})
    answer.raise_for_status()
    check_problem(await sign(alice, answer.json()), 409, "conflict")
    assert (await read(alice, one))["state"] == "report_ok"


async def test_what_was_taken_out_again_is_there_before_the_promise_is_signed(
    alice: Person,
) -> None:
    one = await submitted(alice)
    gone = one["materials"][0]
    path = f"{AT}/{one['id']}/materials/{gone['id']}"
    assert (await alice.send("DELETE", path)).status_code == 204
    promise = await promise_of(alice, one)
    problem = check_problem(await sign(alice, promise), 409, "conflict")
    assert "缺少营业执照" in problem.detail
    assert (await read(alice, one))["state"] == "report_ok"
    await with_papers(alice, one, (gone["paper"],))
    assert (await sign(alice, promise)).status_code == 201
    assert (await read(alice, one))["state"] == "promise_signed"


async def test_a_breach_after_the_power_is_on_is_corrected_and_a_second_one_confirmed(
    alice: Person, cast: Cast
) -> None:
    assert cast.house
    one, promise = await promised(alice)
    await supply(cast, one, MoveKind.ACCEPT, MoveKind.REPLY_PLAN, MoveKind.ENERGISE)
    house, code = cast.house, promise["signature"]["code"]

    async def tag() -> str:
        return (await house.supervising.get(code)).tag

    office = act(house, "office")
    await house.supervising.order(office, code=code, tag=await tag(), what="按期交费", days=5)
    assert (await read(alice, one))["breach"] == "open"
    await house.supervising.correct(office, code=code, tag=await tag())
    assert (await read(alice, one))["breach"] == "corrected"
    await found_broken(cast, promise)
    one = await read(alice, one)
    assert (one["state"], one["breach"]) == ("energised", "confirmed")
    path = f"/v1/promises/{promise['id']}/objection"
    (await alice.post(path, {"reason": "费用已经交清"})).raise_for_status()
    later = replace(act(house, "checker"), at=house.clock() + timedelta(days=61))
    await house.supervising.decide(later, code=code, tag=await tag(), upheld=True, reason="属实")
    assert (await read(alice, one))["breach"] is None


async def test_a_promise_found_broken_before_the_power_is_on_needs_a_title_until_it_is_undone(
    alice: Person, cast: Cast
) -> None:
    assert cast.house
    one, promise = await promised(alice)
    await found_broken(cast, promise)
    one = await read(alice, one)
    assert (one["state"], one["proof"], one["breach"]) == ("returned", "title", "confirmed")
    path = f"/v1/promises/{promise['id']}/objection"
    (await alice.post(path, {"reason": "情况不属实"})).raise_for_status()
    code = promise["signature"]["code"]
    tag = (await cast.house.supervising.get(code)).tag
    await cast.house.supervising.decide(
        act(cast.house, "checker"), code=code, tag=tag, upheld=True, reason="属实"
    )
    one = await read(alice, one)
    assert (one["state"], one["proof"], one["breach"]) == ("promise_signed", "credit", None)


# -- the supplier's side -------------------------------------------------------------------


async def test_the_supplier_moves_what_it_has_seen_and_nothing_else(
    alice: Person, cast: Cast
) -> None:
    assert cast.house
    one, _ = await promised(alice)
    supplying, clerk = cast.house.supplying, act(cast.house, "clerk")
    seen = await supplying.get(one["number"])
    with pytest.raises(Conflict):
        await supplying.move(clerk, number=seen.number, tag=seen.tag, move=move(MoveKind.ENERGISE))
    await supplying.move(clerk, number=seen.number, tag=seen.tag, move=move(MoveKind.ACCEPT))
    with pytest.raises(Stale):
        await supplying.move(clerk, number=seen.number, tag=seen.tag, move=move(MoveKind.ACCEPT))
    assert (await read(alice, one))["state"] == "accepted"


async def test_a_closed_service_takes_no_applications(alice: Person, cast: Cast) -> None:
    assert cast.house
    house = cast.house
    one = await begun(alice)
    await house.services.close(
        act(house, "office"), code="electricity", sentence="系统升级，请明天再来。"
    )
    try:
        answer = await alice.post(AT, {"subject_id": alice.subject_id, **WANTED})
        assert "系统升级" in check_problem(answer, 503, "service_closed").detail
        check_problem(await upload(alice, one, "licence"), 503, "service_closed")
        assert (await alice.get(f"{AT}/{one['id']}")).status_code == 200
    finally:
        await house.services.open(act(house, "office"), code="electricity")
