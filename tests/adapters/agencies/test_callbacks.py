"""Signatures of the partner interface: the document's test vectors, and what is not signed so."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.agencies.callbacks import CallbackSignature
from adapters.agencies.signature import signature
from domain.grid.door import NotSigned
from tests.served import ROOT

DOCUMENT = (ROOT / "docs" / "partner-interface.md").read_text("utf-8")
VECTORS = re.findall(
    r"^\| `(POST|GET)` \| `([^`]+)` \| `?([^`|]*?)`? \| `([0-9a-f]{64})` \|$",
    DOCUMENT,
    re.MULTILINE,
)
SECRET, AT, NONCE = "test-secret", "1795426200", "00112233445566778899aabbccddeeff"
NOW = datetime.fromtimestamp(int(AT), UTC)
CHECKER = CallbackSignature(app_id="credit-yuexiu", secret=SECRET)


def test_the_document_names_what_the_vectors_are_made_of() -> None:
    assert len(VECTORS) == 4
    assert all(f"`{given}`" in DOCUMENT for given in (SECRET, AT, NONCE))


@pytest.mark.parametrize(("method", "path", "body", "expected"), VECTORS)
def test_a_vector_of_the_document_is_what_we_sign_and_what_we_take(
    method: str, path: str, body: str, expected: str
) -> None:
    content = body.strip().encode()
    made = signature(
        secret=SECRET, method=method, path=path, timestamp=AT, nonce=NONCE, body=content
    )
    assert made == expected
    assert check(method=method, path=path, body=content, signed=expected) == NONCE


def check(
    *, method: str, path: str, body: bytes, signed: str, now: datetime = NOW, **headers: str
) -> str:
    given = {"app_id": "credit-yuexiu", "timestamp": AT, "nonce": NONCE, **headers}
    sent = {
        "X-App-Id": given["app_id"],
        "X-Timestamp": given["timestamp"],
        "X-Nonce": given["nonce"],
        "X-Signature": signed,
    }
    return CHECKER.check(method=method, path=path, headers=sent, body=body, now=now).nonce


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"method": "GET"}, "signature"),
        ({"path": "/partner/grid/events?x=1"}, "signature"),
        ({"body": b'{"event_id":"e-2"}'}, "signature"),
        ({"timestamp": "1795426201"}, "signature"),
        ({"nonce": "f" * 32}, "signature"),
        ({"nonce": "F" * 32}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"timestamp": "now"}, "time"),
        ({"app_id": "somebody"}, "app_id"),
        ({"signed": ""}, "signature"),
        ({"now": NOW + timedelta(seconds=301)}, "time"),
        ({"now": NOW - timedelta(seconds=301)}, "time"),
    ],
)
def test_whatever_is_changed_is_not_signed(change: dict[str, Any], reason: str) -> None:
    _, path, body, expected = VECTORS[0]
    whole = {"method": "POST", "path": path, "body": body.encode(), "signed": expected}
    with pytest.raises(NotSigned) as refused:
        check(**{**whole, **change})
    assert refused.value.reason == reason
