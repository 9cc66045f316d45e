"""The token in a QR code, and the code itself."""

import base64
import json
from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.documents import qr
from adapters.documents.keys import key_id
from adapters.documents.verifier import Reason, verify_token

NUMBER = "20261123153000A1B2C3D4"
DIGEST = "ab" * 32
LONG_AGO = datetime(2020, 1, 31, 12, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
KID = key_id(KEY.public_key())
PUBLIC = {KID: KEY.public_key()}


def token(key: Ed25519PrivateKey = KEY) -> str:
    return qr.make_token(
        number=NUMBER, canonical_sha256=DIGEST, expires_at=LONG_AGO, key=key, kid=KID
    )


def test_an_expired_token_still_proves_its_facts() -> None:
    facts = qr.TokenFacts(number=NUMBER, canonical_sha256=DIGEST, expires_at=LONG_AGO)
    assert qr.read_token(token(), PUBLIC) == facts


def test_the_whole_address_is_read_as_well_as_the_token() -> None:
    address = qr.address(public_url="https://credit.example", code="x" * 22, token=token())
    for text in (address, token(), f" {address}\n"):
        verdict = verify_token(text, PUBLIC)
        assert verdict.authentic
        assert verdict.facts == qr.read_token(token(), PUBLIC)


def test_a_token_is_short_and_says_nothing_else() -> None:
    head, claims, _ = token().split(".")
    assert len(token()) <= qr.LONGEST_TOKEN
    assert decoded(head) == {"alg": "EdDSA", "kid": KID}
    assert set(decoded(claims)) == {"n", "d", "exp"}


def test_a_token_too_long_for_the_code_is_not_made() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        qr.make_token(
            number="9" * 200, canonical_sha256=DIGEST, expires_at=LONG_AGO, key=KEY, kid=KID
        )


def forged() -> dict[str, str]:
    claims = {"n": NUMBER, "d": "q" * 43, "exp": 1}
    head, body, signature = token().split(".")
    return {
        "alg none": jwt.encode(claims, None, algorithm="none", headers={"kid": KID}),
        "the public key as a shared secret": jwt.encode(
            claims, KEY.public_key().public_bytes_raw(), algorithm="HS256", headers={"kid": KID}
        ),
        "another key": token(Ed25519PrivateKey.generate()),
        "an unknown key id": jwt.encode(claims, KEY, algorithm="EdDSA", headers={"kid": "x"}),
        "no key id": jwt.encode(claims, KEY, algorithm="EdDSA"),
        "a missing claim": jwt.encode({"n": 1}, KEY, algorithm="EdDSA", headers={"kid": KID}),
        "a date beyond time": jwt.encode(
            claims | {"exp": 10**30}, KEY, algorithm="EdDSA", headers={"kid": KID}
        ),
        "other claims": f"{head}.{body.swapcase()}.{signature}",
        "too long": token() + "A" * qr.LONGEST_TOKEN,
        "nothing": "",
        "anything": "https://credit.example/v/x#\udcff\x00",
    }


@pytest.mark.parametrize("how", forged())
def test_a_forged_token_proves_nothing(how: str) -> None:
    verdict = verify_token(forged()[how], PUBLIC)
    assert (verdict.authentic, verdict.reason, verdict.facts) == (
        False,
        Reason.TOKEN_REFUSED,
        None,
    )


def test_a_module_is_at_least_half_a_millimetre_with_its_quiet_zone() -> None:
    picture = qr.picture("https://credit.example/v/abc")
    modules = picture.width_mm / qr.MODULE_MM
    assert qr.MODULE_MM >= 0.5
    assert f'viewBox="0 0 {modules:.0f} {modules:.0f}"' in picture.svg
    assert 'd="M4 4h7v1h-7z' in picture.svg


def decoded(part: str) -> dict[str, object]:
    return dict(json.loads(base64.urlsafe_b64decode(part + "==")))
