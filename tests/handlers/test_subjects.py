"""For whom a person acts: what the registry says, and nobody else."""

import asyncio
from typing import Any

import httpx
import pytest

from server.wiring import Installation
from tests.cast import Cast, Person, new_uscc
from tests.handlers.conftest import Stored
from tests.outage import Outage
from tests.problems import check_problem


async def bind(person: Person, uscc: str) -> httpx.Response:
    return await person.post("/v1/subjects", {"uscc": uscc})


async def subjects(person: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await person.get("/v1/subjects")).json()["items"]
    return items


async def founder(cast: Cast, **enterprise: object) -> Person:
    """Verified, registered as the representative of an enterprise that is not bound yet."""
    person = await cast.newcomer(
        enterprise={"uscc": new_uscc(), "name": "广州样例商贸有限公司", **enterprise}
    )
    await person.verify()
    return person


async def test_everybody_acts_for_themself(newcomer: Person) -> None:
    [own] = await subjects(newcomer)
    me = (await newcomer.get("/v1/me")).json()
    assert own == {
        "id": me["id"],
        "kind": "self",
        "name": "本人（未实名认证）",
        "uscc": None,
        "role": "self",
        "principal_id": me["id"],
        "scope": [],
        "ends_on": None,
        "suspended": False,
    }


async def test_a_natural_persons_name_is_masked(charlie: Person) -> None:
    [own] = await subjects(charlie)
    assert own["name"] == "林**"


async def test_a_legal_representative_acts_for_their_enterprise(cast: Cast) -> None:
    person = await founder(cast)
    uscc = person.persona["enterprise"]["uscc"]
    answer = await bind(person, uscc)
    assert answer.status_code == 201
    subject = answer.json()
    assert (subject["kind"], subject["role"]) == ("enterprise", "legal_representative")
    assert (subject["name"], subject["uscc"]) == ("广州样例商贸有限公司", uscc)
    assert [one["id"] for one in await subjects(person)][1:] == [subject["id"]]


@pytest.mark.parametrize("typed", ["{} ", " {}", "{}\t"])
async def test_a_code_typed_in_lower_case_or_with_blanks_is_understood(
    cast: Cast, typed: str
) -> None:
    person = await founder(cast)
    uscc = person.persona["enterprise"]["uscc"]
    answer = await bind(person, typed.format(uscc.lower()))
    assert answer.status_code == 201
    assert answer.json()["uscc"] == uscc


async def test_an_enterprise_of_somebody_else_is_refused(
    charlie: Person, alice: Person, stored: Stored
) -> None:
    before = await stored()
    answer = await bind(charlie, alice.persona["enterprise"]["uscc"])
    check_problem(answer, 403, "not_representative")
    assert await stored() == before
    assert len(await subjects(charlie)) == 1


async def test_an_enterprise_that_nobody_registered_is_refused_alike(
    charlie: Person, alice: Person
) -> None:
    """Nobody learns by trying codes which enterprises there are."""
    unknown = await bind(charlie, new_uscc())
    others = await bind(charlie, alice.persona["enterprise"]["uscc"])
    first, second = unknown.json(), others.json()
    assert {**first, "trace_id": ""} == {**second, "trace_id": ""}


async def test_who_is_not_verified_acts_for_nobody_else(cast: Cast, stored: Stored) -> None:
    person = await cast.newcomer(sections={})
    before = await stored()
    answer = await bind(person, person.persona["enterprise"]["uscc"])
    check_problem(answer, 403, "not_verified")
    assert await stored() == before


@pytest.mark.parametrize("status", ["注销", "吊销"])
async def test_an_enterprise_struck_off_has_nobody_who_acts_for_it(
    cast: Cast, stored: Stored, status: str
) -> None:
    person = await founder(cast, status=status)
    before = await stored()
    answer = await bind(person, person.persona["enterprise"]["uscc"])
    problem = check_problem(answer, 409, "not_in_business")
    assert status in problem.detail
    assert await stored() == before


async def test_an_enterprise_is_bound_once(cast: Cast) -> None:
    person = await founder(cast)
    uscc = person.persona["enterprise"]["uscc"]
    answers = await asyncio.gather(*(bind(person, uscc) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await subjects(person)) == 2


async def test_there_is_an_end_to_how_many_one_may_act_for(
    cast: Cast, installation: Installation, monkeypatch: pytest.MonkeyPatch, stored: Stored
) -> None:
    monkeypatch.setattr(installation.house.subjects, "_most", 0)
    person = await founder(cast)
    before = await stored()
    answer = await bind(person, person.persona["enterprise"]["uscc"])
    problem = check_problem(answer, 409, "conflict")
    assert "最多" in problem.detail
    assert await stored() == before


async def test_unbinding_holds_at_the_next_request(alice: Person) -> None:
    report = await alice.report()
    content = f"/v1/credit-reports/{report['id']}/content"
    assert (await alice.get(content)).status_code == 200
    answer = await alice.send("DELETE", f"/v1/subjects/{alice.subject_id}")
    assert answer.status_code == 204
    assert len(await subjects(alice)) == 1
    check_problem(await alice.get(content), 404, "not_found")
    body = {"subject_id": alice.subject_id, "purpose": "bidding"}
    check_problem(await alice.post("/v1/credit-reports", body), 404, "not_found")


async def test_unbinding_again_changes_nothing(alice: Person, stored: Stored) -> None:
    path = f"/v1/subjects/{alice.subject_id}"
    await alice.send("DELETE", path)
    before = await stored()
    assert (await alice.send("DELETE", path)).status_code == 204
    assert await stored() == before


async def test_an_enterprise_bound_again_is_another_binding(alice: Person) -> None:
    """Consent was given for the old one; it has to be given again."""
    before = alice.subject_id
    await alice.send("DELETE", f"/v1/subjects/{before}")
    await alice.bind()
    assert alice.subject_id != before
    body = {"subject_id": alice.subject_id, "purpose": "bidding"}
    check_problem(await alice.post("/v1/credit-reports", body), 403, "consent_required")


async def test_nobody_parts_from_themself(charlie: Person) -> None:
    [own] = await subjects(charlie)
    answer = await charlie.send("DELETE", f"/v1/subjects/{own['id']}")
    check_problem(answer, 404, "not_found")


async def test_when_the_registry_is_out_binding_says_so_and_stores_nothing(
    cast: Cast, outage: Outage, stored: Stored
) -> None:
    person = await founder(cast)
    uscc = person.persona["enterprise"]["uscc"]
    before = await stored()
    await outage.begin("platform", kind="error")
    answer = await bind(person, uscc)
    check_problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert await stored() == before
    await outage.end()
    assert (await bind(person, uscc)).status_code == 201


@pytest.mark.parametrize(
    "uscc",
    ["91350100M000100Y4", "91350100M000100Y44", "91350100I000100Y43", "", "9" * 10_000, None, 7],
    ids=["17 characters", "check digit", "letter I", "empty", "endless", "null", "number"],
)
async def test_a_malformed_code_never_reaches_the_registry(
    charlie: Person, stored: Stored, uscc: object
) -> None:
    before = await stored()
    problem = check_problem(await charlie.post("/v1/subjects", {"uscc": uscc}), 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/uscc"]
    assert await stored() == before
