"""What the watching of lectures needs from outside, narrowly."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.lectures.addresses import Address
from domain.lectures.hours import Hours
from domain.lectures.lectures import Lecture
from domain.lectures.reading import Shown
from domain.lectures.watching import Progress
from domain.media.ports import File
from domain.pages import Ask, Page
from domain.transactions import Unit


class LecturesOf(Protocol):
    """Lectures, narrowly."""

    async def get(self, lecture_id: str) -> Lecture | None:
        """By id."""

    async def some(self, ids: Sequence[str]) -> Mapping[str, Lecture]:
        """Those of these that there are, by id."""


class ShownLectures(Protocol):
    """What is shown, with its files."""

    async def get(self, lecture_id: str) -> Shown:
        """One of them; raises NotFound, Withdrawn."""


class FilesOf(Protocol):
    """The files that may be given out, narrowly."""

    async def file(self, *, asset_id: str, rendition: str, name: str) -> File | None:
        """One of them; None when there is none."""


class MayWatch(Protocol):
    """Whether somebody may watch a lecture, at this moment; of a withdrawn one, whether one might.

    Whoever opens anything asks first whether it is shown.
    """

    async def __call__(self, lecture: Lecture, *, person_id: str, now: datetime) -> None:
        """Raises NeedsRealName, NeedsRegistration, NotBegun."""


class Viewers(Protocol):
    """What somebody must be at this moment to watch what is restricted."""

    async def signed_in(self, *, session_id: str, now: datetime) -> bool:
        """Whether the session holds."""

    async def real_named(self, person_id: str) -> bool:
        """Whether the person's name is proven."""

    async def registered(self, *, lecture: Lecture, person_id: str) -> bool:
        """Whether the person registered for the lecture or for its replay.

        Of a withdrawn one: whether that stood until it was withdrawn.
        """


class AddressStore(Protocol):
    """Addresses of replays, by their secrets."""

    async def add(self, unit: Unit, address: Address) -> None:
        """A new one."""

    async def get(self, secret: str) -> Address | None:
        """By its secret; None when unknown."""


class ProgressStore(Protocol):
    """How far people are with recordings, and how many of them there were."""

    async def get(self, *, lecture_id: str, person_id: str, recording: str) -> Progress | None:
        """Of one person and recording."""

    async def read(
        self, unit: Unit, *, lecture_id: str, person_id: str, recording: str
    ) -> Progress | None:
        """The same, as this transaction sees it."""

    async def sat(
        self, unit: Unit, *, lecture_id: str, person_id: str, sitting_id: str
    ) -> Progress | None:
        """That of a sitting of the person's, as this transaction sees it."""

    async def add(self, unit: Unit, progress: Progress) -> None:
        """A new one; the transaction starts over when there is one."""

    async def replace(self, unit: Unit, progress: Progress, *, was: Progress) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""

    async def hours(self, unit: Unit, person_id: str) -> Hours:
        """Those of a person over all lectures, as this transaction sees them."""

    async def keep_hours(self, unit: Unit, hours: Hours, *, was: Hours) -> None:
        """Save as ``replace`` does."""

    async def of(self, person_id: str, *, ask: Ask) -> Page[Progress]:
        """All of a person's, by when they changed, newest first."""

    async def first_view(self, unit: Unit, *, lecture_id: str, person_id: str) -> bool:
        """Note that a person saw the lecture; whether it is the first time."""

    async def count(
        self,
        unit: Unit,
        *,
        lecture_id: str,
        recording: str,
        viewed: bool,
        minutes: Sequence[int],
        pages: Sequence[int],
    ) -> None:
        """One more person viewed it, and watched these minutes, and looked at these pages."""

    async def views(self, lecture_ids: Sequence[str]) -> Mapping[str, int]:
        """How many people saw each."""
