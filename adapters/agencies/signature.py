"""How the agencies know that a request is ours: an HMAC over method, path, time, nonce and body."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Generator

import httpx


def signature(
    *, secret: str, method: str, path: str, timestamp: str, nonce: str, body: bytes
) -> str:
    """Sign one request; ``path`` includes the query. Lower-case hex of HMAC-SHA256."""
    parts = [method, path, timestamp, nonce, hashlib.sha256(body).hexdigest()]
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def _nonce() -> str:
    return secrets.token_hex(16)


class Signature(httpx.Auth):
    """Signs every request as it leaves, so that a repeated one carries a nonce of its own."""

    requires_request_body = True

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

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the four headers."""
        timestamp, nonce = str(int(self._clock())), self._nonce()
        request.headers["X-App-Id"] = self._app_id
        request.headers["X-Timestamp"] = timestamp
        request.headers["X-Nonce"] = nonce
        request.headers["X-Signature"] = signature(
            secret=self._secret,
            method=request.method,
            path=request.url.raw_path.decode("ascii"),
            timestamp=timestamp,
            nonce=nonce,
            body=request.content,
        )
        yield request
