"""Signed roots: what the installation states of its log, each naming the one before it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from domain.audit.tree import canonical, instant
from domain.timestamps import TimeStamp

TYPE = "credit-yuexiu/audit-root"
FIRST_PREVIOUS = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Root:
    """The head of the tree over the first ``size`` leaves.

    ``previous`` is the digest of the signed root before it, ``signer`` the SHA-256 of the
    certificate, both in hex.
    """

    installation: str
    number: int
    at: datetime
    size: int
    head: bytes
    previous: str
    signer: str

    def statement(self) -> dict[str, object]:
        """What is signed, as it stands in an export."""
        return {
            "type": TYPE,
            "v": 1,
            "installation": self.installation,
            "number": self.number,
            "at": instant(self.at),
            "size": self.size,
            "head": self.head.hex(),
            "previous": self.previous,
            "signer": self.signer,
        }

    def content(self) -> bytes:
        """What is signed, byte for byte."""
        return canonical(self.statement())


@dataclass(frozen=True, kw_only=True)
class SignedRoot:
    """A root, its signature, and the certificate of who signed it."""

    root: Root
    signature: bytes
    certificate_pem: str
    stamping: TimeStamp
    token: bytes = b""

    @property
    def digest(self) -> bytes:
        """What the next root names and an authority stamps: statement and signature."""
        return hashlib.sha256(self.root.content() + self.signature).digest()
