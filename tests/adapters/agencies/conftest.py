"""Fixtures of the agencies' tests.

sandbox   the stand-ins, run as a process of their own for the session
platform  the credit platform's client, calling the stand-in
agency    the identity check's client, calling the stand-in
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from adapters.agencies.credit_platform import CreditPlatform
from adapters.agencies.identity_check import FaceCheck
from adapters.agencies.signature import Signature
from adapters.outside import Outside

ROOT = Path(__file__).parents[3]


class Sandbox:
    """The stand-ins at ``url``, and the hands that steer them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._hands = httpx.Client(base_url=url, trust_env=False)

    def personas(self) -> list[dict[str, str]]:
        """Everyone there is."""
        items: list[dict[str, str]] = self._hands.get("/sandbox/personas").json()["items"]
        return items

    def persona(self, name: str) -> dict[str, str]:
        """One of them, by id."""
        return next(persona for persona in self.personas() if persona["id"] == name)

    def fail(self, system: str, **fault: object) -> None:
        """Let a stand-in misbehave."""
        self._hands.put(f"/sandbox/faults/{system}", json=fault).raise_for_status()

    def look(self, ticket: str, outcome: str) -> str:
        """A person looks into the camera and gets a receipt."""
        answer = self._hands.post("/identity/face", json={"ticket": ticket, "outcome": outcome})
        return str(answer.raise_for_status().json()["receipt"])

    def close(self) -> None:
        """Let go."""
        self._hands.close()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--until-stdin-closes"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--platform-latency", "0"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        sandbox = Sandbox(json.loads(process.stdout.readline())["url"])
        yield sandbox
        sandbox.close()
        process.stdin.close()
        process.wait()


@pytest.fixture
def platform(sandbox: Sandbox, outside: Callable[..., Outside]) -> CreditPlatform:
    auth = Signature(app_id="credit-yuexiu", secret="sandbox-platform-secret")
    return CreditPlatform(outside(auth=auth, base_url=f"{sandbox.url}/platform"))


@pytest.fixture
def agency(sandbox: Sandbox, outside: Callable[..., Outside]) -> FaceCheck:
    auth = Signature(app_id="credit-yuexiu", secret="sandbox-identity-secret")
    return FaceCheck(outside(auth=auth, base_url=f"{sandbox.url}/identity"))
