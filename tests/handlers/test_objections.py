"""Objections: raised, passed to the platform, annotated on every later copy, decided."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pypdfium2
import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.objections import MongoObjections
from domain.time import SHANGHAI
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.outage import Outage
from tests.problems import check_problem

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
REASON = "当事人并非本企业，处罚决定书送达有误。"
SECTIONS = {
    "penalties": [
        {"CF_WSH": "穗越罚〔2026〕1号", "CF_GSJZQ": "@date+200", "severity": "minor"},
        {"CF_WSH": "穗越罚〔2026〕2号", "CF_GSJZQ": "@date+200", "severity": "minor"},
    ]
}
NOTE = "异议处理中：信息主体于"


class Office:
    """The workers and the platform, as the test drives them."""

    def __init__(self, cast: Cast, installation: Installation) -> None:
        self.cast = cast
        self.installation = installation
        self.outbox = installation.database["outbox"]

    async def due(self, objection: dict[str, Any]) -> None:
        """Let the wait, or a lease, be over, and work."""
        await self.outbox.update_one(
            {"object_id": objection["id"]}, {"$set": {"next_at": LONG_AGO}}
        )
        await self.cast.work()

    async def waiting(self, objection: dict[str, Any]) -> list[str]:
        """The topics of what is left to be done for it."""
        return [row["topic"] async for row in self.outbox.find({"object_id": objection["id"]})]

    async def taken(self, objection: dict[str, Any]) -> list[dict[str, Any]]:
        """What the platform took for it."""
        items = (await self.cast.sandbox.get("/sandbox/objections")).json()["items"]
        return [one for one in items if one["request_id"] == objection["id"]]

    async def rule(self, objection: dict[str, Any], state: str, opinion: str = "") -> None:
        """The platform moves it on, and is asked."""
        (one,) = await self.taken(objection)
        path = f"/sandbox/objections/{one['number']}"
        answer = await self.cast.sandbox.put(path, json={"state": state, "opinion": opinion})
        answer.raise_for_status()
        await self.due(objection)


@pytest.fixture
def office(io_loop: IOLoop, cast: Cast, installation: Installation) -> Iterator[Office]:
    """What other tests left is done before and after."""
    io_loop.run_sync(cast.work)
    yield Office(cast, installation)
    io_loop.run_sync(cast.work)


@pytest.fixture
def owner(io_loop: IOLoop, cast: Cast) -> Person:
    """Represents an enterprise with two penalties."""

    async def make() -> Person:
        return await cast.owner(sections=SECTIONS)

    return io_loop.run_sync(make)


def records(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The penalties."""
    (administration,) = [one for one in content["sections"] if one["code"] == "administration"]
    return [one for group in administration["groups"] for one in group["records"]]


async def first_record(person: Person, report: dict[str, Any]) -> str:
    return str(records(await person.content(report["id"]))[0]["id"])


async def ask(person: Person, report_id: str, **body: Any) -> httpx.Response:
    return await person.post(f"/v1/credit-reports/{report_id}/objections", body)


async def object_to(person: Person, report: dict[str, Any]) -> httpx.Response:
    """To the first penalty in the report."""
    record_id = await first_record(person, report)
    return await ask(person, report["id"], record_id=record_id, reason=REASON)


async def raised(person: Person) -> dict[str, Any]:
    """An objection to the first penalty, not passed on yet."""
    answer = await object_to(person, await person.report())
    assert answer.status_code == 201, answer.text
    objection: dict[str, Any] = answer.json()
    return objection


async def passed(person: Person, office: Office) -> dict[str, Any]:
    objection = await raised(person)
    await office.due(objection)
    return await shown(person, objection)


async def shown(person: Person, objection: dict[str, Any]) -> dict[str, Any]:
    answer = await person.get(f"/v1/objections/{objection['id']}")
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def told(person: Person, objection: dict[str, Any]) -> list[str]:
    """The texts of the notices about it, oldest first."""
    items = (await person.get("/v1/notices?limit=100")).json()["items"]
    link = f"/objections/{objection['id']}"
    return [one["text"].partition("：")[2] for one in reversed(items) if one["link"] == link]


async def new_report(person: Person) -> dict[str, Any]:
    return await person.content((await person.report())["id"])


# -- the way of an objection ---------------------------------------------------------------


async def test_an_objection_is_accepted_at_once_with_all_it_is_about(
    owner: Person, office: Office
) -> None:
    report = await owner.report()
    answer = await object_to(owner, report)
    assert answer.status_code == 201
    objection = answer.json()
    assert (objection["report_id"], objection["report_number"]) == (report["id"], report["number"])
    assert (objection["section_title"], objection["record_title"]) == (
        "行政处罚",
        "穗越罚〔2026〕1号",
    )
    assert (objection["reason"], objection["state"]) == (REASON, "raised")
    assert (objection["deadline"], objection["overdue"], objection["opinion"]) == (None, False, "")
    (step,) = objection["steps"]
    assert step["text"] == objection["state_text"] == "已提出异议，正在送交市公共信用信息平台。"
    assert await shown(owner, objection) == objection
    assert await office.waiting(objection) == ["objection.pass"]


async def test_an_objection_is_followed_to_its_rejection_and_each_step_is_told(
    owner: Person, office: Office
) -> None:
    objection = await passed(owner, office)
    assert objection["state"] == "passed"
    first = date.fromisoformat(objection["deadline"]["on"])
    assert first > datetime.now(SHANGHAI).date()
    assert f"应于{first.year}年{first.month}月{first.day}日前办结" in objection["state_text"]
    for state in ("checking", "extended"):
        await office.rule(objection, state)
        objection = await shown(owner, objection)
        assert objection["state"] == state
    assert date.fromisoformat(objection["deadline"]["on"]) >= first + timedelta(days=3)
    await office.rule(objection, "rejected", "经核查，信息与处罚决定书一致。")
    objection = await shown(owner, objection)
    assert (objection["state"], objection["overdue"]) == ("rejected", False)
    assert objection["opinion"] == "经核查，信息与处罚决定书一致。"
    texts = [step["text"] for step in objection["steps"]]
    assert len(texts) == 5
    assert await told(owner, objection) == texts
    assert await office.waiting(objection) == []


async def test_what_the_platform_upholds_is_gone_from_the_next_report(
    owner: Person, office: Office
) -> None:
    objection = await passed(owner, office)
    await office.rule(objection, "upheld", "经核查，当事人并非该企业，已删除。")
    objection = await shown(owner, objection)
    assert objection["state"] == "upheld"
    assert "可重新申请报告" in (await told(owner, objection))[-1]
    (left,) = records(await new_report(owner))
    assert left["fields"][0]["value"] == "穗越罚〔2026〕2号"
    assert "note" not in left


async def test_nothing_new_at_the_platform_is_no_step(owner: Person, office: Office) -> None:
    objection = await passed(owner, office)
    await office.due(objection)
    await office.due(objection)
    assert len((await shown(owner, objection))["steps"]) == 2
    assert await office.waiting(objection) == ["objection.follow"]


async def test_what_is_late_says_so(owner: Person, office: Office, clock: Clock) -> None:
    objection = await passed(owner, office)
    last = date.fromisoformat(objection["deadline"]["on"])
    clock.ahead = timedelta(days=(last - datetime.now(SHANGHAI).date()).days + 1)
    await owner.sign_in()
    objection = await shown(owner, objection)
    assert objection["overdue"] is True
    assert "现已超期" in objection["state_text"]


# -- every later copy ----------------------------------------------------------------------


async def test_every_later_copy_is_annotated_at_once_and_no_more_once_it_is_decided(
    owner: Person, office: Office
) -> None:
    before = await owner.report()
    objection = await raised(owner)
    report = await owner.report()
    assert report["id"] != before["id"]
    noted, plain = records(await owner.content(report["id"]))
    assert noted["note"].startswith(NOTE)
    assert noted["note"].endswith("提出异议，尚未作出决定。")
    assert "note" not in plain
    await office.due(objection)
    await office.rule(objection, "rejected")
    assert [one for one in records(await new_report(owner)) if "note" in one] == []
    assert [one for one in records(await owner.content(report["id"])) if "note" in one] == [noted]


async def test_the_paper_of_a_later_copy_is_annotated(owner: Person) -> None:
    await raised(owner)
    report = await owner.report()
    with pypdfium2.PdfDocument(await owner.pdf(report["id"])) as document:
        text = "".join(sheet.get_textpage().get_text_range() for sheet in document)
    flat = "".join(text.split())
    assert flat.count(NOTE) == 1
    assert "尚未作出决定" in flat


async def test_a_copy_for_another_requester_is_annotated_too(owner: Person, cast: Cast) -> None:
    await raised(owner)
    agent = await cast.agent(owner)
    assert records(await new_report(agent))[0]["note"].startswith(NOTE)


async def test_the_standing_of_an_earlier_report_tells_of_the_objection(
    owner: Person, office: Office
) -> None:
    before = await owner.report()
    path = f"/v1/credit-reports/{before['id']}"
    assert (await owner.get(path)).json()["objection_note"] == ""
    objection = await passed(owner, office)
    sentence = "该主体有 1 条信息正在异议处理中，尚未作出决定。"
    assert (await owner.get(path)).json()["objection_note"] == sentence
    listed = (await owner.get("/v1/credit-reports")).json()["items"]
    assert {one["objection_note"] for one in listed} == {sentence}
    await office.rule(objection, "rejected")
    assert (await owner.get(path)).json()["objection_note"] == ""


async def test_who_opens_a_shared_earlier_report_is_told_of_the_objection(
    owner: Person, cast: Cast
) -> None:
    report = await owner.report()
    body = {
        "recipient": "越秀样例银行",
        "purpose": "贷款审批",
        "once": False,
        "until": f"{datetime.now(SHANGHAI).date() + timedelta(days=3)}",
    }
    answer = await owner.post(f"/v1/credit-reports/{report['id']}/shares", body)
    link = answer.raise_for_status().json()["url"]
    opened = await cast.client.post(link, data={"name": "越秀样例银行"})
    page = opened.headers["Location"]
    assert "异议处理中" not in (await cast.client.get(page)).text
    await raised(owner)
    assert "该主体有 1 条信息正在异议处理中" in (await cast.client.get(page)).text


# -- the platform fails --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["error", "malformed"])
async def test_an_outage_loses_no_objection_and_makes_none_of_it_twice(
    owner: Person, office: Office, outage: Outage, kind: str
) -> None:
    """Malformed: the platform took it, and its answer never arrived."""
    objection = await raised(owner)
    await outage.begin("platform", kind=kind, path="/v1/objections")
    await office.due(objection)
    assert (await shown(owner, objection))["state"] == "raised"
    assert len(await office.taken(objection)) == (kind == "malformed")
    await outage.end()
    await office.due(objection)
    assert (await shown(owner, objection))["state"] == "passed"
    assert len(await office.taken(objection)) == 1
    await outage.begin("platform", kind=kind, path="/v1/objections")
    await office.due(objection)
    await outage.end()
    await office.rule(objection, "checking")
    assert (await shown(owner, objection))["state"] == "checking"


async def test_a_worker_killed_after_the_platform_took_it_leaves_one_objection(
    owner: Person, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    objection = await raised(owner)

    async def killed(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(MongoObjections, "replace", killed)
        with pytest.raises(asyncio.CancelledError):
            await office.due(objection)
    assert (await shown(owner, objection))["state"] == "raised"
    (taken,) = await office.taken(objection)
    await office.due(objection)
    objection = await shown(owner, objection)
    assert objection["state"] == "passed"
    assert await office.taken(objection) == [taken]
    assert len(await told(owner, objection)) == 2


async def test_what_the_platform_refuses_for_good_leads_to_the_counter(
    owner: Person, office: Office
) -> None:
    objection = await raised(owner)
    rows = office.installation.database["objections"]
    gone = await office.installation.database.cipher.random("report", "gone")
    await rows.update_one({"_id": objection["id"]}, {"$set": {"record_id": gone}})
    await office.due(objection)
    objection = await shown(owner, objection)
    assert objection["state"] == "undeliverable"
    assert "信用服务窗口" in objection["state_text"]
    assert (await told(owner, objection))[-1] == objection["state_text"]
    assert await office.waiting(objection) == []
    assert (await object_to(owner, await owner.report())).status_code == 201


# -- refusals ------------------------------------------------------------------------------


async def test_nobody_objects_to_anothers_report(owner: Person, cast: Cast, stored: Stored) -> None:
    report = await owner.report()
    record_id = await first_record(owner, report)
    other = await cast.owner(sections=SECTIONS)
    before = await stored()
    answer = await ask(other, report["id"], record_id=record_id, reason=REASON)
    check_problem(answer, 404, "not_found")
    assert await stored() == before


async def test_a_record_that_is_not_in_the_report_is_refused_and_recorded(
    owner: Person, cast: Cast, stored: Stored
) -> None:
    report = await owner.report()
    other = await cast.owner(sections=SECTIONS)
    anothers = await first_record(other, await other.report())
    before = await stored()
    for record_id in (anothers, "none", report["id"]):
        answer = await ask(owner, report["id"], record_id=record_id, reason=REASON)
        problem = check_problem(answer, 422, "invalid")
        assert [fault.pointer for fault in problem.errors] == ["/record_id"]
        assert "没有这条信息" in problem.detail
    after = await stored()
    assert after == {**before, "audit_events": before["audit_events"] + 3}


async def test_a_report_that_is_not_made_has_no_record_to_object_to(owner: Person) -> None:
    report = await owner.request()
    answer = await ask(owner, report["id"], record_id="any", reason=REASON)
    check_problem(answer, 409, "not_issued")


@pytest.mark.parametrize(
    ("reason", "words"), [("", "至少 5 个字"), ("  不对的  ", "至少 5"), ("长" * 501, "最多 500")]
)
async def test_a_reason_has_five_to_five_hundred_characters(
    owner: Person, reason: str, words: str, stored: Stored
) -> None:
    report = await owner.report()
    record_id = await first_record(owner, report)
    before = await stored()
    answer = await ask(owner, report["id"], record_id=record_id, reason=reason)
    problem = check_problem(answer, 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/reason"]
    assert words in problem.detail
    assert await stored() == before


async def test_on_one_record_one_objection_stands(owner: Person, office: Office) -> None:
    objection = await passed(owner, office)
    problem = check_problem(await object_to(owner, await owner.report()), 409, "objection_standing")
    assert objection["id"] in problem.detail
    await office.rule(objection, "rejected")
    again = await object_to(owner, await owner.report())
    assert again.status_code == 201
    assert again.json()["id"] != objection["id"]


async def test_of_two_objections_at_once_one_stands(owner: Person) -> None:
    report = await owner.report()
    answers = await asyncio.gather(*(object_to(owner, report) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_the_same_request_sent_again_is_the_same_objection(owner: Person) -> None:
    report = await owner.report()
    body = {"record_id": await first_record(owner, report), "reason": REASON}
    path = f"/v1/credit-reports/{report['id']}/objections"
    first, again = [await owner.post(path, body, key="once-and-again") for _ in range(2)]
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    items = (await owner.get(f"/v1/objections?subject_id={owner.subject_id}")).json()["items"]
    assert [one["id"] for one in items] == [first.json()["id"]]


# -- who sees it ---------------------------------------------------------------------------


async def test_an_agent_objects_and_the_principal_is_told_too(
    owner: Person, cast: Cast, office: Office
) -> None:
    agent = await cast.agent(owner)
    objection = await passed(agent, office)
    assert await shown(owner, objection) == objection
    for person in (owner, agent):
        assert len(await told(person, objection)) == 2
        listed = (await person.get(f"/v1/objections?subject_id={person.subject_id}")).json()
        assert [one["id"] for one in listed["items"]] == [objection["id"]]


async def test_an_agent_sees_no_objection_but_those_raised_as_agent(
    owner: Person, cast: Cast
) -> None:
    agent = await cast.agent(owner)
    objection = await raised(owner)
    check_problem(await agent.get(f"/v1/objections/{objection['id']}"), 404, "not_found")
    listed = (await agent.get(f"/v1/objections?subject_id={agent.subject_id}")).json()
    assert listed["items"] == []
    assert await told(agent, objection) == []


async def test_an_agent_whose_right_has_ended_sees_and_is_told_nothing_more(
    owner: Person, cast: Cast, office: Office
) -> None:
    agent = await cast.agent(owner)
    objection = await passed(agent, office)
    ended = await owner.send("DELETE", f"/v1/delegations/{agent.subject_id}")
    assert ended.status_code == 204
    check_problem(await agent.get(f"/v1/objections/{objection['id']}"), 404, "not_found")
    listed = await agent.get(f"/v1/objections?subject_id={agent.subject_id}")
    check_problem(listed, 404, "not_found")
    await office.rule(objection, "checking")
    assert len(await told(agent, objection)) == 2
    assert len(await told(owner, objection)) == 3


async def test_an_agent_without_the_scope_does_not_object(owner: Person, cast: Cast) -> None:
    agent = await cast.agent(owner, scope=["electricity"])
    report = await owner.report()
    record_id = await first_record(owner, report)
    answer = await ask(agent, report["id"], record_id=record_id, reason=REASON)
    check_problem(answer, 404, "not_found")
    listed = await agent.get(f"/v1/objections?subject_id={agent.subject_id}")
    check_problem(listed, 403, "not_in_scope")


async def test_a_resident_objects_and_a_helper_follows_but_does_not_object(
    cast: Cast, office: Office
) -> None:
    resident = await cast.resident(own={"honours": [{"name": "五星级志愿者"}, {"name": "好人"}]})
    await resident.for_oneself()
    helper = await cast.helper(resident, scope=["follow", "read"])
    report = await resident.report()
    (honesty,) = [
        one
        for one in (await resident.content(report["id"]))["sections"]
        if one["code"] == "honesty"
    ]
    first, second = [one["id"] for one in honesty["groups"][0]["records"]]
    answer = await ask(resident, report["id"], record_id=first, reason=REASON)
    objection = answer.raise_for_status().json()
    assert objection["record_title"] == "五星级志愿者"
    await office.due(objection)
    (taken,) = await office.taken(objection)
    whose = (taken["uscc"], taken["name"], taken["id_number"])
    assert whose == (None, resident.persona["name"], resident.persona["id_number"])
    assert (await shown(helper, objection))["state"] == "passed"
    listed = (await helper.get(f"/v1/objections?subject_id={helper.subject_id}")).json()["items"]
    assert [one["id"] for one in listed] == [objection["id"]]
    answer = await ask(helper, report["id"], record_id=second, reason=REASON)
    check_problem(answer, 403, "not_in_scope")
    assert len(await told(resident, objection)) == 2
    assert await told(helper, objection) == []


async def test_objections_are_listed_newest_first_and_page_by_page(
    owner: Person, charlie: Person
) -> None:
    report = await owner.report()
    both = [one["id"] for one in records(await owner.content(report["id"]))]
    asked = [
        (await ask(owner, report["id"], record_id=record_id, reason=REASON)).json()["id"]
        for record_id in both
    ]
    path = f"/v1/objections?subject_id={owner.subject_id}"
    first = (await owner.get(f"{path}&limit=1")).json()
    second = (await owner.get(f"{path}&limit=1&cursor={first['next']}")).json()
    assert [one["id"] for one in first["items"] + second["items"]] == asked[::-1]
    assert second["next"] is None
    own = (await owner.get("/v1/me")).json()["id"]
    assert (await owner.get(f"/v1/objections?subject_id={own}")).json()["items"] == []
    elsewhere = f"/v1/objections?subject_id={own}&limit=1&cursor={first['next']}"
    check_problem(await owner.get(elsewhere), 422, "invalid")
    check_problem(await charlie.get(path), 404, "not_found")


async def test_what_was_written_and_decided_is_stored_encrypted_and_audited_with_codes_alone(
    owner: Person, office: Office
) -> None:
    objection = await passed(owner, office)
    await office.rule(objection, "rejected", "经核查，信息无误。")
    database = office.installation.database
    actions = [
        row["action"]
        async for row in database["audit_events"].find({"object_id": objection["id"]}).sort("at")
    ]
    assert actions == ["objection.raised", "objection.passed", "objection.rejected"]
    events = repr(await database["audit_events"].find({"object_id": objection["id"]}).to_list(9))
    for words in (REASON, "穗越罚", "经核查"):
        assert words not in events
