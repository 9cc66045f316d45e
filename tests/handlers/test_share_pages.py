"""What the recipient of a share opens: who shares, then the report, each look recorded first."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.schema import COLLECTIONS
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.handlers.conftest import SECTIONS, Stored
from tests.handlers.test_verification_pages import BROWSER, check_page
from tests.problems import check_problem
from tests.sharing import BANK, OPENER, PURPOSE, day, listed, opened, post_name, share

WRONG = "A" * 22


@pytest.fixture
def owner(io_loop: IOLoop, cast: Cast) -> Person:
    """With a penalty and two honours."""
    made: Person = io_loop.run_sync(lambda: cast.owner(sections=SECTIONS))
    return made


@pytest.fixture
def shared(io_loop: IOLoop, owner: Person) -> dict[str, Any]:
    """A report of theirs, shared with a bank, to be opened once."""

    async def make() -> dict[str, Any]:
        return await share(owner, (await owner.report())["id"])

    made: dict[str, Any] = io_loop.run_sync(make)
    return made


async def looks(person: Person) -> list[dict[str, Any]]:
    answer = await person.get(f"/v1/looks?subject_id={person.subject_id}&limit=100")
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def seen(cast: Cast, path: str, status: int = 200) -> str:
    return check_page(await cast.client.get(path, headers=BROWSER), status)


async def test_before_opening_one_sees_who_shares_and_nothing_of_the_credit(
    owner: Person, shared: dict[str, Any], cast: Cast
) -> None:
    for _ in range(2):
        page = await seen(cast, shared["path"])
        assert BANK in page
        assert PURPOSE in page
        assert "林**" in page
        assert "只能打开一次" in page
        enterprise = owner.persona["enterprise"]
        for hidden in (enterprise["name"], enterprise["uscc"], owner.persona["name"], "穗越罚"):
            assert hidden not in page
    assert await looks(owner) == []
    [one] = await listed(owner, shared["report_id"])
    assert (one["state"], one["openings"]) == ("standing", 0)


async def test_the_opener_reads_the_whole_report_and_what_may_be_done_with_it(
    owner: Person, shared: dict[str, Any], cast: Cast
) -> None:
    content = await owner.content(shared["report_id"])
    page = await seen(cast, await opened(cast, shared["path"]))
    assert owner.persona["enterprise"]["name"] in page
    assert content["summary"] in page
    for section in content["sections"]:
        assert f"{section['ordinal']}、{section['title']}" in page
        for record in (one for group in section["groups"] for one in group["records"]):
            for field in record["fields"]:
                assert f"<dt>{field['label']}</dt><dd>{field['value']}</dd>" in page
    counted = re.findall(r'data-count="(\w+)">(\d+)<', page)
    assert counted == [(one["code"], str(one["count"])) for one in content["counts"]]
    for said in ("样例报告", PURPOSE, "请不要转给他人", "不是信用评级", "/v/", OPENER):
        assert said in page


async def test_the_paper_is_the_one_that_was_issued(
    owner: Person, shared: dict[str, Any], cast: Cast
) -> None:
    answer = await cast.client.get(f"{await opened(cast, shared['path'])}/file")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.content == await owner.pdf(shared["report_id"])


async def test_each_reading_and_download_is_shown_to_the_subject_with_the_claimed_name(
    owner: Person, shared: dict[str, Any], cast: Cast, installation: Installation
) -> None:
    opening = await opened(cast, shared["path"])
    for path in (opening, opening, f"{opening}/file"):
        await cast.client.get(path)
    items = await looks(owner)
    assert [one["action"] for one in items] == ["share_download", "share_read", "share_read"]
    assert {(one["who"], one["who_kind"]) for one in items} == {(f"{OPENER}（自称）", "recipient")}
    assert {one["reason"] for one in items} == {f"用途：{PURPOSE}"}
    row = await installation.database["looks"].find_one({"_id": items[0]["id"]})
    assert row
    assert (row["authority"], row["viewer"]) == (shared["id"], f"share:{shared['id']}")


async def test_the_representative_sees_the_agents_look_and_the_banks(
    alice: Person, cast: Cast
) -> None:
    agent = await cast.agent(alice)
    report = await agent.report()
    await agent.content(report["id"])
    made = await share(agent, report["id"])
    await cast.client.get(await opened(cast, made["path"]))
    for person, who in ((alice, "经办人 欧**"), (agent, "本人")):
        assert [one["who"] for one in await looks(person)] == [f"{OPENER}（自称）", who]


async def test_a_link_for_once_opens_once(shared: dict[str, Any], cast: Cast) -> None:
    opening = await opened(cast, shared["path"])
    for answer in (await cast.client.get(shared["path"]), await post_name(cast, shared["path"])):
        assert "只能打开一次" in check_problem(answer, 410, "share_over").detail
    assert (await cast.client.get(opening)).status_code == 200


async def test_of_many_who_open_a_link_for_once_at_the_same_time_one_does(
    owner: Person, shared: dict[str, Any], cast: Cast
) -> None:
    names = [f"来人{number}" for number in range(8)]
    answers = await asyncio.gather(*(post_name(cast, shared["path"], name) for name in names))
    assert sorted(answer.status_code for answer in answers) == [303, *[410] * 7]
    [one] = await listed(owner, shared["report_id"])
    assert (one["state"], one["openings"]) == ("opened", 1)


async def test_a_link_until_a_day_opens_for_many_at_the_same_time(
    owner: Person, cast: Cast
) -> None:
    made = await share(owner, (await owner.report())["id"], once=False)
    answers = await asyncio.gather(*(post_name(cast, made["path"]) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 4
    [one] = await listed(owner, made["report_id"])
    assert (one["state"], one["openings"]) == ("standing", 4)


async def test_an_opening_lasts_half_an_hour(
    shared: dict[str, Any], cast: Cast, clock: Clock
) -> None:
    opening = await opened(cast, shared["path"])
    clock.ahead = timedelta(minutes=29)
    assert (await cast.client.get(opening)).status_code == 200
    clock.ahead = timedelta(minutes=31)
    for path in (opening, f"{opening}/file"):
        check_problem(await cast.client.get(path), 404, "dead_link")


async def test_an_opening_ends_with_its_share(
    owner: Person, shared: dict[str, Any], cast: Cast
) -> None:
    opening = await opened(cast, shared["path"])
    await owner.send("DELETE", f"/v1/shares/{shared['id']}")
    check_problem(await cast.client.get(opening), 410, "share_over")
    assert "已被收回" in await seen(cast, opening, 410)


async def test_a_superseded_report_says_that_there_is_a_newer_one(
    owner: Person, cast: Cast, installation: Installation
) -> None:
    made = await share(owner, (await owner.report())["id"])
    reports = installation.database["credit_reports"]
    await reports.update_one({"_id": made["report_id"]}, {"$set": {"state": "superseded"}})
    assert "已有更新的报告" in await seen(cast, await opened(cast, made["path"]))


async def test_a_natural_persons_report_shows_the_name_in_full(cast: Cast) -> None:
    resident = await cast.resident(own={"honours": [{"name": "样例志愿者"}]})
    await resident.for_oneself()
    made = await share(resident, (await resident.report())["id"])
    page = await seen(cast, made["path"])
    assert "林**" in page
    assert "林晓芸" not in page
    page = await seen(cast, await opened(cast, made["path"]))
    assert "林晓芸" in page
    assert "样例志愿者" in page
    assert resident.persona["id_number"] not in page
    assert [one["who_kind"] for one in await looks(resident)] == ["recipient"]


async def test_a_certificate_shows_its_period_its_fields_and_what_was_found_in_each(
    owner: Person, cast: Cast
) -> None:
    report = await owner.report(
        edition="no-violation",
        period={"from": day(-400), "until": day(-5)},
        fields=["market", "tax"],
    )
    made = await share(owner, report["id"])
    page = await seen(cast, await opened(cast, made["path"]))
    assert "无违法违规证明版" in page
    assert f"{day(-400)} 至 {day(-5)}" in page
    content = await owner.content(report["id"])
    assert "、".join(one["label"] for one in content["fields"]) in page
    rows = re.findall(r'<th scope="row">([^<]+)</th>((?:<td [^>]+>\d+</td>)+)', page)
    assert [(label, [int(n) for n in re.findall(r">(\d+)<", cells)]) for label, cells in rows] == [
        (one["label"], one["counts"]) for one in content["results"]
    ]
    for one in content["results"]:
        mark = "" if any(one["counts"]) else ' class="nothing"'
        row = f'<tr{mark}><th scope="row">{one["label"]}'
        assert row in page
    clear = [one["label"] for one in content["results"] if not any(one["counts"])]
    assert (f"未查到记录的领域：{'、'.join(clear)}。" in page) is bool(clear)


async def test_an_objection_stands_beside_its_record(
    shared: dict[str, Any], cast: Cast, installation: Installation
) -> None:
    snapshots = installation.database["credit_report_snapshots"]
    row = await snapshots.find_one({"_id": shared["report_id"]})
    assert row
    content = json.loads(row["content"])
    records = [r for s in content["sections"] for g in s["groups"] for r in g["records"]]
    records[-1]["note"] = "当事人已提出异议，正在核查。"
    cipher = installation.database.cipher
    noted = await cipher.random("report", json.dumps(content).encode())
    await snapshots.update_one({"_id": shared["report_id"]}, {"$set": {"content": noted}})
    page = await seen(cast, await opened(cast, shared["path"]))
    assert page.count("※ 异议标注：当事人已提出异议，正在核查。") == 1


@pytest.mark.parametrize(
    "name",
    [
        *("", "王", "  王 ", "字" * 61, "王小明\u202e", "王\x00明"),
        *("王经理”打开了报告。", "王小明\n系统提示", "【系统】王小明", "王，请致电", "<b>王小明"),
        *("\u3164\u3164", "王\uffa0", "\u115f\u1160", "\u2800\u2800", "·-", "\u0301\u0301"),
    ],
)
async def test_who_does_not_say_who_they_are_opens_nothing(
    owner: Person, shared: dict[str, Any], cast: Cast, stored: Stored, name: str
) -> None:
    before = await stored()
    problem = check_problem(await post_name(cast, shared["path"], name), 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/name"]
    answer = await cast.client.post(shared["path"], data={"name": name}, headers=BROWSER)
    page = check_page(answer, 422)
    assert f'href="{shared["path"]}"' in page
    assert await stored() == before
    assert [one["state"] for one in await listed(owner, shared["report_id"])] == ["standing"]


@pytest.mark.parametrize(
    "name", ["艾合买提·买买提", "样例银行（越秀）信贷2部", "Jean-Luc Ng", "𬭎〇"]
)
async def test_names_of_any_script_open(shared: dict[str, Any], cast: Cast, name: str) -> None:
    assert name in await seen(cast, await opened(cast, shared["path"], name))


async def test_what_is_said_is_written_as_text(owner: Person, cast: Cast) -> None:
    script = "<script>alert(1)</script>"
    report_id = (await owner.report())["id"]
    made = await share(owner, report_id, recipient=script, purpose=f'">{script}')
    page = await seen(cast, made["path"])
    assert "&lt;script&gt;" in page
    assert "&lt;script&gt;" in await seen(cast, await opened(cast, made["path"]))


async def test_an_altered_link_says_nothing_but_that_it_is_dead(
    shared: dict[str, Any], cast: Cast, stored: Stored
) -> None:
    opening = await opened(cast, shared["path"])
    altered = [
        f"{path[:-1]}{'A' if path[-1] != 'A' else 'B'}" for path in (shared["path"], opening)
    ]
    swapped = [opening.replace("/o/", "/s/"), shared["path"].replace("/s/", "/o/")]
    before = await stored()
    for path in (*altered, *swapped, f"/s/{WRONG}", f"/o/{WRONG}", f"/o/{WRONG}/file", "/s/x"):
        problem = check_problem(await cast.client.get(path), 404, "dead_link")
        assert "失效" in problem.title
        page = await seen(cast, path, 404)
        assert "链接已失效" in page
        for hidden in (BANK, PURPOSE, "越秀支行", "林**"):
            assert hidden not in page
    check_problem(await post_name(cast, altered[0]), 404, "dead_link")
    assert await stored() == before


async def test_other_doors_do_not_open_with_the_secrets_of_a_share(
    shared: dict[str, Any], cast: Cast
) -> None:
    opening = await opened(cast, shared["path"])
    for secret in (shared["path"].removeprefix("/s/"), opening.removeprefix("/o/")):
        check_problem(await cast.client.get(f"/f/{secret}"), 404, "not_found")
        verdict = await cast.client.get(f"/v1/verification/{secret}")
        assert verdict.json()["status"] == "not_ours"
        path = f"/v1/credit-reports/{shared['report_id']}/content"
        answer = await cast.client.get(path, headers={"Authorization": f"Bearer {secret}"})
        check_problem(answer, 401, "sign_in_again")


@pytest.fixture
def unwritable(io_loop: IOLoop, installation: Installation, opening: str) -> Iterator[str]:
    """An opening, while the database takes no look."""
    validator = next(one for one in COLLECTIONS if one.name == "looks").validator()

    async def let_in(only: dict[str, Any]) -> None:
        await installation.database.database.command("collMod", "looks", validator=only)

    io_loop.run_sync(lambda: let_in({"impossible": True}))
    yield opening
    io_loop.run_sync(lambda: let_in(validator))


@pytest.fixture
def opening(io_loop: IOLoop, shared: dict[str, Any], cast: Cast) -> str:
    path: str = io_loop.run_sync(lambda: opened(cast, shared["path"]))
    return path


async def test_what_cannot_be_recorded_is_not_shown(
    owner: Person, cast: Cast, unwritable: str
) -> None:
    for path in (unwritable, f"{unwritable}/file"):
        answer = await cast.client.get(path)
        assert "查看记录" in check_problem(answer, 503, "unavailable").detail
        assert owner.persona["enterprise"]["name"] not in answer.text


async def test_openings_are_forgotten_by_time_and_shares_are_not(
    installation: Installation,
) -> None:
    async def forgets(name: str) -> bool:
        indexes = await installation.database[name].index_information()
        return any("expireAfterSeconds" in one for one in indexes.values())

    assert await forgets("share_openings")
    assert not await forgets("shares")
