"""Sharing: who may, how long, how often; the link dies with the right behind it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image, ImageDraw
from tornado.ioloop import IOLoop

from domain.time import civil_date
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.problems import check_problem
from tests.sharing import BANK, OPENER, PURPOSE, asked, day, listed, opened, post_name, share

Report = dict[str, Any]


@pytest.fixture
def report(io_loop: IOLoop, alice: Person) -> Report:
    made: Report = io_loop.run_sync(alice.report)
    return made


@pytest.fixture
def agent(io_loop: IOLoop, cast: Cast, alice: Person) -> Person:
    """Acts for Alice's enterprise in reports."""
    made: Person = io_loop.run_sync(lambda: cast.agent(alice))
    return made


def as_listed(made: dict[str, Any], **changed: object) -> dict[str, Any]:
    shown = {name: value for name, value in made.items() if name not in {"url", "qr_svg", "path"}}
    return shown | changed


def picture(svg: str) -> Image.Image:
    """An SVG of horizontal bars, four pixels a module."""
    found = re.search(r'viewBox="0 0 (\d+) ', svg)
    assert found
    side = int(found[1]) * 4
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    for bar in re.findall(r"M(\d+) (\d+)h(\d+)", svg):
        x, y, width = (int(number) * 4 for number in bar)
        draw.rectangle((x, y, x + width - 1, y + 3), fill=0)
    return image


async def events(installation: Installation, share_id: str) -> list[str]:
    rows = installation.database["audit_events"].find({"object_id": share_id}).sort("at", 1)
    return [row["action"] async for row in rows]


async def test_a_share_says_with_whom_what_for_and_until_when(
    alice: Person, report: Report
) -> None:
    made = await share(alice, report["id"])
    assert made["recipient"] == BANK
    assert made["purpose"] == PURPOSE
    assert (made["once"], made["until"], made["openings"]) == (True, day(1), 0)
    assert (made["state"], made["shared_by"]) == ("standing", "本人")
    assert await listed(alice, report["id"]) == [as_listed(made)]


async def test_the_link_is_shown_once_and_is_nowhere_kept(
    alice: Person, report: Report, installation: Installation
) -> None:
    made = await share(alice, report["id"])
    secret = made["path"].removeprefix("/s/")
    assert len(secret) == 22
    assert "url" not in (await listed(alice, report["id"]))[0]
    rows = [row async for row in installation.database["shares"].find({"report_id": report["id"]})]
    assert secret not in str(rows)


async def test_the_qr_code_says_the_link(alice: Person, report: Report) -> None:
    made = await share(alice, report["id"])
    assert made["qr_svg"].startswith("<svg ")
    [seen] = zxingcpp.read_barcodes(picture(made["qr_svg"]))
    assert seen.text == made["url"]


async def test_the_same_key_gives_the_same_link(alice: Person, report: Report) -> None:
    body = {"recipient": BANK, "purpose": PURPOSE, "once": False, "until": day()}
    path = f"/v1/credit-reports/{report['id']}/shares"
    first, second = [await alice.post(path, body, key="the-same-key") for _ in range(2)]
    assert first.json() == second.json()
    assert len(await listed(alice, report["id"])) == 1


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"recipient": ""}, "/recipient", "string_too_short"),
        ({"recipient": " \u3000 "}, "/recipient", "string_too_short"),
        ({"recipient": "银" * 61}, "/recipient", "string_too_long"),
        ({"recipient": "样例\u202e行银"}, "/recipient", "unseen"),
        ({"recipient": "\u3164\u3164"}, "/recipient", "unseen"),
        ({"purpose": "\u0301\u0301"}, "/purpose", "unseen"),
        ({"purpose": ""}, "/purpose", "string_too_short"),
        ({"purpose": "贷" * 101}, "/purpose", "string_too_long"),
        ({"purpose": "贷款\n用途：其他"}, "/purpose", "unseen"),
        ({"once": "yes"}, "/once", "bool_type"),
        ({"until": "2026-02-30"}, "/until", "civil_date"),
        ({"until": -1}, "/until", "past"),
        ({"until": 91}, "/until", "too_long"),
        ({"until": 40}, "/until", "beyond_report"),
    ],
)
async def test_each_faulty_field_is_told(
    alice: Person,
    report: Report,
    stored: Stored,
    given: dict[str, object],
    pointer: str,
    code: str,
) -> None:
    before = await stored()
    # Days from today are told by their number: a run may go on past midnight.
    wanted = {name: day(one) if type(one) is int else one for name, one in given.items()}
    problem = check_problem(await asked(alice, report["id"], **wanted), 422, "invalid")
    assert [(fault.pointer, fault.code) for fault in problem.errors] == [(pointer, code)]
    assert await stored() == before


async def test_a_share_may_last_as_long_as_its_report(alice: Person, report: Report) -> None:
    issue = await alice.get(f"/v1/credit-reports/{report['id']}")
    last = civil_date(datetime.fromisoformat(issue.json()["expires_at"]) - timedelta(seconds=1))
    assert (await share(alice, report["id"], until=f"{last}"))["until"] == f"{last}"


async def test_what_is_not_valid_any_more_is_not_shared(
    alice: Person, report: Report, clock: Clock
) -> None:
    clock.ahead = timedelta(days=31)
    await alice.sign_in()
    problem = check_problem(await asked(alice, report["id"]), 409, "not_shareable")
    assert "已过有效期" in problem.detail


async def test_at_most_twenty_shares_stand(alice: Person, report: Report) -> None:
    made = [await share(alice, report["id"]) for _ in range(20)]
    problem = check_problem(await asked(alice, report["id"]), 409, "too_many_shares")
    assert "20" in problem.detail
    await alice.send("DELETE", f"/v1/shares/{made[0]['id']}")
    assert (await asked(alice, report["id"])).status_code == 201


async def test_of_many_at_once_twenty_stand(alice: Person, report: Report) -> None:
    for _ in range(18):
        await share(alice, report["id"])
    answers = await asyncio.gather(*(asked(alice, report["id"]) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409]
    assert len(await listed(alice, report["id"])) == 20


async def test_a_stranger_neither_shares_nor_sees_nor_revokes(
    alice: Person, charlie: Person, report: Report
) -> None:
    made = await share(alice, report["id"])
    check_problem(await asked(charlie, report["id"]), 404, "not_found")
    answer = await charlie.get(f"/v1/credit-reports/{report['id']}/shares")
    check_problem(answer, 404, "not_found")
    revoked = await charlie.send("DELETE", f"/v1/shares/{made['id']}")
    check_problem(revoked, 404, "not_found")
    assert await listed(alice, report["id"]) == [as_listed(made)]


async def test_a_helper_never_shares(cast: Cast) -> None:
    resident = await cast.resident()
    await resident.for_oneself()
    report_id = (await resident.report())["id"]
    made = await share(resident, report_id)
    helper = await cast.helper(resident)
    check_problem(await asked(helper, report_id), 403, "not_in_scope")
    answer = await helper.get(f"/v1/credit-reports/{report_id}/shares")
    check_problem(answer, 403, "not_in_scope")
    answer = await helper.send("DELETE", f"/v1/shares/{made['id']}")
    check_problem(answer, 403, "not_in_scope")
    assert await listed(resident, report_id) == [as_listed(made)]


async def test_an_agent_sees_the_agents_own_shares_and_the_representative_all(
    alice: Person, agent: Person
) -> None:
    report_id = (await agent.report())["id"]
    by_agent = await share(agent, report_id)
    by_alice = await share(alice, report_id)
    assert await listed(agent, report_id) == [as_listed(by_agent)]
    seen = await listed(alice, report_id)
    assert [(one["id"], one["shared_by"]) for one in seen] == [
        (by_alice["id"], "本人"),
        (by_agent["id"], "欧**"),
    ]
    answer = await agent.send("DELETE", f"/v1/shares/{by_alice['id']}")
    check_problem(answer, 404, "not_found")
    assert (await alice.send("DELETE", f"/v1/shares/{by_agent['id']}")).status_code == 204
    assert [one["state"] for one in await listed(agent, report_id)] == ["revoked"]


async def test_who_withdrew_the_authorisation_shares_nothing(alice: Person, report: Report) -> None:
    consent_id = await alice.consent("credit-report", alice.subject_id)
    await alice.send("DELETE", f"/v1/consents/{consent_id}")
    check_problem(await asked(alice, report["id"]), 403, "consent_required")


# -- the end of a share ----------------------------------------------------------------------

End = Callable[[Person, Person, str, str], Awaitable[httpx.Response | None]]


async def revoke_share(alice: Person, _: Person, __: str, share_id: str) -> httpx.Response:
    return await alice.send("DELETE", f"/v1/shares/{share_id}")


async def withdraw_agent(alice: Person, agent: Person, *_: str) -> httpx.Response:
    return await alice.send("DELETE", f"/v1/delegations/{agent.subject_id}")


async def resign(_: Person, agent: Person, *__: str) -> httpx.Response:
    return await agent.send("DELETE", f"/v1/delegations/{agent.subject_id}")


async def unbind(alice: Person, *_: object) -> httpx.Response:
    return await alice.send("DELETE", f"/v1/subjects/{alice.subject_id}")


async def replaced(alice: Person, *_: object) -> None:
    await (await alice.cast.succeed(alice)).bind()


async def withdraw_consent(alice: Person, *_: object) -> httpx.Response:
    consent_id = await alice.consent("credit-report", alice.subject_id)
    return await alice.send("DELETE", f"/v1/consents/{consent_id}")


async def revoke_report(alice: Person, _: Person, report_id: str, __: str) -> httpx.Response:
    path = f"/v1/credit-reports/{report_id}"
    tag = (await alice.get(path)).headers["ETag"]
    body = {"reason": "不再需要"}
    return await alice.send("PUT", f"{path}/revocation", json=body, headers={"If-Match": tag})


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (revoke_share, "已被收回"),
        (withdraw_agent, "已经终止"),
        (resign, "已经终止"),
        (unbind, "已经终止"),
        (replaced, "已经终止"),
        (withdraw_consent, "已经终止"),
        (revoke_report, "已经作废"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_what_an_agent_shared_dies_with_the_right_behind_it(
    alice: Person, agent: Person, cast: Cast, installation: Installation, end: End, sentence: str
) -> None:
    report_id = (await agent.report())["id"]
    made = await share(agent, report_id, once=False)
    opening = await opened(cast, made["path"])
    assert (await cast.client.get(opening)).status_code == 200
    ended = await end(alice, agent, report_id, made["id"])
    assert ended is None or ended.is_success, ended.text
    dead = [
        await cast.client.get(made["path"]),
        await post_name(cast, made["path"]),
        await cast.client.get(opening),
        await cast.client.get(f"{opening}/file"),
    ]
    for answer in dead:
        problem = check_problem(answer, 410, "share_over")
        assert sentence in problem.detail
        assert report_id not in answer.text
    recorded = await events(installation, made["id"])
    assert recorded.count("share.refused") == len(dead)


async def test_an_agents_share_ends_with_the_last_day_of_the_agent(
    alice: Person, cast: Cast, clock: Clock
) -> None:
    other = await cast.resident()
    await other.bind_phone()
    invited = (await alice.invite(other, ends_on=day())).raise_for_status().json()
    accepted = await other.post("/v1/invitations/acceptance", {"invitation": invited["invitation"]})
    other.subject_id = accepted.raise_for_status().json()["id"]
    made = await share(other, (await other.report())["id"], until=day(5))
    assert (await cast.client.get(made["path"])).status_code == 200
    clock.ahead = timedelta(days=1)
    check_problem(await cast.client.get(made["path"]), 410, "share_over")


async def test_a_share_ends_with_its_last_day(
    alice: Person, report: Report, cast: Cast, clock: Clock
) -> None:
    made = await share(alice, report["id"], until=day(1))
    clock.ahead = timedelta(days=1)
    assert (await cast.client.get(made["path"])).status_code == 200
    clock.ahead = timedelta(days=2)
    problem = check_problem(await cast.client.get(made["path"]), 410, "share_over")
    assert "已过有效期" in problem.detail
    await alice.sign_in()
    assert [one["state"] for one in await listed(alice, report["id"])] == ["expired"]


async def test_who_binds_again_does_not_wake_old_shares(
    alice: Person, report: Report, cast: Cast
) -> None:
    made = await share(alice, report["id"], once=False)
    await alice.send("DELETE", f"/v1/subjects/{alice.subject_id}")
    await alice.bind()
    await alice.consent("credit-report", alice.subject_id)
    check_problem(await cast.client.get(made["path"]), 410, "share_over")


async def test_an_authorisation_given_again_does_not_wake_old_shares(
    alice: Person, report: Report, cast: Cast
) -> None:
    made = await share(alice, report["id"], once=False)
    opening = await opened(cast, made["path"])
    await withdraw_consent(alice)
    await alice.consent("credit-report", alice.subject_id)
    for path in (made["path"], opening):
        check_problem(await cast.client.get(path), 410, "share_over")
    assert [one["state"] for one in await listed(alice, report["id"])] == ["ended"]
    assert (await asked(alice, report["id"])).status_code == 201


async def test_who_confirms_an_agent_has_every_share_of_theirs_in_hand(
    alice: Person, agent: Person, cast: Cast
) -> None:
    """What was shared for the former representative is over; nothing of it is shared anew."""
    former = (await agent.report())["id"]
    made = await share(agent, former, once=False)
    opening = await opened(cast, made["path"])
    successor = await cast.succeed(alice)
    await successor.bind()
    await successor.consent("credit-report", successor.subject_id)
    path = f"/v1/delegations/{agent.subject_id}/confirmation"
    body = {"subject_id": successor.subject_id}
    (await successor.send("PUT", path, json=body)).raise_for_status()
    for old in (made["path"], opening):
        check_problem(await cast.client.get(old), 410, "share_over")
    problem = check_problem(await asked(agent, former), 409, "not_shareable")
    assert "重新申请" in problem.detail
    new = (await agent.report())["id"]
    by_agent = await share(agent, new)
    assert [one["id"] for one in await listed(successor, new)] == [by_agent["id"]]
    revoked = await successor.send("DELETE", f"/v1/shares/{by_agent['id']}")
    assert revoked.status_code == 204
    check_problem(await cast.client.get(by_agent["path"]), 410, "share_over")


async def test_subject_and_sharer_are_told_of_the_first_opening_only(
    alice: Person, agent: Person, cast: Cast
) -> None:
    report = await agent.report()
    made = await share(agent, report["id"], once=False)
    for _ in range(2):
        await opened(cast, made["path"])
    for person in (alice, agent):
        items = (await person.get("/v1/notices")).json()["items"]
        told = [one for one in items if one["title"] == "分享的报告已被打开"]
        assert len(told) == 1
        assert told[0]["text"].endswith(f"打开人自称：{OPENER}")
        assert BANK in told[0]["text"]
        assert told[0]["link"] == f"/reports/{report['id']}"
    assert [one["openings"] for one in await listed(alice, report["id"])] == [2]
