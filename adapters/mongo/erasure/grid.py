"""What becomes of what went to the power company and came back: a person's goes.

But for the withdrawal that an erasure leaves for the partner: it tells of nobody, and goes out.
"""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import Ways, in_turn, redacted
from domain.erasure.erasures import Leaver, Sweep
from domain.grid.cases import UNSENT, DeliveryKind

# In which ciphertexts a name may stand.
SAID = {"grid_deliveries": ("content", "reason"), "grid_events": ("detail", "decision")}
TO_BE_TOLD = {
    "kind": DeliveryKind.WITHDRAWN.value,
    "state": {"$in": [state.value for state in UNSENT]},
}


class GridSweeps:
    """What an enterprise handed over stays, and names nobody."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        return {
            "grid_cases": self._sweep("grid_cases"),
            "grid_deliveries": self._sweep("grid_deliveries", but=TO_BE_TOLD),
            "grid_events": self._sweep("grid_events"),
        }

    def _sweep(self, name: str, *, but: Document | None = None) -> Sweep:
        """The later of two sweeps removes what has been told since the first."""

        async def of_another(leaver: Leaver, row: Document) -> Document:
            changes: Document = {"person_id": leaver.stand_in}
            for field in SAID.get(name, ()):
                text = redacted(row[field], leaver)
                changes[field] = await self._ways.database.cipher.random("report", text)
            return changes

        def own(leaver: Leaver) -> Mapping[str, Any]:
            of = {"person_id": {"$in": [leaver.person_id, leaver.stand_in]}, "uscc": None}
            return {**of, "$nor": [but]} if but else of

        return in_turn(
            self._ways.deleting(name, own), self._ways.changing(name, _theirs, of_another)
        )


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}
