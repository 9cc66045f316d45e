"""An address is itself the permission to fetch one paper, and dies with the right behind it."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from server.wiring import Installation
from tests.cast import Person
from tests.conftest import Clock
from tests.problems import check_problem

Ending = Callable[[Person, dict[str, Any]], Awaitable[httpx.Response]]


async def address(person: Person, report: dict[str, Any]) -> dict[str, Any]:
    answer = await person.post(f"/v1/credit-reports/{report['id']}/file-addresses")
    assert answer.status_code == 201
    given: dict[str, Any] = answer.json()
    return given


async def fetch(person: Person, url: str) -> httpx.Response:
    """As a phone's viewer does: with the address and nothing else."""
    return await person.cast.client.get(url)


async def test_an_address_gives_the_paper_to_who_has_only_the_address(
    alice: Person, api: str
) -> None:
    report = await alice.report()
    given = await address(alice, report)
    assert given["url"].startswith(f"{api}/f/")
    assert len(given["url"].rpartition("/")[2]) == 22
    answer = await fetch(alice, given["url"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"{report['number']}.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")


async def test_every_address_gives_the_very_same_bytes(
    alice: Person, installation: Installation
) -> None:
    report = await alice.report()
    urls = [(await address(alice, report))["url"] for _ in range(2)]
    assert urls[0] != urls[1]
    papers = {(await fetch(alice, url)).content for url in urls}
    assert len(papers) == 1
    row = await installation.database["credit_reports"].find_one({"_id": report["id"]})
    assert row
    assert row["issue"]["file_sha256"] == hashlib.sha256(papers.pop()).hexdigest()


async def test_an_address_is_dead_after_ten_minutes(alice: Person, clock: Clock) -> None:
    given = await address(alice, await alice.report())
    left = datetime.fromisoformat(given["expires_at"]) - clock()
    assert timedelta(minutes=9, seconds=50) < left <= timedelta(minutes=10)
    clock.ahead = timedelta(minutes=9, seconds=30)
    assert (await fetch(alice, given["url"])).status_code == 200
    clock.ahead = timedelta(minutes=10, seconds=1)
    check_problem(await fetch(alice, given["url"]), 404, "not_found")


async def sign_out(person: Person, _: dict[str, Any]) -> httpx.Response:
    return await person.send("DELETE", "/v1/sessions/current")


async def sign_out_everywhere(person: Person, _: dict[str, Any]) -> httpx.Response:
    return await person.send("DELETE", "/v1/sessions")


async def withdraw_consent(person: Person, _: dict[str, Any]) -> httpx.Response:
    items = (await person.get("/v1/consents")).json()["items"]
    consent = next(one for one in items if one["agreement"] == "credit-report")
    return await person.send("DELETE", f"/v1/consents/{consent['id']}")


async def unbind(person: Person, _: dict[str, Any]) -> httpx.Response:
    return await person.send("DELETE", f"/v1/subjects/{person.subject_id}")


async def revoke(person: Person, report: dict[str, Any]) -> httpx.Response:
    path = f"/v1/credit-reports/{report['id']}"
    tag = (await person.get(path)).headers["ETag"]
    return await person.send(
        "PUT", f"{path}/revocation", json={"reason": "不再需要"}, headers={"If-Match": tag}
    )


@pytest.mark.parametrize("end", [sign_out, sign_out_everywhere, withdraw_consent, unbind, revoke])
async def test_an_address_dies_with_the_right_behind_it(alice: Person, end: Ending) -> None:
    report = await alice.report()
    url = (await address(alice, report))["url"]
    assert (await fetch(alice, url)).status_code == 200
    assert (await end(alice, report)).status_code in {200, 204}
    check_problem(await fetch(alice, url), 404, "not_found")


async def test_an_address_outlives_the_sign_out_of_another_device(alice: Person) -> None:
    url = (await address(alice, await alice.report()))["url"]
    device = Person(alice.cast, alice.persona)
    await device.sign_in()
    await sign_out(device, {})
    assert (await fetch(alice, url)).status_code == 200


async def test_a_revoked_paper_gets_no_new_address(alice: Person) -> None:
    report = await alice.report()
    await revoke(alice, report)
    answer = await alice.post(f"/v1/credit-reports/{report['id']}/file-addresses")
    check_problem(answer, 409, "not_issued")


async def test_what_is_not_issued_yet_has_neither_content_nor_paper(alice: Person) -> None:
    report = await alice.request()
    path = f"/v1/credit-reports/{report['id']}"
    check_problem(await alice.get(f"{path}/content"), 409, "not_issued")
    check_problem(await alice.post(f"{path}/file-addresses"), 409, "not_issued")


@pytest.mark.parametrize("secret", ["A" * 22, "x", "A" * 64])
async def test_an_address_cannot_be_guessed(alice: Person, secret: str) -> None:
    check_problem(await fetch(alice, f"/f/{secret}"), 404, "not_found")


async def test_the_database_does_not_know_the_addresses(
    alice: Person, installation: Installation
) -> None:
    secret = (await address(alice, await alice.report()))["url"].rpartition("/")[2]
    rows = await installation.database["file_addresses"].find().to_list(None)
    assert rows
    assert secret not in repr(rows)
