"""A credit report from the request to the end of its life."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.problems import check_problem

SHANGHAI = ZoneInfo("Asia/Shanghai")


async def ask(
    person: Person, purpose: str = "electricity", *, subject_id: str = ""
) -> httpx.Response:
    body = {"subject_id": subject_id or person.subject_id, "purpose": purpose}
    return await person.post("/v1/credit-reports", body)


async def status(person: Person, report: dict[str, Any]) -> dict[str, Any]:
    answer = await person.get(f"/v1/credit-reports/{report['id']}")
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def tag(person: Person, report: dict[str, Any]) -> str:
    return (await person.get(f"/v1/credit-reports/{report['id']}")).headers["ETag"]


async def revoke(person: Person, report: dict[str, Any], match: str) -> httpx.Response:
    path = f"/v1/credit-reports/{report['id']}/revocation"
    return await person.send(
        "PUT", path, json={"reason": "填错了用途"}, headers={"If-Match": match}
    )


async def later(person: Person, clock: Clock, **span: float) -> None:
    """Some time after, the person signs in anew."""
    clock.ahead = timedelta(**span)
    await person.sign_in()


# -- requesting ----------------------------------------------------------------------------


async def test_a_request_is_accepted_at_once_with_a_number(alice: Person) -> None:
    answer = await ask(alice)
    assert answer.status_code == 202
    report = answer.json()
    assert (report["state"], report["state_text"]) == ("queued", "已受理，正在排队。")
    assert (report["subject_id"], report["purpose_label"]) == (alice.subject_id, "办理用电")
    assert report["subject_name"] == alice.persona["enterprise"]["name"]
    for name in ("ready_at", "expires_at", "pages", "superseded_by"):
        assert report[name] is None
    assert await status(alice, report) == report


async def test_a_number_begins_with_the_time_in_shanghai(alice: Person) -> None:
    report = (await ask(alice)).json()
    assert re.fullmatch(r"[0-9]{14}[0-9A-Z]{8}", report["number"])
    at = datetime.fromisoformat(report["requested_at"]).astimezone(SHANGHAI)
    assert report["number"].startswith(f"{at:%Y%m%d%H%M%S}")


async def test_a_report_that_is_made_says_what_it_is(alice: Person) -> None:
    report = await alice.report()
    requested = datetime.fromisoformat(report["requested_at"])
    assert datetime.fromisoformat(report["ready_at"]) >= requested
    assert datetime.fromisoformat(report["expires_at"]) == requested + timedelta(days=30)
    assert report["pages"] >= 1
    assert re.fullmatch(r"已出具，有效期至\d{4}年\d{1,2}月\d{1,2}日。", report["state_text"])


async def test_an_identical_request_gives_the_same_report(alice: Person) -> None:
    report = (await ask(alice)).json()
    for _ in range(2):
        again = await ask(alice)
        assert again.status_code == 200
        assert again.json()["id"] == report["id"]
        await alice.report()


async def test_identical_requests_at_once_give_one_report(
    alice: Person, installation: Installation
) -> None:
    answers = await asyncio.gather(*(ask(alice) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 202]
    [report_id] = {answer.json()["id"] for answer in answers}
    outbox = installation.database["outbox"]
    assert await outbox.count_documents({"object_id": report_id}) == 1


async def test_another_purpose_is_another_report(alice: Person) -> None:
    first, second = await ask(alice, "electricity"), await ask(alice, "bank-loan")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] != second.json()["id"]


async def test_another_enterprise_is_another_report(cast: Cast, alice: Person) -> None:
    bob = await cast.owner()
    first, second = await ask(alice), await ask(bob)
    assert first.json()["id"] != second.json()["id"]


async def test_after_an_hour_a_new_report_takes_the_place_of_the_old(
    alice: Person, clock: Clock
) -> None:
    old = await alice.report()
    await later(alice, clock, minutes=59)
    assert (await ask(alice)).json()["id"] == old["id"]
    await later(alice, clock, minutes=61)
    answer = await ask(alice)
    assert answer.status_code == 202
    assert (await status(alice, old))["state"] == "ready"
    new = await alice.report()
    assert new["id"] == answer.json()["id"] != old["id"]
    replaced = await status(alice, old)
    assert (replaced["state"], replaced["superseded_by"]) == ("superseded", new["id"])
    assert await alice.content(old["id"])


async def test_a_report_for_another_purpose_takes_nobodys_place(
    alice: Person, clock: Clock
) -> None:
    old = await alice.report("electricity")
    await later(alice, clock, hours=2)
    await alice.report("bank-loan")
    assert (await status(alice, old))["state"] == "ready"


@pytest.mark.parametrize("purpose", ["gambling", "", "x" * 10_000, None, 7, ["electricity"]])
async def test_an_unknown_purpose_is_refused_and_nothing_is_stored(
    alice: Person, stored: Stored, purpose: Any
) -> None:
    before = await stored()
    problem = check_problem(await ask(alice, purpose), 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/purpose"]
    assert await stored() == before


async def test_nobody_asks_for_anothers_enterprise(
    charlie: Person, alice: Person, stored: Stored
) -> None:
    before = await stored()
    answer = await ask(charlie, subject_id=alice.subject_id)
    check_problem(answer, 404, "not_found")
    assert await stored() == before


# -- the list ------------------------------------------------------------------------------


async def test_reports_are_listed_newest_first_and_page_by_page(alice: Person) -> None:
    asked = [
        (await ask(alice, purpose)).json()["id"]
        for purpose in ("electricity", "bank-loan", "bidding")
    ]
    first = (await alice.get("/v1/credit-reports?limit=2")).json()
    await ask(alice, "cooperation")
    second = (await alice.get(f"/v1/credit-reports?limit=2&cursor={first['next']}")).json()
    assert [one["id"] for one in first["items"] + second["items"]] == asked[::-1]
    assert second["next"] is None


async def test_a_list_can_be_of_one_subject(alice: Person) -> None:
    mine = (await ask(alice)).json()
    own = (await alice.get("/v1/me")).json()["id"]
    for subject_id, ids in ((alice.subject_id, [mine["id"]]), (own, [])):
        page = (await alice.get(f"/v1/credit-reports?subject_id={subject_id}")).json()
        assert [one["id"] for one in page["items"]] == ids
    check_problem(await alice.get(f"/v1/credit-reports?subject_id={mine['id']}"), 404, "not_found")


async def test_a_cursor_of_one_list_does_not_open_another(alice: Person) -> None:
    await ask(alice, "electricity")
    await ask(alice, "bank-loan")
    cursor = (await alice.get("/v1/credit-reports?limit=1")).json()["next"]
    path = f"/v1/credit-reports?limit=1&subject_id={alice.subject_id}&cursor={cursor}"
    check_problem(await alice.get(path), 422, "invalid")


# -- the end -------------------------------------------------------------------------------


async def test_a_report_expires_by_the_clock(alice: Person, clock: Clock) -> None:
    report = await alice.report()
    before = await tag(alice, report)
    await later(alice, clock, days=29, hours=23)
    assert (await status(alice, report))["state"] == "ready"
    await later(alice, clock, days=30, minutes=1)
    over = await status(alice, report)
    assert over["state"] == "expired"
    assert "过期" in over["state_text"]
    assert await tag(alice, report) != before
    assert (await alice.content(report["id"]))["number"] == report["number"]


async def test_a_report_is_taken_back_by_who_has_read_it(alice: Person) -> None:
    report = await alice.report()
    match = await tag(alice, report)
    answer = await revoke(alice, report, match)
    assert answer.status_code == 200
    assert answer.json()["state"] == "revoked"
    assert answer.headers["ETag"] == await tag(alice, report) != match
    assert (await status(alice, report))["state"] == "revoked"
    assert (await ask(alice)).status_code == 202


async def test_who_is_late_is_told_who_changed_it(alice: Person) -> None:
    report = await alice.report()
    match = await tag(alice, report)
    await revoke(alice, report, match)
    problem = check_problem(await revoke(alice, report, match), 412, "stale")
    assert "您本人" in problem.detail


async def test_of_two_revocations_at_once_one_is_stale(alice: Person) -> None:
    report = await alice.report()
    match = await tag(alice, report)
    answers = await asyncio.gather(*(revoke(alice, report, match) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_what_is_not_issued_or_is_revoked_already_cannot_be_revoked(alice: Person) -> None:
    queued = (await ask(alice, "bidding")).json()
    answer = await revoke(alice, queued, await tag(alice, queued))
    check_problem(answer, 409, "not_issued")
    report = await alice.report()
    await revoke(alice, report, await tag(alice, report))
    answer = await revoke(alice, report, await tag(alice, report))
    check_problem(answer, 409, "not_issued")


async def test_a_revocation_is_audited_with_codes_alone(
    alice: Person, installation: Installation
) -> None:
    report = await alice.report()
    await revoke(alice, report, await tag(alice, report))
    events = installation.database["audit_events"]
    rows = await events.find({"object_id": report["id"]}).sort("at", 1).to_list(10)
    assert {row["action"].split(".")[1] for row in rows} == {
        *("requested", "fetching", "issued", "revoked")
    }
    assert rows[-1]["actor"] == (await alice.get("/v1/me")).json()["id"]
    assert "填错了用途" not in repr(rows)
    assert alice.persona["enterprise"]["name"] not in repr(rows)


async def test_a_revocation_says_why(alice: Person) -> None:
    report = await alice.report()
    path = f"/v1/credit-reports/{report['id']}/revocation"
    headers = {"If-Match": await tag(alice, report)}
    for reason in ("", "长" * 201, None):
        answer = await alice.send("PUT", path, json={"reason": reason}, headers=headers)
        problem = check_problem(answer, 422, "invalid")
        assert [fault.pointer for fault in problem.errors] == ["/reason"]
    assert (await status(alice, report))["state"] == "ready"
