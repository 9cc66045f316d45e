r"""Signed requests, as the credit platform and the identity agency demand them.

The caller signs, with the secret it shares with the partner, these five lines joined by ``\n``::

    METHOD
    path including query, as sent (/platform/v1/organisations/sections)
    unix seconds
    nonce: 32 lower-case hex digits, never used twice
    SHA-256 of the body, hex

and sends ``X-App-Id``, ``X-Timestamp``, ``X-Nonce`` and ``X-Signature`` (HMAC-SHA256, hex).
"""

import hashlib
import hmac
import re
from collections.abc import Mapping

from sandbox.clock import Clock
from sandbox.expiring import Expiring

SKEW_SECONDS = 300

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_NONCE = re.compile(r"[0-9a-f]{32}")


class BadSignatureError(Exception):
    """The request is not signed as agreed."""


class ReplayedError(Exception):
    """The nonce was seen before."""


def signature(
    *, secret: str, method: str, path: str, timestamp: str, nonce: str, body: bytes
) -> str:
    """The value of X-Signature."""
    lines = [method, path, timestamp, nonce, hashlib.sha256(body).hexdigest()]
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


class Verifier:
    """Checks one partner's signatures; remembers nonces as long as they could be replayed."""

    def __init__(self, *, app_id: str, secret: str, clock: Clock) -> None:
        self._app_id = app_id
        self._secret = secret
        self._clock = clock
        # A timestamp may lie ahead by the skew, and is then accepted for twice the skew.
        self._nonces = Expiring[bool](seconds=2 * SKEW_SECONDS, clock=clock, capacity=200_000)

    def check(self, *, method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
        """Raise BadSignatureError or ReplayedError unless the request is genuine and new."""
        timestamp = headers.get("X-Timestamp", "")
        nonce = headers.get("X-Nonce", "")
        if headers.get("X-App-Id") != self._app_id:
            raise BadSignatureError("X-App-Id is missing or unknown")
        if not _NONCE.fullmatch(nonce):
            raise BadSignatureError("X-Nonce is not 32 lower-case hex digits")
        if not _TIMESTAMP.fullmatch(timestamp):
            raise BadSignatureError("X-Timestamp is not unix seconds")
        if abs(int(timestamp) - self._clock()) > SKEW_SECONDS:
            raise BadSignatureError(f"X-Timestamp is more than {SKEW_SECONDS} s off")
        expected = signature(
            secret=self._secret,
            method=method,
            path=path,
            timestamp=timestamp,
            nonce=nonce,
            body=body,
        )
        if not hmac.compare_digest(headers.get("X-Signature", "").encode(), expected.encode()):
            raise BadSignatureError("X-Signature does not fit the request")
        if nonce in self._nonces:
            raise ReplayedError("X-Nonce was used before")
        self._nonces.put(nonce, True)
