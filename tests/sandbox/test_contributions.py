"""sandbox/contributions.py over HTTP."""

import uuid

import httpx

from tests.sandbox.support import Json, People, Signed

CONTRIBUTIONS = "/platform/v1/contributions"
SECTIONS = "/platform/v1/organisations/sections"


def contribution(people: People, **more: object) -> Json:
    record_id = str(uuid.uuid4())
    return {
        "request_id": f"{record_id}-{more.get('version', 1)}",
        "record_id": record_id,
        "version": 1,
        "uscc": people["many-penalties"]["uscc"],
        "section": "others",
        "values": {
            "title": "窃电",
            "content": "查1号",
            "source": "越秀供电局（样例）",
            "recorded_on": "2026-05-06",
        },
        "withdrawn": False,
        **more,
    }


def listed(signed: Signed, asked: Json) -> list[Json]:
    page = {"uscc": asked["uscc"], "section": "others", "page": 1, "page_size": 200}
    records: list[Json] = signed(SECTIONS, page).json()["records"]
    return [one for one in records if one["id"] == asked["record_id"]]


def again(asked: Json, version: int, **more: object) -> Json:
    request_id = f"{asked['record_id']}-{version}"
    return {**asked, "request_id": request_id, "version": version, **more}


def test_what_is_contributed_stands_in_its_list_once(
    signed: Signed, sandbox: httpx.Client, people: People
) -> None:
    asked = contribution(people)
    assert [signed(CONTRIBUTIONS, asked).json()["state"] for _ in range(2)] == ["listed"] * 2
    assert listed(signed, asked) == [{"id": asked["record_id"], **asked["values"]}]
    items = sandbox.get("/sandbox/contributions").json()["items"]
    assert [one["record_id"] for one in items].count(asked["record_id"]) == 1


def test_what_is_withdrawn_leaves_and_an_older_version_changes_nothing(
    signed: Signed, people: People
) -> None:
    asked = contribution(people)
    signed(CONTRIBUTIONS, again(asked, 2))
    answer = signed(CONTRIBUTIONS, again(asked, 5, withdrawn=True))
    assert (answer.json()["state"], listed(signed, asked)) == ("withdrawn", [])
    late = signed(CONTRIBUTIONS, again(asked, 3))
    assert (late.json()["state"], listed(signed, asked)) == ("superseded", [])


def test_a_request_id_of_another_contribution_is_refused(signed: Signed, people: People) -> None:
    asked = contribution(people)
    signed(CONTRIBUTIONS, asked)
    answer = signed(CONTRIBUTIONS, {**asked, "withdrawn": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "mismatch")


def test_values_are_those_of_the_list_and_it_is_of_one_subject(
    signed: Signed, people: People
) -> None:
    for wrong in ({"values": {"title": "窃电"}}, {"uscc": None}, {"name": "甲", "id_number": "1"}):
        answer = signed(CONTRIBUTIONS, contribution(people, **wrong))
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
