"""What staff accounts need from outside: a store, slow hashes, one-time codes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.staff.accounts import StaffAccount, StaffSession
from domain.transactions import Act, Unit


class StaffStore(Protocol):
    """Accounts and sessions."""

    async def add(self, unit: Unit, account: StaffAccount) -> None:
        """A new one; raises Conflict when the login name is taken."""

    async def get(self, staff_id: str) -> StaffAccount | None:
        """By id."""

    async def some(self, staff_ids: Collection[str]) -> Sequence[StaffAccount]:
        """Those of them that are there."""

    async def by_login(self, login: str) -> StaffAccount | None:
        """By login name."""

    async def by_invitation(self, invitation_hash: str) -> StaffAccount | None:
        """By the hash of an invitation."""

    async def all(self) -> Sequence[StaffAccount]:
        """Every account, by login name, at most 500."""

    async def replace(self, unit: Unit, account: StaffAccount, *, was: StaffAccount) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def add_session(self, unit: Unit, session: StaffSession) -> None:
        """A new one."""

    async def session(self, secret_hash: str) -> StaffSession | None:
        """By the hash of its secret."""

    async def sessions_by_id(self, session_ids: Collection[str]) -> Sequence[StaffSession]:
        """Those of them that are there, with an empty ``xsrf``."""

    async def seen(self, session: StaffSession, *, now: datetime) -> None:
        """It was used just now."""

    async def end_session(self, unit: Unit, session_id: str) -> None:
        """It holds no more."""

    async def end_sessions(self, unit: Unit, staff_id: str) -> None:
        """None of theirs holds any more."""


class Passwords(Protocol):
    """Hashing that takes its time, off the event loop."""

    async def hash(self, password: str) -> str:
        """Salted."""

    async def matches(self, password: str, hashed: str) -> bool:
        """As slow for an empty hash, which nothing matches."""


class OneTimeCodes(Protocol):
    """Time-based one-time codes (RFC 6238)."""

    def secret(self) -> str:
        """A new one, base32."""

    def address(self, secret: str, *, login: str) -> str:
        """What an authenticator app is given (otpauth://)."""

    def step(self, secret: str, code: str, *, now: datetime, after: int) -> int | None:
        """The time step of a right code that is later than ``after``; None for any other."""


class Leave(Protocol):
    """What another room keeps of an account in use."""

    async def __call__(self, unit: Unit, act: Act, *, staff_id: str) -> None:
        """The account is suspended in this transaction: it goes."""


class HashSecret(Protocol):
    """How long secrets are kept."""

    def __call__(self, secret: str) -> str:
        """A hash by which it is found."""
