"""Every look is recorded before it is answered; what cannot be recorded is not shown."""

import asyncio
from typing import Any

import httpx
import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.looks import MongoLooks
from domain.looks import Look
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.problems import check_problem
from tests.sharing import BANK, PURPOSE, opened, share


async def looks(person: Person) -> list[dict[str, Any]]:
    answer = await person.get(f"/v1/looks?subject_id={person.subject_id}&limit=100")
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def paper_address(person: Person, report: dict[str, Any]) -> str:
    answer = await person.post(f"/v1/credit-reports/{report['id']}/file-addresses")
    return str(answer.raise_for_status().json()["url"])


async def upload(cast: Cast, pdf: bytes) -> httpx.Response:
    files = {"file": ("report.pdf", pdf, "application/pdf")}
    return await cast.client.post("/v1/verification/files", files=files)


async def test_reading_is_shown_to_the_subject_with_who_and_why(alice: Person) -> None:
    report = await alice.report()
    assert await looks(alice) == []
    await alice.content(report["id"])
    [look] = await looks(alice)
    assert {name: look[name] for name in ("who", "action", "action_text", "reason")} == {
        "who": "本人",
        "action": "read",
        "action_text": "查看了报告",
        "reason": "用途：办理用电",
    }
    assert look["report_number"] == report["number"]


async def test_fetching_the_paper_is_a_look_and_asking_for_its_address_is_none(
    alice: Person,
) -> None:
    report = await alice.report()
    url = await paper_address(alice, report)
    assert await looks(alice) == []
    for _ in range(2):
        await alice.cast.client.get(url)
    assert [look["action"] for look in await looks(alice)] == ["download", "download"]


async def test_following_a_report_is_no_look(alice: Person) -> None:
    report = await alice.report()
    await alice.get(f"/v1/credit-reports/{report['id']}")
    await alice.get("/v1/credit-reports")
    assert await looks(alice) == []


async def test_who_checks_a_paper_is_recorded_as_its_holder(alice: Person, cast: Cast) -> None:
    pdf = await alice.pdf((await alice.report())["id"])
    await upload(cast, pdf)
    newest = (await looks(alice))[0]
    assert (newest["action"], newest["who"]) == ("verify_file", "持有报告的人")
    assert newest["reason"] == "核验报告真伪"


async def test_a_refused_reader_leaves_no_look(alice: Person, charlie: Person) -> None:
    report = await alice.report()
    answer = await charlie.get(f"/v1/credit-reports/{report['id']}/content")
    check_problem(answer, 404, "not_found")
    assert await looks(alice) == []


async def test_looks_at_ones_own_reports_are_nobody_elses_business(
    alice: Person, charlie: Person
) -> None:
    await alice.content((await alice.report())["id"])
    check_problem(await charlie.get(f"/v1/looks?subject_id={alice.subject_id}"), 404, "not_found")


async def test_looks_are_the_enterprises_and_there_again_for_who_binds_again(
    alice: Person,
) -> None:
    await alice.content((await alice.report())["id"])
    await alice.send("DELETE", f"/v1/subjects/{alice.subject_id}")
    check_problem(await alice.get(f"/v1/looks?subject_id={alice.subject_id}"), 404, "not_found")
    await alice.bind()
    assert [look["action"] for look in await looks(alice)] == ["read"]


async def test_looks_are_not_removed_by_time(installation: Installation) -> None:
    """They are kept five years at least."""
    indexes = await installation.database["looks"].index_information()
    assert not [one for one in indexes.values() if "expireAfterSeconds" in one]


async def test_looks_are_listed_page_by_page(alice: Person) -> None:
    report = await alice.report()
    for _ in range(3):
        await alice.content(report["id"])
    whole = [look["id"] for look in await looks(alice)]
    path = f"/v1/looks?subject_id={alice.subject_id}&limit=2"
    first = (await alice.get(path)).json()
    second = (await alice.get(f"{path}&cursor={first['next']}")).json()
    assert [look["id"] for look in first["items"] + second["items"]] == whole
    assert (len(whole), second["next"]) == (3, None)


async def test_many_readers_of_one_moment_are_recorded_one_by_one(alice: Person) -> None:
    report = await alice.report()
    await asyncio.gather(*(alice.content(report["id"]) for _ in range(30)))
    assert len(await looks(alice)) == 30


async def test_a_look_is_recorded_before_it_is_answered(
    alice: Person, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await alice.report()
    recorded, go_on = asyncio.Event(), asyncio.Event()
    record = MongoLooks.record

    async def slowly(book: MongoLooks, look: Look) -> None:
        recorded.set()
        await go_on.wait()
        await record(book, look)

    monkeypatch.setattr(MongoLooks, "record", slowly)
    answer = asyncio.ensure_future(alice.get(f"/v1/credit-reports/{report['id']}/content"))
    await recorded.wait()
    rows = installation.database["looks"]
    assert await rows.count_documents({"report_id": report["id"]}) == 0
    assert not answer.done()
    go_on.set()
    assert (await answer).status_code == 200
    assert await rows.count_documents({"report_id": report["id"]}) == 1


@pytest.fixture
def shown(io_loop: IOLoop, alice: Person) -> tuple[dict[str, Any], str, bytes]:
    """A report, an address of its paper, and the paper."""

    async def make() -> tuple[dict[str, Any], str, bytes]:
        report = await alice.report()
        return report, await paper_address(alice, report), await alice.pdf(report["id"])

    shown: tuple[dict[str, Any], str, bytes] = io_loop.run_sync(make)
    return shown


async def test_what_cannot_be_recorded_is_not_shown(
    alice: Person,
    cast: Cast,
    shown: tuple[dict[str, Any], str, bytes],
    unwritable: None,  # noqa: ARG001 - acts by being there, from when the report is shown
) -> None:
    report, url, pdf = shown
    answers = [
        await alice.get(f"/v1/credit-reports/{report['id']}/content"),
        await cast.client.get(url),
        await upload(cast, pdf),
    ]
    for answer in answers:
        problem = check_problem(answer, 503, "unavailable")
        assert "查看记录" in problem.detail
        assert int(answer.headers["Retry-After"]) > 0
        assert report["number"] not in answer.text
    standing = await alice.get(f"/v1/credit-reports/{report['id']}")
    assert standing.status_code == 200


@pytest.mark.usefixtures("unwritable")
async def test_who_checks_what_is_not_ours_needs_no_record(cast: Cast) -> None:
    answer = await cast.client.get(f"/v1/verification/{'A' * 22}")
    assert answer.json()["status"] == "not_ours"


async def grounds(person: Person) -> list[dict[str, Any]]:
    return [look["authority"] for look in await looks(person)]


async def test_a_look_tells_by_what_authority_and_whether_it_stands(alice: Person) -> None:
    await alice.content((await alice.report())["id"])
    [ground] = await grounds(alice)
    assert (ground["kind"], ground["stands"]) == ("consent", True)
    assert ground["text"].startswith("您于")
    assert "《公共信用信息报告查询授权书》" in ground["text"]
    consent = await alice.consent("credit-report", alice.subject_id)
    await alice.send("DELETE", f"/v1/consents/{consent}")
    [ground] = await grounds(alice)
    assert not ground["stands"]
    assert "撤回" in ground["state"]


async def test_an_agents_look_tells_of_the_delegation_until_it_ends(
    alice: Person, cast: Cast
) -> None:
    agent = await cast.agent(alice)
    await agent.content((await agent.report())["id"])
    [ground] = await grounds(alice)
    assert (ground["kind"], ground["stands"]) == ("delegation", True)
    assert ground["text"].startswith("企业委托经办人办理，您于")
    await alice.send("DELETE", f"/v1/delegations/{agent.subject_id}")
    [ground] = await grounds(alice)
    assert (ground["stands"], ground["state"]) == (False, "委托已结束")


async def test_a_recipients_look_names_share_recipient_and_purpose(
    alice: Person, cast: Cast
) -> None:
    shared = await share(alice, (await alice.report())["id"])
    (await cast.client.get(await opened(cast, shared["path"]))).raise_for_status()
    [ground] = await grounds(alice)
    assert f"收件人：{BANK}，用途：{PURPOSE}" in ground["text"]
    assert (ground["kind"], ground["state"]) == ("share", "分享已用完")
    await alice.send("DELETE", f"/v1/shares/{shared['id']}")
    [ground] = await grounds(alice)
    assert (ground["stands"], ground["state"]) == (False, "分享已收回")


async def test_who_holds_the_paper_looked_by_holding_it(alice: Person, cast: Cast) -> None:
    await upload(cast, await alice.pdf((await alice.report())["id"]))
    assert [ground["kind"] for ground in await grounds(alice)] == ["paper", "consent"]
