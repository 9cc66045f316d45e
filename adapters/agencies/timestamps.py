"""The time-stamp authority, by RFC 3161: a token that proves when a digest existed."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import ClassVar

import structlog
from asn1crypto import cms, core, tsp  # type: ignore[import-untyped]  # it ships no types

from adapters.agencies.answers import malformed
from adapters.outside import Outside
from adapters.stamp_tokens import Stamped, StampRoots, TokenRefused, check_token
from domain.errors import Unavailable
from domain.timestamps import Stamps

QUERY = "application/timestamp-query"
REPLY = "application/timestamp-reply"
# Clocks differ; an authority's that is further from ours is wrong, or ours is.
OFF = timedelta(minutes=5)
# With a chain of three RSA certificates a token has about 6 kB; papers reserve room for this.
LARGEST = 10_000

log = structlog.get_logger(__name__)


class TimeStampResp(core.Sequence):  # type: ignore[misc]  # untyped
    """As RFC 3161 has it: a refusal holds no token."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class Timestamps(Stamps):
    """Asks the authority, and believes nothing unchecked."""

    def __init__(
        self, outside: Outside, *, roots: StampRoots, clock: Callable[[], datetime]
    ) -> None:
        self._outside = outside
        self._roots = roots
        self._clock = clock

    async def stamp(self, digest: bytes) -> bytes:
        """The DER TimeStampToken over a SHA-256 digest.

        Raises:
            Unavailable: no answer, a refusal, or a token that does not prove what was asked.
        """
        nonce = secrets.randbits(64)
        answer = await self._outside.exchange("", _query(digest, nonce), sends=QUERY, takes=REPLY)
        if answer.status >= HTTPStatus.BAD_REQUEST or not isinstance(answer.body, bytes):
            raise self._refused("http", status=answer.status)
        return await asyncio.to_thread(self._checked, answer.body, digest, nonce)

    def _checked(self, reply: bytes, digest: bytes, nonce: int) -> bytes:
        token = self._token(reply)
        if len(token) > LARGEST:
            raise self._refused("token_too_large")
        try:
            said = check_token(token, digest=digest, roots=self._roots, nonce=nonce)
        except TokenRefused as refused:
            raise self._refused(str(refused)) from None
        self._check_clock(said)
        return token

    def _token(self, reply: bytes) -> bytes:
        try:
            response = TimeStampResp.load(reply, strict=True)
            status = response["status"]["status"].native
            token = bytes(response["time_stamp_token"].dump())
        except (ValueError, TypeError, KeyError):
            raise self._refused("malformed") from None
        if status != "granted":
            raise self._refused("not_granted", status=status)
        return token

    def _check_clock(self, said: Stamped) -> None:
        if abs(said.at - self._clock()) > OFF:
            raise self._refused("clock")

    def _refused(self, why: str, **more: object) -> Unavailable:
        system = self._outside.system
        log.error("time_stamp_refused", system=system.name, why=why, **more)
        return malformed(system)


def _query(digest: bytes, nonce: int) -> bytes:
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": digest,
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    return bytes(request.dump())
