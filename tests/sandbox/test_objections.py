"""sandbox/objections.py over HTTP."""

import uuid

import httpx
import pytest

from tests.sandbox.support import Json, People, Signed

OBJECTIONS = "/platform/v1/objections"
QUERY = "/platform/v1/objections/query"
SECTIONS = "/platform/v1/organisations/sections"
PERSONS = "/platform/v1/persons/sections"


def objection(people: People, who: str = "many-penalties", **more: object) -> Json:
    uscc = people[who]["uscc"]
    return {
        "request_id": str(uuid.uuid4()),
        "uscc": uscc,
        "section": "penalties",
        "record_id": f"{uscc}-penalties-1",
        "reason": "当事人并非本企业。",
        **more,
    }


def page(person: Json) -> Json:
    whose = {key: person[key] for key in ("name", "id_number")}
    return {**whose, "section": "honours", "page": 1, "page_size": 200}


def rule(sandbox: httpx.Client, number: str, **ruling: str) -> httpx.Response:
    return sandbox.put(f"/sandbox/objections/{number}", json=ruling)


def test_an_objection_is_taken_once_however_often_it_is_handed_in(
    signed: Signed, sandbox: httpx.Client, people: People
) -> None:
    asked = objection(people)
    first, again = signed(OBJECTIONS, asked).json(), signed(OBJECTIONS, asked).json()
    assert first == again
    assert first["state"] == "received"
    listed = sandbox.get("/sandbox/objections").json()["items"]
    assert [one["number"] for one in listed if one["request_id"] == asked["request_id"]] == [
        first["number"]
    ]


def test_a_request_id_of_another_objection_is_refused(signed: Signed, people: People) -> None:
    asked = objection(people)
    signed(OBJECTIONS, asked)
    answer = signed(OBJECTIONS, {**asked, "reason": "金额有误。"})
    assert (answer.status_code, answer.json()["code"]) == (409, "mismatch")


@pytest.mark.parametrize("change", [{"record_id": "none"}, {"uscc": "91350100M000100Y43"}])
def test_a_record_that_is_not_the_subjects_is_not_found(
    signed: Signed, people: People, change: Json
) -> None:
    answer = signed(OBJECTIONS, objection(people, **change))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "change", [{"uscc": None}, {"name": "林晓芸", "id_number": "-"}, {"section": "x"}]
)
def test_an_objection_is_about_one_subject_and_section(
    signed: Signed, people: People, change: Json
) -> None:
    assert signed(OBJECTIONS, objection(people, **change)).status_code == 400


def test_an_objection_moves_on_as_the_control_says_until_it_is_decided(
    signed: Signed, sandbox: httpx.Client, people: People
) -> None:
    number = signed(OBJECTIONS, objection(people)).json()["number"]
    assert signed(QUERY, {"number": number}).json() == {
        "state": "received",
        "opinion": "",
        "decided_at": None,
    }
    for state in ("checking", "extended"):
        assert rule(sandbox, number, state=state).status_code == 200
        assert signed(QUERY, {"number": number}).json()["state"] == state
    rule(sandbox, number, state="rejected", opinion="经核查，信息无误。")
    decided = signed(QUERY, {"number": number}).json()
    assert (decided["state"], decided["opinion"]) == ("rejected", "经核查，信息无误。")
    assert decided["decided_at"].endswith("Z")
    assert rule(sandbox, number, state="upheld").status_code == 409


def test_a_record_whose_objection_is_upheld_is_gone(
    signed: Signed, sandbox: httpx.Client, people: People
) -> None:
    asked = objection(people, "penalty-ended")
    number = signed(OBJECTIONS, asked).json()["number"]
    rule(sandbox, number, state="upheld", opinion="已删除。")
    whole = {"uscc": asked["uscc"], "section": "penalties", "page": 1, "page_size": 200}
    assert signed(SECTIONS, whole).json()["total"] == 0


def test_an_unknown_number_is_not_found(signed: Signed, sandbox: httpx.Client) -> None:
    assert signed(QUERY, {"number": "YY0"}).status_code == 404
    assert rule(sandbox, "YY0", state="checking").status_code == 404


def test_a_person_objects_to_a_record_of_their_own(
    signed: Signed, sandbox: httpx.Client, people: People
) -> None:
    someone = people["hong-kong-resident"]
    whose = {key: someone[key] for key in ("name", "id_number")}
    (record,) = signed(PERSONS, page(someone)).json()["records"]
    asked = objection(people, uscc=None, **whose, section="honours", record_id=record["id"])
    assert signed(OBJECTIONS, {**asked, "name": "查理"}).status_code == 404
    number = signed(OBJECTIONS, asked).json()["number"]
    rule(sandbox, number, state="upheld")
    assert signed(PERSONS, page(someone)).json()["total"] == 0
