"""What attachments need from outside, narrowly: the store, and the check of images."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.attachments.attachments import Address, Attachment, Purpose
from domain.content_checks import Scene
from domain.transactions import Act, Unit


class AttachmentStore(Protocol):
    """Images, their bytes apart from what is known of them, and the addresses that open them."""

    async def places(self, unit: Unit, *, owner: str, now: datetime) -> frozenset[int]:
        """Which places an owner's unattached images have; those that are over give theirs up."""

    async def add(self, unit: Unit, attachment: Attachment, content: bytes, *, place: int) -> None:
        """A new one; the transaction starts over when the place was taken meanwhile."""

    async def get(self, attachment_id: str) -> Attachment | None:
        """By id."""

    async def some(self, unit: Unit, ids: Sequence[str]) -> Sequence[Attachment]:
        """Those of these that there are, as this transaction sees them."""

    async def of(self, bound_to: str) -> Sequence[Attachment]:
        """All that are attached to something, in the order they were added, at most 100."""

    async def count(self, unit: Unit, *, bound_to: str) -> int:
        """How many are attached to something."""

    async def content(self, attachment_id: str) -> bytes | None:
        """The bytes."""

    async def bind(self, unit: Unit, attachments: Sequence[Attachment], *, to: str) -> None:
        """Attach them; the transaction starts over when one is not free any more."""

    async def replace(self, unit: Unit, attachment: Attachment, *, was: Attachment) -> None:
        """Save what was found against what was read; the transaction starts over if it moved on."""

    async def remove(self, unit: Unit, attachment: Attachment) -> None:
        """One that is not attached goes, its bytes and addresses too; starts over if it is."""

    async def keep_until(self, unit: Unit, *, bound_to: str, until: datetime | None) -> None:
        """When all that are attached to something go; None for not yet."""

    async def to_judge(self, *, most: int) -> Sequence[Attachment]:
        """Those that wait for a person to look, the first first."""

    async def add_addresses(self, unit: Unit, addresses: Sequence[Address]) -> None:
        """New ones, in one write."""

    async def address(self, secret: str) -> Address | None:
        """By its secret; None when unknown."""

    async def revoke(self, unit: Unit, *, attachment_id: str, purpose: Purpose) -> None:
        """No address for this purpose opens the image any more."""


class BeginCheck(Protocol):
    """Checks of content, narrowly."""

    async def __call__(
        self, unit: Unit, act: Act, *, object_id: str, person_id: str, scene: Scene
    ) -> None:
        """Have an image checked; commits with what attached it."""
