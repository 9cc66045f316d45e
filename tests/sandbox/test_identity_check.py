"""sandbox/identity_check.py: the agency with its clock, the three steps over HTTP."""

import uuid
from collections.abc import Callable
from datetime import date

import httpx
import pytest

from sandbox.base import RefusalError
from sandbox.identity_check import Agency, CheckRequest, ConfirmRequest, FaceRequest
from sandbox.personas import Cast
from tests.sandbox.support import Json, MovingClock, People, Signed

CHECKS = "/identity/v1/checks"
CONFIRM = "/identity/v1/receipts/confirm"
Checked = Callable[..., Json]

STRANGER = {"name": "欧阳某", "id_number": "440524188001010014"}


@pytest.fixture
def agency(clock: MovingClock) -> Agency:
    return Agency(cast=Cast(today=date(2026, 11, 23)), clock=clock)


@pytest.fixture
def check(signed: Signed, sandbox: httpx.Client) -> Checked:
    """Go through the three steps; the agency's answer to the last."""

    def run(who: Json, outcome: str = "pass") -> Json:
        request_id = str(uuid.uuid4())
        asked = {"request_id": request_id, "method": "face"}
        asked |= {key: who[key] for key in ("name", "id_number")}
        begun = signed(CHECKS, asked).json()
        assert begun["expires_in"] == 600
        seen = {"ticket": begun["ticket"], "outcome": outcome}
        receipt = sandbox.post("/identity/face", json=seen).json()["receipt"]
        return signed(CONFIRM, {"receipt": receipt, "request_id": request_id}).json()

    return run


def begin(agency: Agency, request_id: str = "r1", **change: str) -> Json:
    asked = CheckRequest(request_id=request_id, method="face", **{**STRANGER, **change})
    return agency.begin(asked)


def face(agency: Agency, ticket: str) -> str:
    return str(agency.face(FaceRequest(ticket=ticket, outcome="pass"))["receipt"])


def confirm(agency: Agency, receipt: str, request_id: str = "r1") -> Json:
    return agency.confirm(ConfirmRequest(receipt=receipt, request_id=request_id))


def refused(call: Callable[..., object], *args: object, **kwargs: object) -> tuple[int, object]:
    with pytest.raises(RefusalError) as caught:
        call(*args, **kwargs)
    return caught.value.status_code, caught.value.body["code"]


@pytest.mark.parametrize("who", ["clean", "rare-names", "child", "charlie"])
def test_a_persona_passes(check: Checked, people: People, who: str) -> None:
    answer = check(people[who])
    assert answer.keys() == {"request_id", "result", "method", "confirmed_at"}
    assert (answer["result"], answer["method"]) == ("pass", "face")


def test_a_stranger_with_a_valid_number_passes(check: Checked) -> None:
    assert check(STRANGER)["result"] == "pass"


def test_whoever_fails_before_the_camera_fails(check: Checked, people: People) -> None:
    assert check(people["clean"], outcome="fail")["result"] == "fail"


def test_a_flagged_persona_always_fails(check: Checked, people: People) -> None:
    assert check(people["face-fails"])["result"] == "fail"


def test_a_persona_fails_under_another_name(check: Checked, people: People) -> None:
    assert check({**people["clean"], "name": "查理安"})["result"] == "fail"


@pytest.mark.parametrize(
    "change", [{"id_number": "110105194912310021"}, {"name": ""}, {"method": "voice"}]
)
def test_a_faulty_check_is_refused(signed: Signed, change: dict[str, str]) -> None:
    asked = {"request_id": "r", "method": "face", **STRANGER, **change}
    answer = signed(CHECKS, asked)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [*change]


@pytest.mark.parametrize("number", ["810000198606100282", "911156199001010037"])
def test_a_document_without_a_face_on_file_is_not_served(signed: Signed, number: str) -> None:
    asked = {"request_id": number, "method": "face", "name": "何嘉欣", "id_number": number}
    answer = signed(CHECKS, asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "document_not_served")


def test_the_same_request_gets_the_same_ticket(agency: Agency, clock: MovingClock) -> None:
    first = begin(agency)
    clock.move(60)
    assert begin(agency) == {**first, "expires_in": 540}
    assert refused(begin, agency, name="别人") == (409, "mismatch")


def test_a_ticket_gives_one_receipt(agency: Agency) -> None:
    ticket = begin(agency)["ticket"]
    face(agency, ticket)
    assert refused(face, agency, ticket) == (409, "ticket_used")


def test_a_ticket_is_good_for_ten_minutes(agency: Agency, clock: MovingClock) -> None:
    ticket = begin(agency)["ticket"]
    clock.move(600)
    assert refused(face, agency, ticket) == (404, "unknown_ticket")


def test_confirming_again_gives_the_same_answer(agency: Agency, clock: MovingClock) -> None:
    receipt = face(agency, begin(agency)["ticket"])
    first = confirm(agency, receipt)
    clock.move(5)
    assert confirm(agency, receipt) == first


def test_a_receipt_belongs_to_its_request(agency: Agency) -> None:
    receipt = face(agency, begin(agency)["ticket"])
    assert refused(confirm, agency, receipt, "r2") == (409, "mismatch")
    assert confirm(agency, receipt)["result"] == "pass"


def test_a_receipt_is_good_for_ten_minutes(agency: Agency, clock: MovingClock) -> None:
    receipt = face(agency, begin(agency)["ticket"])
    clock.move(599)
    confirm(agency, receipt)
    clock.move(1)
    assert refused(confirm, agency, receipt) == (404, "unknown_receipt")
    assert refused(confirm, agency, "never-given") == (404, "unknown_receipt")


def test_the_page_asks_the_person_to_look_into_the_camera(
    signed: Signed, sandbox: httpx.Client, people: People
) -> None:
    asked = {key: people["clean"][key] for key in ("name", "id_number")}
    asked |= {"request_id": str(uuid.uuid4()), "method": "face"}
    ticket = signed(CHECKS, asked).json()["ticket"]
    page = sandbox.get("/identity/face", params={"ticket": ticket})
    assert page.status_code == 200
    assert "开始刷脸" in page.text
    assert "**丽" in page.text
    assert "陈雅丽" not in page.text


def test_the_page_says_so_when_the_ticket_is_no_good(sandbox: httpx.Client) -> None:
    page = sandbox.get("/identity/face", params={"ticket": "<script>"})
    assert page.status_code == 404
    assert "请返回小程序重新发起" in page.text
    assert "开始刷脸</button>" not in page.text
