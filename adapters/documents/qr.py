"""The QR code of a paper: its picture, its address, and the token that proves it offline."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode

MODULE_MM = 0.55
QUIET_MODULES = 4
# Any of the eight masks can be read; choosing one by penalty costs four times as much.
MASK = 2
LONGEST_TOKEN = 300
ALGORITHM = "EdDSA"


class TokenRefused(Exception):
    """The token is not one of ours."""


@dataclass(frozen=True, kw_only=True)
class QrPicture:
    """A QR code to be drawn: SVG text, and its width with the quiet zone, in millimetres."""

    svg: str
    width_mm: float


@dataclass(frozen=True, kw_only=True)
class TokenFacts:
    """What a token proves: number, SHA-256 (hex) of the canonical JSON, end of validity."""

    number: str
    canonical_sha256: str
    expires_at: datetime


def address(*, public_url: str, code: str, token: str) -> str:
    """What the QR code says: online the code is looked up, offline the token is read."""
    return f"{public_url}/v/{code}#{token}"


def picture(content: str) -> QrPicture:
    """The QR code of an address: level L, in bytes, drawn as one path of horizontal bars."""
    code = QRCode(error_correction=ERROR_CORRECT_L, border=QUIET_MODULES, mask_pattern=MASK)
    code.add_data(content, optimize=0)
    code.make(fit=True)
    rows = code.get_matrix()
    side = len(rows)
    bars = "".join(_bars(y, row) for y, row in enumerate(rows))
    return QrPicture(
        svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{bars}"/></svg>',
        width_mm=side * MODULE_MM,
    )


def _bars(y: int, row: list[bool]) -> str:
    bars, start = "", None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            bars += f"M{start} {y}h{x - start}v1h{start - x}z"
            start = None
    return bars


def make_token(
    *, number: str, canonical_sha256: str, expires_at: datetime, key: Ed25519PrivateKey, kid: str
) -> str:
    """A JWT signed with Ed25519: no name of anyone, at most 300 characters."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(canonical_sha256)).rstrip(b"=").decode()
    claims = {"n": number, "d": digest, "exp": int(expires_at.timestamp())}
    token = jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid, "typ": None})
    if len(token) > LONGEST_TOKEN:
        raise ValueError(f"a token of {len(token)} characters does not fit the QR code")
    return token


def read_token(token: str, public_keys: Mapping[str, Ed25519PublicKey]) -> TokenFacts:
    """What a token proves; an expired one still proves it, so the caller compares the date.

    Raises:
        TokenRefused: Malformed, another algorithm, an unknown key or a wrong signature.
    """
    if len(token) > LONGEST_TOKEN:
        raise TokenRefused("too long")
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        claims = jwt.decode(
            token,
            public_keys[str(kid)],
            algorithms=[ALGORITHM],
            options={"verify_exp": False, "require": ["n", "d", "exp"]},
        )
        return TokenFacts(
            number=str(claims["n"]),
            canonical_sha256=base64.urlsafe_b64decode(f"{claims['d']}=").hex(),
            expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
        )
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, OverflowError, OSError) as error:
        raise TokenRefused(type(error).__name__) from error
