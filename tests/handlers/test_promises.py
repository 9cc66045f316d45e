"""Promises: read, drafted, judged by a fresh report, signed once, taken back."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest

from domain.time import civil_date
from server.draw import now
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.outage import Outage
from tests.problems import check_problem
from tests.promising import (
    ANSWERS,
    begin,
    drafted,
    faced,
    filling,
    letter,
    shown,
    sign,
    signed,
    text_of,
)
from tests.rewriting import published

TEMPLATES = list(ANSWERS)
LISTED = {"list_name": "失信被执行人名单", "listed_by": "样例法院", "listed_on": "2026-01-05"}


# -- the texts -----------------------------------------------------------------------------


async def test_the_texts_are_read_by_everybody(cast: Cast) -> None:
    visitor = Person(cast, await cast.persona())
    items = (await visitor.get("/v1/promise-templates")).raise_for_status().json()["items"]
    assert [one["code"] for one in items] == TEMPLATES
    assert {one["kind"] for one in items} == {
        *("approval", "materials_later", "proof", "repair", "self_discipline", "voluntary"),
        "other",
    }
    for one in items:
        assert one["title"] in one["text"]
        assert one == await text_of(visitor, one["code"])
    check_problem(await visitor.get("/v1/promise-templates/nothing"), 404, "not_found")


@pytest.mark.parametrize("template", TEMPLATES)
async def test_every_promise_can_be_signed_and_has_its_letter(alice: Person, template: str) -> None:
    promise = await signed(alice, template)
    assert promise["state"] == "signed"
    assert not promise["letter"]
    assert promise["signature"]["code"].startswith(f"440104{civil_date(now()):%Y%m%d}")
    assert len(promise["signature"]["code"]) == 20
    check_problem(await alice.get(f"/v1/promises/{promise['id']}/letter"), 409, "conflict")
    pdf = await letter(alice, promise)
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    text = "".join(text.split())
    for wanted in (promise["signature"]["code"], promise["title"], promise["promisor"]):
        assert wanted in text
    assert (await shown(alice, promise)).json()["letter"]


# -- drafting ------------------------------------------------------------------------------


async def test_every_fault_of_a_draft_is_named_at_once(alice: Person, stored: Stored) -> None:
    report = await alice.report(edition="no-violation", **NO_VIOLATION)
    before = await stored()
    answer = await begin(
        alice,
        "delivery-address",
        report_id=report["id"],
        publicity="public",
        answers={"email": "office@", "contact_phone": "110", "else": "？"},
    )
    problem = check_problem(answer, 422, "invalid")
    assert {fault.pointer for fault in problem.errors} == {
        *("/publicity", "/report_id", "/answers/email", "/answers/contact_phone"),
        *("/answers/representative_phone", "/answers/else"),
    }
    after = await stored()
    assert after["promises"] == before["promises"]


NO_VIOLATION = {
    "period": {"from": "2026-01-01", "until": "2026-06-30"},
    "fields": ["tax"],
}


async def test_a_draft_is_filled_in_anew_on_another_device(alice: Person, cast: Cast) -> None:
    promise = await drafted(alice)
    device = Person(cast, alice.persona)
    await device.sign_in()
    read = await shown(device, promise)
    assert read.json()["answers"][0]["value"] == ANSWERS["electricity"]["address"]
    report_id = promise["report_id"]
    body = await filling(
        device, report_id=report_id, answers={"address": "样例路 9 号", "use": "仓储"}
    )
    path = f"/v1/promises/{promise['id']}"
    changed = await device.send("PUT", path, json=body, headers={"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200
    assert [one["value"] for one in changed.json()["answers"]] == ["样例路 9 号", "仓储"]
    stale = await alice.send("PUT", path, json=body, headers={"If-Match": read.headers["ETag"]})
    check_problem(stale, 412, "stale")
    check_problem(await alice.send("PUT", path, json=body), 428, "if_match_missing")


async def test_a_draft_can_be_discarded_and_a_signed_promise_cannot(alice: Person) -> None:
    promise = await drafted(alice)
    path = f"/v1/promises/{promise['id']}"
    assert (await alice.send("DELETE", path)).status_code == 204
    check_problem(await alice.get(path), 404, "not_found")
    path = f"/v1/promises/{(await signed(alice))['id']}"
    check_problem(await alice.send("DELETE", path), 409, "already_signed")


async def test_only_so_many_drafts_wait_at_once(alice: Person) -> None:
    report_id = (await alice.report())["id"]
    for _ in range(20):
        await drafted(alice, "voluntary", report_id=report_id)
    check_problem(await begin(alice, "voluntary", report_id=report_id), 409, "conflict")


async def test_a_text_is_for_certain_promisors(cast: Cast) -> None:
    resident = await cast.resident()
    await resident.for_oneself()
    problem = check_problem(await begin(resident, "approval"), 409, "conflict")
    assert "法人及非法人组织" in problem.detail
    assert (await begin(resident, "electricity")).status_code == 201


# -- who may not sign ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sections", "code", "record"),
    [
        ({"serious_lists": [LISTED]}, "no-serious-listing", "失信被执行人名单"),
        (
            {"abnormal_lists": [{"reason": "未按期公示年报", "listed_by": "样例市监局"}]},
            "no-abnormal-listing",
            "未按期公示年报",
        ),
        (
            {"promises": [{"subject_matter": "容缺受理", "fulfilment": "全部未履行"}]},
            "no-broken-promise",
            "全部未履行",
        ),
        (
            {"judgments": [{"case_number": "（2026）粤0104执1号", "performance": "全部未履行"}]},
            "no-unperformed-judgment",
            "粤0104执1号",
        ),
        (
            {"others": [{"title": "窃电", "source": "样例供电局", "recorded_on": "2026-02-01"}]},
            "no-electricity-record",
            "3 年内",
        ),
    ],
    ids=["serious", "abnormal", "broken", "unperformed", "electricity"],
)
async def test_who_is_not_eligible_is_told_why_record_by_record(
    cast: Cast, sections: Any, code: str, record: str
) -> None:
    owner = await cast.owner(sections=sections)
    promise = await drafted(owner)
    assert not promise["eligible"]
    [reason] = promise["reasons"]
    assert reason["code"] == code
    assert record in reason["sentence"]
    assert "异议" in reason["advice"]
    objection = {
        "record_id": reason["record_id"],
        "section": reason["section"],
        "reason": "这条记录不是本企业的。",
    }
    path = f"/v1/credit-reports/{reason['report_id']}/objections"
    assert (await owner.post(path, objection)).status_code == 201
    body = await faced(owner, promise)
    problem = check_problem(await sign(owner, promise, **body), 409, "not_eligible")
    assert record in problem.detail
    assert (await shown(owner, promise)).json()["state"] == "draft"


async def test_what_was_kept_repaired_or_is_long_past_does_not_count(cast: Cast) -> None:
    owner = await cast.owner(
        sections={
            "promises": [
                {"subject_matter": "容缺受理", "fulfilment": "全部履行"},
                {"subject_matter": "主动承诺", "fulfilment": "履行中"},
            ],
            "abnormal_lists": [{"reason": "未按期公示年报", "removed_on": "2026-01-01"}],
            "others": [{"title": "窃电", "recorded_on": "2020-01-01"}],
        }
    )
    assert (await drafted(owner))["reasons"] == []


async def test_a_report_is_too_old_after_a_day(alice: Person, clock: Clock) -> None:
    promise = await drafted(alice)
    clock.ahead = timedelta(hours=24, minutes=1)
    await alice.sign_in()
    body = await faced(alice, promise)
    problem = check_problem(await sign(alice, promise, **body), 422, "invalid")
    assert problem.errors[0].pointer == "/report_id"
    report_id = (await alice.report())["id"]
    filled = await filling(alice, report_id=report_id)
    tag = (await shown(alice, promise)).headers["ETag"]
    path = f"/v1/promises/{promise['id']}"
    (await alice.send("PUT", path, json=filled, headers={"If-Match": tag})).raise_for_status()
    assert (await sign(alice, promise, **body)).status_code == 201


async def test_a_promise_rests_on_a_report_of_its_promisor(alice: Person, cast: Cast) -> None:
    bob = await cast.owner()
    check_problem(await begin(alice, report_id=(await bob.report())["id"]), 404, "not_found")
    enterprise = alice.subject_id
    await alice.for_oneself()
    own = await alice.report()
    alice.subject_id = enterprise
    problem = check_problem(await begin(alice, report_id=own["id"]), 422, "invalid")
    assert problem.errors[0].pointer == "/report_id"


# -- signing -------------------------------------------------------------------------------


async def test_two_tabs_sign_once_and_the_other_reads_what_happened(alice: Person) -> None:
    promise = await drafted(alice)
    bodies = [await faced(alice, promise), await faced(alice, promise)]
    answers = await asyncio.gather(*(sign(alice, promise, **body) for body in bodies))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert won.status_code == 201
    problem = check_problem(lost, 409, "already_signed")
    assert won.json()["signature"]["code"] in problem.detail


async def test_the_same_signing_again_is_answered_alike(alice: Person) -> None:
    promise = await drafted(alice)
    body = await faced(alice, promise)
    first = await sign(alice, promise, key="signing-key-1", **body)
    assert first.status_code == 201
    again = await sign(alice, promise, key="signing-key-1", **body)
    assert (again.status_code, again.json()) == (201, first.json())


Change = Callable[[dict[str, Any]], None]


async def test_a_text_that_changed_since_it_was_read_is_read_again(
    alice: Person, installation: Installation
) -> None:
    promise = await drafted(alice)
    body = await faced(alice, promise)
    newer = await published(installation.house, "electricity")
    check_problem(await sign(alice, promise, **body), 409, "text_changed")
    read = (await shown(alice, promise)).json()
    assert not read["current"]
    old = {**await filling(alice), "text_hash": promise["text_hash"]}
    path, tag = f"/v1/promises/{promise['id']}", (await shown(alice, promise)).headers["ETag"]
    stale = await alice.send("PUT", path, json=old, headers={"If-Match": tag})
    check_problem(stale, 409, "text_changed")
    new = await alice.send("PUT", path, json=await filling(alice), headers={"If-Match": tag})
    assert new.json()["version"] == newer.wording.version
    again = {**body, "text_hash": new.json()["text_hash"]}
    again["publication_hash"] = new.json()["publication"]["text_hash"]
    assert (await sign(alice, promise, **again)).status_code == 201


@pytest.mark.parametrize("field", ["text_hash", "publication_hash"])
async def test_what_was_not_read_is_not_signed(alice: Person, field: str) -> None:
    promise = await drafted(alice)
    body = {**await faced(alice, promise), field: "0" * 64}
    check_problem(await sign(alice, promise, **body), 409, "text_changed")


async def test_a_receipt_is_for_one_person_and_one_signing(
    alice: Person, cast: Cast, installation: Installation
) -> None:
    bob = await cast.owner()
    mine, other = await drafted(alice), await drafted(alice)
    his = await drafted(bob)
    body, others, bobs = await faced(alice, mine), await faced(alice, other), await faced(bob, his)
    check_problem(
        await sign(alice, mine, **{**body, "receipt": bobs["receipt"]}), 409, "receipt_mismatch"
    )
    check_problem(
        await sign(alice, mine, **{**body, "receipt": others["receipt"]}), 409, "receipt_mismatch"
    )
    check_problem(
        await sign(alice, mine, **{**body, "check_id": bobs["check_id"]}), 409, "conflict"
    )
    check_problem(
        await sign(alice, mine, **{**body, "check_id": others["check_id"]}), 409, "conflict"
    )
    check_problem(
        await sign(alice, mine, **{**body, "receipt": "never-given"}), 422, "receipt_unknown"
    )
    refused = {"action": "promise.refused", "object_id": mine["id"]}
    assert await installation.database["audit_events"].count_documents(refused) == 5
    assert (await shown(alice, mine)).json()["state"] == "draft"
    assert (await sign(alice, mine, **body)).status_code == 201


async def test_a_face_that_does_not_pass_signs_nothing(alice: Person) -> None:
    promise = await drafted(alice)
    body = await faced(alice, promise, outcome="fail")
    check_problem(await sign(alice, promise, **body), 409, "conflict")
    assert (await sign(alice, promise)).status_code == 201


async def test_a_check_is_over_after_ten_minutes(alice: Person, clock: Clock) -> None:
    promise = await drafted(alice)
    body = await faced(alice, promise)
    clock.ahead = timedelta(minutes=11)
    check_problem(await sign(alice, promise, **body), 409, "conflict")


async def test_an_outage_of_the_agency_loses_nothing(alice: Person, outage: Outage) -> None:
    promise = await drafted(alice)
    body = await faced(alice, promise)
    await outage.begin("identity", kind="error")
    check_problem(await sign(alice, promise, key="signing-key-2", **body), 503, "unavailable")
    await outage.end()
    assert (await sign(alice, promise, key="signing-key-2", **body)).status_code == 201


async def test_a_representative_of_yesterday_signs_nothing(alice: Person, cast: Cast) -> None:
    promise = await drafted(alice)
    body = await faced(alice, promise)
    await cast.succeed(alice)
    check_problem(await sign(alice, promise, **body), 403, "not_representative")
    check_problem(await alice.get(f"/v1/promises/{promise['id']}"), 404, "not_found")


async def test_an_agent_signs_as_far_as_the_scope_goes(alice: Person, cast: Cast) -> None:
    agent = await cast.agent(alice, scope=("report", "promise"))
    promise = await signed(agent)
    assert promise["signature"]["role"] == "agent"
    listed = (await alice.get(f"/v1/promises?subject_id={alice.subject_id}")).json()["items"]
    assert [one["id"] for one in listed] == [promise["id"]]
    own = await signed(alice)
    his = (await agent.get(f"/v1/promises?subject_id={agent.subject_id}")).json()["items"]
    assert [one["id"] for one in his] == [promise["id"]]
    check_problem(await agent.get(f"/v1/promises/{own['id']}"), 404, "not_found")
    for scope in (("report",), ("promise",)):
        other = await cast.agent(alice, scope=scope)
        answer = await begin(other, report_id=promise["report_id"])
        assert answer.status_code in {403, 404}, answer.text


async def test_an_agents_draft_is_the_agents(alice: Person, cast: Cast) -> None:
    agent = await cast.agent(alice, scope=("report", "promise"))
    promise = await drafted(agent)
    check_problem(await alice.get(f"/v1/promises/{promise['id']}"), 404, "not_found")
    body = await faced(agent, promise)
    check_problem(await sign(alice, promise, **body), 404, "not_found")
    assert (await alice.get(f"/v1/promises?subject_id={alice.subject_id}")).json()["items"] == []


async def test_the_numbers_of_a_day_have_no_gap(cast: Cast) -> None:
    owners = [await cast.owner() for _ in range(6)]
    drafts = [(owner, await drafted(owner)) for owner in owners for _ in range(3)]
    bodies = [await faced(owner, promise) for owner, promise in drafts]
    answers = await asyncio.gather(
        *(sign(*one, **body) for one, body in zip(drafts, bodies, strict=True))
    )
    codes = sorted(int(answer.json()["signature"]["code"]) for answer in answers)
    assert codes == list(range(codes[0], codes[0] + len(codes)))


async def test_who_promised_is_told(alice: Person) -> None:
    promise = await signed(alice)
    items = (await alice.get("/v1/notices")).json()["items"]
    [notice] = [one for one in items if one["link"] == f"/promises/{promise['id']}"]
    assert notice["kind"] == "promise"
    assert promise["signature"]["code"] in notice["text"]


async def test_each_judgement_by_a_report_is_a_look(alice: Person) -> None:
    await drafted(alice)
    items = (await alice.get(f"/v1/looks?subject_id={alice.subject_id}")).json()["items"]
    assert [one["action"] for one in items] == ["judge"]


# -- taking back ---------------------------------------------------------------------------


async def test_a_promise_can_be_taken_back_against_the_state_that_was_read(alice: Person) -> None:
    promise = await signed(alice)
    path = f"/v1/promises/{promise['id']}/withdrawal"
    body = {"reason": "改按一般程序办理"}
    check_problem(await alice.send("PUT", path, json=body), 428, "if_match_missing")
    stale = await alice.send("PUT", path, json=body, headers={"If-Match": '"0"'})
    check_problem(stale, 412, "stale")
    tag = (await shown(alice, promise)).headers["ETag"]
    taken = await alice.send("PUT", path, json=body, headers={"If-Match": tag})
    assert taken.json()["state"] == "withdrawn"
    again = await alice.send("PUT", path, json=body, headers={"If-Match": taken.headers["ETag"]})
    check_problem(again, 409, "conflict")


# -- whose it is, and what everybody reads -------------------------------------------------


async def test_an_enterprises_promise_goes_over_to_who_represents_it_next(
    alice: Person, cast: Cast
) -> None:
    promise = await signed(alice, "voluntary")
    draft = await drafted(alice, "voluntary", report_id=promise["report_id"])
    successor = await cast.succeed(alice)
    await successor.bind()
    listed = (await successor.get(f"/v1/promises?subject_id={successor.subject_id}")).json()
    assert [one["id"] for one in listed["items"]] == [promise["id"]]
    check_problem(await successor.get(f"/v1/promises/{draft['id']}"), 404, "not_found")
    check_problem(await alice.get(f"/v1/promises/{promise['id']}"), 404, "not_found")
    tag = (await shown(successor, promise)).headers["ETag"]
    taken = await successor.send(
        "PUT",
        f"/v1/promises/{promise['id']}/withdrawal",
        json={"reason": "换人经营"},
        headers={"If-Match": tag},
    )
    assert taken.json()["state"] == "withdrawn"


RISKY = {"address": "样例路 8 号", "use": "便利店经营【违规】"}


async def test_what_wechat_finds_risky_is_not_promised_to_everybody(
    alice: Person, stored: Stored
) -> None:
    report_id = (await alice.report())["id"]
    before = await stored()
    answer = await begin(alice, report_id=report_id, answers=RISKY)
    problem = check_problem(answer, 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/answers"]
    assert (await stored())["promises"] == before["promises"]


async def test_an_outage_of_wechats_check_delays_and_never_passes(
    alice: Person, cast: Cast, outage: Outage, installation: Installation
) -> None:
    report_id = (await alice.report())["id"]
    await outage.begin("wechat", kind="error", path="msg_sec_check")
    promise = await drafted(alice, report_id=report_id)
    body = await faced(alice, promise)
    problem = check_problem(await sign(alice, promise, **body), 409, "conflict")
    assert "内容安全" in problem.detail
    await outage.end()
    await installation.database["outbox"].update_many(
        {"topic": "content.check"}, [{"$set": {"next_at": "$$NOW"}}]
    )
    await cast.work()
    assert (await sign(alice, promise, **body)).status_code == 201
