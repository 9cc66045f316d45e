"""What the butlers' room needs from outside, narrowly: its stores, staff accounts, the office."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain.butlers.butlers import Butler
from domain.butlers.places import Place, PlaceKind, Tenancy
from domain.butlers.roster import Gap, Shift
from domain.pages import Ask, Page
from domain.staff.accounts import StaffAccount
from domain.transactions import Unit


class PlaceStore(Protocol):
    """Places; the code is unique."""

    async def add(self, unit: Unit, place: Place) -> None:
        """A new one; raises Conflict when the code is taken."""

    async def bring(self, unit: Unit, place: Place) -> None:
        """One of the content; the unit starts over when another process just brought it."""

    async def get(self, place_id: str) -> Place | None:
        """By id."""

    async def replace(self, unit: Unit, place: Place, *, was: Place) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def search(
        self, *, text: str, kind: PlaceKind | None, open_only: bool, ask: Ask
    ) -> Page[Place]:
        """Those with this text in name or address, or as the code; in the order they came."""

    async def all(self) -> Sequence[Place]:
        """Every place, by code, at most 2,000."""

    async def many(self, place_ids: Collection[str]) -> Sequence[Place]:
        """Those of these ids that there are."""


class TenancyStore(Protocol):
    """Who is a tenant where."""

    async def add(self, unit: Unit, tenancy: Tenancy) -> None:
        """A new one; raises Conflict when the enterprise is in this room of the place already."""

    async def get(self, tenancy_id: str) -> Tenancy | None:
        """By id."""

    async def replace(self, unit: Unit, tenancy: Tenancy, *, was: Tenancy) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def in_place(self, place_id: str, *, ask: Ask) -> Page[Tenancy]:
        """Those of a place, newest first."""

    async def of(self, uscc: str, *, today: date) -> Sequence[Tenancy]:
        """Those of an enterprise that hold today, latest first, at most 100."""


class ButlerStore(Protocol):
    """Butlers, each with the name and the use of their account."""

    async def add(self, unit: Unit, butler: Butler) -> None:
        """A new one; raises Conflict when the account has a record already."""

    async def get(self, staff_id: str, *, unit: Unit | None = None) -> Butler | None:
        """By id; as a unit sees it, where there is one."""

    async def many(
        self, staff_ids: Collection[str], *, unit: Unit | None = None
    ) -> Sequence[Butler]:
        """Those of these ids that there are."""

    async def of_place(self, place_id: str) -> Sequence[Butler]:
        """Whose place it is, whatever their state, at most 200."""

    async def all(self) -> Sequence[Butler]:
        """Every butler, at most 500."""

    async def replace(self, unit: Unit, butler: Butler, *, was: Butler) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def hold(self, unit: Unit, staff_id: str) -> None:
        """Nothing of this butler changes until the unit commits: who changes it collides."""


class ShiftStore(Protocol):
    """Duties beside the working hours."""

    async def add(self, unit: Unit, shift: Shift) -> None:
        """A new one."""

    async def get(self, shift_id: str) -> Shift | None:
        """By id."""

    async def remove(self, unit: Unit, shift: Shift) -> None:
        """It is no more; Stale when it was gone."""

    async def of_place(self, place_id: str, *, begin: datetime, end: datetime) -> Sequence[Shift]:
        """Those that have an instant of this time, at most 500."""


@dataclass(frozen=True, kw_only=True)
class KnownGap(Gap):
    """A gap that was found: told once, and kept while it is ahead."""

    id: str
    found_at: datetime


class GapStore(Protocol):
    """Gaps that were told."""

    async def of_place(self, place_id: str) -> Sequence[KnownGap]:
        """Those of a place, at most 100."""

    async def settle(
        self, unit: Unit, *, keep: Sequence[KnownGap], drop: Sequence[KnownGap]
    ) -> None:
        """What is a gap now, and what is none any more."""

    async def all(self) -> Sequence[KnownGap]:
        """All, the next first, at most 500."""


class Accounts(Protocol):
    """Staff accounts, narrowly."""

    async def all(self) -> Sequence[StaffAccount]:
        """Every account, by login name."""

    async def get(self, staff_id: str) -> StaffAccount | None:
        """By id."""
