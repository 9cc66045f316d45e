"""Lists in the order of a time: a page and the place where the next one starts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 100


@dataclass(frozen=True)
class Place:
    """Just after this row: its time and id, which never change while rows arrive."""

    at: datetime
    id: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Which page: at most ``limit`` rows beyond ``after``."""

    limit: int = 20
    after: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Rows, and the place to go on from, or None at the end."""

    items: tuple[T, ...]
    next: Place | None
