"""sandbox/faults.py: each way to fail, counted and narrowed, over HTTP."""

import time

import httpx
import pytest

from tests.sandbox.support import Json, People, PutFault, Signed

TOKEN = "/wechat/cgi-bin/stable_token"
MATCH = "/platform/v1/registry/match"
NOBODY = {"uscc": "-", "name": "-", "id_number": "-"}


def test_an_error_is_a_500_that_says_nothing(sandbox: httpx.Client, fault: PutFault) -> None:
    fault("wechat", kind="error")
    answer = sandbox.post(TOKEN, json={})
    assert answer.status_code == 500
    assert not answer.headers["Content-Type"].startswith("application/json")


def test_slow_is_late_but_right(sandbox: httpx.Client, fault: PutFault) -> None:
    fault("wechat", kind="slow", seconds=0.3)
    start = time.monotonic()
    assert sandbox.post(TOKEN, json={}).json()["errcode"] == 41002
    assert time.monotonic() - start >= 0.3


def test_a_caller_need_not_wait_for_the_slow(sandbox: httpx.Client, fault: PutFault) -> None:
    fault("wechat", kind="slow", seconds=0.2, times=1)
    with pytest.raises(httpx.ReadTimeout):
        sandbox.post(TOKEN, json={}, timeout=0.1)
    assert sandbox.post(TOKEN, json={}).json()["errcode"] == 41002


def test_a_timeout_answers_nothing_until_the_caller_leaves(
    sandbox: httpx.Client, fault: PutFault
) -> None:
    fault("wechat", kind="timeout", times=1)
    with pytest.raises(httpx.ReadTimeout):
        sandbox.post(TOKEN, json={}, timeout=0.2)
    assert sandbox.post(TOKEN, json={}).json()["errcode"] == 41002


def test_a_malformed_answer_is_broken_json_under_status_200(
    sandbox: httpx.Client, fault: PutFault
) -> None:
    fault("wechat", kind="malformed")
    answer = sandbox.post(TOKEN, json={})
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Invalid"):
        answer.json()


def test_a_code_is_used_up_although_the_answer_was_malformed(
    sandbox: httpx.Client, fault: PutFault, people: People
) -> None:
    openid = people["clean"]["openid"]
    code = sandbox.post("/sandbox/wx/login", json={"openid": openid}).json()["code"]
    query = {
        "appid": "wx0123456789abcdef",
        "secret": "sandbox-wechat-secret",
        "js_code": code,
        "grant_type": "authorization_code",
    }
    fault("wechat", kind="malformed", times=1)
    sandbox.get("/wechat/sns/jscode2session", params=query)
    assert sandbox.get("/wechat/sns/jscode2session", params=query).json()["errcode"] == 40163


def test_times_are_counted(sandbox: httpx.Client, fault: PutFault) -> None:
    fault("platform", kind="error", times=2)
    statuses = [sandbox.post(MATCH, json={}).status_code for _ in range(3)]
    assert statuses == [500, 500, 401]
    assert sandbox.get("/sandbox/faults").json() == {}


def test_a_path_narrows_it(sandbox: httpx.Client, signed: Signed, fault: PutFault) -> None:
    fault("platform", kind="error", times=1, path="/sections")
    assert signed(MATCH, NOBODY).status_code == 404
    assert sandbox.get("/sandbox/faults").json()["platform"]["times"] == 1
    assert sandbox.post("/platform/v1/organisations/sections", json={}).status_code == 500


def test_one_systems_fault_is_not_the_others(
    sandbox: httpx.Client, signed: Signed, fault: PutFault
) -> None:
    fault("wechat", kind="error")
    assert signed(MATCH, NOBODY).status_code == 404
    assert sandbox.get("/sandbox/personas").status_code == 200


def test_the_face_page_fails_with_its_agency(sandbox: httpx.Client, fault: PutFault) -> None:
    fault("identity", kind="error", path="/face")
    assert sandbox.get("/identity/face").status_code == 500


def test_clearing_it_makes_all_well(sandbox: httpx.Client, fault: PutFault) -> None:
    fault("platform", kind="error")
    assert sandbox.delete("/sandbox/faults/platform").status_code == 204
    assert sandbox.post(MATCH, json={}).status_code == 401


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"kind": "lazy"}, "kind"),
        ({"kind": "slow", "seconds": -1}, "seconds"),
        ({"kind": "error", "times": 0}, "times"),
        ({"kind": "error", "paht": "/a"}, "paht"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    sandbox: httpx.Client, fault: Json, field: str
) -> None:
    answer = sandbox.put("/sandbox/faults/wechat", json=fault)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert sandbox.get("/sandbox/faults").json() == {}


def test_an_unknown_system_is_not_found(sandbox: httpx.Client) -> None:
    assert sandbox.put("/sandbox/faults/weather", json={"kind": "error"}).status_code == 404
