"""Erasing one's account: told before, confirmed, at once out, gone after, told by a number."""

from datetime import timedelta
from typing import Any

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import due, erase
from tests.handlers.conftest import Stored
from tests.handlers.test_objections import REASON, SECTIONS, Office, ask, raised
from tests.problems import check_problem
from tests.sharing import day

RULES = [
    *("credit-looks", "consent-proof", "issued-papers", "objections", "signed-promises"),
    "usage-identity",
    "network-logs",
]


async def plan(person: Person) -> dict[str, Any]:
    told: dict[str, Any] = (await person.get("/v1/me/erasure")).raise_for_status().json()
    return told


async def status(cast: Cast, number: str) -> dict[str, Any]:
    told: dict[str, Any] = (await cast.client.get(f"/v1/erasures/{number}")).json()
    return told


async def test_what_goes_and_what_each_rule_keeps_is_told_before(
    alice: Person, stored: Stored
) -> None:
    report = await alice.report()
    await alice.content(report["id"])
    before = await stored()
    told = await plan(alice)
    assert await stored() == before
    assert told["confirm"] == "注销"
    assert {one["what"]: one["count"] for one in told["goes"]}["信用报告正文和文件"] == 1
    kept = {one["rule"]: one for one in told["kept"]}
    assert list(kept) == RULES
    assert kept["issued-papers"]["count"] == 1
    assert kept["credit-looks"]["count"] == 1
    assert kept["consent-proof"]["count"] == 2
    assert kept["objections"] | {"count": 0, "until": None} == kept["objections"]
    for one in kept.values():
        assert one["source"]
        assert one["keeps"]
    assert kept["network-logs"]["sample"] is False


async def test_what_is_told_is_what_is_kept(alice: Person, installation: Installation) -> None:
    """The very rows: as many, by the same rules, until the day that was told."""
    report = await alice.report()
    await alice.content(report["id"])
    told = {one["rule"]: one for one in (await plan(alice))["kept"] if one["count"]}
    number = await erase(alice)
    await alice.cast.work()
    erasure = await installation.database["erasures"].find_one({"number": number})
    assert erasure
    rows = installation.database["legal_hold"].find({"kept_at": erasure["requested_at"]})
    held: dict[str, list[Any]] = {}
    async for row in rows:
        held.setdefault(row["rule"], []).append(row)
    assert {rule: len(rows) for rule, rows in held.items()} == {
        rule: one["count"] for rule, one in told.items()
    }
    for rule, one in told.items():
        last = max(row["ends_at"] for row in held[rule])
        assert f"{last:%Y-%m-%d}" == one["until"][:10]
    assert {row["holder"] for rows in held.values() for row in rows} == {held[rule][0]["holder"]}


async def test_whom_it_concerns_is_told_before(cast: Cast) -> None:
    owner = await cast.owner()
    await cast.agent(owner)
    await cast.helper(owner)
    await owner.request()
    follows = "".join((await plan(owner))["follows"])
    assert "1 名经办人" in follows
    assert "1 名亲友" in follows
    assert "1 份报告正在办理" in follows
    await cast.work()


async def test_from_then_on_nobody_acts_as_the_person(cast: Cast) -> None:
    person = await cast.owner()
    device = Person(cast, person.persona)
    await device.sign_in()
    number = await erase(person)
    await cast.work()
    for phone in (person, device):
        problem = check_problem(await phone.get("/v1/me"), 401, "sign_in_again")
        assert f"账号已注销，业务编号 {number}。" in problem.detail
    body = {"refresh_token": device.tokens["refresh_token"]}
    check_problem(await device.post("/v1/sessions/refresh", body), 401, "sign_in_again")


async def test_a_session_of_before_is_not_enough(alice: Person, clock: Clock) -> None:
    clock.ahead = timedelta(minutes=11)
    answer = await alice.post("/v1/me/erasure", {"confirm": "注销"})
    check_problem(answer, 403, "sign_in_freshly")
    await alice.sign_in()
    assert (await alice.post("/v1/me/erasure", {"confirm": "注销"})).status_code == 202


async def test_another_word_erases_nothing(alice: Person, stored: Stored) -> None:
    before = await stored()
    for word in ("", "确认", "注 销", "注销账号"):
        problem = check_problem(
            await alice.post("/v1/me/erasure", {"confirm": word}), 422, "invalid"
        )
        assert [fault.pointer for fault in problem.errors] == ["/confirm"]
    assert await stored() == before


async def test_the_number_tells_how_it_stands_and_nothing_of_the_person(
    cast: Cast, alice: Person, installation: Installation
) -> None:
    await alice.report()
    number = await erase(alice)
    assert (await status(cast, number))["state"] == "leaving"
    await cast.work()
    assert (await status(cast, number))["state"] == "swept"
    await due(installation)
    await cast.work()
    told = await status(cast, number.lower())
    assert told["state"] == "done"
    assert "到期后自动删除" in told["state_text"]
    assert set(told) == {"number", "state", "state_text", "requested_at", "done_at"}
    answer = await cast.client.get("/v1/erasures/ZX20260101AAAAAAAAAA")
    check_problem(answer, 404, "not_found")


async def test_who_had_nothing_leaves_nothing(
    cast: Cast, newcomer: Person, installation: Installation
) -> None:
    number = await erase(newcomer)
    for _ in range(2):
        await cast.work()
        await due(installation)
    assert (await status(cast, number))["state_text"] == "注销已完成，没有依规则留存的记录。"


async def test_the_same_wechat_and_the_same_identity_begin_anew(cast: Cast) -> None:
    """Also while the old account is still being taken away."""
    person = await cast.owner()
    before = await person.own_subject()
    await person.report()
    await erase(person)
    await person.sign_in()
    assert await person.own_subject() != before
    assert (await person.get("/v1/me")).json()["verified"] is False
    await person.verify()
    await cast.work()
    me = (await person.get("/v1/me")).json()
    assert (me["verified"], me["id"] != before) == (True, True)
    await person.bind()
    assert (await person.get("/v1/credit-reports")).json()["items"] == []


async def test_an_agent_of_the_enterprise_waits_for_the_successor(cast: Cast) -> None:
    owner = await cast.owner()
    agent = await cast.agent(owner)
    await agent.report()
    await erase(owner)
    await cast.work()
    answer = await agent.get("/v1/subjects")
    [subject] = [one for one in answer.json()["items"] if one["id"] == agent.subject_id]
    check_problem(
        await agent.post(
            "/v1/credit-reports", {"subject_id": subject["id"], "purpose": "electricity"}
        ),
        404,
        "not_found",
    )
    successor = await cast.succeed(owner)
    await successor.bind()
    await successor.consent("credit-report", successor.subject_id)
    path = f"/v1/delegations/{agent.subject_id}/confirmation"
    answer = await successor.send("PUT", path, json={"subject_id": successor.subject_id})
    assert answer.status_code == 200, answer.text
    await agent.report("bank-loan")


async def test_a_shared_link_is_dead_at_once(cast: Cast, alice: Person) -> None:
    report = await alice.report()
    body = {"recipient": "样例银行", "purpose": "贷款", "once": False, "until": day(1)}
    made = (await alice.post(f"/v1/credit-reports/{report['id']}/shares", body)).json()
    path = made["url"].split("/", 3)[3]
    assert (await cast.client.get(f"/{path}")).status_code == 200
    await erase(alice)
    assert (await cast.client.get(f"/{path}")).status_code in {404, 410}
    await cast.work()
    assert (await cast.client.get(f"/{path}")).status_code in {404, 410}


async def test_an_objection_about_the_enterprise_goes_on_with_the_successor(
    cast: Cast, installation: Installation
) -> None:
    """The platform decides it after; who raised it is nobody's name any more."""
    owner = await cast.owner(sections=SECTIONS)
    objection = await raised(owner)
    await cast.work()
    person_id = await owner.own_subject()
    await erase(owner)
    await cast.work()
    row = await installation.database["objections"].find_one({"_id": objection["id"]})
    assert row
    assert person_id not in {row["person_id"], row["principal_person"]}
    successor = await cast.succeed(owner)
    await successor.bind()
    await successor.consent("credit-report", successor.subject_id)
    office = Office(cast, installation)
    await office.rule(objection, "upheld", "经核查，该记录有误。")
    shown = (await successor.get(f"/v1/objections/{objection['id']}")).json()
    assert shown["state"] == "upheld"


async def test_an_objection_about_oneself_is_kept_and_followed_no_more(
    cast: Cast, installation: Installation
) -> None:
    person = await cast.resident(own={"honours": [{"name": "好人"}]})
    await person.for_oneself()
    report = await person.report()
    record = next(
        record["id"]
        for section in (await person.content(report["id"]))["sections"]
        for group in section["groups"]
        for record in group["records"]
    )
    objection = (await ask(person, report["id"], record_id=record, reason=REASON)).json()
    await erase(person)
    await cast.work()
    held = await installation.database["legal_hold"].find_one({"_id": objection["id"]})
    assert held
    assert held["rule"] == "objections"
    assert REASON in held["content"]
    assert await installation.database["objections"].find_one({"_id": objection["id"]}) is None
    assert await Office(cast, installation).waiting(objection) == []
