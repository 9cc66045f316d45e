"""``/backend/v1/live`` is the live socket of our API, as ``sandbox/proxy.py`` is for requests.

A mini program says of no page that it comes from there, so no Origin is passed on.
"""

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    WebSocketError,
    WebSocketHandler,
    websocket_connect,
)

from sandbox.proxy import PREFIX, Upstream

UNREACHABLE = 1011
MAY_BE_SENT = {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}


class LiveProxyHandler(WebSocketHandler):
    """One socket: frames and the code of its end pass as they are, in both directions."""

    def initialize(self, *, upstream: Upstream) -> None:
        """Take the API's address."""
        self._upstream = upstream
        self._api: WebSocketClientConnection | None = None

    async def open(self) -> None:
        """Nothing is read from the phone before the API has answered."""
        url = self._upstream.url.rstrip("/") + (self.request.uri or "").removeprefix(PREFIX)
        request = HTTPRequest(
            url.replace("http", "ws", 1), headers={"X-Forwarded-For": self.request.remote_ip or ""}
        )
        try:
            self._api = await websocket_connect(request, on_message_callback=self._told)
        except (HTTPClientError, OSError, WebSocketError):
            self.close(UNREACHABLE)

    async def on_message(self, message: str | bytes) -> None:
        """From the phone."""
        if self._api is not None:
            await self._api.write_message(message, binary=isinstance(message, bytes))

    def on_close(self) -> None:
        """The phone has gone."""
        if self._api is not None:
            self._api.close(*_sendable(self.close_code, self.close_reason))

    def _told(self, message: str | bytes | None) -> None:
        """From the API; None when it has ended the socket."""
        if message is None:
            if self._api is not None:
                self.close(*_sendable(self._api.close_code, self._api.close_reason))
                self._api.close()
            return
        try:
            self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            return


def _sendable(code: int | None, reason: str | None) -> tuple[int | None, str | None]:
    """A break has a code that nobody sends."""
    return (code, reason) if code in MAY_BE_SENT else (None, None)
