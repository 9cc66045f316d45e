"""sandbox/power_grid.py and what steers it, over HTTP."""

import uuid

import httpx
import pytest

from sandbox.power_grid import PowerGrid
from tests.sandbox.support import Json, MovingClock, PutFault, Signed

DELIVERIES, APPLICATIONS = "/grid/v1/deliveries", "/grid/v1/applications"


def delivery(number: str, place: int = 1, kind: str = "application", **content: object) -> Json:
    return {
        "delivery_id": str(uuid.uuid4()),
        "number": number,
        "place": place,
        "kind": kind,
        "made_at": "2026-11-23T07:30:00Z",
        "content": content,
    }


@pytest.fixture
def number(signed: Signed) -> str:
    """Of an application that was handed over."""
    number = f"YD{uuid.uuid4().hex[:12]}"
    signed(DELIVERIES, delivery(number)).raise_for_status()
    return number


def step(sandbox: httpx.Client, number: str, kind: str, **more: object) -> Json:
    answer = sandbox.put(f"/sandbox/grid/{number}", json={"kind": kind, **more})
    told: Json = answer.raise_for_status().json()
    return told


def test_a_delivery_is_taken_once_however_often_it_comes(
    signed: Signed, sandbox: httpx.Client, number: str
) -> None:
    second = delivery(number, 2, "withdrawn")
    assert signed(DELIVERIES, second).json() == signed(DELIVERIES, second).json()
    case = sandbox.get(f"/sandbox/grid/{number}").json()
    assert [one["place"] for one in case["deliveries"]] == [1, 2]
    assert case["state"] == "withdrawn"


def test_an_id_with_another_body_and_a_place_too_far_are_refused(
    signed: Signed, number: str
) -> None:
    second = delivery(number, 2, "materials")
    signed(DELIVERIES, second).raise_for_status()
    answer = signed(DELIVERIES, {**second, "kind": "withdrawn"})
    assert (answer.status_code, answer.json()["code"]) == (409, "mismatch")
    answer = signed(DELIVERIES, delivery(number, 4, "materials"))
    assert (answer.status_code, answer.json()["code"]) == (422, "out_of_place")


def test_a_delivery_that_is_not_signed_is_refused(sandbox: httpx.Client) -> None:
    assert sandbox.post(DELIVERIES, json=delivery("YD1")).status_code == 401


def test_steps_are_events_in_order_and_can_be_asked_for(
    signed: Signed, sandbox: httpx.Client, number: str
) -> None:
    for kind in ("accept", "return"):
        step(sandbox, number, kind, hold=True)
    events = signed(f"{APPLICATIONS}/{number}/events?after=0").json()
    assert [(one["sequence"], one["kind"]) for one in events["items"]] == [
        (1, "accept"),
        (2, "return"),
    ]
    assert events["last"] == 2
    after = signed(f"{APPLICATIONS}/{number}/events?after=1").json()["items"]
    assert after == events["items"][1:]
    signed(DELIVERIES, delivery(number, 2, "materials")).raise_for_status()
    assert sandbox.get(f"/sandbox/grid/{number}").json()["state"] == "accepted"


def test_all_applications_are_listed_page_by_page(clock: MovingClock) -> None:
    grid = PowerGrid(clock=clock)
    for place in range(150):
        grid.plant(f"YD{place:03d}", "accepted", place)
    assert [case.sequence for case in grid.all()] == list(range(150))


def test_an_event_is_sent_signed_and_named_files_are_fetched(
    sandbox: httpx.Client, signed: Signed, number: str
) -> None:
    """The API behind it here echoes what reached it."""
    told = step(sandbox, number, "accept")
    ((sent),) = told["sent"]
    headers = {name.lower(): text for name, text in sent["body"]["headers"].items()}
    assert (sent["status"], sent["body"]["path"]) == (200, "/partner/grid/events")
    assert {"x-app-id", "x-timestamp", "x-nonce", "x-signature"} <= set(headers)
    named = delivery(number, 2, "materials", files=[{"name": "report.pdf"}])
    signed(DELIVERIES, named).raise_for_status()
    (fetched,) = sandbox.get(f"/sandbox/grid/{number}/files").json()["items"]
    assert (fetched["name"], fetched["status"]) == ("report.pdf", 200)


def test_events_are_sent_again_in_any_order_with_any_defect(
    sandbox: httpx.Client, number: str
) -> None:
    for kind in ("accept", "survey", "reply_plan"):
        step(sandbox, number, kind, hold=True)
    path = f"/sandbox/grid/{number}/callbacks"
    wanted = {"sequences": [3, 1, 1, 2], "nonce": "0" * 32, "seconds_off": -900}
    sent = sandbox.post(path, json=wanted).raise_for_status().json()["sent"]
    assert [one["sequence"] for one in sent] == [3, 1, 1, 2]
    assert {one["body"]["headers"]["X-Nonce"] for one in sent} == {"0" * 32}
    tampered = {"sequences": [1], "tampered": True}
    (longer,) = sandbox.post(path, json=tampered).json()["sent"]
    assert longer["body"]["length"] == sent[1]["body"]["length"] + 1


def test_a_comparison_finds_what_was_planted_or_forgotten(
    signed: Signed, sandbox: httpx.Client, number: str
) -> None:
    planted = f"YD{uuid.uuid4().hex[:12]}"
    body = {"number": planted, "state": "closed", "sequence": 7}
    sandbox.post("/sandbox/grid", json=body).raise_for_status()
    sandbox.delete(f"/sandbox/grid/{number}").raise_for_status()
    listed, cursor = [], ""
    while cursor is not None:
        page = signed(f"{APPLICATIONS}?cursor={cursor}").json()
        listed, cursor = [*listed, *page["items"]], page["next"]
    assert body in listed
    assert number not in {one["number"] for one in listed}


def test_faults_strike_it_as_they_strike_others(
    signed: Signed, fault: PutFault, number: str
) -> None:
    fault("grid", kind="error", times=1)
    second = delivery(number, 2, "withdrawn")
    assert signed(DELIVERIES, second).status_code == 500
    assert signed(DELIVERIES, second).status_code == 200


def test_lives_run_by_themselves_when_told_to(signed: Signed, sandbox: httpx.Client) -> None:
    number = f"YD{uuid.uuid4().hex[:12]}"
    sandbox.put("/sandbox/grid", json={"auto": True, "seconds": 0}).raise_for_status()
    try:
        signed(DELIVERIES, delivery(number)).raise_for_status()
        until(sandbox, number, "survey")
        [*_, proposed] = sandbox.get(f"/sandbox/grid/{number}").json()["events"]
        assert proposed["detail"]["begins_at"].endswith("T01:30:00Z")
        signed(DELIVERIES, delivery(number, 2, "survey_answer", agreed=True)).raise_for_status()
        until(sandbox, number, "closed")
    finally:
        sandbox.put("/sandbox/grid", json={"auto": False}).raise_for_status()


def until(sandbox: httpx.Client, number: str, state: str) -> None:
    for _ in range(1000):
        if sandbox.get(f"/sandbox/grid/{number}").json()["state"] == state:
            return
    raise AssertionError(f"never {state}")
