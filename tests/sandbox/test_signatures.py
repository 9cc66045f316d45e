"""sandbox/signatures.py, with its clock, and as both partners apply it."""

from typing import Any

import httpx
import pytest

from sandbox.signatures import BadSignatureError, ReplayedError, Verifier, signature
from tests.sandbox.support import Json, MovingClock, Signed

NONCE = "0123456789abcdef" * 2
MATCH = "/platform/v1/registry/match"
CHARLIE = {"uscc": "-", "name": "查理安", "id_number": "-"}


@pytest.fixture
def verifier(clock: MovingClock) -> Verifier:
    return Verifier(app_id="me", secret="s", clock=clock)


def headers(clock: MovingClock, *, age: int = 0, **signed: Any) -> dict[str, str]:
    timestamp = str(int(clock.now - age))
    request: Json = {"method": "POST", "path": "/a?b=1", "body": b"{}", **signed}
    value = signature(secret="s", timestamp=timestamp, nonce=NONCE, **request)
    return {
        "X-App-Id": "me",
        "X-Timestamp": timestamp,
        "X-Nonce": NONCE,
        "X-Signature": value,
    }


def check(verifier: Verifier, sent: dict[str, str]) -> None:
    verifier.check(method="POST", path="/a?b=1", headers=sent, body=b"{}")


def test_the_signature_is_the_documented_one() -> None:
    # Computed apart: printf 'POST\n/a?b=1\n1795419000\n<nonce>\n<sha256 of {}>' | openssl dgst
    assert (
        signature(
            secret="s",
            method="POST",
            path="/a?b=1",
            timestamp="1795419000",
            nonce=NONCE,
            body=b"{}",
        )
        == "34a9657999ad666ddfa40d453aa201a298d833685826f4117f7fdb5657c1c14f"
    )


def test_a_signed_request_passes_once(verifier: Verifier, clock: MovingClock) -> None:
    check(verifier, headers(clock))
    with pytest.raises(ReplayedError):
        check(verifier, headers(clock))


@pytest.mark.parametrize(
    "signed", [{"method": "GET"}, {"path": "/a"}, {"body": b"{ }"}, {"path": "/a?b=2"}]
)
def test_a_signature_of_another_request_is_refused(
    verifier: Verifier, clock: MovingClock, signed: dict[str, str | bytes]
) -> None:
    with pytest.raises(BadSignatureError):
        check(verifier, headers(clock, **signed))


@pytest.mark.parametrize("age", [301, -301])
def test_a_clock_that_is_off_is_refused(verifier: Verifier, clock: MovingClock, age: int) -> None:
    with pytest.raises(BadSignatureError):
        check(verifier, headers(clock, age=age))


@pytest.mark.parametrize("age", [299, -299])
def test_a_clock_that_is_nearly_off_passes(
    verifier: Verifier, clock: MovingClock, age: int
) -> None:
    check(verifier, headers(clock, age=age))


def test_a_request_from_the_future_cannot_be_replayed_for_as_long_as_it_is_fresh(
    verifier: Verifier, clock: MovingClock
) -> None:
    sent = headers(clock, age=-300)
    check(verifier, sent)
    clock.move(599)
    with pytest.raises(ReplayedError):
        check(verifier, sent)
    clock.move(2)
    with pytest.raises(BadSignatureError):
        check(verifier, sent)


@pytest.mark.parametrize("name", ["X-App-Id", "X-Timestamp", "X-Nonce", "X-Signature"])
@pytest.mark.parametrize("value", [None, "", "x", "汉"])
def test_a_missing_or_odd_header_is_refused(
    verifier: Verifier, clock: MovingClock, name: str, value: str | None
) -> None:
    sent = headers(clock)
    sent.pop(name)
    if value is not None:
        sent[name] = value
    with pytest.raises(BadSignatureError):
        check(verifier, sent)


def test_a_forged_request_does_not_use_up_its_nonce(verifier: Verifier, clock: MovingClock) -> None:
    with pytest.raises(BadSignatureError):
        check(verifier, {**headers(clock), "X-Signature": "0" * 64})
    check(verifier, headers(clock))


@pytest.mark.parametrize("path", [MATCH, "/identity/v1/checks"])
def test_partners_answer_401_to_an_unsigned_request(sandbox: httpx.Client, path: str) -> None:
    answer = sandbox.post(path, json={})
    assert answer.status_code == 401
    assert answer.json()["code"] == "bad_signature"


def test_partners_answer_401_to_a_replay(sandbox: httpx.Client, signed: Signed) -> None:
    first = signed(MATCH, CHARLIE)
    assert first.status_code == 404
    again = sandbox.send(first.request)
    assert again.status_code == 401
    assert again.json()["code"] == "replayed"


def test_one_partners_secret_does_not_open_the_other(signed: Signed) -> None:
    platform = signed(MATCH, CHARLIE)
    stolen = {name: platform.request.headers[name] for name in ("X-Nonce", "X-Signature")}
    assert signed("/identity/v1/checks", CHARLIE, **stolen).status_code == 401
