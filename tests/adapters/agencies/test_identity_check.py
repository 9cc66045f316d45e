"""The identity check's client: against the stand-in, and against an agency that misbehaves."""

from collections.abc import Callable
from datetime import UTC

import pytest

from adapters.agencies.identity_check import FaceCheck
from adapters.outside import Outside
from domain.errors import Unavailable
from domain.sources import DocumentNotServed, ReceiptMismatch, ReceiptUnknown
from tests.stand_ins import Partner, StandIns

NAME, ID_NUMBER = "王二", "11010519491231002X"

Make = Callable[..., Outside]


@pytest.mark.parametrize("outcome", ["pass", "fail"])
async def test_a_receipt_tells_how_the_check_went(
    agency: FaceCheck, stand_ins: StandIns, outcome: str
) -> None:
    ticket = await agency.begin(request_id=f"c-{outcome}", name=NAME, id_number=ID_NUMBER)
    assert ticket.expires_in == 600
    receipt = stand_ins.look(ticket.ticket, outcome)
    confirmation = await agency.confirm(receipt=receipt, request_id=f"c-{outcome}")
    assert confirmation.passed is (outcome == "pass")
    assert confirmation.method == "face"
    assert confirmation.confirmed_at.tzinfo is UTC
    assert await agency.confirm(receipt=receipt, request_id=f"c-{outcome}") == confirmation


async def test_the_receipt_of_another_check_is_refused(
    agency: FaceCheck, stand_ins: StandIns
) -> None:
    ticket = await agency.begin(request_id="mine", name=NAME, id_number=ID_NUMBER)
    receipt = stand_ins.look(ticket.ticket, "pass")
    with pytest.raises(ReceiptMismatch, match="重新刷脸"):
        await agency.confirm(receipt=receipt, request_id="another")


async def test_a_receipt_nobody_gave_is_refused(agency: FaceCheck) -> None:
    with pytest.raises(ReceiptUnknown, match="重新刷脸"):
        await agency.confirm(receipt="invented", request_id="mine")


async def test_a_document_without_a_face_on_file_is_not_served(agency: FaceCheck) -> None:
    with pytest.raises(DocumentNotServed):
        await agency.begin(request_id="hk", name=NAME, id_number="810000198606100282")


async def test_a_lost_answer_is_asked_for_again(agency: FaceCheck, stand_ins: StandIns) -> None:
    stand_ins.fail("identity", kind="malformed", times=1)
    ticket = await agency.begin(request_id="again", name=NAME, id_number=ID_NUMBER)
    assert ticket.ticket


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ({}, False),
        ({"ticket": "", "expires_in": 600}, False),
        ({"ticket": "t", "expires_in": "600"}, False),
        ({"ticket": "t", "expires_in": 0}, False),
        ((400, {"code": "bad_request"}), True),
        ((401, {"code": "bad_signature"}), False),
        ((503, b""), False),
    ],
)
async def test_no_ticket_is_an_outage(
    outside: Make, partner: Partner, reply: object, *, permanent: bool
) -> None:
    partner.replies(reply)
    with pytest.raises(Unavailable) as raised:
        await FaceCheck(outside()).begin(request_id="c", name=NAME, id_number=ID_NUMBER)
    assert raised.value.permanent is permanent
    assert NAME not in raised.value.detail
    assert ID_NUMBER not in raised.value.detail


GOOD = {
    "request_id": "c",
    "result": "pass",
    "method": "face",
    "confirmed_at": "2026-11-23T07:30:02Z",
}


@pytest.mark.parametrize(
    "reply",
    [
        {},
        GOOD | {"request_id": "another"},
        GOOD | {"result": "maybe"},
        GOOD | {"result": True},
        GOOD | {"method": ""},
        GOOD | {"confirmed_at": "yesterday"},
        (404, {"code": "no_such_address"}),
        (409, {"code": "busy"}),
    ],
)
async def test_a_confirmation_that_breaks_the_agreement_proves_nothing(
    outside: Make, partner: Partner, reply: object
) -> None:
    partner.replies(reply)
    with pytest.raises(Unavailable):
        await FaceCheck(outside()).confirm(receipt="r", request_id="c")


async def test_the_good_confirmation_beside_them_does(outside: Make, partner: Partner) -> None:
    partner.replies(GOOD)
    assert (await FaceCheck(outside()).confirm(receipt="r", request_id="c")).passed
