"""Agents and helpers: invited, accepting, acting as far as the scope goes, and out again."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.time import SHANGHAI
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.problems import check_problem

PREVIEW = "/v1/invitations/preview"
ACCEPT = "/v1/invitations/acceptance"


async def listed(giver: Person, subject_id: str = "") -> list[dict[str, Any]]:
    answer = await giver.get(f"/v1/delegations?subject_id={subject_id or giver.subject_id}")
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def subject(person: Person) -> dict[str, Any]:
    """The subject the person acts for under somebody else."""
    items = (await person.get("/v1/subjects")).json()["items"]
    return next(one for one in items if one["role"] in {"agent", "helper"})


async def told(person: Person) -> list[str]:
    """Of everything but the reports they asked for."""
    items = (await person.get("/v1/notices")).json()["items"]
    return [one["title"] for one in items if not one["kind"].startswith("report_")]


async def invitee(cast: Cast, **given: Any) -> Person:
    other = await cast.resident(name="欧阳敏", **given)
    await other.bind_phone()
    return other


async def asked(person: Person, purpose: str = "bidding") -> httpx.Response:
    body = {"subject_id": person.subject_id, "purpose": purpose}
    return await person.post("/v1/credit-reports", body)


def day(ahead: int) -> str:
    return str(datetime.now(SHANGHAI).date() + timedelta(days=ahead))


# -- inviting and accepting ----------------------------------------------------------------


async def test_an_agent_is_invited_accepts_and_fetches_a_report(alice: Person, cast: Cast) -> None:
    agent = await invitee(cast)
    invited = (await alice.invite(agent)).json()
    assert (invited["name"], invited["state"]) == ("欧**", "invited")
    body = {"invitation": invited["invitation"]}
    preview = (await agent.post(PREVIEW, body)).json()
    assert preview["subject_name"] == alice.persona["enterprise"]["name"]
    accepted = (await agent.post(ACCEPT, body)).json()
    assert (accepted["state"], accepted["invitation"]) == ("active", None)
    agent.subject_id = accepted["id"]
    assert (await subject(agent))["scope"] == ["report"]
    content = await agent.content((await agent.report())["id"])
    assert content["subject"]["uscc"] == alice.persona["enterprise"]["uscc"]
    assert await told(alice) == ["经办人已接受您的邀请"]


async def test_the_secret_of_an_invitation_is_shown_once(alice: Person, cast: Cast) -> None:
    agent = await invitee(cast)
    invited = (await alice.invite(agent)).json()
    assert len(invited["invitation"]) == 22
    assert [one["invitation"] for one in await listed(alice)] == [None]


async def test_an_invitation_accepted_by_another_is_refused_and_recorded(
    alice: Person, cast: Cast, installation: Installation
) -> None:
    agent, other = await invitee(cast), await invitee(cast)
    invited = (await alice.invite(agent)).json()
    body = {"invitation": invited["invitation"]}
    refused = check_problem(await other.post(ACCEPT, body), 403, "invited_another")
    unseen = check_problem(await other.post(PREVIEW, body), 404, "not_found")
    unknown = check_problem(await other.post(PREVIEW, {"invitation": "A" * 22}), 404, "not_found")
    assert refused.detail == unseen.detail == unknown.detail
    assert "姓名和手机号须与邀请一致" in str(unknown.detail)
    assert [one["state"] for one in await listed(alice)] == ["invited"]
    events = installation.database["audit_events"].find({"object_id": invited["id"]})
    assert [event["action"] async for event in events.sort("_id")] == [
        "delegation.invited",
        "delegation.refused",
    ]
    assert (await agent.post(ACCEPT, body)).status_code == 200


async def test_accepting_twice_is_accepting_once(alice: Person, cast: Cast) -> None:
    agent = await invitee(cast)
    body = {"invitation": (await alice.invite(agent)).json()["invitation"]}
    first, second = await agent.post(ACCEPT, body), await agent.post(ACCEPT, body)
    assert first.json() == second.json()
    again = (await alice.invite(agent)).json()
    check_problem(await agent.post(ACCEPT, {"invitation": again["invitation"]}), 409, "conflict")


async def test_an_invitation_lapses_after_seven_days(
    alice: Person, cast: Cast, clock: Clock, installation: Installation
) -> None:
    agent = await invitee(cast)
    invited = (await alice.invite(agent)).json()
    body = {"invitation": invited["invitation"]}
    clock.ahead = timedelta(days=7, seconds=1)
    await agent.sign_in()
    await alice.sign_in()
    check_problem(await agent.post(ACCEPT, body), 409, "invitation_over")
    assert [one["state"] for one in await listed(alice)] == ["lapsed"]
    events = installation.database["audit_events"].find({"object_id": invited["id"]})
    assert "delegation.refused" in [event["action"] async for event in events]


async def test_who_was_an_agent_until_yesterday_may_be_invited_anew(
    alice: Person, cast: Cast, clock: Clock
) -> None:
    agent = await invitee(cast)
    for ahead in (0, 2):
        clock.ahead = timedelta(days=ahead)
        await alice.sign_in()
        await agent.sign_in()
        invited = (await alice.invite(agent, ends_on=day(ahead))).json()
        accepted = await agent.post(ACCEPT, {"invitation": invited["invitation"]})
        assert accepted.json()["state"] == "active", accepted.text
    assert [one["state"] for one in await listed(alice)] == ["active", "expired"]


async def test_withdrawing_in_the_moment_of_accepting_withdraws(alice: Person, cast: Cast) -> None:
    for _ in range(5):
        agent = await invitee(cast)
        invited = (await alice.invite(agent)).json()
        body = {"invitation": invited["invitation"]}
        _, withdrawn = await asyncio.gather(
            agent.post(ACCEPT, body), alice.send("DELETE", f"/v1/delegations/{invited['id']}")
        )
        assert withdrawn.status_code == 204
        assert (await listed(alice))[0]["state"] == "withdrawn"
        assert len((await agent.get("/v1/subjects")).json()["items"]) == 1


async def test_a_withdrawn_invitation_cannot_be_accepted(alice: Person, cast: Cast) -> None:
    agent = await invitee(cast)
    invited = (await alice.invite(agent)).json()
    answer = await alice.send("DELETE", f"/v1/delegations/{invited['id']}")
    assert answer.status_code == 204
    body = {"invitation": invited["invitation"]}
    check_problem(await agent.post(ACCEPT, body), 409, "invitation_over")


async def test_who_cannot_be_known_is_told_what_to_do_first(
    alice: Person, cast: Cast, newcomer: Person
) -> None:
    agent = await cast.resident()
    body = {"invitation": (await alice.invite(agent)).json()["invitation"]}
    check_problem(await newcomer.post(ACCEPT, body), 403, "not_verified")
    check_problem(await agent.post(ACCEPT, body), 409, "phone_needed")
    check_problem(await agent.post(PREVIEW, {"invitation": "A" * 22}), 409, "phone_needed")


async def test_nobody_is_their_own_agent(alice: Person) -> None:
    await alice.bind_phone()
    body = {"invitation": (await alice.invite(alice)).json()["invitation"]}
    check_problem(await alice.post(ACCEPT, body), 409, "conflict")


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"kind": "owner"}, "/kind"),
        ({"scope": ["read"]}, "/scope"),
        ({"scope": ["report", "report"]}, "/scope"),
        ({"scope": []}, "/scope"),
        ({"phone": "12345"}, "/phone"),
        ({"name": "王"}, "/name"),
        ({"ends_on": day(-1)}, "/ends_on"),
        ({"ends_on": day(400)}, "/ends_on"),
        ({"ends_on": "2026-02-30"}, "/ends_on"),
    ],
)
async def test_a_faulty_invitation_names_the_field(
    alice: Person, given: dict[str, Any], pointer: str
) -> None:
    problem = check_problem(await alice.invite(alice, **given), 422, "invalid")
    assert pointer in [fault.pointer for fault in problem.errors]
    assert await listed(alice) == []


async def test_a_helper_for_an_enterprise_is_refused(alice: Person, cast: Cast) -> None:
    other = await invitee(cast)
    answer = await alice.invite(other, kind="helper", scope=("read",), subject_id=alice.subject_id)
    problem = check_problem(answer, 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/kind"]


async def test_the_enterprises_authorisation_comes_before_an_agent_for_reports(
    cast: Cast,
) -> None:
    owner = await cast.resident(sections={})
    await owner.bind()
    check_problem(await owner.invite(owner), 403, "consent_required")
    assert (await owner.invite(owner, scope=("tickets",))).status_code == 201


async def test_no_more_than_twenty_act_at_once(alice: Person) -> None:
    for _ in range(20):
        assert (await alice.invite(alice)).status_code == 201
    check_problem(await alice.invite(alice), 409, "conflict")
    first = (await listed(alice))[0]
    await alice.send("DELETE", f"/v1/delegations/{first['id']}")
    assert (await alice.invite(alice)).status_code == 201


# -- what the scope allows -----------------------------------------------------------------


async def test_an_agent_sees_only_the_reports_they_requested(alice: Person, cast: Cast) -> None:
    hers = await alice.report()
    agent = await cast.agent(alice)
    path = f"/v1/credit-reports?subject_id={agent.subject_id}"
    assert (await agent.get(path)).json()["items"] == []
    check_problem(await agent.get(f"/v1/credit-reports/{hers['id']}"), 404, "not_found")
    check_problem(await agent.get(f"/v1/credit-reports/{hers['id']}/content"), 404, "not_found")
    his = await agent.report("bidding")
    assert [one["id"] for one in (await agent.get(path)).json()["items"]] == [his["id"]]


async def test_the_representative_sees_what_an_agent_fetched_and_both_looks(
    alice: Person, cast: Cast
) -> None:
    agent = await cast.agent(alice)
    report = await agent.report()
    await agent.content(report["id"])
    page = (await alice.get(f"/v1/credit-reports?subject_id={alice.subject_id}")).json()
    assert [(one["id"], one["requested_by"]) for one in page["items"]] == [(report["id"], "欧**")]
    await alice.content(report["id"])
    looks = (await alice.get(f"/v1/looks?subject_id={alice.subject_id}")).json()["items"]
    assert [(look["who"], look["who_kind"]) for look in looks] == [
        ("本人", "legal_representative"),
        ("经办人 欧**", "agent"),
    ]
    his = (await agent.get(f"/v1/looks?subject_id={agent.subject_id}")).json()["items"]
    assert len(his) == 2


@pytest.mark.parametrize("scope", ["promise", "electricity", "tickets"])
async def test_an_agent_for_something_else_gets_no_report(
    alice: Person, cast: Cast, scope: str
) -> None:
    agent = await cast.agent(alice, scope=(scope,))
    check_problem(await asked(agent), 403, "not_in_scope")
    path = f"/v1/credit-reports?subject_id={agent.subject_id}"
    check_problem(await agent.get(path), 403, "not_in_scope")
    looks = f"/v1/looks?subject_id={agent.subject_id}"
    check_problem(await agent.get(looks), 403, "not_in_scope")


async def test_nobody_signs_or_delegates_for_another(alice: Person, cast: Cast) -> None:
    agent = await cast.agent(alice, scope=("report", "promise", "electricity", "tickets"))
    texts = (await agent.get("/v1/agreements")).json()["items"]
    text = next(one for one in texts if one["name"] == "credit-report")
    body = {
        "agreement": "credit-report",
        "text_hash": text["text_hash"],
        "subject_id": agent.subject_id,
    }
    check_problem(await agent.post("/v1/consents", body), 403, "not_in_scope")
    check_problem(await agent.invite(alice), 403, "not_in_scope")
    path = f"/v1/delegations?subject_id={agent.subject_id}"
    check_problem(await agent.get(path), 403, "not_in_scope")
    check_problem(await agent.send("DELETE", f"/v1/subjects/{agent.subject_id}"), 404, "not_found")


async def test_the_authorisation_is_the_enterprises(alice: Person, cast: Cast) -> None:
    agent = await cast.agent(alice)
    report = await agent.report()
    consent_id = await alice.consent("credit-report", alice.subject_id)
    await alice.send("DELETE", f"/v1/consents/{consent_id}")
    path = f"/v1/credit-reports/{report['id']}/content"
    check_problem(await agent.get(path), 403, "consent_required")
    check_problem(await asked(agent), 403, "consent_required")


# -- the end -------------------------------------------------------------------------------


async def test_a_withdrawn_agent_is_out_at_the_next_request(alice: Person, cast: Cast) -> None:
    agent = await cast.agent(alice)
    report = await agent.report()
    address = await agent.post(f"/v1/credit-reports/{report['id']}/file-addresses")
    await alice.send("DELETE", f"/v1/delegations/{agent.subject_id}")
    for path in (
        f"/v1/credit-reports/{report['id']}",
        f"/v1/credit-reports/{report['id']}/content",
    ):
        check_problem(await agent.get(path), 404, "not_found")
    check_problem(await asked(agent), 404, "not_found")
    assert (await cast.client.get(address.json()["url"])).status_code == 404
    assert (await agent.get("/v1/credit-reports")).json()["items"] == []
    assert await told(agent) == ["代办授权已收回"]
    assert [one["state"] for one in await listed(alice)] == ["withdrawn"]


async def test_an_agent_may_resign(alice: Person, cast: Cast) -> None:
    agent = await cast.agent(alice)
    answer = await agent.send("DELETE", f"/v1/delegations/{agent.subject_id}")
    assert answer.status_code == 204
    assert [one["state"] for one in await listed(alice)] == ["resigned"]
    assert await told(alice) == ["经办人已辞去代办", "经办人已接受您的邀请"]
    check_problem(await asked(agent), 404, "not_found")


async def test_a_delegation_ends_with_its_last_day(alice: Person, cast: Cast, clock: Clock) -> None:
    agent = await cast.agent(alice)
    report = await agent.report()
    assert (await subject(agent))["ends_on"] == day(30)
    clock.ahead = timedelta(days=31)
    await agent.sign_in()
    await alice.sign_in()
    path = f"/v1/credit-reports/{report['id']}/content"
    check_problem(await agent.get(path), 404, "not_found")
    assert [one["state"] for one in await listed(alice)] == ["expired"]
    assert len((await agent.get("/v1/subjects")).json()["items"]) == 1


# -- succession ----------------------------------------------------------------------------


async def test_a_replaced_representative_and_the_agents_stop_until_the_successor_confirms(
    alice: Person, cast: Cast
) -> None:
    agent = await cast.agent(alice)
    kept = await agent.report()
    successor = await cast.succeed(alice)
    refused = (await asked(agent, "bank-loan")).json()
    await cast.work()
    assert (await subject(agent))["suspended"] is True
    check_problem(await asked(agent), 404, "not_found")
    check_problem(await alice.get(f"/v1/credit-reports/{kept['id']}/content"), 404, "not_found")
    assert (await told(alice))[0] == "企业绑定已解除"
    assert (await told(agent))[0] == "代办权限已暂停"
    await successor.bind()
    [waiting] = await listed(successor)
    assert waiting["state"] == "suspended"
    path = f"/v1/delegations/{waiting['id']}/confirmation"
    body = {"subject_id": successor.subject_id}
    check_problem(await successor.send("PUT", path, json=body), 403, "consent_required")
    await successor.consent("credit-report", successor.subject_id)
    confirmed = await successor.send("PUT", path, json=body)
    assert confirmed.json()["state"] == "active"
    assert (await successor.send("PUT", path, json=body)).json() == confirmed.json()
    assert (await agent.content(kept["id"]))["number"] == kept["number"]
    failed = (await agent.get(f"/v1/credit-reports/{refused['id']}")).json()
    assert failed["state"] == "failed"
    assert (await told(agent))[0] == "代办授权已恢复"
    await agent.report("cooperation")


async def test_an_enterprise_struck_off_has_no_representative_and_no_agents(
    alice: Person, cast: Cast
) -> None:
    agent = await cast.agent(alice)
    await cast.register(alice, status="注销")
    report = await alice.request()
    await cast.work()
    assert len((await alice.get("/v1/subjects")).json()["items"]) == 1
    check_problem(await alice.get(f"/v1/credit-reports/{report['id']}"), 404, "not_found")
    assert (await subject(agent))["suspended"] is True
    assert (await told(alice))[0] == "企业绑定已解除"


async def test_a_successor_who_binds_ends_the_former_binding_at_once(
    alice: Person, cast: Cast
) -> None:
    agent = await cast.agent(alice)
    successor = await cast.succeed(alice)
    await successor.bind()
    assert len((await alice.get("/v1/subjects")).json()["items"]) == 1
    assert (await subject(agent))["suspended"] is True


async def test_an_outage_of_the_registry_ends_no_binding(
    alice: Person, cast: Cast, outage: Any
) -> None:
    await outage.begin("platform", kind="error", path="/v1/registry/match")
    report = await alice.request()
    await cast.work()
    status = (await alice.get(f"/v1/credit-reports/{report['id']}")).json()
    assert status["state"] == "delayed"
    assert len((await alice.get("/v1/subjects")).json()["items"]) == 2


async def test_another_enterprises_representative_confirms_nothing(
    alice: Person, cast: Cast
) -> None:
    agent = await cast.agent(alice)
    bob = await cast.owner()
    path = f"/v1/delegations/{agent.subject_id}"
    body = {"subject_id": bob.subject_id}
    check_problem(await bob.send("PUT", f"{path}/confirmation", json=body), 404, "not_found")
    check_problem(await bob.send("DELETE", path), 404, "not_found")


async def test_accepting_while_the_representative_parts_leaves_no_agent_at_work(
    cast: Cast, installation: Installation
) -> None:
    for _ in range(5):
        owner, agent = await cast.owner(), await invitee(cast)
        body = {"invitation": (await owner.invite(agent)).json()["invitation"]}
        await asyncio.gather(
            agent.post(ACCEPT, body), owner.send("DELETE", f"/v1/subjects/{owner.subject_id}")
        )
        chosen = {"principal_id": owner.subject_id, "role": "agent"}
        row = await installation.database["subjects"].find_one(chosen)
        assert row is None or row["suspended_at"] is not None


# -- helpers -------------------------------------------------------------------------------


async def test_a_helper_acts_for_a_person_and_never_signs(cast: Cast) -> None:
    elder = await cast.resident(name="陈婆婆")
    helper = await cast.helper(elder)
    acting = await subject(helper)
    assert (acting["kind"], acting["role"], acting["name"]) == ("person", "helper", "陈**")
    check_problem(await asked(helper), 403, "not_in_scope")
    path = f"/v1/credit-reports?subject_id={helper.subject_id}"
    assert (await helper.get(path)).json()["items"] == []
    check_problem(await helper.invite(elder, subject_id=helper.subject_id), 403, "not_in_scope")
    assert await told(elder) == ["亲友代办人已接受您的邀请"]
