"""The agency that checks, by the face, that a person is who they say they are.

1. Our server, signed: ``POST /v1/checks`` -> a ticket for ten minutes.
2. The person: ``GET /face?ticket=`` and ``POST /face`` -> a receipt, once per ticket.
3. Our server, signed: ``POST /v1/receipts/confirm`` -> the result, which alone counts.

The page at ``/face`` opens no camera. It hands the receipt to the window that embeds or opened
it, as the message ``{"type": "face-receipt", "receipt": ...}`` of the same origin.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sandbox.base import PartnerHandler, RefusalError, StandIn
from sandbox.clock import Clock, instant
from sandbox.expiring import Expiring
from sandbox.faults import Faults, System
from sandbox.personas import Cast, checked_resident_number
from sandbox.signatures import Verifier

APP_ID = "credit-yuexiu"
SECRET = "sandbox-identity-secret"

LIFETIME_SECONDS = 600
# Residence permits of Hong Kong, Macao and Taiwan residents, and permanent residence cards.
NOT_SERVED = ("81", "82", "83", "9")

Result = Literal["pass", "fail"]


class CheckRequest(BaseModel):
    """A person to be checked; ``request_id`` is the caller's and makes a repeat harmless."""

    model_config = ConfigDict(extra="forbid")

    request_id: Annotated[str, Field(min_length=1, max_length=128)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    id_number: Annotated[str, AfterValidator(checked_resident_number)]
    method: Literal["face"]


class FaceRequest(BaseModel):
    """What happened before the camera."""

    model_config = ConfigDict(extra="forbid")

    ticket: str
    outcome: Result


class ConfirmRequest(BaseModel):
    """A receipt to be confirmed for the check it was given for."""

    model_config = ConfigDict(extra="forbid")

    receipt: str
    request_id: str


@dataclass
class Check:
    """One check on its way: asked, seen, confirmed."""

    asked: CheckRequest
    ticket: str
    expires_at: float
    result: Result | None = None
    confirmed_at: str | None = None


class Agency:
    """The checks of the last ten minutes."""

    def __init__(self, *, cast: Cast, clock: Clock) -> None:
        self._cast = cast
        self._clock = clock
        self._by_request = Expiring[Check](seconds=LIFETIME_SECONDS, clock=clock)
        self._by_ticket = Expiring[Check](seconds=LIFETIME_SECONDS, clock=clock)
        self._by_receipt = Expiring[Check](seconds=LIFETIME_SECONDS, clock=clock)

    def begin(self, asked: CheckRequest) -> dict[str, object]:
        """A ticket; the same one for a repeat.

        Raises RefusalError: 409 if a repeat asks something else, 422 for a document that has no
        face on file.
        """
        if asked.id_number.startswith(NOT_SERVED):
            raise RefusalError(422, "document_not_served", "no face check for this document")
        now = self._clock()
        check = self._by_request.get(asked.request_id)
        if check is None:
            check = Check(asked, secrets.token_urlsafe(24), now + LIFETIME_SECONDS)
            self._by_request.put(asked.request_id, check)
            self._by_ticket.put(check.ticket, check)
        elif check.asked != asked:
            raise RefusalError(409, "mismatch", "this request_id was used for another person")
        return {"ticket": check.ticket, "expires_in": int(check.expires_at - now)}

    def find(self, ticket: str) -> Check:
        """The check to be done before the camera; raises RefusalError 404 or 409."""
        check = self._by_ticket.get(ticket)
        if check is None:
            raise RefusalError(404, "unknown_ticket", "核验已过期，请返回小程序重新发起。")
        if check.result is not None:
            raise RefusalError(409, "ticket_used", "核验已经完成，请返回小程序。")
        return check

    def face(self, seen: FaceRequest) -> dict[str, object]:
        """A receipt, whether passed or not: only confirming it tells which."""
        check = self.find(seen.ticket)
        check.result = seen.outcome if self._can_pass(check.asked) else "fail"
        receipt = secrets.token_urlsafe(24)
        self._by_receipt.put(receipt, check)
        return {"receipt": receipt}

    def confirm(self, asked: ConfirmRequest) -> dict[str, object]:
        """The result, the same however often asked; raises RefusalError 404 or 409."""
        check = self._by_receipt.get(asked.receipt)
        if check is None:
            raise RefusalError(404, "unknown_receipt", "unknown, or older than ten minutes")
        if check.asked.request_id != asked.request_id:
            raise RefusalError(409, "mismatch", "the receipt belongs to another request_id")
        check.confirmed_at = check.confirmed_at or instant(self._clock())
        return {
            "request_id": asked.request_id,
            "result": check.result,
            "method": check.asked.method,
            "confirmed_at": check.confirmed_at,
        }

    def _can_pass(self, asked: CheckRequest) -> bool:
        """Anyone unknown; a persona under their own name, unless made to fail."""
        persona = self._cast.by_id_number(asked.id_number)
        return persona is None or (persona.name == asked.name and persona.face == "pass")


class _IdentityPartnerHandler(PartnerHandler):
    system = System.IDENTITY

    def initialize(self, *, faults: Faults, verifier: Verifier, agency: Agency) -> None:
        self.faults = faults
        self.verifier = verifier
        self.agency = agency


class ChecksHandler(_IdentityPartnerHandler):
    """/v1/checks."""

    def post(self) -> None:
        """Begin a check."""
        self.reply(self.agency.begin(self.read(CheckRequest)))


class ConfirmHandler(_IdentityPartnerHandler):
    """/v1/receipts/confirm."""

    def post(self) -> None:
        """Confirm a receipt."""
        self.reply(self.agency.confirm(self.read(ConfirmRequest)))


class FaceHandler(StandIn):
    """/face: what the person sees."""

    system = System.IDENTITY

    def initialize(self, *, faults: Faults, agency: Agency) -> None:
        """Take the agency."""
        self.faults = faults
        self.agency = agency

    def get_template_path(self) -> str:
        """Beside this file."""
        return str(Path(__file__).parent)

    def get(self) -> None:
        """Ask the person to look into the camera, or say why not."""
        try:
            check = self.agency.find(self.get_query_argument("ticket", ""))
            name, problem = check.asked.name, ""
        except RefusalError as refusal:
            self.set_status(refusal.status_code)
            name, problem = "", str(refusal.body["message"])
        masked = "*" * len(name[:-1]) + name[-1:]
        self.set_header("Cache-Control", "no-store")
        self.render("face.html", name=masked, problem=problem)

    def post(self) -> None:
        """Take the outcome and give the receipt."""
        self.reply(self.agency.face(self.read(FaceRequest)))
