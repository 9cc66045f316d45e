"""The identity check agency: a ticket for its camera, and the receipt a person brings back."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field, PositiveInt

from adapters.agencies.answers import Instant, Wire, code, malformed, read
from adapters.outside import Outside
from domain.sources import (
    CheckTicket,
    Confirmation,
    DocumentNotServed,
    IdentityCheck,
    ReceiptMismatch,
    ReceiptUnknown,
)


class _Ticket(Wire):
    ticket: str = Field(min_length=1)
    expires_in: PositiveInt


class _Confirmation(Wire):
    request_id: str
    result: Literal["pass", "fail"]
    method: str = Field(min_length=1)
    confirmed_at: Instant


class FaceCheck(IdentityCheck):
    """Face verification. Both calls carry ``request_id`` and may be repeated."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def begin(self, *, request_id: str, name: str, id_number: str) -> CheckTicket:
        """Open a check.

        Raises:
            DocumentNotServed: the agency has no face check for such a document.
            Unavailable: no answer, or one that breaks the agreement.
        """
        answer = await self._outside.call(
            "POST",
            "/v1/checks",
            payload={
                "request_id": request_id,
                "name": name,
                "id_number": id_number,
                "method": "face",
            },
            headers={"X-Request-Id": request_id},
            safe=True,
        )
        refused = (answer.status, code(answer))
        if refused == (HTTPStatus.UNPROCESSABLE_ENTITY, "document_not_served"):
            raise DocumentNotServed
        found = read(_Ticket, answer, system=self._outside.system)
        return CheckTicket(ticket=found.ticket, expires_in=found.expires_in)

    async def confirm(self, *, receipt: str, request_id: str) -> Confirmation:
        """Redeem a receipt.

        Raises:
            ReceiptUnknown: never given, or older than ten minutes.
            ReceiptMismatch: given for another ``request_id``.
            Unavailable: no answer, or one that breaks the agreement.
        """
        answer = await self._outside.call(
            "POST",
            "/v1/receipts/confirm",
            payload={"receipt": receipt, "request_id": request_id},
            headers={"X-Request-Id": request_id},
            safe=True,
        )
        match answer.status, code(answer):
            case HTTPStatus.NOT_FOUND, "unknown_receipt":
                raise ReceiptUnknown
            case HTTPStatus.CONFLICT, "mismatch":
                raise ReceiptMismatch
        found = read(_Confirmation, answer, system=self._outside.system)
        if found.request_id != request_id:
            raise malformed(self._outside.system)
        return Confirmation(
            passed=found.result == "pass",
            method=found.method,
            confirmed_at=found.confirmed_at,
        )
