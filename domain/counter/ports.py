"""What the counter needs of others: where it is, its cases, and whom a release serves."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from domain.counter.cases import CaseState, CounterCase
from domain.transactions import Act, Unit


class Office(Protocol):
    """Where the counter is."""

    @property
    def telephone(self) -> str:
        """Who asks first."""

    @property
    def address(self) -> str:
        """Where to go."""

    @property
    def hours(self) -> str:
        """When."""


class CaseStore(Protocol):
    """Counter cases."""

    async def standing(self, of: str, *, unit: Unit | None = None) -> CounterCase | None:
        """The open case of a person's identity, or of a promise to be signed.

        As the transaction sees it if one is given.
        """

    async def get(self, case_id: str) -> CounterCase | None:
        """By id."""

    async def by_number(self, number: str) -> CounterCase | None:
        """By the number named at the counter."""

    async def of_object(self, object_id: str) -> CounterCase | None:
        """The newest about one thing."""

    async def in_state(self, states: Iterable[CaseState]) -> Sequence[CounterCase]:
        """Those in one of these states, oldest first, at most 100."""

    async def add(self, unit: Unit, case: CounterCase) -> None:
        """A new one.

        The transaction starts over when the number is taken or there is an open one by now.
        """

    async def replace(self, unit: Unit, case: CounterCase, *, was: CounterCase) -> None:
        """Save against the revision that was read; Stale when it moved on."""


class Released(Protocol):
    """What a release does where its proof is used."""

    async def __call__(self, unit: Unit, act: Act, case: CounterCase) -> str:
        """Take the proof; whose case it is from now on. Raises Conflict when it cannot."""
