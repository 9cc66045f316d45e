"""Contributing to the municipal public-credit platform what was found here."""

from http import HTTPStatus
from typing import Literal

from adapters.agencies.answers import Wire, code, malformed, read
from adapters.outside import Outside
from domain.contributions import Entry, Platform
from domain.errors import Unavailable


class _Taken(Wire):
    state: Literal["listed", "withdrawn", "superseded"]


class PlatformContributions(Platform):
    """May be repeated: the platform knows a contribution by its ``request_id``."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def contribute(self, entry: Entry) -> None:
        """Have the platform take it.

        Raises:
            Unavailable: permanent if the platform refuses it; passing if it did not answer as
                agreed.
        """
        answer = await self._outside.call(
            "POST",
            "/v1/contributions",
            payload=_payload(entry),
            headers={"X-Request-Id": entry.request_id},
            safe=True,
        )
        system = self._outside.system
        if answer.status == HTTPStatus.CONFLICT and code(answer) == "mismatch":
            raise Unavailable(f"{system.label}拒绝接收。", system=system.name, permanent=True)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise malformed(system)
        read(_Taken, answer, system=system)


def _payload(entry: Entry) -> dict[str, object]:
    identity = entry.identity
    whose = {"uscc": entry.uscc} if entry.uscc else {}
    if identity is not None and not whose:
        whose = {"name": identity.name, "id_number": identity.id_number}
    return {
        **whose,
        "request_id": entry.request_id,
        "record_id": entry.record_id,
        "version": entry.version,
        "section": entry.list,
        "withdrawn": entry.withdrawn,
        "values": dict(entry.values),
        "details": dict(entry.details),
    }
