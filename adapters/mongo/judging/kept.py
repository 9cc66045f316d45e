"""What people wrote in a rating, a complaint or a judgement, as one text and back again."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from domain.judging.complaints import Said
from domain.time import SHANGHAI, civil_date, months_after

YEAR = 12


def written(said: Mapping[str, object]) -> str:
    """Dataclasses come as their dictionaries."""
    return json.dumps(said, ensure_ascii=False, default=_plain)


def read(text: str) -> dict[str, Any]:
    """As it was written."""
    said: dict[str, Any] = json.loads(text)
    return said


def at(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text)


def said_of(kept: Mapping[str, Any]) -> Said:
    """What somebody wrote once."""
    return Said(at=at(kept["at"]), by=kept["by"], text=kept["text"])


def years_on(instant: datetime, years: int) -> datetime:
    """The beginning of the same day so many years later, in Shanghai."""
    return datetime.combine(months_after(civil_date(instant), YEAR * years), time(), SHANGHAI)


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not kept as text: {value!r}")
