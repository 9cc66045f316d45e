"""Lists read newest first: a page and the place where the next one starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

MOST = 100


@dataclass(frozen=True)
class Place:
    """Just after this row: its time and id, which never change while rows arrive."""

    at: datetime
    id: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Which page: at most ``limit`` rows older than ``after``."""

    limit: int = 20
    after: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Rows, and the place to go on from, or None at the end."""

    items: tuple[T, ...]
    next: Place | None

    def map(self, change: Callable[[T], U]) -> "Page[U]":
        """The same page of something else."""
        return Page(items=tuple(change(item) for item in self.items), next=self.next)
