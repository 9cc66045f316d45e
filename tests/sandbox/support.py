"""What the sandbox's tests share: a clock that obeys, an API that echoes, names for types."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]

Json = dict[str, Any]
People = dict[str, Json]
"""The personas, as the control lists them, by id."""
Signed = Callable[..., httpx.Response]
"""POST a JSON object to a path as its partner; keywords replace headers."""
PutFault = Callable[..., None]
"""Make a system fail; keywords are the fault's fields."""


class MovingClock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 1_795_419_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


class Api(ThreadingHTTPServer):
    """An API that says what reached it.

    ``arrived`` is set with the first piece of a chunked body. /teapot answers under 418, /partial
    with a part of a file, and /halting halts after "ab" until ``go_on`` is set.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.arrived = threading.Event()
        self.go_on = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Api

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Serve every method alike."""
        if name.startswith("do_"):
            return {"/partial": self._partial, "/halting": self._halting}.get(self.path, self._echo)
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _echo(self) -> None:
        length = len(self._read())
        told = {
            "method": self.command,
            "path": self.path,
            "headers": dict(self.headers.items()),
            "length": length,
        }
        body = json.dumps(told).encode()
        self._head(418 if self.path == "/teapot" else 200, len(body), ETag='"of-the-api"')
        if self.command != "HEAD":
            self.wfile.write(body)

    def _partial(self) -> None:
        if self.headers.get("If-None-Match"):
            self.send_response(304)
            self.end_headers()
        else:
            self._head(206, 4, **{"Content-Range": "bytes 2-5/10"})
            self.wfile.write(b"2345")

    def _halting(self) -> None:
        self._head(200, 4)
        self.wfile.write(b"ab")
        self.server.go_on.wait(timeout=10)
        self.wfile.write(b"cd")

    def _head(self, status: int, length: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()

    def _read(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
            self.server.arrived.set()
        self.rfile.readline()
        return body
