"""The SMS gateway: one message handed over at most once, and asked after by our own id.

A telephone stands in a body only, never in an address, a log or an error.
"""

from http import HTTPStatus
from typing import Final, Literal

import structlog
from pydantic import Field

from adapters.agencies.answers import REFUSED_US, Wire, code, read
from adapters.outside import Answer, Outside
from domain.alerts.ports import Outcome, Sms, Verdict
from domain.errors import Unavailable

log = structlog.get_logger(__name__)

STANDS: Final = {
    "accepted": Verdict.ACCEPTED,
    "delivered": Verdict.SENT,
    "failed": Verdict.REFUSED,
}


class _Standing(Wire):
    request_id: str = Field(min_length=1, max_length=64)
    state: Literal["accepted", "delivered", "failed"]


class SmsGateway:
    """Sent once and never again by itself: a gateway's word for having it is all that counts."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def send(self, sms: Sms) -> Outcome:
        """Hand one over; without an answer it may have been taken."""
        payload = {
            "request_id": sms.request_id,
            "phone": sms.phone,
            "template": sms.template,
            "words": dict(sms.words),
        }
        try:
            answer = await self._outside.call(
                "POST", "/v1/messages", payload=payload, headers={"X-Request-Id": sms.request_id}
            )
            if answer.status >= HTTPStatus.BAD_REQUEST:
                return _refused(answer)
            return self._standing(answer, sms.request_id)
        except Unavailable as error:
            return Outcome(verdict=Verdict.LATER if error.unsent else Verdict.UNKNOWN)

    async def ask(self, request_id: str) -> Outcome:
        """How it stands; unknown when they have none of this id, or do not say."""
        try:
            answer = await self._outside.call(
                "POST", "/v1/messages/query", payload={"request_id": request_id}, safe=True
            )
            if answer.status >= HTTPStatus.BAD_REQUEST:
                log.info("sms_not_known", status=answer.status, code=code(answer))
                return Outcome(verdict=Verdict.UNKNOWN)
            return self._standing(answer, request_id)
        except Unavailable:
            return Outcome(verdict=Verdict.UNKNOWN)

    def _standing(self, answer: Answer, request_id: str) -> Outcome:
        found = read(_Standing, answer, system=self._outside.system)
        if found.request_id != request_id:
            return Outcome(verdict=Verdict.UNKNOWN)
        return Outcome(verdict=STANDS[found.state])


def _refused(answer: Answer) -> Outcome:
    """Surely not sent: what they refuse of us an operator can mend, so it is tried again."""
    log.error("sms_refused", status=answer.status, code=code(answer))
    ours = answer.status in REFUSED_US
    return Outcome(verdict=Verdict.LATER if ours else Verdict.REFUSED)
