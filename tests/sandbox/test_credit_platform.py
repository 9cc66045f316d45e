"""sandbox/credit_platform.py over HTTP."""

import httpx
import pytest

from tests.sandbox.support import People, Signed

MATCH = "/platform/v1/registry/match"
SECTIONS = "/platform/v1/organisations/sections"
PERSON_SECTIONS = "/platform/v1/persons/sections"
UNKNOWN = "91350100M000100Y43"


def test_a_representative_matches(signed: Signed, people: People) -> None:
    alice = people["clean"]
    asked = {key: alice[key] for key in ("uscc", "name", "id_number")}
    assert signed(MATCH, asked).json() == {
        "matched": True,
        "enterprise": {
            "uscc": alice["uscc"],
            "name": alice["enterprise"],
            "kind": "enterprise",
            "status": "存续",
        },
    }


@pytest.mark.parametrize("change", ["name", "id_number"])
def test_anyone_else_does_not_match(signed: Signed, people: People, change: str) -> None:
    alice = people["clean"]
    asked = {key: alice[key] for key in ("uscc", "name", "id_number")}
    answer = signed(MATCH, {**asked, change: people["charlie"][change]})
    assert answer.status_code == 200
    assert answer.json()["matched"] is False


@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [
        ("individual-business", "individual_business", "存续"),
        ("struck-off", "enterprise", "注销"),
        ("revoked", "enterprise", "吊销"),
        ("government", "government", "存续"),
        ("hospital", "public_institution", "存续"),
        ("association", "social_organisation", "存续"),
    ],
)
def test_kind_and_status_are_told(
    signed: Signed, people: People, who: str, kind: str, status: str
) -> None:
    asked = {key: people[who][key] for key in ("uscc", "name", "id_number")}
    enterprise = signed(MATCH, asked).json()["enterprise"]
    assert (enterprise["kind"], enterprise["status"]) == (kind, status)


def test_an_unknown_enterprise_is_not_found(signed: Signed) -> None:
    match = signed(MATCH, {"uscc": UNKNOWN, "name": "查理安", "id_number": "-"})
    page = {"uscc": UNKNOWN, "section": "penalties", "page": 1, "page_size": 200}
    for answer in (match, signed(SECTIONS, page)):
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


def test_an_id_number_is_not_an_enterprise(signed: Signed, people: People) -> None:
    alice = {key: people["clean"][key] for key in ("name", "id_number")}
    assert signed(MATCH, {**alice, "uscc": alice["id_number"]}).status_code == 404


def test_two_thousand_penalties_come_in_pages_that_miss_and_repeat_none(
    signed: Signed, people: People
) -> None:
    asked = {"uscc": people["many-penalties"]["uscc"], "section": "penalties", "page_size": 200}
    pages = [signed(SECTIONS, {**asked, "page": page}).json() for page in range(1, 12)]
    assert {page["total"] for page in pages} == {2000}
    assert [len(page["records"]) for page in pages] == [200] * 10 + [0]
    assert len({record["id"] for page in pages for record in page["records"]}) == 2000
    assert pages[2].keys() == {"section", "page", "page_size", "total", "as_of", "records"}
    assert (pages[2]["section"], pages[2]["page"], pages[2]["page_size"]) == ("penalties", 3, 200)


def test_a_section_without_records_is_empty(signed: Signed, people: People) -> None:
    asked = {"uscc": people["new"]["uscc"], "section": "honours", "page": 1, "page_size": 50}
    answer = signed(SECTIONS, asked).json()
    assert (answer["total"], answer["records"]) == (0, [])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"page": 0}, "page"),
        ({"page_size": 201}, "page_size"),
        ({"page_size": 0}, "page_size"),
        ({"section": "secrets"}, "section"),
        ({"uscc": None}, "uscc"),
        ({"more": 1}, "more"),
    ],
)
def test_a_faulty_request_names_the_field(
    signed: Signed, change: dict[str, str | int | None], field: str
) -> None:
    asked = {"uscc": UNKNOWN, "section": "penalties", "page": 1, "page_size": 200}
    answer = signed(SECTIONS, {**asked, **change})
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


# People


def person(people: People, who: str, section: str) -> dict[str, object]:
    known = {key: people[who][key] for key in ("name", "id_number")}
    return {**known, "section": section, "page": 1, "page_size": 200}


def test_a_persons_records_are_told_by_name_and_number(signed: Signed, people: People) -> None:
    answer = signed(PERSON_SECTIONS, person(people, "resident-dishonest", "penalties")).json()
    assert (answer["section"], answer["total"]) == ("penalties", 2)
    assert answer["records"][0]["field"] == "culture-tourism"
    (known,) = signed(PERSON_SECTIONS, person(people, "permanent-resident", "identity")).json()[
        "records"
    ]
    assert known["id_kind"] == "外国人永久居留身份证"


def test_a_person_with_nothing_on_record_has_empty_sections(signed: Signed, people: People) -> None:
    answer = signed(PERSON_SECTIONS, person(people, "charlie", "penalties")).json()
    assert (answer["total"], answer["records"]) == (0, [])


@pytest.mark.parametrize("change", [{"name": "别人"}, {"id_number": "11010519491231002X"}])
def test_a_name_that_is_not_the_numbers_is_nobody(
    signed: Signed, people: People, change: dict[str, str]
) -> None:
    answer = signed(PERSON_SECTIONS, {**person(people, "charlie", "honours"), **change})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "11010519491231002X" not in answer.text


def test_a_person_has_no_registration(signed: Signed, people: People) -> None:
    answer = signed(PERSON_SECTIONS, person(people, "charlie", "registration"))
    assert [error["field"] for error in answer.json()["errors"]] == ["section"]


# Succession


def match(signed: Signed, people: People, who: str, *, uscc: str) -> bool:
    known = {key: people[who][key] for key in ("name", "id_number")}
    return bool(signed(MATCH, {"uscc": uscc, **known}).json()["matched"])


def registered(signed: Signed, uscc: str) -> dict[str, object]:
    asked = {"uscc": uscc, "section": "registration", "page": 1, "page_size": 1}
    (record,) = signed(SECTIONS, asked).json()["records"]
    return dict(record)


def test_a_representative_is_succeeded_after_some_matches(signed: Signed, people: People) -> None:
    uscc = people["succession"]["uscc"]
    assert not match(signed, people, "successor", uscc=uscc)
    assert [match(signed, people, "succession", uscc=uscc) for _ in range(3)] == [True, True, False]
    assert match(signed, people, "successor", uscc=uscc)
    assert registered(signed, uscc)["legal_representative"] == people["successor"]["name"]


def test_the_control_registers_another_representative_or_status(
    sandbox: httpx.Client, signed: Signed, people: People
) -> None:
    uscc = people["new"]["uscc"]
    path = f"/sandbox/enterprises/{uscc}"
    assert sandbox.put(path, json={"representative": "charlie"}).status_code == 200
    assert match(signed, people, "charlie", uscc=uscc)
    assert not match(signed, people, "new", uscc=uscc)
    sandbox.put(path, json={"representative": "new", "status": "注销"}).raise_for_status()
    assert match(signed, people, "new", uscc=uscc)
    record = registered(signed, uscc)
    assert (record["status"], record["labels"]) == ("注销", ["注销"])
    sandbox.put(path, json={"status": "存续"}).raise_for_status()
    assert registered(signed, uscc)["labels"] == ["存续"]


def test_nobody_and_nothing_cannot_be_registered(sandbox: httpx.Client, people: People) -> None:
    nobody = sandbox.put(
        f"/sandbox/enterprises/{people['new']['uscc']}", json={"representative": "nobody"}
    )
    nothing = sandbox.put(f"/sandbox/enterprises/{UNKNOWN}", json={"status": "注销"})
    assert (nobody.status_code, nothing.status_code) == (404, 404)
