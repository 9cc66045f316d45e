"""Consents: to the exact text shown, and taken back as easily as given."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from domain.credit_reports.service import AGREEMENT
from server.wiring import Installation
from tests.cast import Person
from tests.handlers.conftest import Stored
from tests.problems import check_problem

NewText = Callable[[str], str]


@pytest.fixture
def new_text(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> NewText:
    """Puts another text of an agreement in force, as an upgrade does; its hash."""

    def put(name: str) -> str:
        agreements = installation.house.consents._agreements
        text = agreements[name].text + "\n\n新增一条。"
        text_hash = hashlib.sha256(text.encode()).hexdigest()
        newer = replace(agreements[name], text=text, text_hash=text_hash, version="2027-01")
        monkeypatch.setitem(agreements, name, newer)
        if name == AGREEMENT:
            monkeypatch.setattr(installation.house.reading, "_authorisation", newer)
        return text_hash

    return put


async def text_of(person: Person, name: str) -> dict[str, Any]:
    items = (await person.get("/v1/agreements")).json()["items"]
    return next(item for item in items if item["name"] == name)


async def give(
    person: Person, agreement: str, text_hash: str, subject_id: str | None = None
) -> httpx.Response:
    body = {"agreement": agreement, "text_hash": text_hash, "subject_id": subject_id}
    return await person.post("/v1/consents", body)


async def consents(person: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await person.get("/v1/consents")).json()["items"]
    return items


async def withdraw(person: Person, consent_id: str) -> httpx.Response:
    return await person.send("DELETE", f"/v1/consents/{consent_id}")


async def standing(person: Person, agreement: str) -> dict[str, Any]:
    [one] = [
        one
        for one in await consents(person)
        if one["agreement"] == agreement and one["withdrawn_at"] is None
    ]
    return one


async def test_the_hash_is_of_exactly_the_text_shown(newcomer: Person) -> None:
    newcomer.tokens = {}
    for item in (await newcomer.get("/v1/agreements")).json()["items"]:
        assert hashlib.sha256(item["text"].encode()).hexdigest() == item["text_hash"]


async def test_a_consent_names_the_text_it_was_given_to(newcomer: Person) -> None:
    text = await text_of(newcomer, "privacy")
    answer = await give(newcomer, "privacy", text["text_hash"])
    assert answer.status_code == 201
    consent = answer.json()
    assert [consent] == await consents(newcomer)
    assert {name: consent[name] for name in ("agreement", "title", "version", "text_hash")} == {
        "agreement": "privacy",
        "title": text["title"],
        "version": text["version"],
        "text_hash": text["text_hash"],
    }
    assert consent["withdrawn_at"] is None


async def test_consent_to_a_text_that_is_not_in_force_is_refused(
    newcomer: Person, stored: Stored
) -> None:
    before = await stored()
    answer = await give(newcomer, "privacy", "0" * 64)
    check_problem(answer, 409, "agreement_changed")
    assert await stored() == before


async def test_the_same_consent_again_is_the_same(newcomer: Person) -> None:
    text = await text_of(newcomer, "privacy")
    answers = await asyncio.gather(
        *(give(newcomer, "privacy", text["text_hash"]) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await consents(newcomer)) == 1


async def test_a_changed_text_asks_for_consent_anew(alice: Person, new_text: NewText) -> None:
    report = await alice.report()
    content = f"/v1/credit-reports/{report['id']}/content"
    old = await standing(alice, "credit-report")
    text_hash = new_text("credit-report")
    check_problem(await alice.get(content), 403, "consent_required")
    answer = await give(alice, "credit-report", old["text_hash"], alice.subject_id)
    check_problem(answer, 409, "agreement_changed")
    answer = await give(alice, "credit-report", text_hash, alice.subject_id)
    assert answer.status_code == 201
    assert (await alice.get(content)).status_code == 200
    assert (await standing(alice, "credit-report"))["version"] == "2027-01"
    [former] = [one for one in await consents(alice) if one["id"] == old["id"]]
    assert former["withdrawn_at"]
    assert former["text_hash"] == old["text_hash"]


async def test_withdrawal_stops_reading_at_the_next_request_and_giving_again_allows_it(
    alice: Person,
) -> None:
    report = await alice.report()
    path = f"/v1/credit-reports/{report['id']}"
    consent = await standing(alice, "credit-report")
    assert (await alice.get(f"{path}/content")).status_code == 200
    assert (await withdraw(alice, consent["id"])).status_code == 204
    check_problem(await alice.get(f"{path}/content"), 403, "consent_required")
    check_problem(await alice.post(f"{path}/file-addresses"), 403, "consent_required")
    body = {"subject_id": alice.subject_id, "purpose": "bidding"}
    check_problem(await alice.post("/v1/credit-reports", body), 403, "consent_required")
    assert (await alice.get(path)).json()["state"] == "ready"
    await alice.consent("credit-report", alice.subject_id)
    assert (await alice.get(f"{path}/content")).status_code == 200


async def test_a_look_names_the_consent_it_rests_on(
    alice: Person, installation: Installation
) -> None:
    report = await alice.report()
    consent = await standing(alice, "credit-report")
    await withdraw(alice, consent["id"])
    again = await alice.consent("credit-report", alice.subject_id)
    await alice.content(report["id"])
    look = await installation.database["looks"].find_one({"report_id": report["id"]})
    assert look
    assert look["authority"] == again != consent["id"]


async def test_withdrawing_again_changes_nothing(newcomer: Person, stored: Stored) -> None:
    consent_id = await newcomer.consent("privacy")
    await withdraw(newcomer, consent_id)
    before = await stored()
    first = await consents(newcomer)
    assert (await withdraw(newcomer, consent_id)).status_code == 204
    assert await stored() == before
    assert await consents(newcomer) == first


async def test_nobody_withdraws_anothers_consent(newcomer: Person, charlie: Person) -> None:
    consent = await standing(charlie, "identity")
    check_problem(await withdraw(newcomer, consent["id"]), 404, "not_found")
    assert await standing(charlie, "identity") == consent


@pytest.mark.parametrize(
    ("agreement", "for_subject", "pointer"),
    [
        ("credit-report", False, "/subject_id"),
        ("privacy", True, "/subject_id"),
        ("lottery", False, "/agreement"),
    ],
)
async def test_a_text_is_agreed_to_for_whom_it_is_about(
    alice: Person, stored: Stored, agreement: str, for_subject: bool, pointer: str
) -> None:
    before = await stored()
    answer = await give(alice, agreement, "0" * 64, alice.subject_id if for_subject else None)
    problem = check_problem(answer, 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == [pointer]
    assert await stored() == before


async def test_nobody_consents_for_anothers_enterprise(
    charlie: Person, alice: Person, stored: Stored
) -> None:
    text = await text_of(charlie, "credit-report")
    before = await stored()
    answer = await give(charlie, "credit-report", text["text_hash"], alice.subject_id)
    check_problem(answer, 404, "not_found")
    assert await stored() == before


async def test_consents_are_listed_page_by_page_newest_first(newcomer: Person) -> None:
    given = []
    for name in ("privacy", "identity", "privacy"):
        if name in {one["agreement"] for one in await consents(newcomer)}:
            await withdraw(newcomer, (await standing(newcomer, name))["id"])
        given.append(await newcomer.consent(name))
    first = (await newcomer.get("/v1/consents?limit=2")).json()
    second = (await newcomer.get(f"/v1/consents?limit=2&cursor={first['next']}")).json()
    assert [one["id"] for one in [*first["items"], *second["items"]]] == given[::-1]
    assert second["next"] is None


async def test_a_cursor_is_its_askers_alone(newcomer: Person, charlie: Person) -> None:
    for name in ("privacy", "identity"):
        await newcomer.consent(name)
    cursor = (await newcomer.get("/v1/consents?limit=1")).json()["next"]
    answer = await charlie.get(f"/v1/consents?limit=1&cursor={cursor}")
    problem = check_problem(answer, 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/query/cursor"]


async def test_an_old_consent_still_shows_its_old_text(newcomer: Person, new_text: NewText) -> None:
    shown = await text_of(newcomer, "privacy")
    await newcomer.consent("privacy")
    newer = new_text("privacy")
    await give(newcomer, "privacy", newer)
    now, before = await consents(newcomer)
    old = (await newcomer.get(before["text_path"])).json()
    assert (old["text"], old["text_hash"]) == (shown["text"], before["text_hash"])
    current = (await newcomer.get(now["text_path"])).json()
    assert (current["text_hash"], current["version"]) == (newer, "2027-01")
    assert hashlib.sha256(current["text"].encode()).hexdigest() == newer


async def test_the_texts_in_force_are_kept_from_the_start_on(
    newcomer: Person, installation: Installation
) -> None:
    for text in installation.house.consents.agreements():
        kept = (await newcomer.get(f"/v1/agreements/{text.text_hash}")).json()
        assert (kept["name"], kept["text"]) == (text.name, text.text)


async def test_a_refused_consent_keeps_no_text(newcomer: Person, stored: Stored) -> None:
    before = await stored()
    await give(newcomer, "privacy", "0" * 64)
    assert await stored() == before
    check_problem(await newcomer.get(f"/v1/agreements/{'0' * 64}"), 404, "not_found")
