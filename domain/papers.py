"""Papers: a snapshot set, signed and sealed, to be checked by what stands on the sheet alone.

Reports, promises and certificates are made here; each room keeps its own, and raises one whose
time-stamp is pending.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.timestamps import TimeStamp
from domain.transactions import LEGIBLE, Act

CHECK_CODE_LENGTH = 8


class Paper(Protocol):
    """A signed document as made."""

    @property
    def pdf(self) -> bytes:
        """The signed PDF/A."""

    @property
    def sha256(self) -> str:
        """Of ``pdf``, hex."""

    @property
    def pages(self) -> int:
        """How many sheets."""

    @property
    def boxed(self) -> int:
        """Characters that no font has, drawn as marked boxes."""

    @property
    def canonical_sha256(self) -> str:
        """Of the canonical snapshot, hex."""

    @property
    def time_stamp(self) -> TimeStamp:
        """What stands about its time."""


class RaisedPaper(Protocol):
    """A signed document whose time-stamp came later."""

    @property
    def pdf(self) -> bytes:
        """It begins with the bytes of the paper as issued."""

    @property
    def sha256(self) -> str:
        """Of ``pdf``, hex."""


class PaperMaker(Protocol):
    """Sets, signs and seals a snapshot; never on the event loop."""

    async def make(self, *, snapshot: Mapping[str, object], code: str, check_code: str) -> Paper:
        """The paper with its QR code; raises Unavailable."""

    async def raised(self, pdf: bytes) -> RaisedPaper:
        """The paper with its time-stamp; raises Unavailable while the authority does not serve."""


class Hashes(Protocol):
    """How secrets are kept."""

    def of_code(self, code: str) -> str:
        """Of a 128-bit code."""

    def of_check(self, *, number: str, check_code: str) -> str:
        """Keyed, of a number with its check code."""


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A paper, and by what it is found again; its code and check code stand on the sheet alone."""

    paper: Paper
    code_hash: str
    check_hash: str


class Papers:
    """Makes papers of every kind."""

    def __init__(self, *, maker: PaperMaker, hashes: Hashes) -> None:
        self._maker = maker
        self._hashes = hashes

    async def make(self, act: Act, *, snapshot: Mapping[str, object], number: str) -> Printed:
        """With a code and a check code of its own; raises Unavailable."""
        code, check_code = act.draw.secret(), act.draw.pick(LEGIBLE, CHECK_CODE_LENGTH)
        return Printed(
            paper=await self._maker.make(snapshot=snapshot, code=code, check_code=check_code),
            code_hash=self._hashes.of_code(code),
            check_hash=self._hashes.of_check(number=number, check_code=check_code),
        )

    async def raised(self, pdf: bytes) -> RaisedPaper:
        """With its time-stamp; raises Unavailable while the authority does not serve."""
        return await self._maker.raised(pdf)
