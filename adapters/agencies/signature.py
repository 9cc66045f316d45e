"""How the agencies know that a request is ours: an HMAC over method, path, time, nonce and body."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable


def signature(
    *, secret: str, method: str, path: str, timestamp: str, nonce: str, body: bytes
) -> str:
    """Sign one request; ``path`` includes the query. Lower-case hex of HMAC-SHA256."""
    parts = [method, path, timestamp, nonce, hashlib.sha256(body).hexdigest()]
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def _nonce() -> str:
    return secrets.token_hex(16)


class Signature:
    """Signs every request as it leaves, so that a repeated one carries a nonce of its own."""

    def __init__(
        self,
        *,
        app_id: str,
        secret: str,
        clock: Callable[[], float] = time.time,
        nonce: Callable[[], str] = _nonce,
    ) -> None:
        self._app_id = app_id
        self._secret = secret
        self._clock = clock
        self._nonce = nonce

    def __call__(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """The four headers; ``path`` includes the query."""
        timestamp, nonce = str(int(self._clock())), self._nonce()
        return {
            "X-App-Id": self._app_id,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": signature(
                secret=self._secret,
                method=method,
                path=path,
                timestamp=timestamp,
                nonce=nonce,
                body=body,
            ),
        }
