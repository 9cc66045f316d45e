"""sandbox/__main__.py: how the process starts and ends."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import suppress

import httpx

from tests.sandbox.support import ROOT


def start(*options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_it_ends_with_its_standard_input_even_while_a_caller_waits() -> None:
    with start("--port", "0", "--until-stdin-closes") as process:
        url = json.loads(process.stdout.readline())["url"]
        host, port = url.removeprefix("http://").split(":")
        httpx.put(f"{url}/sandbox/faults/identity", json={"kind": "timeout"}, trust_env=False)
        with socket.create_connection((host, int(port))) as caller:
            caller.sendall(b"GET /identity/face HTTP/1.1\r\nHost: sandbox\r\n\r\n")
            process.stdin.close()
            assert process.wait(timeout=10) == 0
            with suppress(ConnectionResetError):
                assert caller.recv(1) == b""
        assert process.stderr.read() == b""


def test_it_ends_on_a_signal() -> None:
    with start("--port", "0", "--until-stdin-closes") as process:
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr.read() == b""


def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start("--port", str(port)) as process:
            assert process.wait(timeout=10) == 1
            said = process.stderr.read().decode()
    assert said.startswith(f"sandbox: cannot listen on 127.0.0.1:{port}: ")
    assert said.count("\n") == 1
