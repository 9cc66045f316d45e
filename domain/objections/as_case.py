"""A standing objection, as a ground for staff to look."""

from typing import Protocol

from domain.objections.objections import Objection
from domain.staff_looks.cases import Case

KIND = "objection"


class ByNumber(Protocol):
    """Objections, narrowly."""

    async def by_number(self, number: str) -> Objection | None:
        """By the number that the platform gave."""


class ObjectionCases:
    """Objections by their number."""

    def __init__(self, *, store: ByNumber) -> None:
        self._store = store

    async def __call__(self, number: str) -> Case | None:
        """The case of an objection number."""
        objection = await self._store.by_number(number)
        if objection is None:
            return None
        return Case(
            kind=KIND,
            number=number,
            title=f"异议 {number}",
            about=objection.about,
            person_id=objection.person_id,
            subject_id=objection.subject_id,
            open=objection.stands,
            report_id=objection.report_id,
        )
