"""A case as a ground for staff to look, and what they see masked in it."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class MaskedField:
    """Something personal that staff see masked, until they say why they need it whole."""

    code: str
    label: str
    masked: str
    value: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Case:
    """Something staff deal with, as a ground to look; ``about`` is whose credit it concerns.

    ``report_id`` is the report that it rests on, if it does.
    """

    kind: str
    number: str
    title: str
    about: str
    person_id: str
    subject_id: str
    open: bool
    report_id: str = ""
    fields: tuple[MaskedField, ...] = ()


class Ground(Protocol):
    """One kind of case; another kind is another of these, in the wiring."""

    async def __call__(self, number: str) -> Case | None:
        """The case of this number."""
