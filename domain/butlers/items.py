"""What a credit butler does for people: the service items, their clocks, and the usual replies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


class ItemKind(Enum):
    """Free and for the public (公益), or a market service with a price (市场化)."""

    PUBLIC = "public"
    MARKET = "market"

    @property
    def label(self) -> str:
        """As people read it."""
        return KINDS[self]


KINDS: Mapping[ItemKind, str] = {ItemKind.PUBLIC: "公益服务", ItemKind.MARKET: "市场化服务"}


class Priority(Enum):
    """How much it presses."""

    NORMAL = "normal"
    URGENT = "urgent"

    @property
    def label(self) -> str:
        """As people read it."""
        return PRIORITIES[self]


PRIORITIES: Mapping[Priority, str] = {Priority.NORMAL: "一般", Priority.URGENT: "加急"}


@dataclass(frozen=True, kw_only=True)
class ItemTerms:
    """By when what is due: ``promise`` in absolute hours, the others in business hours."""

    promise: timedelta
    first_response: timedelta
    next_response: timedelta
    resolution: timedelta


@dataclass(frozen=True, kw_only=True)
class ServiceItem:
    """One service item (服务事项).

    ``gives`` is what whoever asks has to give, ``expects`` what they will get. ``price`` is empty
    for what is free. ``skill`` is the code of the item whose skill it takes, which is
    called ``skill_name``; both are empty where anybody can do it. ``sample``: nobody has named it
    yet, it is invented.
    """

    code: str
    kind: ItemKind
    name: str
    gives: str
    expects: str
    price: str
    skill: str
    skill_name: str
    clocks: Mapping[Priority, ItemTerms]
    sample: bool = False

    @property
    def promise(self) -> timedelta:
        """Within how many absolute hours somebody answers, however much it presses."""
        return self.clocks[Priority.NORMAL].promise

    def terms(self, priority: Priority) -> ItemTerms:
        """Its clocks."""
        return self.clocks[priority]


@dataclass(frozen=True, kw_only=True)
class CannedReply:
    """A usual reply (常用答复): a text to begin with, without anybody's data."""

    code: str
    title: str
    text: str
