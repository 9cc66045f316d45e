"""Objections at the municipal public-credit platform: handed in once, and asked after."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from adapters.agencies.answers import Instant, Wire, code, malformed, read
from adapters.outside import Answer, Outside
from domain.errors import Unavailable
from domain.objections.desk import Asked, Desk, Progress, Standing, Taken

DECIDED = ("upheld", "rejected")


class _Taken(Wire):
    number: str = Field(min_length=1, max_length=64)
    state: Progress
    received_at: Instant


class _Found(Wire):
    state: Progress
    opinion: str = Field(max_length=2000)
    decided_at: Instant | None


class PlatformObjections(Desk):
    """Both calls may be repeated: the platform knows an objection by its ``request_id``."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def hand_in(self, asked: Asked) -> Taken:
        """Have the platform take an objection.

        Raises:
            Unavailable: permanent if the platform has no such record of this subject, or refuses
                the objection otherwise; passing if it did not answer as agreed.
        """
        answer = await self._outside.call(
            "POST",
            "/v1/objections",
            payload=_payload(asked),
            headers={"X-Request-Id": asked.request_id},
            safe=True,
        )
        if _is(answer, HTTPStatus.NOT_FOUND, "not_found"):
            raise self._refused("中已没有这条记录。")
        if _is(answer, HTTPStatus.CONFLICT, "mismatch"):
            raise self._refused("拒绝接收这份异议。")
        if answer.status == HTTPStatus.NOT_FOUND:
            raise malformed(self._outside.system)
        taken = read(_Taken, answer, system=self._outside.system)
        return Taken(number=taken.number, received_at=taken.received_at)

    async def ask(self, number: str) -> Standing:
        """How an objection stands.

        Raises:
            Unavailable: no answer, or one that breaks the agreement.
        """
        answer = await self._outside.call(
            "POST", "/v1/objections/query", payload={"number": number}, safe=True
        )
        found = read(_Found, answer, system=self._outside.system)
        if (found.state in DECIDED) != (found.decided_at is not None):
            raise malformed(self._outside.system)
        return Standing(progress=found.state, opinion=found.opinion, decided_at=found.decided_at)

    def _refused(self, sentence: str) -> Unavailable:
        system = self._outside.system
        return Unavailable(f"{system.label}{sentence}", system=system.name, permanent=True)


def _payload(asked: Asked) -> dict[str, str]:
    identity = asked.identity
    whose = {"uscc": asked.uscc} if asked.uscc else {}
    if identity is not None and not whose:
        whose = {"name": identity.name, "id_number": identity.id_number}
    return {
        **whose,
        "request_id": asked.request_id,
        "section": asked.section,
        "record_id": asked.record_id,
        "reason": asked.reason,
    }


def _is(answer: Answer, status: HTTPStatus, reason: Literal["not_found", "mismatch"]) -> bool:
    """Whether the platform itself says so; a proxy's status says nothing of the objection."""
    return answer.status == status and code(answer) == reason
