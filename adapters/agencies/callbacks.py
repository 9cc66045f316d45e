"""How we know a request for the power company's: signed as ours are, with a secret of its own."""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from adapters.agencies.signature import signature
from domain.grid.door import SKEW, NotSigned, Signed

_TIME = re.compile(r"[0-9]{1,12}")
_NONCE = re.compile(r"[0-9a-f]{32}")


class CallbackSignature:
    """Judges one partner's signatures; whether a nonce is new is for the store to say."""

    def __init__(self, *, app_id: str, secret: str) -> None:
        self._app_id = app_id
        self._secret = secret

    def check(
        self, *, method: str, path: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Signed:
        """The nonce of a request that is genuine and of now; raises NotSigned."""
        at, nonce = headers.get("X-Timestamp", ""), headers.get("X-Nonce", "")
        if not hmac.compare_digest(headers.get("X-App-Id", "").encode(), self._app_id.encode()):
            raise NotSigned("app_id")
        if not _NONCE.fullmatch(nonce):
            raise NotSigned("nonce")
        if not _TIME.fullmatch(at):
            raise NotSigned("time")
        expected = signature(
            secret=self._secret, method=method, path=path, timestamp=at, nonce=nonce, body=body
        )
        if not hmac.compare_digest(headers.get("X-Signature", "").encode(), expected.encode()):
            raise NotSigned("signature")
        if abs(int(at) - now.timestamp()) > SKEW.total_seconds():
            raise NotSigned("time")
        return Signed(nonce=nonce)
