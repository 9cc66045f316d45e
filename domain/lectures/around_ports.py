"""What registering, telling, asking and finding need from outside, narrowly."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.content_checks import Judged, Scene
from domain.lectures.lectures import Lecture
from domain.lectures.questions import Question, QuestionState
from domain.lectures.registrations import Registration, Room
from domain.lectures.searching import Entry, Hit
from domain.lectures.tellings import Telling
from domain.pages import Ask, Page
from domain.transactions import Act, Unit


class LecturesOf(Protocol):
    """Lectures, narrowly."""

    async def get(self, lecture_id: str) -> Lecture | None:
        """By id."""

    async def read(self, unit: Unit, lecture_id: str) -> Lecture | None:
        """By id, as this transaction sees it."""


class RegistrationStore(Protocol):
    """Registrations, and the room of each lecture."""

    async def room(self, unit: Unit, lecture_id: str) -> Room | None:
        """That of a lecture, as this transaction sees it; None before anybody came."""

    async def room_now(self, lecture_id: str) -> Room | None:
        """The same, as it is at this moment."""

    async def keep_room(self, unit: Unit, room: Room) -> None:
        """Save the next revision; the transaction starts over if it is there already."""

    async def get(self, *, lecture_id: str, person_id: str) -> Registration | None:
        """A person's, as it stands."""

    async def read(self, unit: Unit, *, lecture_id: str, person_id: str) -> Registration | None:
        """The same, as this transaction sees it."""

    async def add(self, unit: Unit, registration: Registration) -> None:
        """A new one; the transaction starts over when the person has one."""

    async def replace(self, unit: Unit, registration: Registration, *, was: Registration) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""

    async def first_waiting(self, unit: Unit, room: Room, *, limit: int) -> Sequence[Registration]:
        """Who has waited longest in this round, in order."""

    async def ahead(self, registration: Registration, *, unit: Unit | None = None) -> int:
        """How many wait before one who waits."""

    async def round_now(self, lecture_ids: Sequence[str]) -> dict[str, int]:
        """Which round it is, by lecture."""

    async def of(self, *, person_id: str, ask: Ask) -> Page[Registration]:
        """A person's, the last to register first."""


class TellingStore(Protocol):
    """What many are being told, and how far it has come."""

    async def read(self, unit: Unit, telling_id: str) -> Telling | None:
        """By id, as this transaction sees it."""

    async def add(self, unit: Unit, telling: Telling) -> None:
        """A new one; the transaction starts over when it is there."""

    async def replace(self, unit: Unit, telling: Telling, *, was: Telling) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""

    async def under_way(self, unit: Unit, lecture_id: str) -> Sequence[Telling]:
        """Those of a lecture that are not over."""

    async def listeners(
        self, unit: Unit, telling: Telling, *, limit: int
    ) -> Sequence[tuple[str, str]]:
        """The next whom it is for: where each stands in the order, and who it is."""


class FollowerStore(Protocol):
    """Who wants to be told of new lectures."""

    async def since(self, person_id: str) -> datetime | None:
        """Since when somebody does; None for who does not."""

    async def add(self, unit: Unit, *, person_id: str, since: datetime) -> None:
        """From now on; who does already goes on as before."""

    async def remove(self, unit: Unit, *, person_id: str) -> None:
        """Not any more."""


class QuestionStore(Protocol):
    """Questions to speakers."""

    async def add(self, unit: Unit, question: Question) -> None:
        """A new one; the transaction starts over when its slot is taken."""

    async def get(self, question_id: str) -> Question | None:
        """By id."""

    async def replace(self, unit: Unit, question: Question, *, was: Question) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def slots(self, unit: Unit, *, lecture_id: str, person_id: str) -> Sequence[int]:
        """Those taken by open questions of a person to a lecture."""

    async def answered(self, *, lecture_id: str, ask: Ask) -> Page[Question]:
        """Those of a lecture that everybody may read, the last answered first."""

    async def mine(self, *, lecture_id: str, person_id: str, ask: Ask) -> Page[Question]:
        """A person's, newest first."""

    async def in_state(self, state: QuestionState, *, lecture_id: str, ask: Ask) -> Page[Question]:
        """Of one lecture, or of all: open ones by who has waited longest, others newest first."""


class Checks(Protocol):
    """WeChat's check of what people write, narrowly."""

    async def text(self, *, person_id: str, text: str, scene: Scene) -> Judged:
        """What WeChat says of a text now; pending when it does not serve."""

    async def known(self, object_id: str) -> Judged | None:
        """What is known of the text of a thing; None when it was never checked."""

    async def keep(
        self, unit: Unit, act: Act, *, object_id: str, text: str, scene: Scene, judged: Judged
    ) -> None:
        """What was said of the text of a thing that is saved now; a pending one goes on."""


class SearchIndex(Protocol):
    """Where the words of shown lectures are kept."""

    async def keep(self, unit: Unit, entry: Entry) -> None:
        """In place of what was kept of it before."""

    async def remove(self, unit: Unit, lecture_id: str) -> None:
        """It is not found any more."""

    async def find(self, words: Sequence[str], *, ask: Ask, now: datetime) -> Page[Hit]:
        """Lectures in which all of these words stand, the latest to begin first.

        A page may hold fewer than were asked for and still say where to go on: no request reads
        more than a bounded number.
        """
