"""Passwords by argon2id and one-time codes by RFC 6238, both by their libraries."""

import asyncio
import hmac
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

ISSUER = "信用越秀工作台"
STEP_SECONDS = 30
# Of no password; to hash one at every start would take as long as a sign-in.
NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$idLoWOWMrbcmqJxL94i68w"
    "$yrVhYyNahhbLG+Rx+Gre1P2DSemktIqY0c9YefmoKEI"
)
# A phone's clock may be one step early or late.
NEAR = (0, -1, 1)


class ArgonPasswords:
    """Argon2id with the library's own parameters (RFC 9106, low memory), in a thread."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    async def hash(self, password: str) -> str:
        """Salted; the parameters stand in it."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, hashed: str) -> bool:
        """As slow for an empty hash, which nothing matches."""
        return await asyncio.to_thread(self._verified, password, hashed)

    def _verified(self, password: str, hashed: str) -> bool:
        try:
            self._hasher.verify(hashed or NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(hashed)


class TimeCodes:
    """Six digits, a new code every thirty seconds."""

    def secret(self) -> str:
        """160 random bits, base32."""
        return pyotp.random_base32()

    def address(self, secret: str, *, login: str) -> str:
        """What an authenticator app is given (otpauth://)."""
        return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)

    def step(self, secret: str, code: str, *, now: datetime, after: int) -> int | None:
        """The time step of a right code that is later than ``after``; None for any other."""
        codes = pyotp.TOTP(secret)
        current = int(now.timestamp()) // STEP_SECONDS
        for step in (current + near for near in NEAR):
            right = codes.generate_otp(step)
            if step > after and hmac.compare_digest(right.encode(), code.strip().encode()):
                return step
        return None
