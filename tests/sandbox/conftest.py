"""Fixtures of the sandbox's tests.

clock    a clock that moves when told to, for the classes whose rules depend on time
api      an API that says what reached it
address  the address of a sandbox process before that API
sandbox  a client of that process
signed   the same, as a partner that signs
fault    makes a system fail until the test is over
people   the personas by id
"""

import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from sandbox.signatures import signature
from tests.sandbox.support import ROOT, Api, MovingClock, People, PutFault, Signed

SECRETS = {
    "platform": "sandbox-platform-secret",
    "identity": "sandbox-identity-secret",
    "grid": "sandbox-grid-secret",
    "sms": "sandbox-sms-secret",
}


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(scope="session")
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def address(api: Api) -> Iterator[str]:
    """Ended by the end of its standard input; it must have had nothing to complain of."""
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "sandbox", "--port", "0", "--api", api.url),
            *("--platform-latency", "0", "--until-stdin-closes"),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        yield json.loads(process.stdout.readline())["url"]
        process.stdin.close()
        assert process.wait(timeout=10) == 0
        assert process.stderr.read() == b""


@pytest.fixture(scope="session")
def sandbox(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
def signed(sandbox: httpx.Client) -> Signed:
    def send(path: str, body: object = None, **headers: str) -> httpx.Response:
        """POST a body; GET where there is none."""
        method = "GET" if body is None else "POST"
        content = b"" if body is None else json.dumps(body).encode()
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        value = signature(
            secret=SECRETS[path.split("/")[1]],
            method=method,
            path=path,
            timestamp=timestamp,
            nonce=nonce,
            body=content,
        )
        sent = {
            "X-App-Id": "credit-yuexiu",
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": value,
        }
        return sandbox.request(method, path, content=content, headers={**sent, **headers})

    return send


@pytest.fixture
def fault(sandbox: httpx.Client) -> Iterator[PutFault]:
    def put(system: str, **fault: object) -> None:
        sandbox.put(f"/sandbox/faults/{system}", json=fault).raise_for_status()

    yield put
    for system in ("wechat", "platform", "identity", "timestamps", "grid", "sms"):
        sandbox.delete(f"/sandbox/faults/{system}").raise_for_status()


@pytest.fixture(scope="session")
def people(sandbox: httpx.Client) -> People:
    items = sandbox.get("/sandbox/personas").json()["items"]
    return {item["id"]: item for item in items}
