"""What becomes of what went to the power company and came back: a person's goes."""

from collections.abc import Mapping
from typing import Any

from adapters.mongo.database import Document
from adapters.mongo.erasure.ways import Ways, in_turn, redacted
from domain.erasure.erasures import Leaver, Sweep

# In which ciphertext a name may stand.
SAID = {"grid_deliveries": "content", "grid_events": "detail"}


class GridSweeps:
    """What an enterprise handed over stays, and names nobody."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def all(self) -> Mapping[str, Sweep]:
        """By collection."""
        return {
            name: self._sweep(name) for name in ("grid_cases", "grid_deliveries", "grid_events")
        }

    def _sweep(self, name: str) -> Sweep:
        async def of_another(leaver: Leaver, row: Document) -> Document:
            changes: Document = {"person_id": leaver.stand_in}
            field = SAID.get(name)
            if field is not None:
                text = redacted(row[field], leaver)
                changes[field] = await self._ways.database.cipher.random("report", text)
            return changes

        return in_turn(
            self._ways.deleting(name, lambda leaver: {**_theirs(leaver), "uscc": None}),
            self._ways.changing(name, _theirs, of_another),
        )


def _theirs(leaver: Leaver) -> Mapping[str, Any]:
    return {"person_id": leaver.person_id}
