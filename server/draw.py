"""The clock and the chance that handlers and jobs read."""

import secrets
from datetime import UTC, datetime

import uuid_utils


def now() -> datetime:
    """UTC, cut to milliseconds: what the database keeps is what was read."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


class SystemDraw:
    """Ids in the order of time, secrets from the operating system."""

    def id(self) -> str:
        """A new UUIDv7."""
        return str(uuid_utils.uuid7())

    def secret(self) -> str:
        """128 random bits, base64url, 22 characters."""
        return secrets.token_urlsafe(16)

    def pick(self, alphabet: str, length: int) -> str:
        """``length`` characters drawn evenly from ``alphabet``."""
        return "".join(secrets.choice(alphabet) for _ in range(length))
