"""What applications for electricity need from outside: their store, and the supplier's system."""

from collections.abc import Iterable
from typing import Protocol

from domain.electricity.applications import Application, Channel, State
from domain.pages import Ask, Page
from domain.transactions import Act, Unit


class ApplicationStore(Protocol):
    """Applications, and the files handed in for them."""

    async def add(self, unit: Unit, application: Application) -> None:
        """A new draft."""

    async def get(self, application_id: str) -> Application | None:
        """By id."""

    async def by_number(self, number: str) -> Application | None:
        """By number."""

    async def of_subject(self, subject_id: str, *, ask: Ask) -> Page[Application]:
        """Those begun under one right to act, newest first."""

    async def of_about(self, about: str, *, ask: Ask) -> Page[Application]:
        """All of an applicant, newest first."""

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[Application]:
        """All in one of these states, who has waited there longest first."""

    async def drafts(self, subject_id: str) -> int:
        """How many drafts there are under one right to act."""

    async def replace(self, unit: Unit, application: Application, *, was: Application) -> None:
        """Save against the revision that was read; Stale when it moved on.

        The transaction starts over when another application has its number already.
        """

    async def remove(self, unit: Unit, application: Application) -> None:
        """A draft goes with its files; Stale when it moved on."""

    async def keep_file(
        self, unit: Unit, *, application: Application, material_id: str, content: bytes
    ) -> None:
        """A file as it is to be read again."""

    async def file(self, *, application_id: str, material_id: str) -> bytes | None:
        """A file of this application."""

    async def drop_file(self, unit: Unit, *, application_id: str, material_id: str) -> None:
        """A file goes."""


class Deliver(Protocol):
    """The supplier's system, narrowly."""

    @property
    def channel(self) -> Channel:
        """Who drives what comes to the supplier from now on."""

    async def __call__(self, unit: Unit, act: Act, *, was: Application, after: Application) -> None:
        """It came to the supplier, or its applicant changed it there; commits with the change.

        What its clerk handles at the desk goes nowhere.
        """
