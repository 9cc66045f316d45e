"""What people need of others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.people.people import Check, Person
from domain.transactions import Act, Unit


class PersonStore(Protocol):
    """People and their identity checks."""

    async def get(self, person_id: str) -> Person:
        """The person; NotFound when erased."""

    async def names(self, person_ids: Sequence[str]) -> Mapping[str, str]:
        """The proven names of people, by id; who has none is left out."""

    async def save(self, unit: Unit, person: Person, *, was: Person) -> None:
        """Against the revision read.

        The transaction starts over when it moved on, and when the ID number was proven by
        somebody else meanwhile.
        """

    async def owner(self, unit: Unit, *, id_number: str) -> Person | None:
        """Who has proven this ID number, as this transaction sees it."""

    async def add_check(self, unit: Unit, check: Check) -> None:
        """A check begun."""

    async def check(self, check_id: str) -> Check | None:
        """By id."""

    async def finish_check(self, unit: Unit, check: Check, *, receipt: str) -> None:
        """Done, by a receipt that no other check has used; Conflict otherwise."""

    async def fail_check(self, unit: Unit, check: Check) -> bool:
        """Done and failed; whether it was neither before."""

    async def spent(self, check: Check, *, receipt: str) -> bool:
        """Whether this check was finished by this receipt."""


class RequireConsent(Protocol):
    """The narrow part of consents that people need."""

    async def __call__(self, *, person_id: str, agreement: str) -> object:
        """Raise ConsentRequired when there is none."""


class PhoneNumbers(Protocol):
    """Where a phone number is vouched for."""

    async def number(self, *, code: str, openid: str) -> object:
        """The number, written +CC… as text, if the code is this account's."""


class OpenidOf(Protocol):
    """The WeChat account behind a session."""

    async def __call__(self, *, session_id: str, now: datetime) -> str:
        """Raise SignInAgain when the session has ended."""


class Moves(Protocol):
    """Where WeChat accounts lead, narrowly."""

    async def here(self, unit: Unit, act: Act) -> object:
        """The account of this request, while it leads to the caller; else SignInAgain."""

    async def bring(self, unit: Unit, act: Act, *, person_id: str) -> None:
        """Lead it to the person from now on, and every other account away."""

    async def bring_from(self, unit: Unit, act: Act, *, left: str, person_id: str) -> None:
        """The same with the account of somebody who stands at the counter."""
