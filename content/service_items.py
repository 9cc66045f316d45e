"""The catalogue of services and the usual replies: service_items.toml, canned_replies.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from content.files import Strict, parsed
from domain.butlers.items import CannedReply, ItemKind, ItemTerms, Priority, ServiceItem

FILE = "service_items.toml"
REPLIES = "canned_replies.toml"

Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,39}$")]
Kind = Annotated[ItemKind, BeforeValidator(ItemKind)]
Pressing = Annotated[Priority, BeforeValidator(Priority)]
Line = Annotated[str, Field(min_length=1, max_length=100)]


class _Clocks(Strict):
    first_response_minutes: int = Field(ge=5, le=7 * 24 * 60)
    next_response_minutes: int = Field(ge=5, le=7 * 24 * 60)
    resolution_hours: int = Field(ge=1, le=1000)


class _Item(Strict):
    code: Code
    kind: Kind
    name: str = Field(min_length=2, max_length=20)
    gives: Line
    expects: Line
    price: str = Field(default="", max_length=60)
    skill: Code | None = None
    sample: bool = False
    promise_hours: int | None = Field(default=None, ge=1, le=24 * 7)
    clocks: dict[Pressing, _Clocks] = Field(default={})

    @model_validator(mode="after")
    def _priced(self) -> "_Item":
        if bool(self.price) is not (self.kind is ItemKind.MARKET):
            raise ValueError(f"{self.code}: a market service has a price line, a public one none")
        return self


class _ServiceItems(Strict):
    sample: bool = False
    promise_hours: int = Field(default=24, ge=1, le=24 * 7)
    clocks: dict[Pressing, _Clocks]
    items: list[_Item] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _whole(self) -> "_ServiceItems":
        if set(self.clocks) != set(Priority):
            names = ", ".join(priority.value for priority in Priority)
            raise ValueError(f"clocks for exactly {names}")
        codes = {one.code for one in self.items}
        if len(codes) != len(self.items):
            raise ValueError("every service item has a code of its own")
        for one in self.items:
            if one.skill and one.skill not in codes:
                raise ValueError(f"{one.code}: no service item is named {one.skill}")
        return self


class _Reply(Strict):
    code: Code
    title: str = Field(min_length=1, max_length=20)
    text: str = Field(min_length=1, max_length=500, pattern=r"^[^{}]*$")


class _Replies(Strict):
    sample: bool = False
    replies: list[_Reply] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _once(self) -> "_Replies":
        if len({one.code for one in self.replies}) != len(self.replies):
            raise ValueError("every reply has a code of its own")
        return self


@dataclass(frozen=True, kw_only=True)
class ServiceItems:
    """Every service item by its code, in the order of the file."""

    sample: bool
    items: Mapping[str, ServiceItem]


@dataclass(frozen=True, kw_only=True)
class CannedReplies:
    """The usual replies, in the order of the file."""

    sample: bool
    replies: tuple[CannedReply, ...]


def load_service_items(folder: Path) -> ServiceItems:
    """Read and check.

    Raises:
        ContentError: the file is missing, malformed or contradicts itself.
    """
    written = parsed(folder / FILE, _ServiceItems)
    names = {one.code: one.name for one in written.items}
    return ServiceItems(
        sample=written.sample,
        items={one.code: _item(one, written, names) for one in written.items},
    )


def load_canned_replies(folder: Path) -> CannedReplies:
    """Read and check.

    Raises:
        ContentError: the file is missing or malformed, or a reply has a blank to be filled in.
    """
    written = parsed(folder / REPLIES, _Replies)
    replies = tuple(CannedReply(**one.model_dump()) for one in written.replies)
    return CannedReplies(sample=written.sample, replies=replies)


def _item(one: _Item, written: _ServiceItems, names: Mapping[str, str]) -> ServiceItem:
    promise = timedelta(hours=one.promise_hours or written.promise_hours)
    clocks = {**written.clocks, **one.clocks}
    return ServiceItem(
        code=one.code,
        kind=one.kind,
        name=one.name,
        gives=one.gives,
        expects=one.expects,
        price=one.price,
        skill=one.skill or "",
        skill_name=names[one.skill] if one.skill else "",
        sample=one.sample,
        clocks={priority: _terms(clocks[priority], promise) for priority in Priority},
    )


def _terms(clocks: _Clocks, promise: timedelta) -> ItemTerms:
    return ItemTerms(
        promise=promise,
        first_response=timedelta(minutes=clocks.first_response_minutes),
        next_response=timedelta(minutes=clocks.next_response_minutes),
        resolution=timedelta(hours=clocks.resolution_hours),
    )
